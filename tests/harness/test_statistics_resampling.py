"""Sign flips, randomisation and bootstraps against enumeration, scipy and slow loops."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.statistics.clustered import clustered_drop
from harness.statistics.paired import mcnemar_exact
from harness.statistics.resampling import (
    bca_interval,
    bootstrap_drops,
    bootstrap_t_interval,
    bootstrap_weights,
    percentile_interval,
    randomisation_test,
)
from harness.statistics.sample import Floats
from harness.statistics.signflip import coins, lattice_sign_flip, sign_flip
from perturbations.errors import UsageError
from tests.harness.samples import changed, f1, tagged

SMALL = st.lists(st.integers(-4, 4), min_size=1, max_size=12)


def flips_by_hand(values: list[int]) -> float:
    """Every sign assignment, one by one."""
    observed = abs(sum(values))
    sums = [
        abs(sum(sign * value for sign, value in zip(signs, values, strict=True)))
        for signs in itertools.product((1, -1), repeat=len(values))
    ]
    return sum(total >= observed for total in sums) / len(sums)


@given(SMALL)
def test_exact_sign_flips_count_every_assignment(values: list[int]) -> None:
    expected = flips_by_hand(values)
    assert lattice_sign_flip(np.array(values)) == pytest.approx(expected, rel=1e-12)
    listed = sign_flip(np.array(values) / 7, resamples=5_000, seed=0)
    assert listed.exact
    assert listed.p == pytest.approx(expected, rel=1e-12)
    stepped = sign_flip(np.array(values) / 7, resamples=99, seed=0, step=1 / 7)
    assert stepped.p == pytest.approx(expected, rel=1e-12)


@given(lost=st.integers(0, 300), gained=st.integers(0, 300), same=st.integers(1, 300))
def test_with_one_seed_sign_flips_are_mcnemars_exact_test(lost: int, gained: int, same: int) -> None:
    values = np.array([1] * lost + [-1] * gained + [0] * same)
    assert lattice_sign_flip(values) == pytest.approx(float(mcnemar_exact(lost, gained)), rel=1e-9)


def test_drawn_sign_flips_agree_with_scipy_and_with_the_exact_distribution() -> None:
    generator = np.random.Generator(np.random.PCG64(3))
    values = generator.integers(-3, 5, 60).astype(np.float64)
    drawn = sign_flip(values, resamples=9_999, seed=5)
    assert not drawn.exact
    exact = lattice_sign_flip(values.astype(np.int64))
    assert drawn.p == pytest.approx(exact, abs=4 * np.sqrt(exact / 9_999))
    peer = stats.permutation_test(
        (values,), np.sum, permutation_type="samples", n_resamples=9_999, rng=np.random.default_rng(1)
    )
    assert float(peer.pvalue) == pytest.approx(exact, abs=4 * np.sqrt(exact / 9_999))


def test_ties_among_floats_are_counted_as_ties() -> None:
    # Every assignment that moves 0.1 + 0.2 and 0.3 in opposite directions sums to 0 only in exact arithmetic.
    values = np.array([0.1, 0.2, -0.3] * 20)
    assert sign_flip(values, resamples=999, seed=0).p == 1.0


def test_a_drawn_p_is_never_below_its_floor() -> None:
    assert sign_flip(np.linspace(1, 2, 50), resamples=999, seed=0).p == 1 / 1_000
    assert randomisation_test(tagged(400, effect=0.9), resamples=199, seed=0).p == 1 / 200


@pytest.mark.parametrize("values", [[], [np.nan, 1.0], [np.inf]])
def test_values_that_cannot_be_flipped_are_refused(values: list[float]) -> None:
    with pytest.raises(UsageError, match="sign-flip"):
        sign_flip(np.array(values), resamples=99, seed=0)


def test_exact_flips_of_thousands_of_ids_are_not_zero() -> None:
    assert 0 < lattice_sign_flip(np.full(4_000, 3)) < 1e-300


@pytest.mark.parametrize("grouped", [False, True])
def test_randomisation_lists_every_swap_of_few_clusters(grouped: bool) -> None:
    codes = np.arange(20) // 2 if grouped else None
    sample = tagged(20 if grouped else 9, clusters=codes, seed=2)
    units = sample.codes()
    observed = abs(float(f1(sample.reference.sum(0)) - f1(sample.perturbed.sum(0))))
    beyond = 0
    for swaps in itertools.product((False, True), repeat=int(units.max()) + 1):
        swapped = np.array(swaps)[units][:, None]
        first = np.where(swapped, sample.perturbed, sample.reference).sum(0)
        second = np.where(swapped, sample.reference, sample.perturbed).sum(0)
        beyond += abs(float(f1(first) - f1(second))) >= observed - 1e-12
    test = randomisation_test(sample, resamples=1_023, seed=0)
    assert test.exact
    assert test.p == pytest.approx(beyond / 2 ** (int(units.max()) + 1))


def test_drawn_randomisation_agrees_with_a_slow_loop() -> None:
    sample = tagged(120, effect=0.22, seed=4)
    fast = randomisation_test(sample, resamples=4_999, seed=0)
    assert not fast.exact
    generator = np.random.Generator(np.random.PCG64(9))
    observed = abs(float(f1(sample.reference.sum(0)) - f1(sample.perturbed.sum(0))))
    beyond = 0
    for _ in range(2_000):
        swapped = generator.random(120) < 0.5
        first = np.where(swapped[:, None], sample.perturbed, sample.reference).sum(0)
        second = np.where(swapped[:, None], sample.reference, sample.perturbed).sum(0)
        beyond += abs(float(f1(first) - f1(second))) >= observed - 1e-12
    slow = beyond / 2_000
    assert 0.02 < slow < 0.9
    assert fast.p == pytest.approx(slow, abs=4 * np.sqrt(slow * (1 - slow) * (1 / 2_000 + 1 / 5_000)))


def test_randomising_a_mean_is_the_sign_flip_test() -> None:
    differences = np.random.Generator(np.random.PCG64(11)).integers(-2, 4, 11) / 5
    swaps = randomisation_test(changed(differences), resamples=4_095, seed=0)
    assert swaps.p == pytest.approx(flips_by_hand(np.rint(5 * differences).astype(int).tolist()))


def test_the_same_seed_gives_the_same_draws_and_another_seed_others() -> None:
    sample = tagged(60)
    first = bootstrap_drops(sample, resamples=1_500, seed=1)
    assert np.array_equal(first, bootstrap_drops(sample, resamples=1_500, seed=1))
    assert not np.array_equal(first, bootstrap_drops(sample, resamples=1_500, seed=2))
    assert np.array_equal(first[:1_000], bootstrap_drops(sample, resamples=1_000, seed=1))
    assert np.array_equal(coins(60, 10, 1, 0), coins(60, 10, 1, 0))
    assert not np.array_equal(coins(60, 10, 1, 0), coins(60, 10, 1, 1))


def test_every_resample_draws_as_many_clusters_as_there_are_and_all_alike() -> None:
    weights = bootstrap_weights(40, 1_000, 0, 0)
    assert np.all(weights.sum(axis=1) == 40)
    # 40,000 draws over 40 clusters: each count has a standard deviation of about 31.
    assert np.all(np.abs(weights.sum(axis=0) - 1_000) < 5 * np.sqrt(1_000))
    assert float(coins(40, 1_000, 0, 0).mean()) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("grouped", [False, True])
def test_the_bootstrap_spreads_as_the_infinitesimal_jackknife_says(grouped: bool) -> None:
    sample = tagged(300, clusters=np.arange(300) // 3 if grouped else None)
    drops = bootstrap_drops(sample, resamples=3_000, seed=0)
    drop = clustered_drop(sample)
    assert float(drops.mean()) == pytest.approx(drop.estimate, abs=5 * drop.error / np.sqrt(3_000))
    assert float(drops.std()) == pytest.approx(drop.error, rel=0.08)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_percentile_and_bca_intervals_agree_with_scipy(seed: int) -> None:
    sample = tagged(90, seed=seed)
    drops = bootstrap_drops(sample, resamples=6_000, seed=0)
    spread = float(drops.std())

    def statistic(index: Floats, axis: int) -> Floats:
        rows = index.astype(np.int64)
        moved = np.moveaxis(rows, axis, -1)
        return f1(sample.reference[moved].sum(axis=-2)) - f1(sample.perturbed[moved].sum(axis=-2))

    for method, ours in (
        ("percentile", percentile_interval(drops, level=0.95)),
        ("BCa", bca_interval(sample, drops, level=0.95)),
    ):
        peer = stats.bootstrap(
            (np.arange(90.0),), statistic, n_resamples=6_000, method=method, rng=np.random.default_rng(seed)
        ).confidence_interval
        assert ours is not None
        assert ours == pytest.approx((float(peer.low), float(peer.high)), abs=0.12 * spread)


def test_bca_leans_to_the_side_of_the_long_tail_as_far_as_scipy_does() -> None:
    values = (-np.log1p(-(np.arange(25) + 0.5) / 25)) ** 2 / 20
    skewed = changed(values)
    drops = bootstrap_drops(skewed, resamples=9_999, seed=0)
    plain, corrected = percentile_interval(drops, level=0.95), bca_interval(skewed, drops, level=0.95)
    peer = stats.bootstrap(
        (values,), np.mean, n_resamples=9_999, method="BCa", rng=np.random.default_rng(0)
    ).confidence_interval
    spread = float(drops.std())
    assert corrected is not None
    assert corrected == pytest.approx((float(peer.low), float(peer.high)), abs=0.1 * spread)
    # Without the acceleration the upper end would hardly move: the bias of a mean is small.
    assert corrected[0] > plain[0]
    assert corrected[1] > plain[1] + 0.3 * spread


def test_bca_does_not_exist_where_nothing_moves() -> None:
    still = changed(np.zeros(30))
    assert bca_interval(still, bootstrap_drops(still, resamples=200, seed=0), level=0.95) is None


def test_bootstrap_t_agrees_with_a_slow_loop() -> None:
    values = np.random.Generator(np.random.PCG64(6)).exponential(size=40) / 10 - 0.05
    ours = bootstrap_t_interval(values, level=0.9, resamples=4_000, seed=0)
    generator = np.random.Generator(np.random.PCG64(7))
    ratios: list[float] = []
    for _ in range(4_000):
        drawn = generator.choice(values, 40)
        ratios.append(float((drawn.mean() - values.mean()) / stats.sem(drawn)))
    error = float(stats.sem(values))
    slow = values.mean() - np.quantile(ratios, [0.95, 0.05]) * error
    assert ours == pytest.approx(tuple(slow), abs=0.12 * error)


def test_bootstrap_t_declines_where_resamples_may_not_vary() -> None:
    assert bootstrap_t_interval(np.array([0.0] * 200 + [1.0] * 9), level=0.95, resamples=200, seed=0) is None
    assert bootstrap_t_interval(np.array([0.0] * 200 + [1.0] * 10), level=0.95, resamples=200, seed=0) is not None
