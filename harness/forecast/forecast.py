"""Forecast: the minimum detectable effects of a run that has not been made, and the ids that a margin needs.

The differences of an id have the variance `discordance` (for right and wrong answers the share that changes), those of
one unit the correlation `icc`, whether they stand in one cluster, in several languages or under several perturbations.
The variance of a mean is then that of the design effect 1 + (m − 1)·ICC (Kish 1965), m being all the differences of a
unit. Detection is two-sided at alpha, a margin one-sided.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.forecast.sizes import LanguageSizes, TaskSizes
from harness.statistics.clustered import ClusteredEstimate, independent_mean
from harness.statistics.planning import margin_required_units, shown_margin, t_shown_margin
from harness.statistics.power import clustered_mde, design_effect, noninferiority_required_n, paired_mde
from harness.statistics.sample import Settings
from perturbations.errors import UsageError
from reports.forecast import Forecast


@dataclass(frozen=True, slots=True)
class Assumed:
    """What is assumed of the differences.

    Args:
        discordance: their variance, above 0 and up to 1.
        icc: correlation of two differences of one unit, 0–1.

    Raises:
        UsageError: a value out of range.
    """

    discordance: float = 0.1
    icc: float = 0.2

    def __post_init__(self) -> None:
        if not 0.0 < self.discordance <= 1.0:
            raise UsageError(f"discordance is {self.discordance:g}: give a share above 0 and up to 1")
        if not 0.0 <= self.icc <= 1.0:
            raise UsageError(f"intraclass correlation is {self.icc:g}: give one from 0 to 1")


def forecast(
    tasks: Sequence[TaskSizes], assumed: Mapping[str, Assumed], *, settings: Settings, margin: float | None = None
) -> list[Forecast]:
    """What each cell, each mean over languages and the mean over everything could show.

    Args:
        tasks: the sizes.
        assumed: by name of the task.
        settings: alpha and power.
        margin: points above 0 and below 100, if one is asked about.

    Raises:
        UsageError: a margin out of range, or an alpha that no one-sided claim can have.
    """
    if settings.alpha >= 0.5:
        raise UsageError(f"alpha is {settings.alpha:g}: margins are one-sided, give a level below 0.5")
    if margin is not None and not 0.0 < margin < 100.0:
        raise UsageError(f"margin is {margin:g}: give points above 0 and below 100")
    found: list[Forecast] = []
    whole: list[tuple[ClusteredEstimate, float]] = []
    for task in tasks:
        given = assumed[task.name]
        found += [
            _cell(f"{task.name} {code}", sizes, given, settings, margin) for code, sizes in task.languages.items()
        ]
        if len(task.languages) > 1:
            ids = sum(sizes.ids for sizes in task.languages.values())
            name = f"{task.name}, mean over {len(task.languages)} languages"
            found.append(_mean(name, _strata(task, given, conditions=False), ids, settings, margin))
        whole += [(part, share / len(tasks)) for part, share in _strata(task, given, conditions=True)]
    ids = sum(sizes.ids for task in tasks for sizes in task.languages.values())
    cells = sum(sizes.conditions for task in tasks for sizes in task.languages.values())
    found.append(_mean(f"mean over all {cells} cells", whole, ids, settings, margin))
    return found


def _cell(name: str, sizes: LanguageSizes, assumed: Assumed, settings: Settings, margin: float | None) -> Forecast:
    if sizes.units < max(2, sizes.ids):
        part = _part([sizes], sizes.units, assumed, conditions=False)
        return _mean(name, [(part, 1.0)], sizes.ids, settings, margin)
    options = {"alpha": settings.alpha, "power": settings.power}
    return Forecast(
        name=name,
        ids=sizes.ids,
        units=sizes.units,
        mde=paired_mde(assumed.discordance, sizes.ids, **options),
        shown=shown_margin(assumed.discordance, sizes.ids, settings=settings),
        needed=noninferiority_required_n(margin, assumed.discordance, **options) if margin else None,
    )


def _mean(
    name: str,
    parts: Sequence[tuple[ClusteredEstimate, float]],
    ids: int,
    settings: Settings,
    margin: float | None,
) -> Forecast:
    """The forecast of a mean over independent parts, each with its share of it."""
    if any(part.units < 2 for part, _ in parts):
        # The error of a unit that stands alone cannot be known: there will be no test.
        units = sum(part.units for part, _ in parts)
        return Forecast(name=name, ids=ids, units=units, mde=None, shown=None, needed=None)
    mean = _combined(parts)
    units = margin_required_units(margin, mean.error, mean.units, settings=settings) if margin else None
    return Forecast(
        name=name,
        ids=ids,
        units=mean.units,
        mde=clustered_mde(mean.error, mean.freedom, alpha=settings.alpha, power=settings.power),
        shown=t_shown_margin(mean.error, mean.freedom, settings=settings),
        needed=None if units is None else math.ceil(ids * units / mean.units - 1e-9),
    )


def _strata(task: TaskSizes, assumed: Assumed, *, conditions: bool) -> list[tuple[ClusteredEstimate, float]]:
    """What is independent within a task, with its share of the task's mean."""
    languages = list(task.languages.values())
    if task.units is not None:
        return [(_part(languages, task.units, assumed, conditions=conditions), 1.0)]
    share = 1.0 / len(languages)
    return [(_part([sizes], sizes.units, assumed, conditions=conditions), share) for sizes in languages]


def _part(languages: Sequence[LanguageSizes], units: int, assumed: Assumed, *, conditions: bool) -> ClusteredEstimate:
    """The mean over languages (and conditions) that share their units."""
    own = rest = 0.0
    for sizes in languages:
        cells = sizes.conditions if conditions else 1
        alike = design_effect(sizes.ids / sizes.units, assumed.icc)
        weight = 1.0 / (len(languages) * cells)
        own += cells * weight**2 * (assumed.discordance * alike / sizes.ids - assumed.icc * assumed.discordance / units)
        rest += cells * weight
    variance = own + rest**2 * assumed.icc * assumed.discordance / units
    return ClusteredEstimate(0.0, math.sqrt(variance), units, units - 1.0)


def _combined(parts: Sequence[tuple[ClusteredEstimate, float]]) -> ClusteredEstimate:
    """The weighted mean of independent parts."""
    scaled = [
        ClusteredEstimate(0.0, len(parts) * share * part.error, part.units, part.freedom) for part, share in parts
    ]
    return independent_mean(scaled)
