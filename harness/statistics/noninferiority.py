"""Claims that need a margin: not worse by more than it (non-inferiority), and within it on both sides (equivalence).

"Not significantly worse" is not such a claim: used as one it passes models that are exactly a margin worse two times in
three. One binary cell takes Tango's (1998) score z at the margin, everything else the bound of its t interval; both
sides together are the two one-sided tests of Schuirmann (1987). `Settings.alpha` is one-sided here, and the interval
covers 1 − 2·alpha, so that it lies within the margin exactly where p is at most alpha.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from harness.statistics.clustered import ClusteredEstimate, clustered_drop
from harness.statistics.conclusion import Finding, Sizes, conclude
from harness.statistics.contrast import Alternative, Contrast
from harness.statistics.distributions import normal_probability, student_above
from harness.statistics.intervals import envelope, tango_interval, tango_score
from harness.statistics.paired import PairedCounts, paired_counts
from harness.statistics.planning import shown_margin, t_shown_margin, unseen_shown_margin
from harness.statistics.sample import SMALLEST_P, PairedSample, Settings
from perturbations.errors import UsageError


@dataclass(frozen=True, slots=True)
class Margin:
    """What is tolerated.

    Args:
        points: above 0 and below 100.
        both: whether a gain of as much is out of bounds too (equivalence).

    Raises:
        UsageError: points out of range.
    """

    points: float
    both: bool = False

    def __post_init__(self) -> None:
        if not 0.0 < self.points < 100.0:
            raise UsageError(f"margin must lie above 0 and below 100 points, not {self.points}")

    @property
    def share(self) -> float:
        """The margin in score units."""
        return self.points / 100

    @property
    def alternative(self) -> Alternative:
        """What a small p speaks for."""
        return "equivalent" if self.both else "non-inferior"


def contrast_margin(sample: PairedSample, *, margin: Margin, claim: str, settings: Settings) -> Contrast:
    """Test whether one cell stays within a margin.

    Args:
        sample: `reference` is what must not be lost (the clean run, or the baseline), `perturbed` what might lose.
        margin: what is tolerated.
        claim: what is compared, as a phrase.
        settings: `alpha` one-sided, below 0.5.

    Raises:
        UsageError: alpha out of range.
    """
    binary = sample.is_mean() and sample.binary and sample.seeds == 1 and not sample.clustered()
    if not binary:
        drop = clustered_drop(sample)
        sizes = Sizes(n=sample.ids, clusters=drop.units, seeds=sample.seeds)
        return contrast_bound(drop, sizes, margin=margin, claim=claim, settings=settings)
    counts = paired_counts(sample.score(sample.reference), sample.score(sample.perturbed))
    low, high = tango_interval(counts.lost, counts.gained, counts.n, level=_level(settings))
    return contrast_pairs(counts, (float(low), float(high)), margin=margin, claim=claim, settings=settings)


def contrast_pairs(
    counts: PairedCounts, interval: tuple[float, float], *, margin: Margin, claim: str, settings: Settings
) -> Contrast:
    """Test whether a paired table of independent ids stays within a margin.

    Args:
        counts: lost are those right in what must not be lost, and wrong in what might lose.
        interval: Tango's interval of the loss at 1 − 2·alpha, in score units.
        margin: what is tolerated.
        claim: what is compared, as a phrase.
        settings: `alpha` one-sided, below 0.5.
    """
    discordant = counts.lost + counts.gained > 0
    finding = Finding(
        estimate=(counts.lost - counts.gained) / counts.n,
        interval=interval,
        method="Tango score z, Tango interval",
        p=None if counts.n == 1 else tango_margin_p(counts, margin),
        reason="there is one id" if counts.n == 1 else None,
        mde=shown_margin(counts.discordance, counts.n, settings=settings, equivalence=margin.both)
        if discordant
        else unseen_shown_margin(counts.n, settings=settings, equivalence=margin.both),
        mde_bound=not discordant,
        margin=margin.share,
        alternative=margin.alternative,
        level=_level(settings),
    )
    return conclude(finding, Sizes(n=counts.n, clusters=counts.n, seeds=1), claim=claim, settings=settings)


def contrast_bound(
    loss: ClusteredEstimate,
    sizes: Sizes,
    *,
    margin: Margin,
    claim: str,
    settings: Settings,
    reach: float = 1.0,
) -> Contrast:
    """Test whether any loss with a standard error stays within a margin: clustered, stratified, crossed.

    Args:
        loss: in score units, positive where something is lost; see `negated` for gains. Of a mean over strata each
            must hold two units, and where none of them varies `units` must be those that can speak for all.
        sizes: what it rests on.
        margin: what is tolerated.
        claim: what is compared, as a phrase.
        settings: `alpha` one-sided, below 0.5.
        reach: how far the loss can go, in score units: 1, or 2 for a difference of drops.

    Raises:
        UsageError: alpha out of range.
    """
    interval = loss.interval(_level(settings))
    still = interval is None
    lone = loss.units == 1
    shown = None
    if not still:
        shown = t_shown_margin(loss.error, loss.freedom, settings=settings, equivalence=margin.both)
    elif not lone:
        shown = _scaled(unseen_shown_margin(loss.units, settings=settings, equivalence=margin.both), reach)
    finding = Finding(
        estimate=loss.estimate,
        interval=interval or _envelope(loss, reach, settings),
        method=f"t({loss.freedom:.5g}) bound" if not still else "Clopper–Pearson bound (every unit moved alike)",
        p=None if lone else bound_margin_p(loss, margin, reach=reach),
        reason="there is one unit" if lone else None,
        mde=shown,
        mde_bound=still,
        reach=reach,
        margin=margin.share,
        alternative=margin.alternative,
        level=_level(settings),
    )
    return conclude(finding, sizes, claim=claim, settings=settings)


def contrast_worse(
    loss: ClusteredEstimate, sizes: Sizes, *, claim: str, settings: Settings, reach: float = 1.0
) -> Contrast:
    """Test one-sidedly whether something is lost at all: evidence of a regression.

    Args:
        loss: as in `contrast_bound`.
        sizes: what it rests on.
        claim: what is compared, as a phrase.
        settings: `alpha` one-sided, below 0.5.
        reach: as in `contrast_bound`.

    Raises:
        UsageError: alpha out of range.
    """
    interval = loss.interval(_level(settings))
    reason, method = None, f"t({loss.freedom:.5g})"
    if interval is None:
        # Units that all moved alike: under the hypothesis each of them might as well have moved the other way.
        method = "exact cluster sign flips (every unit moved alike), Clopper–Pearson envelope"
        reason = "there is one unit" if loss.units == 1 else "no unit changed" if loss.estimate == 0.0 else None
        p = 1.0 if loss.estimate < 0.0 else max(2.0 ** -min(loss.units, 1000), SMALLEST_P)
    else:
        p = max(student_above(loss.estimate / loss.error, loss.freedom), SMALLEST_P)
    if interval:
        shown = t_shown_margin(loss.error, loss.freedom, settings=settings)
    else:
        shown = None if loss.units == 1 else _scaled(unseen_shown_margin(loss.units, settings=settings), reach)
    finding = Finding(
        estimate=loss.estimate,
        interval=interval or _envelope(loss, reach, settings),
        method=method,
        p=None if reason else p,
        reason=reason,
        mde=shown,
        mde_bound=interval is None,
        reach=reach,
        alternative="greater",
        level=_level(settings),
    )
    return conclude(finding, sizes, claim=claim, settings=settings)


def tango_margin_p(counts: PairedCounts, margin: Margin) -> float:
    """One-sided p of a loss of the margin or more in a paired table; of the worse side where both are asked for."""
    p = float(normal_probability(tango_score(counts.lost, counts.gained, counts.n, margin.share)))
    if margin.both:
        p = max(p, float(normal_probability(-tango_score(counts.lost, counts.gained, counts.n, -margin.share))))
    return min(1.0, max(p, SMALLEST_P))


def bound_margin_p(loss: ClusteredEstimate, margin: Margin, *, reach: float = 1.0) -> float:
    """One-sided p of a loss of the margin or more from its t statistic; of the worse side where both are asked for.

    Where all units moved alike: the chance that none of them would have differed, if a share large enough to make up
    the margin did, each by as much as `reach` allows.
    """
    p = _beyond(loss, margin.share, reach)
    return max(p, _beyond(negated(loss), margin.share, reach)) if margin.both else p


def negated(estimate: ClusteredEstimate) -> ClusteredEstimate:
    """The loss that a gain is, or the other way round."""
    return replace(estimate, estimate=-estimate.estimate)


def _beyond(loss: ClusteredEstimate, margin: float, reach: float) -> float:
    if loss.error > 0.0 and loss.freedom >= 1:
        p = student_above((margin - loss.estimate) / loss.error, loss.freedom)
    elif loss.estimate >= margin:
        p = 1.0
    else:
        p = math.pow(1 - (margin - loss.estimate) / (reach - loss.estimate), loss.units)
    return min(1.0, max(p, SMALLEST_P))


def _envelope(loss: ClusteredEstimate, reach: float, settings: Settings) -> tuple[float, float]:
    low, high = envelope(loss.estimate / reach, loss.units, level=_level(settings))
    return reach * low, reach * high


def _scaled(margin: float | None, reach: float) -> float | None:
    return None if margin is None or reach * margin >= 100 else reach * margin


def _level(settings: Settings) -> float:
    if settings.alpha >= 0.5:
        raise UsageError(f"alpha of a one-sided claim must lie below 0.5, not {settings.alpha}")
    return 1 - 2 * settings.alpha
