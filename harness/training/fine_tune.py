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
from harness.checkpoints.loading import UNLOADABLE, own_limit, quiet
from harness.training.encoding import Collator, Encoded, encode_examples
from harness.training.settings import Settings
from harness.training.trainer import length_batches, seeded, train
from harness.training.whole import whole_directory
from perturbations.errors import CheckpointError, UsageError
from suites.examples import Example
from suites.task import Kind, Task

HEADS = {
    Kind.CLASSIFICATION: transformers.AutoModelForSequenceClassification,
    Kind.TAGGING: transformers.AutoModelForTokenClassification,
}


def fine_tune(
    base: str | Path, task: Task, examples: Sequence[Example], out: Path, *, settings: Settings, lineage: Lineage
) -> Path:
    """Train a model on a task and write it with tokenizer and lineage.

    Args:
        base: directory or hub id of a model, pretrained or trained on an intermediate task.
        task: its kind decides the head, its labels name the outputs.
        examples: `(examples,)` with labels.
        out: the directory to make; it is there complete or not at all.
        settings: how to train.
        lineage: what is written beside the weights, for this very training.

    Returns:
        `out`.

    Raises:
        UsageError: no example, one that is longer than the base reads, or `out` is there already.
        CheckpointError: the base cannot be loaded.
        DataError: an example that is not of the task's kind, or has a label that the task does not have.
    """
    if not examples:
        raise UsageError(f"there is no example of task {task.name!r} to train on")
    with whole_directory(out) as draft:
        with seeded(settings.seed):
            tokenizer, model = _load(base, task)
            rows = encode_examples(tokenizer, task, examples, max_pieces=settings.max_pieces)
            _check_lengths(rows, own_limit(tokenizer, model), base)
            if settings.freeze_embeddings:
                for parameter in model.base_model.embeddings.parameters():
                    parameter.requires_grad = False
            batches = length_batches(rows, _length, settings)
            typed = "token_type_ids" in tokenizer.model_input_names
            train(model, batches, Collator(tokenizer.pad_token_id, typed), settings)
        save(model, tokenizer, draft, lineage)
    return out


def save(model: Any, tokenizer: Any, directory: Path, lineage: Lineage) -> None:
    """Write model (safetensors), tokenizer and lineage."""
    with quiet():
        model.save_pretrained(directory, safe_serialization=True)
        tokenizer.save_pretrained(directory)
    write_lineage(directory, lineage)


def _check_lengths(rows: Sequence[Encoded], limit: int | None, base: str | Path) -> None:
    longest = max(map(_length, rows))
    if limit is not None and longest > limit:
        raise UsageError(
            f"the longest training example has {longest} pieces, and the base model {str(base)!r} reads {limit}: set "
            f"max_pieces to at most {limit}"
        )


def _length(row: Encoded) -> int:
    return len(row.pieces)


def _load(base: str | Path, task: Task) -> tuple[Any, Any]:
    """The tokenizer of the base and its body under a new head."""
    head = cast("Any", HEADS[task.kind])
    try:
        with quiet():
            tokenizer = cast("Any", transformers.AutoTokenizer).from_pretrained(base, trust_remote_code=False)
            config = cast("Any", transformers.AutoConfig).from_pretrained(
                base,
                num_labels=len(task.labels),
                id2label=dict(enumerate(task.labels)),
                label2id={label: number for number, label in enumerate(task.labels)},
                trust_remote_code=False,
            )
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
        raise CheckpointError(f"the base model {str(base)!r} cannot be loaded for training: {error}") from error
    # transformers keeps the head of an earlier task where its shape happens to fit.
    body = f"{model.base_model_prefix}."
    model.load_state_dict(
        {name: value for name, value in fresh.state_dict().items() if not name.startswith(body)}, strict=False
    )
    return tokenizer, model
