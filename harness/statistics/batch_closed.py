"""Closed forms for all cells of a batch at once: the numbers of the one-cell procedures, on whole arrays.

McNemar, Tango and Newcombe for binary scores, clustered errors (infinitesimal jackknife for functions of sums) for all,
and macro means whose error sums an id's influences over languages first. See `paired`, `intervals` and `clustered`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.statistics.batch import Batch, MeanBatch, check_groups, gradients, within_clusters
from harness.statistics.clustered import ROUNDING, ClusteredEstimate
from harness.statistics.distributions import student_quantiles, student_two_sided_all
from harness.statistics.intervals import tango_interval
from harness.statistics.paired import mcnemar_exact, mcnemar_mid_p
from harness.statistics.sample import SMALLEST_P, Floats, Settings
from perturbations.errors import UsageError


@dataclass(frozen=True, slots=True, eq=False)
class Drops:
    """Drops with their clustered errors, in score units (0–1).

    Args:
        estimates: `(cells,)` score(reference) − score(perturbed).
        errors: `(cells,)` standard errors; 0 where all units agree.
        freedom: `(cells,)` degrees of freedom of the t distribution that goes with them.
        influences: `(cells, units)` what each unit adds, summing to 0; None for what spans several id sets.
        units: independent units behind each.
        still: `(cells,)` whether no id changed its score.
        name: the id set.
        parts: the drops of each id set, where they are means over several.
    """

    estimates: Floats
    errors: Floats
    freedom: Floats
    influences: Floats | None
    units: int
    still: NDArray[np.bool_]
    name: str
    parts: tuple[Drops, ...] = ()

    def at(self, cell: int) -> ClusteredEstimate:
        """One of them."""
        parts = tuple(part.at(cell) for part in self.parts)
        estimate, error, freedom = (float(found[cell]) for found in (self.estimates, self.errors, self.freedom))
        return ClusteredEstimate(estimate, error, self.units, freedom, parts if len(parts) > 1 else ())

    def p_values(self) -> Floats:
        """`(cells,)` two-sided p of the t test in (0, 1]; NaN where the units do not vary, for there is no test."""
        varied = (self.errors > 0) & (self.freedom >= 1)
        ratios = np.divide(self.estimates, self.errors, out=np.zeros_like(self.estimates), where=varied)
        p = student_two_sided_all(ratios, np.maximum(self.freedom, 1.0))
        return np.where(varied, np.clip(p, SMALLEST_P, 1.0), np.nan)

    def intervals(self, level: float) -> tuple[Floats, Floats]:
        """`(cells,)` ends of the t intervals; NaN where the units do not vary."""
        varied = (self.errors > 0) & (self.freedom >= 1)
        half = student_quantiles((1 + level) / 2, np.maximum(self.freedom, 1.0)) * self.errors
        half = np.where(varied, half, np.nan)
        return self.estimates - half, self.estimates + half


@dataclass(frozen=True, slots=True, eq=False)
class PairedDrops:
    """McNemar's test and Tango's interval of binary cells, clusters ignored.

    Args:
        lost: `(cells,)` ids right before and wrong after.
        gained: `(cells,)` ids wrong before and right after.
        p: `(cells,)` in (0, 1]; NaN where nothing is discordant.
        low: `(cells,)` lower ends, as shares from −1 to 1.
        high: `(cells,)` upper ends.
    """

    lost: Floats
    gained: Floats
    p: Floats
    low: Floats
    high: Floats


def closed_drops(batch: Batch) -> Drops:
    """The drop of every cell with its clustered error (CR1), as `clustered_drop` finds it cell by cell."""
    if isinstance(batch, MeanBatch):
        number = batch.differences.shape[1]
        estimates = batch.differences.mean(axis=1)
        influences = (batch.differences - estimates[:, None]) / number
        still = ~np.any(batch.differences, axis=1)
    else:
        sides, clean = (batch.reference, batch.perturbed), batch.against()
        totals = [side.sum(axis=1) for side in sides]
        slopes = [gradients(batch.score, total) for total in totals]
        before, after = (np.einsum("cik,ck->ci", side, slope) for side, slope in zip(sides, slopes, strict=True))
        estimates = batch.score(totals[0])[clean] - batch.score(totals[1])
        influences = before[clean] - after
        influences -= influences.mean(axis=1, keepdims=True)
        still = np.array(
            [np.array_equal(batch.reference[k], own) for k, own in zip(clean, batch.perturbed, strict=True)]
        )
    return _drops(estimates, within_clusters(influences, batch.codes), still, batch.name)


def closed_means(drops: Drops, groups: Sequence[NDArray[np.int64]]) -> Drops:
    """Unweighted means over cells of one id set (the languages of a parallel task), their correlation kept.

    Args:
        drops: from `closed_drops`.
        groups: for each mean the cells that it averages.

    Raises:
        UsageError: an empty group, a cell that is not there, or drops that span several id sets.
    """
    if drops.influences is None:
        raise UsageError(f"drops of {drops.name!r} span several id sets: average them by means_across")
    check_groups(groups, len(drops.estimates))
    estimates = np.array([drops.estimates[group].mean() for group in groups])
    influences = np.stack([drops.influences[group].mean(axis=0) for group in groups])
    still = np.array([drops.still[group].all() for group in groups])
    return _drops(estimates, influences, still, drops.name)


def means_across(parts: Sequence[Drops]) -> Drops:
    """Unweighted means over independent id sets (tasks, or languages without common ids), place by place.

    √ΣSE²/L with the degrees of freedom of Satterthwaite (1946). Where one of several id sets holds a single unit, its
    variance is unknown and so is that of the mean: there is no test.

    Args:
        parts: one for each id set, as many drops in each.

    Raises:
        UsageError: no parts, or unequal numbers of drops.
    """
    if not parts or len({len(part.estimates) for part in parts}) != 1:
        raise UsageError(f"a mean over id sets needs as many drops in each, not {[len(p.estimates) for p in parts]}")
    squares = np.stack([part.errors**2 for part in parts]) / len(parts) ** 2
    freedom = np.stack([np.maximum(part.freedom, 1.0) for part in parts])
    lone = len(parts) > 1 and any(part.units == 1 for part in parts)
    total = np.zeros(squares.shape[1]) if lone else squares.sum(axis=0)
    spread = (squares**2 / freedom).sum(axis=0)
    unvaried = max(0.0, sum(part.units for part in parts) - float(len(parts)))
    return Drops(
        np.mean([part.estimates for part in parts], axis=0),
        np.sqrt(total),
        np.divide(total**2, spread, out=np.full_like(total, unvaried), where=spread > 0),
        None,
        sum(part.units for part in parts),
        np.all([part.still for part in parts], axis=0),
        f"{len(parts)} id sets",
        tuple(parts),
    )


def closed_pairs(batch: MeanBatch, settings: Settings) -> PairedDrops:
    """McNemar's test and Tango's interval for every cell of a binary batch.

    Raises:
        UsageError: the batch is not binary, or another interval than Tango's is asked for: Newcombe's needs the
            margins, which differences do not hold.
    """
    if not batch.binary:
        raise UsageError(f"batch {batch.name!r} is not binary: its cells have no 2×2 table")
    if settings.interval != "tango":
        raise UsageError(f"a batch of differences has Tango intervals alone, not {settings.interval!r}")
    lost = np.count_nonzero(batch.differences > 0, axis=1).astype(np.float64)
    gained = np.count_nonzero(batch.differences < 0, axis=1).astype(np.float64)
    low, high = tango_interval(lost, gained, batch.differences.shape[1], level=settings.level)
    p = (mcnemar_exact if settings.exact else mcnemar_mid_p)(lost, gained)
    return PairedDrops(lost, gained, np.where(lost + gained > 0, p, np.nan), low, high)


def _drops(estimates: Floats, influences: Floats, still: NDArray[np.bool_], name: str) -> Drops:
    units = influences.shape[1]
    # As in `clustered_error`: what rounding leaves of identical numbers is no variance, and of a sum of 0 no effect.
    estimates = np.where(np.abs(estimates) > ROUNDING, estimates, 0.0)
    if units == 1:
        return Drops(estimates, np.zeros_like(estimates), np.zeros_like(estimates), influences, 1, still, name)
    errors = np.sqrt(np.einsum("cu,cu->c", influences, influences) * (units / (units - 1)))
    errors = np.where(errors > ROUNDING, errors, 0.0)
    return Drops(estimates, errors, np.full(len(estimates), units - 1.0), influences, units, still, name)
