"""PairedSample and Settings: what is compared in one cell, and how strictly.

A metric is a function of the sum of per-example statistic vectors, so two arrays of such vectors and that function are
all that any procedure of this folder needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from perturbations.errors import UnknownNameError, UsageError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Score = Callable[[Floats], Floats]
"""From totals `(..., k)` to scores `(...)` in 0–1; zero totals must score a finite number."""

Correction = Literal["holm", "bh"]
Interval = Literal["tango", "newcombe"]

SMALLEST_P = float(np.finfo(np.float64).tiny)
"""What a p that underflows is shown as: no test ever returns 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the contrasts of a run are tested.

    Args:
        alpha: two-sided level of the tests, for the minimum detectable effect and the false-discovery rate; the
            intervals cover 1 − alpha, so that an interval and the test beside it tell one story.
        power: power of the minimum detectable effect, above `alpha` and below 1.
        resamples: R of the bootstraps and randomisation tests, at least 99. A Monte-Carlo p cannot fall below
            1/(R + 1): a family of m cells under Holm needs R of at least m/alpha, or no cell can be significant.
        seed: seed of all resampling, from 0; the same whatever the order of the cells.
        correction: `"holm"` for few confirmatory claims, `"bh"` (Benjamini–Hochberg) for a screen.
        exact: McNemar's exact test in place of its mid-p version, where the level must be kept strictly.
        interval: `"tango"` or `"newcombe"` (method 10) for paired binary cells.

    Raises:
        UsageError: a value outside its range.
    """

    alpha: float = 0.05
    power: float = 0.8
    resamples: int = 9_999
    seed: int = 0
    correction: Correction = "holm"
    exact: bool = False
    interval: Interval = "tango"

    def __post_init__(self) -> None:
        for name, value in (("alpha", self.alpha), ("power", self.power)):
            if not 0.0 < value < 1.0:
                raise UsageError(f"statistics setting {name!r} must lie between 0 and 1, not {value}")
        if self.power <= self.alpha:
            raise UsageError(f"statistics setting 'power' must exceed alpha {self.alpha}, not {self.power}")
        if self.resamples < 99:
            raise UsageError(f"statistics setting 'resamples' must be at least 99, not {self.resamples}")
        if self.seed < 0:
            raise UsageError(f"statistics setting 'seed' must be 0 or more, not {self.seed}")
        if self.correction not in get_args(Correction):
            raise UnknownNameError("correction", self.correction, get_args(Correction))
        if self.interval not in get_args(Interval):
            raise UnknownNameError("paired interval", self.interval, get_args(Interval))

    @property
    def level(self) -> float:
        """Coverage of the intervals, 0–1."""
        return 1 - self.alpha


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairedSample:
    """The statistic vectors of one cell on both sides of a perturbation, id by id.

    Args:
        reference: `(ids, k)` statistic vectors of the clean run.
        perturbed: `(ids, k)` the same ids perturbed, averaged over perturbation seeds.
        score: from totals `(..., k)` to scores `(...)` in 0–1.
        clusters: `(ids,)` integer codes of what was drawn together (premise, document); None if ids are independent.
        binary: whether an example is right or wrong, so that an id scores 0 or 1 under each seed.
        additive: whether the score is the mean of per-id scores; a ratio of sums (F1, token accuracy) is not.
        seeds: perturbation seeds averaged into `perturbed`, from 1.

    Raises:
        UsageError: no ids, unequal shapes, numbers that are not finite, codes that are not integers, a score out of
            range, or binary scores that are no multiple of 1/seeds.
    """

    reference: Floats
    perturbed: Floats
    score: Score
    clusters: Integers | None = None
    binary: bool
    additive: bool
    seeds: int = 1

    def __post_init__(self) -> None:
        _check_shapes(self.reference, self.perturbed)
        if self.seeds < 1:
            raise UsageError(f"paired sample must average at least 1 perturbation seed, not {self.seeds}")
        if self.clusters is not None:
            _check_clusters(self.clusters, len(self.reference))
        if self.binary and self.additive and self.is_mean():
            _check_binary("reference", self.score(self.reference), 1)
            _check_binary("perturbed", self.score(self.perturbed), self.seeds)

    @property
    def ids(self) -> int:
        """Number of example ids."""
        return len(self.reference)

    def codes(self) -> Integers:
        """`(ids,)` cluster codes 0, 1, … without gaps; each id its own where ids are independent."""
        if self.clusters is None:
            return np.arange(self.ids, dtype=np.int64)
        return np.unique(self.clusters, return_inverse=True)[1].astype(np.int64)

    def clustered(self) -> bool:
        """Whether at least two ids share a cluster."""
        return self.clusters is not None and len(np.unique(self.clusters)) < self.ids

    def scores(self) -> tuple[float, float]:
        """The corpus scores, clean and perturbed, in 0–1."""
        totals = np.stack([self.reference.sum(axis=0), self.perturbed.sum(axis=0)])
        clean, perturbed = (float(value) for value in self.score(totals))
        if not (-1e-9 <= clean <= 1 + 1e-9 and -1e-9 <= perturbed <= 1 + 1e-9):
            raise UsageError(f"score of a paired sample must lie in 0–1, not {clean} clean and {perturbed} perturbed")
        return clean, perturbed

    def is_mean(self) -> bool:
        """Whether the score really is the mean over ids: additive, with one and the same weight for every id.

        Token accuracy sums tokens: additive in name, but a ratio of sums as soon as sentences differ in length.
        """
        if not self.additive:
            return False
        return all(
            bool(np.isclose(self.score(side).mean(), score, rtol=0, atol=1e-9))
            for side, score in zip((self.reference, self.perturbed), self.scores(), strict=True)
        )

    def differences(self) -> Floats:
        """`(ids,)` clean minus perturbed score of each id; positive where the perturbation hurt."""
        return self.score(self.reference) - self.score(self.perturbed)


def _check_shapes(reference: Floats, perturbed: Floats) -> None:
    if reference.ndim != 2 or reference.shape != perturbed.shape:
        raise UsageError(
            f"paired sample needs two arrays of one shape (ids, k), not {reference.shape} and {perturbed.shape}"
        )
    if len(reference) == 0:
        raise UsageError("paired sample holds no ids: leave the cell out, or check its filter")
    for name, side in (("reference", reference), ("perturbed", perturbed)):
        missing = np.flatnonzero(~np.isfinite(side).all(axis=1))
        if missing.size:
            raise UsageError(
                f"paired sample has {missing.size} ids without a finite {name} statistic, the first at row {missing[0]}"
            )


def _check_clusters(clusters: Integers, ids: int) -> None:
    if clusters.shape != (ids,):
        raise UsageError(f"cluster codes of a paired sample must have shape ({ids},), not {clusters.shape}")
    if not np.issubdtype(clusters.dtype, np.integer):
        raise UsageError(f"cluster codes of a paired sample must be integers, not {clusters.dtype}")


def _check_binary(side: str, scores: Floats, seeds: int) -> None:
    scaled = scores * seeds
    odd = np.flatnonzero(np.abs(scaled - np.round(scaled)) > 1e-6)
    if odd.size:
        raise UsageError(
            f"binary {side} scores must be multiples of 1/{seeds}, not {scores[odd[0]]} at row {odd[0]}: "
            "pass binary=False for graded scores"
        )
