"""Exact null distributions of Spearman's ρ and Kendall's τ over all orders of the second variable, ties and all.

All n! orders are counted by dynamic programming over the subsets of what has been placed: 2^n states in place of n!
orders, and the same numbers. Both statistics are kept as whole numbers, so that ties among orders are exact.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from harness.statistics.sample import Floats, Integers
from perturbations.errors import UsageError

Coefficient = Literal["spearman", "kendall"]

EXACT_SIZE = 10
"""Up to this many pairs every order is counted."""
TIED = 1e-11
"""Values that differ by less of the largest are ties: sums in another order differ in their last digits."""


@dataclass(frozen=True, slots=True, eq=False)
class RankStatistic:
    """A rank correlation as a whole number and its scale.

    Args:
        observed: the statistic of the order seen, centred: 0 where there is no association.
        scale: what divides it into a coefficient from −1 to 1; 0 where one variable is constant.
        first: `(pairs,)` doubled midranks of the first variable.
        second: `(pairs,)` those of the second.
    """

    observed: int
    scale: float
    first: Integers
    second: Integers

    @property
    def coefficient(self) -> float:
        """ρ or τ-b, −1 to 1; 0 where a variable is constant."""
        return self.observed / self.scale if self.scale > 0.0 else 0.0


def doubled_ranks(values: Floats) -> Integers:
    """`(pairs,)` twice the midrank of each value: whole numbers from 2, equal for values that are equal or `TIED`."""
    gaps = values[:, None] - values[None, :]
    equal = np.abs(gaps) <= TIED * np.abs(values).max()
    below = np.sum((gaps > 0) & ~equal, axis=1)
    return (2 * below + equal.sum(axis=1) + 1).astype(np.int64)


def rank_statistic(first: Floats, second: Floats, coefficient: Coefficient) -> RankStatistic:
    """The statistic of two variables.

    Args:
        first: `(pairs,)` finite numbers, at least 2.
        second: `(pairs,)` finite numbers.
        coefficient: which one.

    Raises:
        UsageError: unequal lengths, fewer than 2 pairs, or a number that is not finite.
    """
    if first.ndim != 1 or first.shape != second.shape or len(first) < 2:
        raise UsageError(f"a rank correlation needs two lists of at least 2 pairs, not {first.shape}, {second.shape}")
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise UsageError("a rank correlation needs finite numbers: leave out the pairs that lack one")
    ranks = doubled_ranks(first), doubled_ranks(second)
    observed = int(statistics_of(ranks[0], ranks[1][None, :], coefficient)[0])
    return RankStatistic(observed, _scale(*ranks, coefficient), *ranks)


def statistics_of(first: Integers, orders: Integers, coefficient: Coefficient) -> Integers:
    """`(orders,)` statistics of many orders of the second variable.

    Args:
        first: `(pairs,)` doubled midranks.
        orders: `(orders, pairs)` doubled midranks of the second variable in each order.
        coefficient: which one.
    """
    if coefficient == "spearman":
        # n·Σxy − ΣxΣy: the covariance, n² times over, in whole numbers.
        return len(first) * (orders @ first) - int(first.sum()) * orders.sum(axis=1)
    total = np.zeros(len(orders), dtype=np.int64)
    for early, late in itertools.combinations(range(len(first)), 2):
        total += int(np.sign(first[late] - first[early])) * np.sign(orders[:, late] - orders[:, early])
    return total


def exact_counts(statistic: RankStatistic, coefficient: Coefficient) -> dict[int, int]:
    """How many of the n! orders give each value of the statistic.

    Raises:
        UsageError: more pairs than `EXACT_SIZE`.
    """
    if len(statistic.first) > EXACT_SIZE:
        raise UsageError(f"all orders are counted up to {EXACT_SIZE} pairs, not {len(statistic.first)}: draw orders")
    counts = _spearman_counts(statistic) if coefficient == "spearman" else _kendall_counts(statistic)
    return dict(sorted(counts.items()))


def exact_p(statistic: RankStatistic, counts: dict[int, int]) -> float:
    """Two-sided p: the share of all orders at least as far from 0, in (0, 1]."""
    beyond = sum(number for value, number in counts.items() if abs(value) >= abs(statistic.observed))
    return beyond / sum(counts.values())


def needed_statistic(counts: dict[int, int], alpha: float) -> int | None:
    """The smallest size of the statistic whose two-sided p is at most `alpha`; None where not even the largest is."""
    total = sum(counts.values())
    beyond, needed = 0, None
    for size in sorted({abs(value) for value in counts}, reverse=True):
        beyond += sum(counts.get(value, 0) for value in {size, -size})
        if beyond / total > alpha:
            break
        needed = size
    return needed


def least_p(counts: dict[int, int]) -> float:
    """The smallest two-sided p that these ranks can give."""
    largest = max(abs(value) for value in counts)
    return sum(counts.get(value, 0) for value in {largest, -largest}) / sum(counts.values())


def _scale(first: Integers, second: Integers, coefficient: Coefficient) -> float:
    if coefficient == "spearman":
        parts = [len(ranks) * int(np.sum(ranks**2)) - int(ranks.sum()) ** 2 for ranks in (first, second)]
    else:
        pairs = len(first) * (len(first) - 1) // 2
        parts = [pairs - sum(math.comb(int(size), 2) for size in _tie_sizes(ranks)) for ranks in (first, second)]
    return math.sqrt(parts[0] * parts[1])


def _tie_sizes(ranks: Integers) -> Integers:
    return np.unique(ranks, return_counts=True)[1].astype(np.int64)


def _spearman_counts(statistic: RankStatistic) -> dict[int, int]:
    first, second = statistic.first.tolist(), statistic.second.tolist()
    # After i places the state is which second ranks are used; the counts are of the sums of products so far.
    states: dict[int, dict[int, int]] = {0: {0: 1}}
    for rank in first:
        following: dict[int, dict[int, int]] = {}
        for used, sums in states.items():
            for index, other in enumerate(second):
                if not used >> index & 1:
                    _add(following.setdefault(used | 1 << index, {}), sums, rank * other, 1)
        states = following
    shift = sum(first) * sum(second)
    return {len(first) * value - shift: number for value, number in states[2 ** len(second) - 1].items()}


def _kendall_counts(statistic: RankStatistic) -> dict[int, int]:
    second: list[int] = statistic.second.tolist()
    sizes: list[int] = _tie_sizes(statistic.first).tolist()
    states: dict[int, dict[int, int]] = {0: {0: 1}}
    # Pairs tied in the first variable say nothing, so that its tied groups are placed whole, from the lowest rank on.
    for size in sizes:
        following: dict[int, dict[int, int]] = {}
        for used, sums in states.items():
            free = [index for index in range(len(second)) if not used >> index & 1]
            placed = [second[index] for index in range(len(second)) if used >> index & 1]
            gains = {
                index: sum((second[index] > other) - (second[index] < other) for other in placed) for index in free
            }
            for group in itertools.combinations(free, size):
                reached = used | sum(1 << index for index in group)
                _add(following.setdefault(reached, {}), sums, sum(gains[i] for i in group), math.factorial(size))
        states = following
    return states[2 ** len(second) - 1]


def _add(target: dict[int, int], sums: dict[int, int], shift: int, times: int) -> None:
    for value, number in sums.items():
        target[value + shift] = target.get(value + shift, 0) + number * times
