"""The calibration of `benchmarks/calibration.py` in small: the same checks, and wrong ways that are caught."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.calibration import PARTS
from benchmarks.calibration_families import families
from benchmarks.calibration_gate import Answer, Gate, Release, gate_checks, naive_checks
from benchmarks.calibration_means import parallel
from benchmarks.calibration_verdicts import Check, chunks, generator_for
from benchmarks.calibration_world import World, answers, drops
from harness.statistics.clustered import ClusteredEstimate, clustered_mean
from harness.statistics.crossed import crossed_estimate
from harness.statistics.distributions import student_quantile

REPETITIONS = 300
SMALL = World(ids=250, languages=4)


@pytest.mark.parametrize("part", [part for part in PARTS if part != "gate"])
def test_every_promise_is_kept_in_a_few_hundred_repetitions(part: str) -> None:
    found = [check for checks in PARTS[part] for check in checks(REPETITIONS)]
    assert [check.line() for check in found if not check.kept] == []
    assert all(check.repetitions == REPETITIONS for check in found)
    assert any(check.judge != "shown" for check in found)


def test_the_gate_keeps_its_promises_and_the_naive_rule_does_not() -> None:
    found = [check for checks in PARTS["gate"] for check in checks(30)]
    assert [check.line() for check in found if not check.kept] == []
    assert sum(check.judge != "shown" for check in found) == 4
    naive = next(check for check in found if "not significantly worse" in check.name)
    assert naive.rate > 0.4


def test_max_t_and_benjamini_hochberg_find_no_less_than_holm() -> None:
    # A correction that never rejects would keep every bound from above.
    found = {check.name.split(":")[0]: check.rate for check in families(100) if check.kind == "power"}
    assert 0.2 < found["Holm"] <= found["max-T"] <= found["Benjamini–Hochberg"]


def test_the_naive_ways_would_break_the_bounds() -> None:
    naive = [check for check in parallel(REPETITIONS) if check.judge == "shown"]
    assert naive
    assert not any(replace(check, judge="both").kept for check in naive)


@pytest.mark.parametrize(
    ("hits", "judge", "kept"),
    [
        (500, "both", True),
        (425, "both", False),
        (575, "both", False),
        (430, "at most", True),
        (575, "at most", False),
        (575, "at least", True),
        (420, "at least", False),
        (5_000, "shown", True),
    ],
)
def test_a_rate_is_held_to_exact_binomial_bounds_on_the_side_that_counts(hits: int, judge: str, kept: bool) -> None:
    check = Check("x", "false alarms", 0.05, hits, 10_000, judge)  # pyright: ignore[reportArgumentType]
    assert check.kept is kept
    assert ("BROKEN" in check.line()) is not kept


def test_the_true_drops_are_those_of_the_simulated_answers() -> None:
    for world in (SMALL, replace(SMALL, seeds=3, seed_spread=0.5), replace(SMALL, seed_spread=0.5, trained_apart=True)):
        seen = drops(world, generator_for("truth"), 2_000, effect=0.4).mean(axis=(1, 3))
        error = seen.std(axis=0) / np.sqrt(2_000)
        assert np.all(np.abs(seen.mean(axis=0) - world.true_drops(0.4)) < 5 * error)
        assert world.true_drops(world.effect_of(0.03)).mean() == pytest.approx(0.03, abs=1e-9)


def test_ids_tie_languages_and_rows_together() -> None:
    clean, perturbed = answers(World(ids=4_000, languages=2, rows=2), generator_for("ties"), 1)
    first, second = (clean - perturbed)[0, 0]
    assert 0.1 < np.corrcoef(first, second)[0, 1] < 0.6
    assert 0.1 < np.corrcoef(first[::2], first[1::2])[0, 1] < 0.6
    assert abs(np.corrcoef(first[::2], np.roll(first[1::2], 1))[0, 1]) < 0.06


def test_a_check_without_a_nominal_rate_cannot_be_judged() -> None:
    assert Check("x", "power", None, 3, 10, "shown").kept
    with pytest.raises(ValueError, match="needs a nominal rate"):
        Check("x", "power", None, 3, 10)


def test_chunks_make_up_the_repetitions() -> None:
    assert list(chunks(600)) == [250, 250, 100]


def bounds(estimate: ClusteredEstimate) -> tuple[float, float]:
    """One-sided 95 % bounds of a loss."""
    half = student_quantile(0.95, estimate.freedom) * estimate.error
    return estimate.estimate - half, estimate.estimate + half


def decide(low: float, high: float, margin: float) -> Answer:
    return "regression" if low > 0 else "certified" if high < margin else "inconclusive"


def by_ids(release: Release) -> Answer:
    """These two checkpoints: the mean loss of each id over languages."""
    values = (release.baseline - release.candidate)[0].mean(axis=0)
    return decide(*bounds(clustered_mean(values, np.arange(len(values)))), release.margin)


def by_ids_and_seeds(release: Release) -> Answer:
    """New trainings: seeds and ids crossed."""
    tables = [[side.mean(axis=1).T] for side in (release.baseline, release.candidate)]
    return decide(*bounds(crossed_estimate(tables)), release.margin)


def passes_unless_significant(release: Release) -> Answer:
    return "regression" if by_ids(release) == "regression" else "certified"


def rates(gate: Gate, world: World, *, repetitions: int = REPETITIONS) -> list[Check]:
    return gate_checks(gate, name="gate", margin=0.02, repetitions=repetitions, world=world)


def test_a_sound_gate_keeps_both_promises_and_has_a_power_curve() -> None:
    alarms, certified, *curve = rates(by_ids, SMALL)
    assert alarms.kept
    assert certified.kept
    # Its limits are met, so that the check could fail: neither rate is far below 5 %.
    assert alarms.rate > 0.02
    regressions = [check.rate for check in curve if check.kind == "regression"]
    certifications = [check.rate for check in curve if check.kind == "certified"]
    assert regressions[-1] > 0.5 > regressions[0]
    assert certifications[0] > certifications[-1]


def test_not_significantly_worse_is_no_certificate() -> None:
    certified = rates(passes_unless_significant, SMALL)[1]
    assert not certified.kept
    shown = naive_checks(
        [("passes unless significant", passes_unless_significant)], margin=0.02, repetitions=REPETITIONS, world=SMALL
    )
    assert shown[0].rate == certified.rate > 0.3


def test_one_training_a_side_alarms_by_its_seed_and_five_do_not() -> None:
    trained = replace(SMALL, seed_spread=0.15, trained_apart=True)
    assert not rates(by_ids, trained)[0].kept
    alarms, certified, *_ = rates(by_ids_and_seeds, replace(trained, seeds=5))
    assert alarms.kept
    assert certified.kept
