"""Metric: a score of a set of examples as a function of the sum of one small vector an example.

One bootstrap, one randomisation test and one store schema then serve every metric (see `harness.statistics`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Answer = str | Sequence[str]
"""The class of an example or its answer in words; else tags of its tokens, acceptable answers, or ids of candidates."""


@runtime_checkable
class Metric(Protocol):
    """How predictions are scored."""

    @property
    def name(self) -> str:
        """As users type it."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the entries of a statistic vector."""
        ...

    @property
    def binary(self) -> bool:
        """Whether an example's value is 0 or 1, so that McNemar's test applies."""
        ...

    @property
    def additive(self) -> bool:
        """Whether the score is the mean of one value an example."""
        ...

    def statistic(self, gold: Answer, predicted: Answer) -> tuple[float, ...]:
        """The vector of one example by itself.

        Raises:
            ValueError: the two differ in length.
        """
        ...

    def statistics(self, gold: Sequence[Answer], predicted: Sequence[Answer]) -> NDArray[np.float64]:
        """The vectors of a whole set in its order, `(examples, k)`; their sum gives the score of the set.

        Rows equal `statistic` of each example, but for a metric that says otherwise.

        Raises:
            ValueError: the sets, or two answers in them, differ in length.
        """
        ...

    def score(self, totals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scores in 0–1, `(...)`, of summed vectors, `(..., k)`; 0 where all counts are 0."""
        ...


@runtime_checkable
class Multilingual(Metric, Protocol):
    """A metric that compares answers as their language asks."""

    def in_language(self, code: str) -> Metric:
        """The same for answers in another language."""
        ...


def ratio(numerator: NDArray[np.float64], denominator: NDArray[np.float64]) -> NDArray[np.float64]:
    """Element-wise `numerator / denominator`, 0 where the denominator is 0."""
    quotient = np.zeros(np.broadcast_shapes(numerator.shape, denominator.shape))
    np.divide(numerator, denominator, out=quotient, where=denominator != 0)
    return quotient


def stack(metric: Metric, gold: Sequence[Answer], predicted: Sequence[Answer]) -> NDArray[np.float64]:
    """The vectors of examples that stand each for itself, `(examples, k)`.

    Raises:
        ValueError: the sets, or two answers in them, differ in length.
    """
    check_sets(gold, predicted)
    vectors = [metric.statistic(true, found) for true, found in zip(gold, predicted, strict=True)]
    return np.array(vectors, dtype=np.float64).reshape(len(gold), len(metric.columns))


def check_sets(gold: Sequence[Answer], predicted: Sequence[Answer]) -> None:
    """Raise ValueError where there is not one prediction for each example."""
    if len(gold) != len(predicted):
        raise ValueError(f"{len(gold)} gold answers against {len(predicted)} predictions: give one for each")


def check_lengths(gold: Answer, predicted: Answer) -> None:
    """Raise ValueError where there is not one tag for each token, or where a class stands for the tags."""
    if isinstance(gold, str) or isinstance(predicted, str):
        raise ValueError(f"a tagging metric compares sequences of tags, got {gold!r} and {predicted!r}")
    if len(gold) != len(predicted):
        raise ValueError(f"{len(gold)} gold tags against {len(predicted)} predicted ones: give one for each token")
