"""Claims: for each score of a gate, whether something is lost and whether it is less than the margin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from harness.gate.losses import Stratum, weights
from harness.gate.means import Weighted, alone, check_trainings, loss_of, scores_of, sizes_of, untestable, weighted
from harness.gate.needed import Needed, needed
from harness.gate.policy import Policy
from harness.gate.snapshot import Place
from harness.statistics.batch import MeanBatch
from harness.statistics.batch_resampled import TIE, max_t_batches
from harness.statistics.clustered import ClusteredEstimate
from harness.statistics.contrast import Contrast
from harness.statistics.family import correct_by_max_t
from harness.statistics.intervals import tango_interval
from harness.statistics.multiplicity import correct_by_bonferroni
from harness.statistics.noninferiority import Margin, contrast_bound, contrast_pairs, contrast_worse
from harness.statistics.paired import PairedCounts
from harness.statistics.sample import Floats

FAMILY = "all cells of the gate"
Paired = tuple[PairedCounts, tuple[float, float]]
"""The table of a binary cell of independent ids, and Tango's interval of its loss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What was found of one score.

    Args:
        name: of the score.
        place: where it stands; None for a mean.
        clean: whether it is a clean score.
        scores: of baseline and candidate, in points.
        worse: is anything lost.
        within: is it less than the margin.
        needed: what would decide the margin; None where it was shown or cannot be tested.
    """

    name: str
    place: Place | None
    clean: bool
    scores: tuple[float, float]
    worse: Contrast
    within: Contrast
    needed: Needed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Score:
    """A score that is asked about.

    Args:
        name: of the score.
        place: where it stands; None for a mean.
        clean: whether it is clean.
        margin: what is tolerated.
        level: of its alarm, one-sided.
        sharing: how many scores share that level.
    """

    name: str
    place: Place | None
    clean: bool
    margin: Margin
    level: float
    sharing: int = 1


def claims(strata: Sequence[Stratum], policy: Policy) -> list[Claim]:
    """Every claim of a gate: the mean, the mean clean score where it is guarded, and the cells, corrected.

    Args:
        strata: the cells of both sides.
        policy: margins and levels.

    Raises:
        UsageError: several training seeds on one side only.
    """
    check_trainings(strata)
    pairs = _paired(strata, policy)
    places = [place for stratum in strata for place in stratum.places]
    found: list[Claim] = []
    for name, points, clean in (
        (f"mean {MEASURED[policy.measure]}", policy.margins.macro, False),
        ("mean clean score", policy.margins.clean, True),
    ):
        own = [place for place in places if place.clean is clean]
        if own and (policy.clean or not clean):
            name = f"{name} ({_extent(own)})"
            score = _Score(name=name, place=None, clean=clean, margin=Margin(points), level=policy.mean_level)
            found.append(_claim(weighted(strata, weights(own)), score, policy, pairs))
    return found + _cells(strata, policy, pairs)


MEASURED = {"perturbed": "perturbed score", "drop": "score kept under perturbation (perturbed minus clean)"}
"""What a policy measures, in words."""


def _cells(strata: Sequence[Stratum], policy: Policy, pairs: Mapping[Place, Paired]) -> list[Claim]:
    margin = Margin(policy.margins.cell)
    own = [(s, n, place) for s in strata for n, place in enumerate(s.places) if policy.clean or not place.clean]
    found: list[Claim] = []
    for stratum, number, place in own:
        score = _Score(
            name=str(place), place=place, clean=place.clean, margin=margin, level=policy.cell_level, sharing=len(own)
        )
        found.append(_claim(alone(stratum, number), score, policy, pairs))
    corrected = _corrected(strata, [claim.worse for claim in found], policy)
    return [replace(claim, worse=worse) for claim, worse in zip(found, corrected, strict=True)]


def _claim(mean: Weighted, score: _Score, policy: Policy, pairs: Mapping[Place, Paired]) -> Claim:
    reason = untestable(mean)
    certify, alarm = policy.settings(policy.level), policy.settings(score.level)
    ours, theirs = scores_of(mean)
    # Without an error nothing can be tested, whatever the estimate.
    loss = ClusteredEstimate((ours - theirs) / 100, 0.0, 1, 0.0) if reason else loss_of(mean)
    reach = 1.0 if score.clean or policy.measure == "perturbed" else 2.0
    worse = contrast_worse(
        loss, sizes_of(mean), claim=f"{score.name}: loss against the baseline", settings=alarm, reach=reach
    )
    claim = f"{score.name}: loss within the margin"
    place = _place(mean)
    pair = pairs.get(place) if place else None
    if pair is None:
        within = contrast_bound(loss, sizes_of(mean), margin=score.margin, claim=claim, settings=certify, reach=reach)
    else:
        within = contrast_pairs(*pair, margin=score.margin, claim=claim, settings=certify)
        within = replace(within, seeds=worse.seeds)
    if reason:
        worse, within = (replace(contrast, reason=reason) for contrast in (worse, within))
    undecided = within.p is not None and not within.significant()
    share = policy.settings(score.level / score.sharing)
    return Claim(
        name=score.name,
        place=score.place,
        clean=score.clean,
        scores=(ours, theirs),
        worse=worse,
        within=within,
        needed=needed(mean, loss, score.margin, certify, share, reach=reach) if undecided else None,
    )


def _place(mean: Weighted) -> Place | None:
    """The place of the only cell of a mean; None where there are more."""
    places = [place for stratum, own in mean for place, weight in zip(stratum.places, own, strict=True) if weight]
    return places[0] if len(places) == 1 else None


def _paired(strata: Sequence[Stratum], policy: Policy) -> dict[Place, Paired]:
    """The tables of the cells that have one, with their intervals, all found in one pass."""
    found = {s.places[n]: counts for s in strata for n, counts in s.pairs.items()}
    table = np.array([(counts.lost, counts.gained, counts.n) for counts in found.values()]).reshape(-1, 3)
    low, high = tango_interval(*table.T, level=1 - 2 * policy.level)
    return {place: (found[place], (float(low[n]), float(high[n]))) for n, place in enumerate(found)}


def _corrected(strata: Sequence[Stratum], contrasts: Sequence[Contrast], policy: Policy) -> list[Contrast]:
    settings = policy.settings(policy.cell_level)
    if len(strata[0].baseline.estimates) > 1:
        return correct_by_bonferroni(contrasts, family=FAMILY)
    kept = [
        np.array([policy.clean or not place.clean for place in stratum.places], dtype=np.bool_) for stratum in strata
    ]
    adjusted = np.full(len(contrasts), np.nan)
    batches = [
        batch
        for number, (stratum, wanted) in enumerate(zip(strata, kept, strict=True))
        if (batch := _batch(stratum.flips[wanted], f"id set {number}")) is not None
    ]
    if batches:
        by_name = dict(zip([b.name for b in batches], max_t_batches(batches, settings, tail="greater"), strict=True))
        parts = [by_name.get(f"id set {n}", np.full(int(w.sum()), np.nan)) for n, w in enumerate(kept)]
        adjusted = np.concatenate(parts)
    corrected = correct_by_max_t(contrasts, adjusted, family=FAMILY)
    # The raw p is in closed form: only the corrected one rests on resamples.
    drawn = {"resamples": policy.resamples, "random_seed": policy.seed, "exhaustive": True}
    return [contrast if contrast.adjusted_p is None else replace(contrast, **drawn) for contrast in corrected]


def _batch(flips: Floats, name: str) -> MeanBatch | None:
    """The flips of a stratum without the units that did not move: what stays 0 under every flip costs time only."""
    # Thirds that cancel within a cluster leave their last digit behind, which is no movement.
    moved = np.any(np.abs(flips) > TIE, axis=0)
    return MeanBatch(name=name, differences=flips[:, moved]) if moved.any() else None


def _extent(places: Sequence[Place]) -> str:
    """How many tasks, languages and conditions a mean goes over."""
    counts = (
        (len({place.task for place in places}), "task"),
        (len({place.language for place in places}), "language"),
        (len(places), "cell"),
    )
    return ", ".join(f"{number:,} {noun}{'s' * (number != 1)}" for number, noun in counts)
