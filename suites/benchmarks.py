"""Benchmarks: which tasks in which languages make a group score and an overall score.

Source: XTREME (Hu et al. 2020) and XTREME-R (Ruder et al. 2021); the public `evaluate.py` of google-research/xtreme has
the languages of the first. A task's score is the unweighted mean over its languages, that of question answering the
mean of exact match and F1; the score of a group and the overall score are unweighted means over tasks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from suites.task import find_task
from suites.xtreme_r import panx, tatoeba, udpos


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A set of tasks with a score in common.

    Args:
        name: as results have it.
        title: as the literature writes it.
        groups: names of the tasks by group; each task in one group.
        added: languages by task that the task has from a later benchmark, where there are any.
    """

    name: str
    title: str
    groups: Mapping[str, tuple[str, ...]]
    added: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of all its tasks."""
        return tuple(name for names in self.groups.values() for name in names)

    def languages(self, task: str) -> tuple[str, ...]:
        """The languages over which the score of a task is averaged."""
        added = self.added.get(task, frozenset())
        return tuple(code for code in find_task(task).languages if code not in added)


XTREME = Benchmark(
    "xtreme",
    "XTREME",
    {
        "classification": ("xnli", "pawsx"),
        "structured prediction": ("udpos", "panx"),
        "question answering": ("xquad", "mlqa", "tydiqa"),
        "retrieval": ("bucc2018", "tatoeba"),
    },
    added={"udpos": udpos.LATER, "panx": panx.LATER, "xquad": frozenset({"ro"}), "tatoeba": tatoeba.LATER},
)
XTREME_R = Benchmark(
    "xtreme-r",
    "XTREME-R",
    {
        "classification": ("xnli", "xcopa"),
        "structured prediction": ("udpos", "panx"),
        "question answering": ("xquad", "mlqa", "tydiqa"),
        "retrieval": ("tatoeba", "mewslix", "lareqa"),
    },
)
BENCHMARKS = {benchmark.name: benchmark for benchmark in (XTREME, XTREME_R)}
