"""Exact search for the nearest of many vectors, a block at a time, so that memory does not grow with the pool."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
BLOCK = 16_384
"""Candidates whose similarities are held at a time."""
ROWS = 1_024
"""Queries that are compared at a time: with `BLOCK` 64 MiB of similarities."""


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """The candidates most similar to each query.

    Args:
        indices: `(queries, depth)` into the pool, the most similar first, equal ones by index.
        similarities: `(queries, depth)` descending inner products.
    """

    indices: Integers
    similarities: Floats


def search(queries: Floats, pool: Floats, *, depth: int) -> Nearest:
    """The candidates of largest inner product with each query, exactly.

    Args:
        queries: `(queries, dimensions)`.
        pool: `(candidates, dimensions)`; may be memory-mapped.
        depth: how many to find; fewer where the pool has fewer.
    """
    depth = min(depth, len(pool))
    indices = np.zeros((len(queries), depth), dtype=np.int64)
    similarities = np.full((len(queries), depth), -np.inf, dtype=np.float32)
    for start in range(0, len(queries), ROWS):
        rows = slice(start, start + ROWS)
        indices[rows], similarities[rows] = _nearest(torch.as_tensor(queries[rows]), pool, depth)
    return Nearest(indices, similarities)


def _nearest(queries: torch.Tensor, pool: Floats, depth: int) -> tuple[Integers, Floats]:
    """The nearest of some queries: the best of each block, then the best of the best."""
    best = torch.full((len(queries), 0), -torch.inf)
    found = torch.zeros((len(queries), 0), dtype=torch.int64)
    for start in range(0, len(pool), BLOCK):
        block = torch.as_tensor(np.ascontiguousarray(pool[start : start + BLOCK]))
        values, places = (queries @ block.T).topk(min(depth, len(block)), dim=1)
        best, found = torch.cat([best, values], dim=1), torch.cat([found, places + start], dim=1)
        if best.shape[1] > depth:
            best, kept = best.topk(depth, dim=1)
            found = found.gather(1, kept)
    # Candidates of one text are equally similar; their order must not hang on the blocks.
    order = np.lexsort((found.numpy(), -best.numpy()), axis=1)
    return np.take_along_axis(found.numpy(), order, axis=1), np.take_along_axis(best.numpy(), order, axis=1)
