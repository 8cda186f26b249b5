"""Agreement: do the measures put the tasks in one order?

Pairs of measures by Kendall's τ and Spearman's ρ with exact p; all of them together by Kendall's coefficient of
concordance W, corrected for ties (Kendall & Gibbons 1990, "Rank correlation methods", chapter 6). The task is the unit.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.difficulty.measures import MEASURES, TaskDifficulty
from harness.statistics.contrast import Contrast
from harness.statistics.multiplicity import correct
from harness.statistics.ranks import Coefficient, doubled_ranks
from harness.statistics.sample import Floats, Integers, Settings
from harness.statistics.signflip import blocks
from harness.statistics.trend import contrast_trend
from perturbations.errors import UsageError

FEWEST = 3
"""Tasks that a pair of measures must share: two have only two orders."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two measures on the tasks that have both.

    Args:
        first: name of a measure.
        second: name of another.
        contrast: the rank correlation of the two, both turned so that more is harder.
    """

    first: str
    second: str
    contrast: Contrast


@dataclass(frozen=True, slots=True)
class Concordance:
    """Kendall's W over measures.

    Args:
        w: 0 (no agreement) to 1 (one order).
        p: probability of so much agreement or more if every measure put the tasks in a random order; in (0, 1].
        tasks: names of the tasks that have all the measures.
        measures: names of the measures.
        resamples: number of orders drawn; None where all were counted.
        random_seed: seed of the draws; None likewise.
    """

    w: float
    p: float
    tasks: tuple[str, ...]
    measures: tuple[str, ...]
    resamples: int | None
    random_seed: int | None


def agree_in_pairs(
    tasks: Sequence[TaskDifficulty], *, settings: Settings, coefficient: Coefficient = "kendall"
) -> tuple[Pair, ...]:
    """The rank correlation of every two measures that at least three tasks have, corrected by Holm as one family.

    Args:
        tasks: with what is known of each.
        settings: alpha, power; resamples and seed above ten tasks.
        coefficient: which one.
    """
    pairs: list[Pair] = []
    for first, second in itertools.combinations(_difficulties(tasks), 2):
        both = [task for task in tasks if first in task.values and second in task.values]
        if len(both) >= FEWEST:
            claim = f"{first} and {second} of {len(both)} tasks"
            columns = (_column(both, first), _column(both, second))
            names = [task.name for task in both]
            contrast = contrast_trend(*columns, names=names, claim=claim, settings=settings, coefficient=coefficient)
            pairs.append(Pair(first, second, contrast))
    corrected = correct([pair.contrast for pair in pairs], settings, family=f"all pairs of measures, {coefficient}")
    return tuple(Pair(pair.first, pair.second, found) for pair, found in zip(pairs, corrected, strict=True))


def agree_together(tasks: Sequence[TaskDifficulty], *, settings: Settings) -> Concordance | str:
    """Kendall's W of the measures that three tasks have, over the tasks that have them all; or why there is none.

    Args:
        tasks: with what is known of each.
        settings: R and seed of the orders that are drawn where there are too many to count.
    """
    measures = tuple(name for name in _difficulties(tasks) if sum(name in task.values for task in tasks) >= FEWEST)
    whole = [task for task in tasks if all(name in task.values for name in measures)]
    if len(measures) < 2:
        return f"agreement takes two measures that {FEWEST} tasks have, and there are {len(measures)}"
    if len(whole) < FEWEST:
        return f"agreement takes {FEWEST} tasks that have all of {', '.join(measures)}, and there are {len(whole)}"
    table = np.stack([_column(whole, name) for name in measures])
    if any(np.ptp(doubled_ranks(row)) == 0 for row in table):
        return "all tasks have one value in a measure, so that it puts them in no order"
    w, p, drawn = concordance(table, settings=settings)
    names = tuple(task.name for task in whole)
    return Concordance(w, p, names, measures, *((settings.resamples, settings.seed) if drawn else (None, None)))


def concordance(table: Floats, *, settings: Settings) -> tuple[float, float, bool]:
    """Kendall's W, corrected for ties, and its permutation p.

    Every measure but the first is put in every order, if that is at most R + 1 ways; otherwise orders are drawn and p
    is (b + 1)/(R + 1). One order may stand still, for only the orders relative to each other matter.

    Args:
        table: `(measures, tasks)` finite numbers, at least two of each, no row constant.
        settings: R and seed.

    Returns:
        W in 0–1, p in (0, 1], and whether orders were drawn.

    Raises:
        UsageError: a table of another shape, or with a row that is constant.
    """
    rule = "concordance needs finite (measures, tasks), two of each, no measure constant"
    if table.ndim != 2 or min(table.shape) < 2 or not np.isfinite(table).all():
        raise UsageError(f"{rule}: {table.shape}")
    ranks = np.stack([doubled_ranks(row) for row in table])
    if np.any(np.ptp(ranks, axis=1) == 0):
        raise UsageError(f"{rule}: {table.tolist()}")
    observed = int(_spread(ranks[None]).sum())
    w = observed / _largest(ranks)
    ways = math.factorial(table.shape[1]) ** (table.shape[0] - 1)
    if ways <= settings.resamples + 1:
        orders = [np.array(list(itertools.permutations(row)), dtype=np.int64) for row in ranks[1:]]
        sums = orders[0] + ranks[0]
        for others in orders[1:]:
            sums = (sums[:, None, :] + others[None, :, :]).reshape(-1, table.shape[1])
        return w, int(np.sum(_spread_of(sums) >= observed)) / ways, False
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence((settings.seed, *table.shape, 6))))
    beyond = 0
    for _, rows in blocks(settings.resamples):
        drawn = generator.permuted(np.tile(ranks, (rows, 1, 1)), axis=2)
        beyond += int(np.sum(_spread(drawn) >= observed))
    return w, (beyond + 1) / (settings.resamples + 1), True


def _spread(ranks: Integers) -> Integers:
    """`(orders,)` how far the rank sums lie apart: in whole numbers, so that ties among orders are exact."""
    return _spread_of(ranks.sum(axis=1))


def _spread_of(sums: Integers) -> Integers:
    return sums.shape[1] * np.sum(sums**2, axis=1) - sums.sum(axis=1) ** 2


def _largest(ranks: Integers) -> float:
    """The spread that complete agreement would give, corrected for ties: ranks are doubled, and n times over."""
    measures, tasks = ranks.shape
    ties = sum(int(np.sum(sizes**3 - sizes)) for sizes in (np.unique(row, return_counts=True)[1] for row in ranks))
    return 4 * tasks * (measures**2 * (tasks**3 - tasks) - measures * ties) / 12


def _difficulties(tasks: Sequence[TaskDifficulty]) -> list[str]:
    """The measures of difficulty that any task has, in the order of the tables."""
    return [
        name
        for name, measure in MEASURES.items()
        if measure.harder is not None and any(name in task.values for task in tasks)
    ]


def _column(tasks: Sequence[TaskDifficulty], name: str) -> Floats:
    """`(tasks,)` values of one measure, more meaning harder."""
    return np.array([MEASURES[name].oriented(task.values[name]) for task in tasks])
