"""Snapshot: what a gate keeps of runs: statistic vectors for each id, and what must agree between two sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.cell import CLEAN
from harness.statistics.sample import Floats


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a cell stands.

    Args:
        task: name of the task.
        language: language code.
        perturbation: the name under which the run shows it, or `"clean"`.
        rate: 0–1; 0 for clean.
    """

    task: str
    language: str
    perturbation: str
    rate: float

    @property
    def clean(self) -> bool:
        """Whether nothing was perturbed."""
        return self.perturbation == CLEAN

    def __str__(self) -> str:
        return f"{self.task} {self.language}, {self.condition}"

    @property
    def condition(self) -> str:
        """What was done to the inputs."""
        return CLEAN if self.clean else f"{self.perturbation} at {self.rate:g}"


@dataclass(frozen=True, slots=True)
class Scoring:
    """How a task is scored and sampled.

    Args:
        metric: name of the metric.
        clustered: whether the groups of examples were drawn together.
        parallel: whether ids denote the same item in every language.
    """

    metric: str
    clustered: bool
    parallel: bool


@dataclass(frozen=True, slots=True)
class Items:
    """The examples of one language of a task.

    Args:
        ids: `(ids,)` names, each once.
        groups: `(ids,)` the cluster of each; the ids themselves where examples are independent.
    """

    ids: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """The vectors of one cell, noise seeds averaged within an id.

    Args:
        statistic: `(trainings, ids, k)` statistic vectors under the cell's inputs.
        reference: `(trainings, ids, k)` those of the clean predictions on what survives.
        noise_seeds: how many were averaged.
    """

    statistic: Floats
    reference: Floats
    noise_seeds: int


@dataclass(frozen=True, slots=True)
class Outline:
    """What two sides must agree on before a number is compared.

    Args:
        scorings: by name of the task.
        facts: by place, everything that shaped its inputs: data, noise seeds, parameters, options, versions.
    """

    scorings: Mapping[str, Scoring]
    facts: Mapping[Place, Mapping[str, str]]


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """One side of a gate.

    Args:
        trainings: for each training seed, what was scored, by name and fingerprint.
        outline: what the other side must agree on.
        items: by task and language.
        cells: by place, in the order of the run.
        beside: what may differ and is told: precision, device, versions of the libraries that predict.
    """

    trainings: tuple[str, ...]
    outline: Outline
    items: Mapping[tuple[str, str], Items]
    cells: Mapping[Place, Kept]
    beside: Mapping[str, str] = field(default_factory=dict[str, str])
