"""Forward passes: a model is loaded, batches in, logits out, and the errors of encoding and of numbers named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from harness.checkpoints.checkpoint import Checkpoint
from harness.checkpoints.loading import Loaded, load
from harness.checkpoints.serving import HEADS
from harness.checkpoints.slow_tokenizer import Pieces
from harness.predictors.batching import Batch, Sequences, pad, token_budget_batches
from harness.predictors.prediction import Inference
from perturbations.errors import CheckpointError, DataError
from suites.task import Kind, Task

Input = TypeVar("Input")


@dataclass(frozen=True, slots=True)
class Distinct(Generic[Input]):
    """Inputs without repetition.

    Args:
        values: each once, in the order in which they first come.
        names: `(values,)` the id of the first example that has it.
        counts: `(values,)` how many examples have it.
        numbers: `(examples,)` which of the values an example has.
    """

    values: list[Input]
    names: list[str]
    counts: NDArray[np.int64]
    numbers: list[int]


def load_model(checkpoint: Checkpoint, task: Task, settings: Inference) -> Loaded:
    """Load a checkpoint for a task, to be run as the settings say; raises as `loading.load` does."""
    return load(checkpoint, task, precision=settings.precision, device=settings.device, max_pieces=settings.max_pieces)


def distinct(inputs: Sequence[Input], names: Sequence[str]) -> Distinct[Input]:
    """Each input once, with the way back to the examples.

    Args:
        inputs: `(examples,)` hashable.
        names: `(examples,)` their ids.
    """
    place: dict[Input, int] = {}
    numbers = [place.setdefault(item, len(place)) for item in inputs]
    first = dict(zip(reversed(numbers), reversed(names), strict=True))
    counts = np.bincount(np.array(numbers, dtype=np.int64), minlength=len(place))
    return Distinct(list(place), [first[number] for number in range(len(place))], counts, numbers)


def forward(
    loaded: Loaded, sequences: Sequences, *, budget: int, read: Callable[[Any], torch.Tensor] | None = None
) -> Iterator[tuple[Batch, torch.Tensor]]:
    """Run the model over all sequences, the longest first (of each group that may share a batch).

    Args:
        loaded: the model; one that compares choices is given one choice a sequence.
        sequences: what to read.
        budget: pieces in a batch, padding included.
        read: takes what is wanted out of the model's output; its logits unless given.

    Yields:
        A batch and its logits, `(sequences, outputs)` or `(sequences, pieces, outputs)`, on the model's device.
    """
    choices = type(loaded.model).__name__.endswith(HEADS[Kind.MULTIPLE_CHOICE])
    for indices in _batches(loaded, sequences, budget):
        batch = pad(sequences, indices, padding=loaded.padding)
        inputs = {"input_ids": batch.pieces, "attention_mask": batch.mask}
        if loaded.typed:
            inputs["token_type_ids"] = batch.types
        tensors = {name: torch.as_tensor(array, device=loaded.device) for name, array in inputs.items()}
        if choices:
            tensors = {name: tensor[:, None] for name, tensor in tensors.items()}
        # Entered anew for each batch: a generator that is suspended must not leave the mode on for its caller.
        with torch.inference_mode():
            output = loaded.model(**tensors)
            logits: torch.Tensor = output.logits if read is None else read(output)
        yield batch, logits


def _batches(loaded: Loaded, sequences: Sequences, budget: int) -> Iterator[list[int]]:
    """Indices of the sequences of each batch.

    The classifiers with a decoder (T5, mT5, BART) read the state of the last end piece, and transformers finds it only
    where all sequences of a batch have as many of them.
    """
    ends = np.zeros(len(sequences.lengths), dtype=np.int64)
    config: Any = loaded.model.config
    if config.is_encoder_decoder and type(loaded.model).__name__.endswith(HEADS[Kind.CLASSIFICATION]):
        counts = np.concatenate([[0], np.cumsum(sequences.pieces == config.eos_token_id)])
        ends = counts[sequences.starts + sequences.lengths] - counts[sequences.starts]
    for count in np.unique(ends).tolist():
        group = np.flatnonzero(ends == count)
        for indices in token_budget_batches(sequences.lengths[group], budget):
            yield group[indices].tolist()


def probabilities(loaded: Loaded, logits: torch.Tensor) -> NDArray[np.float32]:
    """Probabilities over the task's labels, `(rows, labels)`, from logits `(rows, outputs)`.

    Raises:
        CheckpointError: some are not numbers.
    """
    return numbers(loaded, torch.softmax(logits[:, list(loaded.outputs)].float(), dim=-1))


def numbers(loaded: Loaded, outputs: torch.Tensor) -> NDArray[np.float32]:
    """What a model puts out, as an array of the same shape.

    Raises:
        CheckpointError: some are not numbers.
    """
    array: NDArray[np.float32] = outputs.float().cpu().numpy()
    check_numbers(loaded, bool(np.isfinite(array).all()))
    return array


def check_numbers(loaded: Loaded, finite: bool) -> None:
    """Refuse what a model puts out where not all of it is finite.

    Raises:
        CheckpointError: it is not.
    """
    if not finite:
        raise CheckpointError(
            f"{loaded.where} gives outputs that are not numbers: its weights are broken, or the precision is too low"
        )


def encode(encoder: Callable[[Sequence[Input]], Sequence[Pieces]], inputs: Distinct[Input]) -> list[Pieces]:
    """Encode all inputs in one call, which the tokenizer spreads over threads.

    TOKENIZERS_PARALLELISM is left alone: unset, the library runs parallel and turns itself off after a fork.

    Raises:
        DataError: an input has no UTF-8 form (a lone surrogate); its first example is named.
    """
    try:
        return list(encoder(inputs.values))
    except (TypeError, UnicodeError):
        for name, item in zip(inputs.names, inputs.values, strict=True):
            try:
                encoder([item])
            except (TypeError, UnicodeError) as error:
                raise DataError(f"example {name!r} cannot be encoded, it holds a lone surrogate: {error}") from error
        raise
