"""Trends: do gains rise with a property of the intermediate task?

The intermediate task is the unit, its training seeds averaged. Only arms with exactly one intermediate task count, held
against the arm without any that was trained alike otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from harness.comparing.arms import Arm
from harness.comparing.entrants import INTERMEDIATE, NONE
from harness.comparing.gains import GAINS, Match, ValueCache, contrast_match
from harness.comparing.samples import Quantity
from harness.comparing.scopes import Scope
from harness.difficulty.measures import MEASURES, TaskDifficulty
from harness.statistics.contrast import Contrast
from harness.statistics.multiplicity import correct
from harness.statistics.ranks import Coefficient
from harness.statistics.sample import Settings
from harness.statistics.trend import LeftOut, contrast_trend, leave_one_out

OUTCOMES: tuple[Quantity, ...] = ("drop", "clean")
COEFFICIENTS: tuple[Coefficient, ...] = ("spearman", "kendall")
FEWEST = 3
"""Tasks that a trend takes."""


@dataclass(frozen=True, slots=True)
class Trend:
    """One measure of the intermediate tasks against one gain.

    Args:
        measure: name of the measure.
        outcome: which gain.
        context: what the arms have in common, in words; empty where all have it.
        coefficient: which one.
        points: by task, the measure's value and the gain in points.
        contrast: the correlation, tested over the tasks.
        without: the same without each task in turn.
    """

    measure: str
    outcome: str
    context: str
    coefficient: Coefficient
    points: Mapping[str, tuple[float, float]]
    contrast: Contrast
    without: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class TrendArms:
    """The arms of one context, one for each intermediate task, and the one without any.

    Args:
        context: what they have in common, in words.
        baseline: the arm without intermediate tasks.
        by_task: by intermediate task.
    """

    context: str
    baseline: Arm
    by_task: Mapping[str, Arm]


def find_trend_arms(arms: Sequence[Arm]) -> list[TrendArms]:
    """The arms by what they have in common besides the intermediate task."""
    found: list[TrendArms] = []
    for baseline in arms:
        if baseline.factors[INTERMEDIATE] != NONE:
            continue
        context = baseline.context(INTERMEDIATE)
        by_task = {
            arm.intermediate[0]: arm
            for arm in arms
            if len(arm.intermediate) == 1 and arm.context(INTERMEDIATE) == context
        }
        told = ", ".join(f"{name} {level}" for name, level in context if len({arm.factors[name] for arm in arms}) > 1)
        if by_task:
            found.append(TrendArms(told, baseline, by_task))
    return found


def find_trends(
    cache: ValueCache, groups: Sequence[TrendArms], scope: Scope, tasks: Sequence[TaskDifficulty], *, settings: Settings
) -> tuple[Trend, ...]:
    """Every measure against every gain in every context, each coefficient corrected by Holm as one family.

    Args:
        cache: holds the values.
        groups: from `find_trend_arms`.
        scope: over what gains are averaged.
        tasks: the measures of the intermediate tasks.
        settings: levels; resamples and seed above ten tasks.
    """
    trends = [
        trend
        for group in groups
        for quantity in OUTCOMES
        for trend in _trends(group, quantity, _gains(cache, group, scope, quantity, settings), tasks, settings)
    ]
    corrected: list[Trend] = []
    for coefficient in COEFFICIENTS:
        own = [trend for trend in trends if trend.coefficient == coefficient]
        adjusted = correct([trend.contrast for trend in own], settings, family=f"all trends, {coefficient}")
        corrected += [replace(trend, contrast=contrast) for trend, contrast in zip(own, adjusted, strict=True)]
    return tuple(corrected)


def _gains(
    cache: ValueCache, group: TrendArms, scope: Scope, quantity: Quantity, settings: Settings
) -> dict[str, float]:
    """The gain of each arm over the baseline, in points."""
    found: dict[str, float] = {}
    for task, arm in group.by_task.items():
        match = Match(arm.label, (arm,), (group.baseline,))
        found[task] = contrast_match(cache, match, scope, quantity, settings=settings).estimate
    return found


def _trends(
    group: TrendArms,
    quantity: Quantity,
    gains: Mapping[str, float],
    tasks: Sequence[TaskDifficulty],
    settings: Settings,
) -> Iterator[Trend]:
    known = {task.name: task.values for task in tasks}
    for measure in MEASURES:
        points = {name: (known[name][measure], gain) for name, gain in gains.items() if measure in known.get(name, {})}
        if len(points) < FEWEST:
            continue
        names, columns = list(points), np.array(list(points.values())).T
        told = f" ({group.context})" if group.context else ""
        claim = f"{GAINS[quantity]} and {measure} of {len(points)} intermediate tasks{told}"
        for coefficient in COEFFICIENTS:
            contrast = contrast_trend(*columns, names=names, claim=claim, settings=settings, coefficient=coefficient)
            # Two tasks that are left say nothing.
            many = len(points) > FEWEST and contrast.p is not None
            left = leave_one_out(*columns, names=names, coefficient=coefficient, settings=settings) if many else ()
            yield Trend(measure, GAINS[quantity], group.context, coefficient, points, contrast, left)
