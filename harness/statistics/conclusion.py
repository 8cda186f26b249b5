"""From what a test found to the `Contrast` that is reported: points, sizes, detectable effect, degenerate cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from harness.statistics.clustered import ClusteredEstimate
from harness.statistics.contrast import Alternative, Contrast
from harness.statistics.distributions import unseen_share
from harness.statistics.intervals import envelope
from harness.statistics.power import clustered_mde, zero_discordance_mde
from harness.statistics.sample import SMALLEST_P, Settings

GAIN_REACH = 2.0
"""How far a difference of two drops can go, in score units."""
OPPOSED = "no unit varies within its stratum, and the strata moved in opposite directions"
"""Why a mean over strata has no test where each moved as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """What a claim rests on.

    Args:
        n: example ids.
        clusters: independent units.
        seeds: perturbation seeds averaged within an id.
        subject: what `n` counts, in the singular.
        training_seeds: training seeds of each arm; empty where one checkpoint stands for each side.
    """

    n: int
    clusters: int
    seeds: int
    subject: str = "id"
    training_seeds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a test and an interval say, in score units (0–1).

    Args:
        estimate: the effect.
        interval: its ends.
        method: names of test and interval.
        p: two-sided p; None where there is none, for the given `reason`.
        reason: why there is no p.
        mde: minimum detectable effect in points, None if none.
        mde_bound: whether that is an upper bound.
        resampled: whether resamples were drawn for p or the interval.
        exhaustive: whether p itself does not depend on them.
        reach: how far an effect can go: 1 for a difference of scores, 2 for a difference of such differences.
        least_p: the smallest p that the sizes can give; None where there is no floor.
        alternative: what p speaks against.
        margin: the margin that p is against, in score units; None where there is none.
        level: coverage of the interval; None for that of the settings.
        notes: further sentences.
    """

    estimate: float
    interval: tuple[float, float]
    method: str
    p: float | None
    reason: str | None = None
    mde: float | None = None
    mde_bound: bool = False
    resampled: bool = False
    exhaustive: bool = False
    reach: float = 1.0
    least_p: float | None = None
    alternative: Alternative = "two-sided"
    margin: float | None = None
    level: float | None = None
    notes: tuple[str, ...] = ()


def conclude(finding: Finding, sizes: Sizes, *, claim: str, settings: Settings) -> Contrast:
    """The contrast of a finding, in points; an interval is cut at the points that the effect can reach."""
    low, high = (100 * min(finding.reach, max(-finding.reach, end)) for end in finding.interval)
    return Contrast(
        claim=claim,
        # Adding 0.0 turns the negative zero of a difference into the zero that people expect.
        estimate=100 * finding.estimate + 0.0,
        low=low + 0.0,
        high=high + 0.0,
        level=settings.level if finding.level is None else finding.level,
        p=None if finding.p is None else min(1.0, max(finding.p, SMALLEST_P)),
        n=sizes.n,
        clusters=sizes.clusters,
        seeds=sizes.seeds,
        method=finding.method,
        mde=finding.mde,
        mde_bound=finding.mde_bound,
        alpha=settings.alpha,
        power=settings.power,
        reason=finding.reason,
        resamples=settings.resamples if finding.resampled else None,
        exhaustive=finding.exhaustive,
        random_seed=settings.seed if finding.resampled else None,
        alternative=finding.alternative,
        margin=None if finding.margin is None else 100 * finding.margin,
        subject=sizes.subject,
        training_seeds=sizes.training_seeds,
        least_p=finding.least_p,
        notes=finding.notes,
    )


def t_finding(
    drop: ClusteredEstimate,
    *,
    method: str,
    why: Callable[[], str],
    settings: Settings,
    reach: float = 1.0,
) -> Finding:
    """What the t test of an estimate and its t interval say; where nothing varied, what `unvaried` says.

    Without a test where one of several strata holds a single unit, so that its variance is unknown.

    Args:
        drop: the effect, in score units.
        method: name of the test.
        why: tells the reason where the units do not vary.
        settings: levels.
        reach: how far the effect can go.
    """
    if lone := lone_stratum(drop):
        return Finding(
            estimate=drop.estimate, interval=(-reach, reach), method="no test", p=None, reason=lone, reach=reach
        )
    interval = drop.interval(settings.level)
    if interval is None:
        return unvaried(drop, reason=why(), method=method, settings=settings, reach=reach)
    mde, bound = detectable(drop, settings, reach=reach)
    return Finding(
        estimate=drop.estimate,
        interval=interval,
        method=f"{method}, t interval",
        p=drop.p,
        mde=mde,
        mde_bound=bound,
        reach=reach,
    )


def unvaried(drop: ClusteredEstimate, *, reason: str, method: str, settings: Settings, reach: float = 1.0) -> Finding:
    """The finding where independent units are too few or all alike, so that no variance can be estimated.

    The interval is the Clopper–Pearson envelope: as many units might differ as could have gone unseen. Where all units
    that moved did so in one direction, and at least two did, the exact sign-flip p is 2/2^G; otherwise there is none.

    Args:
        drop: the effect, in score units.
        reason: why there is no test, where no unit moved or there is one alone.
        method: name of the test that has no variance.
        settings: levels.
        reach: how far the effect can go.
    """
    parts = drop.parts or (drop,)
    moved, apart = sum(part.units for part in parts if part.estimate != 0.0), opposed(parts)
    # What went unseen may hide in the smallest of several strata.
    units = max(1, len(parts) * min(part.units for part in parts))
    mde = _unvaried_mde(replace(drop, estimate=drop.estimate / reach), units, settings)
    low, high = _unvaried_reach([part.estimate / reach for part in parts], units, settings)
    p = None
    if moved >= 2 and drop.estimate != 0.0 and not apart:
        p = max(2.0 ** max(1 - moved, -1000), SMALLEST_P)
        method = f"exact cluster sign flips (every unit that moved did so alike: {method} has no variance)"
    else:
        method = f"no test ({method} has no variance)"
    return Finding(
        estimate=drop.estimate,
        interval=(drop.estimate + reach * low, drop.estimate + reach * high),
        method=f"{method}, Clopper–Pearson envelope",
        p=p,
        reason=None if p is not None else OPPOSED if apart else reason,
        mde=None if mde is None else reach * mde,
        mde_bound=True,
        reach=reach,
    )


def opposed(parts: Sequence[ClusteredEstimate]) -> bool:
    """Whether some strata moved up and others down: where none varies in itself, nothing tells which is chance."""
    estimates = [part.estimate for part in parts]
    return min(estimates) < 0.0 < max(estimates)


def lone_stratum(mean: ClusteredEstimate) -> str | None:
    """Why a mean over strata has no error: one of them holds a single unit, so that its variance is unknown."""
    lone = sum(part.units == 1 for part in mean.parts)
    return f"{lone} of {len(mean.parts)} strata hold one unit only" if lone else None


def detectable(drop: ClusteredEstimate, settings: Settings, *, reach: float = 1.0) -> tuple[float | None, bool]:
    """The minimum detectable effect of a drop in points, and whether that is only a bound."""
    if drop.error > 0.0 and drop.freedom >= 1:
        # In halves where an effect reaches twice as far: what exceeds the scale is no effect.
        mde = clustered_mde(drop.error / reach, drop.freedom, alpha=settings.alpha, power=settings.power)
        return None if mde is None else reach * mde, False
    return _unvaried_mde(drop, max(1, drop.units), settings), True


def _unvaried_reach(estimates: Sequence[float], units: int, settings: Settings) -> tuple[float, float]:
    """How far below and above a mean its Clopper–Pearson envelope goes, as of the stratum with the longest way."""
    lowest, highest = min(estimates), max(estimates)
    low, _ = envelope(highest, units, level=settings.level)
    _, high = envelope(lowest, units, level=settings.level)
    return low - highest, high - lowest


def _unvaried_mde(drop: ClusteredEstimate, units: int, settings: Settings) -> float | None:
    if units == 1:
        return None
    if drop.estimate == 0.0:
        return zero_discordance_mde(units, level=settings.level, alpha=settings.alpha, power=settings.power)
    # Units that went unseen could differ by at most what is left of the scale on the far side.
    spread = (1 + abs(drop.estimate)) * unseen_share(units, settings.level) ** 0.5
    return clustered_mde(spread / units**0.5, units - 1.0, alpha=settings.alpha, power=settings.power)
