"""The few distribution functions needed here, typed, from `scipy.special`.

`scipy.special` loads in a fraction of the time of `scipy.stats`, and its functions work on whole arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

Values = NDArray[np.float64]

_special = cast(Any, special)
_optimize = cast(Any, optimize)


def normal_quantile(probability: float) -> float:
    """The standard normal quantile of a probability in (0, 1)."""
    return float(_special.ndtri(probability))


def normal_quantiles(probabilities: ArrayLike) -> Values:
    """`(...)` standard normal quantiles of probabilities in (0, 1)."""
    return np.asarray(_special.ndtri(probabilities), dtype=np.float64)


def normal_probability(values: ArrayLike) -> Values:
    """Standard normal probability of at most `values`."""
    return np.asarray(_special.ndtr(values), dtype=np.float64)


def student_quantile(probability: float, freedom: float) -> float:
    """The quantile of Student's t with `freedom` degrees of freedom."""
    return float(_special.stdtrit(freedom, probability))


def student_two_sided(statistic: float, freedom: float) -> float:
    """Two-sided p of a t statistic; 0 where it underflows."""
    return 2.0 * float(_special.stdtr(freedom, -abs(statistic)))


def student_quantiles(probability: float, freedom: ArrayLike) -> Values:
    """`(...)` quantiles of Student's t with each of `freedom` degrees of freedom."""
    return np.asarray(_special.stdtrit(freedom, probability), dtype=np.float64)


def student_two_sided_all(statistics: ArrayLike, freedom: ArrayLike) -> Values:
    """`(...)` two-sided p of t statistics; 0 where it underflows."""
    return np.asarray(2.0 * _special.stdtr(freedom, -np.abs(statistics)), dtype=np.float64)


def student_above(statistic: float, freedom: float) -> float:
    """One-sided p of a t statistic: the probability of one at least as large; 0 where it underflows."""
    return float(_special.stdtr(freedom, -statistic))


def binomial_at_most(successes: ArrayLike, trials: ArrayLike) -> Values:
    """Probability of at most that many heads in `trials` throws of a fair coin; 0 below 0 heads."""
    heads = np.asarray(successes, dtype=np.float64)
    found = np.asarray(_special.bdtr(np.maximum(heads, 0.0), np.asarray(trials).astype(np.int64), 0.5))
    return np.where(heads < 0, 0.0, found)


def binomial_masses(trials: int) -> Values:
    """`(trials + 1,)` probabilities of 0, 1, … heads in `trials` throws of a fair coin."""
    heads = np.arange(trials + 1, dtype=np.float64)
    logarithm = _special.gammaln(trials + 1.0) - _special.gammaln(heads + 1) - _special.gammaln(trials - heads + 1)
    return np.asarray(np.exp(logarithm - trials * np.log(2.0)), dtype=np.float64)


def above_chance(successes: int, trials: int, chance: float) -> float:
    """One-sided exact binomial p of at least that many successes where each has probability `chance`."""
    return float(_special.bdtrc(successes - 1, trials, chance)) if successes > 0 else 1.0


def unseen_share(trials: int, confidence: float) -> float:
    """Upper Clopper–Pearson limit for the share of something that did not occur in `trials` trials.

    Args:
        trials: number of trials, from 1.
        confidence: one-sided confidence of the limit, 0–1.
    """
    return 1.0 - (1.0 - confidence) ** (1.0 / trials)


def student_power(noncentrality: float, freedom: float, alpha: float, *, sides: int = 2) -> float:
    """Probability that a t test rejects.

    Args:
        noncentrality: mean of the t statistic, the effect over its standard error.
        freedom: degrees of freedom, from 1.
        alpha: level, 0–1.
        sides: 2, or 1 for a test of effects above 0 only.
    """
    critical = student_quantile(1 - alpha / sides, freedom)
    below = float(_special.nctdtr(freedom, noncentrality, critical))
    opposite = float(_special.nctdtr(freedom, noncentrality, -critical)) if sides == 2 else 0.0
    # Far from the mean scipy answers NaN where the opposite tail is below 1e-12 and of no account.
    return 1.0 - below + (0.0 if np.isnan(opposite) else opposite)


@lru_cache(maxsize=1024)
def detectable_noncentrality(freedom: float, alpha: float, power: float, *, sides: int = 2) -> float:
    """The mean of a t statistic at which a test at `alpha` has `power`.

    Args:
        freedom: degrees of freedom, from 1.
        alpha: level, 0–1.
        power: above `alpha`, below 1.
        sides: 2, or 1 for a test of effects above 0 only.
    """
    step = upper = student_quantile(1 - alpha / sides, freedom) + 1.0
    while student_power(upper, freedom, alpha, sides=sides) < power:
        upper += step

    def excess(noncentrality: float) -> float:
        return student_power(noncentrality, freedom, alpha, sides=sides) - power

    solve = cast(Callable[..., float], _optimize.brentq)
    return float(solve(excess, 0.0, upper, xtol=1e-10))
