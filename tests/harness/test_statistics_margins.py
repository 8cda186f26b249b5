"""Non-inferiority and equivalence, one-sided losses, and what sizes they need; by enumeration and against peers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import ttost_paired

from harness.statistics.clustered import ClusteredEstimate, clustered_drop
from harness.statistics.conclusion import Sizes
from harness.statistics.crossed import Components, crossed_components
from harness.statistics.intervals import tango_interval
from harness.statistics.noninferiority import (
    Margin,
    bound_margin_p,
    contrast_bound,
    contrast_margin,
    contrast_worse,
    negated,
    tango_margin_p,
)
from harness.statistics.paired import PairedCounts
from harness.statistics.planning import (
    clustered_power,
    crossed_mde,
    crossed_planned,
    crossed_required_seeds,
    equivalence_required_n,
    margin_required_units,
    paired_power,
    required_seeds,
    seeds_mde,
    seeds_power,
    t_shown_margin,
)
from harness.statistics.power import clustered_mde, noninferiority_required_n, paired_mde
from harness.statistics.sample import Settings
from perturbations.errors import UsageError
from tests.harness.samples import changed, table

ALPHA = Settings(resamples=99)
SIZES = Sizes(n=40, clusters=40, seeds=1)
COUNTS = st.tuples(st.integers(0, 60), st.integers(0, 12), st.integers(0, 12), st.integers(0, 60)).filter(
    lambda counts: sum(counts) >= 2
)


@given(COUNTS, st.floats(0.5, 30), st.booleans())
def test_a_binary_claim_holds_exactly_where_tangos_interval_lies_within_the_margin(
    counts: tuple[int, int, int, int], points: float, both: bool
) -> None:
    p = tango_margin_p(PairedCounts(*counts), Margin(points, both=both))
    low, high = (100 * float(end) for end in tango_interval(counts[1], counts[2], sum(counts), level=0.90))
    inside = high < points and (not both or -points < low)
    if min(abs(high - points), abs(low + points)) > 1e-6:
        assert (p <= 0.05) == inside


@pytest.mark.parametrize(("discordance", "margin", "n"), [(0.1, 0.05, 120), (0.2, 0.1, 80), (0.06, 0.06, 150)])
def test_a_loss_of_exactly_the_margin_is_certified_one_time_in_twenty(
    discordance: float, margin: float, n: int
) -> None:
    lost, gained = np.meshgrid(np.arange(n + 1), np.arange(n + 1))
    inside = lost + gained <= n
    shares = [(discordance + margin) / 2, (discordance - margin) / 2, 1 - discordance]
    table_counts = np.stack([lost[inside], gained[inside], n - lost[inside] - gained[inside]], axis=1)
    chance = stats.multinomial.pmf(table_counts, n, shares)
    likely = chance > 1e-12
    certified = [
        tango_margin_p(PairedCounts(int(rest), int(b), int(c), 0), Margin(100 * margin)) <= 0.05
        for b, c, rest in table_counts[likely]
    ]
    # The score test is approximate: a little on either side of its level, as Tango's table 3 shows.
    assert 0.02 <= float(chance[likely][certified].sum()) <= 0.062


@given(st.lists(st.integers(-50, 50), min_size=3, max_size=40).filter(lambda v: len(set(v)) > 1), st.floats(0.5, 40))
def test_equivalence_of_graded_scores_is_the_two_tests_of_statsmodels(values: list[int], points: float) -> None:
    differences = np.array(values) / 100
    contrast = contrast_margin(changed(differences), margin=Margin(points, both=True), claim="x", settings=ALPHA)
    peer = float(ttost_paired(differences, np.zeros(len(values)), -points / 100, points / 100)[0])
    assert contrast.p == pytest.approx(peer, rel=1e-6, abs=1e-12)
    assert contrast.level == pytest.approx(0.90)
    assert contrast.significant() == (-points < contrast.low and contrast.high < points) or abs(peer - 0.05) < 1e-6
    one_sided = contrast_margin(changed(differences), margin=Margin(points), claim="x", settings=ALPHA)
    assert one_sided.p is not None
    assert one_sided.p <= peer + 1e-9


def test_a_claim_about_a_margin_prints_its_margin_and_its_sides() -> None:
    contrast = contrast_margin(table(960, 15, 15, 10), margin=Margin(2.0), claim="no worse", settings=ALPHA)
    assert contrast.significant()
    assert "one-sided against a margin of 2 points p = " in str(contrast)
    assert "90 % interval" in str(contrast)
    assert "minimum detectable margin 1.36 points with 80 % power at one-sided 5 %" in str(contrast)
    both = contrast_margin(table(960, 15, 15, 10), margin=Margin(2.0, both=True), claim="alike", settings=ALPHA)
    assert "two one-sided tests against a margin of 2 points" in str(both)


def test_without_discordance_a_margin_can_be_shown_and_one_id_shows_nothing() -> None:
    still = contrast_margin(table(500, 0, 0, 0), margin=Margin(2.0), claim="x", settings=ALPHA)
    assert still.significant()
    assert still.mde_bound
    few = contrast_margin(table(20, 0, 0, 0), margin=Margin(2.0), claim="x", settings=ALPHA)
    assert not few.significant()
    assert contrast_margin(table(1, 0, 0, 0), margin=Margin(2.0), claim="x", settings=ALPHA).reason == "there is one id"
    lone = contrast_margin(changed(np.array([0.1, 0.2]), np.zeros(2, int)), margin=Margin(2), claim="x", settings=ALPHA)
    assert lone.reason == "there is one unit"


@example(units=100, estimate=0.0, points=4.0, reach=2)
@given(
    units=st.integers(2, 400), estimate=st.floats(-0.9, 0.5), points=st.floats(0.5, 60), reach=st.sampled_from([1, 2])
)
def test_units_that_all_moved_alike_obey_their_envelope(
    units: int, estimate: float, points: float, reach: float
) -> None:
    loss = ClusteredEstimate(estimate, 0.0, units, units - 1.0)
    contrast = contrast_bound(loss, SIZES, margin=Margin(points), claim="x", settings=ALPHA, reach=reach)
    assert contrast.p is not None
    if abs(contrast.high - points) > 1e-6:
        assert (contrast.p <= 0.05) == (contrast.high < points)


def test_a_loss_is_tested_on_one_side_only() -> None:
    generator = np.random.Generator(np.random.PCG64(1))
    drop = clustered_drop(changed(generator.normal(size=60) / 8 + 0.05))
    worse = contrast_worse(drop, SIZES, claim="x", settings=ALPHA)
    better = contrast_worse(negated(drop), SIZES, claim="x", settings=ALPHA)
    assert drop.p is not None
    assert worse.p == pytest.approx(drop.p / 2)
    assert better.p == pytest.approx(1 - drop.p / 2)
    assert "one-sided p = " in str(worse)
    alike = contrast_worse(ClusteredEstimate(0.1, 0.0, 8, 7.0), SIZES, claim="x", settings=ALPHA)
    assert alike.p == pytest.approx(2.0**-8)
    still = contrast_worse(ClusteredEstimate(0.0, 0.0, 8, 7.0), SIZES, claim="x", settings=ALPHA)
    assert still.reason == "no unit changed"


def test_a_p_that_underflows_is_not_zero() -> None:
    loss = ClusteredEstimate(-0.5, 1e-4, 4_000, 3_999.0)
    assert 0.0 < bound_margin_p(loss, Margin(50.0)) < 1e-300
    assert 0.0 < bound_margin_p(ClusteredEstimate(0.0, 0.0, 10**7, 1e7), Margin(50.0)) < 1e-300


@pytest.mark.parametrize(
    "call",
    [
        lambda: Margin(0.0),
        lambda: Margin(100.0),
        lambda: Margin(math.nan),
        lambda: contrast_bound(
            ClusteredEstimate(0.0, 0.1, 9, 8.0), SIZES, margin=Margin(1.0), claim="x", settings=Settings(alpha=0.5)
        ),
        lambda: paired_power(11.0, 0.1, 100),
        lambda: clustered_power(1.0, 0.0, 5),
        lambda: equivalence_required_n(0.0, 0.1),
        lambda: margin_required_units(1.0, 0.1, 1, settings=ALPHA),
        lambda: seeds_mde(0.1, 1, 5),
        lambda: required_seeds(0.0, 0.1),
        lambda: crossed_required_seeds(1.0, Components(0.1, 0.1, 0.1, 9.0, 4.0, 36.0), 1),
        lambda: crossed_mde(Components(0.0, 0.0, 0.0, 9.0, 4.0, 36.0)),
        lambda: crossed_planned(Components(0.1, 0.1, 0.1, 9.0, 4.0, 36.0), units=(9, 1)),
    ],
)
def test_impossible_requests_are_refused(call: object) -> None:
    assert callable(call)
    with pytest.raises(UsageError):
        call()


def test_power_and_detectable_effect_are_each_others_inverse() -> None:
    paired = paired_mde(0.1, 1_000)
    clustered = clustered_mde(0.01, 50.0)
    seeds = seeds_mde(0.02, 5, 5)
    assert paired is not None
    assert clustered is not None
    assert seeds is not None
    assert paired_power(paired, 0.1, 1_000) == pytest.approx(0.8, abs=1e-9)
    assert clustered_power(clustered, 0.01, 50.0) == pytest.approx(0.8, abs=1e-9)
    assert seeds_power(seeds, 0.02, 5, 5) == pytest.approx(0.8, abs=1e-9)
    assert required_seeds(seeds * (1 + 1e-6), 0.02) == 5
    assert required_seeds(seeds * (1 - 1e-3), 0.02) == 6


@pytest.mark.parametrize("both", [False, True])
def test_the_margin_that_can_be_shown_is_shown_as_often_as_it_says(both: bool) -> None:
    generator = np.random.Generator(np.random.PCG64(2))
    units, spread, repetitions = 30, 0.2, 3_000
    points = t_shown_margin(spread / math.sqrt(units), units - 1.0, settings=ALPHA, equivalence=both)
    assert points is not None
    values = generator.normal(size=(repetitions, units)) * spread
    shown = sum(
        bound_margin_p(
            ClusteredEstimate(float(row.mean()), float(stats.sem(row)), units, units - 1.0), Margin(points, both=both)
        )
        <= 0.05
        for row in values
    )
    # Halving what may fail is exact only where the two tests are independent: a little on the safe side.
    low, high = stats.binom.interval(0.9999, repetitions, 0.8)
    assert low <= shown <= high + (0.02 * repetitions if both else 0)
    needed = margin_required_units(
        points * (1 + 1e-9), spread / math.sqrt(units), units, settings=ALPHA, equivalence=both
    )
    assert needed == units


def test_sizes_for_margins_grow_with_what_is_lost_and_asked() -> None:
    assert equivalence_required_n(2.0, 0.1) == math.ceil((1.6448536 + 1.2815516) ** 2 * 0.1 / 0.02**2)
    assert equivalence_required_n(2.0, 0.1) > noninferiority_required_n(2.0, 0.1)
    plain = margin_required_units(2.0, 0.01, 500, settings=ALPHA)
    losing = margin_required_units(2.0, 0.01, 500, settings=ALPHA, loss=1.0)
    assert plain is not None
    assert losing is not None
    assert losing == pytest.approx(4 * plain, rel=0.02)
    assert margin_required_units(2.0, 0.01, 500, settings=ALPHA, loss=2.0) is None


def test_more_seeds_help_until_the_ids_are_what_limits() -> None:
    generator = np.random.Generator(np.random.PCG64(3))
    values = generator.normal(size=(400, 1)) * 0.2 + generator.normal(size=(1, 5)) * 0.02
    found = crossed_components([[values + generator.normal(size=(400, 5)) * 0.3]])
    now = crossed_mde(found)
    assert now is not None
    assert crossed_planned(found).total == pytest.approx(found.total)
    assert crossed_planned(found).freedom == pytest.approx(found.freedom)
    assert crossed_required_seeds(now * (1 + 1e-9), found, 5) == 5
    needed = crossed_required_seeds(0.75 * now, found, 5)
    assert needed is not None
    assert needed > 5
    planned = crossed_mde(crossed_planned(found, seeds=(5, needed)))
    assert planned is not None
    assert planned <= 0.75 * now
    assert crossed_required_seeds(1.0, found, 5) is None
    more = crossed_mde(crossed_planned(found, units=(400, 4_000)))
    assert more is not None
    assert more < now
