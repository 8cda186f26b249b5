"""Forward passes: batches in, logits out, and the errors of encoding and of numbers named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Encoding

from harness.checkpoints.loading import Loaded
from harness.predictors.batching import Batch, Sequences, pad, token_budget_batches
from perturbations.errors import CheckpointError, DataError

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


def forward(loaded: Loaded, sequences: Sequences, *, budget: int) -> Iterator[tuple[Batch, torch.Tensor]]:
    """Run the model over all sequences, the longest first.

    Args:
        loaded: the model.
        sequences: what to read.
        budget: pieces in a batch, padding included.

    Yields:
        A batch and its logits, `(sequences, outputs)` or `(sequences, pieces, outputs)`, on the model's device.
    """
    for indices in token_budget_batches(sequences.lengths, budget):
        batch = pad(sequences, indices, padding=loaded.padding)
        inputs = {"input_ids": batch.pieces, "attention_mask": batch.mask}
        if loaded.typed:
            inputs["token_type_ids"] = batch.types
        tensors = {name: torch.as_tensor(array, device=loaded.device) for name, array in inputs.items()}
        # Entered anew for each batch: a generator that is suspended must not leave the mode on for its caller.
        with torch.inference_mode():
            logits: torch.Tensor = loaded.model(**tensors).logits
        yield batch, logits


def probabilities(loaded: Loaded, logits: torch.Tensor) -> NDArray[np.float32]:
    """Probabilities over the task's labels, `(rows, labels)`, from logits `(rows, outputs)`.

    Raises:
        CheckpointError: some are not numbers.
    """
    wanted = logits[:, list(loaded.outputs)].float()
    array: NDArray[np.float32] = torch.softmax(wanted, dim=-1).cpu().numpy()
    if not np.isfinite(array).all():
        raise CheckpointError(
            f"{loaded.where} gives outputs that are not numbers: its weights are broken, or the precision is too low"
        )
    return array


def encode(encoder: Callable[[Sequence[Input]], list[Encoding]], inputs: Distinct[Input]) -> list[Encoding]:
    """Encode all inputs in one call, which the tokenizer spreads over threads.

    TOKENIZERS_PARALLELISM is left alone: unset, the library runs parallel and turns itself off after a fork.

    Raises:
        DataError: an input has no UTF-8 form (a lone surrogate); its first example is named.
    """
    try:
        return encoder(inputs.values)
    except (TypeError, UnicodeError):
        for name, item in zip(inputs.names, inputs.values, strict=True):
            try:
                encoder([item])
            except (TypeError, UnicodeError) as error:
                raise DataError(f"example {name!r} cannot be encoded, it holds a lone surrogate: {error}") from error
        raise
