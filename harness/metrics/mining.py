"""F1 of mined sentence pairs, as BUCC 2018 counts them (Zweigenbaum et al. 2018)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.metrics.metric import Answer, ratio, stack


@dataclass(frozen=True, slots=True)
class MiningF1:
    """Micro-averaged F1 over pairs, each counted with its source sentence."""

    name: str = "bucc-f1"
    columns: tuple[str, ...] = ("tp", "fp", "fn")
    binary: bool = False
    additive: bool = False

    def statistic(self, gold: Answer, predicted: Answer) -> tuple[float, ...]:
        """Pairs right, mined in vain and missed of one source sentence.

        Args:
            gold: ids of its translations, often none.
            predicted: ids of the sentences that were mined for it, often none.

        Raises:
            ValueError: one string for a list.
        """
        if isinstance(gold, str) or isinstance(predicted, str):
            raise ValueError(f"mined sentences are compared with a set of translations, got {predicted!r} and {gold!r}")
        wanted, found = set(gold), set(predicted)
        right = len(wanted & found)
        return (float(right), float(len(found) - right), float(len(wanted) - right))

    def statistics(self, gold: Sequence[Answer], predicted: Sequence[Answer]) -> NDArray[np.float64]:
        """The vectors of a set, `(sentences, 3)`."""
        return stack(self, gold, predicted)

    def score(self, totals: NDArray[np.float64]) -> NDArray[np.float64]:
        """F1, 0–1, of summed counts `(..., 3)`."""
        doubled = 2 * totals[..., 0]
        return ratio(doubled, doubled + totals[..., 1] + totals[..., 2])


BUCC_F1 = MiningF1()
