"""McNemar's tests and the paired intervals against published tables, brute force and their own symmetries."""

from __future__ import annotations

import math
import time
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

from harness.statistics.intervals import envelope, newcombe_interval, tango_interval, tango_score, wilson_interval
from harness.statistics.paired import PairedCounts, mcnemar_exact, mcnemar_mid_p, paired_counts
from perturbations.errors import UsageError

REFERENCES: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parents[1] / "references" / "paired_tables.toml").read_text(encoding="utf-8")
)
COUNTS = st.integers(0, 400)
TABLES = st.tuples(COUNTS, COUNTS, COUNTS, COUNTS).filter(lambda table: sum(table) > 0)


@pytest.mark.parametrize("case", REFERENCES["mcnemar"], ids=lambda case: case["name"])
def test_mcnemar_gives_the_published_p(case: dict[str, Any]) -> None:
    assert float(mcnemar_exact(case["lost"], case["gained"])) == pytest.approx(case["exact"], abs=10 ** -case["places"])
    assert float(mcnemar_mid_p(case["lost"], case["gained"])) == pytest.approx(case["mid_p"], abs=10 ** -case["places"])


@given(lost=COUNTS, gained=COUNTS)
def test_exact_mcnemar_agrees_with_statsmodels_and_scipy(lost: int, gained: int) -> None:
    ours = float(mcnemar_exact(lost, gained))
    assert ours == pytest.approx(mcnemar([[5, lost], [gained, 7]], exact=True).pvalue, rel=1e-9)
    if lost + gained:
        assert ours == pytest.approx(stats.binomtest(lost, lost + gained).pvalue, rel=1e-7)


@given(lost=st.integers(0, 40), gained=st.integers(0, 40))
def test_mid_p_is_the_chance_of_more_extreme_outcomes_and_half_of_equal_ones(lost: int, gained: int) -> None:
    total = lost + gained
    distance = [abs(2 * heads - total) for heads in range(total + 1)]
    mass = [math.comb(total, heads) / 2**total for heads in range(total + 1)]
    observed = abs(lost - gained)
    more = sum(m for m, d in zip(mass, distance, strict=True) if d > observed)
    same = sum(m for m, d in zip(mass, distance, strict=True) if d == observed)
    expected = more + same / 2 if total else 1.0
    assert float(mcnemar_mid_p(lost, gained)) == pytest.approx(expected, rel=1e-10)


@given(lost=st.integers(0, 10**6), gained=st.integers(0, 10**6))
def test_mcnemar_is_symmetric_and_never_zero_nor_above_one(lost: int, gained: int) -> None:
    for test in (mcnemar_exact, mcnemar_mid_p):
        p = float(test(lost, gained))
        assert 0.0 < p <= 1.0
        assert p == float(test(gained, lost))
    assert float(mcnemar_mid_p(lost, gained)) <= float(mcnemar_exact(lost, gained))


@given(total=st.integers(1, 2000))
def test_mcnemar_falls_as_the_discordance_grows_one_sided(total: int) -> None:
    lost = np.arange(total // 2 + 1)
    assert np.all(np.diff(mcnemar_mid_p(lost, total - lost)) >= 0)


@pytest.mark.parametrize("counts", [(-1, 3), (1.5, 3), (3, float("nan"))])
def test_counts_that_are_no_counts_are_refused(counts: tuple[float, float]) -> None:
    with pytest.raises(UsageError, match="whole numbers"):
        mcnemar_mid_p(*counts)


def test_the_table_of_two_outcomes_counts_every_id_once() -> None:
    counts = paired_counts(np.array([1.0, 1, 1, 0, 0]), np.array([1.0, 0, 0, 1, 0]))
    assert counts == PairedCounts(both=1, lost=2, gained=1, neither=1)
    assert counts.n == 5
    assert counts.discordance == pytest.approx(0.6)


@pytest.mark.parametrize("case", REFERENCES["tango"], ids=lambda case: f"{case['lost']}-{case['gained']}-{case['n']}")
def test_tango_gives_the_published_limits(case: dict[str, Any]) -> None:
    low, high = tango_interval(case["lost"], case["gained"], case["n"], level=case["level"])
    assert float(low) == pytest.approx(case["low"], abs=0.51 * 10 ** -case["places"])
    assert float(high) == pytest.approx(case["high"], abs=0.51 * 10 ** -case["places"])


@given(table=TABLES, level=st.sampled_from([0.8, 0.9, 0.95, 0.999]))
def test_tango_ends_where_its_score_reaches_the_critical_value(table: tuple[int, ...], level: float) -> None:
    _, lost, gained, _ = table
    n = sum(table)
    low, high = (float(end) for end in tango_interval(lost, gained, n, level=level))
    critical = stats.norm.ppf((1 + level) / 2)
    difference = (lost - gained) / n
    assert -1 <= low <= difference <= high <= 1
    if difference < 1:
        assert float(tango_score(lost, gained, n, min(1.0, high + 1e-9))) <= -critical + 1e-6
        assert float(tango_score(lost, gained, n, high - 1e-9)) >= -critical - 1e-2
    mirrored = tango_interval(gained, lost, n, level=level)
    assert float(mirrored[0]) == -high
    assert float(mirrored[1]) == -low


def _score_by_profile_likelihood(lost: int, gained: int, n: int, difference: float) -> float:
    """The definition: the discordance is chosen by maximum likelihood under the hypothesis, here on a fine grid."""
    gained_shares = np.linspace(max(0.0, -difference), (1 - difference) / 2, 200_001)[1:-1]
    lost_shares = gained_shares + difference
    likelihood = (
        lost * np.log(lost_shares)
        + gained * np.log(gained_shares)
        + (n - lost - gained) * np.log(1 - lost_shares - gained_shares)
    )
    best = int(np.argmax(likelihood))
    variance = lost_shares[best] + gained_shares[best] - difference**2
    return ((lost - gained) / n - difference) / math.sqrt(variance / n)


@pytest.mark.parametrize(("lost", "gained", "n"), [(6, 16, 161), (1, 7, 21), (40, 20, 160), (3, 2, 14)])
@pytest.mark.parametrize("difference", [-0.3, -0.05, 0.02, 0.2])
def test_the_closed_form_of_the_score_is_the_constrained_likelihood(
    lost: int, gained: int, n: int, difference: float
) -> None:
    slow = _score_by_profile_likelihood(lost, gained, n, difference)
    assert float(tango_score(lost, gained, n, difference)) == pytest.approx(slow, abs=2e-3)


@pytest.mark.parametrize("n", [1, 2, 10, 5010])
def test_tango_has_a_width_where_nothing_or_everything_is_discordant(n: int) -> None:
    low, high = tango_interval(0, 0, n)
    assert float(low) == -float(high)
    assert float(high) == pytest.approx(3.841458820694124 / (n + 3.841458820694124), rel=1e-9)
    low, high = tango_interval(n, 0, n)
    assert float(high) == 1.0
    assert -1 < float(low) < 1


@pytest.mark.parametrize("case", REFERENCES["newcombe"], ids=lambda case: str(case["table"]))
def test_newcombe_gives_the_published_limits(case: dict[str, Any]) -> None:
    low, high = newcombe_interval(*case["table"])
    # The paper's arithmetic takes z = 1.96, which can move the fourth decimal.
    assert float(low) == pytest.approx(case["low"], abs=1.1e-4)
    assert float(high) == pytest.approx(case["high"], abs=1.1e-4)


@given(table=TABLES)
def test_newcombe_holds_the_difference_and_mirrors(table: tuple[int, int, int, int]) -> None:
    both, lost, gained, neither = table
    low, high = (float(end) for end in newcombe_interval(both, lost, gained, neither))
    difference = (lost - gained) / sum(table)
    assert -1 <= low <= difference + 1e-12
    assert difference - 1e-12 <= high <= 1
    mirrored = newcombe_interval(both, gained, lost, neither)
    assert float(mirrored[0]) == pytest.approx(-high, abs=1e-12)
    assert float(mirrored[1]) == pytest.approx(-low, abs=1e-12)


@pytest.mark.parametrize("case", REFERENCES["wilson"], ids=lambda case: f"{case['successes']}-{case['n']}")
def test_wilson_gives_the_published_limits(case: dict[str, Any]) -> None:
    low, high = wilson_interval(case["successes"], case["n"])
    assert float(low) == pytest.approx(case["low"], abs=5.1e-5)
    assert float(high) == pytest.approx(case["high"], abs=5.1e-5)


@given(n=st.integers(1, 5000), share=st.floats(0, 1), level=st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_agrees_with_statsmodels(n: int, share: float, level: float) -> None:
    successes = round(share * n)
    expected = proportion_confint(successes, n, alpha=1 - level, method="wilson")
    assert np.asarray(wilson_interval(successes, n, level=level)) == pytest.approx(np.asarray(expected), abs=1e-12)


@given(units=st.integers(1, 3000), difference=st.floats(-1, 1))
def test_the_envelope_is_the_clopper_pearson_limit_around_what_was_seen(units: int, difference: float) -> None:
    low, high = envelope(difference, units, level=0.95)
    assert -1 - 1e-12 <= low <= difference + 1e-12
    assert difference - 1e-12 <= high <= 1 + 1e-12
    unseen = proportion_confint(0, units, alpha=0.05, method="beta")[1]
    assert envelope(0.0, units, level=0.95)[1] == pytest.approx(unseen, rel=1e-9)


@pytest.mark.parametrize("table", [(3, 2, 4), (-1, 2, 4), (0, 0, 0)])
def test_tables_that_do_not_add_up_are_refused(table: tuple[int, int, int]) -> None:
    with pytest.raises(UsageError, match="paired counts"):
        tango_interval(*table)


def test_fifteen_thousand_cells_take_less_than_two_seconds() -> None:
    generator = np.random.Generator(np.random.PCG64(0))
    lost, gained = generator.integers(0, 120, 15_000), generator.integers(0, 120, 15_000)
    start = time.process_time()
    tango_interval(lost, gained, 1_000)
    newcombe_interval(1_000 - lost - gained, lost, gained, 0)
    mcnemar_mid_p(lost, gained)
    assert time.process_time() - start < 2.0
