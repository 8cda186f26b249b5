"""Progress: what a run tells while it goes on, and where its time went."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    """Whoever wants to watch a run; every method may ignore what it is told."""

    def start(self, cells: int) -> None:
        """The run has `cells` cells."""
        ...

    def cell(self, name: str, *, stored: bool) -> None:
        """A cell is finished; `stored` if it was there already."""
        ...

    def examples(self, count: int) -> None:
        """So many more examples have passed the model."""
        ...


class Silence:
    """Tells nobody."""

    def start(self, cells: int) -> None:
        """Ignore."""

    def cell(self, name: str, *, stored: bool) -> None:
        """Ignore."""

    def examples(self, count: int) -> None:
        """Ignore."""


class Clock:
    """Adds up the seconds that each stage took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        """Count the time inside towards the stage; stages do not nest."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started
