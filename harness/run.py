"""Run: go through the cells of a plan, one checkpoint and language after the other, and keep what comes out.

A cell that the store holds already is not computed again, so a run that was killed goes on where it stopped and a
plan that was widened computes only what is new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from harness.cell import CLEAN, Cell, Record
from harness.checkpoints.checkpoint import Checkpoint, open_checkpoint
from harness.checkpoints.loading import find_device
from harness.checkpoints.serving import check_serves
from harness.inputs import Inputs, read_inputs
from harness.metrics.metric import Metric
from harness.metrics.registry import find_metric
from harness.noise import Passages, parameters
from harness.plan import Plan
from harness.predictors.make import make_predictor
from harness.predictors.prediction import Predictor
from harness.progress import Clock, Progress, Silence
from harness.results import Gap, Planned, Run
from harness.scoring import (
    Clean,
    clean_from_records,
    clean_records,
    clean_side,
    predict_struck,
    struck_records,
)
from harness.signature import origin, shaping_versions, signature
from harness.store import Store
from perturbations.edits import Status
from perturbations.errors import CheckpointError, UsageError
from perturbations.languages import find_language
from perturbations.perturbation import Perturbation
from perturbations.registry import find_perturbation
from reports.report import Skip
from suites.task import Task, find_task


def score(plan: Plan, *, store: Path | str, progress: Progress | None = None) -> Run:
    """Score checkpoints on clean and perturbed inputs.

    Args:
        plan: what to do.
        store: the run's directory; cells that it holds already are not computed again.
        progress: told how far the run is.

    Returns:
        The run, ready to be tabulated.

    Raises:
        XRobustError: whatever is wrong with the plan, the data, a checkpoint or the store, before anything is
            computed where it can be known before.
    """
    clock, watcher = Clock(), progress or Silence()
    with clock.stage("reading the data"):
        inputs, skipped = read_inputs(plan)
    with clock.stage("hashing checkpoints"):
        checkpoints = _open(plan)
        serving, unserved = _serving(checkpoints, [find_task(name) for name in plan.tasks])
    shifts = [
        _Shift(plan, checkpoint, item)
        for checkpoint in checkpoints
        for item in inputs
        if (checkpoint.name, item.task.name) in serving
    ]
    # Made only now, so that bad input leaves nothing behind.
    vault = Store(Path(store))
    planned = [planned for shift in shifts for planned in shift.planned()]
    watcher.start(len(planned))
    for shift, predictor in _with_predictors(shifts, vault, clock):
        _work(shift, predictor, vault, clock, watcher)
    run = Run(
        plan=plan,
        directory=vault.directory,
        planned=tuple(planned),
        gaps=tuple(gap for shift in shifts for gap in shift.gaps()),
        skipped=(*skipped, *unserved),
        signature=signature(plan, checkpoints, [item.cell for item in planned]),
        timing=tuple(clock.seconds.items()),
    )
    run.save()
    return run


@dataclass(frozen=True)
class _Shift:
    """One checkpoint on one language of one task: the cells that share clean predictions and passages."""

    plan: Plan
    checkpoint: Checkpoint
    inputs: Inputs

    @cached_property
    def supported(self) -> tuple[Perturbation, ...]:
        """The perturbations of the plan that can be done in the language."""
        absent = {gap.perturbation for gap in self.gaps()}
        return tuple(find_perturbation(name) for name in self.plan.perturbations if name not in absent)

    @cached_property
    def metrics(self) -> list[Metric]:
        """The metrics of the task."""
        return [find_metric(name) for name in self.inputs.task.metrics]

    @cached_property
    def passages(self) -> Passages:
        """The texts as passages, their units computed once for all perturbations."""
        return Passages(self.inputs.examples, self.inputs.fields)

    def planned(self) -> list[Planned]:
        """The clean cell and every perturbed one."""
        cells = [self.cell(None, 0.0, 0)]
        for perturbation in self.supported:
            cells += [self.cell(perturbation, rate, seed) for rate in self.plan.rates for seed in self.plan.seeds]
        return [Planned(self.checkpoint.name, cell, cell.key) for cell in cells]

    def gaps(self) -> Iterator[Gap]:
        """The perturbations that the language does not have, or that lack something here.

        They get no cell: one that was stored without an edit would still be there once the thing is installed.
        """
        where = (self.checkpoint.name, self.inputs.task.name, self.inputs.language)
        language = find_language(self.inputs.language)
        for name in self.plan.perturbations:
            perturbation = find_perturbation(name)
            if not perturbation.supports(language):
                note = f"{language.code} has nothing that {name} could change"
                yield Gap(*where, name, Status.UNSUPPORTED.value, note)
            elif missing := perturbation.missing(language):
                yield Gap(*where, name, Status.UNAVAILABLE.value, missing)

    def cell(self, perturbation: Perturbation | None, rate: float, seed: int) -> Cell:
        """The cell of a perturbation, or the clean one."""
        inference = self.plan.inference
        return Cell(
            checkpoint=self.checkpoint.fingerprint,
            task=self.inputs.task.name,
            language=self.inputs.language,
            perturbation=perturbation.name if perturbation else CLEAN,
            rate=float(rate),
            seed=seed,
            metrics=self.inputs.task.metrics,
            fields=self.inputs.fields if perturbation else (),
            policy="random" if perturbation else "none",
            protection="none",
            parameters=parameters(perturbation) if perturbation else {},
            task_version=self.inputs.task.version,
            options=self.inputs.options,
            split=self.plan.split,
            data=self.inputs.digest,
            precision=inference.precision,
            device=find_device(inference.device).type,
            max_pieces=inference.max_pieces,
            versions=shaping_versions() | (origin(perturbation) if perturbation else {}),
        )


def _open(plan: Plan) -> list[Checkpoint]:
    """The checkpoints of a plan.

    Raises:
        UsageError: two of them have one name, so that their rows could not be told apart.
    """
    manifest = Path(plan.manifest) if plan.manifest else None
    found: list[Checkpoint] = []
    for place in plan.checkpoints:
        location, _, revision = (place, "", "") if Path(place).is_dir() else place.partition("@")
        checkpoint = open_checkpoint(location, revision=revision or None, manifest=manifest)
        for other in found:
            if other.name == checkpoint.name:
                raise UsageError(
                    f"{other.location} and {checkpoint.location} are both named {other.name!r}: rename one"
                )
        found.append(checkpoint)
    return found


def _serving(checkpoints: Sequence[Checkpoint], tasks: Sequence[Task]) -> tuple[set[tuple[str, str]], list[Skip]]:
    """Which checkpoint serves which task, and why the others do not.

    Raises:
        CheckpointError: a checkpoint serves none of the tasks.
    """
    serving: set[tuple[str, str]] = set()
    skipped: list[Skip] = []
    for checkpoint in checkpoints:
        reasons: list[CheckpointError] = []
        for task in tasks:
            try:
                check_serves(checkpoint, task)
            except CheckpointError as error:
                reasons.append(error)
                skipped.append(Skip(f"{checkpoint.name} on {task.name}", str(error)))
            else:
                serving.add((checkpoint.name, task.name))
        if len(reasons) == len(tasks):
            raise reasons[0]
    for task in tasks:
        if not any(name == task.name for _, name in serving):
            raise next(CheckpointError(skip.why) for skip in skipped if skip.what.endswith(f" on {task.name}"))
    return serving, skipped


def _with_predictors(shifts: Sequence[_Shift], vault: Store, clock: Clock) -> Iterator[tuple[_Shift, Predictor | None]]:
    """Each shift with its model; a model is loaded once for all its languages, and only where a cell is missing."""
    loaded: tuple[str, str] | None = None
    predictor: Predictor | None = None
    for shift in shifts:
        if all(planned.cell in vault for planned in shift.planned()):
            yield shift, None
            continue
        wanted = (shift.checkpoint.fingerprint, shift.inputs.task.name)
        if predictor is None or loaded != wanted:
            predictor = None
            with clock.stage("loading checkpoints"):
                predictor = make_predictor(shift.checkpoint, shift.inputs.task, shift.plan.inference)
            loaded = wanted
        yield shift, predictor


def _work(shift: _Shift, predictor: Predictor | None, vault: Store, clock: Clock, watcher: Progress) -> None:
    """Compute and keep the cells of a shift that are missing."""
    name = f"{shift.checkpoint.name} {shift.inputs.task.name} {shift.inputs.language}"
    if predictor is None:
        for planned in shift.planned():
            watcher.cell(f"{name} {planned.cell.perturbation}", stored=True)
        return
    clean = _clean(shift, predictor, vault, clock, watcher)
    for perturbation in shift.supported:
        for rate in shift.plan.rates:
            for seed in shift.plan.seeds:
                cell = shift.cell(perturbation, rate, seed)
                stored = cell in vault
                if not stored:
                    _keep(cell, _perturbed(shift, predictor, clean, cell, clock, watcher), vault, clock)
                watcher.cell(f"{name} {perturbation.name} {rate:g}", stored=stored)


def _clean(shift: _Shift, predictor: Predictor, vault: Store, clock: Clock, watcher: Progress) -> Clean:
    """The clean side, from the store or from the model."""
    cell = shift.cell(None, 0.0, 0)
    stored = cell in vault
    if stored:
        clean = clean_from_records(shift.inputs.examples, vault.read(cell.key), shift.metrics)
    else:
        with clock.stage("predicting"):
            predictions = predictor.predict(shift.inputs.examples, on_batch=watcher.examples)
        with clock.stage("scoring"):
            clean = clean_side(shift.inputs.examples, predictions, shift.metrics)
            records = clean_records(clean)
        _keep(cell, records, vault, clock)
    watcher.cell(f"{shift.checkpoint.name} {shift.inputs.task.name} {shift.inputs.language} {CLEAN}", stored=stored)
    return clean


def _perturbed(
    shift: _Shift, predictor: Predictor, clean: Clean, cell: Cell, clock: Clock, watcher: Progress
) -> list[Record]:
    with clock.stage("perturbing"):
        struck = shift.passages.strike(find_perturbation(cell.perturbation), rate=cell.rate, seed=cell.seed)
    with clock.stage("predicting"):
        predictions = predict_struck(struck, clean, predictor, watcher.examples)
    with clock.stage("scoring"):
        return struck_records(struck, predictions, clean, shift.metrics)


def _keep(cell: Cell, records: Sequence[Record], vault: Store, clock: Clock) -> None:
    with clock.stage("storing"):
        vault.write(cell, records)
