"""Measures beside the drop: how often answers change, how far probabilities can be trusted, how texts fall to pieces.

Sources: relative drop, Zhu et al. 2023 (performance drop rate); expected calibration error, Guo et al. 2017 (equation
3); subword pieces a word, the fertility of Rust et al. 2021; the worst case over perturbations, the robust accuracy of
Jia et al. 2019.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.columns import Columns
from harness.metrics.metric import Metric
from harness.statistics.sample import Floats
from harness.store import Store
from suites.task import Kind

BINS = 15
"""Bins of equal width, as in Guo et al. 2017."""
CALIBRATED = (Kind.CLASSIFICATION, Kind.MULTIPLE_CHOICE, Kind.TAGGING)
"""Kinds whose answers are right or wrong, each with a probability."""


@dataclass(frozen=True, slots=True)
class Side:
    """What is measured on one side of a perturbation, its seeds as a mean.

    Args:
        pieces: subword pieces a word, None where nobody counted them.
        calibration: expected calibration error, 0–1; None for answers that have no probability or are not right or
            wrong.
        strays: outputs of a text-to-text model that are no label.
        stray: the first of them, None where there is none.
    """

    pieces: float | None
    calibration: float | None
    strays: float
    stray: str | None


def measure_side(store: Store, keys: Sequence[str], read: Sequence[Columns], kind: Kind) -> Side:
    """Measure one side of a cell.

    Args:
        store: holds the records.
        keys: `(seeds,)` of its cells.
        read: `(seeds,)` what was read of them.
        kind: of the task.
    """
    errors = [_calibration(store, key, kind) for key in keys] if kind in CALIBRATED else []
    known = [error for error in errors if error is not None]
    return Side(
        fragmentation(read),
        float(np.mean(known)) if known else None,
        strays=float(np.mean([seed.strays for seed in read])),
        stray=next((seed.stray for seed in read if seed.stray is not None), None),
    )


def flip_rate(read: Sequence[Columns]) -> float:
    """0–1, share of the answers that differ from the clean ones; 0 where there is no answer."""
    answers = sum(int(seed.answers.sum()) for seed in read)
    return sum(int(seed.changed.sum()) for seed in read) / answers if answers else 0.0


def fragmentation(read: Sequence[Columns]) -> float | None:
    """Subword pieces over words, all inputs together; None where there are no words or nobody counted pieces."""
    pieces = sum(float(seed.pieces.sum()) for seed in read)
    words = sum(int(seed.words.sum()) for seed in read)
    # A count that is not known is NaN.
    return pieces / words if words and np.isfinite(pieces) else None


def relative_drop(clean: float, perturbed: float) -> float | None:
    """The drop as a share of the clean score, None where that is 0."""
    return (clean - perturbed) / clean if clean else None


def calibration_error(confidences: Floats, correct: NDArray[np.bool_], *, bins: int = BINS) -> float:
    """Expected calibration error: mean gap of confidence and accuracy over bins of equal width, weighed by their size.

    Args:
        confidences: `(answers,)` probabilities of the answers given, 0–1; bin m of M holds those above (m − 1)/M and up
            to m/M, the first one also 0.
        correct: `(answers,)` whether each is right.
        bins: M.

    Returns:
        0–1; 0 where there is no answer.
    """
    if not len(confidences):
        return 0.0
    inner = np.arange(1, bins) / bins
    places = np.digitize(confidences, inner, right=True)
    # The size of a bin cancels: |accuracy − confidence| times its size is the difference of two sums.
    gaps = np.bincount(places, weights=correct.astype(np.float64) - confidences, minlength=bins)
    return float(np.abs(gaps).sum() / len(confidences))


def _calibration(store: Store, key: str, kind: Kind) -> float | None:
    shares, correct = store.lists(key, "probabilities", "correct")
    if kind is not Kind.TAGGING:
        if not shares.lengths.all():
            return None
        starts = np.cumsum(shares.lengths) - shares.lengths
        return calibration_error(np.maximum.reduceat(shares.values, starts).astype(np.float64), correct.values)
    if not np.array_equal(shares.lengths, correct.lengths):
        return None
    return calibration_error(shares.values.astype(np.float64), correct.values)


def worst_case(metric: Metric, cells: Iterable[Floats]) -> Floats:
    """Each example under the perturbation that hurts it most, `(examples, k)`.

    That is where its own score is lowest, and of equal scores where its counts are highest (more found in vain, more
    missed). An example with nothing to find in which nothing was found has no error and counts as right. The score of
    their sum is, for accuracy, the share of examples that are right under every perturbation, and for graded metrics
    the mean of the lowest grade of each example.

    Args:
        metric: scores the vectors.
        cells: `(perturbations,)` statistic vectors `(examples, k)` of the same examples, one at least.
    """
    worst: Floats | None = None
    lowest = counts = np.zeros(0)
    for vectors in cells:
        own = np.where(vectors.any(axis=1), metric.score(vectors), 1.0)
        total = vectors.sum(axis=1)
        if worst is None:
            worst, lowest, counts = vectors.copy(), own, total
            continue
        harder = (own < lowest) | ((own == lowest) & (total > counts))
        worst[harder] = vectors[harder]
        lowest, counts = np.where(harder, own, lowest), np.where(harder, total, counts)
    if worst is None:
        raise ValueError("the worst case of no perturbation: give the vectors of one at least")
    return worst
