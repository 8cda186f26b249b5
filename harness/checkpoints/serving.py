"""Serving: whether a checkpoint has the head and the labels that a task needs, told by its config alone."""

from __future__ import annotations

import json
from typing import Any

from harness.checkpoints.checkpoint import Checkpoint
from harness.checkpoints.fingerprint import CONFIG
from harness.checkpoints.labels import match_labels
from perturbations.errors import CheckpointError
from suites.task import Kind, Task

HEADS = {Kind.CLASSIFICATION: "ForSequenceClassification", Kind.TAGGING: "ForTokenClassification"}
"""Class suffix of the head that each task kind needs, as transformers names it."""


def check_serves(checkpoint: Checkpoint, task: Task) -> tuple[int, ...]:
    """Make sure that a checkpoint can serve a task, before its weights are loaded.

    Returns:
        `(labels,)` the output of the head for each label of the task.

    Raises:
        CheckpointError: it has another head, or other labels; the message says which.
    """
    where = f"checkpoint {checkpoint.name!r}"
    path = checkpoint.directory / CONFIG
    try:
        config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        architectures: list[str] = config.get("architectures") or []
        table: dict[str, str] = config.get("id2label") or {}
        names = {int(output): name for output, name in table.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise CheckpointError(f"{where}: {path} cannot be read as the config of a model: {error}") from error
    head = HEADS[task.kind]
    if not any(name.endswith(head) for name in architectures):
        found = ", ".join(architectures) or "no architecture"
        raise CheckpointError(
            f"{where} has no head for {task.name}: its config names {found}, the task needs one {head}; "
            "give a checkpoint that was fine-tuned on the task"
        )
    outputs = checkpoint.labels or [names[output] for output in sorted(names)] or ["LABEL_0", "LABEL_1"]
    return match_labels(task.labels, outputs, aliases=task.aliases, where=where, declared=checkpoint.labels is not None)
