"""Evaluation: one checkpoint on one language of one task: its cells, and what could not be done there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from harness.cell import CLEAN, NONE, Cell, Planned
from harness.checkpoints.checkpoint import Checkpoint
from harness.checkpoints.loading import find_device
from harness.inputs import Inputs
from harness.metrics.metric import Metric
from harness.metrics.registry import find_metric
from harness.noise import Passages, Perturbed, judge_of
from harness.plan import Plan
from harness.results import Gap
from harness.signature import origin, shaping_versions
from perturbations.edits import Status
from perturbations.languages import find_language
from perturbations.parameters import recorded
from perturbations.perturbation import Noise
from perturbations.plausibility import OtherWords


@dataclass(frozen=True)
class Evaluation:
    """One checkpoint on one language of one task: the cells that share clean predictions and passages.

    Args:
        plan: what the run is asked to do.
        noises: the perturbations of the plan by the names under which the run shows them.
        checkpoint: what is scored.
        inputs: on what.
    """

    plan: Plan
    noises: Mapping[str, Noise]
    checkpoint: Checkpoint
    inputs: Inputs

    @cached_property
    def supported(self) -> dict[str, Noise]:
        """The perturbations of the plan that can be done in the language."""
        absent = {gap.perturbation for gap in self.gaps}
        return {name: noise for name, noise in self.noises.items() if name not in absent}

    @cached_property
    def metrics(self) -> list[Metric]:
        """The metrics of the task."""
        return [find_metric(name, language=self.inputs.language) for name in self.inputs.task.metrics]

    @cached_property
    def clean(self) -> Planned:
        """The cell of the unperturbed inputs."""
        return self._planned(CLEAN, self._cell(None, 0.0, 0))

    @cached_property
    def perturbed(self) -> list[Planned]:
        """The perturbed cells, in the order of the plan."""
        return [
            self._planned(name, self._cell(name, rate, seed))
            for name in self.supported
            for rate in self.plan.every_rate
            for seed in self.plan.seeds
        ]

    @property
    def planned(self) -> list[Planned]:
        """The clean cell and every perturbed one."""
        return [self.clean, *self.perturbed]

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """The perturbations that the language does not have, or that lack something here.

        They get no cell: one that was stored without an edit would still be there once the thing is installed.
        """
        where = (self.checkpoint.name, self.inputs.task.name, self.inputs.language)
        return tuple(Gap(*where, name, status.value, note) for name, status, note in self._gaps())

    def perturb(self, planned: Planned) -> list[Perturbed]:
        """The examples of a perturbed cell."""
        noise, cell = self.noises[planned.perturbation], planned.cell
        return self._passages.perturb(noise, rate=cell.rate, seed=cell.seed, plausibility=self._plausibility(noise))

    @cached_property
    def _passages(self) -> Passages:
        """The texts as passages, their units computed once for all perturbations."""
        return Passages(self.inputs.examples, self.inputs.fields, self.plan.protection)

    def _gaps(self) -> Iterator[tuple[str, Status, str]]:
        language = find_language(self.inputs.language)
        for name, noise in self.noises.items():
            judge = self._plausibility(noise)
            if not noise.supports(language):
                yield name, Status.UNSUPPORTED, f"{language.code} has nothing that {name} could change"
            elif missing := noise.missing(language) or (judge and judge.missing(language)):
                yield name, Status.UNAVAILABLE, missing

    def _plausibility(self, noise: Noise) -> OtherWords | None:
        return judge_of(noise, self.plan.plausibility)

    def _planned(self, name: str, cell: Cell) -> Planned:
        return Planned(self.checkpoint.name, name, cell, cell.key)

    @cached_property
    def _shaped_by(self) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
        """By perturbation, its parameters and the versions of what its noise rests on."""
        language = find_language(self.inputs.language)
        return {
            name: (
                recorded(noise, language),
                shaping_versions() | origin(noise, judged=self._plausibility(noise) is not None),
            )
            for name, noise in self.supported.items()
        }

    def _cell(self, name: str | None, rate: float, seed: int) -> Cell:
        """The cell of a perturbation, or the clean one, on which nothing about noise has a bearing."""
        inference = self.plan.inference
        noise = self.noises[name] if name else None
        parameters, versions = self._shaped_by[name] if name else ({}, shaping_versions())
        judge = self._plausibility(noise) if noise else None
        return Cell(
            checkpoint=self.checkpoint.fingerprint,
            task=self.inputs.task.name,
            language=self.inputs.language,
            perturbation=noise.name if noise else CLEAN,
            rate=float(rate),
            seed=seed,
            metrics=self.inputs.task.metrics,
            fields=self.inputs.fields if noise else (),
            policy="random" if noise else NONE,
            protection=str(self.plan.protection) if noise else NONE,
            plausibility=str(judge) if judge else NONE,
            parameters=parameters,
            task_version=self.inputs.task.version,
            options=self.inputs.options,
            split=self.plan.split,
            data=self.inputs.digest,
            precision=inference.precision,
            device=find_device(inference.device).type,
            max_pieces=inference.max_pieces,
            versions=versions,
        )
