"""Pools under noise: by option the candidates of a retrieval task are perturbed as its queries are.

Both get the perturbation, rate and seed of the cell. A perturbed pool is encoded once for all languages that search it,
as long as it fits into memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from harness.noise import Perturbed
from harness.predictors.prediction import Searcher
from harness.predictors.settings import settings_of
from suites.examples import Example, Pool
from suites.task import Task

OPTION, CLEAN, PERTURBED = "candidates", "clean", "perturbed"
"""The option, and its values: candidates as they are, or under the noise of the cell."""
MOST = 2**31
"""Bytes of encoded pools that are kept: with 768 dimensions about 700,000 candidates, over all cells."""

PORTION = 4096
"""Candidates that are perturbed at a time."""


def pool_options(task: Task) -> dict[str, str]:
    """The options of a task about its pool with their defaults; none where no text of its candidates is named."""
    return {OPTION: CLEAN} if task.searched else {}


def every_option(task: Task) -> dict[str, str]:
    """The options of a task with their defaults: of its reader, of its predictor and about its pool."""
    return {**task.options, **settings_of(task), **pool_options(task)}


def pool_choices(task: Task) -> dict[str, tuple[str, ...]]:
    """The values that they may take."""
    return dict.fromkeys(pool_options(task), (CLEAN, PERTURBED))


def struck(task: Task, option: str | None) -> tuple[str, ...]:
    """Names of the texts of a candidate that are perturbed under a value of the option."""
    return task.searched if option == PERTURBED else ()


def told(task: Task, fields: Sequence[str], option: str | None) -> str:
    """What is perturbed of a task, for a report: the named texts of its examples, by option those of candidates."""
    candidates = " and ".join(struck(task, option))
    return " and ".join(fields) + (
        (f" (but for {task.untouched})" if task.untouched else "")
        + (f", of the candidates {candidates} (under the noise of each cell)" if candidates else "")
    )


def without_noise(options: Mapping[str, str]) -> dict[str, str]:
    """The options of a clean cell, on which nothing about noise has a bearing."""
    return {name: CLEAN if name == OPTION else value for name, value in options.items()}


def portions(pool: Pool) -> Iterator[Sequence[Example]]:
    """The candidates, so many at a time that their passages fit into memory."""
    for start in range(0, len(pool.candidates), PORTION):
        yield pool.candidates[start : start + PORTION]


def noisy_pool(pool: Pool, items: Iterable[Perturbed], *, name: str, task: Task) -> Pool:
    """A pool after the noise; the pool itself where it changed nothing.

    Args:
        pool: as it was read.
        items: `(candidates,)` each after the noise.
        name: of the new pool.
        task: whose pool it is.
    """
    changed = False
    candidates: list[Example] = []
    for item in items:
        changed = changed or not item.unchanged
        candidates.append(task.resettle(item.example) if task.resettle and not item.unchanged else item.example)
    return Pool(name, tuple(candidates)) if changed else pool


class Searched(NamedTuple):
    """What answers the queries of a cell.

    Args:
        searcher: a predictor with an encoded pool.
        moved: whether its pool is another than the clean one, so that every query has to be asked again.
    """

    searcher: Searcher
    moved: bool


@dataclass(slots=True)
class EncodedPools:
    """Searchers over perturbed pools, the last ones that fit.

    Args:
        most: bytes of vectors that are kept at most.
        kept: by key, the least recently made first.
    """

    most: int = MOST
    kept: dict[tuple[str, ...], Searched] = field(default_factory=dict[tuple[str, ...], Searched])

    def find(self, key: tuple[str, ...], searcher: Searcher, clean: Pool, *, make: Callable[[], Pool]) -> Searched:
        """A searcher over a perturbed pool.

        Args:
            key: of the model, the pool and its noise.
            searcher: over the clean pool.
            clean: that pool.
            make: perturbs it.
        """
        if key in self.kept:
            return self.kept[key]
        pool = make()
        if pool is clean:
            # Not kept: it holds the vectors of the clean pool, which are kept with the model.
            return Searched(searcher, moved=False)
        found = Searched(searcher.over(pool), moved=True)
        self.kept[key] = found
        while self.kept and sum(item.searcher.held for item in self.kept.values()) > self.most:
            del self.kept[next(iter(self.kept))]
        return found
