"""Clustered errors against statsmodels, against the leave-one-out jackknife, and over languages."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from harness.statistics.clustered import (
    clustered_drop,
    clustered_error,
    clustered_mean,
    gradient,
    influence_values,
)
from harness.statistics.macro import macro_estimate
from harness.statistics.sample import Floats, Integers, PairedSample
from perturbations.errors import UsageError
from tests.harness.samples import f1, mean, scored


def f1_sample(seed: int, ids: int, clusters: Integers | None = None) -> PairedSample:
    generator = np.random.Generator(np.random.PCG64(seed))
    clean = generator.integers(0, 6, size=(ids, 3)).astype(np.float64) + np.array([2.0, 0.0, 0.0])
    lost = np.minimum(clean[:, 0], generator.integers(0, 2, ids))
    perturbed = clean + np.stack([-lost, lost, lost], axis=1)
    return PairedSample(reference=clean, perturbed=perturbed, score=f1, clusters=clusters, binary=False, additive=False)


@pytest.mark.parametrize("clusters", [7, 60, 300])
def test_the_clustered_mean_is_the_intercept_only_regression_of_statsmodels(clusters: int) -> None:
    generator = np.random.Generator(np.random.PCG64(clusters))
    codes = generator.integers(0, clusters, 600)
    differences = generator.choice([-1.0, 0.0, 0.0, 1.0, 1.0], 600) + generator.normal(size=clusters)[codes] / 3
    ours = clustered_mean(differences, codes)
    model = sm.OLS(differences, np.ones(600)).fit(
        cov_type="cluster",
        cov_kwds={"groups": codes, "use_correction": True, "df_correction": True},
        use_t=True,
    )
    assert ours.estimate == pytest.approx(float(model.params[0]), abs=1e-12)
    assert ours.error == pytest.approx(float(model.bse[0]), rel=1e-9)
    assert ours.units == len(np.unique(codes))
    assert ours.p == pytest.approx(float(model.pvalues[0]), rel=1e-6)
    assert ours.interval(0.95) == pytest.approx(tuple(model.conf_int(0.05)[0]), abs=1e-9)


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=60).filter(lambda values: np.std(values) > 1e-6))
def test_with_a_cluster_for_every_id_it_is_the_paired_t_test(values: list[float]) -> None:
    differences = np.array(values)
    ours = clustered_mean(differences, np.arange(len(values)))
    assert ours.error == pytest.approx(float(stats.sem(differences)), rel=1e-9)
    assert ours.p == pytest.approx(float(stats.ttest_1samp(differences, 0.0).pvalue), rel=1e-6, abs=1e-12)


@given(seed=st.integers(0, 10**6), shift=st.integers(-50, 50))
def test_neither_the_order_of_ids_nor_the_names_of_clusters_matter(seed: int, shift: int) -> None:
    generator = np.random.Generator(np.random.PCG64(seed))
    differences, codes = generator.normal(size=40), generator.integers(0, 9, 40)
    order = generator.permutation(40)
    first = clustered_mean(differences, codes)
    second = clustered_mean(differences[order], 3 * codes[order] + shift)
    assert second.estimate == pytest.approx(first.estimate, abs=1e-12)
    assert second.error == pytest.approx(first.error, rel=1e-9)
    assert second.units == first.units
    negated = clustered_mean(-differences, codes)
    assert (negated.estimate, negated.p) == pytest.approx((-first.estimate, first.p))


def test_ids_that_repeat_one_another_add_nothing_once_they_are_clustered() -> None:
    differences = np.random.Generator(np.random.PCG64(1)).normal(size=200)
    single = clustered_mean(differences, np.arange(200))
    tripled = clustered_mean(np.repeat(differences, 3), np.repeat(np.arange(200), 3))
    assert tripled.error == pytest.approx(single.error, rel=1e-9)
    assert clustered_mean(np.repeat(differences, 3), np.arange(600)).error < 0.6 * single.error


@pytest.mark.parametrize("value", [0.0, 1.0, -0.25, 0.1])
def test_identical_differences_have_no_error_and_no_p(value: float) -> None:
    drop = clustered_mean(np.full(30, value), np.arange(30) // 3)
    assert drop.error == 0.0
    assert drop.p is None
    assert drop.interval(0.95) is None


def test_a_p_that_underflows_is_not_zero() -> None:
    differences = 1.0 - 1e-6 * np.random.Generator(np.random.PCG64(1)).random(5000)
    p = clustered_mean(differences, np.arange(5000)).p
    assert p is not None
    assert 0.0 < p < 1e-300


@pytest.mark.parametrize(
    ("differences", "clusters"),
    [(np.array([]), np.array([], dtype=np.int64)), (np.ones(3), np.arange(2)), (np.array([np.nan, 1]), np.arange(2))],
)
def test_differences_that_cannot_be_averaged_are_refused(differences: Floats, clusters: Integers) -> None:
    with pytest.raises(UsageError, match="clustered mean"):
        clustered_mean(differences, clusters)


def test_the_gradient_of_f1_is_its_derivative() -> None:
    totals = np.array([900.0, 120.0, 310.0])
    weight = 2 * 900 + 120 + 310
    by_hand = [2 / weight - 4 * 900 / weight**2, -2 * 900 / weight**2, -2 * 900 / weight**2]
    assert gradient(f1, totals) == pytest.approx(np.array(by_hand), rel=1e-6)


@pytest.mark.parametrize("grouped", [False, True])
def test_the_infinitesimal_jackknife_agrees_with_leaving_clusters_out(grouped: bool) -> None:
    codes = np.arange(600) // 3 if grouped else np.arange(600)
    sample = f1_sample(3, 600, codes)
    ours = clustered_drop(sample)
    drops: list[float] = []
    for code in np.unique(codes):
        kept = codes != code
        drops.append(float(f1(sample.reference[kept].sum(0)) - f1(sample.perturbed[kept].sum(0))))
    units = len(drops)
    jackknife = np.sqrt((units - 1) / units * np.sum((np.array(drops) - np.mean(drops)) ** 2))
    assert ours.estimate == pytest.approx(float(f1(sample.reference.sum(0)) - f1(sample.perturbed.sum(0))))
    assert ours.error == pytest.approx(jackknife, rel=0.01)
    assert ours.units == units


def test_for_a_mean_the_influence_is_the_centred_difference() -> None:
    generator = np.random.Generator(np.random.PCG64(5))
    clean, perturbed = generator.random(80), generator.random(80)
    difference = clean - perturbed
    expected = (difference - difference.mean()) / 80
    assert influence_values(scored(clean, perturbed)) == pytest.approx(expected, abs=1e-9)


def test_a_ratio_of_sums_weighs_long_sentences_and_has_the_delta_method_error() -> None:
    generator = np.random.Generator(np.random.PCG64(6))
    tokens = generator.integers(1, 60, 500).astype(np.float64)
    kept = tokens - generator.integers(0, 2, 500) * (tokens > 1)
    right, left = np.floor(0.9 * tokens), np.floor(0.7 * kept)
    sample = PairedSample(
        reference=np.stack([right, tokens], axis=1),
        perturbed=np.stack([left, kept], axis=1),
        score=mean,
        binary=False,
        additive=True,
    )
    assert not sample.is_mean()
    first, second = right.sum() / tokens.sum(), left.sum() / kept.sum()
    drop = clustered_drop(sample)
    assert drop.estimate == pytest.approx(first - second)
    influence = (right - first * tokens) / tokens.sum() - (left - second * kept) / kept.sum()
    assert drop.error == pytest.approx(float(np.sqrt(500 / 499 * np.sum(influence**2))), rel=1e-6)


def _languages(correlated: bool, shared: bool) -> tuple[list[PairedSample], NDArray[np.float64]]:
    generator = np.random.Generator(np.random.PCG64(7))
    common = generator.normal(size=300)
    differences = np.stack(
        [0.3 * (common if correlated else 0.0) + 0.2 * generator.normal(size=300) + 0.02 for _ in range(5)]
    )
    codes = np.arange(300) if shared else None
    return [scored(np.clip(0.5 + d / 4, 0, 1), np.full(300, 0.5), codes) for d in differences], differences


def test_languages_that_share_ids_are_averaged_within_ids_first() -> None:
    samples, _ = _languages(correlated=True, shared=True)
    by_id = np.mean([sample.differences() for sample in samples], axis=0)
    macro = macro_estimate([samples])
    assert macro.estimate == pytest.approx(float(by_id.mean()))
    assert macro.error == pytest.approx(float(stats.sem(by_id)), rel=1e-9)
    assert macro.freedom == 299
    naive = macro_estimate([[sample] for sample in samples])
    assert naive.error < 0.6 * macro.error


def test_languages_without_common_ids_add_their_variances() -> None:
    samples, _ = _languages(correlated=False, shared=False)
    errors = [clustered_drop(sample).error for sample in samples]
    macro = macro_estimate([[sample] for sample in samples])
    assert macro.error == pytest.approx(float(np.sqrt(np.sum(np.square(errors)))) / 5, rel=1e-9)
    squares = np.square(errors) / 25
    assert macro.freedom == pytest.approx(squares.sum() ** 2 / np.sum(squares**2 / 299), rel=1e-9)
    assert macro.units == 1500


def test_a_mean_of_two_independent_languages_has_the_freedom_of_welch() -> None:
    generator = np.random.Generator(np.random.PCG64(8))
    first, second = 0.5 + 0.1 * generator.normal(size=20), 0.5 + 0.02 * generator.normal(size=50)
    drops = macro_estimate([[scored(first, np.zeros(20))], [scored(np.zeros(50), second)]])
    welch = stats.ttest_ind(first, second, equal_var=False)
    assert drops.freedom == pytest.approx(float(welch.df), rel=1e-9)
    assert drops.p == pytest.approx(float(welch.pvalue), rel=1e-9)


def test_shared_ids_need_codes_and_a_mean_needs_a_language() -> None:
    with pytest.raises(UsageError, match="common to all"):
        macro_estimate([[scored(np.ones(3), np.zeros(3))] * 2])
    with pytest.raises(UsageError, match="at least one sample"):
        macro_estimate([[]])


def test_one_cluster_has_no_error() -> None:
    drop = clustered_error(0.1, np.array([0.1, -0.1, 0.0]), np.zeros(3, dtype=np.int64))
    assert (drop.units, drop.error, drop.p, drop.interval(0.95)) == (1, 0.0, None, None)
