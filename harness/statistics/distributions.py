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


def normal_probability(values: ArrayLike) -> Values:
    """Standard normal probability of at most `values`."""
    return np.asarray(_special.ndtr(values), dtype=np.float64)


def student_quantile(probability: float, freedom: float) -> float:
    """The quantile of Student's t with `freedom` degrees of freedom."""
    return float(_special.stdtrit(freedom, probability))


def student_two_sided(statistic: float, freedom: float) -> float:
    """Two-sided p of a t statistic; 0 where it underflows."""
    return 2.0 * float(_special.stdtr(freedom, -abs(statistic)))


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


@lru_cache(maxsize=1024)
def detectable_noncentrality(freedom: float, alpha: float, power: float) -> float:
    """The mean of a t statistic at which a two-sided test at `alpha` has `power`.

    Args:
        freedom: degrees of freedom, from 1.
        alpha: two-sided level, 0–1.
        power: above `alpha`, below 1.
    """
    critical = student_quantile(1 - alpha / 2, freedom)

    def shortfall(noncentrality: float) -> float:
        below = float(_special.nctdtr(freedom, noncentrality, critical))
        opposite = float(_special.nctdtr(freedom, noncentrality, -critical))
        # Far from the mean scipy answers NaN where the opposite tail is below 1e-12 and of no account.
        return 1.0 - below + (0.0 if np.isnan(opposite) else opposite) - power

    upper = critical + 1.0
    while shortfall(upper) < 0:
        upper += critical + 1.0
    solve = cast(Callable[..., float], _optimize.brentq)
    return float(solve(shortfall, 0.0, upper, xtol=1e-10))
