"""Run: go through the cells of a plan, one checkpoint and language after the other, and keep what comes out.

A cell that the store holds already is not computed again, so a run that was killed goes on where it stopped and a
plan that was widened computes only what is new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.cell import Cell, Planned, Record
from harness.checkpoints.checkpoint import Checkpoint, open_checkpoint
from harness.checkpoints.serving import check_serves
from harness.configuration import fills
from harness.evaluation import Evaluation
from harness.inputs import read_inputs
from harness.plan import Plan
from harness.predictors.make import make_predictor
from harness.predictors.prediction import Predictor, Searcher, Tunable
from harness.progress import Clock, Progress, Silence
from harness.results import Run
from harness.scoring import (
    Clean,
    clean_from_records,
    clean_records,
    clean_side,
    perturbed_records,
    predict_perturbed,
)
from harness.signature import signature
from harness.store import Store
from perturbations.errors import CheckpointError, UsageError
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
        noises = plan.noises()
        evaluations = [
            Evaluation(plan, noises, checkpoint, item)
            for checkpoint in checkpoints
            for item in inputs
            if (checkpoint.name, item.task.name) in serving
        ]
        planned = [planned for evaluation in evaluations for planned in evaluation.planned]
    # Made only now, so that bad input leaves nothing behind.
    vault = Store(Path(store))
    for fill in fills(noises[name] for name in {item.perturbation for item in planned if _perturbs(item, vault)}):
        with clock.stage("loading checkpoints"):
            fill.load()
    watcher.start(len(planned))
    for evaluation, predictor in _with_predictors(evaluations, vault, clock):
        _work(evaluation, predictor, vault, clock, watcher)
    run = Run(
        plan=plan,
        directory=vault.directory,
        planned=tuple(planned),
        gaps=tuple(gap for evaluation in evaluations for gap in evaluation.gaps),
        skipped=(*skipped, *unserved),
        signature=signature(plan, checkpoints, planned),
        timing=tuple(clock.seconds.items()),
    )
    run.save()
    return run


def _perturbs(planned: Planned, vault: Store) -> bool:
    """Whether a cell has to be computed and is a perturbed one."""
    return not planned.cell.clean and planned.cell not in vault


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


def _with_predictors(
    evaluations: Sequence[Evaluation], vault: Store, clock: Clock
) -> Iterator[tuple[Evaluation, Predictor | None]]:
    """Each evaluation with its model; one is loaded once for all its languages, and only where a cell is missing."""
    loaded: tuple[str, str] | None = None
    pool: str | None = None
    predictor: Predictor | None = None
    for evaluation in evaluations:
        if all(planned.cell in vault for planned in evaluation.planned):
            yield evaluation, None
            continue
        wanted = (evaluation.checkpoint.fingerprint, evaluation.inputs.task.name)
        if predictor is None or loaded != wanted:
            predictor = None
            with clock.stage("loading checkpoints"):
                predictor = make_predictor(
                    evaluation.checkpoint, evaluation.inputs.task, evaluation.plan.inference, evaluation.inputs.settings
                )
            loaded, pool = wanted, None
        if isinstance(predictor, Searcher) and evaluation.inputs.pool and pool != evaluation.inputs.pool.name:
            with clock.stage("encoding the pool"):
                predictor = predictor.over(evaluation.inputs.pool)
                if isinstance(predictor, Tunable) and evaluation.inputs.tuning:
                    predictor = predictor.tuned(*evaluation.inputs.tuning)
            pool = evaluation.inputs.pool.name
        yield evaluation, predictor


def _work(evaluation: Evaluation, predictor: Predictor | None, vault: Store, clock: Clock, watcher: Progress) -> None:
    """Compute and keep the cells of an evaluation that are missing."""
    if predictor is None:
        for planned in evaluation.planned:
            watcher.cell(_told(planned), stored=True)
        return
    clean = _clean(evaluation, predictor, vault, clock, watcher)
    for planned in evaluation.perturbed:
        stored = planned.cell in vault
        if not stored:
            _keep(planned.cell, _perturbed(evaluation, predictor, clean, planned, clock, watcher), vault, clock)
        watcher.cell(_told(planned), stored=stored)


def _told(planned: Planned) -> str:
    """A cell as the progress bar calls it."""
    rate = "" if planned.cell.clean else f" {planned.cell.rate:g}"
    return f"{planned.checkpoint} {planned.cell.task} {planned.cell.language} {planned.perturbation}{rate}"


def _clean(evaluation: Evaluation, predictor: Predictor, vault: Store, clock: Clock, watcher: Progress) -> Clean:
    """The clean side, from the store or from the model."""
    planned, examples = evaluation.clean, evaluation.inputs.examples
    stored = planned.cell in vault
    if stored:
        clean = clean_from_records(
            examples, vault.read(planned.key), evaluation.metrics, kind=evaluation.inputs.task.kind
        )
    else:
        with clock.stage("predicting"):
            predictions = predictor.predict(examples, on_batch=watcher.examples)
        with clock.stage("scoring"):
            clean = clean_side(examples, predictions, evaluation.metrics)
            records = clean_records(clean)
        _keep(planned.cell, records, vault, clock)
    watcher.cell(_told(planned), stored=stored)
    return clean


def _perturbed(
    evaluation: Evaluation, predictor: Predictor, clean: Clean, planned: Planned, clock: Clock, watcher: Progress
) -> list[Record]:
    with clock.stage("perturbing"):
        perturbed = evaluation.perturb(planned)
    with clock.stage("predicting"):
        predictions = predict_perturbed(perturbed, clean, predictor, watcher.examples)
    with clock.stage("scoring"):
        return perturbed_records(perturbed, predictions, clean, evaluation.metrics)


def _keep(cell: Cell, records: Sequence[Record], vault: Store, clock: Clock) -> None:
    with clock.stage("storing"):
        vault.write(cell, records)
