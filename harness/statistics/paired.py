"""Paired binary outcomes: the counts of a 2×2 table and McNemar's test.

Fagerland, Lydersen & Laake (2013), "The McNemar test for binary matched-pairs data: mid-p and asymptotic are better
than exact conditional". The asymptotic test is left out: without discordance libraries return p = 0 for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from harness.statistics.distributions import binomial_at_most
from harness.statistics.sample import SMALLEST_P, Floats
from perturbations.errors import UsageError


@dataclass(frozen=True, slots=True)
class PairedCounts:
    """How many ids were right on both sides, lost, gained, and right on neither.

    Args:
        both: right clean and right perturbed.
        lost: right clean, wrong perturbed (McNemar's b).
        gained: wrong clean, right perturbed (McNemar's c).
        neither: wrong on both sides.
    """

    both: int
    lost: int
    gained: int
    neither: int

    @property
    def n(self) -> int:
        """Number of ids."""
        return self.both + self.lost + self.gained + self.neither

    @property
    def discordance(self) -> float:
        """Share of ids whose outcome changed, 0–1."""
        return (self.lost + self.gained) / self.n


def paired_counts(reference: Floats, perturbed: Floats) -> PairedCounts:
    """The 2×2 table of two binary outcomes.

    Args:
        reference: `(ids,)` 0 or 1.
        perturbed: `(ids,)` 0 or 1.
    """
    before, after = np.asarray(reference) > 0.5, np.asarray(perturbed) > 0.5
    both, lost = int(np.sum(before & after)), int(np.sum(before & ~after))
    gained = int(np.sum(~before & after))
    return PairedCounts(both, lost, gained, len(before) - both - lost - gained)


def mcnemar_exact(lost: ArrayLike, gained: ArrayLike) -> Floats:
    """Two-sided exact conditional p.

    Args:
        lost: `(...)` counts of one kind of discordance.
        gained: `(...)` counts of the other.

    Returns:
        `(...)` p in (0, 1]; 1 where nothing is discordant.

    Raises:
        UsageError: a negative count or a fraction.
    """
    smaller, total = _discordance(lost, gained)
    return np.clip(2.0 * binomial_at_most(smaller, total), SMALLEST_P, 1.0)


def mcnemar_mid_p(lost: ArrayLike, gained: ArrayLike) -> Floats:
    """Two-sided mid-p: outcomes as extreme as the one observed count half.

    Args:
        lost: `(...)` counts of one kind of discordance.
        gained: `(...)` counts of the other.

    Returns:
        `(...)` p in (0, 1]; 1 where nothing is discordant, for there is no evidence.

    Raises:
        UsageError: a negative count or a fraction.
    """
    smaller, total = _discordance(lost, gained)
    below = binomial_at_most(smaller - 1, total)
    mass = binomial_at_most(smaller, total) - below
    # A tie is the least extreme outcome there is, so that all others are more extreme.
    p = np.where(2 * smaller == total, 1.0 - 0.5 * mass, 2.0 * below + mass)
    return np.clip(np.where(total == 0, 1.0, p), SMALLEST_P, 1.0)


def _discordance(lost: ArrayLike, gained: ArrayLike) -> tuple[Floats, Floats]:
    first, second = np.broadcast_arrays(np.asarray(lost, dtype=np.float64), np.asarray(gained, dtype=np.float64))
    for counts in (first, second):
        if np.any(counts < 0) or np.any(counts != np.round(counts)):
            raise UsageError(f"discordant counts must be whole numbers from 0, not {counts}")
    return np.minimum(first, second), first + second
