"""Gains: one side of arms against another, in clean score and in robustness, unit by unit.

The robustness gain is a difference-in-differences, (candidate perturbed − candidate clean) − (baseline perturbed −
baseline clean), taken for each id before anything is tested; two p-values are never compared. With two training seeds
or more on both sides ids and seeds are crossed (`harness.statistics.crossed`) and the claim is about new seeds; with
one, it is about these checkpoints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from harness.comparing.arms import Arm
from harness.comparing.entrants import Entrant
from harness.comparing.samples import Filter, Quantity, Scored
from harness.comparing.scopes import Scope
from harness.statistics.arms import contrast_arms
from harness.statistics.clustered import ClusteredEstimate, clustered_mean, independent_mean
from harness.statistics.conclusion import GAIN_REACH, Finding, Sizes, conclude, t_finding
from harness.statistics.contrast import Contrast
from harness.statistics.crossed import crossed_components, crossed_estimate, crossed_finding
from harness.statistics.sample import Floats, Settings
from harness.statistics.units import UnitValues
from perturbations.errors import UsageError

Side = tuple[Arm, ...]
"""Arms that count alike."""

REACH: Mapping[Quantity, float] = {"clean": 1.0, "perturbed": 1.0, "drop": GAIN_REACH}
"""How far a difference of two of them can go, in score units."""
GAINS: Mapping[Quantity, str] = {"clean": "clean gain", "perturbed": "perturbed gain", "drop": "robustness gain"}
THESE = "The claim is about these checkpoints, not about how they were trained: a side has one training seed"


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """Two sides that are held against each other.

    Args:
        title: what is compared, as a phrase (`"after mnli against direct"`).
        candidate: one side.
        baseline: the other.
    """

    title: str
    candidate: Side
    baseline: Side


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One side's values of a quantity over a scope.

    Args:
        strata: `(units, seeds)` for each stratum, scaled so that their plain mean is that of the scope, in score units.
        ids: example ids behind them.
        noise_seeds: noise seeds averaged within an id, the fewest of any cell.
    """

    strata: tuple[Floats, ...]
    ids: int
    noise_seeds: int

    @property
    def seeds(self) -> int:
        """Number of training seeds."""
        return self.strata[0].shape[1]

    def means(self) -> Floats:
        """`(seeds,)` the mean over the scope under each seed."""
        return np.mean([stratum.mean(axis=0) for stratum in self.strata], axis=0)


@dataclass(eq=False)
class ValueCache:
    """The values of every checkpoint, computed when first asked and kept.

    Args:
        scored: by checkpoint and task, its records.
    """

    scored: Mapping[tuple[Entrant, str], Scored]
    _kept: dict[tuple[Entrant, str, Quantity, Filter], list[UnitValues]] = field(
        default_factory=dict[tuple[Entrant, str, Quantity, Filter], list[UnitValues]]
    )

    def values(self, entrant: Entrant, task: str, quantity: Quantity, chosen: Filter) -> list[UnitValues]:
        """The strata of one checkpoint on one task."""
        key = (entrant, task, quantity, chosen)
        if key not in self._kept:
            self._kept[key] = self.scored[entrant, task].values(quantity, chosen)
        return self._kept[key]

    def mean(self, entrant: Entrant, task: str, quantity: Quantity, chosen: Filter) -> float:
        """The score or drop of one checkpoint on one task, 0–1."""
        return float(np.mean([float(part.values.mean()) for part in self.values(entrant, task, quantity, chosen)]))


def table(cache: ValueCache, side: Side, scope: Scope, quantity: Quantity) -> Table:
    """The values of a side over a scope.

    A training seed that every arm has on every task is a column. Where there is none, all seeds are averaged into one.

    Args:
        cache: holds the values.
        side: arms that count alike.
        scope: tasks and cells.
        quantity: what is asked for.
    """
    seeds = shared_seeds(side, scope.tasks)
    strata: list[Floats] = []
    ids: list[int] = []
    noise: list[int] = []
    for task in scope.tasks:
        parts = [_members(cache, arm, task, quantity, scope.chosen, seeds) for arm in side]
        first = parts[0][0]
        ids += [found.ids for found in first]
        noise += [found.seeds for found in first]
        # Each task counts alike and so does each stratum of a task: scaled, for strata are then averaged as they are.
        strata += [
            np.mean([_columns(arm, place, by_seed=bool(seeds)) for arm in parts], axis=0)
            / len(first)
            / len(scope.tasks)
            for place in range(len(first))
        ]
    scaled = tuple(stratum * len(strata) for stratum in strata)
    return Table(scaled, ids=sum(ids), noise_seeds=min(noise))


def shared_seeds(side: Side, tasks: Sequence[str]) -> list[int | None]:
    """The training seeds that every arm of a side has on every task, in order."""
    every = [arm.seeds(task) for arm in side for task in tasks]
    return [seed for seed in every[0] if all(seed in seeds for seeds in every)]


def contrast_match(
    cache: ValueCache, match: Match, scope: Scope, quantity: Quantity, *, settings: Settings
) -> Contrast:
    """Test a gain of the candidate over the baseline: positive where it is better, or loses less.

    Args:
        cache: holds the values.
        match: the two sides.
        scope: over what.
        quantity: `"clean"` or `"perturbed"` for the gain in that score, `"drop"` for the robustness gain.
        settings: levels.
    """
    sides = [table(cache, side, scope, quantity) for side in (match.candidate, match.baseline)]
    # A drop is better where it is smaller.
    more, less = sides if quantity != "drop" else reversed(sides)
    arms = [more.strata, less.strata]
    crossed = all(side.seeds > 1 for side in sides) and all(len(stratum) > 1 for stratum in arms[0])
    if crossed:
        estimate = crossed_estimate(arms)
        finding = crossed_finding(estimate, crossed_components(arms), reach=REACH[quantity], settings=settings)
    else:
        estimate = independent_mean([_difference(ours, theirs) for ours, theirs in zip(*arms, strict=True)])
        finding = _fixed(estimate, reach=REACH[quantity], settings=settings)
    sizes = Sizes(
        n=sides[0].ids,
        clusters=estimate.units,
        seeds=min(side.noise_seeds for side in sides),
        training_seeds=tuple(side.seeds for side in sides) if crossed else (),
    )
    return conclude(finding, sizes, claim=f"{match.title}, {scope}: {GAINS[quantity]}", settings=settings)


def contrast_seeds(cache: ValueCache, match: Match, scope: Scope, *, settings: Settings) -> Contrast | None:
    """The robustness gain by reassigning seeds to sides, which tells the floor of so few; None where a side has one.

    Args:
        cache: holds the values.
        match: the two sides.
        scope: over what.
        settings: levels, resamples, seed.
    """
    drops = [table(cache, side, scope, "drop").means() for side in (match.candidate, match.baseline)]
    if min(len(found) for found in drops) < 2:
        return None
    claim = f"{match.title}, {scope}: {GAINS['drop']} by seeds alone"
    return contrast_arms(*drops, claim=claim, settings=settings, test="permutation")


def _members(
    cache: ValueCache, arm: Arm, task: str, quantity: Quantity, chosen: Filter, seeds: Sequence[int | None]
) -> list[list[UnitValues]]:
    """`(seeds, strata)` the values of an arm on a task; of all its own seeds where none are shared."""
    return [cache.values(arm.members[task, seed], task, quantity, chosen) for seed in seeds or arm.seeds(task)]


def _columns(members: Sequence[Sequence[UnitValues]], place: int, *, by_seed: bool) -> Floats:
    """`(units, seeds)` of one stratum, or `(units, 1)` their mean."""
    codes = members[0][place].codes
    if any(not np.array_equal(member[place].codes, codes) for member in members):
        raise UsageError("checkpoints are compared on the same ids: score them on the same data")
    columns = np.stack([member[place].values for member in members], axis=1)
    return columns if by_seed else columns.mean(axis=1, keepdims=True)


def _difference(ours: Floats, theirs: Floats) -> ClusteredEstimate:
    """The mean difference of two sides with its error over units, seeds averaged."""
    values = ours.mean(axis=1) - theirs.mean(axis=1)
    return clustered_mean(values, np.arange(len(values), dtype=np.int64))


def _fixed(estimate: ClusteredEstimate, *, reach: float, settings: Settings) -> Finding:
    """What an estimate says whose checkpoints are fixed."""
    finding = t_finding(
        estimate,
        method=f"difference of units, t({estimate.freedom:.5g})",
        why=lambda: "no id tells the two apart" if estimate.estimate == 0.0 else "the units do not vary",
        settings=settings,
        reach=reach,
    )
    return replace(finding, notes=(THESE,))
