"""Difference-in-differences: did one checkpoint lose less than another under the same perturbations?

One contrast for each id, (candidate perturbed − candidate clean) − (baseline perturbed − baseline clean), then the
clustered error of its mean. Comparing "significant here, not there" instead is wrong half of the time (Gelman & Stern
2006, "The difference between 'significant' and 'not significant' is not itself statistically significant").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

import numpy as np

from harness.statistics.clustered import independent_mean, sums_within
from harness.statistics.conclusion import GAIN_REACH, Finding, Sizes, conclude, t_finding
from harness.statistics.contrast import Contrast
from harness.statistics.sample import Floats, PairedSample, Settings
from harness.statistics.signflip import sign_flip
from harness.statistics.units import Strata, UnitValues, difference, shared_codes, unit_values
from perturbations.errors import UsageError


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
    finding = t_finding(
        gain,
        method=f"difference-in-differences, t({gain.freedom:.5g}) of units",
        why=partial(_why, parts),
        settings=settings,
        reach=GAIN_REACH,
    )
    if procedure == "flips" and finding.p is not None and gain.interval(settings.level):
        finding = _flipped(finding, candidate, baseline, settings)
    return conclude(finding, sizes, claim=claim, settings=settings)


def _flipped(finding: Finding, candidate: Strata, baseline: Strata, settings: Settings) -> Finding:
    """The finding with the p of flips in place of that of the t test."""
    values = _contributions(baseline) - _contributions(candidate)
    test = sign_flip(values, resamples=settings.resamples, seed=settings.seed)
    method = f"difference-in-differences, {'exact ' if test.exact else ''}flips of whole units, t interval"
    return replace(finding, method=method, p=test.p, resampled=not test.exact, exhaustive=test.exact)


def _contributions(strata: Strata) -> Floats:
    """`(units of all strata,)` what each unit adds to the mean drop."""
    return np.concatenate([_stratum_contributions(samples) / len(strata) for samples in strata])


def _stratum_contributions(samples: Sequence[PairedSample]) -> Floats:
    if not all(sample.is_mean() for sample in samples):
        raise UsageError("flips compare checkpoints by means over ids; a function of sums (F1) takes the t test")
    codes = np.concatenate(shared_codes(samples))
    shares = np.concatenate([sample.differences() / (sample.ids * len(samples)) for sample in samples])
    return sums_within(shares, codes)


def _why(parts: Sequence[UnitValues]) -> str:
    if all(np.ptp(part.values) == 0.0 and part.values[0] == 0.0 for part in parts):
        return "no id tells the two apart"
    return "there is one unit" if sum(len(part.values) for part in parts) == 1 else "the units do not vary"
