"""Intervals for the difference of two paired proportions.

Tango (1998), "Equivalence test and confidence interval for the difference in proportions for the paired-sample
design": all differences that a score test does not reject. Newcombe (1998), "Improved confidence intervals for the
difference between binomial proportions based on paired data", method 10: Wilson limits of the two margins, squared and
added with their correlation. Both stay inside −1 to 1 and have a width where nothing is discordant.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from harness.statistics.distributions import normal_quantile, unseen_share
from harness.statistics.sample import Floats
from perturbations.errors import UsageError

HALVINGS = 60
"""Bisection steps: from a range of 2 to below the resolution of a float."""


def tango_interval(lost: ArrayLike, gained: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Tango's score interval for (lost − gained)/n.

    Args:
        lost: `(...)` ids right before and wrong after.
        gained: `(...)` ids wrong before and right after.
        n: `(...)` ids in all, from 1.
        level: coverage, 0–1.

    Returns:
        Lower and upper ends `(...)`, as shares from −1 to 1.

    Raises:
        UsageError: negative counts, or more discordant ids than ids.
    """
    first, second, total = _table(lost, gained, n)
    critical = normal_quantile((1 + level) / 2)
    # By symmetry the lower end is the upper end of the mirrored table; both are found in one pass.
    upper = _tango_upper(np.stack([first, second]), np.stack([second, first]), np.stack([total, total]), critical)
    return -upper[1], upper[0]


def tango_score(lost: ArrayLike, gained: ArrayLike, n: ArrayLike, difference: ArrayLike) -> Floats:
    """Tango's score statistic of the hypothesis that the difference of proportions is `difference`.

    Args:
        lost: `(...)` ids right before and wrong after.
        gained: `(...)` ids wrong before and right after.
        n: `(...)` ids in all.
        difference: `(...)` the hypothesis, −1 to 1.

    Returns:
        `(...)` standard normal deviates, falling as `difference` grows; infinite where the hypothesis allows no
        variance and the data contradict it, 0 where they agree with it.
    """
    first, second, total = _table(lost, gained, n)
    return _score(first, second, total, np.asarray(difference, dtype=np.float64))


def newcombe_interval(
    both: ArrayLike, lost: ArrayLike, gained: ArrayLike, neither: ArrayLike, *, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Newcombe's interval (method 10) for (lost − gained)/n.

    Args:
        both: `(...)` ids right before and after.
        lost: `(...)` ids right before and wrong after.
        gained: `(...)` ids wrong before and right after.
        neither: `(...)` ids wrong before and after.
        level: coverage, 0–1.

    Returns:
        Lower and upper ends `(...)`, as shares from −1 to 1.
    """
    a, b, c, d = np.broadcast_arrays(
        *(np.asarray(counts, dtype=np.float64) for counts in (both, lost, gained, neither))
    )
    _table(b, c, a + b + c + d)
    n = a + b + c + d
    before, after = (a + b) / n, (a + c) / n
    before_low, before_high = wilson_interval(a + b, n, level=level)
    after_low, after_high = wilson_interval(a + c, n, level=level)
    correlation = _newcombe_correlation(a, b, c, d)
    down = _squared_and_added(before - before_low, after_high - after, correlation)
    up = _squared_and_added(before_high - before, after - after_low, correlation)
    difference = before - after
    return np.clip(difference - down, -1.0, 1.0), np.clip(difference + up, -1.0, 1.0)


def wilson_interval(successes: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Wilson's score interval of one proportion, `(...)` ends from 0 to 1.

    Written out because the routine of `statsmodels` would be loaded for three lines.
    """
    count, total = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    square = normal_quantile((1 + level) / 2) ** 2
    centre = (count + square / 2) / (total + square)
    half = np.sqrt(square) / (total + square) * np.sqrt(count * (total - count) / total + square / 4)
    # At 0 and n the limit is exact; rounding must not put it on the wrong side of the estimate.
    low = np.where(count == 0, 0.0, np.clip(centre - half, 0.0, 1.0))
    return low, np.where(count == total, 1.0, np.clip(centre + half, 0.0, 1.0))


def envelope(difference: float, units: int, *, level: float) -> tuple[float, float]:
    """An interval for the mean of differences that were all alike, where no variance can be estimated.

    At most a share u of the population differs from what was seen (Clopper–Pearson with none among `units`), and
    differs by as much as a score can: from −1 to 1.

    Args:
        difference: what every unit showed, −1 to 1.
        units: independent units (clusters), from 1.
        level: coverage, 0–1; not less is reached.
    """
    share = unseen_share(units, (1 + level) / 2)
    return difference - share * (1 + difference), difference + share * (1 - difference)


def _tango_upper(lost: Floats, gained: Floats, n: Floats, critical: float) -> Floats:
    inside = (lost - gained) / n
    outside = np.ones_like(inside)
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        kept = _score(lost, gained, n, middle) >= -critical
        inside, outside = np.where(kept, middle, inside), np.where(kept, outside, middle)
    return np.where((lost - gained) >= n, 1.0, inside)


def _score(lost: Floats, gained: Floats, n: Floats, difference: Floats) -> Floats:
    linear = -lost - gained + (2 * n - lost + gained) * difference
    constant = -gained * difference * (1 - difference)
    root = np.sqrt(np.maximum(linear**2 - 8 * n * constant, 0.0))
    # Either form of the root of a quadratic; each is free of cancellation on its side.
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(linear > 0, -2 * constant / (linear + root), (root - linear) / (4 * n))
        variance = np.maximum(n * (2 * share + difference * (1 - difference)), 0.0)
        excess = lost - gained - n * difference
        return np.where(excess == 0, 0.0, excess / np.sqrt(variance))


def _newcombe_correlation(a: Floats, b: Floats, c: Floats, d: Floats) -> Floats:
    product = (a + b) * (c + d) * (a + c) * (b + d)
    cross = a * d - b * c
    half = (a + b + c + d) / 2
    corrected = np.where(cross > half, cross - half, np.where(cross >= 0, 0.0, cross))
    return np.where(product > 0, corrected / np.sqrt(np.where(product > 0, product, 1.0)), 0.0)


def _squared_and_added(first: Floats, second: Floats, correlation: Floats) -> Floats:
    return np.sqrt(np.maximum(first**2 - 2 * correlation * first * second + second**2, 0.0))


def _table(lost: ArrayLike, gained: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats, Floats]:
    first, second, total = np.broadcast_arrays(*(np.asarray(counts, dtype=np.float64) for counts in (lost, gained, n)))
    if np.any(first < 0) or np.any(second < 0) or np.any(total < 1) or np.any(first + second > total):
        raise UsageError(
            f"paired counts must be at least 0 and add up to n of at least 1: {first}, {second} of {total}"
        )
    return first, second, total
