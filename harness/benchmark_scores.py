"""Scores of tasks, groups and whole benchmarks: unweighted means, and only where nothing is missing.

A mean over fewer languages or tasks than the benchmark has is another number under its name, so there is none; what is
missing is said instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from suites.benchmarks import Benchmark

OVERALL = "overall"
"""The name under which the mean over all tasks is reported."""
LISTED = 6
"""What is missing is named up to so many, and counted beyond."""


@dataclass(frozen=True, slots=True)
class BenchmarkScore:
    """One line of a benchmark's table.

    Args:
        level: `"task"`, `"group"` or `"overall"`.
        name: of the task or the group, or `"overall"`.
        score: in the unit of what was given; None where something is missing.
        missing: what is missing, in words; empty where nothing is.
    """

    level: str
    name: str
    score: float | None
    missing: str = ""


def benchmark_scores(benchmark: Benchmark, scores: Mapping[str, Mapping[str, float]]) -> tuple[BenchmarkScore, ...]:
    """The scores of every task and group and of the whole.

    Args:
        benchmark: what has to be there.
        scores: by task and language, one number each; for question answering the mean of exact match and F1. Tasks
            and languages that the benchmark does not have are left out of it.

    Returns:
        Tasks in the benchmark's order, then groups, then the overall score.
    """
    found = {
        task: {code: own[code] for code in benchmark.languages(task) if code in own}
        for task, own in scores.items()
        if task in benchmark.tasks
    }
    return (
        *(_mean(benchmark, "task", task, (task,), found) for task in benchmark.tasks),
        *(_mean(benchmark, "group", group, names, found) for group, names in benchmark.groups.items()),
        _mean(benchmark, "overall", OVERALL, benchmark.tasks, found),
    )


def _mean(
    benchmark: Benchmark, level: str, name: str, tasks: Sequence[str], scores: Mapping[str, Mapping[str, float]]
) -> BenchmarkScore:
    """The mean over tasks of their means over languages, or what they lack."""
    missing = _missing(benchmark, tasks, scores)
    if missing:
        return BenchmarkScore(level, name, None, missing)
    return BenchmarkScore(level, name, fmean(fmean(scores[task].values()) for task in tasks))


def _missing(benchmark: Benchmark, tasks: Sequence[str], scores: Mapping[str, Mapping[str, float]]) -> str:
    """What some tasks lack, in a line that does not grow with it."""
    absent = [task for task in tasks if not scores.get(task)]
    parts: list[str] = []
    if absent:
        told = ", ".join(absent) if len(absent) <= LISTED else f"{len(absent)} of {len(tasks)} tasks"
        parts.append(f"{told} {'was' if len(absent) == 1 else 'were'} not scored")
    for task in tasks:
        wanted = benchmark.languages(task)
        lacking = [code for code in wanted if code not in scores.get(task, {})]
        if lacking and task not in absent:
            told = " ".join(lacking) if len(lacking) <= LISTED else f"{len(lacking)} of {len(wanted)} languages"
            parts.append(f"{task} lacks {told}")
    return "; ".join(parts)
