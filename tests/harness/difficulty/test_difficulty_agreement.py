"""Rank agreement of measures against scipy and brute force."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import pytest
from scipy import stats

from harness.difficulty.agreement import Concordance, agree_in_pairs, agree_together, concordance
from harness.difficulty.measures import TaskDifficulty
from harness.statistics.sample import Settings
from perturbations.errors import UsageError

SETTINGS = Settings(resamples=1_999)


def tasks(columns: Mapping[str, list[float | None]]) -> list[TaskDifficulty]:
    size = len(next(iter(columns.values())))
    return [
        TaskDifficulty(
            f"task-{number}",
            {name: found for name, column in columns.items() if (found := column[number]) is not None},
            {},
        )
        for number in range(size)
    ]


def test_measures_are_turned_so_that_more_is_harder() -> None:
    found = agree_in_pairs(
        tasks({"data-size": [10.0, 20.0, 30.0, 40.0, 50.0], "human-gap": [5.0, 4.0, 3.0, 2.0, 1.0]}), settings=SETTINGS
    )
    assert [pair.contrast.estimate for pair in found] == [1.0]


@pytest.mark.parametrize("seed", range(4))
def test_pairs_are_scipys_taus_with_exact_p(seed: int) -> None:
    first, second = np.random.Generator(np.random.PCG64(seed)).normal(size=(2, 7))
    (pair,) = agree_in_pairs(tasks({"human-gap": [*first], "code-length": [*second]}), settings=SETTINGS)
    expected = stats.kendalltau(first, second, method="exact")
    assert pair.contrast.estimate == pytest.approx(expected.statistic)
    assert pair.contrast.p == pytest.approx(expected.pvalue)


def test_all_pairs_are_one_family_and_those_with_fewer_than_three_tasks_are_left_out() -> None:
    found = agree_in_pairs(
        tasks(
            {
                "human-gap": [1.0, 2.0, 3.0, 4.0],
                "code-length": [1.0, 3.0, 2.0, 4.0],
                "forgetting": [4.0, 3.0, 2.0, 1.0],
                "confidence": [0.5, 0.4, None, None],
                "sequence-length": [1.0, 2.0, 3.0, 4.0],
            }
        ),
        settings=SETTINGS,
    )
    assert [(pair.first, pair.second) for pair in found] == [
        ("human-gap", "forgetting"),
        ("human-gap", "code-length"),
        ("forgetting", "code-length"),
    ]
    assert {pair.contrast.family_size for pair in found} == {3}
    for pair in found:
        assert pair.contrast.p is not None
        assert pair.contrast.adjusted_p is not None
        assert pair.contrast.adjusted_p >= pair.contrast.p
        assert "It is an association" in pair.contrast.sentence()


@pytest.mark.parametrize("seed", range(6))
def test_concordance_is_friedmans_statistic_on_its_scale_ties_and_all(seed: int) -> None:
    table = np.random.Generator(np.random.PCG64(seed)).integers(0, 4, size=(4, 6)).astype(np.float64)
    w, _, drawn = concordance(table, settings=SETTINGS)
    # W = chi-squared / (m (n - 1)), Kendall & Gibbons 1990; scipy corrects for ties too.
    assert w == pytest.approx(stats.friedmanchisquare(*table.T).statistic / (4 * 5))
    assert drawn


def test_the_p_of_concordance_counts_every_order() -> None:
    table = np.array([[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 4.0, 3.0], [2.0, 1.0, 3.0, 4.0]])
    w, p, drawn = concordance(table, settings=SETTINGS)
    spreads = [
        np.var(table[0] + np.array(second) + np.array(third))
        for second in itertools.permutations(range(1, 5))
        for third in itertools.permutations(range(1, 5))
    ]
    observed = np.var(table.sum(axis=0))
    assert p == pytest.approx(np.mean([spread >= observed - 1e-9 for spread in spreads]))
    assert not drawn
    assert 0.7 < w < 1.0


def test_one_order_in_all_measures_is_concordance_of_one() -> None:
    table = np.tile(np.arange(5.0), (3, 1))
    w, p, drawn = concordance(table, settings=Settings(resamples=20_000))
    assert (w, drawn) == (1.0, False)
    assert p == pytest.approx(1 / 120**2)


def test_drawn_orders_keep_their_level() -> None:
    generator = np.random.Generator(np.random.PCG64(5))
    found = [concordance(generator.normal(size=(3, 8)), settings=Settings(resamples=199))[1] for _ in range(300)]
    hits = sum(p <= 0.05 for p in found)
    assert stats.binomtest(hits, 300, 0.05).pvalue > 1e-4
    assert min(found) >= 1 / 200


def test_together_takes_the_measures_that_three_tasks_have_and_says_why_it_cannot() -> None:
    columns: dict[str, list[float | None]] = {
        "human-gap": [1.0, 2.0, 3.0, 4.0],
        "code-length": [1.0, 2.0, 3.0, None],
        "confidence": [0.5, 0.4, None, None],
    }
    found = agree_together(tasks(columns), settings=SETTINGS)
    assert isinstance(found, Concordance)
    assert found.tasks == ("task-0", "task-1", "task-2")
    assert found.measures == ("human-gap", "code-length")
    assert found.p == pytest.approx(1 / 6)
    assert "there are 1" in str(agree_together(tasks({"human-gap": [1.0, 2.0, 3.0]}), settings=SETTINGS))
    split = tasks({"human-gap": [1.0, 2.0, 3.0, None, None], "code-length": [None, None, 3.0, 4.0, 5.0]})
    assert "there are 1" in str(agree_together(split, settings=SETTINGS))
    still = tasks({"human-gap": [1.0, 1.0, 1.0], "code-length": [1.0, 2.0, 3.0]})
    assert "no order" in str(agree_together(still, settings=SETTINGS))


def test_a_constant_row_is_refused() -> None:
    with pytest.raises(UsageError, match="concordance needs finite"):
        concordance(np.array([[1.0, 1.0, 1.0], [1.0, 2.0, 3.0]]), settings=SETTINGS)
