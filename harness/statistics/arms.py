"""Arms of several training seeds: Welch's t and the permutation test over one number for each seed.

The ids are taken as given and must be the same in both arms; the claim is about new seeds. Few seeds allow few
reassignments: 3 against 3 cannot go below p = 0.10, 5 paired ones cannot go below 0.0625, whatever the data, and that
is said in place of "not significant".
"""

from __future__ import annotations

import itertools
import math
from typing import Literal

import numpy as np

from harness.statistics.clustered import ClusteredEstimate, clustered_mean
from harness.statistics.conclusion import GAIN_REACH, Finding, Sizes, conclude, detectable
from harness.statistics.contrast import Contrast
from harness.statistics.sample import Floats, Settings
from harness.statistics.signflip import BLOCK, Resampled, blocks, sign_flip, threshold
from perturbations.errors import UsageError

ArmTest = Literal["welch", "permutation", "paired"]
"""Welch's t; seeds reassigned between arms; seeds that are paired across arms, their differences sign-flipped."""


def welch(first: Floats, second: Floats) -> ClusteredEstimate:
    """Mean of `first` minus mean of `second`, arms with variances of their own (Welch 1947).

    Args:
        first: `(seeds,)` one number for each seed, in score units.
        second: `(seeds,)` those of the other arm.

    Returns:
        The difference with its error and Welch–Satterthwaite degrees of freedom; error and freedom 0 where an arm has
        one seed, or where neither varies.

    Raises:
        UsageError: an empty arm, or a number that is not finite.
    """
    _check(first, second)
    estimate = float(first.mean() - second.mean())
    units = len(first) + len(second)
    if min(len(first), len(second)) < 2:
        return ClusteredEstimate(estimate, 0.0, units, 0.0)
    squares = np.array([float(arm.var(ddof=1)) / len(arm) for arm in (first, second)])
    total = float(squares.sum())
    if total < 1e-24:
        return ClusteredEstimate(estimate, 0.0, units, 0.0)
    freedom = total**2 / float(np.sum(squares**2 / np.array([len(first) - 1.0, len(second) - 1.0])))
    return ClusteredEstimate(estimate, math.sqrt(total), units, freedom)


def permute_arms(first: Floats, second: Floats, *, resamples: int, seed: int) -> Resampled:
    """Two-sided permutation test of the difference of means: every assignment of seeds to arms, if R + 1 suffice.

    Args:
        first: `(seeds,)` numbers of one arm.
        second: `(seeds,)` numbers of the other.
        resamples: R.
        seed: seed of the draws.

    Returns:
        p in (0, 1].

    Raises:
        UsageError: as in `welch`.
    """
    _check(first, second)
    pooled = np.concatenate([first, second])
    least = threshold(abs(float(first.mean() - second.mean())))
    ways = math.comb(len(pooled), len(first))
    if ways <= resamples + 1:
        chosen = np.array(list(itertools.combinations(range(len(pooled)), len(first))))
        return Resampled(float(np.mean(_gaps(pooled, chosen) >= least)), exact=True)
    beyond = 0
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, len(first), len(second), 2))))
    for _, rows in blocks(resamples):
        orders = generator.permuted(np.tile(np.arange(len(pooled)), (rows, 1)), axis=1)
        beyond += int(np.sum(_gaps(pooled, orders[:, : len(first)]) >= least))
    return Resampled((beyond + 1) / (resamples + 1), exact=False)


def least_permutation_p(first: int, second: int) -> float:
    """The smallest two-sided p that a permutation of so many seeds can give, if all values differ.

    With arms of one size the mirrored assignment is as extreme as the one seen, so that at least two count.
    """
    ways = math.comb(first + second, first)
    return min(1.0, (2 if first == second else 1) / ways)


def least_flip_p(pairs: int) -> float:
    """The smallest two-sided p that sign flips of so many pairs can give."""
    return min(1.0, 2.0 ** (1 - min(pairs, 1000)))


def contrast_arms(
    candidate: Floats, baseline: Floats, *, claim: str, settings: Settings, test: ArmTest = "welch"
) -> Contrast:
    """Test whether the seeds of the candidate lose less than those of the baseline, on the ids they were scored on.

    Args:
        candidate: `(seeds,)` mean drop of each training seed, in score units, over ids common to both arms.
        baseline: `(seeds,)` those of the other arm.
        claim: what is compared, as a phrase.
        settings: levels, resamples, seed.
        test: `"paired"` where seed i of both arms started alike; the arms are then of one size.

    Returns:
        The gain in points, positive where the candidate loses less, with the floor of its p.

    Raises:
        UsageError: as in `welch`, or paired arms of unequal size.
    """
    finding = _paired(candidate, baseline, settings) if test == "paired" else _free(candidate, baseline, test, settings)
    seeds = len(candidate) + len(baseline)
    sizes = Sizes(
        n=seeds, clusters=seeds, seeds=0, subject="checkpoint", training_seeds=(len(candidate), len(baseline))
    )
    return conclude(finding, sizes, claim=claim, settings=settings)


def _free(candidate: Floats, baseline: Floats, test: ArmTest, settings: Settings) -> Finding:
    # The baseline's drop minus the candidate's, so that a gain is positive.
    gain = welch(baseline, candidate)
    interval = gain.interval(settings.level)
    name = f"Welch t({gain.freedom:.3g})"
    mde, bound = detectable(gain, settings, reach=GAIN_REACH) if interval else (None, False)
    permuted = None
    reason = None if interval else _why(candidate, baseline)
    least = None
    if test == "permutation":
        permuted = permute_arms(baseline, candidate, resamples=settings.resamples, seed=settings.seed)
        least = least_permutation_p(len(baseline), len(candidate))
        kind = "exact permutation" if permuted.exact else "permutation"
        name = f"{kind} of seeds between arms, {f'{name} interval' if interval else 'no interval'}"
        reason = "no seed differs from another" if np.ptp(np.concatenate([candidate, baseline])) == 0.0 else None
    return Finding(
        estimate=gain.estimate,
        interval=interval or (-GAIN_REACH, GAIN_REACH),
        method=name if interval or permuted else "no test",
        p=None if reason else permuted.p if permuted else gain.p,
        reason=reason,
        mde=mde,
        mde_bound=bound,
        resampled=permuted is not None and not permuted.exact,
        exhaustive=permuted is not None and permuted.exact,
        reach=GAIN_REACH,
        least_p=least,
        notes=("The claim is about new seeds on these ids",),
    )


def _paired(candidate: Floats, baseline: Floats, settings: Settings) -> Finding:
    _check(candidate, baseline)
    if len(candidate) != len(baseline):
        raise UsageError(f"paired arms need as many seeds each, not {len(candidate)} and {len(baseline)}")
    values = baseline - candidate
    gain = clustered_mean(values, np.arange(len(values), dtype=np.int64))
    interval = gain.interval(settings.level)
    test = sign_flip(values, resamples=settings.resamples, seed=settings.seed)
    mde, bound = detectable(gain, settings, reach=GAIN_REACH) if interval else (None, False)
    still = not np.any(values)
    return Finding(
        estimate=gain.estimate,
        interval=interval or (-GAIN_REACH, GAIN_REACH),
        method=f"{'exact ' if test.exact else ''}sign flips of paired seeds, {'t' if interval else 'no'} interval",
        p=None if still else test.p,
        reason="no pair of seeds differs" if still else None,
        mde=mde,
        mde_bound=bound,
        resampled=not test.exact,
        exhaustive=test.exact,
        reach=GAIN_REACH,
        least_p=least_flip_p(len(values)),
        notes=("The claim is about new seeds on these ids",),
    )


def _gaps(pooled: Floats, chosen: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Floats:
    size, total = chosen.shape[1], float(pooled.sum())
    gaps: list[Floats] = []
    for start in range(0, len(chosen), BLOCK):
        inside = pooled[chosen[start : start + BLOCK]].sum(axis=1)
        gaps.append(np.abs(inside / size - (total - inside) / (len(pooled) - size)))
    return np.concatenate(gaps)


def _why(candidate: Floats, baseline: Floats) -> str:
    if min(len(candidate), len(baseline)) < 2:
        return "an arm has one training seed, whose variance is unknown"
    return "the seeds of both arms do not vary"


def _check(first: Floats, second: Floats) -> None:
    for name, arm in (("first", first), ("second", second)):
        if arm.ndim != 1 or not arm.size or not np.isfinite(arm).all():
            raise UsageError(f"the {name} arm needs one finite number for each training seed, at least one; got {arm}")
