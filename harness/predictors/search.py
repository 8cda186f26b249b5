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
SPARE = 8
"""Candidates that are found beyond those asked for, so that rounding does not decide about the last places."""
SCORED = 64
"""Queries whose candidates are scored anew at a time."""


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

    What is found in blocks is scored anew, pair by pair, since the rounding of a product of matrices hangs on where a
    vector stands in them: equal vectors are equally similar, whatever is asked beside.

    Args:
        queries: `(queries, dimensions)`.
        pool: `(candidates, dimensions)`; may be memory-mapped.
        depth: how many to find; fewer where the pool has fewer.

    Returns:
        The nearest. Where more than `SPARE` candidates compete for the last place with one similarity, any of them may
        have it.
    """
    depth = min(depth, len(pool))
    wide = min(depth + SPARE, len(pool))
    indices = np.zeros((len(queries), depth), dtype=np.int64)
    similarities = np.full((len(queries), depth), -np.inf, dtype=np.float32)
    products = np.empty(min(ROWS, len(queries)) * min(BLOCK, len(pool)), dtype=np.float32)
    for start in range(0, len(queries), ROWS):
        found = _find(queries[start : start + ROWS], pool, wide, products)
        for first in range(0, len(found), SCORED):
            rows = slice(start + first, start + min(first + SCORED, len(found)))
            indices[rows], similarities[rows] = _score(queries[rows], pool, found[first : first + SCORED], depth)
    return Nearest(indices, similarities)


def _find(queries: Floats, pool: Floats, depth: int, products: Floats) -> Integers:
    """The nearest of some queries, `(queries, depth)`: the best of each block, then the best of the best.

    Args:
        queries: `(queries, dimensions)`.
        pool: `(candidates, dimensions)`.
        depth: how many to find.
        products: room for the similarities of a block, used over and over: fresh memory costs as much as selecting.
    """
    best = torch.full((len(queries), 0), -torch.inf)
    found = torch.zeros((len(queries), 0), dtype=torch.int64)
    for start in range(0, len(pool), BLOCK):
        block = pool[start : start + BLOCK]
        similar = products[: len(queries) * len(block)].reshape(len(queries), len(block))
        # numpy's BLAS is the one of FAISS; that of torch is a fifth slower on some processors, but selects faster.
        np.matmul(queries, block.T, out=similar)
        values, places = torch.as_tensor(similar).topk(min(depth, len(block)), dim=1)
        best, found = torch.cat([best, values], dim=1), torch.cat([found, places + start], dim=1)
        if best.shape[1] > depth:
            best, kept = best.topk(depth, dim=1)
            found = found.gather(1, kept)
    return found.numpy()


def _score(queries: Floats, pool: Floats, found: Integers, depth: int) -> tuple[Integers, Floats]:
    """The first of the candidates that were found, in order, and their similarities, `(queries, depth)` both."""
    candidates = pool[found].astype(np.float64)
    exact: NDArray[np.float64] = np.einsum("qd,qcd->qc", queries.astype(np.float64), candidates)
    similar = exact.astype(np.float32)
    order = np.lexsort((found, -similar), axis=1)[:, :depth]
    return np.take_along_axis(found, order, axis=1), np.take_along_axis(similar, order, axis=1)
