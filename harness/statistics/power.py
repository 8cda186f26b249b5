"""What a sample can detect, and what sample a detection needs.

Paired binary outcomes: Connor (1987), "Sample size for testing differences in proportions for the paired-sample
design". Clustered and graded scores: the noncentral t. All effects in points, 0–100.
"""

from __future__ import annotations

import math

from harness.statistics.distributions import detectable_noncentrality, normal_quantile, unseen_share
from perturbations.errors import UsageError


def paired_mde(discordance: float, n: int, *, alpha: float = 0.05, power: float = 0.8) -> float | None:
    """Minimum detectable difference of two paired proportions.

    An effect cannot exceed the discordance; where the one that would be needed does, the discordance is raised to it.

    Args:
        discordance: share of ids whose outcome changes, 0–1.
        n: number of ids, from 1.
        alpha: two-sided level.
        power: probability of detecting it.

    Returns:
        Points, above 0; None where n is too small to detect even 100 points.
    """
    _check(n, alpha, power)
    if not 0.0 <= discordance <= 1.0:
        raise UsageError(f"discordance must lie in 0–1, not {discordance}")
    at_alpha, at_power = normal_quantile(1 - alpha / 2), normal_quantile(power)
    # Root of delta*sqrt(n) = z_alpha*sqrt(share) + z_power*sqrt(share - delta^2), after squaring.
    inner = at_alpha**2 * n - (n + at_power**2) * (at_alpha**2 - at_power**2)
    if inner >= 0 and discordance > 0:
        effect = math.sqrt(discordance) * (at_alpha * math.sqrt(n) + math.copysign(math.sqrt(inner), at_power))
        effect /= n + at_power**2
        if effect <= discordance:
            return 100 * effect
    return _one_sided_change(n, at_alpha, at_power)


def zero_discordance_mde(units: int, *, level: float = 0.95, alpha: float = 0.05, power: float = 0.8) -> float | None:
    """Upper bound of the minimum detectable effect where nothing changed.

    The share of units that change is at most the one-sided Clopper–Pearson limit for none among `units`.

    Args:
        units: ids, or clusters where ids are not independent, from 1.
        level: confidence of that limit.
        alpha: two-sided level.
        power: probability of detecting it.

    Returns:
        Points, above 0; None where even 100 points could go unseen.
    """
    _check(units, alpha, power)
    return paired_mde(unseen_share(units, level), units, alpha=alpha, power=power)


def clustered_mde(error: float, freedom: float, *, alpha: float = 0.05, power: float = 0.8) -> float | None:
    """Minimum detectable effect of a t test.

    Args:
        error: standard error of the effect, in score units (0–1), above 0.
        freedom: degrees of freedom, from 1.
        alpha: two-sided level.
        power: probability of detecting it.

    Returns:
        Points, above 0; None where even 100 points could go unseen.
    """
    _check(1, alpha, power)
    if error <= 0.0 or freedom < 1:
        raise UsageError(f"a t test needs an error above 0 and at least 1 degree of freedom, not {error} and {freedom}")
    effect = 100 * error * detectable_noncentrality(round(freedom, 6), alpha, power)
    return effect if effect <= 100 else None


def paired_required_n(effect: float, discordance: float, *, alpha: float = 0.05, power: float = 0.8) -> int:
    """Ids needed to detect a difference of two paired proportions (Connor 1987).

    Args:
        effect: points, above 0 and at most 100 times the discordance.
        discordance: share of ids whose outcome changes, 0–1.
        alpha: two-sided level.
        power: probability of detecting it.
    """
    _check(1, alpha, power)
    share = effect / 100
    if not 0.0 < share <= discordance <= 1.0:
        raise UsageError(f"effect must lie above 0 and within the discordance of {100 * discordance} points: {effect}")
    at_alpha, at_power = normal_quantile(1 - alpha / 2), normal_quantile(power)
    root = at_alpha * math.sqrt(discordance) + at_power * math.sqrt(discordance - share**2)
    return math.ceil((root / share) ** 2 - 1e-9)


def noninferiority_required_n(margin: float, discordance: float, *, alpha: float = 0.05, power: float = 0.8) -> int:
    """Ids needed to show that a paired proportion is not worse by a margin, where it is not worse at all.

    Args:
        margin: points, above 0.
        discordance: share of ids whose outcome changes, 0–1.
        alpha: one-sided level.
        power: probability of showing it.
    """
    _check(1, alpha, power)
    if margin <= 0.0 or not 0.0 < discordance <= 1.0:
        raise UsageError(f"margin must exceed 0 and discordance lie in 0–1, not {margin} and {discordance}")
    quantiles = normal_quantile(1 - alpha) + normal_quantile(power)
    return math.ceil(quantiles**2 * discordance / (margin / 100) ** 2 - 1e-9)


def clustered_required_units(
    effect: float, error: float, units: int, *, alpha: float = 0.05, power: float = 0.8
) -> int:
    """Clusters needed to detect an effect, if further clusters are like those seen.

    Args:
        effect: points, above 0.
        error: standard error seen, in score units (0–1), above 0.
        units: clusters behind it, from 2.
        alpha: two-sided level.
        power: probability of detecting it.
    """
    _check(units, alpha, power)
    if effect <= 0.0 or error <= 0.0 or units < 2:
        raise UsageError(f"needs an effect and an error above 0 and 2 units: {effect}, {error}, {units}")
    spread = 100 * error * math.sqrt(units)
    low, high = 1, 2
    while spread / math.sqrt(high) * detectable_noncentrality(high - 1.0, alpha, power) > effect:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        enough = spread / math.sqrt(middle) * detectable_noncentrality(middle - 1.0, alpha, power) <= effect
        low, high = (low, middle) if enough else (middle, high)
    return high


def design_effect(size: float, correlation: float) -> float:
    """By how much clustering multiplies the ids needed: 1 + (m − 1)·ICC.

    Args:
        size: mean ids to a cluster, from 1.
        correlation: intraclass correlation of the differences.
    """
    return 1 + (size - 1) * correlation


def _one_sided_change(n: int, at_alpha: float, at_power: float) -> float | None:
    """The effect that equals its discordance: every change goes one way."""

    def excess(effect: float) -> float:
        needed = at_alpha * math.sqrt(effect) + at_power * math.sqrt(max(effect - effect**2, 0.0))
        return effect * math.sqrt(n) - needed

    if excess(1.0) < 0:
        return None
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if excess(middle) >= 0 else (middle, high)
    return 100 * high


def _check(n: int, alpha: float, power: float) -> None:
    if n < 1 or not 0.0 < alpha < power < 1.0:
        raise UsageError(f"power needs n of at least 1 and 0 < alpha < power < 1, not {n}, {alpha} and {power}")
