"""Effective robustness: how far a checkpoint lies above what its clean score leads one to expect.

Source: Taori et al. 2020 ("Measuring robustness to natural distribution shifts in image classification"): perturbed
scores follow clean ones along a line on the logit scale, and effective robustness is the residual, in points. A higher
perturbed score that only goes with a higher clean one is none. Descriptive: a line through few checkpoints has no test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from harness.comparing.arms import Arm
from harness.comparing.gains import ValueCache
from harness.comparing.scopes import Scope
from harness.statistics.sample import Floats

Scale = Literal["logit", "linear"]
FEWEST = 3
"""Checkpoints that a line must be drawn through."""


@dataclass(frozen=True, slots=True)
class Effective:
    """The effective robustness of one arm over a scope.

    Args:
        arm: its label.
        clean: mean clean score in points.
        perturbed: mean perturbed score in points.
        residual: points above the line through the checkpoints of all other arms; None where there is no line.
        least: the smallest residual of its seeds; None likewise.
        most: the largest.
        line: number of checkpoints that the line goes through, in the task that has the fewest.
        reason: why there is no residual; None where there is one.
    """

    arm: str
    clean: float
    perturbed: float
    residual: float | None
    least: float | None
    most: float | None
    line: int
    reason: str | None


def effective_robustness(cache: ValueCache, arms: Sequence[Arm], scope: Scope, *, scale: Scale) -> list[Effective]:
    """The effective robustness of every arm, in order; task by task, and then the mean over tasks.

    The line is that of least squares through all checkpoints but the arm's own, so that an arm does not pull it.

    Args:
        cache: holds the values.
        arms: all of them.
        scope: over what.
        scale: on which scale the line is straight.
    """
    tables = [_points(cache, arms, scope, task) for task in scope.tasks]
    return [_effective(arm, place, tables, scale) for place, arm in enumerate(arms)]


def residuals(clean: Floats, perturbed: Floats, others: Floats, *, scale: Scale) -> Floats | str:
    """What points lie above the line through others, in score units; or why there is no line.

    Args:
        clean: `(points,)` scores, 0–1.
        perturbed: `(points,)` scores, 0–1.
        others: `(others, 2)` clean and perturbed scores of those that the line is drawn through.
        scale: on which scale the line is straight.
    """
    if len(others) < FEWEST:
        return f"the line takes {FEWEST} checkpoints of other arms, and there are {len(others)}"
    if np.ptp(others[:, 0]) < 1e-12:
        return "all other checkpoints have one clean score, so that there is no line"
    every = np.concatenate([clean, perturbed, others.ravel()])
    if scale == "logit" and (every.min() <= 0.0 or every.max() >= 1.0):
        return "a score of 0 or 100 has no logit: take the linear scale"
    here, there = (_logit, _expit) if scale == "logit" else (_same, _same)
    columns = np.stack([np.ones(len(others)), here(others[:, 0])], axis=1)
    intercept, slope = np.linalg.lstsq(columns, here(others[:, 1]), rcond=None)[0]
    return perturbed - there(intercept + slope * here(clean))


def _points(cache: ValueCache, arms: Sequence[Arm], scope: Scope, task: str) -> list[Floats]:
    """For each arm `(checkpoints, 2)` clean and perturbed score on a task."""
    return [
        np.array(
            [
                [
                    cache.mean(arm.members[task, seed], task, quantity, scope.chosen)
                    for quantity in ("clean", "perturbed")
                ]
                for seed in arm.seeds(task)
            ]
        )
        for arm in arms
    ]


def _effective(arm: Arm, place: int, tables: Sequence[Sequence[Floats]], scale: Scale) -> Effective:
    clean, perturbed = (float(np.mean([table[place][:, side].mean() for table in tables])) for side in (0, 1))
    found: list[Floats] = []
    lines: list[int] = []
    for table in tables:
        others = np.concatenate(
            [points for number, points in enumerate(table) if number != place] or [np.empty((0, 2))]
        )
        above = residuals(table[place][:, 0], table[place][:, 1], others, scale=scale)
        lines.append(len(others))
        if isinstance(above, str):
            return Effective(arm.label, 100 * clean, 100 * perturbed, None, None, None, len(others), above)
        found.append(100 * above)
    return Effective(
        arm.label,
        100 * clean,
        100 * perturbed,
        residual=float(np.mean([above.mean() for above in found])),
        least=float(np.mean([above.min() for above in found])),
        most=float(np.mean([above.max() for above in found])),
        line=min(lines),
        reason=None,
    )


def _logit(shares: Floats) -> Floats:
    return np.log(shares / (1.0 - shares))


def _expit(values: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-values))


def _same(shares: Floats) -> Floats:
    return shares
