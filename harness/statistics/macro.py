"""Means over languages, tasks and perturbations, where some share their ids and others do not.

An id is flipped, drawn or summed with its whole vector, over every language and perturbation that holds it: pooling
eight parallel languages as if they were independent calls 16 % of null effects significant at 5 %. Strata without
common ids are drawn one by one, and their errors add up as √ΣSE²/L.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np

from harness.statistics.batch import stream
from harness.statistics.clustered import ClusteredEstimate, independent_mean
from harness.statistics.conclusion import Finding, Sizes, conclude, t_finding
from harness.statistics.contrast import Contrast
from harness.statistics.resampling import bootstrap_weights, percentile_interval
from harness.statistics.sample import Floats, Integers, PairedSample, Score, Settings
from harness.statistics.signflip import BLOCK, Resampled, blocks, coins, every_subset, listable, threshold
from harness.statistics.units import Strata, shared_codes, unit_values
from perturbations.errors import UsageError

Procedure = Literal["t", "flips", "bootstrap"]
"""t test and t interval; flips of whole ids and t interval; such flips and a cluster bootstrap."""


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """The samples of one stratum, summed within its units and laid side by side, so that one product serves all.

    Args:
        clean: `(units, columns)` sums of the clean sides, 0 where a sample lacks a unit.
        perturbed: `(units, columns)` those of the perturbed sides.
        parts: for each sample its columns and its score.
    """

    clean: Floats
    perturbed: Floats
    parts: tuple[tuple[slice, Score], ...]

    def drops(self, clean: Floats, perturbed: Floats) -> Floats:
        """`(rows,)` mean drops from totals `(rows, columns)` of both sides."""
        total = np.zeros(len(clean))
        for columns, score in self.parts:
            total += score(clean[:, columns]) - score(perturbed[:, columns])
        return total / len(self.parts)


def macro_estimate(strata: Strata) -> ClusteredEstimate:
    """The mean over strata of their mean drops, with its error.

    Args:
        strata: at least one; each counts alike, and each sample within its stratum.

    Raises:
        UsageError: no strata, an empty one, or samples that should share ids without codes.
    """
    _check(strata)
    return independent_mean([unit_values(samples).estimate() for samples in strata])


def macro_flips(strata: Strata, *, resamples: int, seed: int) -> Resampled:
    """Swap clean and perturbed for whole ids, over all samples that hold them: two-sided p of the mean drop.

    For accuracies this flips the sign of an id's whole vector of differences. Every swap is listed where the ids that
    change at all allow no more than R + 1.

    Args:
        strata: as in `macro_estimate`.
        resamples: R.
        seed: seed of the swaps.

    Returns:
        p in (0, 1]; where swaps are drawn (b + 1)/(R + 1).
    """
    _check(strata)
    tables = [_sums(samples) for samples in strata]
    moving = np.concatenate([np.any(table.clean != table.perturbed, axis=1) for table in tables])
    units = np.cumsum([0, *(len(table.clean) for table in tables)], dtype=np.int64)
    beyond, least = 0, threshold(abs(float(_drops(tables, np.zeros((1, units[-1])), units)[0])))
    if listable(int(moving.sum()), resamples):
        subsets = every_subset(int(moving.sum()))
        for start in range(0, len(subsets), BLOCK):
            listed = subsets[start : start + BLOCK]
            swaps = np.zeros((len(listed), units[-1]))
            swaps[:, moving] = listed
            beyond += int(np.sum(np.abs(_drops(tables, swaps, units)) >= least))
        return Resampled(beyond / len(subsets), exact=True)
    for block, rows in blocks(resamples):
        drops = _drops(tables, coins(int(units[-1]), rows, seed, block), units)
        beyond += int(np.sum(np.abs(drops) >= least))
    return Resampled((beyond + 1) / (resamples + 1), exact=False)


def macro_bootstrap(strata: Strata, *, resamples: int, seed: int) -> Floats:
    """Mean drops over resamples of whole units, drawn within each stratum and alike for all its samples.

    Returns:
        `(resamples,)` drops in score units.
    """
    _check(strata)
    total = np.zeros(resamples)
    for number, samples in enumerate(strata):
        # Strata of one size must not be drawn alike: they have nothing to do with each other.
        own = stream(seed, f"stratum {number}")
        drops = np.concatenate(list(_resampled(_sums(samples), resamples, own)))
        total += drops / len(strata)
    return total


def contrast_macro(strata: Strata, *, claim: str, settings: Settings, procedure: Procedure = "t") -> Contrast:
    """Test the mean drop over strata and their samples.

    Args:
        strata: as in `macro_estimate`.
        claim: what is compared, as a phrase.
        settings: levels, resamples, seed.
        procedure: which test and interval.

    Raises:
        UsageError: as in `macro_estimate`.
    """
    drop = macro_estimate(strata)
    samples = [sample for stratum in strata for sample in stratum]
    sizes = Sizes(n=sum(s.ids for s in samples), clusters=drop.units, seeds=min(s.seeds for s in samples))
    method = f"clustered t({drop.freedom:.5g})"
    if len(samples) > 1:
        kind = "items shared" if len(strata) == 1 else f"{len(strata)} strata independent"
        method += f" of the mean of {len(samples)} cells, {kind}"
    finding = t_finding(drop, method=method, why=partial(_why, strata), settings=settings)
    if procedure != "t" and finding.p is not None and drop.interval(settings.level):
        finding = _resampled_finding(finding, strata, settings, bootstrap=procedure == "bootstrap")
    return conclude(finding, sizes, claim=claim, settings=settings)


def _resampled_finding(finding: Finding, strata: Strata, settings: Settings, *, bootstrap: bool) -> Finding:
    """The finding with the p of flips in place of that of the t test, and the interval of a bootstrap if asked for."""
    test = macro_flips(strata, resamples=settings.resamples, seed=settings.seed)
    interval, shape = finding.interval, "t interval"
    if bootstrap:
        drops = macro_bootstrap(strata, resamples=settings.resamples, seed=settings.seed)
        interval = percentile_interval(drops, level=settings.level)
        shape = f"{'cluster' if len(strata) == 1 else 'stratified'} bootstrap"
    return replace(
        finding,
        interval=interval,
        method=f"{'exact ' if test.exact else ''}flips of whole ids, {shape}",
        p=test.p,
        resampled=bootstrap or not test.exact,
        exhaustive=test.exact,
    )


def _check(strata: Strata) -> None:
    if not strata:
        raise UsageError("a mean over strata needs at least one stratum of samples")


def _sums(samples: Sequence[PairedSample]) -> Sums:
    codes = shared_codes(samples)
    every = np.unique(np.concatenate(codes))
    widths = np.cumsum([0, *(sample.reference.shape[1] for sample in samples)]).tolist()
    sides = np.zeros((2, len(every), widths[-1]))
    parts: list[tuple[slice, Score]] = []
    for number, (sample, own) in enumerate(zip(samples, codes, strict=True)):
        columns = slice(widths[number], widths[number + 1])
        for side, rows in zip(sides, (sample.reference, sample.perturbed), strict=True):
            np.add.at(side[:, columns], np.searchsorted(every, own), rows)
        parts.append((columns, sample.score))
    return Sums(sides[0], sides[1], tuple(parts))


def _drops(tables: Sequence[Sums], swaps: Floats, borders: Integers) -> Floats:
    total = np.zeros(len(swaps))
    for number, table in enumerate(tables):
        moved = swaps[:, borders[number] : borders[number + 1]] @ (table.perturbed - table.clean)
        total += table.drops(table.clean.sum(axis=0) + moved, table.perturbed.sum(axis=0) - moved)
    return total / len(tables)


def _resampled(table: Sums, resamples: int, seed: int) -> Iterator[Floats]:
    for block, rows in blocks(resamples):
        weights = bootstrap_weights(len(table.clean), rows, seed, block)
        yield table.drops(weights @ table.clean, weights @ table.perturbed)


def _why(strata: Strata) -> str:
    samples = [sample for stratum in strata for sample in stratum]
    if len(strata) == 1 and len(unit_values(strata[0]).codes) == 1:
        return "there is one unit"
    if all(np.array_equal(sample.reference, sample.perturbed) for sample in samples):
        return "no id changed its score"
    return "the changes cancel within every unit"
