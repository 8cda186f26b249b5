"""Contestants: what a run scores, checkpoints and predictions made elsewhere, and which of them serves which task."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from harness.checkpoints.checkpoint import Checkpoint, open_checkpoint, split_reference
from harness.checkpoints.serving import check_serves
from harness.plan import Plan
from harness.submission.submission import Contestant, open_submission
from perturbations.errors import CheckpointError, UsageError
from reports.report import Skip
from suites.task import Task


def check_any(plan: Plan) -> None:
    """Make sure that a plan names something to score.

    Raises:
        UsageError: neither checkpoints nor predictions.
    """
    if not (plan.checkpoints or plan.predictions):
        raise UsageError("plan: no checkpoints given: name at least one, or predictions made elsewhere")


def open_contestants(plan: Plan) -> list[Contestant]:
    """The checkpoints and the predictions of a plan.

    Raises:
        UsageError: two of them have one name, so that their rows could not be told apart.
    """
    manifest = Path(plan.manifest) if plan.manifest else None
    found: list[Contestant] = []
    for place in plan.checkpoints:
        location, revision = split_reference(place)
        found.append(open_checkpoint(location, revision=revision, manifest=manifest))
    found += [open_submission(place) for place in plan.predictions]
    for first, second in combinations(found, 2):
        if first.name == second.name:
            raise UsageError(f"{first.location} and {second.location} are both named {first.name!r}: rename one")
    return found


def _check_serves(contestant: Contestant, task: Task) -> None:
    """Make sure that a checkpoint has the head of a task, or that there are predictions for it.

    Raises:
        CheckpointError: what is missing.
    """
    if isinstance(contestant, Checkpoint):
        check_serves(contestant, task)
    else:
        contestant.check_serves(task)


def find_serving(checkpoints: Sequence[Contestant], tasks: Sequence[Task]) -> tuple[set[tuple[str, str]], list[Skip]]:
    """Which checkpoint serves which task, and why the others do not.

    Raises:
        CheckpointError: a checkpoint serves none of the tasks, or no checkpoint serves a task.
    """
    refused: dict[tuple[str, str], CheckpointError] = {}
    for checkpoint in checkpoints:
        for task in tasks:
            try:
                _check_serves(checkpoint, task)
            except CheckpointError as error:
                refused[checkpoint.name, task.name] = error
    rows = [[(checkpoint.name, task.name) for task in tasks] for checkpoint in checkpoints]
    for pairs in (*rows, *zip(*rows, strict=True)):
        if all(pair in refused for pair in pairs):
            raise refused[pairs[0]]
    skipped = [Skip(f"{checkpoint} on {task}", str(error)) for (checkpoint, task), error in refused.items()]
    return {pair for pairs in rows for pair in pairs} - set(refused), skipped
