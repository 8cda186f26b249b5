"""Resampled intervals and max-T for all cells of a batch at once, with one matrix of weights for each id set.

Bootstrap: whole clusters drawn, BCa ends (Efron & Tibshirani 1993, chapter 14), percentile ends where BCa does not
exist. Macro means are averages of the cells' resamples, so that languages stay as correlated as their ids make them;
id sets (tasks) are drawn independently, and a mean over several takes its acceleration from all their units. Max-T
(see `maxt`) flips an id's whole vector of cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.statistics.batch import Batch, Layout, check_groups, layout, pooled_influences, product_of, stream
from harness.statistics.distributions import normal_probability, normal_quantile, normal_quantiles
from harness.statistics.maxt import Tail, max_t
from harness.statistics.resampling import bootstrap_weights
from harness.statistics.sample import Floats, Settings
from harness.statistics.signflip import blocks, coin_bits, every_subset, listable
from perturbations.errors import UsageError

TIE = 1e-12
"""Drops closer than this are tied: sums in another order differ in their last digits."""
ROWS = 250
"""Resamples that max-T looks at together: a row may be as long as all cells of a run."""

FINE = 2**13
"""Units up to which whole numbers of a thousand steps and more have sums below 2**24."""


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Bootstrap intervals of drops in score units (0–1).

    Args:
        low: `(drops,)` lower ends.
        high: `(drops,)` upper ends.
        corrected: `(drops,)` whether they are BCa; percentile otherwise.
    """

    low: Floats
    high: Floats
    corrected: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Resamples:
    """What a mean over id sets needs of each of them.

    Args:
        estimates: `(drops,)` in score units.
        drops: `(drops, resamples)` bootstrap distributions, unsorted.
        deviations: `(drops, units)` mean less left-out drops of the jackknife, times (units − 1)/units.
    """

    estimates: Floats
    drops: Floats
    deviations: Floats


@dataclass(frozen=True, slots=True, eq=False)
class BatchBootstrap:
    """The bootstrap of one id set.

    Args:
        cells: intervals of its cells.
        means: intervals of its macro means, in the order in which they were asked for.
        kept: the resamples of the macro means, for means over several id sets.
    """

    cells: Intervals
    means: Intervals
    kept: Resamples


def bootstrap_batch(
    batch: Batch, settings: Settings, *, groups: Sequence[NDArray[np.int64]] = (), seed: int | None = None
) -> BatchBootstrap:
    """Bootstrap intervals of every cell of a batch, and of means over its cells.

    Args:
        batch: the cells; they share each resample.
        settings: level, resamples, seed.
        groups: for each macro mean the cells that it averages.
        seed: by which to draw; by default the run's seed and the name of the id set.

    Raises:
        UsageError: one unit alone, or a group that is empty or names a cell that is not there.
    """
    matrix = layout(batch)
    cells, units = matrix.shape
    if units < 2:
        raise UsageError(f"batch {batch.name!r} has one independent unit: nothing can be resampled")
    check_groups(groups, cells)
    drops = _drawn(matrix, settings.resamples, stream(settings.seed, batch.name) if seed is None else seed)
    totals = matrix.columns.sum(axis=1)
    estimates = matrix.drops(totals[:, None])[:, 0]
    left_out = matrix.drops(totals[:, None] - matrix.columns)
    deviations = (left_out.mean(axis=1, keepdims=True) - left_out) * ((units - 1) / units)
    kept = Resamples(_averaged(estimates, groups), _averaged(drops, groups), _averaged(deviations, groups))
    means = _intervals(kept.estimates, kept.drops.copy(), kept.deviations, level=settings.level)
    return BatchBootstrap(_intervals(estimates, drops, deviations, level=settings.level), means, kept)


def bootstrap_across(parts: Sequence[Resamples], settings: Settings) -> Intervals:
    """Intervals of unweighted means over id sets that were resampled independently, place by place.

    Args:
        parts: `kept` of each id set, as many drops in each.
        settings: the level.

    Raises:
        UsageError: no parts, or unequal numbers of drops or resamples.
    """
    if not parts or len({part.drops.shape for part in parts}) != 1:
        raise UsageError(f"a mean over id sets needs resamples of one shape, not {[p.drops.shape for p in parts]}")
    return _intervals(
        np.mean([part.estimates for part in parts], axis=0),
        np.mean([part.drops for part in parts], axis=0),
        np.concatenate([part.deviations for part in parts], axis=1),
        level=settings.level,
    )


def max_t_batches(batches: Sequence[Batch], settings: Settings, *, tail: Tail = "two") -> list[Floats]:
    """Step-down max-T over all cells of several id sets: p that keep the family-wise error.

    Args:
        batches: one for each id set; ids are flipped whole, id sets independently.
        settings: resamples and seed.
        tail: `"greater"` where only drops count.

    Where flips are drawn, what is not a whole number is rounded (see `_whole`), on both sides alike, which leaves the
    test exact.

    Returns:
        For each batch `(cells,)` adjusted p in (0, 1]; NaN for a cell in which no unit moved: it leaves the family.

    Raises:
        UsageError: two batches of one name, which would share their signs, or no cell in which anything moved.
    """
    if len({batch.name for batch in batches}) != len(batches):
        raise UsageError(f"max-T needs a name of its own for each id set: {[batch.name for batch in batches]}")
    values = [pooled_influences(batch) for batch in batches]
    roots = [np.sqrt(np.einsum("cu,cu->c", value, value)) for value in values]
    moved = [root > TIE for root in roots]
    values = [value[kept] for value, kept in zip(values, moved, strict=True)]
    every = len(batches) == 1 and listable(values[0].shape[1], settings.resamples)
    values = values if every else [_whole(value) for value in values]
    scales = np.concatenate([np.sqrt(np.einsum("cu,cu->c", value, value)) for value in values])
    observed = np.concatenate([value.sum(axis=1) for value in values]) / scales
    if every:
        null = iter([((1.0 - 2.0 * every_subset(values[0].shape[1])) @ values[0].T) / scales])
    else:
        null = _flipped(values, scales, [stream(settings.seed, batch.name) for batch in batches], settings.resamples)
    adjusted = np.full(sum(len(kept) for kept in moved), np.nan)
    adjusted[np.concatenate(moved)] = max_t(observed, null, tail=tail, exact=every)
    return np.split(adjusted, np.cumsum([len(kept) for kept in moved])[:-1])


def _whole(values: Floats) -> Floats:
    """Values as whole numbers that single precision multiplies exactly, each cell on a scale of its own.

    With up to `FINE` units the largest value of a cell spans at least a thousand steps, so that rounding moves a
    statistic by less than a thousandth of its spread; with more, values stay as they are.
    """
    units = values.shape[1]
    if units > FINE or bool(np.all(values == np.rint(values))):
        return values
    largest = np.abs(values).max(axis=1, keepdims=True)
    return np.rint(values * (FINE * 1_024 / units / largest))


def _flipped(values: Sequence[Floats], scales: Floats, seeds: Sequence[int], resamples: int) -> Iterator[Floats]:
    """Blocks `(rows, cells)` of statistics under flipped signs, an id's cells flipped together."""
    products = [product_of(value) for value in values]
    sums = [value.sum(axis=1, keepdims=True) for value in values]
    for block, rows in blocks(resamples):
        signs = [coin_bits(value.shape[1], rows, seed, block) for value, seed in zip(values, seeds, strict=True)]
        for start in range(0, rows, ROWS):
            parts = [
                total - 2.0 * product(sign[start : start + ROWS])
                for total, product, sign in zip(sums, products, signs, strict=True)
            ]
            yield np.concatenate(parts).T / scales


def _drawn(matrix: Layout, resamples: int, seed: int) -> Floats:
    """`(cells, resamples)` bootstrap drops."""
    cells, units = matrix.shape
    product = product_of(matrix.columns)
    drops = np.empty((cells, resamples))
    start = 0
    for block, rows in blocks(resamples):
        drops[:, start : start + rows] = matrix.drops(product(bootstrap_weights(units, rows, seed, block)))
        start += rows
    return drops


def _averaged(values: Floats, groups: Sequence[NDArray[np.int64]]) -> Floats:
    if not groups:
        return np.empty((0, *values.shape[1:]))
    return np.stack([values[group].mean(axis=0) for group in groups])


def _intervals(estimates: Floats, drops: Floats, deviations: Floats, *, level: float) -> Intervals:
    """BCa ends, percentile ends where there are none; sorts `drops` in place."""
    drops.sort(axis=1)
    resamples = drops.shape[1]
    share = np.array([_below(row, estimate) for row, estimate in zip(drops, estimates, strict=True)]) / resamples
    squares = np.einsum("du,du->d", deviations, deviations)
    exists = (share > 0.0) & (share < 1.0) & (squares >= TIE**2)
    cubes = np.einsum("du,du,du->d", deviations, deviations, deviations)
    acceleration = np.divide(cubes, 6 * squares**1.5, out=np.zeros_like(cubes), where=exists)
    reach = normal_quantile((1 + level) / 2)
    moved = normal_quantiles(np.where(exists, share, 0.5))[:, None] + np.array([-reach, reach])
    stretched = 1 - acceleration[:, None] * moved
    exists &= np.all(stretched > 0, axis=1)
    bias = moved.mean(axis=1, keepdims=True)
    corrected = normal_probability(bias + moved / np.where(stretched > 0, stretched, 1.0))
    at = np.where(exists[:, None], corrected, [(1 - level) / 2, (1 + level) / 2])
    return Intervals(_quantiles(drops, at[:, 0]), _quantiles(drops, at[:, 1]), exists)


def _below(row: Floats, estimate: float) -> float:
    """How many of a sorted row lie below an estimate, ties counted half."""
    first = np.searchsorted(row, estimate - TIE, side="left")
    last = np.searchsorted(row, estimate + TIE, side="right")
    return float(first + last) / 2


def _quantiles(rows: Floats, probabilities: Floats) -> Floats:
    """`(rows,)` a quantile of its own of each sorted row, linear between neighbours."""
    position = probabilities * (rows.shape[1] - 1)
    lower = np.floor(position).astype(np.int64)
    upper = np.minimum(lower + 1, rows.shape[1] - 1)
    each = np.arange(len(rows))
    return rows[each, lower] + (position - lower) * (rows[each, upper] - rows[each, lower])
