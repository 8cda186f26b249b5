"""Noise over examples: what is left alone stays the very same, labels go along, and order never matters."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.noise import Passages, Perturbed
from perturbations import Edit, Edits, Status, all_perturbations, find_perturbation
from perturbations.edits import Kept, Span
from perturbations.protection import Protection
from suites.examples import ANSWER, Example, Text, token_text
from suites.task import Request, find_task

PREMISE, HYPOTHESIS = "The cat sat on the mat.", "A dog ran away, didn't it?"


def pair(number: int, *, premise: str = PREMISE, hypothesis: str = HYPOTHESIS) -> Example:
    texts = {"premise": Text(premise, "en", f"p{premise}"), "hypothesis": Text(hypothesis, "en", f"h{hypothesis}")}
    return Example(str(number), str(number // 3), texts, "neutral")


def tokens(number: int, forms: list[str]) -> Example:
    tags = [("NOUN", "VERB", "ADJ")[place % 3] for place in range(len(forms))]
    return Example(str(number), str(number), {"text": token_text(forms, tags, language="en", key=" ".join(forms))})


SENTENCES = [tokens(number, "we saw a big dog run over the old bridge .".split()[number:]) for number in range(6)]


def strike(
    examples: list[Example], name: str, *, rate: float = 0.4, seed: int = 0, texts: Any = None
) -> list[Perturbed]:
    names = texts or tuple(examples[0].texts)
    return Passages(examples, names).perturb(find_perturbation(name), rate=rate, seed=seed)


def test_what_nothing_touched_is_the_very_same_example() -> None:
    examples = [pair(0), pair(1, premise="", hypothesis="?!")]
    for name in ("identity", "word-swap"):
        for example, item in zip(examples[1:], strike(examples, name)[1:], strict=True):
            assert item.example is example
            assert item.unchanged
            assert item.edits_as_json() == ""
            assert item.survivors == {}
    assert all(item.unchanged and item.realised_rate == 0 for item in strike(examples, "identity", rate=1))


@pytest.mark.parametrize("name", [perturbation.name for perturbation in all_perturbations()])
def test_the_stored_edits_lead_from_the_text_before_to_the_text_after(name: str) -> None:
    for examples in ([pair(0), pair(1, premise="naïve 犬 😀 text")], SENTENCES):
        for example, item in zip(examples, strike(examples, name), strict=True):
            stored: dict[str, list[Any]] = json.loads(item.edits_as_json() or "{}")
            for field, text in example.texts.items():
                edits = [
                    Edit(start, end, new, tuple(Kept(*piece) for piece in kept))
                    for start, end, new, kept in stored.get(field, [])
                ]
                assert Edits(text.text, tuple(edits)).apply() == item.example.texts[field].text


@settings(max_examples=25)
@given(order=st.permutations(range(6)), data=st.data())
def test_noise_depends_on_neither_order_nor_neighbours(order: list[int], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([perturbation.name for perturbation in all_perturbations()]))
    whole = strike(SENTENCES, name)
    turned = strike([SENTENCES[index] for index in order], name)
    assert [whole[index] for index in order] == turned
    alone = data.draw(st.integers(0, 5))
    assert strike([SENTENCES[alone]], name) == [whole[alone]]


def test_one_premise_gets_one_noise_and_another_text_another() -> None:
    examples = [pair(number, hypothesis=f"Hypothesis number {number} is here.") for number in range(3)]
    for name in ("character-swap", "word-deletion"):
        struck = strike(examples, name)
        assert len({item.example.texts["premise"].text for item in struck}) == 1
        assert len({item.example.texts["hypothesis"].text for item in struck}) == 3
    assert strike(examples, "character-swap", seed=1) != strike(examples, "character-swap", seed=2)


def test_only_the_named_texts_are_perturbed() -> None:
    for item in strike([pair(0)], "character-insertion", rate=1, texts=("hypothesis",)):
        assert item.example.texts["premise"].text == PREMISE
        assert item.example.texts["hypothesis"].text != HYPOTHESIS
        assert set(item.edits) == {"hypothesis"}


def test_ids_groups_and_targets_stay() -> None:
    examples = [pair(number) for number in range(4)]
    for example, item in zip(examples, strike(examples, "word-swap", rate=1), strict=True):
        after = item.example
        assert (after.id, after.group, after.target) == (example.id, example.group, example.target)
        assert list(after.texts) == list(example.texts), "the order in which a model reads the texts"


def test_every_surviving_token_keeps_its_tag() -> None:
    for name in ("word-swap", "word-deletion", "character-deletion", "character-swap"):
        moved = 0
        for seed in range(5):
            for example, item in zip(SENTENCES, strike(SENTENCES, name, rate=0.5, seed=seed), strict=True):
                before, after = example.texts["text"].spans, item.example.texts["text"].spans
                alive = item.survivors.get("text", tuple(range(len(before))))
                assert [span.label for span in after] == [before[index].label for index in alive]
                if name.startswith("word"):
                    forms = [before[index].of(example.texts["text"].text) for index in alive]
                    assert [span.of(item.example.texts["text"].text) for span in after] == forms
                moved += list(alive) != list(range(len(before)))
        assert (moved > 0) == (name != "character-swap")


def test_the_rate_is_that_of_all_texts_together() -> None:
    edits = {"a": Edits("x" * 10, units=10, touched=1), "b": Edits("yy", units=2, touched=2)}
    assert Perturbed(pair(0), edits).realised_rate == 3 / 12
    assert Perturbed(pair(0), {}).realised_rate == 0
    assert Perturbed(pair(0), {"a": Edits("")}).realised_rate == 0


def test_the_gravest_status_of_the_texts_is_shown() -> None:
    order = [Status.DONE, Status.SATURATED, Status.UNSUPPORTED, Status.UNAVAILABLE, Status.UNENCODABLE]
    for grave, status in enumerate(order):
        for other in order[: grave + 1]:
            edits = {"a": Edits("", status=status), "b": Edits("", status=other)}
            assert Perturbed(pair(0), edits).status is status
    assert {*order} == {*Status}


def test_a_text_that_has_too_little_to_touch_is_saturated_and_untouched_neighbours_are_not() -> None:
    short, long = tokens(0, ["one"]), tokens(1, "one two three four five six seven eight nine ten".split())
    statuses = [item.status for item in strike([short, long], "word-swap", rate=0.2)]
    assert statuses == [Status.SATURATED, Status.DONE]


def test_a_seeded_order_of_perturbations_changes_nothing() -> None:
    passages = Passages(SENTENCES, ("text",))
    names = [perturbation.name for perturbation in all_perturbations()]
    first = {name: passages.perturb(find_perturbation(name), rate=0.3, seed=4) for name in names}
    random.Random(0).shuffle(names)
    again = {name: passages.perturb(find_perturbation(name), rate=0.3, seed=4) for name in names}
    assert first == again


@pytest.mark.parametrize("name", [perturbation.name for perturbation in all_perturbations()])
def test_no_edit_touches_the_names_in_a_query_and_the_rest_of_it_is_perturbed(name: str) -> None:
    queries = find_task("miniature-mewslix").read(Request(None, "en"))[:20]
    for item, query in zip(strike(queries, name, rate=0.6), queries, strict=True):
        before, after = query.texts["mention"], item.example.texts["mention"]
        assert len(before.fixed) == 2
        assert [span.of(after.text) for span in after.spans] == [span.of(before.text) for span in before.spans]
    if name in ("character-swap", "word-deletion"):
        assert any(not item.unchanged for item in strike(queries, name, rate=0.6))


def test_a_paragraph_keeps_the_answers_of_all_its_questions_under_one_noise() -> None:
    answers = [PREMISE.split()[place] for place in (0, -2)]
    examples: list[Example] = []
    for number, answer in enumerate(answers):
        start = PREMISE.index(answer)
        context = Text(PREMISE, "en", "shared", (Span(start, start + len(answer), ANSWER),))
        examples.append(Example(str(number), "shared", {"context": context}))
    noise = find_perturbation("character-substitution")
    for seed in range(5):
        struck = Passages(examples, ("context",), Protection(labels=True)).perturb(noise, rate=0.5, seed=seed)
        first, second = (item.example.texts["context"].text for item in struck)
        assert first == second != PREMISE
        assert [item.example.texts["context"].spans[0].of(first) for item in struck] == answers
