"""Scores of tasks, groups and whole benchmarks: unweighted means, and only where nothing is missing.

A mean over fewer languages or tasks than the benchmark has is another number under its name, so there is none; what is
missing is said instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

from suites.benchmarks import Benchmark

OVERALL = "overall"
"""The name under which the mean over all tasks is reported."""


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
    tasks = {name: _task(benchmark, name, scores.get(name, {})) for name in benchmark.tasks}
    groups = [_mean("group", group, [tasks[name] for name in names]) for group, names in benchmark.groups.items()]
    return (*tasks.values(), *groups, _mean("overall", OVERALL, list(tasks.values())))


def _task(benchmark: Benchmark, name: str, scores: Mapping[str, float]) -> BenchmarkScore:
    wanted = benchmark.languages(name)
    absent = [code for code in wanted if code not in scores]
    if not scores:
        return BenchmarkScore("task", name, None, f"{name} was not scored")
    if absent:
        return BenchmarkScore("task", name, None, f"{name} lacks {' '.join(absent)}")
    return BenchmarkScore("task", name, fmean(scores[code] for code in wanted))


def _mean(level: str, name: str, parts: list[BenchmarkScore]) -> BenchmarkScore:
    found = [part.score for part in parts if part.score is not None]
    if len(found) < len(parts):
        return BenchmarkScore(level, name, None, "; ".join(part.missing for part in parts if part.missing))
    return BenchmarkScore(level, name, fmean(found))
