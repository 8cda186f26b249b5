"""Scoring: from predictions to records, clean and perturbed.

What a perturbation left unchanged is not asked again: its prediction is the clean one, exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from harness.cell import Record
from harness.gold import gold_answer, perturbed_gold
from harness.metrics.metric import Answer, Metric
from harness.noise import Perturbed
from harness.outcomes import Outcome, find_outcome, word_counts
from harness.predictors.prediction import Prediction, Predictor, Searcher
from perturbations.edits import Damage, Status
from suites.bio import surviving_bio
from suites.examples import Example
from suites.task import Kind

LISTED = (Kind.TAGGING, Kind.RETRIEVAL, Kind.MINING)
"""Kinds whose prediction is a list: a tag a token, or the candidates found."""


class OnBatch(Protocol):
    """Told after each batch how many examples it has finished."""

    def __call__(self, count: int, /) -> None:
        """Count them."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Clean:
    """The clean side of one checkpoint on one language: what every perturbed cell is held against.

    Args:
        examples: `(examples,)` as read.
        predictions: `(examples,)` of the unperturbed inputs.
        statistics: `(examples, k)` the vectors of all metrics, one after the other.
        words: `(examples,)` length of each in words.
    """

    examples: Sequence[Example]
    predictions: Sequence[Prediction]
    statistics: NDArray[np.float64]
    words: Sequence[int]


def predict_perturbed(
    perturbed: Sequence[Perturbed], clean: Clean, predictor: Predictor, on_batch: OnBatch, *, moved: bool = False
) -> list[Prediction]:
    """The predictions of perturbed inputs, in order; an input without an edit keeps its clean prediction.

    Where the answers of a predictor hang on one another, one edit is enough for all to be asked again, and where they
    are looked for in other candidates (`moved`) all are.
    """
    changed = [index for index, item in enumerate(perturbed) if not item.unchanged]
    if moved or (changed and isinstance(predictor, Searcher) and predictor.joint):
        changed = list(range(len(perturbed)))
    on_batch(len(perturbed) - len(changed))
    predictions = list(clean.predictions)
    if not changed:
        return predictions
    asked = predictor.predict([perturbed[index].example for index in changed], on_batch=on_batch)
    for index, prediction in zip(changed, asked, strict=True):
        predictions[index] = prediction
    return predictions


def clean_side(examples: Sequence[Example], predictions: Sequence[Prediction], metrics: Sequence[Metric]) -> Clean:
    """Score the clean predictions."""
    gold = [gold_answer(example) for example in examples]
    vectors = _vectors(metrics, gold, [prediction.label for prediction in predictions])
    return Clean(examples, predictions, vectors, word_counts(examples))


def clean_records(clean: Clean) -> list[Record]:
    """The records of the clean cell."""
    rows = zip(clean.examples, clean.predictions, clean.words, _tuples(clean.statistics), strict=True)
    records: list[Record] = []
    for example, prediction, words, vector in rows:
        label = prediction.label
        outcome = find_outcome(example, label, label, words=words, survivors=None, lost=0.0)
        records.append(_record(example, prediction, vector, vector, outcome))
    return records


def perturbed_records(
    perturbed: Sequence[Perturbed], predictions: Sequence[Prediction], clean: Clean, metrics: Sequence[Metric]
) -> list[Record]:
    """The records of a perturbed cell, each with the clean score of the same surviving tokens beside its own."""
    gold = perturbed_gold(perturbed, clean.examples, metrics)
    statistics = _vectors(metrics, gold, [prediction.label for prediction in predictions])
    references, lost = _references(perturbed, clean, metrics)
    outcomes = _outcomes(perturbed, predictions, clean, lost)
    rows = zip(perturbed, predictions, _tuples(statistics), _tuples(references), outcomes, strict=True)
    return [
        _record(item.example, prediction, vector, reference, outcome, item=item)
        for item, prediction, vector, reference, outcome in rows
    ]


def _outcomes(
    perturbed: Sequence[Perturbed], predictions: Sequence[Prediction], clean: Clean, lost: Sequence[float]
) -> list[Outcome]:
    words = list(clean.words)
    changed = [index for index, item in enumerate(perturbed) if not item.unchanged]
    for index, count in zip(changed, word_counts([perturbed[index].example for index in changed]), strict=True):
        words[index] = count
    return [
        find_outcome(
            item.example,
            prediction.label,
            before.label,
            words=count,
            survivors=_survivors(item, original),
            lost=share,
        )
        for item, prediction, before, original, count, share in zip(
            perturbed, predictions, clean.predictions, clean.examples, words, lost, strict=True
        )
    ]


def _survivors(item: Perturbed, before: Example) -> Sequence[int] | None:
    """The tokens that are left of the text of tokens, in their new order; None where it was not edited."""
    return next((kept for name, kept in item.survivors.items() if before.texts[name].tokens), None)


def clean_from_records(
    examples: Sequence[Example], records: Sequence[Record], metrics: Sequence[Metric], *, kind: Kind
) -> Clean:
    """The clean side of a task of that kind as it was stored."""
    predictions = [
        Prediction(
            record.prediction if kind in LISTED else record.prediction[0],
            record.probabilities,
            record.pieces,
            record.truncated,
            record.output,
        )
        for record in records
    ]
    return clean_side(examples, predictions, metrics)


def _references(
    perturbed: Sequence[Perturbed], clean: Clean, metrics: Sequence[Metric]
) -> tuple[NDArray[np.float64], list[float]]:
    """The clean vectors on the surviving tokens `(examples, k)`, and the share of tokens lost of each example."""
    references = clean.statistics.copy()
    lost = [0.0] * len(perturbed)
    for index, item in enumerate(perturbed):
        survivors = _survivors(item, clean.examples[index])
        if survivors is None:
            continue
        tags = gold_answer(clean.examples[index])
        alive = sorted(survivors)
        if len(alive) == len(tags):
            continue
        predicted = clean.predictions[index].label
        left = [surviving_bio(answer, alive) for answer in (tags, predicted)]
        references[index] = _vectors(metrics, left[:1], left[1:])[0]
        lost[index] = 1 - len(alive) / len(tags)
    return references, lost


def _vectors(metrics: Sequence[Metric], gold: Sequence[Answer], predicted: Sequence[Answer]) -> NDArray[np.float64]:
    return np.concatenate([metric.statistics(gold, predicted) for metric in metrics], axis=1)


def _tuples(vectors: NDArray[np.float64]) -> list[tuple[float, ...]]:
    return [tuple(row) for row in vectors.tolist()]


def _record(
    example: Example,
    prediction: Prediction,
    statistic: tuple[float, ...],
    reference: tuple[float, ...],
    outcome: Outcome,
    *,
    item: Perturbed | None = None,
) -> Record:
    return Record(
        id=example.id,
        group=example.group,
        prediction=(prediction.label,) if isinstance(prediction.label, str) else tuple(prediction.label),
        probabilities=prediction.probabilities,
        statistic=statistic,
        reference=reference,
        edits=item.edits_as_json() if item else "",
        realised_rate=item.realised_rate if item else 0.0,
        proposed=item.proposed if item else 0,
        collisions=item.collisions if item else 0,
        damage=item.damage if item else (0,) * len(Damage),
        lost=outcome.lost,
        pieces=prediction.pieces,
        truncated=prediction.truncated,
        words=outcome.words,
        answers=outcome.answers,
        changed=outcome.changed,
        correct=outcome.correct,
        status=item.status if item else Status.DONE,
        output=prediction.output,
    )
