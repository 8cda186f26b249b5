"""The dispatcher: which test a cell gets, and cells that cannot be tested."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.statistics.cells import contrast_cell
from harness.statistics.clustered import clustered_drop
from harness.statistics.contrast import Contrast
from harness.statistics.macro import contrast_macro
from harness.statistics.multiplicity import correct
from harness.statistics.paired import mcnemar_exact, mcnemar_mid_p
from harness.statistics.sample import Integers, PairedSample, Settings
from tests.harness.samples import accuracy, f1, mean, outcomes

QUICK = Settings(resamples=199)


def tagging(ids: int, *, seed: int = 0, clusters: Integers | None = None) -> PairedSample:
    generator = np.random.Generator(np.random.PCG64(seed))
    clean = generator.integers(0, 5, size=(ids, 3)).astype(float) + np.array([2.0, 0.0, 0.0])
    lost = (generator.random(ids) < 0.3).astype(float)
    perturbed = clean + np.stack([-lost, lost, lost], axis=1)
    return PairedSample(reference=clean, perturbed=perturbed, score=f1, clusters=clusters, binary=False, additive=False)


def swap(sample: PairedSample) -> PairedSample:
    return replace(sample, reference=sample.perturbed, perturbed=sample.reference)


def test_independent_binary_ids_get_mcnemar_and_tango() -> None:
    clean, perturbed = outcomes(400)
    cell = contrast_cell(accuracy(clean, perturbed), claim="drop", settings=QUICK)
    contrast, lost = cell.primary, int(np.sum((clean == 1) & (perturbed == 0)))
    assert contrast.method == "McNemar mid-p, Tango interval"
    assert contrast.estimate == pytest.approx(100 * lost / 400)
    assert contrast.p == pytest.approx(float(mcnemar_mid_p(lost, 0)))
    assert (contrast.n, contrast.clusters, contrast.seeds) == (400, 400, 1)
    assert (contrast.resamples, contrast.random_seed, cell.beside) == (None, None, None)
    strict = contrast_cell(
        accuracy(clean, perturbed), claim="drop", settings=Settings(exact=True, interval="newcombe")
    ).primary
    assert strict.method == "McNemar exact, Newcombe interval"
    assert strict.p == pytest.approx(float(mcnemar_exact(lost, 0)))
    assert strict.low != contrast.low


def test_clustered_ids_get_the_clustered_test_with_mcnemar_beside_it() -> None:
    clean, perturbed = outcomes(600)
    sample = accuracy(clean, perturbed, clusters=np.arange(600) // 3)
    cell = contrast_cell(sample, claim="drop", settings=QUICK)
    drop = clustered_drop(sample)
    assert cell.primary.method == "clustered t(199), t interval"
    assert cell.primary.p == drop.p
    assert (cell.primary.low, cell.primary.high) == pytest.approx(100 * np.array(drop.interval(0.95)))
    assert (cell.primary.n, cell.primary.clusters) == (600, 200)
    assert cell.beside is not None
    assert cell.beside.method == "McNemar mid-p, Tango interval"
    assert cell.beside.clusters == 600
    assert cell.beside.estimate == pytest.approx(cell.primary.estimate)


def test_clusters_of_one_id_each_are_no_clusters() -> None:
    clean, perturbed = outcomes(100)
    alone = contrast_cell(accuracy(clean, perturbed, clusters=np.arange(100) * 7), claim="x", settings=QUICK)
    assert alone == contrast_cell(accuracy(clean, perturbed), claim="x", settings=QUICK)


def test_several_seeds_get_exact_sign_flips() -> None:
    clean, _ = outcomes(300)
    averaged = np.mean([outcomes(300, seed=0, hurt=0.1 * k)[1] for k in (0, 1, 2)], axis=0)
    contrast = contrast_cell(accuracy(clean, averaged, seeds=3), claim="x", settings=QUICK).primary
    assert contrast.method == "exact sign flips, bootstrap-t interval"
    assert contrast.seeds == 3
    assert contrast.exhaustive
    assert contrast.floor is None
    assert contrast.p is not None
    assert contrast.p < 1 / 200


def test_graded_scores_get_drawn_sign_flips_and_say_when_they_touch_the_floor() -> None:
    generator = np.random.Generator(np.random.PCG64(1))
    clean = generator.random(200)
    contrast = contrast_cell(accuracy(clean, 0.9 * clean, binary=False), claim="x", settings=QUICK).primary
    assert contrast.method == "sign flips, bootstrap-t interval"
    assert contrast.p == contrast.floor == 1 / 200
    assert "the floor of its resamples" in contrast.sentence()
    assert "199 resamples, seed 0" in contrast.sentence()


@pytest.mark.parametrize("clusters", [None, np.arange(200) // 4])
def test_corpus_scores_get_randomisation_and_the_paired_bootstrap(clusters: Integers | None) -> None:
    sample = tagging(200, clusters=clusters)
    cell = contrast_cell(sample, claim="x", settings=QUICK)
    assert cell.primary.method == "randomisation test, paired bootstrap (BCa)"
    expected = float(f1(sample.reference.sum(0)) - f1(sample.perturbed.sum(0)))
    assert cell.primary.estimate == pytest.approx(100 * expected)
    assert cell.primary.clusters == (200 if clusters is None else 50)
    assert cell.primary.low < cell.primary.estimate < cell.primary.high
    assert cell.beside is None


def test_the_seed_moves_resampled_results_and_nothing_else() -> None:
    sample = tagging(150)
    first = contrast_cell(sample, claim="x", settings=QUICK).primary
    assert first == contrast_cell(sample, claim="x", settings=QUICK).primary
    other = contrast_cell(sample, claim="x", settings=replace(QUICK, seed=1)).primary
    assert (other.estimate, other.mde) == (first.estimate, first.mde)
    assert other.low != first.low


UNTESTABLE = {
    "one id": (accuracy([1.0], [0.0]), "there is one id"),
    "no change": (accuracy([1.0, 0, 1], [1.0, 0, 1]), "no id changed its score"),
    "no change, clustered": (accuracy([1.0, 0, 1], [1.0, 0, 1], clusters=np.array([0, 0, 1])), "no id changed"),
    "no change, graded": (accuracy([0.3, 0.2], [0.3, 0.2], binary=False), "no id changed"),
    "no change, F1": (replace(tagging(20), perturbed=tagging(20).reference), "no id changed"),
    "one cluster": (accuracy([1.0, 0, 1], [0.0, 0, 1], clusters=np.zeros(3, dtype=np.int64)), "one cluster"),
    "F1 of 0 on both sides": (
        replace(tagging(9), reference=np.tile([0.0, 1, 2], (9, 1)), perturbed=np.tile([0.0, 2, 2], (9, 1))),
        "no change moves the score",
    ),
    "one sentence": (tagging(1, seed=3), "there is one id"),
    "changes cancel": (accuracy([1.0, 0, 1, 0], [0.0, 1, 0, 1], clusters=np.array([0, 0, 1, 1])), "cancel"),
    # Three noise seeds: what rounding leaves of (1 − ⅓) + (⅔ − 1) + (⅓ − ⅔) is no effect.
    "thirds cancel": (
        accuracy([1.0, 2 / 3, 1 / 3] * 40, [1 / 3, 1, 2 / 3] * 40, clusters=np.arange(120) // 3, binary=False),
        "cancel",
    ),
}


@pytest.mark.parametrize(("sample", "reason"), UNTESTABLE.values(), ids=UNTESTABLE)
def test_a_cell_that_cannot_be_tested_says_why_and_keeps_an_honest_interval(sample: PairedSample, reason: str) -> None:
    contrast = contrast_cell(sample, claim="x", settings=QUICK).primary
    assert contrast.p is None
    assert contrast.reason is not None
    assert reason in contrast.reason
    assert contrast.low < contrast.high
    assert contrast.low <= contrast.estimate <= contrast.high
    assert contrast.mde_bound or contrast.mde is None
    assert reason in contrast.sentence()
    assert not contrast.significant()
    (corrected,) = correct([contrast], QUICK, family="cells")
    assert (corrected.adjusted_p, corrected.family_size) == (None, 0)


def test_units_that_all_move_alike_are_tested_without_a_variance() -> None:
    every = accuracy(np.ones(30), np.zeros(30), clusters=np.arange(30) // 3)
    contrast = contrast_cell(every, claim="x", settings=QUICK).primary
    assert contrast.p == 2 / 2**10
    assert "exact cluster sign flips" in contrast.method
    assert (contrast.estimate, contrast.high) == (100.0, 100.0)
    assert contrast.low == pytest.approx(100 * (1 - 2 * (1 - 0.025 ** (1 / 10))))
    many = accuracy(np.ones(6000), np.zeros(6000), clusters=np.arange(6000) // 3)
    p = contrast_cell(many, claim="x", settings=QUICK).primary.p
    assert p is not None
    assert 0 < p < 1e-300


@st.composite
def samples(draw: st.DrawFn) -> PairedSample:
    ids = draw(st.integers(1, 25))
    generator = np.random.Generator(np.random.PCG64(draw(st.integers(0, 10**6))))
    clusters = draw(st.sampled_from([None, 1, 2, 7, 25]))
    codes = None if clusters is None else generator.integers(0, clusters, ids)
    change = draw(st.sampled_from([0.0, 0.1, 0.5, 1.0]))
    kind = draw(st.sampled_from(["binary", "seeds", "graded", "f1", "ratio"]))
    moved = generator.random(ids) < change
    if kind in ("f1", "ratio"):
        width, score = (3, f1) if kind == "f1" else (2, mean)
        counts = generator.integers(0, 4, size=(2, ids, width)).astype(float)
        if kind == "ratio":
            counts[..., 1] += counts[..., 0]
        perturbed = np.where(moved[:, None], counts[1], counts[0])
        return PairedSample(
            reference=counts[0], perturbed=perturbed, score=score, clusters=codes, binary=False, additive=False
        )
    seeds = 3 if kind == "seeds" else 1
    clean = generator.integers(0, 2, ids) if kind != "graded" else generator.random(ids)
    after = generator.integers(0, seeds + 1, ids) / seeds if kind != "graded" else generator.random(ids)
    return accuracy(
        np.asarray(clean, float), np.where(moved, after, clean), clusters=codes, binary=kind != "graded", seeds=seeds
    )


@given(sample=samples())
def test_no_cell_yields_nan_or_a_p_of_zero_and_sides_can_be_swapped(sample: PairedSample) -> None:
    settings = Settings(resamples=99)
    cell = contrast_cell(sample, claim="x", settings=settings)
    mirrored = contrast_cell(swap(replace(sample, seeds=1, binary=False)), claim="x", settings=settings)
    for contrast in (cell.primary, cell.beside):
        if contrast is not None:
            _is_sound(contrast)
    assert mirrored.primary.estimate == pytest.approx(-cell.primary.estimate, abs=1e-9)
    _is_sound(mirrored.primary)
    if not sample.is_mean() or sample.clustered():
        assert (mirrored.primary.p or -1.0) == pytest.approx(cell.primary.p or -1.0, rel=1e-6)
        assert (mirrored.primary.low, mirrored.primary.high) == pytest.approx(
            (-cell.primary.high, -cell.primary.low), abs=1e-6
        )


def _is_sound(contrast: Contrast) -> None:
    assert -100 <= contrast.low <= contrast.high <= 100
    assert contrast.p is None or 0 < contrast.p <= 1
    assert contrast.mde is None or 0 < contrast.mde <= 100
    assert (contrast.p is None) == (contrast.reason is not None)
    assert "nan" not in contrast.sentence()
    assert "None" not in contrast.sentence()


@pytest.mark.parametrize("shared", [True, False])
def test_a_language_mean_is_one_contrast_in_points(shared: bool) -> None:
    codes = np.arange(300) // 3
    languages = [accuracy(*outcomes(300, seed=seed), clusters=codes) for seed in range(4)]
    strata = [languages] if shared else [[language] for language in languages]
    contrast = contrast_macro(strata, claim="mean", settings=QUICK)
    drops = [100 * float(sample.differences().mean()) for sample in languages]
    assert contrast.estimate == pytest.approx(float(np.mean(drops)))
    assert contrast.clusters == (100 if shared else 400)
    assert contrast.n == 1200
    assert ("items shared" in contrast.method) == shared
    assert contrast.mde is not None
    nothing = contrast_macro([[swap(accuracy(np.ones(9), np.ones(9)))]] * 2, claim="mean", settings=QUICK)
    assert nothing.reason == "no id changed its score"


def test_an_f1_that_is_lost_everywhere_is_tested_and_not_called_certain() -> None:
    gone = replace(tagging(30), reference=np.tile([3.0, 0, 0], (30, 1)), perturbed=np.tile([0.0, 0, 3], (30, 1)))
    few = replace(gone, reference=np.vstack([gone.reference[:3], np.zeros((27, 3))]))
    few = replace(few, perturbed=np.vstack([gone.perturbed[:3], np.zeros((27, 3))]))
    everywhere = contrast_cell(gone, claim="x", settings=QUICK).primary
    assert everywhere.p == 1 / 200
    assert everywhere.low < everywhere.estimate == everywhere.high == 100.0
    # Sentences without entities are no evidence: three sentences can do no better than 2/2³.
    assert contrast_cell(few, claim="x", settings=QUICK).primary.p == 0.25
