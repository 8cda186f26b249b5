"""The draws of many cells at once, number for number those that each cell would draw alone.

A cell draws by the seed of the settings and the number of its units; cells of one size thus share their signs and
weights, and one product serves a block of them. Their ids, clusters and languages may differ: only the number of units,
the width of the vectors and the score must be alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.statistics.clustered import cluster_sums
from harness.statistics.resampling import bootstrap_weights, randomisation_test, studentisable
from harness.statistics.sample import Floats, PairedSample, Settings
from harness.statistics.signflip import Resampled, blocks, coins, listable, sign_flip, threshold

TOGETHER = 64
"""Cells whose draws are held at once: ten thousand resamples of each are 5 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class MeanDraws:
    """What a mean over independent ids draws.

    Args:
        test: the sign-flip test.
        studentised: bootstrap-t ends in score units; None where they do not exist.
    """

    test: Resampled
    studentised: tuple[float, float] | None


@dataclass(frozen=True, slots=True, eq=False)
class SumDraws:
    """What a function of sums draws.

    Args:
        test: the randomisation test.
        drops: `(resamples,)` bootstrap drops in score units.
    """

    test: Resampled
    drops: Floats


def draw_means(samples: Sequence[PairedSample], settings: Settings) -> Iterator[MeanDraws]:
    """Sign flips and bootstrap-t of means over independent ids.

    Args:
        samples: of one number of ids.
        settings: level, resamples, seed.
    """
    for start in range(0, len(samples), TOGETHER):
        few = samples[start : start + TOGETHER]
        values = np.stack([sample.differences() for sample in few])
        tests = _flips(few, values, settings)
        yield from map(MeanDraws, tests, _studentised(values, settings))


def draw_sums(samples: Sequence[PairedSample], settings: Settings) -> Iterator[SumDraws]:
    """Randomisation test and bootstrap drops of functions of sums.

    Args:
        samples: of one number of units, one width of vectors and one score.
        settings: resamples, seed.
    """
    for start in range(0, len(samples), TOGETHER):
        few = samples[start : start + TOGETHER]
        # (cell, unit, k), sums within clusters.
        clean = np.stack([cluster_sums(sample.reference, sample.codes()) for sample in few])
        perturbed = np.stack([cluster_sums(sample.perturbed, sample.codes()) for sample in few])
        tests = _swaps(few, clean, perturbed, settings)
        drops = np.empty((len(few), settings.resamples))
        done = 0
        for block, rows in blocks(settings.resamples):
            weights = bootstrap_weights(clean.shape[1], rows, settings.seed, block)
            before, after = (few[0].score(_totals(weights, side)) for side in (clean, perturbed))
            drops[:, done : done + rows] = before - after
            done += rows
        yield from map(SumDraws, tests, drops)


def _flips(samples: Sequence[PairedSample], values: Floats, settings: Settings) -> list[Resampled]:
    """As `sign_flip`, which lists what can be listed and is exact where there is a step."""
    options = {"resamples": settings.resamples, "seed": settings.seed}
    tests = [
        sign_flip(row, **options, step=1 / sample.seeds if sample.binary else None)
        if sample.binary or listable(int(np.count_nonzero(row)), settings.resamples)
        else None
        for sample, row in zip(samples, values, strict=True)
    ]
    drawn = np.array([test is None for test in tests])
    sums = values[drawn].sum(axis=1)
    least = np.array([threshold(abs(float(total))) for total in sums])
    beyond = np.zeros(len(sums), dtype=np.int64)
    for block, rows in blocks(settings.resamples if drawn.any() else 0):
        flipped = sums - 2 * (coins(values.shape[1], rows, settings.seed, block) @ values[drawn].T)
        beyond += np.sum(np.abs(flipped) >= least, axis=0)
    found = iter(_monte_carlo(beyond, settings))
    return [next(found) if test is None else test for test in tests]


def _studentised(values: Floats, settings: Settings) -> list[tuple[float, float] | None]:
    """As `bootstrap_t_interval`."""
    cells, number = values.shape
    usable = [studentisable(row) for row in values]
    means = values.mean(axis=1)
    ratios = np.empty((cells, settings.resamples))
    done = 0
    for block, rows in blocks(settings.resamples if any(usable) else 0):
        weights = bootstrap_weights(number, rows, settings.seed, block)
        first, second = (weights @ power.T / number for power in (values, values**2))
        errors = np.sqrt(np.maximum(second - first**2, 0.0) / (number - 1))
        safe = np.where(errors > 1e-12, errors, 1.0)
        ratios[:, done : done + rows] = np.where(errors > 1e-12, (first - means) / safe, np.nan).T
        done += rows
    tails = [(1 - settings.level) / 2, (1 + settings.level) / 2]
    ends: list[tuple[float, float] | None] = []
    for row, value, mean, able in zip(ratios, values, means, usable, strict=True):
        if not able:
            ends.append(None)
            continue
        low, high = np.quantile(row[~np.isnan(row)], tails)
        error = float(value.std(ddof=1)) / np.sqrt(number)
        ends.append((float(mean - high * error), float(mean - low * error)))
    return ends


def _swaps(samples: Sequence[PairedSample], clean: Floats, perturbed: Floats, settings: Settings) -> list[Resampled]:
    """As `randomisation_test`, which lists what can be listed."""
    change = perturbed - clean
    moving = np.any(change != 0, axis=2).sum(axis=1)
    drawn = np.array([not listable(int(number), settings.resamples) for number in moving])
    tests = [
        None if draw else randomisation_test(sample, resamples=settings.resamples, seed=settings.seed)
        for sample, draw in zip(samples, drawn, strict=True)
    ]
    score, before, after = samples[0].score, clean[drawn].sum(axis=1), perturbed[drawn].sum(axis=1)
    observed = [sample.scores() for sample, draw in zip(samples, drawn, strict=True) if draw]
    least = np.array([threshold(abs(one - other)) for one, other in observed])
    beyond = np.zeros(len(least), dtype=np.int64)
    for block, rows in blocks(settings.resamples if drawn.any() else 0):
        moved = _totals(coins(change.shape[1], rows, settings.seed, block), change[drawn])
        drops = np.abs(score(before[:, None] + moved) - score(after[:, None] - moved))
        beyond += np.sum(drops >= least[:, None], axis=1)
    found = iter(_monte_carlo(beyond, settings))
    return [next(found) if test is None else test for test in tests]


def _totals(weights: Floats, sums: Floats) -> Floats:
    """`(cells, rows, k)` weighted totals of `(cells, units, k)` sums, by one product."""
    cells, units, width = sums.shape
    columns = np.moveaxis(sums, 1, 0).reshape(units, cells * width)
    return np.moveaxis((weights @ columns).reshape(len(weights), cells, width), 0, 1)


def _monte_carlo(beyond: NDArray[np.int64], settings: Settings) -> list[Resampled]:
    return [Resampled((int(number) + 1) / (settings.resamples + 1), exact=False) for number in beyond]
