"""Units: an estimate taken apart into one number for each independent unit, and ids matched between two runs.

Whatever the score, a unit (id, premise, passage) has one value whose mean over units is the estimate and whose spread
is its clustered error: the estimate plus what the unit pulls it by (a pseudo-value of the infinitesimal jackknife,
Jaeckel 1972). Languages, perturbations and checkpoints that share their ids are then added and subtracted unit by
unit, which keeps their correlation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.listing import first_few
from harness.statistics.clustered import ClusteredEstimate, clustered_mean, influence_values, sums_within
from harness.statistics.sample import Floats, Integers, PairedSample
from perturbations.errors import UsageError

Strata = Sequence[Sequence[PairedSample]]
"""Samples by what they share: within a stratum cluster codes mean the same ids, between strata nothing is shared.

Parallel languages form one stratum, and so do the perturbations of a task; languages without common ids form one each,
and so do tasks.
"""


@dataclass(frozen=True, slots=True, eq=False)
class UnitValues:
    """One number for each unit, in score units.

    Args:
        codes: `(units,)` what the units are called, rising.
        values: `(units,)` numbers whose mean is the estimate.
        ids: example ids behind them, counted once for each sample.
        seeds: perturbation seeds averaged within an id, the fewest of any sample.
    """

    codes: Integers
    values: Floats
    ids: int
    seeds: int

    def estimate(self) -> ClusteredEstimate:
        """The mean with its clustered error, t(units − 1)."""
        return clustered_mean(self.values, np.arange(len(self.values), dtype=np.int64))


def unit_values(samples: Sequence[PairedSample]) -> UnitValues:
    """The mean drop of samples that share their ids, unit by unit.

    Args:
        samples: one stratum: languages, perturbations; each counts alike.

    Raises:
        UsageError: no samples, or several without cluster codes common to all.
    """
    codes, influences = np.concatenate(shared_codes(samples)), np.concatenate([influence_values(s) for s in samples])
    drops = [clean - perturbed for clean, perturbed in (sample.scores() for sample in samples)]
    every = np.unique(codes)
    pulls = sums_within(influences, codes) / len(samples)
    return UnitValues(
        codes=every,
        values=float(np.mean(drops)) + len(every) * pulls,
        ids=sum(sample.ids for sample in samples),
        seeds=min(sample.seeds for sample in samples),
    )


def shared_codes(samples: Sequence[PairedSample]) -> list[Integers]:
    """`(ids,)` codes for each sample of a stratum that mean the same in all of them.

    Raises:
        UsageError: no samples, or several without cluster codes.
    """
    if not samples:
        raise UsageError("a stratum needs at least one sample: leave empty strata out")
    if len(samples) == 1:
        sample = samples[0]
        return [sample.codes() if sample.clusters is None else sample.clusters]
    codes = [sample.clusters for sample in samples if sample.clusters is not None]
    if len(codes) < len(samples):
        raise UsageError("samples that share ids need cluster codes common to all: pass the codes of the ids")
    return codes


def difference(first: UnitValues, second: UnitValues) -> UnitValues:
    """First minus second, unit by unit.

    Raises:
        UsageError: other units on one side than on the other.
    """
    if not np.array_equal(first.codes, second.codes):
        apart = np.setxor1d(first.codes, second.codes)
        raise UsageError(
            f"two sides that are compared must hold the same units; {len(apart)} stand on one side only, "
            f"the first with code {apart[0]}: keep the ids that both have"
        )
    return UnitValues(
        first.codes, first.values - second.values, ids=max(first.ids, second.ids), seeds=min(first.seeds, second.seeds)
    )


def matched(first: Sequence[str], second: Sequence[str], *, names: tuple[str, str]) -> Integers:
    """Where each id of one side stands on the other, so that `second[matched]` is `first`.

    Args:
        first: ids of one side.
        second: ids of the other, in any order.
        names: what the sides are called in messages.

    Returns:
        `(ids,)` positions in `second`.

    Raises:
        UsageError: an empty id, an id that comes twice, or one that only one side has; the message names it.
    """
    for name, ids in zip(names, (first, second), strict=True):
        empty = [position for position, identity in enumerate(ids) if not identity]
        if empty:
            raise UsageError(f"{name} has {len(empty)} examples without an id, the first at row {empty[0]}: name them")
        twice = [identity for identity, times in Counter(ids).items() if times > 1]
        if twice:
            raise UsageError(f"{name} holds {len(twice)} ids more than once: {first_few(twice)}; keep one of each")
    for name, ids, other in ((names[0], first, second), (names[1], second, first)):
        alone = sorted(set(ids) - set(other))
        if alone:
            raise UsageError(
                f"{names[0]} and {names[1]} must hold the same ids; {len(alone)} of {len(ids)} are only in {name}: "
                f"{first_few(alone)}; score both on the same examples"
            )
    place = {identity: position for position, identity in enumerate(second)}
    return np.array([place[identity] for identity in first], dtype=np.int64)
