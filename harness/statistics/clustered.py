"""Standard errors of a score from its influence values, summed within clusters.

The influence of an id is what the score loses per unit of weight taken from it (the infinitesimal jackknife, Jaeckel
1972; Efron 1982). For a mean of per-id differences it gives the clustered error of an intercept-only regression, for a
function of sums such as F1 the delta method; one routine serves both. With G clusters the variance is multiplied by
G/(G − 1) (CR1, as `statsmodels` and Stata do) and compared with t(G − 1), which keeps small G honest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.statistics.distributions import student_quantile, student_two_sided
from harness.statistics.sample import SMALLEST_P, Floats, Integers, PairedSample, Score
from perturbations.errors import UsageError

STEP = 1e-5
"""Relative step of the numerical gradient: near the cube root of the float's resolution, best for central steps."""
ROUNDING = 1e-12
"""What sums of scores may be off by: a smaller effect or error is what rounding left of none."""


@dataclass(frozen=True, slots=True)
class ClusteredEstimate:
    """An estimate with its clustered standard error, in the units of the score (0–1).

    Args:
        estimate: the effect.
        error: its standard error; 0 where all units agree, or where there is but one.
        units: number of independent units (clusters).
        freedom: degrees of freedom of the t distribution that goes with it; 0 for a single unit.
        parts: the estimates of the independent strata that it is the mean of; empty where there is one.
    """

    estimate: float
    error: float
    units: int
    freedom: float
    parts: tuple[ClusteredEstimate, ...] = ()

    @property
    def p(self) -> float | None:
        """Two-sided p of the t test against 0; None where the units do not vary."""
        if self.error == 0.0 or self.freedom < 1:
            return None
        return min(1.0, max(student_two_sided(self.estimate / self.error, self.freedom), SMALLEST_P))

    def interval(self, level: float) -> tuple[float, float] | None:
        """The t interval; None where the units do not vary."""
        if self.error == 0.0 or self.freedom < 1:
            return None
        half = student_quantile((1 + level) / 2, self.freedom) * self.error
        return self.estimate - half, self.estimate + half


def cluster_sums(rows: Floats, codes: Integers) -> Floats:
    """Sums of rows within clusters.

    Args:
        rows: `(ids, k)` values.
        codes: `(ids,)` cluster codes 0 to clusters − 1, without gaps.

    Returns:
        `(clusters, k)` sums.
    """
    clusters = int(codes.max()) + 1
    sums = np.empty((clusters, rows.shape[1]))
    for index, column in enumerate(rows.T):
        sums[:, index] = np.bincount(codes, weights=column, minlength=clusters)
    return sums


def sums_within(values: Floats, clusters: Integers) -> Floats:
    """`(clusters,)` sums of values `(ids,)` within clusters, in the order of their codes, which may have gaps."""
    positions = np.unique(clusters, return_inverse=True)[1].astype(np.int64)
    return cluster_sums(values[:, None], positions)[:, 0]


def clustered_mean(differences: Floats, clusters: Integers) -> ClusteredEstimate:
    """The mean of per-id differences with its clustered error.

    Args:
        differences: `(ids,)` one number for each id.
        clusters: `(ids,)` integer codes of what was drawn together.

    Raises:
        UsageError: no ids, unequal lengths, or a difference that is not finite.
    """
    if len(differences) == 0 or differences.shape != clusters.shape:
        raise UsageError(f"clustered mean needs one code per difference, not {clusters.shape} for {differences.shape}")
    if not np.isfinite(differences).all():
        raise UsageError("clustered mean needs finite differences: leave out the ids that have no score")
    estimate = float(differences.mean())
    influences = (differences - estimate) / len(differences)
    return clustered_error(estimate, influences, clusters)


def clustered_error(estimate: float, influences: Floats, clusters: Integers) -> ClusteredEstimate:
    """The standard error of an estimate whose influence values are known.

    Args:
        estimate: the effect.
        influences: `(ids,)` influence of each id, summing to 0; in the units of the estimate.
        clusters: `(ids,)` integer codes.
    """
    sums = sums_within(influences, clusters)
    units = len(sums)
    estimate = estimate if abs(estimate) > ROUNDING else 0.0
    if units == 1:
        return ClusteredEstimate(estimate, 0.0, 1, 0.0)
    error = float(np.sqrt(np.sum(sums**2) * units / (units - 1)))
    return ClusteredEstimate(estimate, error if error > ROUNDING else 0.0, units, units - 1.0)


def gradient(score: Score, totals: Floats) -> Floats:
    """`(k,)` derivatives of a score with respect to its totals `(k,)`, by central differences; 0 where all are 0."""
    if not np.any(totals):
        return np.zeros_like(totals)
    step = STEP * max(1.0, float(np.abs(totals).max()))
    shifts = step * np.eye(len(totals))
    return (score(totals + shifts) - score(totals - shifts)) / (2 * step)


def influence_values(sample: PairedSample) -> Floats:
    """`(ids,)` influence of each id on the drop score(reference) − score(perturbed).

    Exact for a mean; for a function of sums to first order, which is what the infinitesimal jackknife is.
    """
    if sample.is_mean():
        differences = sample.differences()
        return (differences - differences.mean()) / len(differences)
    clean, perturbed = (
        side @ gradient(sample.score, side.sum(axis=0)) for side in (sample.reference, sample.perturbed)
    )
    influences = clean - perturbed
    # A score does not change when every weight doubles, so influences sum to 0 but for the step of the gradient.
    return influences - influences.mean()


def clustered_drop(sample: PairedSample) -> ClusteredEstimate:
    """The drop of a cell with its clustered error (ids are their own clusters where none are given)."""
    clean, perturbed = sample.scores()
    if sample.is_mean():
        return clustered_mean(sample.differences(), sample.codes())
    return clustered_error(clean - perturbed, influence_values(sample), sample.codes())


def independent_mean(parts: Sequence[ClusteredEstimate]) -> ClusteredEstimate:
    """The unweighted mean of independent estimates: √ΣSE²/L, with the degrees of freedom of Satterthwaite (1946).

    Args:
        parts: the estimates of strata that share no units, at least one.
    """
    if len(parts) == 1:
        return parts[0]
    estimate = float(np.mean([part.estimate for part in parts]))
    squares = np.array([part.error**2 for part in parts]) / len(parts) ** 2
    units = sum(part.units for part in parts)
    total = float(squares.sum())
    if total == 0.0:
        return ClusteredEstimate(estimate, 0.0, units, max(0.0, units - float(len(parts))), tuple(parts))
    weights = sum(square**2 / part.freedom for square, part in zip(squares, parts, strict=True) if square > 0)
    return ClusteredEstimate(estimate, float(np.sqrt(total)), units, float(total**2 / weights), tuple(parts))
