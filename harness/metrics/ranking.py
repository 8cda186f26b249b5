"""Scores of a ranked list of candidates: accuracy of the first, mean average precision and reciprocal rank at 20.

As LAReQA (Roy et al. 2020) and Mewsli-X (Ruder et al. 2021) use them: average precision divides by the number of
targets or by 20, whichever is less, so that a perfect list has 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.metrics.metric import Answer, ratio, stack

DEPTH = 20
"""How far down a list is looked."""


def average_precision(targets: frozenset[str], ranked: Sequence[str]) -> float:
    """Mean over the targets of the precision at the rank of each, 0 for those that are not in the list."""
    found, total = 0, 0.0
    for rank, candidate in enumerate(ranked[:DEPTH], start=1):
        if candidate in targets:
            found += 1
            total += found / rank
    return total / min(len(targets), DEPTH)


def reciprocal_rank(targets: frozenset[str], ranked: Sequence[str]) -> float:
    """One over the rank of the first target, 0 where none is in the list."""
    return next((1 / rank for rank, item in enumerate(ranked[:DEPTH], start=1) if item in targets), 0.0)


def first_is_right(targets: frozenset[str], ranked: Sequence[str]) -> float:
    """1 where the first candidate is a target, else 0."""
    return float(bool(ranked) and ranked[0] in targets)


@dataclass(frozen=True, slots=True)
class RankingMetric:
    """The mean over queries of a value of the ranked list.

    Args:
        name: as users type it.
        value: 0–1 from the targets and the candidates, best first.
        binary: whether a query's value is 0 or 1.
    """

    name: str
    value: Callable[[frozenset[str], Sequence[str]], float]
    binary: bool
    columns: tuple[str, ...] = ("value", "n")
    additive: bool = True

    def statistic(self, gold: Answer, predicted: Answer) -> tuple[float, ...]:
        """`(value, 1)`; the value is in 0–1.

        Args:
            gold: ids of the targets.
            predicted: ids of the candidates, the best first.

        Raises:
            ValueError: no target, one string for a list, or a candidate twice.
        """
        if isinstance(gold, str) or isinstance(predicted, str) or not gold:
            raise ValueError(f"a ranking is compared with a set of targets, got {predicted!r} and {gold!r}")
        if len(set(predicted)) < len(predicted):
            raise ValueError(f"a candidate stands twice in the ranking {list(predicted)!r}")
        return (self.value(frozenset(gold), predicted), 1.0)

    def statistics(self, gold: Sequence[Answer], predicted: Sequence[Answer]) -> NDArray[np.float64]:
        """The vectors of a set, `(queries, 2)`."""
        return stack(self, gold, predicted)

    def score(self, totals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean value, 0–1, of summed vectors `(..., 2)`."""
        return ratio(totals[..., 0], totals[..., 1])


ACCURACY_AT_1 = RankingMetric("accuracy@1", first_is_right, binary=True)
MAP_20 = RankingMetric("map@20", average_precision, binary=False)
MRR_20 = RankingMetric("mrr@20", reciprocal_rank, binary=False)
