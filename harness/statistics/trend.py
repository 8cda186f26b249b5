"""Trends: does robustness rise with the difficulty of the intermediate task? Rank correlations over tasks.

The task is the unit, with its seeds averaged: nine tasks × five seeds taken as 45 points call 38 % of null trends
significant at 5 %. Up to ten tasks p counts all n! orders; above, orders are drawn and p is (b + 1)/(R + 1). Beside
every trend stand the |ρ| that would have been needed and the true correlation that this many tasks can be expected to
show, for nine tasks show only very strong ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.statistics.contrast import Contrast, show_p, signed
from harness.statistics.correlations import correlation_interval, detectable_correlation
from harness.statistics.ranks import (
    EXACT_SIZE,
    Coefficient,
    RankStatistic,
    exact_counts,
    exact_p,
    least_p,
    needed_statistic,
    rank_statistic,
    statistics_of,
)
from harness.statistics.sample import Floats, Integers, Settings
from harness.statistics.signflip import blocks
from perturbations.errors import UsageError

SYMBOLS: dict[Coefficient, str] = {"spearman": "Spearman's ρ", "kendall": "Kendall's τ"}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A trend without one of its tasks.

    Args:
        name: the task left out.
        coefficient: −1 to 1.
        p: two-sided.
    """

    name: str
    coefficient: float
    p: float


@dataclass(frozen=True, slots=True)
class Tested:
    """What the orders say of a rank statistic.

    Args:
        p: two-sided, in (0, 1].
        least: the smallest p that these ranks can give.
        needed: the smallest |coefficient| that is significant; None where none is.
        exact: whether every order was counted.
    """

    p: float
    least: float | None
    needed: float | None
    exact: bool


def contrast_trend(
    first: Floats,
    second: Floats,
    *,
    names: Sequence[str],
    claim: str,
    settings: Settings,
    coefficient: Coefficient = "spearman",
) -> Contrast:
    """Test whether two measures of the same tasks rise together.

    Args:
        first: `(tasks,)` say difficulties, finite.
        second: `(tasks,)` say robustness gains, finite, seeds averaged.
        names: of the tasks, all different.
        claim: what is correlated, as a phrase.
        settings: alpha, power; resamples and seed above ten tasks.
        coefficient: which one.

    Returns:
        The coefficient as estimate, its Fisher-z interval, what would have been needed, and as MDE the true
        correlation found with the power of the settings.

    Raises:
        UsageError: fewer than 2 tasks, unequal lengths, numbers that are not finite, or names that repeat.
    """
    if len(set(names)) != len(names) or len(names) != len(first):
        raise UsageError(f"a trend needs one name for each of {len(first)} tasks, none twice; got {list(names)}")
    statistic = rank_statistic(first, second, coefficient)
    still = statistic.scale == 0.0
    tested = None if still else _test(statistic, coefficient, settings)
    size = len(names)
    low, high = (-1.0, 1.0) if still else correlation_interval(statistic.coefficient, size, coefficient, settings.level)
    drawn = tested is not None and not tested.exact
    return Contrast(
        claim=claim,
        estimate=statistic.coefficient + 0.0,
        low=low,
        high=high,
        level=settings.level,
        p=None if tested is None else tested.p,
        n=size,
        clusters=size,
        seeds=0,
        method=f"{SYMBOLS[coefficient]}, {_method(tested)}",
        mde=detectable_correlation(size, coefficient, alpha=settings.alpha, power=settings.power),
        alpha=settings.alpha,
        power=settings.power,
        reason="all values of one measure are equal" if still else None,
        resamples=settings.resamples if drawn else None,
        random_seed=settings.seed if drawn else None,
        unit="correlation",
        subject="task",
        least_p=None if tested is None else tested.least,
        needed=None if tested is None else tested.needed,
        notes=() if still else _notes(first, second, names, coefficient=coefficient, settings=settings),
    )


def leave_one_out(
    first: Floats, second: Floats, *, names: Sequence[str], coefficient: Coefficient, settings: Settings
) -> tuple[LeftOut, ...]:
    """The trend without each of its tasks in turn, in order; p is 1 where the rest cannot show any."""
    found: list[LeftOut] = []
    for index, name in enumerate(names):
        statistic = rank_statistic(np.delete(first, index), np.delete(second, index), coefficient)
        p = _test(statistic, coefficient, settings).p if statistic.scale > 0.0 else 1.0
        found.append(LeftOut(name, statistic.coefficient, p))
    return tuple(found)


def _test(statistic: RankStatistic, coefficient: Coefficient, settings: Settings) -> Tested:
    if len(statistic.first) <= EXACT_SIZE:
        counts = exact_counts(statistic, coefficient)
        needed = needed_statistic(counts, settings.alpha)
        scaled = None if needed is None else needed / statistic.scale
        return Tested(exact_p(statistic, counts), least_p(counts), scaled, exact=True)
    sizes = np.sort(np.abs(_drawn(statistic, coefficient, settings)))
    beyond = len(sizes) - int(np.searchsorted(sizes, abs(statistic.observed)))
    # The value that at most alpha·(R + 1) − 1 of the drawn orders reach.
    allowed = math.floor(settings.alpha * (settings.resamples + 1) + 1e-9) - 1
    rank = len(sizes) - allowed - 1
    above = sizes[np.searchsorted(sizes, sizes[rank], side="right") :] if allowed >= 0 else sizes[:0]
    scaled = float(above[0]) / statistic.scale if len(above) else None
    return Tested((beyond + 1) / (settings.resamples + 1), None, scaled, exact=False)


def _drawn(statistic: RankStatistic, coefficient: Coefficient, settings: Settings) -> Integers:
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence((settings.seed, len(statistic.first), 4))))
    found = [
        statistics_of(statistic.first, generator.permuted(np.tile(statistic.second, (rows, 1)), axis=1), coefficient)
        for _, rows in blocks(settings.resamples)
    ]
    return np.concatenate(found)


def _notes(
    first: Floats, second: Floats, names: Sequence[str], *, coefficient: Coefficient, settings: Settings
) -> tuple[str, ...]:
    association = "It is an association, whatever causes it"
    if len(names) < 4:
        return (association,)
    left = sorted(
        leave_one_out(first, second, names=names, coefficient=coefficient, settings=settings),
        key=lambda trend: trend.coefficient,
    )
    ends = [f"{signed(end.coefficient)} without {end.name} ({show_p(end.p)})" for end in (left[0], left[-1])]
    return (f"Leaving one task out it lies between {ends[0]} and {ends[1]}", association)


def _method(tested: Tested | None) -> str:
    if tested is None:
        return "no test"
    return "all orders counted" if tested.exact else "drawn orders"
