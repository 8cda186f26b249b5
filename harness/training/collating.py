"""Collating: from encoded rows to the tensors of a batch, as the model of each kind takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from harness.training.encoding import IGNORED, Encoded, Joined, Row
from suites.task import Kind

Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Collator:
    """Makes the tensors of a batch.

    Args:
        kind: of the task.
        padding: id of the padding piece.
        typed: whether the model reads which of two texts a piece belongs to.
    """

    kind: Kind
    padding: int
    typed: bool

    def __call__(self, batch: Sequence[Sequence[Row]]) -> Tensors:
        """The inputs and labels of one batch, which comes as the only item of a list.

        Inputs are `(rows, longest)`, of joined rows `(rows, parts, longest)`.
        """
        (rows,) = batch
        joined = [row for row in rows if isinstance(row, Joined)]
        if joined:
            parts = len(joined[0].parts)
            tensors = self._inputs([part for row in joined for part in row.parts])
            tensors = {name: tensor.view(len(joined), parts, -1) for name, tensor in tensors.items()}
            return tensors | {"labels": torch.tensor([row.label for row in joined])}
        single = [row for row in rows if isinstance(row, Encoded)]
        return self._inputs(single) | self._labels(single)

    def _inputs(self, rows: Sequence[Encoded]) -> Tensors:
        pieces = padded([row.pieces for row in rows], self.padding)
        lengths = torch.tensor([len(row.pieces) for row in rows])
        tensors = {"input_ids": pieces, "attention_mask": (torch.arange(pieces.shape[1]) < lengths[:, None]).long()}
        if self.typed:
            tensors["token_type_ids"] = padded([row.types for row in rows], 0)
        return tensors

    def _labels(self, rows: Sequence[Encoded]) -> Tensors:
        classes = [row.labels for row in rows if isinstance(row.labels, int)]
        if classes:
            return {"labels": torch.tensor(classes)}
        places = [row.labels for row in rows if not isinstance(row.labels, int)]
        if self.kind is Kind.QUESTION_ANSWERING:
            first, last = torch.tensor(places).unbind(dim=1)
            return {"start_positions": first, "end_positions": last}
        return {"labels": padded(places, IGNORED)}


def padded(rows: Sequence[Sequence[int]], value: int) -> torch.Tensor:
    """Rows of numbers, filled up to the longest: `(rows, longest)`."""
    longest = max(len(row) for row in rows)
    return torch.tensor([[*row, *[value] * (longest - len(row))] for row in rows])
