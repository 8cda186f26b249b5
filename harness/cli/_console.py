"""What the commands print with: a console for results, a progress bar beside them."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text


def console() -> Console:
    """A console on the standard output; 100 columns wide where the output is no terminal."""
    found = Console()
    return found if found.is_terminal else Console(width=100)


class _Speed(ProgressColumn):
    """Examples a second since the run began."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.fields['speed']:,.0f} examples/s")


class Bar:
    """A progress bar on the standard error: cells, examples a second, time left."""

    def __init__(self) -> None:
        screen = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("cells"),
            _Speed(),
            TimeRemainingColumn(),
            console=screen,
            transient=True,
            # Where nobody looks on, a bar would leave an empty line in the log.
            disable=not screen.is_terminal,
        )
        self._task = self._bar.add_task("preparing", total=None, speed=0.0)
        self._examples = 0
        self._started = time.monotonic()

    def __enter__(self) -> Bar:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def start(self, cells: int) -> None:
        """The run has `cells` cells."""
        self._started = time.monotonic()
        self._bar.update(self._task, total=cells, description="scoring")

    def cell(self, name: str, *, stored: bool) -> None:
        """A cell is finished."""
        self._bar.update(self._task, advance=1, description=name)

    def examples(self, count: int) -> None:
        """So many more examples have passed the model."""
        self._examples += count
        self._bar.update(self._task, speed=self._examples / max(time.monotonic() - self._started, 1e-9))


class StepBar:
    """A progress bar on the standard error for a training: steps, time left."""

    def __init__(self) -> None:
        screen = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("steps"),
            TimeRemainingColumn(),
            console=screen,
            transient=True,
            disable=not screen.is_terminal,
        )
        self._task = self._bar.add_task("preparing", total=None)

    def __enter__(self) -> StepBar:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def step(self, done: int, steps: int) -> None:
        """So many of all steps are done."""
        self._bar.update(self._task, completed=done, total=steps, description="training")
