"""Randomisation test and paired bootstrap for scores that are functions of summed statistic vectors.

Both multiply a matrix of weights (resamples × clusters) with the statistics (clusters × k), block by block, and score
the totals: the same routine for F1, accuracy or exact match. Randomisation: Yeh (2000), "More accurate tests for the
statistical significance of result differences", with (b + 1)/(R + 1) and ties counted. Intervals: Efron & Tibshirani
(1993), chapters 12–14.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from harness.statistics.clustered import cluster_sums
from harness.statistics.distributions import normal_probability, normal_quantile
from harness.statistics.sample import Floats, PairedSample
from harness.statistics.signflip import Resampled, blocks, coins, every_subset, listable, threshold

CACHED_UNITS = 4_000
"""Up to this many clusters the bootstrap weights are kept for the next cell: 32 blocks of at most 4 MB."""


def randomisation_test(sample: PairedSample, *, resamples: int, seed: int) -> Resampled:
    """Swap clean and perturbed within clusters: two-sided p of the drop of the corpus score.

    Where so few clusters differ that all swaps are at most R + 1, every one is counted and p is exact.

    Args:
        sample: the cell; its cluster codes (or ids) are swapped whole.
        resamples: R.
        seed: seed of the swaps.

    Returns:
        p in [1/(R + 1), 1].
    """
    codes = sample.codes()
    clean, perturbed = cluster_sums(sample.reference, codes), cluster_sums(sample.perturbed, codes)
    change = perturbed - clean
    totals = clean.sum(axis=0), perturbed.sum(axis=0)
    before, after = sample.scores()
    observed = abs(before - after)
    moving = np.any(change != 0, axis=1)
    if listable(int(moving.sum()), resamples):
        swaps = every_subset(int(moving.sum())).astype(np.float64)
        drops = _swapped(sample, totals, swaps @ change[moving])
        return Resampled(float(np.mean(drops >= threshold(observed))), exact=True)
    beyond = 0
    for block, rows in blocks(resamples):
        drops = _swapped(sample, totals, coins(len(change), rows, seed, block) @ change)
        beyond += int(np.sum(drops >= threshold(observed)))
    return Resampled((beyond + 1) / (resamples + 1), exact=False)


def _swapped(sample: PairedSample, totals: tuple[Floats, Floats], moved: Floats) -> Floats:
    clean, perturbed = totals
    return np.abs(sample.score(clean + moved) - sample.score(perturbed - moved))


def bootstrap_drops(sample: PairedSample, *, resamples: int, seed: int) -> Floats:
    """Drops of the corpus score over resamples of whole clusters, both sides drawn alike.

    Args:
        sample: the cell.
        resamples: R.
        seed: seed of the draws; cells of as many clusters share their draws, so that their correlation is kept.

    Returns:
        `(resamples,)` drops in score units.
    """
    codes = sample.codes()
    sums = np.hstack([cluster_sums(sample.reference, codes), cluster_sums(sample.perturbed, codes)])
    width = sample.reference.shape[1]
    drops: list[Floats] = []
    for block, rows in blocks(resamples):
        totals = bootstrap_weights(len(sums), rows, seed, block) @ sums
        drops.append(sample.score(totals[:, :width]) - sample.score(totals[:, width:]))
    return np.concatenate(drops)


def percentile_interval(drops: Floats, *, level: float) -> tuple[float, float]:
    """The central `level` of a bootstrap distribution `(resamples,)`."""
    low, high = np.quantile(drops, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def bca_interval(sample: PairedSample, drops: Floats, *, level: float) -> tuple[float, float] | None:
    """Bias-corrected and accelerated interval of the drop.

    Args:
        sample: the cell, whose clusters are left out one by one for the acceleration.
        drops: `(resamples,)` from `bootstrap_drops`.
        level: coverage, 0–1.

    Returns:
        Ends in score units; None where it does not exist: the estimate outside its bootstrap distribution, or no
        change whichever cluster is left out.
    """
    before, after = sample.scores()
    observed = before - after
    margin = 1e-12
    share = float(np.mean(drops < observed - margin) + np.mean(np.abs(drops - observed) <= margin) / 2)
    left_out = _jackknife(sample)
    deviations = left_out.mean() - left_out
    spread = float(np.sum(deviations**2))
    if not 0.0 < share < 1.0 or spread < margin**2:
        return None
    bias = normal_quantile(share)
    acceleration = float(np.sum(deviations**3)) / (6 * spread**1.5)
    reach = normal_quantile((1 + level) / 2)
    ends = bias + np.array([-reach, reach])
    stretched = 1 - acceleration * ends
    if np.any(stretched <= 0):
        return None
    low, high = np.quantile(drops, normal_probability(bias + ends / stretched))
    return float(low), float(high)


def bootstrap_t_interval(values: Floats, *, level: float, resamples: int, seed: int) -> tuple[float, float] | None:
    """Studentised bootstrap interval of the mean of independent values.

    Args:
        values: `(ids,)` differences.
        level: coverage, 0–1.
        resamples: R.
        seed: seed of the draws.

    Returns:
        Ends in the units of the values; None where a resample may well hold no variance to studentise with: fewer
        than ten values that differ from the commonest one.
    """
    if not studentisable(values):
        return None
    number = len(values)
    powers = np.stack([values, values**2], axis=1)
    ratios: list[Floats] = []
    for block, rows in blocks(resamples):
        moments = bootstrap_weights(number, rows, seed, block) @ powers / number
        errors = np.sqrt(np.maximum(moments[:, 1] - moments[:, 0] ** 2, 0.0) / (number - 1))
        usable = errors > 1e-12
        ratios.append((moments[usable, 0] - values.mean()) / errors[usable])
    error = float(values.std(ddof=1)) / np.sqrt(number)
    low, high = np.quantile(np.concatenate(ratios), [(1 - level) / 2, (1 + level) / 2])
    return float(values.mean() - high * error), float(values.mean() - low * error)


def studentisable(values: Floats) -> bool:
    """Whether every resample can be trusted to hold a variance: at least ten values differ from the commonest one."""
    return len(values) - int(np.unique(values, return_counts=True)[1].max()) >= 10


def bootstrap_weights(units: int, rows: int, seed: int, block: int) -> Floats:
    """`(rows, units)` how often each unit is drawn in each resample; every row sums to `units`."""
    draw = _kept_counts if units <= CACHED_UNITS else _counts
    return draw(units, rows, seed, block).astype(np.float64)


def _counts(units: int, rows: int, seed: int, block: int) -> NDArray[np.uint8]:
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, units, block, 0))))
    drawn = generator.integers(0, units, size=(rows, units)) + units * np.arange(rows)[:, None]
    # No unit is ever drawn 256 times: with 256 units or more the chance is below 1e-500.
    return np.bincount(drawn.ravel(), minlength=rows * units).reshape(rows, units).astype(np.uint8)


_kept_counts = lru_cache(maxsize=32)(_counts)


def _jackknife(sample: PairedSample) -> Floats:
    codes = sample.codes()
    clean, perturbed = cluster_sums(sample.reference, codes), cluster_sums(sample.perturbed, codes)
    return sample.score(clean.sum(axis=0) - clean) - sample.score(perturbed.sum(axis=0) - perturbed)
