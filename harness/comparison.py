"""Comparison: clean against perturbed records, cell by cell and as a mean over languages.

Perturbation seeds are replicates: they are averaged within an example before anything is tested. Cells form one
family, corrected as a screen; means over languages form another, corrected as the few claims that they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from harness.cell import NONE, Cell, Planned
from harness.columns import Columns, metric_columns
from harness.compared import CellResult, MeanResult, Place
from harness.measures import Side, flip_rate, measure_side
from harness.metrics.metric import Metric
from harness.metrics.registry import find_metric
from harness.plan import Plan
from harness.statistics.batch_cells import contrast_cells
from harness.statistics.macro import contrast_macro
from harness.statistics.multiplicity import correct
from harness.statistics.sample import PairedSample
from harness.store import Store
from perturbations.edits import Damage, Status
from perturbations.errors import StoreError
from suites.task import find_task


def compare_cells(plan: Plan, store: Store, planned: Sequence[Planned]) -> tuple[CellResult, ...]:
    """Test the drop of every perturbed cell.

    Args:
        plan: names metrics and statistics.
        store: holds the records.
        planned: every cell of the run.
    """
    places: dict[Place, list[tuple[Cell, str]]] = {}
    clean: dict[tuple[str, str, str], Side] = {}
    for item in planned:
        cell = item.cell
        if cell.clean:
            kind = find_task(cell.task).kind
            side = measure_side(store, [item.key], [store.columns(item.key)], kind)
            clean[item.checkpoint, cell.task, cell.language] = side
        else:
            place = (item.checkpoint, cell.task, cell.language, item.perturbation, cell.rate)
            places.setdefault(place, []).append((cell, item.key))
    # Sums are taken in an order of their own, so that the plan's order does not show in the last digit.
    measured = [
        _measure(plan, store, place, sorted(replicates, key=lambda pair: pair[0].seed), clean[place[:3]])
        for place, replicates in places.items()
    ]
    samples, claims = [item.sample for item in measured], [item.claim for item in measured]
    contrasts = contrast_cells(samples, claims, plan.statistics)
    corrected = correct([item.primary for item in contrasts], plan.statistics, family="all cells of the run")
    return tuple(
        item.result(contrast=replace(contrast, primary=primary))
        for item, contrast, primary in zip(measured, contrasts, corrected, strict=True)
    )


class _Measured(NamedTuple):
    """A cell before its test: what is tested, the claim, and the result but for its contrast."""

    sample: PairedSample
    claim: str
    result: Callable[..., CellResult]


def _measure(plan: Plan, store: Store, place: Place, replicates: Sequence[tuple[Cell, str]], clean: Side) -> _Measured:
    checkpoint, name, language, perturbation, rate = place
    task = find_task(name)
    metric = plan.metrics.get(name, task.metric)
    seeds = [store.columns(key) for _, key in replicates]
    ids = seeds[0].ids
    if any(not np.array_equal(ids, other.ids) for other in seeds):
        raise StoreError(f"{checkpoint} {name} {language} {perturbation}: seeds hold different examples; score again")
    # The names that were stored with the cell: the task may list others by now.
    columns = metric_columns(replicates[0][0].metrics, metric, f"{name} {language}")
    sample = paired_sample(find_metric(metric), columns, seeds, clustered=task.cluster is not None)
    statuses = [str(status) for seed in seeds for status in seed.statuses]
    claim = f"{checkpoint} on {name} {language}, {perturbation} at {rate:g}: drop in {metric}"
    result = partial(
        CellResult,
        place=place,
        seeds=len(replicates),
        sample=sample,
        groups=seeds[0].groups if task.cluster else ids,
        severity=plan.severity(rate),
        realised_rate=float(np.mean([seed.realised_rate for seed in seeds])),
        collisions=_collisions(replicates[0][0], seeds),
        damage=_damage(seeds),
        lost=float(np.mean([seed.lost for seed in seeds])),
        saturated=statuses.count(Status.SATURATED.value) / len(statuses),
        truncated=_truncated(seeds),
        unencodable=[str(status) for status in seeds[0].statuses].count(Status.UNENCODABLE.value),
        flips=flip_rate(seeds),
        before=clean,
        after=measure_side(store, [key for _, key in replicates], seeds, task.kind),
    )
    return _Measured(sample, claim, result)


def paired_sample(metric: Metric, columns: slice, seeds: Sequence[Columns], *, clustered: bool) -> PairedSample:
    """Both sides of a cell in the columns of one metric, seeds averaged within an example.

    Args:
        metric: scores them.
        columns: where its vector stands in those of the cell.
        seeds: one for each noise seed, the same examples in each.
        clustered: whether the groups of the examples are clusters.
    """
    return PairedSample(
        reference=np.mean([seed.reference[:, columns] for seed in seeds], axis=0),
        perturbed=np.mean([seed.statistic[:, columns] for seed in seeds], axis=0),
        score=metric.score,
        clusters=np.unique(seeds[0].groups, return_inverse=True)[1].astype(np.int64) if clustered else None,
        binary=metric.binary,
        additive=metric.additive,
        seeds=len(seeds),
    )


def _collisions(cell: Cell, seeds: Sequence[Columns]) -> float | None:
    """The share of the edits drawn that would make another word of the language."""
    proposed = sum(int(seed.proposed.sum()) for seed in seeds)
    if cell.plausibility == NONE or not proposed:
        return None
    return sum(int(seed.collisions.sum()) for seed in seeds) / proposed


def _truncated(seeds: Sequence[Columns]) -> float | None:
    """The share of inputs that were cut, None where predictions made elsewhere do not tell."""
    cut = float(np.mean([seed.truncated.mean() for seed in seeds]))
    return None if np.isnan(cut) else cut


def _damage(seeds: Sequence[Columns]) -> str | None:
    """Each kind of damage with its number of cases, as a mean over the seeds."""
    counts = np.mean([seed.damage.sum(axis=0) for seed in seeds], axis=0)
    told = (f"{kind} {count:.10g}" for kind, count in zip(Damage, counts.tolist(), strict=True) if count)
    return ", ".join(told) or None


def compare_means(plan: Plan, cells: Sequence[CellResult]) -> tuple[MeanResult, ...]:
    """Test the mean drop over languages for each checkpoint, task, perturbation and rate."""
    places: dict[tuple[str, str, str, float], list[CellResult]] = {}
    for result in cells:
        checkpoint, task, _, perturbation, rate = result.place
        places.setdefault((checkpoint, task, perturbation, rate), []).append(result)
    means = [_mean(plan, place, sorted(results, key=lambda result: result.place)) for place, results in places.items()]
    claims = replace(plan.statistics, correction="holm")
    corrected = correct([mean.contrast for mean in means], claims, family="all means of the run")
    return tuple(replace(mean, contrast=contrast) for mean, contrast in zip(means, corrected, strict=True))


def _mean(plan: Plan, place: tuple[str, str, str, float], results: Sequence[CellResult]) -> MeanResult:
    checkpoint, name, perturbation, rate = place
    task = find_task(name)
    samples = [result.sample for result in results]
    if task.parallel:
        codes = np.unique(np.concatenate([result.groups for result in results]), return_inverse=True)[1].astype(
            np.int64
        )
        borders = np.cumsum([sample.ids for sample in samples])[:-1]
        samples = [
            replace(sample, clusters=part) for sample, part in zip(samples, np.split(codes, borders), strict=True)
        ]
    claim = f"{checkpoint} on {name}, {perturbation} at {rate:g}: mean drop over {len(results)} languages"
    scores = np.array([sample.scores() for sample in samples])
    clean, perturbed = 100 * scores.mean(axis=0)
    strata = [samples] if task.parallel else [[sample] for sample in samples]
    contrast = contrast_macro(strata, claim=claim, settings=plan.statistics)
    return MeanResult(place, plan.severity(rate), len(results), float(clean), float(perturbed), contrast)
