"""The scores of benchmarks that a run holds: clean and under each perturbation, for each system.

A benchmark asks one system for all of its tasks, and a system may be several checkpoints, one fine-tuned on each task.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean

import numpy as np

from harness.benchmark_scores import OVERALL, BenchmarkScore, benchmark_scores
from harness.cell import CLEAN, Cell, Planned
from harness.columns import metric_columns
from harness.metrics.registry import find_metric
from harness.plan import Plan
from harness.store import Store
from perturbations.errors import UnknownNameError
from suites.benchmarks import BENCHMARKS, Benchmark
from suites.task import Kind, find_task

Condition = tuple[str, float]
"""Perturbation as the run shows it, or `"clean"`, and rate."""
Where = tuple[str, Condition, str, str]
"""Checkpoint, condition, task and language."""
System = Mapping[str, str]
"""By task, the checkpoint that is asked."""
SPLIT = "test"
"""The split that the scores of a benchmark are of."""
NAMED = 3
"""A system is called by its checkpoints up to so many."""


def check_systems(plan: Plan, checkpoints: Sequence[str]) -> None:
    """Make sure that the systems of a plan are made of its checkpoints.

    Args:
        plan: names the systems.
        checkpoints: names of what is scored.

    Raises:
        UnknownNameError: a checkpoint that is not scored; the message names the nearest.
    """
    for members in plan.systems.values():
        for name in members:
            if name not in checkpoints:
                raise UnknownNameError("checkpoint of this plan", name, checkpoints)


def benchmark_rows(plan: Plan, store: Store, planned: Sequence[Planned]) -> Iterator[dict[str, object]]:
    """The rows of the table of benchmark scores, in points; none where no task of a benchmark was scored.

    Args:
        plan: names the systems, the split and the severities.
        store: holds the records.
        planned: every cell of the run.
    """
    wanted = {task for benchmark in BENCHMARKS.values() for task in benchmark.tasks}
    own = [item for item in planned if item.cell.task in wanted]
    lacking = _lacking(plan)
    scores = {} if lacking else _scores(store, own)
    conditions = dict.fromkeys((item.perturbation, item.cell.rate) for item in own)
    # The clean scores first, whatever was planned first.
    conditions = sorted(conditions, key=lambda condition: condition[0] != CLEAN)
    for benchmark in BENCHMARKS.values():
        for system, asked in _systems(plan, own, benchmark).items():
            for condition in conditions:
                perturbation, rate = condition
                place: dict[str, object] = {
                    "benchmark": benchmark.title,
                    "system": system,
                    "perturbation": perturbation,
                    "rate": rate,
                    "severity": None if perturbation == CLEAN else plan.severity(rate),
                }
                for score in _lines(benchmark, _of_system(scores, asked, condition), lacking):
                    yield place | {
                        "level": score.level,
                        "name": score.name,
                        "score": score.score,
                        "missing": score.missing or None,
                    }


def _lacking(plan: Plan) -> str:
    """Why no score of the plan is a benchmark's, empty where some may be."""
    if plan.split != SPLIT:
        return f"its scores are of the {SPLIT} split, this is {plan.split}"
    if plan.limit is not None:
        return f"its scores are of whole test sets, these are the first {plan.limit} examples of each language"
    return ""


def _lines(benchmark: Benchmark, scores: Mapping[str, Mapping[str, float]], lacking: str) -> tuple[BenchmarkScore, ...]:
    if lacking:
        return (BenchmarkScore("overall", OVERALL, None, lacking),)
    return benchmark_scores(benchmark, scores)


def _of_system(scores: Mapping[Where, float], asked: System, condition: Condition) -> dict[str, dict[str, float]]:
    """What a system reached, by task and language."""
    found: dict[str, dict[str, float]] = {}
    for (checkpoint, where, task, language), score in scores.items():
        if where == condition and asked.get(task) == checkpoint:
            found.setdefault(task, {})[language] = score
    return found


def _systems(plan: Plan, planned: Sequence[Planned], benchmark: Benchmark) -> dict[str, System]:
    """The systems by name: those of the plan; else all checkpoints as one where no task has two of them, or each."""
    scored: dict[str, list[str]] = {}
    for task, checkpoint in dict.fromkeys((item.cell.task, item.checkpoint) for item in planned):
        if task in benchmark.tasks:
            scored.setdefault(task, []).append(checkpoint)
    checkpoints = list(dict.fromkeys(name for names in scored.values() for name in names))
    if plan.systems:
        groups: Mapping[str, Sequence[str]] = plan.systems
    elif checkpoints and all(len(names) == 1 for names in scored.values()):
        title = " + ".join(checkpoints) if len(checkpoints) <= NAMED else f"all {len(checkpoints)} checkpoints"
        groups = {title: checkpoints}
    else:
        groups = {name: (name,) for name in checkpoints}
    systems = {
        # Of several members that were scored on a task the first one counts.
        title: {task: next(name for name in members if name in names) for task, names in scored.items()
                if set(members) & set(names)}
        for title, members in groups.items()
    }  # fmt: skip
    return {title: asked for title, asked in systems.items() if asked}


def _scores(store: Store, planned: Sequence[Planned]) -> dict[Where, float]:
    """The benchmark's score of every language, in points, perturbation seeds averaged within an example."""
    places: dict[Where, list[tuple[Cell, str]]] = {}
    for item in planned:
        cell = item.cell
        where = (item.checkpoint, (item.perturbation, cell.rate), cell.task, cell.language)
        places.setdefault(where, []).append((cell, item.key))
    return {where: _score(store, cells) for where, cells in places.items()}


def _score(store: Store, cells: Sequence[tuple[Cell, str]]) -> float:
    cell = cells[0][0]
    task = find_task(cell.task)
    # Its own metric, whatever the run reports; of question answering the mean of exact match and F1.
    names = task.metrics if task.kind is Kind.QUESTION_ANSWERING else (task.metric,)
    totals = np.mean(
        [store.vectors(key).sum(axis=0) for _, key in sorted(cells, key=lambda pair: pair[0].seed)], axis=0
    )
    where = f"{cell.task} {cell.language}"
    return 100 * fmean(
        float(find_metric(name).score(totals[metric_columns(cell.metrics, name, where)])) for name in names
    )
