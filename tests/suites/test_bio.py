"""BIO tags after deletions and moves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from perturbations import Span
from suites.bio import mentions, surviving_bio
from suites.examples import ANSWER, Text, token_text

TAGS = st.sampled_from(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"])


def lawful(tags: tuple[str, ...]) -> bool:
    """Whether every `I-X` follows a tag of X."""
    return all(
        not tag.startswith("I-") or before[2:] == tag[2:] for before, tag in zip(("O", *tags), tags, strict=False)
    )


def begun(tags: list[str]) -> list[str]:
    """The tags, with `B-X` for every `I-X` that follows no tag of X."""
    pairs = zip(("O", *tags), tags, strict=False)
    return [f"B{tag[1:]}" if tag.startswith("I-") and before[2:] != tag[2:] else tag for before, tag in pairs]


@given(st.lists(TAGS))
def test_where_all_survive_in_order_nothing_changes(tags: list[str]) -> None:
    assert surviving_bio(tags, range(len(tags))) == tuple(tags)


@given(st.data())
def test_survivors_of_lawful_tags_are_lawful(data: st.DataObject) -> None:
    tags = data.draw(st.lists(TAGS).map(begun))
    assert lawful(tuple(tags))
    survivors = data.draw(st.permutations(range(len(tags))).map(lambda order: order[: len(order) // 2 + 1]))
    carried = surviving_bio(tags, survivors)
    assert lawful(carried)
    assert [tag[1:] for tag in carried] == [tags[index][1:] for index in survivors]


def test_what_is_left_of_a_chunk_does_not_join_the_one_before() -> None:
    tags = ["B-PER", "I-PER", "B-PER", "I-PER"]
    assert surviving_bio(tags, [0, 1, 3]) == ("B-PER", "I-PER", "B-PER")


def test_two_words_swapped_within_a_name_remain_one_name() -> None:
    assert surviving_bio(["O", "B-PER", "I-PER", "O"], [0, 2, 1, 3]) == ("O", "B-PER", "I-PER", "O")


def test_parts_of_speech_are_left_alone() -> None:
    assert surviving_bio(["NOUN", "INTJ", "X"], [2, 0]) == ("X", "NOUN")


@given(tags=st.lists(TAGS, max_size=8))
def test_mentions_are_the_chunks_and_hold_every_token_that_is_not_outside(tags: list[str]) -> None:
    found = mentions(tags)
    inside = [index for first, last in found for index in range(first, last)]
    assert inside == [index for index, tag in enumerate(tags) if tag != "O"]
    for first, last in found:
        assert len({tag[2:] for tag in tags[first:last]}) == 1
        assert all(tag.startswith("I-") for tag in tags[first + 1 : last])


def test_what_an_option_may_protect_are_answers_and_whole_mentions_but_no_tags() -> None:
    tagged = token_text("The New York Times".split(), ["O", "B-ORG", "I-ORG", "B-ORG"], language="en", key="")
    assert [span.of(tagged.text) for span in tagged.labelled] == ["New York", "Times"]
    assert token_text(["The", "cat"], ["DET", "NOUN"], language="en", key="").labelled == ()
    context = Text("It is here. It was there.", "en", "", (Span(0, 11, "sentence"), Span(6, 10, ANSWER)))
    assert [span.of(context.text) for span in context.labelled] == ["here"]
