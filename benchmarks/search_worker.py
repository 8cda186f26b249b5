"""Worker: one way to search, in a process of its own, so that its peak of memory is its own; run by `search.py`.

Makes the vectors from a seed, then answers each line that it reads with one of JSON: seconds and the peak so far. What
was found stands in the file that it was given.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.stopwatch import timed

Found = tuple[NDArray[np.int64], NDArray[np.float32]]
CHUNK = 65_536
"""Vectors that are drawn at a time."""


def draw(count: int, dimensions: int, *, seed: int) -> NDArray[np.float32]:
    """Random vectors of length 1, `(count, dimensions)`."""
    draws = np.random.default_rng(seed)
    vectors = np.empty((count, dimensions), dtype=np.float32)
    for start in range(0, count, CHUNK):
        part = vectors[start : start + CHUNK]
        draws.standard_normal(dtype=np.float32, out=part)
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    return vectors


def ours(pool: NDArray[np.float32], depth: int) -> Callable[[NDArray[np.float32]], Found]:
    """The search of the retrieval predictors."""
    from harness.predictors.search import search

    def look(queries: NDArray[np.float32]) -> Found:
        nearest = search(queries, pool, depth=depth)
        return nearest.indices, nearest.similarities

    return look


def faiss(pool: NDArray[np.float32], depth: int) -> Callable[[NDArray[np.float32]], Found]:
    """The flat index of FAISS for inner products, which holds a copy of the vectors."""
    import faiss as library

    index: Any = library.IndexFlatIP(pool.shape[1])
    index.add(pool)

    def look(queries: NDArray[np.float32]) -> Found:
        similarities, indices = index.search(queries, depth)
        return indices, similarities

    return look


def main() -> None:
    """Answer until there is nothing more to read."""
    request = json.loads(sys.stdin.readline())
    queries = draw(request["queries"], request["dimensions"], seed=1)
    look = {"ours": ours, "faiss": faiss}[request["tool"]](
        draw(request["vectors"], request["dimensions"], seed=0), request["depth"]
    )
    # Every library and kernel is used once before anything counts.
    look(queries[:32])
    print(json.dumps({}), flush=True)
    for _ in sys.stdin:
        cost, (indices, similarities) = timed(lambda: look(queries))
        np.savez(Path(request["file"]), indices=indices, similarities=similarities)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"wall": cost.wall, "cpu": cost.cpu, "peak": peak}), flush=True)


if __name__ == "__main__":
    main()
