"""Contrast: one claim about a difference, with everything that a reader needs in order to judge it.

What a claim carries follows the reporting advice of the statistics literature on test sets (effect, interval, sizes,
procedure, correction, minimum detectable effect). All effects are absolute points on the scale 0–100.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """One claim.

    Args:
        claim: what is compared, as a phrase (`"xnli hi swap 0.1: drop in accuracy"`).
        estimate: the effect in points, −100 to 100; for a drop, positive means worse when perturbed.
        low: lower end of the interval, in points.
        high: upper end of the interval, in points.
        level: coverage that the interval aims at, 0–1.
        p: two-sided p, above 0 and at most 1; None where the claim cannot be tested.
        adjusted_p: p after the correction of its family; None where untestable or not yet corrected.
        n: number of example ids.
        clusters: number of independent units (clusters, or ids where there are none).
        seeds: number of perturbation seeds averaged within each id.
        method: names of the test and of the interval.
        mde: minimum detectable effect in points; None where even 100 points would go unseen.
        mde_bound: whether `mde` is only an upper bound, because nothing varied.
        alpha: two-sided level that `mde` is for.
        power: power that `mde` is for.
        reason: why the claim cannot be tested; None where it can.
        family: what it was corrected together with; None before.
        family_size: number of tested claims in that family.
        correction: name of the correction; None before.
        resamples: number of random resamples behind `p` or the interval; None where all is in closed form.
        exhaustive: whether `p` enumerates every reassignment, so that resamples bear on the interval only.
        random_seed: the seed of those resamples.

    Raises:
        ValueError: a number that is not finite, a p outside (0, 1], an estimate outside its interval's order,
            or a missing p without a reason.
    """

    claim: str
    estimate: float
    low: float
    high: float
    level: float
    p: float | None
    n: int
    clusters: int
    seeds: int
    method: str
    mde: float | None
    alpha: float
    power: float
    mde_bound: bool = False
    adjusted_p: float | None = None
    reason: str | None = None
    family: str | None = None
    family_size: int | None = None
    correction: str | None = None
    resamples: int | None = None
    exhaustive: bool = False
    random_seed: int | None = None

    def __post_init__(self) -> None:
        numbers = (self.estimate, self.low, self.high, self.mde or 0.0)
        if not all(math.isfinite(number) for number in numbers):
            raise ValueError(f"contrast {self.claim!r} must hold finite numbers, not {numbers}")
        if self.low > self.high:
            raise ValueError(f"contrast {self.claim!r} has an interval that runs backwards: {self.low} to {self.high}")
        for p in (self.p, self.adjusted_p):
            if p is not None and not 0.0 < p <= 1.0:
                raise ValueError(f"contrast {self.claim!r} must have 0 < p <= 1, not {p}")
        if (self.p is None) != (self.reason is not None):
            raise ValueError(f"contrast {self.claim!r} must have either a p or the reason why it has none")

    @property
    def floor(self) -> float | None:
        """The smallest p that the resamples can show, 1/(R + 1); None where p does not come from them."""
        if self.resamples is None or self.exhaustive or self.p is None:
            return None
        return 1.0 / (self.resamples + 1)

    def significant(self, alpha: float | None = None) -> bool:
        """Whether the claim holds at level `alpha` (by default its own), corrected where it has been corrected."""
        p = self.p if self.correction is None else self.adjusted_p
        return p is not None and p <= (self.alpha if alpha is None else alpha)

    def sentence(self) -> str:
        """The claim in one sentence."""
        interval = f"{100 * self.level:g} % interval {signed(self.low)} to {signed(self.high)}"
        parts = [f"{self.claim}: {signed(self.estimate)} points ({interval})", self._sizes(), self._test()]
        if self.resamples is not None:
            parts.append(f"{self.resamples:,} resamples, seed {self.random_seed}")
        parts.append(self._detectable())
        return "; ".join(parts) + "."

    def _sizes(self) -> str:
        clusters = f" in {count(self.clusters, 'cluster')}" if self.clusters != self.n else ""
        return f"{count(self.n, 'id')}{clusters}, {count(self.seeds, 'perturbation seed')}"

    def _test(self) -> str:
        if self.p is None:
            return f"{self.method}: not tested, {self.reason}"
        at_floor = self.floor is not None and self.p <= self.floor * (1 + 1e-9)
        text = f"{self.method}: {show_p(self.p)}{' (the floor of its resamples)' if at_floor else ''}"
        if self.correction is None or self.adjusted_p is None:
            return f"{text}, not corrected"
        family = f"{count(self.family_size or 0, 'test')} ({self.family})"
        return f"{text}, after {self.correction} over {family} {show_p(self.adjusted_p)}"

    def _detectable(self) -> str:
        at = f"with {100 * self.power:g} % power at two-sided {100 * self.alpha:g} %"
        if self.mde is None:
            return f"no effect of up to 100 points would be detected {at}"
        bound = "at most " if self.mde_bound else ""
        return f"minimum detectable effect {bound}{self.mde:.2f} points {at}"

    def __str__(self) -> str:
        return self.sentence()


def signed(points: float) -> str:
    """Points with two decimals and a sign; what rounds to zero has none."""
    text = f"{points:+.2f}"
    return "0.00" if text in ("+0.00", "-0.00") else text


def count(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it is not one."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def show_p(p: float) -> str:
    """A p with two significant digits, or as a bound where it is below 0.0001; never as 0."""
    if p < 1e-4:
        return "p < 0.0001"
    return f"p = {p:.2g}" if p < 0.095 else f"p = {p:.2f}"
