"""Needed: what sample would have decided a margin that was not shown."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from harness.gate.means import Weighted, components, sizes_of
from harness.statistics.clustered import ClusteredEstimate
from harness.statistics.distributions import normal_quantile
from harness.statistics.intervals import tango_score
from harness.statistics.noninferiority import Margin, bound_margin_p
from harness.statistics.planning import MOST, crossed_planned, margin_required_units, smallest, t_shown_margin
from harness.statistics.power import clustered_required_units
from harness.statistics.sample import Settings

MOST_SEEDS = 10_000
"""No more training seeds than these are looked for."""


@dataclass(frozen=True, slots=True)
class Needed:
    """A sample that would decide.

    Args:
        number: how many.
        present: how many there are.
        what: of what: ids, or training seeds a side.
        given: what is assumed of the true loss.
    """

    number: int
    present: int
    what: str
    given: str

    def __str__(self) -> str:
        return f"{self.number:,} {self.what} in place of {self.present:,} would decide, {self.given}"


def needed(
    mean: Weighted, loss: ClusteredEstimate, margin: Margin, certify: Settings, alarm: Settings, *, reach: float
) -> Needed | None:
    """The sample that would decide a margin, if further ids or seeds are like those seen.

    Args:
        mean: what was compared.
        loss: what was found.
        margin: what is tolerated.
        certify: the one-sided level of the certificate, and the power.
        alarm: the one-sided level of the alarm, the part of one cell where many share it.
        reach: how far the loss can go, in score units: 1, or 2 for a difference of drops.

    Returns:
        The sample; None where no larger one is known to decide.
    """
    power = f"with {100 * certify.power:g} % power"
    if loss.error == 0.0:
        return _unvaried(mean, loss, margin, certify, alarm, reach=reach)
    trainings = sizes_of(mean).training_seeds
    if trainings and (seeds := _seeds(mean, margin, certify)) is not None:
        return Needed(seeds, min(trainings), "training seeds a side", f"{power} if nothing is lost")
    seen = 100 * loss.estimate
    units = margin_required_units(margin.points, loss.error, loss.units, settings=certify) or 0
    if units > loss.units:
        return _ids(mean, loss, units, f"{power} if nothing is lost")
    if 0.0 < seen < margin.points:
        within = margin_required_units(margin.points, loss.error, loss.units, settings=certify, loss=seen)
        return None if within is None else _ids(mean, loss, within, f"{power} if the loss is the one seen")
    if seen <= 0.0:
        return _like_seen(mean, loss, margin, certify)
    units = clustered_required_units(seen, loss.error, loss.units, alpha=2 * alarm.alpha, power=alarm.power)
    return _ids(mean, loss, units, f"{power} for an alarm if the loss is the one seen")


def _unvaried(
    mean: Weighted, loss: ClusteredEstimate, margin: Margin, certify: Settings, alarm: Settings, *, reach: float
) -> Needed | None:
    """Where all units moved alike: as many as leave no room for a loss of the margin, or as raise an alarm."""

    def enough(number: int) -> bool:
        return bound_margin_p(replace(loss, units=number), margin, reach=reach) <= certify.alpha

    if enough(MOST):
        return _ids(mean, loss, smallest(enough, start=1), "if they change as little")
    # Units that all lose are evidence as flips of a coin are: 2^-n.
    return _ids(mean, loss, math.ceil(-math.log2(alarm.alpha) - 1e-9), "for an alarm if all of them lose as much")


def _like_seen(mean: Weighted, loss: ClusteredEstimate, margin: Margin, certify: Settings) -> Needed | None:
    """Where a t bound would do and Tango's score, with its larger variance at the margin, does not."""
    (stratum, own), *others = mean
    cells = np.flatnonzero(own)
    counts = None if others or len(cells) > 1 else stratum.pairs.get(int(cells[0]))
    if counts is None:
        return None
    critical = normal_quantile(certify.alpha)

    def enough(number: int) -> bool:
        lost, gained = (changed * number / counts.n for changed in (counts.lost, counts.gained))
        return bool(tango_score(lost, gained, number, margin.share) <= critical)

    return _ids(mean, loss, smallest(enough, start=1), "if further ones change as these did")


def _ids(mean: Weighted, loss: ClusteredEstimate, units: int, given: str) -> Needed | None:
    """As many more ids as units are needed, in the proportions of the present sample; None where it has as many."""
    if units <= loss.units:
        return None
    present = sizes_of(mean).n
    return Needed(math.ceil(present * units / loss.units - 1e-9), present, "ids", given)


def _seeds(mean: Weighted, margin: Margin, certify: Settings) -> int | None:
    """Training seeds a side that suffice on these ids; None where none do, or where there are as many already."""
    found, present = components(mean), min(sizes_of(mean).training_seeds)

    def enough(number: int) -> bool:
        planned = crossed_planned(found, seeds=(present, number))
        shown = t_shown_margin(math.sqrt(planned.total), planned.freedom, settings=certify)
        return shown is not None and shown <= margin.points

    if enough(present) or not enough(MOST_SEEDS):
        return None
    return smallest(enough, start=2)
