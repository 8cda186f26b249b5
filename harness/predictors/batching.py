"""Batches by token budget: sequences sorted by length, so that hardly a piece of a batch is padding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perturbations.errors import UsageError

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sequences:
    """Encoded inputs of many lengths, one after the other.

    Args:
        pieces: `(pieces,)` ids of all sequences, special tokens included.
        types: `(pieces,)` which of two texts a piece belongs to.
        starts: `(sequences,)` where each begins.
        lengths: `(sequences,)`.
    """

    pieces: Integers
    types: Integers
    starts: Integers
    lengths: Integers


@dataclass(frozen=True, slots=True)
class Batch:
    """Sequences padded to one length.

    Args:
        indices: `(sequences,)` which ones.
        pieces: `(sequences, longest)` ids, padded at the end.
        types: `(sequences, longest)`, 0 in the padding.
        mask: `(sequences, longest)` 1 at pieces, 0 at padding.
        source: `(pieces,)` where each piece stands in the arrays of `Sequences`, in the order of `mask`'s ones.
    """

    indices: Integers
    pieces: Integers
    types: Integers
    mask: Integers
    source: Integers


def join_sequences(pieces: Sequence[Integers], types: Sequence[Integers]) -> Sequences:
    """Sequences from one array of ids and one of types for each."""
    nothing = np.zeros(0, dtype=np.int64)
    lengths = np.fromiter((len(ids) for ids in pieces), dtype=np.int64, count=len(pieces))
    starts = np.cumsum(lengths) - lengths
    return Sequences(np.concatenate([nothing, *pieces]), np.concatenate([nothing, *types]), starts, lengths)


def token_budget_batches(lengths: Sequence[int] | Integers, budget: int) -> list[list[int]]:
    """Cut sequences into batches, longest first, so that a lack of memory shows at once.

    Args:
        lengths: `(sequences,)` pieces of each.
        budget: most pieces of a batch, padding included; one sequence that is longer makes a batch of its own.

    Returns:
        Indices into `lengths`, each once; equal lengths stay in their order.

    Raises:
        UsageError: the budget is below 1.
    """
    if budget < 1:
        raise UsageError(f"the token budget must be at least 1, got {budget}")
    sizes = np.asarray(lengths, dtype=np.int64)
    order = np.argsort(-sizes, kind="stable")
    batches: list[list[int]] = []
    start = 0
    while start < len(order):
        room = max(1, budget // max(1, int(sizes[order[start]])))
        batches.append(order[start : start + room].tolist())
        start += room
    return batches


def pad(sequences: Sequences, indices: Sequence[int], *, padding: int) -> Batch:
    """One batch of padded arrays.

    Args:
        sequences: all of them.
        indices: which to take, in this order.
        padding: id of the padding piece.
    """
    rows = np.asarray(indices, dtype=np.int64)
    lengths = sequences.lengths[rows]
    columns: Integers = np.arange(int(lengths.max(initial=0)), dtype=np.int64)
    mask: NDArray[np.bool_] = columns < lengths[:, None]
    source: Integers = (sequences.starts[rows][:, None] + columns)[mask]
    pieces = np.full(mask.shape, padding, dtype=np.int64)
    types = np.zeros(mask.shape, dtype=np.int64)
    pieces[mask] = sequences.pieces[source]
    types[mask] = sequences.types[source]
    return Batch(rows, pieces, types, mask.astype(np.int64), source)
