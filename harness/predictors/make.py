"""From a checkpoint and a task to a predictor: one module a task kind, named after it."""

from __future__ import annotations

import importlib

from harness.checkpoints.checkpoint import Checkpoint
from harness.predictors.prediction import Inference, Predictor
from perturbations.errors import UsageError
from suites.task import Task


def make_predictor(checkpoint: Checkpoint, task: Task, settings: Inference | None = None) -> Predictor:
    """Load a checkpoint for a task.

    The module `harness.predictors.<kind>` offers `load(checkpoint, task, settings) -> Predictor`; a new task kind is
    a new module. Imported here and not above, because it imports torch.

    Raises:
        CheckpointError: the checkpoint cannot be loaded or has no head with the task's labels.
        UsageError: the task's kind has no predictor, or an option does not suit the model.
    """
    name = f"{__package__}.{task.kind.value}"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise UsageError(f"task {task.name!r} is of kind {task.kind.value!r}, which has no predictor") from None
    return module.load(checkpoint, task, settings or Inference())
