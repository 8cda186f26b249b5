"""Accuracy of a classification: the share of examples whose class is the gold one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.metrics.metric import Answer, ratio, stack


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Correct examples over examples."""

    name: str = "accuracy"
    columns: tuple[str, ...] = ("correct", "n")
    binary: bool = True
    additive: bool = True

    def statistic(self, gold: Answer, predicted: Answer) -> tuple[float, ...]:
        """`(1, 1)` where the class is right, else `(0, 1)`."""
        return (float(gold == predicted), 1.0)

    def statistics(self, gold: Sequence[Answer], predicted: Sequence[Answer]) -> NDArray[np.float64]:
        """The vectors of a set, `(examples, 2)`."""
        return stack(self, gold, predicted)

    def score(self, totals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Accuracy, 0–1, of summed vectors `(..., 2)`."""
        return ratio(totals[..., 0], totals[..., 1])


ACCURACY = Accuracy()
