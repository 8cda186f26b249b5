"""The three answers, each claim against the procedure for one cell or one mean, and how often the answers are right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from harness.cell import CLEAN
from harness.gate.claims import claims
from harness.gate.decision import decide
from harness.gate.losses import strata, weights
from harness.gate.policy import Margins, Measure, Policy
from harness.gate.snapshot import Place
from harness.statistics.clustered import clustered_drop
from harness.statistics.difference import contrast_checkpoints, gain_values
from harness.statistics.macro import macro_estimate
from harness.statistics.noninferiority import Margin, contrast_margin
from harness.statistics.sample import Floats, Settings
from perturbations.errors import UsageError
from reports.gate.verdict import Answer, Scope, State
from tests.harness.gate.made import answers, place, snapshot, with_vectors
from tests.harness.samples import scored, tagged

QUICK = Policy(resamples=999)


def test_an_identical_candidate_is_certified() -> None:
    same = snapshot(answers(600))
    verdict = decide(same, same, QUICK)
    assert verdict.answer is Answer.CERTIFIED
    assert verdict.passes
    assert {item.state for item in verdict.judged} == {State.WITHIN}
    assert all(item.p is None for item in verdict.judged)


def test_a_candidate_that_is_ten_points_worse_is_a_regression() -> None:
    verdict = decide(snapshot(answers(600)), snapshot(answers(600, seed=1, wrong=0.17)), QUICK)
    assert verdict.answer is Answer.REGRESSION
    assert not verdict.passes
    assert verdict.means[0].state is State.WORSE
    assert verdict.means[0].loss == pytest.approx(10, abs=3)
    assert "mean perturbed score" in verdict.headline


def test_a_tiny_sample_is_inconclusive_and_told_what_would_decide() -> None:
    verdict = decide(snapshot(answers(40)), snapshot(answers(40, seed=1)), QUICK)
    assert verdict.answer is Answer.INCONCLUSIVE
    assert not verdict.passes
    assert "ids in place of 80 would decide" in verdict.headline
    assert decide(snapshot(answers(40)), snapshot(answers(40, seed=1)), Policy(inconclusive="pass")).passes


def test_evidence_of_a_loss_outweighs_a_margin_that_is_kept() -> None:
    policy = Policy(margins=Margins(macro=50, clean=50, cell=90), resamples=999)
    verdict = decide(snapshot(answers(600)), snapshot(answers(600, seed=1, wrong=0.17)), policy)
    assert verdict.answer is Answer.REGRESSION


def test_a_loss_in_one_cell_alone_is_found_by_max_t() -> None:
    before = answers(400, languages=("de", "en", "es", "fr", "hi", "it", "ru", "th", "tr", "zh"), changed=0.3)
    after = answers(400, languages=("de", "en", "es", "fr", "hi", "it", "ru", "th", "tr", "zh"), changed=0.3, seed=1)
    hurt = place("hi")
    after[hurt] = np.where(np.arange(400) % 6 == 0, 0.0, after[hurt])
    verdict = decide(snapshot(before), snapshot(after), Policy(resamples=1_999))
    assert verdict.answer is Answer.REGRESSION
    assert [item.name for item in verdict.judged if item.state is State.WORSE][-1] == str(hurt)
    worst = verdict.cells[0]
    assert worst.adjusted_p is not None
    assert worst.p is not None
    assert worst.adjusted_p >= worst.p


def test_the_clean_score_is_guarded_beside_the_perturbed_one() -> None:
    before, after = answers(600), answers(600)
    for where in after:
        if where.clean:
            after[where] = np.where(np.arange(600) % 8 == 0, 0.0, after[where])
    guarded = decide(snapshot(before), snapshot(after), QUICK)
    assert guarded.answer is Answer.REGRESSION
    assert [item.scope for item in guarded.means] == [Scope.MEAN, Scope.CLEAN]
    unguarded = decide(snapshot(before), snapshot(after), Policy(clean=False, resamples=999))
    assert unguarded.answer is Answer.CERTIFIED
    assert all("clean" not in item.name for item in unguarded.judged)
    assert "The clean score is not guarded." in unguarded.notes


def samples_of(before: Mapping[Place, Floats], after: Mapping[Place, Floats], places: list[Place], *, codes: bool):
    shared = np.arange(len(before[places[0]])) // 3 if codes else np.arange(len(before[places[0]]))
    return [scored(before[where], after[where], shared, binary=True) for where in places]


def test_the_mean_is_that_of_the_macro_over_cells_that_share_their_ids() -> None:
    before, after = answers(300), answers(300, seed=1, wrong=0.02)
    for clustered in (False, True):
        sides = (snapshot(side, clustered=clustered) for side in (before, after))
        found = claims(strata(*sides, measure="perturbed"), QUICK)[0].worse
        expected = macro_estimate([samples_of(before, after, [place("en"), place("de")], codes=clustered)])
        assert found.estimate == pytest.approx(100 * expected.estimate, abs=1e-9)
        assert found.p == pytest.approx(stats.t.sf(expected.estimate / expected.error, expected.freedom), rel=1e-9)
        assert found.clusters == (100 if clustered else 300)
        assert found.n == 600


def test_languages_without_common_ids_are_strata() -> None:
    before, after = answers(300), answers(300, seed=1, wrong=0.02)
    sides = (snapshot(side, clustered=True, parallel=False) for side in (before, after))
    found = claims(strata(*sides, measure="perturbed"), QUICK)[0].worse
    own = [samples_of(before, after, [place(code)], codes=True) for code in ("en", "de")]
    expected = macro_estimate(own)
    assert found.estimate == pytest.approx(100 * expected.estimate, abs=1e-9)
    assert found.p == pytest.approx(stats.t.sf(expected.estimate / expected.error, expected.freedom), rel=1e-9)


def test_the_drop_is_a_difference_in_differences() -> None:
    before, after = answers(300), answers(300, seed=1, wrong=0.05)
    sides = (snapshot(side, clustered=True) for side in (before, after))
    policy = Policy(measure="drop", resamples=999)
    found = claims(strata(*sides, measure="drop"), policy)
    clustered = np.arange(300) // 3
    arms = [
        [[scored(side[place(code, CLEAN)], side[place(code)], clustered, binary=True) for code in ("en", "de")]]
        for side in (after, before)
    ]
    expected = contrast_checkpoints(*arms, claim="gain", settings=Settings(alpha=2 * policy.mean_level))
    assert found[0].worse.estimate == pytest.approx(-expected.estimate, abs=1e-9)
    assert (found[0].worse.low, found[0].worse.high) == pytest.approx((-expected.high, -expected.low))


def test_one_binary_cell_of_independent_ids_takes_tangos_score_test() -> None:
    before, after = answers(500, languages=("en",)), answers(500, languages=("en",), seed=1)
    policy = Policy(margins=Margins(macro=3.0), clean=False, resamples=999)
    mean, cell = claims(strata(snapshot(before), snapshot(after), measure="perturbed"), policy)
    sample = scored(before[place()], after[place()], binary=True)
    expected = contrast_margin(sample, margin=Margin(3.0), claim="c", settings=Settings(alpha=0.05))
    assert "Tango" in mean.within.method
    assert (mean.within.p, mean.within.low) == pytest.approx((expected.p, expected.low))
    assert "Tango" in cell.within.method


@pytest.mark.parametrize("measure", ["perturbed", "drop"])
def test_a_function_of_sums_has_the_error_of_the_infinitesimal_jackknife(measure: Measure) -> None:
    first, second = tagged(150, seed=1), tagged(150, seed=2)
    sides = [with_vectors(part.reference, part.perturbed, metric="f1") for part in (first, second)]
    found = claims(strata(*sides, measure=measure), Policy(measure=measure, clean=False, resamples=999))[1]
    if measure == "perturbed":
        expected = clustered_drop(replace(first, reference=first.perturbed, perturbed=second.perturbed))
    else:
        expected = gain_values([[first]], [[second]])[0].estimate()
    assert found.worse.estimate == pytest.approx(100 * expected.estimate, abs=1e-6)
    assert found.worse.p == pytest.approx(stats.t.sf(expected.estimate / expected.error, 149), rel=1e-4)


def test_a_mean_goes_over_perturbations_then_languages_then_tasks() -> None:
    places = [
        Place("a", "en", "p", 0.1),
        Place("a", "en", "q", 0.1),
        Place("a", "de", "p", 0.1),
        Place("b", "en", "p", 0.1),
    ]
    assert list(weights(places).values()) == [1 / 8, 1 / 8, 1 / 4, 1 / 2]


def test_an_alpha_budget_is_spread_over_the_releases() -> None:
    policy = Policy(releases=20)
    assert policy.level == pytest.approx(0.0025)
    assert (policy.mean_level, policy.cell_level) == pytest.approx((0.000625, 0.00125))
    same = snapshot(answers(40))
    assert any("20 releases" in note for note in decide(same, same, policy).notes)


def test_every_claim_is_a_sentence_that_says_on_what_it_rests() -> None:
    verdict = decide(snapshot(answers(400)), snapshot(answers(400, seed=1)), QUICK)
    for item in verdict.judged:
        worse, within = item.sentences[:2]
        for part in ("points", "interval", "400 ids" if item.scope is Scope.CELL else "800 ids", "power"):
            assert part in worse
            assert part in within
        assert "minimum detectable" in worse
        assert f"against a margin of {item.margin:g} points p" in within
    assert "after max-T over 4 tests" in verdict.cells[0].sentences[0]
    assert "999 resamples, seed 0" in verdict.cells[0].sentences[0]
    assert "two checkpoints only" in verdict.scope


def test_a_cell_with_one_unit_is_shown_as_untested_and_leaves_the_family() -> None:
    before, after = answers(3), answers(3, seed=2)
    long, other = answers(300, languages=("hi",)), answers(300, languages=("hi",), seed=1)
    sides = (snapshot(one | two, clustered=True, parallel=False) for one, two in ((before, long), (after, other)))
    verdict = decide(*sides, QUICK)
    lone = [item for item in verdict.cells if " hi" not in item.name]
    assert {item.state for item in lone} == {State.UNTESTED}
    assert all(item.p is None and item.adjusted_p is None and item.within_p is None for item in lone)
    assert all("there is one independent unit" in item.sentences[0] for item in lone)
    assert "over 2 tests" in next(item for item in verdict.cells if " hi" in item.name).sentences[0]
    assert verdict.answer is Answer.INCONCLUSIVE


def test_changes_that_cancel_within_every_cluster_are_no_evidence() -> None:
    """Thirds of several noise seeds: their sum is zero but for the last digit."""
    before, after = answers(300, languages=("en",)), answers(300, languages=("en",))
    before[place()], after[place()] = np.tile([1.0, 1 / 3, 0.1], 100), np.tile([0.1, 1.0, 1 / 3], 100)
    verdict = decide(*(snapshot(side, clustered=True) for side in (before, after)), QUICK)
    assert all(item.adjusted_p is None for item in verdict.judged)
    assert verdict.answer is not Answer.REGRESSION


@pytest.mark.parametrize(
    ("german", "p"), [((1.0, 1.0), 2**-4), ((1.0, 0.0), 2**-8), ((0.0, 1.0), None)], ids=["still", "lost", "gained"]
)
def test_languages_that_each_moved_as_one_are_judged_by_those_that_moved(
    german: tuple[float, float], p: float | None
) -> None:
    """Four ids each: all English answers turn wrong, those in German stay, turn wrong too, or turn right."""
    clean = {place(code, CLEAN): np.ones(4) for code in ("en", "de")}
    before, after = ({place("en"): np.full(4, 1.0 - n), place("de"): np.full(4, german[n])} for n in (0, 1))
    sides = [snapshot(clean | side, parallel=False) for side in (before, after)]
    mean = claims(strata(*sides, measure="perturbed"), QUICK)[0]
    assert mean.worse.p == p
    assert p or "opposite directions" in str(mean.within.reason)


def test_what_would_decide_decides() -> None:
    """The sample that is named certifies with about the power that is named."""
    policy = Policy(margins=Margins(macro=4.0), clean=False, resamples=999)
    first = decide(snapshot(answers(100)), snapshot(answers(100, seed=1)), policy)
    needed = int(first.judged[0].sentences[2].split(": ")[1].split(" ids")[0].replace(",", "")) // 2
    assert needed > 100
    certified = 0
    for seed in range(60):
        sides = (snapshot(answers(needed, seed=2 * seed + side)) for side in (2, 3))
        certified += decide(*sides, policy).judged[0].state is State.WITHIN
    # Its power is planned from an error seen once, so that it may lie a little off 80 %.
    assert 60 * 0.6 <= certified <= 60 * 0.97


@pytest.mark.parametrize("loss", [0.0, 1.0], ids=["no change", "at the margin"])
def test_alarms_and_certificates_keep_to_alpha(loss: float) -> None:
    """No change is called a regression, and a loss of exactly the margin certified, in at most 5 % of the cases."""
    margin, repetitions = 3.0, 200
    policy = Policy(margins=Margins(macro=margin), clean=False, resamples=399)
    counts = Counter[Answer]()
    generator = np.random.Generator(np.random.PCG64(5))
    for _ in range(repetitions):
        ability = generator.normal(size=(1, 240))
        sides = []
        for lost in (0.0, loss * margin / 100):
            right = ability + generator.normal(size=(2, 240)) + 1.0 > 0
            # A right answer is lost with the chance that makes the mean loss exact.
            share = float(stats.norm.cdf(1.0 / np.sqrt(2)))
            right &= generator.random((2, 240)) >= lost / share
            made = {place(code): right[row].astype(float) for row, code in enumerate(("en", "de"))}
            sides.append(snapshot(made | {place(code, CLEAN): np.ones(240) for code in ("en", "de")}))
        counts[decide(*sides, policy).answer] += 1
    error = Answer.REGRESSION if loss == 0.0 else Answer.CERTIFIED
    assert counts[error] <= stats.binom.ppf(0.999, repetitions, 0.05)
    assert counts[Answer.INCONCLUSIVE] > 0


def test_an_unknown_combination_of_trainings_is_refused() -> None:
    three = snapshot({where: np.stack([right] * 3) for where, right in answers(30).items()})
    with pytest.raises(UsageError, match="1 training seeds of the baseline cannot be held against 3"):
        decide(snapshot(answers(30)), three, QUICK)
