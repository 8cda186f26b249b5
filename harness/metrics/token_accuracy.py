"""Token accuracy of a tagging: the share of tokens with the gold tag, over all sentences together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.metrics.metric import Answer, check_lengths, ratio, stack


@dataclass(frozen=True, slots=True)
class TokenAccuracy:
    """Correct tokens over tokens; long sentences weigh more."""

    name: str = "token-accuracy"
    columns: tuple[str, ...] = ("correct", "tokens")
    binary: bool = False
    additive: bool = False

    def statistic(self, gold: Answer, predicted: Answer) -> tuple[float, ...]:
        """Right tokens and tokens of one sentence; an empty predicted tag is wrong.

        Raises:
            ValueError: the two differ in length.
        """
        check_lengths(gold, predicted)
        return (float(sum(map(str.__eq__, gold, predicted))), float(len(gold)))

    def statistics(self, gold: Sequence[Answer], predicted: Sequence[Answer]) -> NDArray[np.float64]:
        """The vectors of a set, `(sentences, 2)`."""
        return stack(self, gold, predicted)

    def score(self, totals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Token accuracy, 0–1, of summed vectors `(..., 2)`."""
        return ratio(totals[..., 0], totals[..., 1])


TOKEN_ACCURACY = TokenAccuracy()
