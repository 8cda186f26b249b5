"""Samples: the stored records of one checkpoint on one task, ready to be held against those of another.

Units have one name in all languages that share them, so that an id or premise keeps its whole vector; what is compared
is summed unit by unit (`harness.statistics.units`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from harness.cell import CLEAN
from harness.columns import Columns, metric_columns
from harness.comparing.compatible import Place, cells_of, metric_of
from harness.comparing.entrants import Entrant
from harness.comparison import paired_sample
from harness.metrics.registry import find_metric
from harness.statistics.sample import Floats, Integers, PairedSample
from harness.statistics.units import UnitValues, unit_values
from harness.store import Store
from perturbations.errors import StoreError
from suites.task import Task, find_task

Quantity = Literal["clean", "perturbed", "drop"]
Condition = tuple[str, str, float]
"""Language, perturbation and rate."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cells of a task count.

    Args:
        languages: codes, None for all.
        perturbations: names, None for all.
    """

    languages: frozenset[str] | None = None
    perturbations: frozenset[str] | None = None

    def takes(self, condition: Condition) -> bool:
        """Whether a cell counts."""
        language, perturbation, _ = condition
        return (self.languages is None or language in self.languages) and (
            self.perturbations is None or perturbation in self.perturbations
        )


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """One checkpoint on one task.

    Args:
        task: the task.
        clean: by language, the clean side against nothing, so that its "drop" is the clean score.
        cells: by condition, clean against perturbed, noise seeds averaged.
    """

    task: Task
    clean: Mapping[str, PairedSample]
    cells: Mapping[Condition, PairedSample]

    def values(self, quantity: Quantity, chosen: Filter) -> list[UnitValues]:
        """One number for each unit, stratum by stratum: parallel languages are one stratum, others one each.

        Within a stratum every cell counts alike, within a task every stratum.
        """
        kept = [condition for condition in self.cells if chosen.takes(condition)]
        languages = list(dict.fromkeys(language for language, _, _ in kept))
        samples: dict[str, list[PairedSample]] = {
            language: [self._sample(quantity, condition) for condition in kept if condition[0] == language]
            if quantity != "clean"
            else [self.clean[language]]
            for language in languages
        }
        strata = [list(samples)] if self.task.parallel else [[language] for language in samples]
        return [
            # An id that is asked under several perturbations is one id.
            replace(
                unit_values([sample for language in stratum for sample in samples[language]]),
                ids=sum(samples[language][0].ids for language in stratum),
            )
            for stratum in strata
        ]

    def _sample(self, quantity: Quantity, condition: Condition) -> PairedSample:
        sample = self.cells[condition]
        return sample if quantity == "drop" else _alone(sample, sample.perturbed)


def load(entrant: Entrant, name: str, conditions: Sequence[Condition]) -> Scored:
    """The records of a checkpoint on a task.

    Args:
        entrant: the checkpoint.
        name: the task.
        conditions: the cells that are compared.

    Raises:
        StoreError: a cell is missing, damaged, or holds other examples than its clean one.
    """
    task, store = find_task(name), Store(entrant.run.directory)
    every = cells_of(entrant, name)
    languages = list(dict.fromkeys(language for language, _, _ in conditions))
    clean = {language: store.columns(every[language, CLEAN, 0.0, 0][1]) for language in languages}
    codes = _codes(task, clean)
    metric = metric_of(entrant, name)
    columns = metric_columns(next(iter(every.values()))[0].metrics, metric, name)
    scorer = find_metric(metric)
    cells: dict[Condition, PairedSample] = {}
    for condition in conditions:
        language = condition[0]
        keys = [every[place][1] for place in _seeds(every, condition)]
        seeds = [store.columns(key) for key in keys]
        for found in seeds:
            if not np.array_equal(found.ids, clean[language].ids):
                raise StoreError(f"{entrant.name} {name} {' '.join(map(str, condition))}: other examples; score again")
        sample = paired_sample(scorer, columns, seeds, clustered=False)
        cells[condition] = replace(sample, clusters=codes[language])
    alone = {
        language: replace(
            _alone(
                paired_sample(scorer, columns, [clean[language]], clustered=False),
                clean[language].statistic[:, columns],
            ),
            clusters=codes[language],
        )
        for language in languages
    }
    return Scored(task, alone, cells)


def _seeds(every: Mapping[Place, object], condition: Condition) -> list[Place]:
    """The places of a condition, in the order of the noise seeds."""
    return sorted(place for place in every if place[:3] == condition)


def _alone(sample: PairedSample, side: Floats) -> PairedSample:
    """One side of a sample against nothing: every metric scores a sum of zeros as 0."""
    return replace(sample, reference=side, perturbed=np.zeros_like(side), binary=False)


def _codes(task: Task, clean: Mapping[str, Columns]) -> dict[str, Integers]:
    """`(ids,)` for each language: codes of the clusters, or of the ids, that mean the same in all languages."""
    names = {language: found.groups if task.cluster else found.ids for language, found in clean.items()}
    _, positions = np.unique(np.concatenate(list(names.values())), return_inverse=True)
    borders = np.cumsum([len(found) for found in names.values()])[:-1]
    parts = np.split(positions.astype(np.int64), borders)
    return dict(zip(names, parts, strict=True))
