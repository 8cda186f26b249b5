"""Gains of arms against numbers worked out from the answers, against the crossed procedure, and by simulation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from harness.comparing.asked import Asked
from harness.comparing.gains import Match, ValueCache, contrast_match, contrast_seeds
from harness.comparing.samples import Filter
from harness.comparing.scopes import Scope
from harness.comparing.study import Study, compare_runs
from harness.statistics.crossed import contrast_crossed
from harness.statistics.sample import Settings
from tests.harness.comparing.generated import LANGUAGES, NOISES, PREMISES, ROWS, Made, answers, lineage, noisy, run_of
from tests.harness.comparing.in_memory import arm_of, cache_of, sample

SETTINGS = Settings(resamples=999)
BASE = Made("base", lineage(), clean=0.75, kept=0.7)
BETTER = Made("better", lineage("mnli"), clean=0.85, kept=0.85)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    directory = tmp_path_factory.mktemp("runs")
    run_of(directory / "a", [BASE])
    run_of(directory / "b", [BETTER])
    return compare_runs([directory / "a", directory / "b"], Asked(settings=Settings(correction="bh", resamples=999)))


def scores(made: Made, languages: Sequence[str] = LANGUAGES) -> tuple[Any, Any]:
    """`(languages, noises, ids)` clean and perturbed answers."""
    clean = [[answers(made, language, PREMISES)] * len(NOISES) for language in languages]
    after = [[noisy(made, language, noise, 0, PREMISES) for noise in NOISES] for language in languages]
    return np.array(clean, dtype=float), np.array(after, dtype=float)


def by_hand(values: Any) -> tuple[float, float, float]:
    """Mean of `(languages, noises, ids)` values, with the error and p of the t test of premise means."""
    premises = values.mean(axis=(0, 1)).reshape(PREMISES, ROWS).mean(axis=1)
    test = stats.ttest_1samp(premises, 0.0)
    return 100 * premises.mean(), 100 * stats.sem(premises), float(test.pvalue)


def test_the_robustness_gain_is_one_difference_of_differences_for_each_id(study: Study) -> None:
    (before, after), (base_before, base_after) = scores(BETTER), scores(BASE)
    estimate, error, p = by_hand((after - before) - (base_after - base_before))
    gain = study.levels[0].robustness
    assert gain.estimate == pytest.approx(estimate)
    assert gain.p == pytest.approx(p)
    assert (gain.high - gain.low) / 2 == pytest.approx(stats.t.ppf(0.975, PREMISES - 1) * error)
    assert gain.clusters == PREMISES
    assert "not about how they were trained" in gain.sentence()


def test_the_clean_gain_pairs_the_same_ids(study: Study) -> None:
    estimate, _, p = by_hand(scores(BETTER)[0] - scores(BASE)[0])
    clean = study.levels[0].clean
    assert clean is not None
    assert (clean.estimate, clean.p) == (pytest.approx(estimate), pytest.approx(p))
    # Its clusters are premises, and its ids the rows in three languages, whatever the number of perturbations.
    assert (clean.n, study.levels[0].robustness.n) == (3 * PREMISES * ROWS, 3 * PREMISES * ROWS)


def test_clean_texts_are_tested_once_and_not_for_each_perturbation(study: Study) -> None:
    clean = {gain.scope.kind: gain.clean for gain in study.levels}
    assert clean["perturbation"] is None
    sizes = {gain.clean.family_size for gain in study.levels if gain.clean and gain.scope.kind == "family"}
    assert sizes == {2}


def test_scopes_take_their_own_cells_only(study: Study) -> None:
    found = {str(gain.scope): gain.robustness.estimate for gain in study.levels}
    (before, after), (base_before, base_after) = scores(BETTER), scores(BASE)
    gains = 100 * ((after - before) - (base_after - base_before)).mean(axis=2)
    assert found["family Kra-Dai"] == pytest.approx(gains[2].mean())
    assert found["family Indo-European"] == pytest.approx(gains[:2].mean())
    assert found["perturbation word-swap"] == pytest.approx(gains[:, 1].mean())
    assert not any(name.startswith(("task", "group")) for name in found)  # one task: they would say the same


def test_families_of_claims_and_of_the_screen_are_apart(study: Study) -> None:
    overall = [gain.robustness for gain in study.levels if gain.scope.kind == "overall"]
    below = [gain.robustness for gain in study.levels if gain.scope.kind != "overall"]
    assert {contrast.correction for contrast in overall} == {"Holm"}
    assert {contrast.correction for contrast in below} == {"Benjamini–Hochberg"}
    assert {contrast.family_size for contrast in overall} == {1}
    assert {contrast.family_size for contrast in below} == {len(below)}


def test_tasks_count_alike_however_many_strata_they_have(tmp_path: Path) -> None:
    made = [(BASE, 0.7, 0.8), (BETTER, 0.9, 0.8)]
    tagged = [Made(f"pos-{one.name}", one.lineage, 0.8, kept, "udpos") for one, kept, _ in made]
    run_of(tmp_path / "run", [BASE, BETTER, *tagged])
    found = compare_runs([tmp_path / "run"], Asked(settings=SETTINGS))
    gains = {str(gain.scope): gain.robustness for gain in found.levels}
    tasks = [gains["task xnli"], gains["task udpos"]]
    assert gains["overall"].estimate == pytest.approx(np.mean([gain.estimate for gain in tasks]))
    halves = [(gain.high - gain.low) / 2 for gain in tasks]
    # √ΣSE²/T, but for the degrees of freedom, which are many.
    assert (gains["overall"].high - gains["overall"].low) / 2 == pytest.approx(np.hypot(*halves) / 2, rel=0.03)
    # Parallel premises are one stratum; the documents of three treebanks are three.
    assert (tasks[0].clusters, tasks[1].clusters) == (PREMISES, 3 * PREMISES)


def test_seeds_on_both_sides_are_crossed_with_ids_as_the_statistics_do_it() -> None:
    generator = np.random.Generator(np.random.PCG64(1))
    drops = {name: generator.normal(0.2, 0.1, size=(3, 40)) for name in ("base", "candidate")}
    arms = {name: arm_of(name, range(3)) for name in drops}
    cache = cache_of({(arms[name], seed): found[seed] for name, found in drops.items() for seed in range(3)})
    match = Match("x", (arms["candidate"],), (arms["base"],))
    found = contrast_match(cache, match, WHOLE, "drop", settings=SETTINGS)
    runs = {name: [[[sample(row)]] for row in rows] for name, rows in drops.items()}
    expected = contrast_crossed(runs["candidate"], claim="x", settings=SETTINGS, baseline=runs["base"])
    for name in ("estimate", "low", "high", "p", "mde", "training_seeds", "clusters"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name)), name
    alone = contrast_seeds(cache, match, WHOLE, settings=SETTINGS)
    assert alone is not None
    assert alone.least_p == pytest.approx(0.1)
    assert "no verdict at 5 % is possible" in alone.sentence()


def test_one_seed_on_a_side_gives_a_claim_about_these_checkpoints_only() -> None:
    generator = np.random.Generator(np.random.PCG64(2))
    one, three = arm_of("one", [0]), arm_of("three", range(3))
    drops = {(one, 0): generator.normal(size=40) / 10, **{(three, s): generator.normal(size=40) / 10 for s in range(3)}}
    cache = cache_of(drops)
    found = contrast_match(cache, Match("x", (three,), (one,)), WHOLE, "drop", settings=SETTINGS)
    expected = stats.ttest_1samp(drops[one, 0] - np.mean([drops[three, s] for s in range(3)], axis=0), 0.0)
    assert found.p == pytest.approx(expected.pvalue)
    assert found.training_seeds == ()
    assert "not about how they were trained" in found.sentence()
    assert contrast_seeds(cache, Match("x", (three,), (one,)), WHOLE, settings=SETTINGS) is None


WHOLE = Scope("overall", "overall", ("toy",), Filter())


def null(repetitions: int, seeds: int) -> Mapping[str, list[float]]:
    """p of matches without an effect, with variance by id and by training seed; and of two naive ways to test them."""
    generator = np.random.Generator(np.random.PCG64(7))
    found: dict[str, list[float]] = {"ours": [], "seeds ignored": []}
    for _ in range(repetitions):
        ids = generator.normal(0.0, 0.1, size=30)
        drops = {
            (name, seed): ids + generator.normal(0, 0.03) + generator.normal(0, 0.1, size=30)
            for name in ("one", "two")
            for seed in range(seeds)
        }
        arms = {name: arm_of(name, range(seeds)) for name in ("one", "two")}
        cache = cache_of({(arms[name], seed): row for (name, seed), row in drops.items()})
        contrast = contrast_match(cache, Match("x", (arms["one"],), (arms["two"],)), WHOLE, "drop", settings=SETTINGS)
        found["ours"].append(contrast.p or 1.0)
        rows = [np.mean([drops[name, seed] for seed in range(seeds)], axis=0) for name in ("one", "two")]
        found["seeds ignored"].append(float(stats.ttest_1samp(rows[0] - rows[1], 0.0).pvalue))
    return found


def test_new_seeds_alarm_no_more_often_than_they_should() -> None:
    found = {name: sum(p <= 0.05 for p in values) for name, values in null(400, seeds=4).items()}
    # Conservative is allowed, liberal is not: an exact binomial bound at 1 in 10,000.
    assert stats.binomtest(found["ours"], 400, 0.05, alternative="greater").pvalue > 1e-4
    assert stats.binomtest(found["seeds ignored"], 400, 0.05, alternative="greater").pvalue < 1e-4


def test_a_known_gain_is_recovered_and_covered() -> None:
    generator = np.random.Generator(np.random.PCG64(11))
    covered = found = 0
    for _ in range(200):
        ids, arms = generator.normal(0.2, 0.1, size=50), {name: arm_of(name, range(5)) for name in ("base", "new")}
        rows = {
            (arm, seed): ids + shift + generator.normal(0, 0.01) + generator.normal(0, 0.05, size=50)
            for (arm, shift) in ((arms["base"], 0.0), (arms["new"], -0.04))
            for seed in range(5)
        }
        match = Match("x", (arms["new"],), (arms["base"],))
        contrast = contrast_match(cache_of(rows), match, WHOLE, "drop", settings=SETTINGS)
        covered += contrast.low <= 4.0 <= contrast.high
        found += contrast.significant()
    assert stats.binomtest(covered, 200, 0.95).pvalue > 1e-4
    assert found > 150


def test_significant_here_and_not_there_is_no_difference() -> None:
    """Two checkpoints lose alike; one drop is significant by a hair, the other is not: nothing sets them apart."""
    generator = np.random.Generator(np.random.PCG64(21))
    noise = generator.normal(0.0, 0.3, size=(2, 60))
    noise -= noise.mean(axis=1, keepdims=True)
    noise /= noise.std(axis=1, ddof=1, keepdims=True) / 0.3
    drops = {"one": noise[0] + 0.085, "two": noise[1] + 0.065}
    alone = {name: float(stats.ttest_1samp(rows, 0.0).pvalue) for name, rows in drops.items()}
    assert alone["one"] < 0.05 < alone["two"]
    arms = {name: arm_of(name, [0]) for name in drops}
    cache = cache_of({(arms[name], 0): rows for name, rows in drops.items()})
    found = contrast_match(cache, Match("x", (arms["two"],), (arms["one"],)), WHOLE, "drop", settings=SETTINGS)
    assert found.estimate == pytest.approx(2.0)
    assert found.p is not None
    assert found.p > 0.5


def test_what_tells_no_id_apart_and_one_unit_are_not_tested() -> None:
    arms = {name: arm_of(name, [0]) for name in ("one", "two")}
    rows = np.linspace(0.0, 0.5, 10)
    cache = cache_of({(arm, 0): rows for arm in arms.values()})
    match = Match("x", (arms["one"],), (arms["two"],))
    same = contrast_match(cache, match, WHOLE, "drop", settings=SETTINGS)
    assert (same.p, same.reason) == (None, "no id tells the two apart")
    lone = cache_of({(arms["one"], 0): np.array([0.5]), (arms["two"], 0): np.array([0.1])})
    single = contrast_match(lone, match, WHOLE, "drop", settings=SETTINGS)
    assert single.p is None
    assert single.reason is not None


def test_arms_that_share_no_seed_are_averaged() -> None:
    generator = np.random.Generator(np.random.PCG64(3))
    first, second = arm_of("first", [0, 1]), arm_of("second", [2, 3])
    other = arm_of("other", [0, 1])
    rows = {(arm, seed): generator.normal(size=20) / 10 for arm in (first, second, other) for seed in seeds_of(arm)}
    cache: ValueCache = cache_of(rows)
    found = contrast_match(cache, Match("x", (first, second), (other,)), WHOLE, "drop", settings=SETTINGS)
    pooled = np.mean([np.mean([rows[arm, seed] for seed in seeds_of(arm)], axis=0) for arm in (first, second)], axis=0)
    expected = np.mean([rows[other, seed] for seed in (0, 1)], axis=0) - pooled
    assert found.estimate == pytest.approx(100 * expected.mean())
    assert found.p == pytest.approx(stats.ttest_1samp(expected, 0.0).pvalue)
    assert found.training_seeds == ()


def seeds_of(arm: Any) -> list[int]:
    return [seed for seed in arm.seeds("toy") if seed is not None]
