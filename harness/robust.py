"""Robust scores: the worst case over the perturbations of a run, example by example.

Seeds are replicates here too: the worst case is taken over the perturbations of each seed, and seeds are averaged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.cell import Cell, Planned
from harness.columns import metric_columns
from harness.measures import worst_case
from harness.metrics.registry import find_metric
from harness.plan import Plan
from harness.store import Store
from suites.task import find_task


@dataclass(frozen=True, slots=True)
class RobustResult:
    """The worst case over the perturbations of a run, example by example, in one language.

    Args:
        place: checkpoint, task, language and rate.
        severity: the name by which the rate was asked for, if by name.
        perturbations: number of perturbations.
        n: number of examples.
        clean: clean score in points.
        robust: score in points where each example stands as under the perturbation that hurts it most.
    """

    place: tuple[str, str, str, float]
    severity: str | None
    perturbations: int
    n: int
    clean: float
    robust: float

    def row(self) -> dict[str, object]:
        """The result as a row of the report's table."""
        checkpoint, task, language, rate = self.place
        return {
            "checkpoint": checkpoint,
            "task": task,
            "language": language,
            "rate": rate,
            "severity": self.severity,
            "perturbations": self.perturbations,
            "n": self.n,
            "clean": self.clean,
            "robust": self.robust,
            "drop": self.clean - self.robust,
        }


Seeds = dict[int, list[tuple[str, str]]]
"""By seed, the name of each perturbation and the key of its cell."""


def compare_robust(plan: Plan, store: Store, planned: Sequence[Planned]) -> tuple[RobustResult, ...]:
    """The worst case for each checkpoint, task, language and rate.

    Args:
        plan: names the metrics.
        store: holds the records.
        planned: every cell of the run.
    """
    clean: dict[tuple[str, str, str], tuple[Cell, str]] = {}
    places: dict[tuple[str, str, str, float], Seeds] = {}
    for item in planned:
        cell = item.cell
        where = (item.checkpoint, cell.task, cell.language)
        if cell.clean:
            clean[where] = (cell, item.key)
        else:
            seeds = places.setdefault((*where, cell.rate), {})
            seeds.setdefault(cell.seed, []).append((item.perturbation, item.key))
    return tuple(_results(plan, store, places, clean))


def _results(
    plan: Plan,
    store: Store,
    places: Mapping[tuple[str, str, str, float], Seeds],
    clean: Mapping[tuple[str, str, str], tuple[Cell, str]],
) -> Iterator[RobustResult]:
    for place, seeds in places.items():
        checkpoint, task, language, rate = place
        cell, key = clean[checkpoint, task, language]
        name = plan.metrics.get(task, find_task(task).metric)
        metric, columns = find_metric(name), metric_columns(cell.metrics, name, f"{task} {language}")
        before = store.vectors(key)[:, columns]
        # In the order of their names, so that the plan's order decides no tie.
        worst = [
            worst_case(metric, (store.vectors(own)[:, columns] for _, own in sorted(cells))).sum(axis=0)
            for _, cells in sorted(seeds.items())
        ]
        yield RobustResult(
            place=place,
            severity=plan.severity(rate),
            perturbations=len(next(iter(seeds.values()))),
            n=len(before),
            clean=100 * float(metric.score(before.sum(axis=0))),
            robust=100 * float(metric.score(np.mean(worst, axis=0))),
        )
