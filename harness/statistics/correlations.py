"""Intervals and power of rank correlations.

Fisher's z carries over to ranks with another variance: Bonett & Wright (2000), "Sample size requirements for
estimating Pearson, Kendall and Spearman correlations"; Fieller, Hartley & Pearson (1957) for τ. With few pairs the
power is simulated at the exact critical value, for the normal approximation is too hopeful there.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from harness.statistics.distributions import normal_quantile
from harness.statistics.ranks import (
    EXACT_SIZE,
    Coefficient,
    doubled_ranks,
    exact_counts,
    needed_statistic,
    rank_statistic,
    statistics_of,
)
from harness.statistics.sample import Floats

SIMULATED = 10_000
"""Bivariate normal samples behind the power of a small trend: its standard error is then 0.004."""


def correlation_interval(estimate: float, size: int, coefficient: Coefficient, level: float) -> tuple[float, float]:
    """Fisher-z interval of a rank correlation (Bonett & Wright 2000; Fieller, Hartley & Pearson 1957 for τ).

    A perfect correlation has no error in these formulas; it is given that of the correlation one step below.
    """
    if size <= (3 if coefficient == "spearman" else 4):
        return -1.0, 1.0
    step = 12.0 / (size**3 - size) if coefficient == "spearman" else 4.0 / (size * (size - 1.0))
    inner = math.copysign(min(abs(estimate), 1.0 - step), estimate)
    reach = normal_quantile((1 + level) / 2) * _fisher_error(inner, size, coefficient)
    low, high = math.tanh(math.atanh(inner) - reach), math.tanh(math.atanh(inner) + reach)
    return min(low, estimate), max(high, estimate)


@lru_cache(maxsize=256)
def detectable_correlation(
    size: int, coefficient: Coefficient, *, alpha: float = 0.05, power: float = 0.8
) -> float | None:
    """The true correlation that a two-sided test over so many tasks finds with this power.

    Up to ten tasks by simulation from the bivariate normal with that (Pearson) correlation, at the exact critical
    value; above from the Fisher-z error of the rank correlation that goes with it (Kruskal 1958).

    Args:
        size: number of tasks.
        coefficient: which one is tested.
        alpha: two-sided level.
        power: probability of finding it.

    Returns:
        The Pearson correlation of a bivariate normal, 0–1; None where not even a perfect one can be significant.
    """
    if size > EXACT_SIZE:
        quantiles = normal_quantile(1 - alpha / 2) + normal_quantile(power)
        ranks = _bisect(lambda rho: math.atanh(rho) >= quantiles * _fisher_error(rho, size, coefficient))
        return 2 * math.sin(math.pi * ranks / 6) if coefficient == "spearman" else math.sin(math.pi * ranks / 2)
    if size < 3:
        return None
    order = np.arange(size, dtype=np.float64)
    needed = needed_statistic(exact_counts(rank_statistic(order, order, coefficient), coefficient), alpha)
    if needed is None:
        return None
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence((size, 3))))
    one, other = generator.normal(size=(2, SIMULATED, size))
    return _bisect(lambda rho: _simulated_power(one, other, rho, needed, coefficient) >= power)


def _fisher_error(correlation: float, size: int, coefficient: Coefficient) -> float:
    if coefficient == "spearman":
        return math.sqrt((1 + correlation**2 / 2) / (size - 3))
    return math.sqrt(0.437 / (size - 4))


def _simulated_power(one: Floats, other: Floats, correlation: float, needed: int, coefficient: Coefficient) -> float:
    mixed = correlation * one + math.sqrt(1 - correlation**2) * other
    first = doubled_ranks(np.arange(one.shape[1], dtype=np.float64))
    # Sorted by the one variable, the ranks of the other are all that counts.
    ranks = np.argsort(np.argsort(np.take_along_axis(mixed, np.argsort(one, axis=1), axis=1), axis=1), axis=1)
    return float(np.mean(np.abs(statistics_of(first, 2 * ranks.astype(np.int64) + 2, coefficient)) >= needed))


def _bisect(enough: Callable[[float], bool]) -> float:
    low, high = 0.0, 1.0 - 1e-9
    for _ in range(14):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
