"""Encoding: from examples of a task to pieces with labels, and from those to batches.

As in the predictors: the texts of a classification are read in order, as a pair where there are two; a token is
labelled at its first piece, the other pieces are left out of the loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from perturbations.errors import DataError
from suites.examples import Example
from suites.task import Kind, Task

IGNORED = -100
"""The label of a piece that takes no part in the loss."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One example as a model reads it: pieces, the text they belong to, and a class or a label for each piece."""

    pieces: tuple[int, ...]
    types: tuple[int, ...]
    labels: int | tuple[int, ...]


def encode_examples(tokenizer: Any, task: Task, examples: Sequence[Example], *, max_pieces: int) -> list[Encoded]:
    """Encode the examples of a task.

    Args:
        tokenizer: of transformers, a fast one.
        task: gives the kind and the labels.
        examples: `(examples,)`.
        max_pieces: most pieces, special tokens included; of a pair the longer text is cut first.

    Raises:
        DataError: an example that is not of the task's kind, or has a label that the task does not have.
    """
    numbers = {label: number for number, label in enumerate(task.labels)}
    encode = {Kind.CLASSIFICATION: _classification, Kind.TAGGING: _tagging}[task.kind]
    try:
        return encode(tokenizer, examples, numbers, max_pieces)
    except KeyError as error:
        raise DataError(
            f"an example of task {task.name!r} has the label {error.args[0]!r}: {', '.join(task.labels)} are possible"
        ) from None


def _classification(
    tokenizer: Any, examples: Sequence[Example], numbers: dict[str, int], max_pieces: int
) -> list[Encoded]:
    encoded: list[Encoded] = []
    for example in examples:
        texts = [text.text for text in example.texts.values()]
        if len(texts) not in (1, 2) or example.target is None:
            raise DataError(
                f"example {example.id!r} is not one text or two with a label, which a classifier learns from"
            )
        output = tokenizer(*texts, truncation="longest_first", max_length=max_pieces, return_token_type_ids=True)
        encoded.append(Encoded(tuple(output["input_ids"]), tuple(output["token_type_ids"]), numbers[example.target]))
    return encoded


def _tagging(tokenizer: Any, examples: Sequence[Example], numbers: dict[str, int], max_pieces: int) -> list[Encoded]:
    encoded: list[Encoded] = []
    for example in examples:
        texts = list(example.texts.values())
        if len(texts) != 1 or not texts[0].tokens:
            raise DataError(f"example {example.id!r} is not one text of tokens, which is what a tagger learns from")
        words = [span.of(texts[0].text) for span in texts[0].spans]
        output = tokenizer(
            words, is_split_into_words=True, truncation=True, max_length=max_pieces, return_token_type_ids=True
        )
        owners: list[int | None] = output.word_ids()
        labels = [
            IGNORED if owner is None or owner == before else numbers[texts[0].spans[owner].label]
            for before, owner in zip([None, *owners], owners, strict=False)
        ]
        encoded.append(Encoded(tuple(output["input_ids"]), tuple(output["token_type_ids"]), tuple(labels)))
    return encoded


@dataclass(frozen=True, slots=True)
class Collator:
    """Makes the tensors of a batch.

    Args:
        padding: id of the padding piece.
        typed: whether the model reads which of two texts a piece belongs to.
    """

    padding: int
    typed: bool

    def __call__(self, batch: Sequence[Sequence[Encoded]]) -> dict[str, torch.Tensor]:
        """The inputs and labels of one batch, which comes as the only item of a list."""
        (rows,) = batch
        pieces = padded([row.pieces for row in rows], self.padding)
        lengths = torch.tensor([len(row.pieces) for row in rows])
        tensors = {"input_ids": pieces, "attention_mask": (torch.arange(pieces.shape[1]) < lengths[:, None]).long()}
        if self.typed:
            tensors["token_type_ids"] = padded([row.types for row in rows], 0)
        classes = [row.labels for row in rows if isinstance(row.labels, int)]
        tags = [row.labels for row in rows if not isinstance(row.labels, int)]
        tensors["labels"] = torch.tensor(classes) if classes else padded(tags, IGNORED)
        return tensors


def padded(rows: Sequence[Sequence[int]], value: int) -> torch.Tensor:
    """Rows of numbers, filled up to the longest: `(rows, longest)`."""
    longest = max(len(row) for row in rows)
    return torch.tensor([[*row, *[value] * (longest - len(row))] for row in rows])
