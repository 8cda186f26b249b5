"""Fine-tuning: from a base model and the examples of any task to a checkpoint with its head, labels and lineage.

Serves intermediate and target tasks alike (Phang et al. 2020); the head of an earlier task is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import torch
import transformers

from harness.checkpoints.lineage import Lineage, write_lineage
from harness.checkpoints.loading import own_limit, quiet
from harness.checkpoints.serving import HEADS, NAMED
from harness.checkpoints.tokenization import UNLOADABLE, check_fast, check_vocabulary, load_tokenizer
from harness.predictors.pooling import find_encoding
from harness.predictors.settings import settings_of
from harness.training.collating import Collator
from harness.training.dual import DualEncoder
from harness.training.encoding import Row, encode_training_set
from harness.training.settings import Settings
from harness.training.trainer import length_batches, seeded, train
from harness.training.training_set import TrainingSet
from harness.training.whole import whole_directory
from perturbations.errors import CheckpointError, UsageError
from suites.task import Kind, Task

UNNAMED = ("LABEL_0", "LABEL_1")
"""The outputs of a span head, as transformers names them; also what it writes where a head has no labels."""
PLACED = (Kind.TAGGING, Kind.QUESTION_ANSWERING)
"""Kinds whose labels stand at places of a text."""


def fine_tune(base: Path, training_set: TrainingSet, out: Path, *, settings: Settings, lineage: Lineage) -> Path:
    """Train a model on a task and write it with tokenizer and lineage.

    Args:
        base: directory of a model, pretrained or trained on an intermediate task.
        training_set: its task's kind decides the head, the labels of the task name the outputs.
        out: the directory to make; it is there complete or not at all.
        settings: how to train.
        lineage: what is written beside the weights, for this very training.

    Returns:
        `out`.

    Raises:
        UsageError: no example, one that is longer than the base reads, a limit that leaves it no room, or `out` is
            there already.
        CheckpointError: the base cannot be loaded.
        DataError: an example that is not of the task's kind, or has a label that the task does not have.
    """
    if not training_set.examples:
        raise UsageError(f"there is no example of task {training_set.task.name!r} to train on")
    with whole_directory(out) as draft:
        with seeded(settings.seed):
            tokenizer, model = _load(base, training_set.task)
            rows = encode_training_set(tokenizer, training_set, max_pieces=settings.max_pieces)
            _check_lengths(rows, own_limit(tokenizer, model), base)
            if settings.freeze_embeddings:
                _freeze_embeddings(model)
            batches = length_batches(rows, _length, settings)
            typed = "token_type_ids" in tokenizer.model_input_names
            collator = Collator(training_set.task.kind, tokenizer.pad_token_id, typed)
            train(_learner(model, training_set.task), batches, collator, settings)
        save(model, tokenizer, draft, lineage)
    return out


def save(model: Any, tokenizer: Any, directory: Path, lineage: Lineage) -> None:
    """Write model (safetensors), tokenizer and lineage."""
    with quiet():
        model.save_pretrained(directory, safe_serialization=True)
        tokenizer.save_pretrained(directory)
    write_lineage(directory, lineage)


def _learner(model: Any, task: Task) -> torch.nn.Module:
    """The model itself, or what gives a model without a head its loss."""
    if task.kind is not Kind.RETRIEVAL:
        return model
    return DualEncoder(model, find_encoding(model, settings_of(task), where=f"the base of {task.name}"))


def _freeze_embeddings(model: Any) -> None:
    """Take the embeddings out of the training: of pieces, positions and types, or those that a family calls its own."""
    embeddings = getattr(model.base_model, "embeddings", None)
    for parameter in (model.get_input_embeddings() if embeddings is None else embeddings).parameters():
        parameter.requires_grad = False


def _check_lengths(rows: Sequence[Row], limit: int | None, base: Path) -> None:
    longest = max(map(_length, rows))
    if limit is not None and longest > limit:
        raise UsageError(
            f"the longest training example has {longest} pieces, and the base model {str(base)!r} reads {limit}: set "
            f"max_pieces to at most {limit}"
        )


def _length(row: Row) -> int:
    return len(row.pieces)


def _load(base: Path, task: Task) -> tuple[Any, Any]:
    """The tokenizer of the base and its body under a new head, if the task's kind has one.

    Raises:
        CheckpointError: the base cannot be loaded, or its tokenizer does not suit it or the task.
    """
    where, kind = f"the base model {str(base)!r}", HEADS[task.kind]
    head = getattr(transformers, f"AutoModel{kind}" if kind else "AutoModelForTextEncoding")
    labels = task.labels if task.kind in NAMED else UNNAMED
    numbers = {label: number for number, label in enumerate(labels)}
    named = {"num_labels": len(labels), "id2label": dict(enumerate(labels)), "label2id": numbers}
    try:
        with quiet():
            tokenizer = load_tokenizer(base, where)
            auto = cast("Any", transformers.AutoConfig)
            config = auto.from_pretrained(base, trust_remote_code=False, **named)
            fresh = head.from_config(config)
            model = head.from_pretrained(
                base,
                config=config,
                ignore_mismatched_sizes=True,
                dtype=torch.float32,
                use_safetensors=True,
                trust_remote_code=False,
            )
    except UNLOADABLE as error:
        raise CheckpointError(f"{where} cannot be loaded for training: {error}") from error
    check_vocabulary(tokenizer, model, where)
    if task.kind in PLACED:
        check_fast(tokenizer, where)
    if kind:
        # transformers keeps the head of an earlier task where its shape happens to fit.
        body = f"{model.base_model_prefix}."
        model.load_state_dict(
            {name: value for name, value in fresh.state_dict().items() if not name.startswith(body)}, strict=False
        )
    return tokenizer, model
