"""Which test and which interval a cell gets: from the kind of its metric, its clusters and its seeds.

| Score | Ids | Test | Interval |
|---|---|---|---|
| mean over ids | clustered | t of the cluster sums, t(G − 1) | same |
| mean over ids, binary, one seed | independent | McNemar mid-p | Tango |
| mean over ids, graded or several seeds | independent | sign flips | bootstrap-t |
| function of sums (F1, token accuracy) | either | randomisation: swap whole clusters | paired bootstrap, BCa |

Where ids are clustered and binary, McNemar's test stands beside the clustered one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from harness.statistics.batch_draws import MeanDraws, SumDraws
from harness.statistics.clustered import ClusteredEstimate, clustered_drop
from harness.statistics.conclusion import Finding, Sizes, conclude, detectable, t_finding, unvaried
from harness.statistics.contrast import Contrast
from harness.statistics.intervals import envelope, newcombe_interval, tango_interval
from harness.statistics.paired import PairedCounts, mcnemar_exact, mcnemar_mid_p, paired_counts
from harness.statistics.power import paired_mde, zero_discordance_mde
from harness.statistics.resampling import (
    bca_interval,
    bootstrap_drops,
    bootstrap_t_interval,
    percentile_interval,
    randomisation_test,
)
from harness.statistics.sample import Floats, PairedSample, Settings
from harness.statistics.signflip import sign_flip


@dataclass(frozen=True, slots=True)
class CellContrast:
    """The drop of one cell.

    Args:
        primary: the contrast that counts and that is corrected with its family.
        beside: a second look at the same drop that ignores clusters; None where it would say the same.
    """

    primary: Contrast
    beside: Contrast | None = None


def contrast_cell(
    sample: PairedSample, *, claim: str, settings: Settings, draws: MeanDraws | SumDraws | None = None
) -> CellContrast:
    """Test the drop of one cell: score(reference) − score(perturbed), in points; positive means worse perturbed.

    Args:
        sample: statistic vectors of both sides.
        claim: what is compared, as a phrase.
        settings: levels, resamples, seed.
        draws: what was drawn for it together with other cells (`draws_of` says which kind); by default it draws alone.

    Returns:
        The primary contrast; beside it McNemar's test where ids are binary but clustered.
    """
    mean = sample.is_mean()
    drop = clustered_drop(sample)
    binary = mean and sample.binary and sample.seeds == 1
    paired = _paired(sample, settings) if binary else None
    if paired is not None and not sample.clustered():
        return CellContrast(conclude(paired, _sizes(sample, sample.ids), claim=claim, settings=settings))
    if not mean:
        finding = _corpus(sample, drop, settings, draws if isinstance(draws, SumDraws) else None)
    elif sample.clustered():
        finding = _clustered(sample, drop, settings)
    else:
        finding = _graded(sample, drop, settings, draws if isinstance(draws, MeanDraws) else None)
    primary = conclude(finding, _sizes(sample, drop.units), claim=claim, settings=settings)
    if paired is None:
        return CellContrast(primary)
    beside = conclude(paired, _sizes(sample, sample.ids), claim=f"{claim}, clusters ignored", settings=settings)
    return CellContrast(primary, beside)


def draws_of(sample: PairedSample) -> type[MeanDraws | SumDraws] | None:
    """The kind of draws that `contrast_cell` needs for a sample; None where all is in closed form."""
    if not sample.is_mean():
        return SumDraws
    return None if sample.clustered() or (sample.binary and sample.seeds == 1) else MeanDraws


def _sizes(sample: PairedSample, clusters: int) -> Sizes:
    return Sizes(n=sample.ids, clusters=clusters, seeds=sample.seeds)


def _why(sample: PairedSample, drop: ClusteredEstimate) -> str:
    if sample.ids == 1:
        return "there is one id"
    if drop.units == 1:
        return "all ids belong to one cluster"
    if np.array_equal(sample.reference, sample.perturbed):
        return "no id changed its score"
    return "the changes cancel within every cluster" if sample.is_mean() else "no change moves the score"


def _paired(sample: PairedSample, settings: Settings) -> Finding:
    counts = paired_counts(sample.score(sample.reference), sample.score(sample.perturbed))
    interval, name = _paired_interval(counts, settings)
    test = mcnemar_exact if settings.exact else mcnemar_mid_p
    changed = counts.lost + counts.gained
    reason = "there is one id" if counts.n == 1 else None if changed else "no id changed its score"
    options = {"alpha": settings.alpha, "power": settings.power}
    mde = (
        paired_mde(counts.discordance, counts.n, **options)
        if changed
        else zero_discordance_mde(counts.n, level=settings.level, **options)
    )
    return Finding(
        estimate=(counts.lost - counts.gained) / counts.n,
        interval=interval,
        method=f"McNemar {'exact' if settings.exact else 'mid-p'}, {name} interval",
        p=None if reason else float(test(counts.lost, counts.gained)),
        reason=reason,
        mde=mde,
        mde_bound=not changed,
    )


def _paired_interval(counts: PairedCounts, settings: Settings) -> tuple[tuple[float, float], str]:
    if settings.interval == "newcombe":
        table = counts.both, counts.lost, counts.gained, counts.neither
        low, high = newcombe_interval(*table, level=settings.level)
        return (float(low), float(high)), "Newcombe"
    low, high = tango_interval(counts.lost, counts.gained, counts.n, level=settings.level)
    return (float(low), float(high)), "Tango"


def _clustered(sample: PairedSample, drop: ClusteredEstimate, settings: Settings) -> Finding:
    why = partial(_why, sample, drop)
    return t_finding(drop, method=f"clustered t({drop.freedom:g})", why=why, settings=settings)


def _graded(sample: PairedSample, drop: ClusteredEstimate, settings: Settings, draws: MeanDraws | None) -> Finding:
    interval = drop.interval(settings.level)
    if interval is None:
        return unvaried(drop, reason=_why(sample, drop), method="sign flips", settings=settings)
    draws = draws or _mean_draws(sample, settings)
    test, studentised = draws.test, draws.studentised
    mde, bound = detectable(drop, settings)
    return Finding(
        estimate=drop.estimate,
        interval=studentised or interval,
        method=f"{'exact ' if test.exact else ''}sign flips, {'bootstrap-t' if studentised else 't'} interval",
        p=test.p,
        mde=mde,
        mde_bound=bound,
        resampled=studentised is not None or not test.exact,
        exhaustive=test.exact,
    )


def _mean_draws(sample: PairedSample, settings: Settings) -> MeanDraws:
    values, options = sample.differences(), {"resamples": settings.resamples, "seed": settings.seed}
    test = sign_flip(values, **options, step=1 / sample.seeds if sample.binary else None)
    return MeanDraws(test, bootstrap_t_interval(values, level=settings.level, **options))


def _corpus(sample: PairedSample, drop: ClusteredEstimate, settings: Settings, draws: SumDraws | None) -> Finding:
    name = "randomisation test"
    if drop.units == 1 or drop.error == drop.estimate == 0.0:
        return unvaried(drop, reason=_why(sample, drop), method=name, settings=settings)
    draws = draws or _sum_draws(sample, settings)
    test = draws.test
    interval, shape = _bootstrap_interval(sample, draws.drops, drop, settings)
    mde, bound = detectable(drop, settings)
    return Finding(
        estimate=drop.estimate,
        interval=interval,
        method=f"{'exact ' if test.exact else ''}{name}, {shape}",
        p=test.p,
        mde=mde,
        mde_bound=bound,
        resampled=True,
        exhaustive=test.exact,
    )


def _sum_draws(sample: PairedSample, settings: Settings) -> SumDraws:
    options = {"resamples": settings.resamples, "seed": settings.seed}
    return SumDraws(randomisation_test(sample, **options), bootstrap_drops(sample, **options))


def _bootstrap_interval(
    sample: PairedSample, drops: Floats, drop: ClusteredEstimate, settings: Settings
) -> tuple[tuple[float, float], str]:
    if drop.error == 0.0:
        # All resamples score alike: their spread would claim certainty.
        return envelope(drop.estimate, drop.units, level=settings.level), "Clopper–Pearson envelope"
    corrected = bca_interval(sample, drops, level=settings.level)
    if corrected is None:
        return percentile_interval(drops, level=settings.level), "paired bootstrap (percentile)"
    return corrected, "paired bootstrap (BCa)"
