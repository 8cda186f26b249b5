"""Several training seeds a side: ids and seeds crossed, the claim about the training."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from harness.cell import CLEAN
from harness.gate.claims import claims
from harness.gate.decision import decide
from harness.gate.losses import strata
from harness.gate.policy import Margins, Policy
from harness.gate.snapshot import Snapshot
from harness.statistics.crossed import crossed_estimate
from harness.statistics.multiplicity import correct, correct_by_bonferroni
from harness.statistics.sample import Settings
from reports.gate.verdict import Answer
from tests.harness.gate.made import place, snapshot

POLICY = Policy(clean=False, resamples=999)


def trained(generator: np.random.Generator, *, seeds: int, ids: int, spread: float, lost: float = 0.0) -> Snapshot:
    """Answers of `seeds` models whose share of right answers varies by about `spread` times 28 points."""
    ability = np.random.Generator(np.random.PCG64(1)).normal(size=ids)
    effect = spread * generator.normal(size=(seeds, 1)) - lost
    cells = {
        place(code): (ability + 1.0 + effect + generator.normal(size=(seeds, ids)) > 0).astype(float)
        for code in ("en", "de")
    }
    return snapshot(cells | {place(code, CLEAN): np.ones((seeds, ids)) for code in ("en", "de")})


def test_the_mean_is_the_crossed_estimate_of_unit_means() -> None:
    generator = np.random.Generator(np.random.PCG64(3))
    sides = [trained(generator, seeds=number, ids=90, spread=0.1) for number in (3, 4)]
    found = claims(strata(*sides, measure="perturbed"), POLICY)[0].worse
    tables = [
        [np.mean([side.cells[place(code)].statistic[:, :, 0] for code in ("en", "de")], axis=0).T] for side in sides
    ]
    expected = crossed_estimate(tables)
    assert found.estimate == pytest.approx(100 * expected.estimate)
    assert found.p == pytest.approx(stats.t.sf(expected.estimate / expected.error, expected.freedom))
    assert found.training_seeds == (4, 3)


def test_the_claim_is_about_the_training_and_cells_are_corrected_by_bonferroni() -> None:
    generator = np.random.Generator(np.random.PCG64(4))
    verdict = decide(*(trained(generator, seeds=3, ids=90, spread=0.1) for _ in range(2)), POLICY)
    assert "3 training seeds of the candidate against 3 of the baseline" in verdict.scope
    assert "3 against 3 training seeds" in verdict.judged[0].sentences[0]
    assert "after Bonferroni over 2 tests" in verdict.cells[0].sentences[0]


def test_seeds_that_spread_raise_no_alarm_where_one_checkpoint_a_side_would() -> None:
    generator = np.random.Generator(np.random.PCG64(6))
    single, several = Counter[Answer](), Counter[Answer]()
    for _ in range(100):
        several[decide(*(trained(generator, seeds=4, ids=300, spread=0.2) for _ in range(2)), POLICY).answer] += 1
        single[decide(*(trained(generator, seeds=1, ids=300, spread=0.2) for _ in range(2)), POLICY).answer] += 1
    assert several[Answer.REGRESSION] <= stats.binom.ppf(0.999, 100, 0.05)
    assert single[Answer.REGRESSION] > stats.binom.ppf(0.999, 100, 0.05)


def test_a_recipe_that_is_worse_is_a_regression_and_one_as_good_needs_more_seeds() -> None:
    generator = np.random.Generator(np.random.PCG64(8))
    before = trained(generator, seeds=5, ids=400, spread=0.05)
    worse = decide(before, trained(generator, seeds=5, ids=400, spread=0.05, lost=0.4), POLICY)
    assert worse.answer is Answer.REGRESSION
    few = trained(generator, seeds=2, ids=4_000, spread=0.1), trained(generator, seeds=2, ids=4_000, spread=0.1)
    open_ = decide(*few, Policy(clean=False, margins=Margins(macro=2.0), resamples=999))
    assert open_.answer is Answer.INCONCLUSIVE
    assert "training seeds a side in place of 2 would decide" in open_.judged[0].sentences[2]


def test_bonferroni_finds_anything_where_holm_does_and_leaves_out_what_is_untested() -> None:
    generator = np.random.Generator(np.random.PCG64(8))
    found = claims(
        strata(*(trained(generator, seeds=3, ids=60, spread=0.1) for _ in range(2)), measure="perturbed"), POLICY
    )
    raw = [
        replace(claim.worse, p=p, reason=None if p else "untested")
        for claim, p in zip(found, (0.02, 0.04, None), strict=True)
    ]
    for family in (raw, [*raw, *raw]):
        adjusted = correct_by_bonferroni(family, family="cells")
        holm = correct(family, Settings(), family="cells")
        assert [item.adjusted_p is None for item in adjusted] == [item.p is None for item in family]
        assert any(item.significant() for item in adjusted) == any(item.significant() for item in holm)
        tested = [item for item in adjusted if item.p is not None]
        assert [item.adjusted_p for item in tested] == pytest.approx([len(tested) * (item.p or 0) for item in tested])
