"""What the words of a text-to-text model mean, and the ways through a tree of tags."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.predictors.tag_tree import Walk, depth, grow_tree
from harness.predictors.tagging import NO_TAG
from harness.predictors.textual import find_words, read_entities, read_tags
from perturbations.errors import UsageError
from suites.task import Kind, find_task
from tests.harness.conftest import NLI, toy_task

BIO = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
TOKENS = ("rick", "and", "morty", "smith", "saw", "rick")
END_PIECE = 99


@pytest.mark.parametrize(
    ("text", "tags", "understood"),
    [
        ("", "O O O O O O", True),
        ("PER: rick $$ PER: morty smith", "B-PER O B-PER I-PER O O", True),
        ("PER: rick $$ LOC: rick", "B-PER O O O O B-LOC", True),
        (" PER:rick$$LOC :  saw ", "B-PER O O O B-LOC O", True),
        ("PER: rick $$ PER: rick $$ PER: rick", "B-PER O O O O B-PER", False),
        ("PER: summer $$ LOC: saw", "O O O O B-LOC O", False),
        ("ORG: rick", "O O O O O O", False),
        ("PER: smith morty", "O O O O O O", False),
        ("PER: ", "O O O O O O", False),
        ("rick", "O O O O O O", False),
        ("PER: morty smith $$ LOC: smith", "O O B-PER I-PER O O", False),
    ],
)
def test_entities_are_given_to_the_first_free_place_at_which_they_stand(text: str, tags: str, understood: bool) -> None:
    assert read_entities(text, TOKENS, BIO) == (tuple(tags.split()), understood)


@pytest.mark.parametrize(
    ("text", "tags", "understood"),
    [
        ("A B A", ("A", "B", "A"), True),
        ("A  B\nA", ("A", "B", "A"), True),
        ("A B", ("A", "B", NO_TAG), False),
        ("A B A B", ("A", "B", "A"), False),
        ("A c A", ("A", "c", "A"), False),
        ("", (NO_TAG, NO_TAG, NO_TAG), False),
    ],
)
def test_tags_are_read_one_a_token(text: str, tags: tuple[str, ...], understood: bool) -> None:
    assert read_tags(text, ("x", "y", "z"), ("A", "B")) == (tags, understood)


def test_words_are_the_labels_their_numbers_or_those_given() -> None:
    task = toy_task(Kind.CLASSIFICATION, NLI)
    assert find_words(task, "names") == NLI
    assert find_words(task, "numbers") == ("0", "1", "2")
    assert find_words(task, " yes, maybe ,no") == ("yes", "maybe", "no")
    assert find_words(find_task("xcopa"), "names") == ("choice1", "choice2")
    with pytest.raises(UsageError, match="a different word for each of the 3 labels of toy"):
        find_words(task, "yes,,no")


@given(
    tags=st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=3).map(tuple), min_size=1, max_size=5, unique=True),
    count=st.integers(0, 6),
    data=st.data(),
)
def test_every_way_through_the_tree_is_as_many_tags_as_asked_and_then_the_end(
    tags: list[tuple[int, ...]], count: int, data: st.DataObject
) -> None:
    tree = grow_tree(tags)
    walk = Walk(tree, tree, count)
    taken: list[int] = []
    for _ in range(count * depth(tree) + 1):
        allowed = walk.allowed(END_PIECE)
        assert len(set(allowed)) == len(allowed) > 0
        piece = data.draw(st.sampled_from(allowed))
        walk.take(piece, -0.5)
        if piece == END_PIECE:
            break
        taken.append(piece)
    else:
        raise AssertionError("the way has no end")
    assert taken == [piece for tag in walk.tags for piece in tags[tag]]
    assert len(walk.tags) == len(walk.scores) == count
    assert math.isclose(sum(walk.scores), -0.5 * len(taken))
    assert walk.allowed(END_PIECE) == [END_PIECE], "what is done stays done"
