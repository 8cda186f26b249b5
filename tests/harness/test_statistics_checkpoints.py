"""Difference-in-differences, crossed seeds and arms of seeds, against regressions, enumeration and simulation."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from harness.statistics.arms import (
    ArmTest,
    contrast_arms,
    least_flip_p,
    least_permutation_p,
    permute_arms,
    welch,
)
from harness.statistics.crossed import Components, contrast_crossed, crossed_components, crossed_estimate
from harness.statistics.difference import contrast_checkpoints, gain_values
from harness.statistics.sample import Floats, Settings
from harness.statistics.units import Strata
from perturbations.errors import UsageError
from tests.harness.samples import changed, f1, scored, tagged

QUICK = Settings(resamples=999)
NUMBERS = st.lists(st.integers(-1_000, 1_000), min_size=2, max_size=9).filter(lambda values: len(set(values)) > 1)


def two_checkpoints(ids: int, *, gain: float, seed: int = 0) -> tuple[Strata, Strata]:
    generator = np.random.Generator(np.random.PCG64(seed))
    hard = generator.normal(size=ids) / 8
    drops = [np.clip(hard + generator.normal(size=ids) / 8 + shift, -1, 1) for shift in (0.2 - gain, 0.2)]
    candidate, baseline = (changed(drop, np.arange(ids) // 2) for drop in drops)
    return [[candidate]], [[baseline]]


def test_a_gain_is_the_interaction_of_a_clustered_regression() -> None:
    candidate, baseline = two_checkpoints(120, gain=0.05)
    sides = [candidate[0][0], baseline[0][0]]
    rows: list[tuple[float, float, float, int]] = []
    for new, sample in zip((1.0, 0.0), sides, strict=True):
        for noisy, side in ((0.0, sample.reference), (1.0, sample.perturbed)):
            rows += [(float(value), new, noisy, index // 2) for index, value in enumerate(side[:, 0])]
    score, new, noisy, groups = (np.array(column) for column in zip(*rows, strict=True))
    design = np.stack([np.ones(len(score)), new, noisy, new * noisy], axis=1)
    model = sm.OLS(score, design).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}, use_t=True
    )
    ours = gain_values(candidate, baseline)[0].estimate()
    assert ours.estimate == pytest.approx(float(model.params[3]), abs=1e-12)
    # statsmodels corrects by other numbers of parameters; the plain sandwich times G/(G − 1) is ours.
    assert ours.error == pytest.approx(float(model.bse[3]) * math.sqrt(60 / 59), rel=1e-6)
    assert ours.freedom == 59


def test_a_gain_has_the_sign_of_the_more_robust_checkpoint_and_is_antisymmetric() -> None:
    candidate, baseline = two_checkpoints(400, gain=0.06)
    gain = contrast_checkpoints(candidate, baseline, claim="a against b", settings=QUICK)
    assert 3 < gain.estimate < 9
    assert gain.significant()
    back = contrast_checkpoints(baseline, candidate, claim="b against a", settings=QUICK)
    assert (back.estimate, back.p) == pytest.approx((-gain.estimate, gain.p))
    assert (gain.n, gain.clusters) == (400, 200)
    flips = contrast_checkpoints(candidate, baseline, claim="a against b", settings=QUICK, procedure="flips")
    assert flips.p == 1 / 1_000
    assert "the floor of its resamples" in str(flips)


def test_flips_of_gains_list_every_assignment() -> None:
    generator = np.random.Generator(np.random.PCG64(3))
    drops = generator.integers(-2, 3, size=(2, 9)) / 4
    candidate, baseline = ([[changed(drop)]] for drop in drops)
    gains = drops[1] - drops[0]
    sums = [abs(float(np.array(signs) @ gains)) for signs in itertools.product((1, -1), repeat=9)]
    ours = contrast_checkpoints(candidate, baseline, claim="x", settings=QUICK, procedure="flips")
    assert ours.exhaustive
    assert ours.p == pytest.approx(np.mean([total >= abs(gains.sum()) - 1e-12 for total in sums]))


def test_for_f1_the_error_of_a_gain_is_that_of_leaving_ids_out() -> None:
    candidate, baseline = tagged(400, seed=1, effect=0.2), tagged(400, seed=2, effect=0.35)
    ours = gain_values([[candidate]], [[baseline]])[0].estimate()
    left: list[float] = []
    for out in range(400):
        kept = np.arange(400) != out
        drops = [float(f1(s.reference[kept].sum(0)) - f1(s.perturbed[kept].sum(0))) for s in (baseline, candidate)]
        left.append(drops[0] - drops[1])
    jackknife = math.sqrt(399 / 400 * float(np.sum((np.array(left) - np.mean(left)) ** 2)))
    assert ours.error == pytest.approx(jackknife, rel=0.02)
    with pytest.raises(UsageError, match="takes the t test"):
        contrast_checkpoints([[candidate]], [[baseline]], claim="x", settings=QUICK, procedure="flips")


def test_checkpoints_alike_or_on_other_ids_are_answered_in_words() -> None:
    candidate, baseline = two_checkpoints(40, gain=0.0)
    same = contrast_checkpoints(candidate, candidate, claim="x", settings=QUICK)
    assert same.reason == "no id tells the two apart"
    assert same.low < 0 < same.high
    with pytest.raises(UsageError, match="do not match"):
        contrast_checkpoints(candidate, two_checkpoints(42, gain=0.0)[0], claim="x", settings=QUICK)
    with pytest.raises(UsageError, match="cell by cell"):
        contrast_checkpoints(candidate, [*baseline, *baseline], claim="x", settings=QUICK)


def test_equal_gains_reach_beyond_a_hundred_points_and_keep_a_width() -> None:
    worst, best = scored(np.ones(9), np.zeros(9)), scored(np.zeros(9), np.ones(9))
    gain = contrast_checkpoints([[best]], [[worst]], claim="x", settings=QUICK)
    assert gain.estimate == 200
    assert gain.p == pytest.approx(2 / 2**9)
    assert gain.low < 120
    assert gain.high == 200


def seeded(ids: int, seeds: int, *, between: float, generator: np.random.Generator) -> list[Strata]:
    hard = generator.normal(size=ids) / 8
    shifts = generator.normal(size=seeds) * between
    noise = generator.normal(size=(seeds, ids)) / 8
    return [[[changed(np.clip(hard + shift + row, -1, 1))]] for shift, row in zip(shifts, noise, strict=True)]


def test_training_seeds_widen_the_interval_and_are_said() -> None:
    generator = np.random.Generator(np.random.PCG64(1))
    candidate, baseline = (seeded(300, 5, between=0.05, generator=generator) for _ in range(2))
    contrast = contrast_crossed(candidate, claim="x", settings=QUICK, baseline=baseline)
    assert contrast.training_seeds == (5, 5)
    assert "5 against 5 training seeds" in str(contrast)
    assert "Training seeds make 9" in contrast.notes[0]
    one = contrast_checkpoints(candidate[0], baseline[0], claim="x", settings=QUICK)
    assert contrast.high - contrast.low > 1.5 * (one.high - one.low)
    assert contrast_crossed(candidate, claim="x", settings=QUICK).training_seeds == (5,)


@pytest.mark.parametrize(("seeds", "between"), [(3, 0.02), (5, 0.02), (5, 0.0)])
def test_crossed_tests_of_two_arms_keep_their_level(seeds: int, between: float) -> None:
    generator = np.random.Generator(np.random.PCG64(2))
    rejected, repetitions = 0, 1_500
    for _ in range(repetitions):
        ids = generator.normal(size=(150, 1)) * 0.3
        arms = [
            [ids + generator.normal(size=(1, seeds)) * between + generator.normal(size=(150, seeds)) * 0.4]
            for _ in range(2)
        ]
        p = crossed_estimate(arms).p
        rejected += p is not None and p <= 0.05
    low, high = stats.binom.interval(0.9999, repetitions, 0.05)
    assert rejected <= high
    # Without an effect of the seeds the test is conservative, for their variance is never taken for negative.
    assert between == 0.0 or rejected >= low


def test_two_strata_are_averaged_and_an_arm_of_one_table_is_its_own_mean() -> None:
    generator = np.random.Generator(np.random.PCG64(4))
    tables: list[Floats] = [generator.normal(size=(30, 4)), generator.normal(size=(50, 4))]
    both = crossed_estimate([tables])
    assert both.estimate == pytest.approx((tables[0].mean() + tables[1].mean()) / 2)
    assert both.units == 80
    apart = crossed_components([tables])
    assert apart.seeds == pytest.approx(float(np.mean([t.mean(axis=0) for t in tables], axis=0).var(ddof=1)) / 4)
    assert apart.units == pytest.approx(sum(t.mean(axis=1).var(ddof=1) / len(t) / 4 for t in tables))
    assert Components(0.0, 0.0, 0.0, 1.0, 1.0, 1.0).freedom == 0.0


def test_crossed_layouts_that_cannot_be_estimated_are_refused_in_words() -> None:
    table = np.random.Generator(np.random.PCG64(0)).normal(size=(6, 3))
    for arms, message in (
        ([[table[:, :1]]], "at least 2 training seeds"),
        ([[table[:1]]], "at least 2 units"),
        ([[table], [table[:5]]], "the same units"),
        ([[np.where(table > 0, table, np.nan)]], "finite value"),
        ([], "one or two arms"),
    ):
        with pytest.raises(UsageError, match=message):
            crossed_estimate(arms)
    runs: list[Strata] = [[[changed(np.zeros(4))]], [[changed(np.zeros(5))]]]
    with pytest.raises(UsageError, match="training seed 1 was scored on other units"):
        contrast_crossed(runs, claim="x", settings=QUICK)
    still = contrast_crossed([runs[0], runs[0]], claim="x", settings=QUICK)
    assert still.reason == "neither ids nor training seeds vary"


@given(NUMBERS, NUMBERS)
def test_welch_is_that_of_scipy(first: list[int], second: list[int]) -> None:
    one, other = np.array(first) / 1_000, np.array(second) / 1_000
    ours = welch(one, other)
    peer = stats.ttest_ind(one, other, equal_var=False)
    assert ours.freedom == pytest.approx(float(peer.df), rel=1e-6)
    assert ours.p == pytest.approx(float(peer.pvalue), rel=1e-6, abs=1e-12)


@settings(max_examples=40)
@given(
    first=st.lists(st.integers(0, 6), min_size=1, max_size=5),
    second=st.lists(st.integers(0, 6), min_size=1, max_size=5),
)
def test_seeds_are_reassigned_in_every_way(first: list[int], second: list[int]) -> None:
    pooled = np.array(first + second, dtype=float)
    observed = abs(np.mean(first) - np.mean(second))
    ways = list(itertools.combinations(range(len(pooled)), len(first)))
    gaps = [abs(pooled[list(way)].mean() - np.delete(pooled, list(way)).mean()) for way in ways]
    ours = permute_arms(pooled[: len(first)], pooled[len(first) :], resamples=999, seed=0)
    assert ours.p == pytest.approx(np.mean([gap >= observed - 1e-9 for gap in gaps]))
    assert ours.p >= least_permutation_p(len(first), len(second)) - 1e-12


def test_many_seeds_are_reassigned_by_drawing() -> None:
    values = np.random.Generator(np.random.PCG64(5)).normal(size=(2, 12))
    ours = permute_arms(values[0], values[1], resamples=4_999, seed=0)
    peer = stats.permutation_test(
        (values[0], values[1]),
        lambda a, b: abs(a.mean() - b.mean()),
        alternative="greater",
        n_resamples=4_999,
        rng=np.random.default_rng(0),
    )
    assert not ours.exact
    assert ours.p == pytest.approx(float(peer.pvalue), abs=0.04)


def test_many_seeds_have_the_floor_of_the_draws_and_not_of_their_reassignments() -> None:
    far, near = np.linspace(0.5, 0.6, 12), np.linspace(0.0, 0.1, 12)
    contrast = contrast_arms(near, far, claim="x", settings=QUICK, test="permutation")
    assert contrast.p == contrast.floor == 1 / 1_000
    assert "the floor of its resamples" in str(contrast)


@pytest.mark.parametrize(
    ("test", "seeds", "floor"), [("permutation", 3, 0.1), ("permutation", 5, 2 / 252), ("paired", 5, 0.0625)]
)
def test_the_floor_of_few_seeds_is_said_aloud(test: ArmTest, seeds: int, floor: float) -> None:
    candidate, baseline = np.linspace(0.01, 0.02, seeds), np.linspace(0.08, 0.1, seeds)
    contrast = contrast_arms(candidate, baseline, claim="arms", settings=QUICK, test=test)
    assert contrast.least_p == pytest.approx(floor)
    assert contrast.p == pytest.approx(floor)
    assert contrast.decidable == (floor <= 0.05)
    said = "cannot go below p = 0.1" if test == "permutation" else "cannot go below p = 0.06"
    assert (said in str(contrast)) == (floor > 0.05)
    assert ("no verdict at 5 % is possible" in str(contrast)) == (floor > 0.05)
    assert f"{2 * seeds} checkpoints, {seeds} against {seeds} training seeds" in str(contrast)
    assert contrast.estimate == pytest.approx(7.5)


def test_floors_are_those_of_the_numbers_of_ways() -> None:
    assert least_permutation_p(3, 3) == pytest.approx(0.1)
    assert least_permutation_p(2, 3) == pytest.approx(0.1)
    assert least_flip_p(5) == 0.0625
    assert least_flip_p(6) < 0.05 < least_flip_p(5)
    assert least_permutation_p(1, 1) == 1.0


def test_arms_that_do_not_vary_or_hold_one_seed_are_untestable_in_words() -> None:
    one = contrast_arms(np.array([0.1]), np.array([0.2, 0.3]), claim="x", settings=QUICK)
    assert one.reason == "an arm has one training seed, whose variance is unknown"
    still = contrast_arms(np.full(3, 0.1), np.full(3, 0.1), claim="x", settings=QUICK)
    assert still.reason == "the seeds of both arms do not vary"
    pairs = contrast_arms(np.full(3, 0.1), np.full(3, 0.1), claim="x", settings=QUICK, test="paired")
    assert pairs.reason == "no pair of seeds differs"
    moved = contrast_arms(np.full(3, 0.1), np.full(3, 0.1), claim="x", settings=QUICK, test="permutation")
    assert moved.reason == "no seed differs from another"
    with pytest.raises(UsageError, match="as many seeds each"):
        contrast_arms(np.ones(2), np.ones(3), claim="x", settings=QUICK, test="paired")
    with pytest.raises(UsageError, match="one finite number for each training seed"):
        contrast_arms(np.array([np.nan, 1.0]), np.ones(3), claim="x", settings=QUICK)
