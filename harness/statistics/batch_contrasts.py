"""From the arrays of a batch to contrasts: the closed-form claim of every cell.

Binary scores of independent ids get McNemar and Tango, everything else the t of its clustered error (for functions of
sums the infinitesimal jackknife): the screen that costs no resample. Bootstrap intervals take the place of the t
intervals where they are handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from harness.statistics.batch import Batch, MeanBatch
from harness.statistics.batch_closed import Drops, closed_drops, closed_pairs
from harness.statistics.batch_resampled import Intervals
from harness.statistics.conclusion import Finding, Sizes, conclude, detectable, t_finding
from harness.statistics.contrast import Contrast
from harness.statistics.power import paired_mde, zero_discordance_mde
from harness.statistics.sample import Settings
from perturbations.errors import UsageError


def contrast_batch(
    batch: Batch, claims: Sequence[str], settings: Settings, *, seeds: int = 1, intervals: Intervals | None = None
) -> list[Contrast]:
    """The contrast of every cell, in order.

    Args:
        batch: the cells.
        claims: what each compares, as a phrase.
        settings: levels.
        seeds: perturbation seeds averaged within an id.
        intervals: `cells` of `bootstrap_batch`, to stand in place of t intervals; Tango's stay.

    Raises:
        UsageError: not one claim for each cell.
    """
    if isinstance(batch, MeanBatch) and batch.binary and batch.codes is None and batch.differences.shape[1] > 1:
        return _paired(batch, claims, settings)
    ids = batch.differences.shape[1] if isinstance(batch, MeanBatch) else batch.reference.shape[1]
    return contrast_drops(closed_drops(batch), claims, settings, n=ids, seeds=seeds, intervals=intervals)


def contrast_drops(
    drops: Drops,
    claims: Sequence[str],
    settings: Settings,
    *,
    n: int,
    seeds: int = 1,
    intervals: Intervals | None = None,
) -> list[Contrast]:
    """The contrasts of drops, of cells or of means over them, by their clustered errors.

    Args:
        drops: from `closed_drops`, `closed_means` or `means_across`.
        claims: what each compares, as a phrase.
        settings: levels.
        n: example ids behind each.
        seeds: perturbation seeds averaged within an id.
        intervals: bootstrap intervals of the same drops, to stand in place of t intervals.

    Raises:
        UsageError: not one claim for each drop.
    """
    _one_each(claims, len(drops.estimates))
    p, (low, high) = drops.p_values(), drops.intervals(settings.level)
    names = ["t interval"] * len(claims)
    if intervals is not None:
        low, high = intervals.low, intervals.high
        names = [f"paired bootstrap ({'BCa' if bca else 'percentile'})" for bca in intervals.corrected]
    sizes = Sizes(n=n, clusters=drops.units, seeds=seeds)
    contrasts: list[Contrast] = []
    for index, claim in enumerate(claims):
        drop = drops.at(index)
        method = f"clustered t({drop.freedom:.5g})"
        if np.isnan(p[index]):
            finding = t_finding(drop, method=method, why=partial(_why, drops, index), settings=settings)
        else:
            mde, bound = detectable(drop, settings)
            finding = Finding(
                estimate=drop.estimate,
                interval=(float(low[index]), float(high[index])),
                method=f"{method}, {names[index]}",
                p=float(p[index]),
                mde=mde,
                mde_bound=bound,
                resampled=intervals is not None,
                exhaustive=intervals is not None,
            )
        contrasts.append(conclude(finding, sizes, claim=claim, settings=settings))
    return contrasts


def _paired(batch: MeanBatch, claims: Sequence[str], settings: Settings) -> list[Contrast]:
    cells, ids = batch.differences.shape
    _one_each(claims, cells)
    pairs = closed_pairs(batch, settings)
    name = f"McNemar {'exact' if settings.exact else 'mid-p'}, Tango interval"
    options = {"alpha": settings.alpha, "power": settings.power}
    still = zero_discordance_mde(ids, level=settings.level, **options)
    sizes = Sizes(n=ids, clusters=ids, seeds=1)
    contrasts: list[Contrast] = []
    for index, claim in enumerate(claims):
        changed = float(pairs.lost[index] + pairs.gained[index])
        finding = Finding(
            estimate=float(pairs.lost[index] - pairs.gained[index]) / ids,
            interval=(float(pairs.low[index]), float(pairs.high[index])),
            method=name,
            p=float(pairs.p[index]) if changed else None,
            reason=None if changed else "no id changed its score",
            mde=paired_mde(changed / ids, ids, **options) if changed else still,
            mde_bound=not changed,
        )
        contrasts.append(conclude(finding, sizes, claim=claim, settings=settings))
    return contrasts


def _why(drops: Drops, index: int) -> str:
    if drops.units == 1:
        return "there is one independent unit"
    return "no id changed its score" if drops.still[index] else "the changes cancel within every cluster"


def _one_each(claims: Sequence[str], number: int) -> None:
    if len(claims) != number:
        raise UsageError(f"a batch of {number} cells needs one claim for each, not {len(claims)}")
