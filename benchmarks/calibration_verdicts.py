"""Verdicts: how often something happened in a simulation, judged by exact binomial bounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from harness.statistics.sample import Floats

CONFIDENCE = 0.999
"""A correct procedure leaves the bounds once in a thousand checks; seeds are fixed, so that it does so always or never.

With 10,000 repetitions 5 % is then told from 4.3 and 5.7 %.
"""
CHUNK = 250
"""Repetitions simulated at once, so that memory stays flat."""

Judge = Literal["both", "at most", "at least", "shown"]
"""On which side a rate may not leave its nominal one; `"shown"` where nothing is promised."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the calibration.

    Args:
        name: the procedure and the situation.
        kind: what the rate is one of: false alarms, coverage, power…
        nominal: what it should be, 0–1; for what is only shown, what the proper procedure has, or None.
        hits: how often it happened; a sum of shares where each repetition gives a share.
        repetitions: of how many.
        judge: on which side it is held to the nominal rate.
    """

    name: str
    kind: str
    nominal: float | None
    hits: float
    repetitions: int
    judge: Judge = "both"

    def __post_init__(self) -> None:
        if self.nominal is None and self.judge != "shown":
            raise ValueError(f"check {self.name!r} needs a nominal rate to be judged by")

    @property
    def rate(self) -> float:
        """0–1."""
        return self.hits / self.repetitions

    @property
    def bounds(self) -> tuple[float, float]:
        """What the rate of a correct procedure keeps to, 0–1.

        A share varies no more than a coin of the same mean (Hoeffding 1963), so that the bounds hold for it too.
        """
        if self.nominal is None:
            return 0.0, 1.0
        tail = (1 - CONFIDENCE) / 2
        low, high = stats.binom.ppf([tail, 1 - tail], self.repetitions, self.nominal) / self.repetitions
        return (0.0 if self.judge == "at most" else float(low)), (1.0 if self.judge == "at least" else float(high))

    @property
    def kept(self) -> bool:
        """Whether the rate is within its bounds; what is only shown always is."""
        low, high = self.bounds
        return self.judge == "shown" or low <= self.rate <= high

    def line(self) -> str:
        """The check as a line of a table."""
        low, high = self.bounds
        text = f"{self.name:<66}{self.kind:<14}{100 * self.rate:>7.2f}"
        if self.judge == "shown":
            return text if self.nominal is None else f"{text}   (the proper way: {100 * self.nominal:g})"
        return f"{text}   {100 * low:>6.2f} to {100 * high:<6.2f} {'kept' if self.kept else 'BROKEN'}"


def chunks(repetitions: int, size: int = CHUNK) -> Iterator[int]:
    """Sizes of the chunks that make up the repetitions."""
    for start in range(0, repetitions, size):
        yield min(size, repetitions - start)


def covered(low: Floats, high: Floats, truth: float) -> int:
    """How many intervals hold the truth."""
    return int(np.sum((low <= truth) & (truth <= high)))


def generator_for(name: str) -> np.random.Generator:
    """The draws of one part of the calibration: the same whatever else is computed."""
    return np.random.Generator(np.random.PCG64(list(name.encode())))
