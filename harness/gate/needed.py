"""Needed: what sample would have decided a margin that was not shown."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from harness.gate.means import Weighted, components, sizes_of
from harness.statistics.clustered import ClusteredEstimate
from harness.statistics.noninferiority import Margin, bound_margin_p
from harness.statistics.planning import crossed_planned, margin_required_units, smallest, t_shown_margin
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


def needed(mean: Weighted, loss: ClusteredEstimate, margin: Margin, certify: Settings, alarm: Settings) -> Needed:
    """The sample that would decide a margin, if further ids or seeds are like those seen.

    Args:
        mean: what was compared.
        loss: what was found.
        margin: what is tolerated.
        certify: the one-sided level of the certificate, and the power.
        alarm: the one-sided level of the alarm.
    """
    power = f"with {100 * certify.power:g} % power"
    if loss.error == 0.0:
        units = smallest(lambda n: bound_margin_p(replace(loss, units=n), margin) <= certify.alpha, start=1)
        return _ids(mean, loss, units, "if they change as little")
    trainings = sizes_of(mean).training_seeds
    if trainings and (seeds := _seeds(mean, margin, certify)) is not None:
        return Needed(seeds, min(trainings), "training seeds a side", f"{power} if nothing is lost")
    seen = 100 * loss.estimate
    units = margin_required_units(margin.points, loss.error, loss.units, settings=certify) or 0
    if units > loss.units:
        return _ids(mean, loss, units, f"{power} if nothing is lost")
    if 0.0 < seen < margin.points:
        units = margin_required_units(margin.points, loss.error, loss.units, settings=certify, loss=seen) or 0
        return _ids(mean, loss, units, f"{power} if the loss is the one seen")
    units = clustered_required_units(seen, loss.error, loss.units, alpha=2 * alarm.alpha, power=alarm.power)
    return _ids(mean, loss, units, f"{power} for an alarm if the loss is the one seen")


def _ids(mean: Weighted, loss: ClusteredEstimate, units: int, given: str) -> Needed:
    """As many more ids as units are needed, in the proportions of the present sample."""
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
