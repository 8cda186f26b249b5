"""Ids and training seeds, both drawn from more: crossed variance components.

The mean over a table of units × seeds varies because other ids could have been asked and because other seeds could
have been trained. With the mean squares of the two-way layout (Searle, Casella & McCulloch 1992, "Variance
components", chapter 4) its variance is V_unit + V_seed − V_rest, with the degrees of freedom of Satterthwaite (1946).
Seeds of two arms are different seeds; the ids are the same in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.statistics.clustered import ROUNDING, ClusteredEstimate
from harness.statistics.conclusion import Finding, Sizes, conclude, detectable
from harness.statistics.contrast import Contrast
from harness.statistics.sample import Floats, Settings
from harness.statistics.units import Strata, UnitValues, unit_values
from perturbations.errors import UsageError

Table = Floats
"""`(units, seeds)` the value of every unit under every training seed, in score units."""


@dataclass(frozen=True, slots=True)
class Components:
    """Where the variance of a crossed mean comes from, as shares of it: each a variance of the mean itself.

    Args:
        units: through the ids that were asked.
        seeds: through the seeds that were trained.
        rest: through both together; it is held in each of the other two.
        units_freedom: degrees of freedom of `units`.
        seeds_freedom: those of `seeds` (Satterthwaite over the arms).
        rest_freedom: those of `rest`.
    """

    units: float
    seeds: float
    rest: float
    units_freedom: float
    seeds_freedom: float
    rest_freedom: float

    @property
    def total(self) -> float:
        """The variance of the mean; never below that of either part alone, though a difference might be."""
        return max(self.units, self.seeds, self.units + self.seeds - self.rest)

    @property
    def freedom(self) -> float:
        """Degrees of freedom of the total; 0 where nothing varies."""
        if self.total <= 0.0:
            return 0.0
        if self.total == self.units:
            return self.units_freedom
        if self.total == self.seeds:
            return self.seeds_freedom
        parts = ((self.units, self.units_freedom), (self.seeds, self.seeds_freedom), (self.rest, self.rest_freedom))
        found = self.total**2 / sum(part**2 / freedom for part, freedom in parts)
        # What is subtracted can press the formula below the freedom of either part, which no sum of them has.
        return max(found, min(self.units_freedom, self.seeds_freedom))


def crossed_components(arms: Sequence[Sequence[Table]]) -> Components:
    """The components of a crossed mean, or of the difference of two.

    Args:
        arms: one or two; each holds one table for each stratum, with the same units in both arms and as many seeds in
            every stratum of an arm. Strata count alike.

    Raises:
        UsageError: an arm with one seed, a stratum with one unit, or tables that do not match.
    """
    _check(arms)
    strata = len(arms[0])
    # Rows are averaged over seeds, columns over strata and units: what is left after both is the rest.
    rows = [arms[0][k].mean(axis=1) - (arms[1][k].mean(axis=1) if len(arms) == 2 else 0.0) for k in range(strata)]
    by_stratum = [(float(row.var(ddof=1)) / len(row) / strata**2, len(row) - 1.0) for row in rows]
    by_arm = [(float(_seed_means(arm).var(ddof=1)) / arm[0].shape[1], arm[0].shape[1] - 1.0) for arm in arms]
    rest = [_rest(table, strata) for arm in arms for table in arm]
    sums = [sum(part for part, _ in parts) for parts in (by_stratum, by_arm, rest)]
    freedoms = [_satterthwaite(parts) for parts in (by_stratum, by_arm, rest)]
    return Components(sums[0], sums[1], sums[2], *freedoms)


def crossed_estimate(arms: Sequence[Sequence[Table]]) -> ClusteredEstimate:
    """The mean of the first arm, less that of the second where there is one, with its crossed error.

    Raises:
        UsageError: as in `crossed_components`.
    """
    components = crossed_components(arms)
    means = [float(_seed_means(arm).mean()) for arm in arms]
    error = float(np.sqrt(components.total))
    error = error if error > ROUNDING else 0.0
    units = sum(len(table) for table in arms[0])
    return ClusteredEstimate(means[0] - (means[1] if len(means) == 2 else 0.0), error, units, components.freedom)


def contrast_crossed(
    runs: Sequence[Strata], *, claim: str, settings: Settings, baseline: Sequence[Strata] | None = None
) -> Contrast:
    """Test a mean drop, or the gain over a baseline, for new ids and new training seeds alike.

    Args:
        runs: one `Strata` for each training seed of the candidate, the same cells and ids in each.
        claim: what is compared, as a phrase.
        settings: levels.
        baseline: as `runs`, with seeds of its own: the estimate is then the gain of the candidate, positive where it
            loses less; otherwise the drop.

    Raises:
        UsageError: as in `crossed_components`, or units that differ between seeds.
    """
    seeds = _seed_units(runs)
    arms = [_tables(seeds)]
    if baseline is not None:
        others = _seed_units(baseline)
        if _codes(others[0]) != _codes(seeds[0]):
            raise UsageError("arms are compared on the same units: keep the ids that all checkpoints have")
        # The baseline's drop minus the candidate's: positive where the candidate is the more robust one.
        arms.insert(0, _tables(others))
    estimate = crossed_estimate(arms)
    sizes = Sizes(
        n=sum(part.ids for part in seeds[0]),
        clusters=estimate.units,
        seeds=min(part.seeds for part in seeds[0]),
        training_seeds=(len(runs),) if baseline is None else (len(runs), len(baseline)),
    )
    reach = 1.0 if baseline is None else 2.0
    finding = crossed_finding(estimate, crossed_components(arms), reach=reach, settings=settings)
    return conclude(finding, sizes, claim=claim, settings=settings)


def crossed_finding(
    estimate: ClusteredEstimate, components: Components, *, reach: float, settings: Settings
) -> Finding:
    """What a crossed estimate says.

    Args:
        estimate: from `crossed_estimate`.
        components: from `crossed_components` of the same arms.
        reach: how far the effect can go, in score units.
        settings: levels.
    """
    method = f"crossed ids and training seeds, t({estimate.freedom:.4g})"
    interval = estimate.interval(settings.level)
    if interval is None:
        return Finding(
            estimate=estimate.estimate,
            interval=(-reach, reach),
            method="no test",
            p=None,
            reason="neither ids nor training seeds vary",
            reach=reach,
        )
    mde, bound = detectable(estimate, settings, reach=reach)
    share = 100 * min(1.0, max(0.0, components.seeds - components.rest) / components.total)
    return Finding(
        estimate=estimate.estimate,
        interval=interval,
        method=f"{method}, t interval",
        p=estimate.p,
        mde=mde,
        mde_bound=bound,
        reach=reach,
        notes=(f"Training seeds make {share:.0f} % of the variance",),
    )


def _seed_units(runs: Sequence[Strata]) -> list[list[UnitValues]]:
    """The units of every stratum under every seed, the same under all."""
    if not runs:
        raise UsageError("training seeds need at least one run")
    seeds = [[unit_values(samples) for samples in strata] for strata in runs]
    for number, parts in enumerate(seeds):
        if _codes(parts) != _codes(seeds[0]):
            raise UsageError(f"training seed {number} was scored on other units than the first: match the ids by name")
    return seeds


def _tables(seeds: Sequence[Sequence[UnitValues]]) -> list[Table]:
    return [np.stack([parts[k].values for parts in seeds], axis=1) for k in range(len(seeds[0]))]


def _codes(parts: Sequence[UnitValues]) -> list[list[int]]:
    return [part.codes.tolist() for part in parts]


def _seed_means(arm: Sequence[Table]) -> Floats:
    """`(seeds,)` the macro mean under each seed."""
    return np.mean([table.mean(axis=0) for table in arm], axis=0)


def _rest(table: Table, strata: int) -> tuple[float, float]:
    units, seeds = table.shape
    left = table - table.mean(axis=0) - table.mean(axis=1, keepdims=True) + table.mean()
    freedom = (units - 1.0) * (seeds - 1.0)
    return float(np.sum(left**2)) / freedom / (units * seeds) / strata**2, freedom


def _satterthwaite(parts: Sequence[tuple[float, float]]) -> float:
    total = sum(part for part, _ in parts)
    return total**2 / sum(part**2 / freedom for part, freedom in parts) if total > 0.0 else parts[0][1]


def _check(arms: Sequence[Sequence[Table]]) -> None:
    if len(arms) not in (1, 2) or not arms[0] or len({len(arm) for arm in arms}) > 1:
        raise UsageError("a crossed mean takes one or two arms with the same strata, at least one")
    for arm in arms:
        shapes = [table.shape for table in arm]
        if min(shape[1] for shape in shapes) < 2:
            raise UsageError(
                "crossed variance components need at least 2 training seeds in each arm; with one the claim is about "
                "that checkpoint only: compare checkpoints instead"
            )
        if len({shape[1] for shape in shapes}) > 1 or min(shape[0] for shape in shapes) < 2:
            raise UsageError(f"every stratum needs at least 2 units and the seeds of its arm, not shapes {shapes}")
        if not all(np.isfinite(table).all() for table in arm):
            raise UsageError("crossed variance components need a finite value for every unit and seed: leave ids out")
        if shapes != [(len(table), shapes[0][1]) for table in arms[0]]:
            raise UsageError("both arms must hold the same units: keep the ids that all checkpoints have")
