"""Stopwatch: seconds by the wall and seconds of processor time, which other work on the machine hardly moves."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Cost:
    """What something took.

    Args:
        wall: seconds that passed.
        cpu: seconds of processor time, over all threads of this process.
    """

    wall: float
    cpu: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu)

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.wall - other.wall, self.cpu - other.cpu)

    def __truediv__(self, other: Cost | int) -> Cost:
        """A share of it, or by the wall and by the processor how many times the other it is."""
        if isinstance(other, int):
            return Cost(self.wall / other, self.cpu / other)
        return Cost(self.wall / other.wall, self.cpu / other.cpu)


NOTHING = Cost(0.0, 0.0)


def now() -> Cost:
    """The clocks as they stand; differences count."""
    return Cost(time.perf_counter(), time.process_time())


def timed(work: Callable[[], Result]) -> tuple[Cost, Result]:
    """What some work took, and its result."""
    started = now()
    result = work()
    return now() - started, result
