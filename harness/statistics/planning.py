"""Power and required sizes of the further procedures: margins, training seeds, crossed ids and seeds.

Normal formulas for paired proportions (Connor 1987; Liu et al. 2002 with the variance at no difference), the
noncentral t elsewhere. Effects and margins in points, errors and spreads in score units, as in `power`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from harness.statistics.crossed import Components
from harness.statistics.distributions import (
    detectable_noncentrality,
    normal_probability,
    normal_quantile,
    student_power,
    unseen_share,
)
from harness.statistics.power import clustered_mde
from harness.statistics.sample import Settings
from perturbations.errors import UsageError

MOST = 2**40
"""No more units or seeds than these are looked for."""


def paired_power(effect: float, discordance: float, n: int, *, alpha: float = 0.05) -> float:
    """Power of McNemar's test (Connor 1987).

    Args:
        effect: points, above 0 and at most 100 times the discordance.
        discordance: share of ids whose outcome changes, 0–1.
        n: number of ids, from 1.
        alpha: two-sided level.
    """
    share = effect / 100
    if n < 1 or not 0.0 < share <= discordance <= 1.0:
        raise UsageError(f"power needs ids and an effect within the discordance: {n}, {effect} and {discordance}")
    excess = share * math.sqrt(n) - normal_quantile(1 - alpha / 2) * math.sqrt(discordance)
    spread = math.sqrt(discordance - share**2)
    return float(normal_probability(excess / spread)) if spread > 0.0 else float(excess >= 0.0)


def clustered_power(effect: float, error: float, freedom: float, *, alpha: float = 0.05) -> float:
    """Power of a two-sided t test: clustered, stratified, crossed, difference-in-differences.

    Args:
        effect: points.
        error: standard error in score units, above 0.
        freedom: degrees of freedom, from 1.
        alpha: two-sided level.
    """
    if error <= 0.0 or freedom < 1:
        raise UsageError(f"a t test needs an error above 0 and at least 1 degree of freedom, not {error} and {freedom}")
    return student_power(abs(effect) / 100 / error, freedom, alpha)


def shown_margin(discordance: float, n: int, *, settings: Settings, equivalence: bool = False) -> float | None:
    """The smallest margin that a binary cell without a loss shows with the power of the settings.

    Args:
        discordance: share of ids whose outcome changes, above 0.
        n: number of ids.
        settings: `alpha` one-sided, power.
        equivalence: whether it is to be shown on both sides.

    Returns:
        Points; None from 100 on.
    """
    margin = 100 * _quantiles(settings.alpha, settings.power, equivalence=equivalence) * math.sqrt(discordance / n)
    return margin if margin < 100 else None


def unseen_shown_margin(units: int, *, settings: Settings, equivalence: bool = False) -> float | None:
    """Upper bound of `shown_margin` where no unit changed: as many might have as could go unseen."""
    unseen = unseen_share(units, 1 - settings.alpha)
    return shown_margin(unseen, units, settings=settings, equivalence=equivalence)


def t_shown_margin(error: float, freedom: float, *, settings: Settings, equivalence: bool = False) -> float | None:
    """The smallest margin that a t bound shows with the power of the settings where nothing is lost, in points."""
    margin = 100 * error * _noncentrality(freedom, settings, equivalence=equivalence)
    return margin if margin < 100 else None


def equivalence_required_n(margin: float, discordance: float, *, alpha: float = 0.05, power: float = 0.8) -> int:
    """Ids needed to show that two paired proportions differ by less than a margin, if they do not differ.

    Args:
        margin: points, above 0.
        discordance: share of ids whose outcome changes, above 0.
        alpha: level of each one-sided test.
        power: probability that both reject.
    """
    if margin <= 0.0 or not 0.0 < discordance <= 1.0:
        raise UsageError(f"margin must exceed 0 and discordance lie in 0–1, not {margin} and {discordance}")
    return math.ceil((_quantiles(alpha, power, equivalence=True) / (margin / 100)) ** 2 * discordance - 1e-9)


def margin_required_units(
    margin: float, error: float, units: int, *, settings: Settings, loss: float = 0.0, equivalence: bool = False
) -> int | None:
    """Units needed to stay within a margin by a t bound, if further units are like those seen.

    Args:
        margin: points, above 0.
        error: standard error seen, in score units, above 0.
        units: units behind it, from 2.
        settings: `alpha` one-sided, power.
        loss: true loss in points that is assumed; 0 where nothing is lost. Ignored on both sides at once.
        equivalence: whether both sides are to be shown.

    Returns:
        Number of units; None where the loss is not within the margin, or so close to it that not even `MOST` suffice.
    """
    if margin <= 0.0 or error <= 0.0 or units < 2:
        raise UsageError(f"needs a margin and an error above 0 and 2 units: {margin}, {error}, {units}")
    room = (margin - (0.0 if equivalence else loss)) / 100
    if room <= 0.0:
        return None
    spread = error * math.sqrt(units)

    def enough(number: int) -> bool:
        reach = _noncentrality(number - 1.0, settings, equivalence=equivalence)
        return spread / math.sqrt(number) * reach <= room

    return smallest(enough, start=2) if enough(MOST) else None


def seeds_mde(spread: float, first: int, second: int, *, alpha: float = 0.05, power: float = 0.8) -> float | None:
    """Minimum detectable gain between arms of training seeds.

    Args:
        spread: standard deviation of a checkpoint's score between seeds, in score units, above 0.
        first: seeds of one arm, from 2.
        second: seeds of the other.
        alpha: two-sided level.
        power: probability of detecting it.

    Returns:
        Points; None where even 100 would go unseen.
    """
    _check_arms(spread, first, second)
    return clustered_mde(spread * math.sqrt(1 / first + 1 / second), first + second - 2.0, alpha=alpha, power=power)


def seeds_power(effect: float, spread: float, first: int, second: int, *, alpha: float = 0.05) -> float:
    """Power of the t test between arms of training seeds; arguments as in `seeds_mde`, effect in points."""
    _check_arms(spread, first, second)
    return clustered_power(effect, spread * math.sqrt(1 / first + 1 / second), first + second - 2.0, alpha=alpha)


def required_seeds(effect: float, spread: float, *, alpha: float = 0.05, power: float = 0.8) -> int:
    """Training seeds needed in each of two arms to detect a gain of `effect` points."""
    _check_arms(spread, 2, 2)
    if effect <= 0.0:
        raise UsageError(f"effect must exceed 0 points, not {effect}")
    return smallest(lambda seeds: seeds_power(effect, spread, seeds, seeds, alpha=alpha) >= power, start=2)


def crossed_planned(
    components: Components, *, units: tuple[int, int] | None = None, seeds: tuple[int, int] | None = None
) -> Components:
    """The components of a crossed mean with more ids or seeds, if further ones are like those seen.

    Args:
        components: those seen.
        units: how many were seen and how many are planned, from 2; None for as many.
        seeds: the same for the seeds of each arm.
    """
    by_units, unit_freedom = _ratios(units)
    by_seeds, seed_freedom = _ratios(seeds)
    rest = components.rest / (by_units * by_seeds)
    return Components(
        units=max(0.0, components.units - components.rest) / by_units + rest,
        seeds=max(0.0, components.seeds - components.rest) / by_seeds + rest,
        rest=rest,
        units_freedom=components.units_freedom * unit_freedom,
        seeds_freedom=components.seeds_freedom * seed_freedom,
        rest_freedom=components.rest_freedom * unit_freedom * seed_freedom,
    )


def crossed_mde(components: Components, *, alpha: float = 0.05, power: float = 0.8) -> float | None:
    """Minimum detectable effect for new ids and seeds, in points; None where even 100 would go unseen."""
    if components.total <= 0.0 or components.freedom < 1:
        raise UsageError("a crossed mean needs variance and at least 1 degree of freedom to be planned from")
    return clustered_mde(math.sqrt(components.total), components.freedom, alpha=alpha, power=power)


def crossed_required_seeds(
    effect: float, components: Components, seeds: int, *, alpha: float = 0.05, power: float = 0.8
) -> int | None:
    """Training seeds needed in each arm to detect `effect` points on as many ids.

    Args:
        effect: points, above 0.
        components: those seen.
        seeds: seeds of each arm behind them, from 2.
        alpha: two-sided level.
        power: probability of detecting it.

    Returns:
        Number of seeds, from 2; None where no number suffices on these ids.
    """
    if effect <= 0.0 or seeds < 2:
        raise UsageError(f"needs an effect above 0 and 2 seeds to plan from, not {effect} and {seeds}")

    def enough(number: int) -> bool:
        mde = crossed_mde(crossed_planned(components, seeds=(seeds, number)), alpha=alpha, power=power)
        return mde is not None and mde <= effect

    return smallest(enough, start=2) if enough(10**6) else None


def smallest(enough: Callable[[int], bool], *, start: int) -> int:
    """The smallest whole number from `start` on that is enough, where whatever exceeds it is enough too.

    Raises:
        UsageError: not even `MOST` are.
    """
    low, high = start - 1, start
    while not enough(high):
        if high >= MOST:
            raise UsageError(f"no number up to {MOST:,} is enough: ask for a larger effect or margin, or less power")
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _ratios(sizes: tuple[int, int] | None) -> tuple[float, float]:
    if sizes is None:
        return 1.0, 1.0
    seen, planned = sizes
    if min(seen, planned) < 2:
        raise UsageError(f"planning from {seen} to {planned} units or seeds needs at least 2 of each")
    return planned / seen, (planned - 1) / (seen - 1)


def _quantiles(alpha: float, power: float, *, equivalence: bool) -> float:
    return normal_quantile(1 - alpha) + normal_quantile((1 + power) / 2 if equivalence else power)


def _noncentrality(freedom: float, settings: Settings, *, equivalence: bool) -> float:
    # Both sides must hold, so that each may fail half as often.
    power = (1 + settings.power) / 2 if equivalence else settings.power
    return detectable_noncentrality(round(freedom, 6), settings.alpha, power, sides=1)


def _check_arms(spread: float, first: int, second: int) -> None:
    if spread <= 0.0 or min(first, second) < 2:
        raise UsageError(f"arms need a spread above 0 and 2 seeds each, not {spread}, {first} and {second}")
