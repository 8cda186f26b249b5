"""Pilot: how often and how jointly answers change, from runs that were made.

One run tells it of clean against perturbed answers, two of one checkpoint against another under the same perturbations.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from harness.forecast.forecast import Assumed
from harness.gate.compatible import chosen
from harness.gate.losses import is_mean, scored
from harness.gate.making import capture_candidate, capture_runs
from harness.gate.policy import Policy
from harness.gate.snapshot import Place, Snapshot
from harness.metrics.registry import find_metric
from harness.statistics.clustered import cluster_sums
from harness.statistics.sample import Floats, Integers
from perturbations.errors import UsageError


def pilot(directories: Sequence[Path], *, icc: float) -> dict[str, Assumed]:
    """By task, what a pilot shows of the differences.

    Args:
        directories: one run, or two that were made alike.
        icc: taken where no unit has two differences.

    Raises:
        XRobustError: more than two runs, no runs, runs that differ, or answers that never change.
    """
    if len(directories) not in (1, 2):
        raise UsageError(f"a pilot is one run, or two that are held against one another, not {len(directories)}")
    first = capture_runs(directories[:1])
    second = capture_candidate(directories[1:], first, Policy()) if len(directories) == 2 else None
    found = {task: _assumed(first, second, task, icc) for task in first.outline.scorings}
    for task, assumed in found.items():
        if assumed is None:
            raise UsageError(f"pilot: no answer to {task} changes: give --discordance, or another pilot")
    return {task: assumed for task, assumed in found.items() if assumed}


def _assumed(first: Snapshot, second: Snapshot | None, task: str, icc: float) -> Assumed | None:
    places = [place for place in chosen(first.outline, Policy()).facts if place.task == task and not place.clean]
    values = [_differences(first, second, place) for place in places]
    discordance = float(np.mean([np.mean(own**2) for own in values]))
    if discordance == 0.0:
        return None
    shared = first.outline.scorings[task].parallel
    names = [
        [name if shared else f"{place.language} {name}" for name in first.items[task, place.language].groups]
        for place in places
    ]
    codes = np.unique(np.concatenate(names), return_inverse=True)[1].astype(np.int64)
    together = _intraclass(np.concatenate([own - own.mean() for own in values]), codes)
    return Assumed(min(1.0, discordance), icc if together is None else together)


def _differences(first: Snapshot, second: Snapshot | None, place: Place) -> Floats:
    """`(ids,)` what each id adds to the difference of a cell, in score units."""
    metric = find_metric(first.outline.scorings[place.task].metric)
    cell = first.cells[place]
    sides = (cell.reference, cell.statistic) if second is None else (cell.statistic, second.cells[place].statistic)
    mean = all(is_mean(metric, side[:, None]) for side in sides)
    parts = [scored(metric, side[:, None], mean=mean) for side in sides]
    (before, pulled), (after, pushed) = parts
    return (before - after)[0, 0] + (pulled - pushed)[0, 0] * len(pulled[0, 0])


def _intraclass(centred: Floats, codes: Integers) -> float | None:
    """Mean product of two differences of one unit over their variance, at least 0; None where no unit has two."""
    sums = cluster_sums(np.stack([centred, centred**2, np.ones_like(centred)], axis=1), codes)
    pairs = float(np.sum(sums[:, 2] * (sums[:, 2] - 1)))
    variance = float(np.mean(centred**2))
    if pairs == 0.0 or variance == 0.0:
        return None
    return min(1.0, max(0.0, float(np.sum(sums[:, 0] ** 2 - sums[:, 1])) / pairs / variance))
