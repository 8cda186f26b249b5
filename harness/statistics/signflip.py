"""Sign-flip tests of a mean of paired differences.

Under the hypothesis that clean and perturbed are exchangeable within a unit, the sign of each unit's difference is a
coin. Where the differences are multiples of a common step (right/wrong averaged over a few seeds) the distribution of
their sum is a convolution of binomials and needs no sampling (the shift algorithm of Streitberg & Röhmel 1986); with
few units all flips are listed; otherwise they are drawn. With one seed the exact test is McNemar's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from harness.statistics.distributions import binomial_masses
from harness.statistics.sample import SMALLEST_P, Floats
from perturbations.errors import UsageError

BLOCK = 1_000
"""Resamples drawn and multiplied at once: keeps the working set in the cache and memory flat."""

TOLERANCE = 1e-9
"""Relative tolerance within which two statistics are tied: sums in another order differ in their last digits."""


@dataclass(frozen=True, slots=True)
class Resampled:
    """The p of a reassignment test.

    Args:
        p: two-sided, in (0, 1].
        exact: whether every reassignment was counted, so that no randomness is left.
    """

    p: float
    exact: bool


def sign_flip(values: Floats, *, resamples: int, seed: int, step: float | None = None) -> Resampled:
    """Two-sided sign-flip test that units' values are centred on 0.

    Args:
        values: `(units,)` the difference of each unit, or its sum over a cluster.
        resamples: R; up to R + 1 flips are listed exhaustively instead.
        seed: seed of the signs; the same signs for every test of as many units.
        step: a number that all values are multiples of, which makes the test exact at any size.

    Returns:
        p = (b + 1)/(R + 1) where flips are drawn, so never below 1/(R + 1).

    Raises:
        UsageError: no values, or one that is not finite.
    """
    if values.size == 0 or not np.isfinite(values).all():
        raise UsageError(f"a sign-flip test needs finite values, at least one; got {values.size}")
    moving = values[values != 0]
    if step is not None:
        return Resampled(lattice_sign_flip(np.rint(values / step).astype(np.int64)), exact=True)
    if listable(len(moving), resamples):
        sums = np.abs((1.0 - 2.0 * every_subset(len(moving))) @ moving)
        return Resampled(float(np.mean(sums >= threshold(abs(float(moving.sum()))))), exact=True)
    observed, beyond = abs(float(values.sum())), 0
    for block, rows in blocks(resamples):
        sums = values.sum() - 2 * (coins(len(values), rows, seed, block) @ values)
        beyond += int(np.sum(np.abs(sums) >= threshold(observed)))
    return Resampled((beyond + 1) / (resamples + 1), exact=False)


def lattice_sign_flip(values: NDArray[np.int64]) -> float:
    """Exact two-sided sign-flip p of whole numbers.

    Args:
        values: `(units,)` whole numbers.

    Returns:
        The share of all sign assignments whose sum is at least as far from 0, in (0, 1].
    """
    sizes, counts = np.unique(np.abs(values[values != 0]), return_counts=True)
    masses = np.ones(1)
    for size, number in zip(sizes.tolist(), counts.tolist(), strict=True):
        spread = np.zeros(size * number + 1)
        spread[::size] = binomial_masses(number)
        masses = np.convolve(masses, spread)
    # masses[i] belongs to the sum 2i − reach, i being the total size of what was flipped to positive.
    reach = len(masses) - 1
    sums = np.abs(2 * np.arange(reach + 1) - reach)
    return min(1.0, max(float(masses[sums >= abs(int(values.sum()))].sum()), SMALLEST_P))


def listable(size: int, resamples: int) -> bool:
    """Whether all 2**size reassignments of `size` units are no more than R + 1."""
    return size < 63 and 2**size <= resamples + 1


def every_subset(size: int) -> NDArray[np.uint8]:
    """`(2**size, size)` every subset of `size` units, as 0 and 1."""
    numbers = np.arange(2**size, dtype=np.int64)
    return ((numbers[:, None] >> np.arange(size)) & 1).astype(np.uint8)


def blocks(resamples: int) -> list[tuple[int, int]]:
    """Number and rows of each block that makes up `resamples`."""
    return [(start // BLOCK, min(BLOCK, resamples - start)) for start in range(0, resamples, BLOCK)]


def threshold(observed: float) -> float:
    """What a statistic must reach to count as at least as extreme as `observed`."""
    return observed * (1 - TOLERANCE) - 1e-15


def coins(units: int, rows: int, seed: int, block: int) -> Floats:
    """`(rows, units)` fair coins, 0 or 1, the same for one seed and block whenever they are asked for."""
    return coin_bits(units, rows, seed, block).astype(np.float64)


def coin_bits(units: int, rows: int, seed: int, block: int) -> NDArray[np.uint8]:
    """The coins of `coins`, a byte each."""
    return np.unpackbits(_coin_bytes(units, rows, seed, block), axis=1, count=units)


@lru_cache(maxsize=64)
def _coin_bytes(units: int, rows: int, seed: int, block: int) -> NDArray[np.uint8]:
    # Cells of one task share their ids, and so their coins; a bit each makes 64 blocks of 5,000 ids 40 MB.
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, units, block, 1))))
    return generator.integers(0, 256, size=(rows, -(-units // 8)), dtype=np.uint8)
