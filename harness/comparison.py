"""Comparison: clean against perturbed records, cell by cell and as a mean over languages.

Perturbation seeds are replicates: they are averaged within an example before anything is tested. Cells form one
family, corrected as a screen; means over languages form another, corrected as the few claims that they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from harness.cell import Cell
from harness.metrics.registry import find_metric
from harness.plan import Plan
from harness.statistics.cells import CellContrast, PairedSample, contrast_cell, contrast_mean, correct
from harness.statistics.contrast import Contrast
from harness.store import Store
from perturbations.edits import Status
from perturbations.errors import StoreError
from suites.task import Kind, find_task

Place = tuple[str, str, str, str, float]
"""Checkpoint, task, language, perturbation and rate."""


@dataclass(frozen=True, slots=True, eq=False)
class CellResult:
    """Clean against perturbed in one language.

    Args:
        place: checkpoint, task, language, perturbation and rate.
        seeds: number of noise seeds.
        sample: the statistic vectors of both sides.
        groups: `(ids,)` the cluster of each example by name.
        contrast: the drop, tested.
        realised_rate: 0–1, mean over examples and seeds.
        lost: 0–1, share of tokens lost.
        saturated: 0–1, share of examples in which the rate could not be reached.
        truncated: 0–1, share of perturbed inputs that were cut at the model's limit.
        unencodable: number of examples that were left alone for a lone surrogate.
    """

    place: Place
    seeds: int
    sample: PairedSample
    groups: NDArray[np.str_]
    contrast: CellContrast
    realised_rate: float
    lost: float
    saturated: float
    truncated: float
    unencodable: int

    def row(self) -> dict[str, object]:
        """The result as a row of the report's table."""
        checkpoint, task, language, perturbation, rate = self.place
        clean, perturbed = self.sample.scores()
        primary, beside = self.contrast.primary, self.contrast.beside
        return {
            "checkpoint": checkpoint,
            "task": task,
            "language": language,
            "perturbation": perturbation,
            "rate": rate,
            "seeds": self.seeds,
            "n": primary.n,
            "clusters": primary.clusters,
            "clean": 100 * clean,
            "perturbed": 100 * perturbed,
            "drop": primary.estimate,
            "low": primary.low,
            "high": primary.high,
            "p": primary.p,
            "adjusted_p": primary.adjusted_p,
            "method": primary.method,
            "mde": primary.mde,
            "realised_rate": self.realised_rate,
            "lost": self.lost if find_task(task).kind is Kind.TAGGING else None,
            "saturated": self.saturated,
            "truncated": self.truncated,
            "status": "untestable" if primary.p is None else "tested",
            "note": "; ".join(self._notes()) or None,
            "beside_method": beside.method if beside else None,
            "beside_p": beside.p if beside else None,
            "beside_low": beside.low if beside else None,
            "beside_high": beside.high if beside else None,
        }

    def _notes(self) -> list[str]:
        reason = self.contrast.primary.reason
        notes = [reason] if reason else []
        if self.unencodable:
            notes.append(f"{self.unencodable} examples hold a lone surrogate and were left alone")
        return notes


@dataclass(frozen=True, slots=True)
class MeanResult:
    """The mean over languages of one checkpoint, task, perturbation and rate.

    Args:
        place: checkpoint, task, perturbation and rate.
        languages: number of languages.
        clean: mean clean score in points.
        perturbed: mean perturbed score in points.
        contrast: the mean drop, tested.
    """

    place: tuple[str, str, str, float]
    languages: int
    clean: float
    perturbed: float
    contrast: Contrast

    def row(self) -> dict[str, object]:
        """The result as a row of the report's table."""
        checkpoint, task, perturbation, rate = self.place
        return {
            "checkpoint": checkpoint,
            "task": task,
            "perturbation": perturbation,
            "rate": rate,
            "languages": self.languages,
            "clean": self.clean,
            "perturbed": self.perturbed,
            "drop": self.contrast.estimate,
            "low": self.contrast.low,
            "high": self.contrast.high,
            "p": self.contrast.p,
            "adjusted_p": self.contrast.adjusted_p,
            "mde": self.contrast.mde,
            "method": self.contrast.method,
        }


def compare_cells(plan: Plan, store: Store, cells: Sequence[tuple[str, Cell, str]]) -> tuple[CellResult, ...]:
    """Test the drop of every perturbed cell.

    Args:
        plan: names metrics and statistics.
        store: holds the records.
        cells: checkpoint, cell and key of everything in the run.
    """
    places: dict[Place, list[tuple[Cell, str]]] = {}
    for checkpoint, cell, key in cells:
        if not cell.clean:
            place = (checkpoint, cell.task, cell.language, cell.perturbation, cell.rate)
            places.setdefault(place, []).append((cell, key))
    # Sums are taken in an order of their own, so that the plan's order does not show in the last digit.
    results = [
        _compare(plan, store, place, sorted(replicates, key=lambda pair: pair[0].seed))
        for place, replicates in places.items()
    ]
    primaries = [result.contrast.primary for result in results]
    corrected = correct(primaries, plan.statistics, family="all cells of the run")
    return tuple(
        replace(result, contrast=replace(result.contrast, primary=contrast))
        for result, contrast in zip(results, corrected, strict=True)
    )


def _compare(plan: Plan, store: Store, place: Place, replicates: Sequence[tuple[Cell, str]]) -> CellResult:
    checkpoint, name, language, perturbation, rate = place
    task = find_task(name)
    metric = plan.metrics.get(name, task.metric)
    # The names that were stored with the cell: the task may list others by now.
    columns = _columns(replicates[0][0].metrics, metric, f"{name} {language}")
    seeds = [store.columns(key) for _, key in replicates]
    ids = seeds[0].ids
    if any(not np.array_equal(ids, other.ids) for other in seeds):
        raise StoreError(f"{checkpoint} {name} {language} {perturbation}: seeds hold different examples; score again")
    found = find_metric(metric)
    sample = PairedSample(
        reference=np.mean([seed.reference[:, columns] for seed in seeds], axis=0),
        perturbed=np.mean([seed.statistic[:, columns] for seed in seeds], axis=0),
        score=found.score,
        clusters=np.unique(seeds[0].groups, return_inverse=True)[1].astype(np.int64) if task.cluster else None,
        binary=found.binary,
        additive=found.additive,
        seeds=len(replicates),
    )
    statuses = [str(status) for seed in seeds for status in seed.statuses]
    claim = f"{checkpoint} on {name} {language}, {perturbation} at {rate:g}: drop in {metric}"
    return CellResult(
        place=place,
        seeds=len(replicates),
        sample=sample,
        groups=seeds[0].groups if task.cluster else ids,
        contrast=contrast_cell(sample, claim=claim, settings=plan.statistics),
        realised_rate=float(np.mean([seed.realised_rate for seed in seeds])),
        lost=float(np.mean([seed.lost for seed in seeds])),
        saturated=statuses.count(Status.SATURATED.value) / len(statuses),
        truncated=np.count_nonzero(np.concatenate([seed.truncated for seed in seeds])) / len(statuses),
        unencodable=[str(status) for status in seeds[0].statuses].count(Status.UNENCODABLE.value),
    )


def _columns(stored: Sequence[str], metric: str, where: str) -> slice:
    """Where the vector of a metric stands among those that a cell holds, one after the other."""
    start = 0
    for name in stored:
        width = len(find_metric(name).columns)
        if name == metric:
            return slice(start, start + width)
        start += width
    raise StoreError(f"the cells of {where} hold {', '.join(stored)} and not {metric}: score again")


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
    contrast = contrast_mean(samples, shared=task.parallel, claim=claim, settings=plan.statistics)
    return MeanResult(place, len(results), float(clean), float(perturbed), contrast)
