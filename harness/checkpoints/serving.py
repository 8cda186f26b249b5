"""Serving: whether a checkpoint has the head and the labels that a task needs, told by its config alone."""

from __future__ import annotations

import json
from typing import Any

from harness.checkpoints.checkpoint import Checkpoint
from harness.checkpoints.fingerprint import CONFIG
from harness.checkpoints.labels import match_labels
from perturbations.errors import CheckpointError
from suites.task import Kind, Task

HEADS = {
    Kind.CLASSIFICATION: "ForSequenceClassification",
    Kind.MULTIPLE_CHOICE: "ForMultipleChoice",
    Kind.TAGGING: "ForTokenClassification",
    Kind.QUESTION_ANSWERING: "ForQuestionAnswering",
    Kind.RETRIEVAL: "",
    Kind.MINING: "",
}
"""Class suffix of the head that each task kind needs, as transformers names it; empty where the encoder serves."""
NAMED = (Kind.CLASSIFICATION, Kind.TAGGING)
"""Kinds whose head has one output a label."""


GENERATING = "ForConditionalGeneration"
"""Class suffix of a text-to-text model, which serves every kind but retrieval in words."""


def find_head(checkpoint: Checkpoint, task: Task) -> str:
    """Class suffix of the head with which a checkpoint serves a task; empty for the encoder alone.

    Raises:
        CheckpointError: it serves the task with none.
    """
    architectures, _ = _read_config(checkpoint)
    wanted = HEADS[task.kind]
    if not wanted:
        return wanted
    for head in (wanted, GENERATING):
        if any(name.endswith(head) for name in architectures):
            return head
    found = ", ".join(architectures) or "no architecture"
    raise CheckpointError(
        f"checkpoint {checkpoint.name!r} has no head for {task.name}: its config names {found}, the task needs one "
        f"{wanted} or {GENERATING}; give a checkpoint that was fine-tuned on the task"
    )


def check_serves(checkpoint: Checkpoint, task: Task) -> tuple[int, ...]:
    """Make sure that a checkpoint can serve a task, before its weights are loaded.

    Returns:
        `(labels,)` the output of the head for each label of the task; empty for heads without labels.

    Raises:
        CheckpointError: it has another head, or other labels, or none that could be named; the message says which.
    """
    _, names = _read_config(checkpoint)
    head = find_head(checkpoint, task)
    if head == GENERATING and checkpoint.labels is not None:
        raise CheckpointError(
            f"checkpoint {checkpoint.name!r} writes words and has no outputs that the manifest could label: take its "
            "labels out and name the words by the predictor option words"
        )
    if head == GENERATING or task.kind not in NAMED:
        return ()
    outputs = checkpoint.labels or [names[output] for output in sorted(names)] or ["LABEL_0", "LABEL_1"]
    where, declared = f"checkpoint {checkpoint.name!r}", checkpoint.labels is not None
    return match_labels(task.labels, outputs, aliases=task.aliases, where=where, declared=declared)


def _read_config(checkpoint: Checkpoint) -> tuple[list[str], dict[int, str]]:
    """The architectures that a config names, and the names of its outputs by number.

    Raises:
        CheckpointError: it cannot be read.
    """
    path = checkpoint.directory / CONFIG
    try:
        config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        architectures: list[str] = config.get("architectures") or []
        table: dict[str, str] = config.get("id2label") or {}
        return architectures, {int(output): name for output, name in table.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise CheckpointError(
            f"checkpoint {checkpoint.name!r}: {path} cannot be read as the config of a model: {error}"
        ) from error
