"""Minimum detectable effects and sample sizes, against published figures, statsmodels and exact enumeration."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import TTestPower
from statsmodels.stats.proportion import proportion_confint

from harness.statistics.distributions import detectable_noncentrality
from harness.statistics.paired import mcnemar_mid_p
from harness.statistics.power import (
    clustered_mde,
    clustered_required_units,
    design_effect,
    noninferiority_required_n,
    paired_mde,
    paired_required_n,
    zero_discordance_mde,
)
from perturbations.errors import UsageError


@pytest.mark.parametrize(("n", "points"), [(300, 5.1), (1_000, 2.8), (3_000, 1.6), (10_000, 0.9)])
def test_ten_percent_discordance_detects_what_the_normal_approximation_says(n: int, points: float) -> None:
    # (1.960 + 0.842)·√(0.1/n) by hand; the second variance of Connor's formula moves no printed digit.
    mde = paired_mde(0.1, n)
    assert mde is not None
    assert round(mde, 1) == points


@pytest.mark.parametrize(("margin", "ids"), [(2.0, 1_546), (1.0, 6_183)])
def test_noninferiority_needs_the_ids_of_the_one_sided_formula(margin: float, ids: int) -> None:
    # (1.645 + 0.842)²·0.1/margin² by hand.
    assert noninferiority_required_n(margin, 0.1) == ids


def _exact_power(n: int, discordance: float, difference: float, alpha: float) -> float:
    """Power of the mid-p test, summed over every number of discordant ids and every split of them."""
    lost_share = (discordance + difference) / 2 / discordance
    power = 0.0
    for discordant in range(1, n + 1):
        lost = np.arange(discordant + 1)
        rejected = mcnemar_mid_p(lost, discordant - lost) <= alpha
        given_discordant = stats.binom.pmf(lost, discordant, lost_share)[rejected].sum()
        power += stats.binom.pmf(discordant, n, discordance) * given_discordant
    return float(power)


@pytest.mark.parametrize(("n", "discordance"), [(300, 0.1), (150, 0.3), (250, 0.2)])
def test_the_paired_effect_is_detected_with_the_power_it_promises(n: int, discordance: float) -> None:
    mde = paired_mde(discordance, n)
    assert mde is not None
    assert _exact_power(n, discordance, mde / 100, 0.05) == pytest.approx(0.8, abs=0.02)


@given(n=st.integers(20, 20_000), discordance=st.floats(0.01, 1.0))
def test_the_ids_needed_for_the_detectable_effect_are_the_ids_there_are(n: int, discordance: float) -> None:
    mde = paired_mde(discordance, n)
    if mde is not None and mde < 100 * discordance:
        assert paired_required_n(mde, discordance) in (n, n + 1)


@given(n=st.integers(1, 5_000), discordance=st.floats(0.0, 1.0))
def test_more_ids_and_less_discordance_detect_more(n: int, discordance: float) -> None:
    here, further = paired_mde(discordance, n), paired_mde(discordance, 2 * n)
    assert here is None or (further is not None and 0.0 < further < here)
    if here is not None and discordance < 0.9:
        more = paired_mde(discordance + 0.1, n)
        assert more is None or more >= here - 1e-9


def test_an_effect_larger_than_the_discordance_raises_the_discordance() -> None:
    mde = paired_mde(0.001, 100)
    assert mde is not None
    share = mde / 100
    needed = 1.959964 * math.sqrt(share) + 0.841621 * math.sqrt(share - share**2)
    assert share * 10 == pytest.approx(needed, rel=1e-5)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_hardly_any_ids_detect_nothing(n: int) -> None:
    assert paired_mde(1.0, n) is None
    assert zero_discordance_mde(n) is None


@given(units=st.integers(5, 20_000))
def test_without_discordance_the_bound_uses_the_clopper_pearson_limit(units: int) -> None:
    unseen = proportion_confint(0, units, alpha=0.10, method="beta")[1]
    assert zero_discordance_mde(units) == pytest.approx(paired_mde(unseen, units), rel=1e-9)


@pytest.mark.parametrize("freedom", [2, 5, 20, 100, 1669])
@pytest.mark.parametrize("power", [0.5, 0.8, 0.95])
def test_the_noncentral_t_agrees_with_statsmodels(freedom: int, power: float) -> None:
    noncentrality = detectable_noncentrality(float(freedom), 0.05, power)
    reached = TTestPower().power(noncentrality / math.sqrt(freedom + 1), nobs=freedom + 1, alpha=0.05)
    assert float(reached) == pytest.approx(power, abs=1e-4)


@pytest.mark.parametrize("freedom", [1, 2, 10, 500])
def test_the_noncentral_t_agrees_with_integration_over_its_denominator(freedom: int) -> None:
    noncentrality = detectable_noncentrality(float(freedom), 0.05, 0.8)
    middles = (np.arange(200_000) + 0.5) / 200_000
    denominators = np.sqrt(stats.chi2.ppf(middles, freedom) / freedom)
    critical = stats.t.ppf(0.975, freedom) * denominators
    power = stats.norm.sf(critical - noncentrality) + stats.norm.cdf(-critical - noncentrality)
    assert float(power.mean()) == pytest.approx(0.8, abs=1e-5)


def test_a_clustered_effect_is_the_error_times_the_noncentrality() -> None:
    assert clustered_mde(0.01, 1e6) == pytest.approx(100 * 0.01 * (1.959964 + 0.841621), rel=1e-5)
    assert clustered_mde(0.3, 3.0) is None


@given(error=st.floats(0.001, 0.02), units=st.integers(10, 3_000))
def test_clusters_needed_for_the_detectable_effect_are_the_clusters_there_are(error: float, units: int) -> None:
    mde = clustered_mde(error, units - 1.0)
    assert mde is not None
    assert abs(clustered_required_units(mde * (1 - 1e-9), error, units) - units) <= 1


def test_three_alike_in_a_premise_triple_the_ids_needed() -> None:
    assert design_effect(3, 1.0) == 3.0
    assert design_effect(3, 0.0) == 1.0


@pytest.mark.parametrize(
    "call",
    [
        lambda: paired_mde(1.1, 100),
        lambda: paired_mde(0.1, 0),
        lambda: paired_mde(0.1, 100, alpha=0.9),
        lambda: paired_required_n(11.0, 0.1),
        lambda: noninferiority_required_n(0.0, 0.1),
        lambda: clustered_mde(0.0, 10),
        lambda: clustered_required_units(1.0, 0.01, 1),
        lambda: zero_discordance_mde(0),
    ],
)
def test_impossible_requests_are_refused(call: object) -> None:
    assert callable(call)
    with pytest.raises(UsageError):
        call()
