"""Difference-in-differences: did one checkpoint lose less than another under the same perturbations?

One contrast for each id, (candidate perturbed − candidate clean) − (baseline perturbed − baseline clean), then the
clustered error of its mean. Comparing "significant here, not there" instead is wrong half of the time (Gelman & Stern
2006, "The difference between 'significant' and 'not significant' is not itself statistically significant").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from harness.statistics.clustered import ClusteredEstimate, cluster_sums, independent_mean
from harness.statistics.conclusion import Finding, Sizes, conclude, detectable, lone_stratum, unvaried
from harness.statistics.contrast import Contrast
from harness.statistics.sample import Floats, PairedSample, Settings
from harness.statistics.signflip import sign_flip
from harness.statistics.units import Strata, UnitValues, difference, shared_codes, unit_values
from perturbations.errors import UsageError

REACH = 2.0
"""How far a difference of two drops can go, in score units."""


def gain_values(candidate: Strata, baseline: Strata) -> list[UnitValues]:
    """What the candidate loses less than the baseline, unit by unit, for each stratum.

    Args:
        candidate: samples of one checkpoint, clean against perturbed.
        baseline: the same cells of the other, ids and clusters in the same order.

    Raises:
        UsageError: other strata, samples or units on one side than on the other.
    """
    if not candidate or [len(samples) for samples in candidate] != [len(samples) for samples in baseline]:
        raise UsageError(
            f"checkpoints are compared cell by cell: {[len(samples) for samples in candidate]} cells in the strata of "
            f"the candidate, {[len(samples) for samples in baseline]} in those of the baseline"
        )
    for theirs, ours in zip(candidate, baseline, strict=True):
        for first, second in zip(theirs, ours, strict=True):
            if not np.array_equal(first.codes(), second.codes()):
                raise UsageError(
                    f"checkpoints are compared on the same ids: {first.ids} of the candidate and {second.ids} of the "
                    "baseline do not match; match them by name first"
                )
    # The baseline's drop minus the candidate's: positive where the candidate is the more robust one.
    return [
        difference(unit_values(theirs), unit_values(ours)) for theirs, ours in zip(baseline, candidate, strict=True)
    ]


def gain_estimate(candidate: Strata, baseline: Strata) -> ClusteredEstimate:
    """The robustness gain of the candidate over the baseline, in score units, with its error."""
    return independent_mean([values.estimate() for values in gain_values(candidate, baseline)])


def contrast_checkpoints(
    candidate: Strata,
    baseline: Strata,
    *,
    claim: str,
    settings: Settings,
    procedure: Literal["t", "flips"] = "t",
) -> Contrast:
    """Test whether the candidate is more or less robust than the baseline.

    Args:
        candidate: samples of one checkpoint; one stratum of one sample for a single cell.
        baseline: the same cells of the other.
        claim: what is compared, as a phrase.
        settings: levels, resamples, seed.
        procedure: the t test of the units, or flips of whole units, which ask that the score be a mean over ids.

    Returns:
        The gain in points: positive where the candidate loses less. It speaks of these two checkpoints, not of how
        they were trained: for that see `contrast_crossed`.

    Raises:
        UsageError: as in `gain_values`, or flips of a score that is no mean.
    """
    parts = gain_values(candidate, baseline)
    gain = independent_mean([part.estimate() for part in parts])
    sizes = Sizes(n=sum(p.ids for p in parts), clusters=gain.units, seeds=min(p.seeds for p in parts))
    name = f"difference-in-differences, t({gain.freedom:.5g}) of units"
    interval = gain.interval(settings.level)
    lone = lone_stratum([part.estimate() for part in parts])
    if lone:
        finding = Finding(estimate=gain.estimate, interval=(-2.0, 2.0), method="no test", p=None, reason=lone, reach=2)
    elif interval is None:
        finding = unvaried(gain, reason=_why(parts), method=name, settings=settings, reach=REACH)
    else:
        finding = _tested(gain, interval, name, settings=settings)
        if procedure == "flips":
            finding = _flipped(finding, candidate, baseline, settings)
    return conclude(finding, sizes, claim=claim, settings=settings)


def _tested(gain: ClusteredEstimate, interval: tuple[float, float], name: str, *, settings: Settings) -> Finding:
    mde, bound = detectable(gain, settings, reach=REACH)
    return Finding(
        estimate=gain.estimate,
        interval=interval,
        method=f"{name}, t interval",
        p=gain.p,
        mde=mde,
        mde_bound=bound,
        reach=REACH,
    )


def _flipped(finding: Finding, candidate: Strata, baseline: Strata, settings: Settings) -> Finding:
    values = _contributions(baseline) - _contributions(candidate)
    test = sign_flip(values, resamples=settings.resamples, seed=settings.seed)
    return Finding(
        estimate=finding.estimate,
        interval=finding.interval,
        method=f"difference-in-differences, {'exact ' if test.exact else ''}flips of whole units, t interval",
        p=test.p,
        mde=finding.mde,
        mde_bound=finding.mde_bound,
        resampled=not test.exact,
        exhaustive=test.exact,
        reach=REACH,
    )


def _contributions(strata: Strata) -> Floats:
    """`(units of all strata,)` what each unit adds to the mean drop."""
    return np.concatenate([_stratum_contributions(samples) / len(strata) for samples in strata])


def _stratum_contributions(samples: Sequence[PairedSample]) -> Floats:
    if not all(sample.is_mean() for sample in samples):
        raise UsageError("flips compare checkpoints by means over ids; a function of sums (F1) takes the t test")
    codes = np.concatenate(shared_codes(samples))
    shares = np.concatenate([sample.differences() / (sample.ids * len(samples)) for sample in samples])
    positions = np.unique(codes, return_inverse=True)[1].astype(np.int64)
    return cluster_sums(shares[:, None], positions)[:, 0]


def _why(parts: Sequence[UnitValues]) -> str:
    if all(np.ptp(part.values) == 0.0 and part.values[0] == 0.0 for part in parts):
        return "no id tells the two apart"
    return "there is one unit" if sum(len(part.values) for part in parts) == 1 else "the units do not vary"
