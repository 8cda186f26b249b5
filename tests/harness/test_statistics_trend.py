"""Rank trends against every order, one by one, and against scipy; what is said beside them."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from harness.statistics.correlations import correlation_interval, detectable_correlation
from harness.statistics.ranks import (
    Coefficient,
    doubled_ranks,
    exact_counts,
    exact_p,
    least_p,
    needed_statistic,
    rank_statistic,
)
from harness.statistics.sample import Floats, Settings
from harness.statistics.trend import contrast_trend, leave_one_out
from perturbations.errors import UsageError

QUICK = Settings(resamples=4_999)
BOTH: tuple[Coefficient, ...] = ("spearman", "kendall")
PAIRS = st.integers(2, 6).flatmap(lambda n: st.tuples(*[st.lists(st.integers(0, 4), min_size=n, max_size=n)] * 2))
NAMES = tuple("abcdefghijklmnopqrstuvwxyz")


def coefficient_of(first: Floats, second: Floats, coefficient: Coefficient) -> float:
    if len(set(first)) == 1 or len(set(second)) == 1:
        return 0.0
    return float((stats.spearmanr if coefficient == "spearman" else stats.kendalltau)(first, second).statistic)


@settings(max_examples=40)
@given(PAIRS)
@pytest.mark.parametrize("coefficient", BOTH)
def test_every_order_is_counted_ties_and_all(coefficient: Coefficient, pairs: tuple[list[int], list[int]]) -> None:
    first, second = (np.array(values, dtype=float) for values in pairs)
    statistic = rank_statistic(first, second, coefficient)
    assert statistic.coefficient == pytest.approx(coefficient_of(first, second, coefficient), abs=1e-9)
    counts = exact_counts(statistic, coefficient)
    slow = [rank_statistic(first, np.array(order), coefficient).observed for order in itertools.permutations(second)]
    assert counts == {value: slow.count(value) for value in sorted(set(slow))}
    beyond = sum(abs(value) >= abs(statistic.observed) for value in slow)
    assert exact_p(statistic, counts) == pytest.approx(beyond / len(slow))
    assert least_p(counts) == pytest.approx(sum(abs(v) == max(map(abs, slow)) for v in slow) / len(slow))


@pytest.mark.parametrize("size", [7, 9])
def test_without_ties_the_exact_kendall_test_is_that_of_scipy(size: int) -> None:
    second = np.random.Generator(np.random.PCG64(size)).permutation(size).astype(float)
    statistic = rank_statistic(np.arange(size, dtype=float), second, "kendall")
    peer = stats.kendalltau(np.arange(size), second, method="exact")
    assert exact_p(statistic, exact_counts(statistic, "kendall")) == pytest.approx(float(peer.pvalue), rel=1e-9)


@settings(max_examples=30)
@given(PAIRS, st.sampled_from([0.01, 0.05, 0.1, 0.3]))
@pytest.mark.parametrize("coefficient", BOTH)
def test_the_needed_statistic_is_the_smallest_that_is_significant(
    coefficient: Coefficient, pairs: tuple[list[int], list[int]], alpha: float
) -> None:
    statistic = rank_statistic(np.array(pairs[0], dtype=float), np.array(pairs[1], dtype=float), coefficient)
    counts = exact_counts(statistic, coefficient)
    total = math.factorial(len(pairs[0]))
    significant = [
        size
        for size in {abs(v) for v in counts}
        if sum(n for v, n in counts.items() if abs(v) >= size) / total <= alpha
    ]
    assert needed_statistic(counts, alpha) == min(significant, default=None)


def test_values_that_differ_by_rounding_are_ties() -> None:
    ranks = doubled_ranks(np.array([0.1 + 0.2, 0.3, 1.0, -1.0, 1.0 + 1e-9]))
    assert ranks.tolist() == [5, 5, 8, 2, 10]
    assert doubled_ranks(np.zeros(3)).tolist() == [4, 4, 4]


def test_nine_tasks_need_a_rho_of_seventy_and_a_true_correlation_near_eighty_six() -> None:
    first = np.arange(9.0)
    second = np.array([0.0, 2.0, 1.0, 3.0, 5.0, 4.0, 7.0, 6.0, 8.0])
    contrast = contrast_trend(first, second, names=NAMES[:9], claim="difficulty and gain", settings=QUICK)
    assert contrast.needed == pytest.approx(0.70)
    assert contrast.mde == pytest.approx(0.86, abs=0.01)
    assert contrast.significant()
    sentence = str(contrast)
    for part in ("+0.95", "9 tasks", "all orders counted", "0.70 or more would have been needed at 5 %"):
        assert part in sentence
    assert "minimum detectable correlation 0.86 with 80 % power" in sentence
    assert sentence.endswith("It is an association, whatever causes it.")
    assert "points" not in sentence
    assert contrast.resamples is None


@pytest.mark.parametrize("coefficient", BOTH)
def test_the_detectable_correlation_is_found_as_often_as_it_says(coefficient: Coefficient) -> None:
    rho = detectable_correlation(8, coefficient)
    assert rho is not None
    generator = np.random.Generator(np.random.PCG64(1))
    found, repetitions = 0, 2_000
    counts = exact_counts(rank_statistic(np.arange(8.0), np.arange(8.0), coefficient), coefficient)
    needed = needed_statistic(counts, 0.05)
    for _ in range(repetitions):
        one, other = generator.normal(size=(2, 8))
        found += abs(rank_statistic(one, rho * one + math.sqrt(1 - rho**2) * other, coefficient).observed) >= needed
    low, high = stats.binom.interval(0.9999, repetitions, 0.8)
    assert low <= found <= high
    assert detectable_correlation(4, coefficient) is None
    more = [detectable_correlation(size, coefficient) for size in (6, 8, 10, 15, 40)]
    assert more == sorted(more, key=lambda rho: -(rho or 0.0))


@pytest.mark.parametrize("coefficient", BOTH)
def test_above_ten_tasks_orders_are_drawn_and_that_is_said(coefficient: Coefficient) -> None:
    generator = np.random.Generator(np.random.PCG64(2))
    first = generator.normal(size=18)
    second = first / 3 + generator.normal(size=18)
    contrast = contrast_trend(first, second, names=NAMES[:18], claim="x", settings=QUICK, coefficient=coefficient)
    peer = stats.spearmanr(first, second) if coefficient == "spearman" else stats.kendalltau(first, second)
    assert contrast.p == pytest.approx(float(peer.pvalue), abs=0.03)
    assert "drawn orders" in contrast.method
    assert "4,999 resamples, seed 0" in str(contrast)
    # 0.472 for ρ in the table of Larson & Farber; 1.96 standard errors, √(2(2n + 5)/(9n(n − 1))), for τ.
    needed = 0.472 if coefficient == "spearman" else 1.96 * math.sqrt(2 * 41 / (9 * 18 * 17))
    assert contrast.needed == pytest.approx(needed, abs=0.03)


def test_few_tasks_cannot_show_anything_and_say_so() -> None:
    contrast = contrast_trend(np.arange(4.0), np.arange(4.0), names=NAMES[:4], claim="x", settings=QUICK)
    assert contrast.p == pytest.approx(2 / 24)
    assert contrast.needed is None
    assert contrast.mde is None
    assert "cannot go below p = 0.083, whatever the data: no verdict at 5 % is possible" in str(contrast)


def test_a_measure_that_is_constant_is_untestable() -> None:
    contrast = contrast_trend(np.arange(6.0), np.ones(6), names=NAMES[:6], claim="x", settings=QUICK)
    assert contrast.reason == "all values of one measure are equal"
    assert (contrast.low, contrast.high) == (-1.0, 1.0)


def test_leaving_one_task_out_shows_which_task_carries_the_trend() -> None:
    first = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 20.0])
    second = np.array([3.0, 2.0, 3.5, 1.0, 2.5, 9.0])
    left = leave_one_out(first, second, names=NAMES[:6], coefficient="spearman", settings=QUICK)
    assert [trend.name for trend in left] == list(NAMES[:6])
    for index, trend in enumerate(left):
        kept = np.arange(6) != index
        assert trend.coefficient == pytest.approx(coefficient_of(first[kept], second[kept], "spearman"))
    contrast = contrast_trend(first, second, names=NAMES[:6], claim="x", settings=QUICK)
    assert contrast.notes[0].startswith("Leaving one task out it lies between -0.30 without f (p = 0.68)")


@given(estimate=st.floats(-1, 1), size=st.integers(2, 60), level=st.sampled_from([0.8, 0.95]))
@pytest.mark.parametrize("coefficient", BOTH)
def test_intervals_hold_the_estimate_and_stay_within_one(
    coefficient: Coefficient, estimate: float, size: int, level: float
) -> None:
    low, high = correlation_interval(estimate, size, coefficient, level)
    assert -1.0 <= low <= estimate <= high <= 1.0
    assert high - low > 1e-5
    mirrored = correlation_interval(-estimate, size, coefficient, level)
    assert mirrored == pytest.approx((-high, -low))


def test_trends_that_make_no_sense_are_refused_in_words() -> None:
    for first, second, names, message in (
        (np.arange(3.0), np.arange(3.0), "aab", "none twice"),
        (np.arange(3.0), np.arange(4.0), "abc", "at least 2 pairs"),
        (np.arange(1.0), np.arange(1.0), "a", "at least 2 pairs"),
        (np.array([0.0, np.nan]), np.arange(2.0), "ab", "finite"),
    ):
        with pytest.raises(UsageError, match=message):
            contrast_trend(first, second, names=list(names), claim="x", settings=QUICK)
    with pytest.raises(UsageError, match="up to 10 pairs"):
        exact_counts(rank_statistic(np.arange(11.0), np.arange(11.0), "kendall"), "kendall")
