"""Scoring: what is asked of the model, and the clean side held against the tokens that survive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
import sklearn.metrics
from seqeval.metrics.sequence_labeling import get_entities

from harness.cell import CLEAN, Record
from harness.gold import gold_answer, perturbed_gold
from harness.metrics.metric import Metric
from harness.metrics.registry import find_metric
from harness.noise import Passages, Perturbed
from harness.predictors.prediction import Prediction
from harness.scoring import (
    Clean,
    clean_from_records,
    clean_records,
    clean_side,
    perturbed_records,
    predict_perturbed,
)
from harness.store import Store
from perturbations import Edit, Edits, Span, find_perturbation
from suites.bio import surviving_bio
from suites.examples import ANSWER, Example, Text, token_text, transport
from suites.task import Kind
from tests.harness.stored import CELL

TAGS = ("NOUN", "VERB", "B-PER", "I-PER")
METRICS: list[Metric] = [find_metric("f1"), find_metric("token-accuracy")]
ACCURACY: list[Metric] = [find_metric("accuracy")]


class Fake:
    """A predictor that answers by a checksum of what it reads, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def predict(
        self, examples: Sequence[Example], *, on_batch: Callable[[int], None] | None = None
    ) -> list[Prediction]:
        self.asked += [example.id for example in examples]
        if on_batch:
            on_batch(len(examples))
        return [self._answer(example) for example in examples]

    @staticmethod
    def _answer(example: Example) -> Prediction:
        text = next(iter(example.texts.values()))
        read = " ".join(item.text for item in example.texts.values())
        if example.target is not None:
            return Prediction(("yes", "no")[crc32(read.encode()) % 2], (0.5, 0.5), len(read), False)
        tags = tuple(TAGS[crc32(span.of(text.text).encode()) % 4] for span in text.spans)
        return Prediction(tags, tuple(0.5 for _ in tags), len(read), len(read) > 40)


FORMS = "Ana Maria Lopez saw a big dog and Bo ran . over the old red bridge in May".split()
GOLD = "B-PER I-PER I-PER VERB NOUN NOUN NOUN NOUN B-PER VERB NOUN NOUN NOUN NOUN NOUN NOUN NOUN NOUN".split()


def sentences() -> list[Example]:
    found: list[Example] = []
    for number in range(10):
        forms, tags = FORMS[number % 4 : number + 8], GOLD[number % 4 : number + 8]
        tags[0] = tags[0].replace("I-", "B-")
        text = token_text(forms, tags, language="en", key=str(number))
        found.append(Example(str(number), str(number // 3), {"text": text}))
    return found


def pairs() -> list[Example]:
    return [
        Example(str(number), str(number), {"text": Text(f"item {number} of the list", "en", str(number))}, "yes")
        for number in range(10)
    ]


def scored(
    examples: list[Example], name: str, metrics: list[Metric], *, rate: float = 0.3, seed: int = 0
) -> tuple[Clean, list[Perturbed], list[Prediction], list[Record]]:
    fake = Fake()
    clean = clean_side(examples, fake.predict(examples, on_batch=lambda _: None), metrics)
    struck = Passages(examples, ("text",)).perturb(find_perturbation(name), rate=rate, seed=seed)
    predictions = predict_perturbed(struck, clean, fake, lambda _: None)
    return clean, struck, predictions, perturbed_records(struck, predictions, clean, metrics)


def test_an_input_without_an_edit_keeps_its_clean_prediction_and_is_not_asked_again() -> None:
    examples, fake, counted = pairs(), Fake(), []
    clean = clean_side(examples, fake.predict(examples, on_batch=counted.append), ACCURACY)
    struck = Passages(examples, ("text",)).perturb(find_perturbation("word-deletion"), rate=0.05, seed=3)
    left = [item.example.id for item in struck if item.unchanged]
    assert 0 < len(left) < 10
    fake.asked.clear()
    predictions = predict_perturbed(struck, clean, fake, counted.append)
    assert fake.asked == [item.example.id for item in struck if not item.unchanged]
    assert sum(counted) == 20, "every example is told to the progress bar once a cell"
    for item, before, after in zip(struck, clean.predictions, predictions, strict=True):
        assert (after is before) == item.unchanged


@pytest.mark.parametrize(
    ("removed", "gold"),
    [
        ("Battle of ", ("the Hastings", "Hastings")),
        (" Hastings", ("the Battle of",)),
        ("Battle of Hastings", ("the Battle of Hastings", "Hastings")),
        ("the Battle of Hastings", ("the Battle of Hastings", "Hastings")),
    ],
)
def test_what_is_left_of_an_answer_is_right_only_if_it_can_be_given(removed: str, gold: tuple[str, ...]) -> None:
    text = "He fell at the Battle of Hastings, they say."
    spans = (Span(11, 33, ANSWER), Span(25, 33, ANSWER))
    example = Example("0", "0", {"context": Text(text, "en", "k", spans)})
    start = text.index(removed)
    edits = {"context": Edits(text, (Edit(start, start + len(removed), ""),), units=9, touched=1)}
    after, survivors = transport(example, edits)
    metrics = [find_metric(name) for name in ("squad-f1", "squad-em")]
    assert perturbed_gold([Perturbed(after, edits, survivors)], [example], metrics) == [gold]


@pytest.mark.parametrize(("examples", "metrics"), [(sentences(), METRICS), (pairs(), ACCURACY)], ids=["tags", "class"])
def test_the_identity_cell_equals_the_clean_one_but_for_nothing(examples: list[Example], metrics: list[Metric]) -> None:
    clean, _, _, records = scored(examples, "identity", metrics, rate=1)
    assert records == clean_records(clean)
    assert all(record.statistic == record.reference for record in records)


def seqeval_counts(gold: Sequence[str], found: Sequence[str]) -> tuple[int, int, int]:
    """Chunks right, in vain and missed, by seqeval's own reading of a sentence."""
    true, got = ({*map(tuple, get_entities(list(tags)))} for tags in (gold, found))
    return len(true & got), len(got - true), len(true - got)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", ["word-deletion", "character-deletion", "word-swap", "character-swap"])
def test_tagging_is_scored_on_the_surviving_tokens_on_both_sides(name: str) -> None:
    lost_some = False
    for seed in range(4):
        examples = sentences()
        clean, struck, predictions, records = scored(examples, name, METRICS, rate=0.4, seed=seed)
        for example, before, item, after, record in zip(
            examples, clean.predictions, struck, predictions, records, strict=True
        ):
            tags = [span.label for span in example.texts["text"].spans]
            alive = item.survivors.get("text", tuple(range(len(tags))))
            gold = surviving_bio(tags, alive)
            right = sum(a == b for a, b in zip(gold, after.label, strict=True))
            assert record.statistic[:3] == seqeval_counts(gold, after.label)
            assert record.statistic[3:] == (right, len(alive))
            order = sorted(alive)
            kept = [surviving_bio(answer, order) for answer in (tags, list(before.label))]
            matching = sum(a == b for a, b in zip(*kept, strict=True))
            assert record.reference[:3] == seqeval_counts(*kept), "the clean answer on the same survivors"
            assert record.reference[3:] == (matching, len(alive))
            assert record.lost == pytest.approx(1 - len(alive) / len(tags))
            lost_some = lost_some or record.lost > 0
    assert lost_some == (name in ("word-deletion", "character-deletion"))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_swap_of_words_moves_the_gold_tags_and_leaves_the_clean_score() -> None:
    clean, struck, predictions, records = scored(sentences(), "word-swap", METRICS, rate=0.8)
    moved = 0
    for before, item, after, record, vector in zip(
        clean.examples, struck, predictions, records, clean.statistics.tolist(), strict=True
    ):
        gold = gold_answer(item.example)
        assert sorted(tag[-3:] for tag in gold) == sorted(tag[-3:] for tag in gold_answer(before))
        moved += gold != gold_answer(before)
        assert record.reference == tuple(vector)
        assert record.lost == 0
        assert record.statistic[3] == sklearn.metrics.accuracy_score(list(gold), list(after.label), normalize=False)
    assert moved > 5


def test_deleting_the_first_token_of_a_name_leaves_a_name_that_begins() -> None:
    example = sentences()[0]
    text = example.texts["text"]
    first = text.spans[0]
    edits = {"text": Edits(text.text, (Edit(first.start, first.end + 1, ""),), units=8, touched=1)}
    after, survivors = transport(example, edits)
    item = Perturbed(after, edits, survivors)
    assert gold_answer(item.example)[:2] == ("B-PER", "I-PER")
    prediction = Prediction(("B-PER", "I-PER", "VERB", "NOUN", "NOUN", "NOUN", "NOUN"), (1.0,) * 7, 7, False)
    before = Prediction(("B-PER", "I-PER", "I-PER", "VERB", "NOUN", "NOUN", "NOUN", "NOUN"), (1.0,) * 8, 8, False)
    clean = clean_side([example], [before], METRICS)
    (record,) = perturbed_records([item], [prediction], clean, METRICS)
    assert record.statistic[1:3] == (0, 0), "nothing found in vain, nothing missed"
    assert record.reference[1:3] == (0, 0), "the clean answer was right on what is left"
    assert record.lost == pytest.approx(1 / 8)
    assert record.statistic[3:] == record.reference[3:] == (7, 7)


def test_a_sentence_that_lost_every_token_counts_nothing_on_either_side() -> None:
    example = sentences()[0]
    text = example.texts["text"]
    edits = {"text": Edits(text.text, (Edit(0, len(text.text), ""),), units=8, touched=8)}
    after, survivors = transport(example, edits)
    clean = clean_side([example], Fake().predict([example]), METRICS)
    (record,) = perturbed_records([Perturbed(after, edits, survivors)], [Prediction((), (), 0, False)], clean, METRICS)
    assert record.statistic == record.reference == (0, 0, 0, 0, 0)
    assert (record.lost, record.prediction) == (1, ())


@pytest.mark.parametrize(("examples", "metrics"), [(sentences(), METRICS), (pairs(), ACCURACY)], ids=["tags", "class"])
def test_the_clean_side_comes_back_from_the_store(
    tmp_path: Path, examples: list[Example], metrics: list[Metric]
) -> None:
    clean = clean_side(examples, Fake().predict(examples), metrics)
    store = Store(tmp_path)
    store.write(CELL, clean_records(clean))
    again = clean_from_records(examples, store.read(CELL.key), metrics, kind=kind_of(examples))
    assert list(again.predictions) == list(clean.predictions)
    assert np.array_equal(again.statistics, clean.statistics)
    assert CLEAN == "clean"


def test_the_records_hold_what_happened_to_each_example() -> None:
    _, struck, predictions, records = scored(sentences(), "word-deletion", METRICS, rate=0.4)
    for item, prediction, record in zip(struck, predictions, records, strict=True):
        assert record.id == item.example.id
        assert record.group == item.example.group
        assert record.prediction == tuple(prediction.label)
        assert record.probabilities == prediction.probabilities
        assert record.edits == item.edits_as_json()
        assert record.realised_rate == item.realised_rate
        assert (record.pieces, record.truncated) == (prediction.pieces, prediction.truncated)
        assert record.status is item.status
        assert len(record.prediction) == len(item.example.texts["text"].spans)


def kind_of(examples: list[Example]) -> Kind:
    return Kind.TAGGING if examples[0].target is None else Kind.CLASSIFICATION
