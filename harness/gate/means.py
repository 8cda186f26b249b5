"""Losses of cells and of means over cells, with their errors: for two checkpoints, or for training seeds of two arms.

With one training seed a side the error is that of the ids. With several, ids and training seeds are crossed, and the
loss speaks of how the models are trained.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from harness.gate.losses import Side, Stratum
from harness.gate.snapshot import Place
from harness.statistics.clustered import ClusteredEstimate, clustered_error, independent_mean
from harness.statistics.conclusion import Sizes
from harness.statistics.crossed import Components, Table, crossed_components, crossed_estimate
from harness.statistics.sample import Floats
from perturbations.errors import UsageError

Weighted = Sequence[tuple[Stratum, Floats]]
"""Strata, each with the weights of its cells `(cells,)`; all weights add up to 1."""


def check_trainings(strata: Sequence[Stratum]) -> bool:
    """Whether training seeds are drawn on both sides, so that the claim is about the training.

    Raises:
        UsageError: one side has several training seeds and the other has one.
    """
    ours, theirs = (len(side.estimates) for side in (strata[0].baseline, strata[0].candidate))
    if min(ours, theirs) == 1 < max(ours, theirs):
        raise UsageError(
            f"{ours} training seeds of the baseline cannot be held against {theirs} of the candidate: the spread of "
            "one is unknown; give one run on both sides, or two and more on both"
        )
    return min(ours, theirs) > 1


def weighted(strata: Sequence[Stratum], shares: Mapping[Place, float]) -> Weighted:
    """The strata with a part in a mean, with the weights of their cells."""
    found = [(stratum, np.array([shares.get(place, 0.0) for place in stratum.places])) for stratum in strata]
    return [(stratum, own) for stratum, own in found if own.any()]


def alone(stratum: Stratum, cell: int) -> Weighted:
    """One cell as a mean of its own."""
    own = np.zeros(len(stratum.places))
    own[cell] = 1.0
    return [(stratum, own)]


def loss_of(mean: Weighted) -> ClusteredEstimate:
    """What the candidate loses against the baseline, in score units; positive where it is worse."""
    if len(mean[0][0].baseline.estimates) > 1:
        return _whole(crossed_estimate(tables(mean)), mean)
    parts: list[ClusteredEstimate] = []
    for stratum, own in mean:
        # Strata count alike in a mean of independent parts: their weights go into the values.
        scaled = len(mean) * own
        estimate = float(scaled @ (stratum.baseline.estimates[0] - stratum.candidate.estimates[0]))
        pulls = scaled @ (stratum.baseline.pulls[0] - stratum.candidate.pulls[0])
        held = pulls[_held(stratum, own)]
        parts.append(clustered_error(estimate, held, np.arange(len(held), dtype=np.int64)))
    return _whole(independent_mean(parts), mean)


def tables(mean: Weighted) -> list[list[Table]]:
    """For baseline and candidate, by stratum, the value of every unit under every training seed `(units, seeds)`."""
    return [
        [_table(side, _held(stratum, own), len(mean) * own) for (stratum, own), side in zip(mean, sides, strict=True)]
        for sides in ([stratum.baseline for stratum, _ in mean], [stratum.candidate for stratum, _ in mean])
    ]


def components(mean: Weighted) -> Components:
    """The variance components of a loss between arms of training seeds."""
    return crossed_components(tables(mean))


def lonely(mean: Weighted) -> str | None:
    """Why a loss has no error: a stratum of it holds one unit."""
    lone = sum(int(_held(stratum, own).sum()) == 1 for stratum, own in mean)
    if not lone:
        return None
    return "there is one independent unit" if len(mean) == 1 else f"{lone} of {len(mean)} id sets hold one unit only"


def sizes_of(mean: Weighted) -> Sizes:
    """Ids (once for each language), independent units and seeds behind a loss."""
    languages = {
        (place.task, place.language): int(stratum.ids[number])
        for stratum, own in mean
        for number, place in enumerate(stratum.places)
        if own[number]
    }
    stratum = mean[0][0]
    trainings = (len(stratum.candidate.estimates), len(stratum.baseline.estimates))
    perturbed = [int(s.noise_seeds[n]) for s, own in mean for n, p in enumerate(s.places) if own[n] and not p.clean]
    return Sizes(
        n=sum(languages.values()),
        clusters=sum(int(_held(stratum, own).sum()) for stratum, own in mean),
        seeds=min(perturbed, default=0),
        training_seeds=trainings if max(trainings) > 1 else (),
    )


def scores_of(mean: Weighted) -> tuple[float, float]:
    """The mean scores of baseline and candidate in points, training seeds averaged."""
    ours, theirs = (
        sum(float(own @ side.estimates.mean(axis=0)) for (_, own), side in zip(mean, sides, strict=True))
        for sides in ([s.baseline for s, _ in mean], [s.candidate for s, _ in mean])
    )
    return 100 * ours, 100 * theirs


def _held(stratum: Stratum, own: Floats) -> NDArray[np.bool_]:
    """`(units,)` which units the cells with a weight hold."""
    return np.any(stratum.present[own != 0], axis=0)


def _table(side: Side, held: NDArray[np.bool_], scaled: Floats) -> Table:
    means = side.estimates @ scaled
    pulls = np.einsum("tcu,c->tu", side.pulls, scaled)[:, held]
    return (means[:, None] + pulls.shape[1] * pulls).T


def _whole(loss: ClusteredEstimate, mean: Weighted) -> ClusteredEstimate:
    """Where nothing varies, with the number of units that matters: what is lost may hide in the smallest part."""
    if loss.error > 0.0:
        return loss
    reach = min(int(_held(stratum, own).sum()) / float(own.sum()) for stratum, own in mean)
    return replace(loss, units=max(1, int(reach + 1e-9)))
