"""Difficulties: from a list of tasks to every measure of them, and whether the measures agree."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harness.difficulty.agreement import Concordance, Pair, agree_in_pairs, agree_together
from harness.difficulty.compute import compute
from harness.difficulty.inputs import read_inputs
from harness.difficulty.measures import TaskDifficulty
from harness.statistics.sample import Settings


@dataclass(frozen=True, slots=True)
class Difficulties:
    """The difficulty of several tasks.

    Args:
        tasks: what is known of each.
        kendall: every two measures by τ.
        spearman: the same by ρ.
        together: Kendall's W, or why there is none.
        settings: how it was tested.
    """

    tasks: tuple[TaskDifficulty, ...]
    kendall: tuple[Pair, ...]
    spearman: tuple[Pair, ...]
    together: Concordance | str
    settings: Settings


def difficulties(path: Path, *, settings: Settings) -> Difficulties:
    """Everything about the tasks that a file lists.

    Raises:
        XRobustError: whatever is wrong with the file or an input that it names.
    """
    tasks = compute(read_inputs(path))
    return Difficulties(
        tasks=tasks,
        kendall=agree_in_pairs(tasks, settings=settings),
        spearman=agree_in_pairs(tasks, settings=settings, coefficient="spearman"),
        together=agree_together(tasks, settings=settings),
        settings=settings,
    )
