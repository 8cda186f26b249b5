"""Contrast: one claim about a difference, with everything that a reader needs in order to judge it.

What a claim carries follows the reporting advice of the statistics literature on test sets (effect, interval, sizes,
procedure, correction, minimum detectable effect). Effects are absolute points on the scale 0–100; a trend is a
correlation from −1 to 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Unit = Literal["points", "correlation"]
Alternative = Literal["two-sided", "greater", "non-inferior", "equivalent"]
"""What p speaks against: no effect; none or a negative one; a loss of a margin or more; a margin on either side."""

ONE_SIDED: dict[Alternative, str] = {
    "greater": "one-sided",
    "non-inferior": "one-sided against a margin of",
    "equivalent": "two one-sided tests against a margin of",
}
"""How a p that is not two-sided is introduced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """One claim.

    Args:
        claim: what is compared, as a phrase (`"xnli hi swap 0.1: drop in accuracy"`).
        estimate: the effect in its unit: points, −100 to 100 (−200 to 200 for a difference of drops), or a correlation.
            For a drop, positive means worse when perturbed; for a gain, better than the baseline.
        low: lower end of the interval, in the same unit.
        high: upper end of the interval, in the same unit.
        level: coverage that the interval aims at, 0–1.
        p: above 0 and at most 1, two-sided unless `alternative` says otherwise; None where the claim cannot be tested.
        adjusted_p: p after the correction of its family; None where untestable or not yet corrected.
        n: number of example ids, or of what `subject` names.
        clusters: number of independent units (clusters, or ids where there are none).
        seeds: number of perturbation seeds averaged within each id; 0 where that is not the question.
        method: names of the test and of the interval.
        mde: minimum detectable effect in the unit; None where even the largest would go unseen. For a claim about a
            margin: the smallest margin that would have been shown with this power if there were no loss.
        mde_bound: whether `mde` is only an upper bound, because nothing varied.
        alpha: level that `mde` is for, two-sided unless `alternative` says otherwise.
        power: power that `mde` is for.
        reason: why the claim cannot be tested; None where it can.
        family: what it was corrected together with; None before.
        family_size: number of tested claims in that family.
        correction: name of the correction; None before.
        resamples: number of random resamples behind `p` or the interval; None where all is in closed form.
        exhaustive: whether `p` enumerates every reassignment, so that resamples bear on the interval only.
        random_seed: the seed of those resamples.
        unit: what estimate, interval and `mde` are measured in.
        alternative: what p is for.
        margin: the margin in points that p is against; None where there is none.
        subject: what `n` counts, in the singular.
        training_seeds: number of training seeds in each arm; empty where one checkpoint stands for each side.
        least_p: the smallest p that these sizes can give, whatever the data; None where there is no such floor.
        needed: the smallest size of the estimate that would have been significant at `alpha`; None if not worked out.
        notes: further sentences, without their full stops.

    Raises:
        ValueError: a number that is not finite, a p outside (0, 1], an interval that runs backwards, a missing p
            without a reason, or a margin where none belongs.
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
    unit: Unit = "points"
    alternative: Alternative = "two-sided"
    margin: float | None = None
    subject: str = "id"
    training_seeds: tuple[int, ...] = ()
    least_p: float | None = None
    needed: float | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        numbers = (self.estimate, self.low, self.high, self.mde or 0.0, self.margin or 0.0, self.needed or 0.0)
        if not all(math.isfinite(number) for number in numbers):
            raise ValueError(f"contrast {self.claim!r} must hold finite numbers, not {numbers}")
        if self.low > self.high:
            raise ValueError(f"contrast {self.claim!r} has an interval that runs backwards: {self.low} to {self.high}")
        for p in (self.p, self.adjusted_p, self.least_p):
            if p is not None and not 0.0 < p <= 1.0:
                raise ValueError(f"contrast {self.claim!r} must have 0 < p <= 1, not {p}")
        if (self.p is None) != (self.reason is not None):
            raise ValueError(f"contrast {self.claim!r} must have either a p or the reason why it has none")
        if (self.margin is None) != (self.alternative in ("two-sided", "greater")):
            raise ValueError(f"contrast {self.claim!r} needs a margin if and only if it claims to stay within one")

    @property
    def floor(self) -> float | None:
        """The smallest p that could be shown: that of the sizes, or 1/(R + 1) if larger; None where p has no floor."""
        drawn = None if self.resamples is None or self.exhaustive or self.p is None else 1.0 / (self.resamples + 1)
        return max((floor for floor in (self.least_p, drawn) if floor is not None), default=None)

    @property
    def decidable(self) -> bool:
        """Whether the sizes allow a p as small as `alpha`, whatever the data."""
        return self.least_p is None or self.least_p <= self.alpha * (1 + 1e-12)

    def significant(self, alpha: float | None = None) -> bool:
        """Whether the claim holds at level `alpha` (by default its own), corrected where it has been corrected."""
        p = self.p if self.correction is None else self.adjusted_p
        return p is not None and p <= (self.alpha if alpha is None else alpha)

    def sentence(self) -> str:
        """The claim in one sentence, notes after it."""
        interval = f"{100 * self.level:g} % interval {signed(self.low)} to {signed(self.high)}"
        effect = f"{signed(self.estimate)} points" if self.unit == "points" else signed(self.estimate)
        parts = [f"{self.claim}: {effect} ({interval})", self._sizes(), self._test()]
        if not self.decidable and self.least_p is not None:
            parts.append(
                f"these sizes cannot go below {show_p(self.least_p)}, whatever the data: "
                f"no verdict at {100 * self.alpha:g} % is possible"
            )
        if self.resamples is not None:
            parts.append(f"{self.resamples:,} resamples, seed {self.random_seed}")
        if self.needed is not None:
            parts.append(f"{self.needed:.2f} or more would have been needed at {100 * self.alpha:g} %")
        parts.append(self._detectable())
        return "; ".join(parts) + "." + "".join(f" {note}." for note in self.notes)

    def _sizes(self) -> str:
        sizes = [count(self.n, self.subject) + (f" in {count(self.clusters, 'cluster')}" * (self.clusters != self.n))]
        if self.training_seeds:
            arms = " against ".join(f"{seeds}" for seeds in self.training_seeds)
            sizes.append(f"{arms} training seed{'s' * (self.training_seeds != (1,))}")
        if self.seeds:
            sizes.append(count(self.seeds, "perturbation seed"))
        return ", ".join(sizes)

    def _test(self) -> str:
        if self.p is None:
            return f"{self.method}: not tested, {self.reason}"
        floor = self.floor
        at_floor = floor is not None and self.p <= floor * (1 + 1e-9)
        whose = "its sizes" if floor == self.least_p else "its resamples"
        kind = "" if self.alternative == "two-sided" else f"{ONE_SIDED[self.alternative]} "
        kind += "" if self.margin is None else f"{self.margin:g} points "
        text = f"{self.method}: {kind}{show_p(self.p)}{f' (the floor of {whose})' if at_floor else ''}"
        if self.correction is None or self.adjusted_p is None:
            return f"{text}, not corrected"
        family = f"{count(self.family_size or 0, 'test')} ({self.family})"
        return f"{text}, after {self.correction} over {family} {show_p(self.adjusted_p)}"

    def _detectable(self) -> str:
        sided = "two-sided" if self.alternative == "two-sided" else "one-sided"
        at = f"with {100 * self.power:g} % power at {sided} {100 * self.alpha:g} %"
        unit = " points" if self.unit == "points" else ""
        what = "effect" if self.margin is None else "margin"
        if self.unit == "correlation":
            what = "correlation"
        if self.mde is None:
            most = "100 points" if self.unit == "points" else "1"
            return f"no {what} of up to {most} would be detected {at}"
        bound = "at most " if self.mde_bound else ""
        return f"minimum detectable {what} {bound}{self.mde:.2f}{unit} {at}"

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
