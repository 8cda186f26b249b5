"""Means over languages and tasks against regressions, enumeration and slow loops; ids matched by name."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.statistics.clustered import clustered_drop, clustered_mean
from harness.statistics.macro import contrast_macro, macro_bootstrap, macro_estimate, macro_flips
from harness.statistics.sample import Floats, PairedSample, Settings
from harness.statistics.units import matched, unit_values
from perturbations.errors import UsageError
from tests.harness.samples import changed, f1, tagged

QUICK = Settings(resamples=999)


def parallel(ids: int, languages: int, *, seed: int = 0, shift: float = 0.0) -> list[PairedSample]:
    generator = np.random.Generator(np.random.PCG64(seed))
    values = generator.normal(size=(ids, 1)) / 6 + generator.normal(size=(ids, languages)) / 6 + shift
    return [changed(np.clip(column, -1, 1), np.arange(ids)) for column in values.T]


def test_unit_values_spread_as_the_clustered_error_says() -> None:
    languages = parallel(90, 4)
    ours = unit_values(languages).estimate()
    by_id = np.mean([language.differences() for language in languages], axis=0)
    known = clustered_mean(by_id, np.arange(90))
    assert (ours.estimate, ours.error, ours.freedom) == pytest.approx((known.estimate, known.error, known.freedom))
    words = tagged(80, clusters=np.arange(80) // 4)
    single, whole = unit_values([words]).estimate(), clustered_drop(words)
    assert (single.estimate, single.error, single.units) == pytest.approx((whole.estimate, whole.error, whole.units))


def test_a_stratum_of_parallel_languages_is_a_regression_clustered_on_ids() -> None:
    languages = parallel(60, 3, shift=0.1)
    differences = np.concatenate([language.differences() for language in languages])
    model = sm.OLS(differences, np.ones(180)).fit(
        cov_type="cluster",
        cov_kwds={"groups": np.tile(np.arange(60), 3), "use_correction": True, "df_correction": True},
        use_t=True,
    )
    ours = macro_estimate([languages])
    assert ours.error == pytest.approx(float(model.bse[0]), rel=1e-9)
    assert ours.p == pytest.approx(float(model.pvalues[0]), rel=1e-6)


def test_strata_without_common_ids_add_their_variances() -> None:
    strata = [[sample] for sample in (*parallel(40, 1, seed=1), *parallel(70, 1, seed=2))]
    parts = [clustered_drop(stratum[0]) for stratum in strata]
    ours = macro_estimate(strata)
    assert ours.error == pytest.approx(np.sqrt(sum(part.error**2 for part in parts)) / 2)
    squares = [part.error**2 / 4 for part in parts]
    satterthwaite = sum(squares) ** 2 / sum(
        square**2 / freedom for square, freedom in zip(squares, (39, 69), strict=True)
    )
    assert ours.freedom == pytest.approx(satterthwaite)
    assert len(strata) * 10 < ours.freedom < 108


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6))
def test_flips_of_whole_ids_are_every_assignment_of_their_vectors(seed: int) -> None:
    generator = np.random.Generator(np.random.PCG64(seed))
    first = generator.integers(-2, 3, size=(5, 3)) / 4
    second = generator.integers(-2, 3, size=(4, 1)) / 4
    strata = [[changed(column, np.arange(5)) for column in first.T], [changed(second[:, 0])]]
    shares = np.concatenate([first.mean(axis=1) / 5 / 2, second[:, 0] / 4 / 2])
    observed = abs(shares.sum())
    sums = [abs(float(np.array(signs) @ shares)) for signs in itertools.product((1, -1), repeat=9)]
    ours = macro_flips(strata, resamples=999, seed=0)
    assert ours.exact
    assert ours.p == pytest.approx(np.mean([total >= observed - 1e-12 for total in sums]))


def test_flips_of_f1_swap_the_counts_of_an_id_in_every_language() -> None:
    languages = [tagged(10, seed=seed, effect=0.8, clusters=np.arange(10)) for seed in (1, 2)]

    def mean_drop(swaps: tuple[bool, ...]) -> float:
        drops: list[float] = []
        for sample in languages:
            swapped = np.array(swaps)[:, None]
            sides = (sample.reference, sample.perturbed)
            first, second = np.where(swapped, sides[1], sides[0]), np.where(swapped, sides[0], sides[1])
            drops.append(float(f1(first.sum(axis=0)) - f1(second.sum(axis=0))))
        return abs(float(np.mean(drops)))

    listed = [mean_drop(swaps) for swaps in itertools.product((False, True), repeat=10)]
    ours = macro_flips([languages], resamples=1_023, seed=0)
    assert ours.exact
    assert ours.p == pytest.approx(np.mean([drop >= listed[0] - 1e-12 for drop in listed]))
    drawn = macro_flips([languages], resamples=100, seed=0)
    assert not drawn.exact
    assert drawn.p == pytest.approx(ours.p, abs=4.5 * np.sqrt(ours.p * (1 - ours.p) / 100) + 0.02)


def test_the_cluster_bootstrap_keeps_the_correlation_between_languages() -> None:
    languages = parallel(150, 6)
    drops = macro_bootstrap([languages], resamples=3_000, seed=0)
    assert float(drops.std()) == pytest.approx(macro_estimate([languages]).error, rel=0.06)
    apart = macro_bootstrap([[sample] for sample in languages], resamples=3_000, seed=0)
    independent = macro_estimate([[sample] for sample in languages]).error
    # Strata of one size are drawn each for itself, not with the same weights.
    assert float(apart.std()) == pytest.approx(independent, rel=0.06)
    assert independent < 0.7 * float(drops.std())
    assert np.array_equal(drops, macro_bootstrap([languages], resamples=3_000, seed=0))


@pytest.mark.parametrize(("procedure", "words"), [("t", "t(199)"), ("flips", "flips"), ("bootstrap", "bootstrap")])
def test_all_three_procedures_tell_one_story(procedure: str, words: str) -> None:
    languages = parallel(200, 3, seed=4, shift=0.035)
    contrast = contrast_macro([languages], claim="mean of 3", settings=QUICK, procedure=procedure)  # pyright: ignore[reportArgumentType]
    closed = contrast_macro([languages], claim="mean of 3", settings=QUICK)
    assert words in contrast.method
    assert contrast.p == pytest.approx(closed.p, abs=0.02)
    assert (contrast.low, contrast.high) == pytest.approx((closed.low, closed.high), abs=0.6)
    assert (contrast.n, contrast.clusters) == (600, 200)
    assert "minimum detectable effect" in str(contrast)


@pytest.mark.parametrize("procedure", ["t", "flips", "bootstrap"])
def test_nothing_changed_and_lone_units_are_untestable_in_words(procedure: str) -> None:
    still = [changed(np.zeros(30), np.arange(30)), changed(np.zeros(30), np.arange(30))]
    contrast = contrast_macro([still], claim="x", settings=QUICK, procedure=procedure)  # pyright: ignore[reportArgumentType]
    assert contrast.reason == "no id changed its score"
    lone = contrast_macro([[changed(np.full(1, 0.5))], parallel(30, 1)], claim="x", settings=QUICK)
    assert lone.reason == "1 of 2 strata hold one unit only"
    assert "not tested, 1 of 2 strata hold one unit only" in str(lone)
    alone = contrast_macro([[changed(np.full(1, 0.5))]], claim="x", settings=QUICK, procedure=procedure)  # pyright: ignore[reportArgumentType]
    assert alone.reason == "there is one unit"


def test_equal_effects_in_every_unit_still_have_a_p_and_a_width() -> None:
    contrast = contrast_macro([[changed(np.full(20, 0.5), np.arange(20))]], claim="x", settings=QUICK)
    assert contrast.p == pytest.approx(2 / 2**20)
    assert contrast.low < 50 < contrast.high


@pytest.mark.parametrize("shape", [((1.0, 3), (0.0, 3)), ((0.5, 4), (0.25, 6)), ((0.0, 40), (-1.0, 2))])
def test_strata_that_each_moved_as_one_have_the_p_of_all_their_flips(shape: tuple[tuple[float, int], ...]) -> None:
    strata = [[changed(np.full(ids, drop))] for drop, ids in shape]
    contrast = contrast_macro(strata, claim="x", settings=QUICK)
    assert contrast.p == macro_flips(strata, resamples=2**12, seed=0).p
    assert contrast.low < contrast.estimate < contrast.high


def test_strata_that_moved_as_one_in_opposite_directions_are_untestable() -> None:
    strata = [[changed(np.full(5, 1.0))], [changed(np.full(5, -0.9))]]
    contrast = contrast_macro(strata, claim="x", settings=QUICK)
    assert contrast.p is None
    assert contrast.reason == "no unit varies within its stratum, and the strata moved in opposite directions"


def test_what_went_unseen_may_hide_in_the_smallest_stratum() -> None:
    def width(*sizes: int) -> float:
        contrast = contrast_macro([[changed(np.zeros(size))] for size in sizes], claim="x", settings=QUICK)
        return contrast.high - contrast.low

    assert width(3, 1_000) == width(3, 3) > 10 * width(1_000, 1_000)


def test_strata_that_are_empty_or_share_nothing_by_name_are_refused() -> None:
    with pytest.raises(UsageError, match="at least one stratum"):
        macro_estimate([])
    with pytest.raises(UsageError, match="at least one sample"):
        macro_estimate([[]])
    with pytest.raises(UsageError, match="cluster codes common"):
        macro_estimate([[changed(np.ones(3) / 2), changed(np.ones(3) / 2)]])


def test_ids_are_matched_whatever_their_order() -> None:
    first, second = ["b", "a", "c"], ["c", "b", "a"]
    assert [second[i] for i in matched(first, second, names=("base", "new"))] == first


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (["a", "b"], ["a", "b", "c", "d"], "2 of 4 are only in new: 'c', 'd'"),
        (["a", "b"], ["a"], "1 of 2 are only in base: 'b'"),
        (["a", "a", "b"], ["a", "b"], "base holds 1 ids more than once: 'a'"),
        (["a", ""], ["a", "b"], "base has 1 examples without an id, the first at row 1"),
    ],
)
def test_ids_that_do_not_match_are_named(first: list[str], second: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        matched(first, second, names=("base", "new"))


def test_values_that_are_missing_are_refused_by_row() -> None:
    values: Floats = np.array([0.5, np.nan, 0.1])
    with pytest.raises(UsageError, match="first at row 1"):
        changed(values)
