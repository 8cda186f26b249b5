"""Contestants: what a run scores, checkpoints and predictions made elsewhere, and which of them serves which task."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from harness.checkpoints.checkpoint import Checkpoint, open_checkpoint
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
        location, _, revision = (place, "", "") if Path(place).is_dir() else place.partition("@")
        found.append(open_checkpoint(location, revision=revision or None, manifest=manifest))
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
        CheckpointError: a checkpoint serves none of the tasks.
    """
    serving: set[tuple[str, str]] = set()
    skipped: list[Skip] = []
    for checkpoint in checkpoints:
        reasons: list[CheckpointError] = []
        for task in tasks:
            try:
                _check_serves(checkpoint, task)
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
