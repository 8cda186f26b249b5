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
from harness.statistics.conclusion import OPPOSED, Sizes, opposed
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
    parts = _parts(mean)
    several = len(mean[0][0].baseline.estimates) > 1
    loss = crossed_estimate(tables(mean)) if several else independent_mean(parts)
    return loss if loss.error > 0.0 else replace(loss, units=_units(mean, parts))


def tables(mean: Weighted) -> list[list[Table]]:
    """For baseline and candidate, by stratum, the value of every unit under every training seed `(units, seeds)`."""
    return [
        [_table(side, _held(stratum, own), len(mean) * own) for (stratum, own), side in zip(mean, sides, strict=True)]
        for sides in ([stratum.baseline for stratum, _ in mean], [stratum.candidate for stratum, _ in mean])
    ]


def components(mean: Weighted) -> Components:
    """The variance components of a loss between arms of training seeds."""
    return crossed_components(tables(mean))


def untestable(mean: Weighted) -> str | None:
    """Why a loss has no test: a stratum of it holds one unit, or each moved as one and they did not move alike."""
    lone = sum(int(_held(stratum, own).sum()) == 1 for stratum, own in mean)
    if lone:
        whole = len(mean) == 1
        return "there is one independent unit" if whole else f"{lone} of {len(mean)} id sets hold one unit only"
    return OPPOSED if len(mean) > 1 and opposed(_parts(mean)) and loss_of(mean).error == 0.0 else None


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


def _parts(mean: Weighted) -> list[ClusteredEstimate]:
    """The losses of independent strata, training seeds averaged, scaled so that they count alike in their mean."""
    parts: list[ClusteredEstimate] = []
    for stratum, own in mean:
        # Only the cells with a weight: a single one stands among all those of its stratum.
        rows = np.flatnonzero(own)
        ours, theirs, scaled = stratum.baseline, stratum.candidate, len(mean) * own[rows]
        estimate = float(scaled @ (ours.estimates[:, rows].mean(axis=0) - theirs.estimates[:, rows].mean(axis=0)))
        pulls = scaled @ (ours.pulls[:, rows].mean(axis=0) - theirs.pulls[:, rows].mean(axis=0))
        held = pulls[_held(stratum, own)]
        parts.append(clustered_error(estimate, held, np.arange(len(held), dtype=np.int64)))
    return parts


def _units(mean: Weighted, parts: Sequence[ClusteredEstimate]) -> int:
    """Where nothing varies, the units that count: those that moved, and no more than the smallest part has to show.

    What is lost may hide in that part.
    """
    shown = min(part.units / float(own.sum()) for part, (_, own) in zip(parts, mean, strict=True))
    moved = sum(part.units for part in parts if part.estimate != 0.0)
    return max(1, int(min(shown, moved or shown) + 1e-9))
