"""Evaluation: one checkpoint or system on one language of one task: its cells, and what could not be done there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from harness.cell import CLEAN, NONE, Cell, Planned
from harness.checkpoints.checkpoint import Checkpoint
from harness.checkpoints.loading import find_device
from harness.inputs import Inputs
from harness.metrics.metric import Metric
from harness.metrics.registry import find_metric
from harness.noise import Passages, Perturbed, judge_of
from harness.plan import Plan
from harness.pools import noisy_pool, portions, without_noise
from harness.results import Gap
from harness.signature import origin, shaping_versions
from harness.submission.submission import Contestant
from perturbations.edits import Status
from perturbations.languages import Language, find_language
from perturbations.parameters import recorded
from perturbations.perturbation import Noise
from perturbations.plausibility import OtherWords
from suites.examples import Pool


@dataclass(frozen=True)
class Evaluation:
    """One checkpoint on one language of one task: the cells that share clean predictions and passages.

    Args:
        plan: what the run is asked to do.
        noises: the perturbations of the plan by the names under which the run shows them.
        checkpoint: what is scored, a checkpoint or predictions made elsewhere.
        inputs: on what.
    """

    plan: Plan
    noises: Mapping[str, Noise]
    checkpoint: Contestant
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

    def release(self) -> None:
        """Let go of the passages, which weigh many times the texts; they are made anew if they are asked for."""
        self.__dict__.pop("_passages", None)

    def pool(self, planned: Planned) -> Pool | None:
        """The candidates that the examples of a cell search, if they search any."""
        clean = self.inputs.pool
        if clean is None or planned.cell.clean or not self.inputs.searched:
            return clean
        return self.perturb_pool(planned, clean)

    def perturb_pool(self, planned: Planned, clean: Pool) -> Pool:
        """The candidates under the noise of a cell; the pool itself where it changes none.

        Args:
            planned: the cell.
            clean: the pool of the inputs.
        """
        noise, cell = self.noises[planned.perturbation], planned.cell
        judge = self._plausibility(noise)
        parts = (
            Passages(part, self.inputs.searched, self.plan.protection).perturb(
                noise, rate=cell.rate, seed=cell.seed, plausibility=judge
            )
            for part in portions(clean)
        )
        return noisy_pool(clean, chain.from_iterable(parts), name=self.pool_name(planned), task=self.inputs.task)

    def pool_name(self, planned: Planned) -> str:
        """What tells a perturbed pool from others of its task."""
        clean, cell = self.inputs.pool, planned.cell
        return f"{clean.name if clean else NONE} under {planned.perturbation} at {cell.rate} with seed {cell.seed}"

    @cached_property
    def _asked_in(self) -> tuple[Language, ...]:
        """The languages of the texts of the examples that are perturbed: a question may be in another than the rest."""
        codes = {item.texts[name].language for item in self.inputs.examples for name in self.inputs.fields}
        return tuple(find_language(code) for code in sorted(codes))

    @cached_property
    def _others(self) -> tuple[Language, ...]:
        """The languages of the candidates that are perturbed, besides those of the queries."""
        candidates = self.inputs.pool.candidates if self.inputs.pool else ()
        codes = {item.texts[name].language for item in candidates for name in self.inputs.searched}
        return tuple(find_language(code) for code in sorted(codes - {asked.code for asked in self._asked_in}))

    def _gaps(self) -> Iterator[tuple[str, Status, str]]:
        for name, noise in self.noises.items():
            judge = self._plausibility(noise)
            if not any(map(noise.supports, self._asked_in)):
                codes = [asked.code for asked in self._asked_in]
                lack = "have" if len(codes) > 1 else "has"
                yield name, Status.UNSUPPORTED, f"{' and '.join(codes)} {lack} nothing that {name} could change"
                continue
            # What a language does not have is left as it is there, what is not installed must not be.
            having = [one for one in (*self._asked_in, *self._others) if noise.supports(one)]
            lacks = (noise.missing(one) or (judge and judge.missing(one)) for one in having)
            if missing := next(filter(None, lacks), None):
                yield name, Status.UNAVAILABLE, missing

    def _plausibility(self, noise: Noise) -> OtherWords | None:
        return judge_of(noise, self.plan.plausibility)

    def _planned(self, name: str, cell: Cell) -> Planned:
        return Planned(self.checkpoint.name, name, cell, cell.key)

    @cached_property
    def _shaped_by(self) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
        """By perturbation, its parameters and the versions of what its noise rests on."""
        return {
            name: (
                self._parameters(noise),
                shaping_versions() | origin(noise, judged=self._plausibility(noise) is not None),
            )
            for name, noise in self.supported.items()
        }

    def _parameters(self, noise: Noise) -> dict[str, str]:
        """The parameters in every language that is perturbed, those of another than the inputs' under its code."""
        return {
            name if one.code == self.inputs.language else f"{name} for {one.code}": value
            for one in (*self._asked_in, *self._others)
            if noise.supports(one)
            for name, value in recorded(noise, one).items()
        }

    def _cell(self, name: str | None, rate: float, seed: int) -> Cell:
        """The cell of a perturbation, or the clean one, on which nothing about noise has a bearing."""
        inference, runs = self.plan.inference, isinstance(self.checkpoint, Checkpoint)
        noise = self.noises[name] if name else None
        parameters, versions = self._shaped_by[name] if name else ({}, shaping_versions())
        judge = self._plausibility(noise) if noise else None
        options = self.inputs.options if runs else self.inputs.reading
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
            options=options if noise else without_noise(options),
            split=self.plan.split,
            data=self.inputs.digest,
            precision=inference.precision if runs else NONE,
            device=find_device(inference.device).type if runs else NONE,
            max_pieces=inference.max_pieces if runs else None,
            versions=versions,
        )
