"""Run: go through the cells of a plan, one checkpoint and language after the other, and keep what comes out.

Predictions made elsewhere stand in the place of a checkpoint and are read where it would be asked.

A cell that the store holds already is not computed again, so a run that was killed goes on where it stopped and a
plan that was widened computes only what is new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from harness.benchmark_tables import check_systems
from harness.cell import Cell, Planned, Record
from harness.checkpoints.checkpoint import Checkpoint
from harness.configuration import fills
from harness.contestants import check_any, find_serving, open_contestants
from harness.evaluation import Evaluation
from harness.inputs import read_inputs
from harness.plan import Plan
from harness.pools import EncodedPools
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
from harness.submission.submission import Submission
from suites.task import find_task

Answering = Predictor | Submission
"""What answers the examples of a cell."""


def score(plan: Plan, *, store: Path | str, progress: Progress | None = None) -> Run:
    """Score checkpoints, and predictions made elsewhere, on clean and perturbed inputs.

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
    check_any(plan)
    clock, watcher = Clock(), progress or Silence()
    with clock.stage("reading the data"):
        inputs, skipped = read_inputs(plan)
    with clock.stage("hashing checkpoints"):
        checkpoints = open_contestants(plan)
        check_systems(plan, [checkpoint.name for checkpoint in checkpoints])
        serving, unserved = find_serving(checkpoints, [find_task(name) for name in plan.tasks])
        noises = plan.noises()
        evaluations = [
            Evaluation(plan, noises, checkpoint, item)
            for checkpoint in checkpoints
            for item in inputs
            if (checkpoint.name, item.task.name) in serving
        ]
        planned = [planned for evaluation in evaluations for planned in evaluation.planned]
    with clock.stage("reading predictions"):
        _check_predictions(evaluations)
    # Made only now, so that bad input leaves nothing behind.
    cell_store = Store(Path(store))
    for fill in fills(noises[name] for name in {item.perturbation for item in planned if _perturbs(item, cell_store)}):
        with clock.stage("loading checkpoints"):
            fill.load()
    watcher.start(len(planned))
    pools = EncodedPools()
    for evaluation, predictor in _with_predictors(evaluations, cell_store, clock):
        _work(evaluation, predictor, pools, cell_store, clock, watcher)
        evaluation.release()
    run = Run(
        plan=plan,
        directory=cell_store.directory,
        planned=tuple(planned),
        gaps=tuple(gap for evaluation in evaluations for gap in evaluation.gaps),
        skipped=(*skipped, *unserved),
        signature=signature(plan, checkpoints, planned),
        timing=tuple(clock.seconds.items()),
        lineages={item.name: item.lineage for item in checkpoints if isinstance(item, Checkpoint)},
    )
    run.save()
    return run


def _perturbs(planned: Planned, store: Store) -> bool:
    """Whether a cell has to be computed and is a perturbed one."""
    return not planned.cell.clean and planned.cell not in store


def _check_predictions(evaluations: Sequence[Evaluation]) -> None:
    """Make sure that predictions made elsewhere are there and fit what was exported."""
    for evaluation in evaluations:
        if isinstance(evaluation.checkpoint, Submission):
            evaluation.checkpoint.check(evaluation.planned, evaluation.inputs)


def _with_predictors(
    evaluations: Sequence[Evaluation], store: Store, clock: Clock
) -> Iterator[tuple[Evaluation, Answering | None]]:
    """Each evaluation with its model or predictions; a model is loaded once for all its languages.

    There is neither where no cell is missing.
    """
    loaded: tuple[str, str] | None = None
    pool: str | None = None
    predictor: Predictor | None = None
    for evaluation in evaluations:
        if all(planned.cell in store for planned in evaluation.planned):
            yield evaluation, None
            continue
        contestant = evaluation.checkpoint
        if isinstance(contestant, Submission):
            yield evaluation, contestant
            continue
        wanted = (contestant.fingerprint, evaluation.inputs.task.name)
        if predictor is None or loaded != wanted:
            predictor = None
            with clock.stage("loading checkpoints"):
                predictor = make_predictor(
                    contestant, evaluation.inputs.task, evaluation.plan.inference, evaluation.inputs.settings
                )
            loaded, pool = wanted, None
        if isinstance(predictor, Searcher) and evaluation.inputs.pool and pool != evaluation.inputs.pool.name:
            with clock.stage("encoding the pool"):
                predictor = predictor.over(evaluation.inputs.pool)
                if isinstance(predictor, Tunable) and evaluation.inputs.tuning:
                    predictor = predictor.tuned(*evaluation.inputs.tuning)
            pool = evaluation.inputs.pool.name
        yield evaluation, predictor


def _work(
    evaluation: Evaluation,
    predictor: Answering | None,
    pools: EncodedPools,
    store: Store,
    clock: Clock,
    watcher: Progress,
) -> None:
    """Compute and keep the cells of an evaluation that are missing."""
    if predictor is None:
        for planned in evaluation.planned:
            watcher.cell(_told(planned), stored=True)
        return
    clean = _clean(evaluation, predictor, store, clock, watcher)
    for planned in evaluation.perturbed:
        stored = planned.cell in store
        if not stored:
            asked = _asked(evaluation, predictor, planned, pools, clock)
            _keep(planned.cell, _perturbed(evaluation, asked, clean, planned, clock, watcher), store, clock)
        watcher.cell(_told(planned), stored=stored)


def _told(planned: Planned) -> str:
    """A cell as the progress bar calls it."""
    rate = "" if planned.cell.clean else f" {planned.cell.rate:g}"
    return f"{planned.checkpoint} {planned.cell.task} {planned.cell.language} {planned.perturbation}{rate}"


def _clean(evaluation: Evaluation, predictor: Answering, store: Store, clock: Clock, watcher: Progress) -> Clean:
    """The clean side, from the store or from the model."""
    planned, examples = evaluation.clean, evaluation.inputs.examples
    stored = planned.cell in store
    if stored:
        clean = clean_from_records(
            examples, store.read(planned.key), evaluation.metrics, kind=evaluation.inputs.task.kind
        )
    else:
        with clock.stage("predicting"):
            if isinstance(predictor, Submission):
                predictions = predictor.answers(planned, evaluation.inputs, examples)
            else:
                predictions = predictor.predict(examples, on_batch=watcher.examples)
        with clock.stage("scoring"):
            clean = clean_side(examples, predictions, evaluation.metrics)
            records = clean_records(clean)
        _keep(planned.cell, records, store, clock)
    watcher.cell(_told(planned), stored=stored)
    return clean


def _asked(
    evaluation: Evaluation, predictor: Answering, planned: Planned, pools: EncodedPools, clock: Clock
) -> tuple[Answering, bool]:
    """What answers a perturbed cell, and whether it searches another pool than the clean one."""
    inputs = evaluation.inputs
    if not isinstance(predictor, Searcher) or inputs.pool is None or not inputs.searched:
        return predictor, False
    key = (evaluation.checkpoint.fingerprint, inputs.task.name, evaluation.pool_name(planned))
    with clock.stage("encoding the pool"):
        return pools.find(key, predictor, inputs.pool, make=partial(evaluation.perturb_pool, planned, inputs.pool))


def _perturbed(
    evaluation: Evaluation,
    asked: tuple[Answering, bool],
    clean: Clean,
    planned: Planned,
    clock: Clock,
    watcher: Progress,
) -> list[Record]:
    predictor, moved = asked
    with clock.stage("perturbing"):
        perturbed = evaluation.perturb(planned)
    with clock.stage("predicting"):
        if isinstance(predictor, Submission):
            # What was answered to an unchanged input counts as it was given: nobody knows what the answers hang on.
            predictions = predictor.answers(planned, evaluation.inputs, [item.example for item in perturbed])
        else:
            predictions = predict_perturbed(perturbed, clean, predictor, watcher.examples, moved=moved)
    with clock.stage("scoring"):
        return perturbed_records(perturbed, predictions, clean, evaluation.metrics)


def _keep(cell: Cell, records: Sequence[Record], store: Store, clock: Clock) -> None:
    with clock.stage("storing"):
        store.write(cell, records)
