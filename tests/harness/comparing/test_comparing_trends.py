"""Trends over intermediate tasks, and effective robustness, on values whose answer is known."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import special

from harness.comparing.arms import Arm
from harness.comparing.effective import effective_robustness, residuals
from harness.comparing.samples import Filter
from harness.comparing.scopes import Scope
from harness.comparing.trends import find_trend_arms, find_trends
from harness.difficulty.measures import TaskDifficulty
from harness.statistics.sample import Floats, Settings
from tests.harness.comparing.in_memory import arm_of, cache_of

SETTINGS = Settings(resamples=199)
WHOLE = Scope("overall", "overall", ("toy",), Filter())
GAPS = {"mnli": 10.0, "siqa": 20.0, "qqp": 30.0, "copa": 40.0, "squad": 50.0}


def trend_arms(seeds: int = 3, **factors: Any) -> dict[Arm, float]:
    """Arms with the mean drop of each: the harder the task, the less is lost."""
    arms = {arm_of(f"direct {factors}", range(seeds), **factors): 0.30}
    for place, task in enumerate(GAPS):
        arms[arm_of(f"{task} {factors}", range(seeds), task, **factors)] = 0.28 - 0.03 * place
    return arms


def rows(arms: dict[Arm, float]) -> dict[tuple[Arm, int], Floats]:
    """Drops of 20 ids, the same but for the arm and a little for the seed."""
    ids = np.linspace(-0.1, 0.1, 20)
    return {
        (arm, seed): ids + drop + 0.001 * (seed - 1)
        for arm, drop in arms.items()
        for seed in arm.seeds("toy")
        if seed is not None
    }


def known(gaps: dict[str, float] = GAPS) -> list[TaskDifficulty]:
    return [TaskDifficulty(name, {"human-gap": gap, "data-size": 1000 / gap}, {}) for name, gap in gaps.items()]


def test_a_trend_has_the_task_as_its_unit_and_counts_every_order() -> None:
    arms = trend_arms()
    trends = find_trends(cache_of(rows(arms)), find_trend_arms(list(arms)), WHOLE, known(), settings=SETTINGS)
    found = {(trend.measure, trend.outcome, trend.coefficient): trend for trend in trends}
    rise = found["human-gap", "robustness gain", "spearman"]
    assert rise.contrast.estimate == pytest.approx(1.0)
    # Five tasks, not fifteen checkpoints: two of 120 orders are perfect.
    assert rise.contrast.n == 5
    assert rise.contrast.p == pytest.approx(2 / 120)
    assert rise.points["qqp"] == (30.0, pytest.approx(8.0))
    assert [left.name for left in rise.without] == list(GAPS)
    assert [left.p for left in rise.without] == pytest.approx([2 / 24] * 5)
    assert found["data-size", "robustness gain", "kendall"].contrast.estimate == pytest.approx(-1.0)
    # Clean scores are all alike, so that there is nothing to correlate.
    flat = found["human-gap", "clean gain", "spearman"].contrast
    assert (flat.p, flat.reason) == (None, "all values of one measure are equal")
    assert "It is an association" in rise.contrast.sentence()
    assert rise.contrast.needed == pytest.approx(1.0)


def test_the_two_coefficients_are_families_of_their_own() -> None:
    arms = trend_arms()
    trends = find_trends(cache_of(rows(arms)), find_trend_arms(list(arms)), WHOLE, known(), settings=SETTINGS)
    for coefficient in ("spearman", "kendall"):
        family = {trend.contrast.family_size for trend in trends if trend.coefficient == coefficient}
        assert family == {2}


def test_a_task_without_a_value_is_no_point_and_two_tasks_make_no_trend() -> None:
    arms = trend_arms()
    some = {name: GAPS[name] for name in ("mnli", "siqa", "qqp")}
    trends = find_trends(cache_of(rows(arms)), find_trend_arms(list(arms)), WHOLE, known(some), settings=SETTINGS)
    assert {trend.contrast.n for trend in trends} == {3}
    assert all(trend.without == () for trend in trends)
    assert "no verdict at 5 % is possible" in trends[0].contrast.sentence()
    few = {name: GAPS[name] for name in ("mnli", "siqa")}
    assert find_trends(cache_of(rows(arms)), find_trend_arms(list(arms)), WHOLE, known(few), settings=SETTINGS) == ()


def test_each_context_has_a_trend_of_its_own_and_chains_of_tasks_have_no_part_in_it() -> None:
    small, large = trend_arms(scale="s"), trend_arms(scale="l")
    chain = arm_of("chain", [0], "mnli", "siqa", scale="s")
    lone = arm_of("lone", [0], "mnli", scale="xl")
    found = find_trend_arms([*small, *large, chain, lone])
    assert [(each.context, list(each.by_task)) for each in found] == [("scale s", list(GAPS)), ("scale l", list(GAPS))]


def test_points_on_one_logit_line_have_no_residual_and_one_above_it_has_its_height() -> None:
    clean = np.array([0.6, 0.7, 0.8, 0.9])
    perturbed = special.expit(-0.5 + 0.8 * special.logit(clean))
    others = np.stack([clean, perturbed], axis=1)
    new = special.expit(-0.5 + 0.8 * special.logit(0.75))
    assert residuals(np.array([0.75]), np.array([new]), others, scale="logit") == pytest.approx([0.0])
    assert residuals(np.array([0.75]), np.array([new + 0.05]), others, scale="logit") == pytest.approx([0.05])


def test_on_the_linear_scale_the_line_is_that_of_least_squares() -> None:
    generator = np.random.Generator(np.random.PCG64(4))
    others = generator.random((6, 2))
    slope, intercept = np.polyfit(*others.T, 1)
    found = residuals(np.array([0.5, 0.2]), np.array([0.4, 0.4]), others, scale="linear")
    assert found == pytest.approx([0.4 - intercept - slope * 0.5, 0.4 - intercept - slope * 0.2])


@pytest.mark.parametrize(
    ("others", "scale", "message"),
    [
        ([[0.5, 0.4], [0.6, 0.5]], "logit", "takes 3 checkpoints of other arms, and there are 2"),
        ([[0.5, 0.4]] * 4, "logit", "one clean score"),
        ([[0.5, 0.4], [0.6, 0.5], [1.0, 0.9]], "logit", "has no logit: take the linear scale"),
    ],
)
def test_where_there_is_no_line_the_reason_is_told(others: list[list[float]], scale: Any, message: str) -> None:
    assert message in str(residuals(np.array([0.5]), np.array([0.4]), np.array(others), scale=scale))


def test_an_arm_does_not_pull_the_line_that_it_is_held_against() -> None:
    arms = [arm_of(f"arm {place}", [0, 1]) for place in range(4)]
    clean = {(arm, seed): 0.5 + 0.1 * place + 0.01 * seed for place, arm in enumerate(arms) for seed in (0, 1)}
    drops = {key: np.full(5, 0.1) for key in clean}
    drops |= {(arms[3], seed): np.full(5, 0.05) for seed in (0, 1)}
    found = effective_robustness(cache_of(drops, clean=clean), arms, WHOLE, scale="linear")
    # All others lie on perturbed = clean − 0.1; the last one lies 5 points above it.
    assert found[3].residual == pytest.approx(5.0)
    assert (found[3].least, found[3].most) == (pytest.approx(5.0), pytest.approx(5.0))
    assert (found[3].clean, found[3].perturbed) == (pytest.approx(80.5), pytest.approx(75.5))
    assert found[3].line == 6
    assert all(abs(other.residual or 0.0) < 5.0 for other in found[:3])


def test_two_arms_of_one_seed_are_too_few_for_a_line() -> None:
    arms = [arm_of(name, [0]) for name in ("one", "two")]
    found = effective_robustness(cache_of({(arm, 0): np.full(5, 0.1) for arm in arms}), arms, WHOLE, scale="logit")
    assert [each.residual for each in found] == [None, None]
    assert all("3 checkpoints" in str(each.reason) for each in found)


def test_the_p_of_a_trend_is_that_of_all_orders_by_brute_force() -> None:
    arms = trend_arms(seeds=1)
    gaps = dict(zip(GAPS, (20.0, 10.0, 40.0, 30.0, 50.0), strict=True))
    trends = find_trends(cache_of(rows(arms)), find_trend_arms(list(arms)), WHOLE, known(gaps), settings=SETTINGS)
    rho = next(trend for trend in trends if trend.measure == "human-gap" and trend.coefficient == "spearman").contrast
    first, second = np.array([2, 1, 4, 3, 5]), np.arange(1, 6)
    every = [np.corrcoef(first, order)[0, 1] for order in itertools.permutations(second)]
    observed = np.corrcoef(first, second)[0, 1]
    assert rho.estimate == pytest.approx(observed)
    assert rho.p == pytest.approx(np.mean(np.abs(every) >= abs(observed) - 1e-9))
