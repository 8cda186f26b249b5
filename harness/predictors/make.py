"""From a checkpoint and a task to a predictor: one module a task kind, named after it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from harness.checkpoints.checkpoint import Checkpoint
from harness.checkpoints.serving import GENERATING, find_head
from harness.predictors.prediction import Inference, Predictor
from harness.predictors.settings import SETTINGS, settings_of
from perturbations.errors import UnknownNameError, UsageError
from suites.task import Task

TEXT_TO_TEXT = "text_to_text"
"""The module that serves every kind in words, for checkpoints of models that write."""


def make_predictor(
    checkpoint: Checkpoint, task: Task, settings: Inference | None = None, options: Mapping[str, str] | None = None
) -> Predictor:
    """Load a checkpoint for a task.

    The module `harness.predictors.<kind>` offers `load(checkpoint, task, settings) -> Predictor`, and takes `options`
    too if the kind is in `SETTINGS`; a new task kind is a new module. A model that writes text is served by
    `harness.predictors.text_to_text` whatever the kind, but for retrieval.

    Args:
        checkpoint: what to load.
        task: what it is asked.
        settings: how it is run.
        options: predictor options by name; the task's own settings where one is not named.

    Raises:
        CheckpointError: the checkpoint cannot be loaded or has no head with the task's labels.
        UsageError: the task's kind has no predictor, or an option does not suit the model.
    """
    module, known = _module(checkpoint, task), settings_of(task)
    for option in options or {}:
        if option not in known:
            raise UnknownNameError(f"predictor option of {task.name}", option, known)
    # A kind without options of its own has only those of models that write, and its module takes none.
    takes = task.kind in SETTINGS or module is _import(TEXT_TO_TEXT)
    extra: dict[str, Any] = {"options": {**known, **(options or {})}} if takes else {}
    return module.load(checkpoint, task, settings or Inference(), **extra)


def _module(checkpoint: Checkpoint, task: Task) -> Any:
    """The module that serves a task with a checkpoint.

    Raises:
        CheckpointError: none does.
        UsageError: the task's kind has no predictor.
    """
    by_kind = _import(task.kind.value)
    if by_kind is None:
        raise UsageError(f"task {task.name!r} is of kind {task.kind.value!r}, which has no predictor")
    return _import(TEXT_TO_TEXT) if find_head(checkpoint, task) == GENERATING else by_kind


def _import(name: str) -> Any:
    """A module of this package, or None where there is none. Imported only now, because it imports torch."""
    full = f"{__package__}.{name}"
    try:
        return importlib.import_module(full)
    except ModuleNotFoundError as error:
        if error.name != full:
            raise
        return None
