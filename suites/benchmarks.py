"""Benchmarks: which tasks in which languages make a group score and an overall score.

Source: XTREME (Hu et al. 2020) and XTREME-R (Ruder et al. 2021); the public `evaluate.py` of google-research/xtreme has
the languages of the first. A task's score is the unweighted mean over its languages, that of question answering the
mean of exact match and F1; the score of a group and the overall score are unweighted means over tasks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from perturbations.errors import UnknownNameError
from suites.task import find_task


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A set of tasks with a score in common.

    Args:
        name: as users type it.
        title: as the literature writes it.
        groups: names of the tasks by group; each task in one group.
        only: languages by task where they are not all of the task's own.
    """

    name: str
    title: str
    groups: Mapping[str, tuple[str, ...]]
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of all its tasks."""
        return tuple(name for names in self.groups.values() for name in names)

    def languages(self, task: str) -> tuple[str, ...]:
        """The languages over which the score of a task is averaged."""
        return self.only.get(task) or find_task(task).languages


XTREME = Benchmark(
    "xtreme",
    "XTREME",
    {
        "classification": ("xnli", "pawsx"),
        "structured prediction": ("udpos", "panx"),
        "question answering": ("xquad", "mlqa", "tydiqa"),
        "retrieval": ("bucc2018", "tatoeba"),
    },
    only={
        "udpos": tuple(
            "af ar bg de el en es et eu fa fi fr he hi hu id it ja kk ko mr nl pt ru ta te th tl tr ur vi yo zh".split()
        ),
        "panx": tuple(
            "af ar bg bn de el en es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt ru sw ta te th tl "
            "tr ur vi yo zh".split()
        ),
        "xquad": tuple("ar de el en es hi ru th tr vi zh".split()),
        "tatoeba": tuple(
            "af ar bg bn de el es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr nl pt ru sw ta te th tl tr ur vi "
            "zh".split()
        ),
    },
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
    only={"xcopa": tuple("et ht id it qu sw ta th tr vi zh".split())},
)
BENCHMARKS = {benchmark.name: benchmark for benchmark in (XTREME, XTREME_R)}


def find_benchmark(name: str) -> Benchmark:
    """The benchmark of that name.

    Raises:
        UnknownNameError: there is none; the nearest name is given.
    """
    if name not in BENCHMARKS:
        raise UnknownNameError("benchmark", name, BENCHMARKS)
    return BENCHMARKS[name]
