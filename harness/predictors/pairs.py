"""Mining of sentence pairs out of two texts, as the benchmark mines BUCC (Artetxe and Schwenk 2019; Hu et al. 2020).

The nearest sentence is looked for in both directions, pairs are scored by ratio margin, and taken the best first such
that no sentence is in two pairs; only those above a threshold count, the one that is best on other, clean data.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from harness.predictors.search import Floats, Integers, search


class Pairs(NamedTuple):
    """Pairs by descending score, each sentence in one at most.

    Args:
        sources: `(pairs,)` indices of the queries.
        targets: `(pairs,)` indices into the pool.
        scores: `(pairs,)` ratio margins.
    """

    sources: Integers
    targets: Integers
    scores: NDArray[np.float64]


def mine(queries: Floats, pool: Floats, *, neighbours: int) -> Pairs:
    """The pairs of queries and candidates that find each other best.

    Args:
        queries: `(queries, dimensions)` vectors of length 1.
        pool: `(candidates, dimensions)` the same.
        neighbours: of the margin, in either direction.
    """
    forth, back = search(queries, pool, depth=neighbours), search(pool, queries, depth=neighbours)
    around, about = (found.similarities.astype(np.float64).mean(axis=1) for found in (forth, back))
    forward = forth.similarities / ((around[:, None] + about[forth.indices]) / 2)
    backward = back.similarities / ((about[:, None] + around[back.indices]) / 2)
    rows, columns = np.arange(len(queries)), np.arange(len(pool))
    best, nearest = forward.argmax(axis=1), backward.argmax(axis=1)
    sources = np.concatenate([rows, back.indices[columns, nearest]])
    targets = np.concatenate([forth.indices[rows, best], columns])
    scores = np.concatenate([forward[rows, best], backward[columns, nearest]])
    order = np.lexsort((targets, sources, -scores))
    return _one_to_one(Pairs(sources[order], targets[order], scores[order]))


def _one_to_one(pairs: Pairs) -> Pairs:
    """The pairs of which neither sentence is in a better one."""
    taken: tuple[set[int], set[int]] = (set(), set())
    kept: list[int] = []
    couples = zip(cast("list[int]", pairs.sources.tolist()), cast("list[int]", pairs.targets.tolist()), strict=True)
    for place, (source, target) in enumerate(couples):
        if source not in taken[0] and target not in taken[1]:
            kept.append(place)
            taken[0].add(source)
            taken[1].add(target)
    return Pairs(pairs.sources[kept], pairs.targets[kept], pairs.scores[kept])


def best_threshold(scores: NDArray[np.float64], right: NDArray[np.bool_], wanted: int) -> float:
    """The threshold at which the pairs that score at least as much have the highest F1.

    Args:
        scores: `(pairs,)` descending.
        right: `(pairs,)` whether each is a gold pair.
        wanted: number of gold pairs.

    Returns:
        Halfway between the last pair that counts and the next; infinity where no pair is right.
    """
    if not right.any():
        return float("inf")
    counts = np.arange(1, len(scores) + 1)
    values = 2 * np.cumsum(right) / (counts + wanted)
    # Pairs of one score count together.
    values[:-1][scores[:-1] == scores[1:]] = -1
    best = int(values.argmax())
    following = scores[best + 1] if best + 1 < len(scores) else scores[best]
    return float((scores[best] + following) / 2)
