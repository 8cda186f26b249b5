"""Contrasts of many cells at once: those of one cell, whoever draws with whom; corrected by max-T."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import pytest

from harness.statistics.batch import MeanBatch, SumBatch, stream
from harness.statistics.batch_cells import contrast_cells
from harness.statistics.batch_closed import closed_drops, closed_means, means_across
from harness.statistics.batch_contrasts import contrast_batch, contrast_drops
from harness.statistics.batch_resampled import bootstrap_batch, max_t_batches
from harness.statistics.cells import contrast_cell
from harness.statistics.contrast import Contrast
from harness.statistics.family import correct_by_max_t
from harness.statistics.maxt import max_t_flips
from harness.statistics.resampling import randomisation_test
from harness.statistics.sample import PairedSample, Settings
from perturbations.errors import UsageError
from tests.harness.samples import f1, mean

SETTINGS = Settings(resamples=1_499, seed=2)


def made(kind: str, ids: int, seed: int) -> PairedSample:
    """A cell of some kind: `graded`, `binary`, `seeds`, `clustered`, `f1`, `f1-clustered`, `still` or `few`."""
    generator = np.random.Generator(np.random.PCG64(seed))
    clusters = np.arange(ids) // 3 if kind.endswith("clustered") else None
    if kind.startswith("f1"):
        clean = generator.integers(0, 4, size=(ids, 3)) + np.array([2.0, 0.0, 0.0])
        moved = (generator.random(ids) < 0.3) * 1.0
        perturbed = np.maximum(clean + np.stack([-moved, moved, moved], axis=1), 0.0)
        sides, binary, additive, seeds = (clean, perturbed), False, False, 1
    else:
        seeds = 3 if kind == "seeds" else 1
        first = generator.random(ids)
        second = first.copy() if kind == "still" else generator.random(ids)
        if kind in ("binary", "seeds", "clustered"):
            first, second = np.rint(first), np.rint(seeds * second) / seeds
        if kind == "few":
            second = np.where(np.arange(ids) < 6, second, first)
        sides = tuple(np.stack([scores, np.ones(ids)], axis=1) for scores in (first, second))
        binary, additive = kind in ("binary", "seeds", "clustered"), True
    return PairedSample(
        reference=sides[0],
        perturbed=sides[1],
        score=f1 if kind.startswith("f1") else mean,
        clusters=clusters,
        binary=binary,
        additive=additive,
        seeds=seeds,
    )


def assert_alike(found: Contrast | None, expected: Contrast | None) -> None:
    """All fields equal, numbers to nine digits."""
    assert (found is None) == (expected is None)
    if found is None or expected is None:
        return
    for field in fields(Contrast):
        ours, theirs = getattr(found, field.name), getattr(expected, field.name)
        if isinstance(theirs, float):
            assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-9), field.name
        else:
            assert ours == theirs, field.name


def test_a_run_of_mixed_cells_gets_the_contrasts_of_its_cells() -> None:
    kinds = ("graded", "f1", "binary", "seeds", "clustered", "f1-clustered", "still", "few", "graded", "f1") * 2
    samples = [made(kind, 45 if number % 3 else 60, number) for number, kind in enumerate(kinds)]
    claims = [f"cell {number}" for number in range(len(samples))]
    found = contrast_cells(samples, claims, SETTINGS)
    assert len(found) == len(samples)
    for sample, claim, ours in zip(samples, claims, found, strict=True):
        expected = contrast_cell(sample, claim=claim, settings=SETTINGS)
        assert_alike(ours.primary, expected.primary)
        assert_alike(ours.beside, expected.beside)


def test_more_cells_than_are_held_at_once_are_all_drawn() -> None:
    samples = [made("graded", 30, number) for number in range(150)]
    found = contrast_cells(samples, ["x"] * 150, Settings(resamples=199))
    assert_alike(found[-1].primary, contrast_cell(samples[-1], claim="x", settings=Settings(resamples=199)).primary)


def test_max_t_of_one_f1_cell_is_close_to_its_randomisation_test() -> None:
    sample = made("f1", 200, 5)
    # Half of the change undone, so that p is neither tiny nor near 1.
    other = PairedSample(
        reference=sample.reference,
        perturbed=np.where(np.arange(200)[:, None] % 8 == 0, sample.perturbed, sample.reference),
        score=f1,
        binary=False,
        additive=False,
    )
    batch = SumBatch(name="s", reference=other.reference[None], perturbed=other.perturbed[None], score=f1)
    settings = Settings(resamples=9_999)
    expected = randomisation_test(other, resamples=9_999, seed=1).p
    # One looks at the score, the other at its slope: alike to first order.
    assert max_t_batches([batch], settings)[0][0] == pytest.approx(expected, abs=0.02)


def test_rounding_for_single_precision_hardly_moves_max_t() -> None:
    generator = np.random.Generator(np.random.PCG64(6))
    values = generator.normal(size=90) * 0.1 + generator.normal(size=(12, 90)) * 0.1 + np.linspace(0, 0.05, 12)[:, None]
    batch, settings = MeanBatch(name="g", differences=values), Settings(resamples=4_999)
    unrounded = max_t_flips(values.T, resamples=4_999, seed=stream(settings.seed, "g"))
    found = max_t_batches([batch], settings)[0]
    assert 0.001 < found.min() < 0.5
    # The same signs: a draw in a hundred thousand may fall on the other side.
    assert found == pytest.approx(unrounded, abs=0.002)


def batches() -> list[MeanBatch | SumBatch]:
    generator = np.random.Generator(np.random.PCG64(4))
    moved = np.sign(generator.normal(0.1, 1, (4, 90))) * (generator.random((4, 90)) < 0.3)
    moved[2] = 0.0
    sums = [made("f1", 90, seed) for seed in range(4)]
    return [
        MeanBatch(name="binary", differences=moved, binary=True),
        MeanBatch(name="clustered", differences=moved, binary=True, codes=np.arange(90) // 3),
        SumBatch(
            name="f1",
            reference=np.stack([sample.reference for sample in sums]),
            perturbed=np.stack([sample.perturbed for sample in sums]),
            score=f1,
        ),
    ]


def one_by_one(batch: MeanBatch | SumBatch) -> Sequence[Contrast]:
    """McNemar or the clustered t of each cell, by the procedures for one."""
    assert isinstance(batch, MeanBatch)
    ones = np.ones(batch.differences.shape[1])
    samples = [
        PairedSample(
            reference=np.stack([(row > 0) * 1.0, ones], axis=1),
            perturbed=np.stack([(row < 0) * 1.0, ones], axis=1),
            score=mean,
            clusters=batch.codes,
            binary=True,
            additive=True,
        )
        for row in batch.differences
    ]
    return [contrast_cell(s, claim=f"cell {i}", settings=SETTINGS).primary for i, s in enumerate(samples)]


@pytest.mark.parametrize("number", [0, 1])
def test_the_contrasts_of_a_batch_are_those_of_its_cells(number: int) -> None:
    batch = batches()[number]
    found = contrast_batch(batch, [f"cell {index}" for index in range(4)], SETTINGS)
    for ours, expected in zip(found, one_by_one(batch), strict=True):
        assert_alike(ours, expected)
    assert found[2].p is None
    assert found[2].reason == "no id changed its score"


def test_bootstrap_intervals_and_max_t_are_told_in_the_contrast() -> None:
    batch = batches()[2]
    intervals = bootstrap_batch(batch, SETTINGS).cells
    contrasts = contrast_batch(batch, list("abcd"), SETTINGS, intervals=intervals)
    assert contrasts[1].low == pytest.approx(100 * intervals.low[1])
    assert contrasts[1].method == "clustered t(89), paired bootstrap (BCa)"
    assert (contrasts[1].resamples, contrasts[1].random_seed) == (1_499, 2)
    corrected = correct_by_max_t(contrasts, max_t_batches([batch], SETTINGS)[0], family="cells")
    assert all(c.adjusted_p is not None and c.p is not None and c.adjusted_p >= c.p for c in corrected)
    assert "after max-T over 4 tests (cells)" in corrected[0].sentence()


def test_a_cell_that_cannot_be_tested_leaves_the_family_of_max_t() -> None:
    batch = batches()[0]
    contrasts = contrast_batch(batch, list("abcd"), SETTINGS)
    corrected = correct_by_max_t(contrasts, max_t_batches([batch], SETTINGS)[0], family="cells")
    assert (corrected[2].adjusted_p, corrected[2].family_size) == (None, 3)


def test_means_have_contrasts_too_and_a_lone_unit_leaves_them_untested() -> None:
    parts = [closed_means(closed_drops(batch), [np.arange(4)]) for batch in batches()]
    mean_of_all = contrast_drops(means_across(parts), ["all"], SETTINGS, n=270)[0]
    assert mean_of_all.p is not None
    assert mean_of_all.clusters == 90 + 30 + 90
    lone = closed_drops(MeanBatch(name="one", differences=np.array([[0.5]])))
    untested = contrast_drops(means_across([parts[0], lone]), ["all"], SETTINGS, n=91)[0]
    assert untested.reason == "1 of 2 strata hold one unit only"
    assert contrast_batch(MeanBatch(name="one", differences=np.array([[1.0]])), ["x"], SETTINGS)[0].p is None


def test_what_rounding_leaves_of_changes_that_cancel_is_no_effect() -> None:
    rows = np.tile([0.9, 1 / 3 - 1, 0.1 - 1 / 3], (1, 30))
    contrast = contrast_batch(MeanBatch(name="x", differences=rows, codes=np.arange(90) // 3), ["x"], SETTINGS)[0]
    assert contrast.reason == "the changes cancel within every cluster"


def test_id_sets_that_each_moved_as_one_are_judged_by_those_that_moved() -> None:
    def across(*shape: tuple[float, int]) -> Contrast:
        parts = [closed_drops(MeanBatch(name="x", differences=np.full((1, ids), drop))) for drop, ids in shape]
        return contrast_drops(means_across(parts), ["all"], SETTINGS, n=1)[0]

    assert across((1.0, 3), (0.0, 3)).p == 2 / 2**3
    assert "opposite directions" in str(across((1.0, 3), (-0.5, 3)).reason)


def test_claims_that_do_not_match_the_cells_are_refused() -> None:
    with pytest.raises(UsageError, match="one claim for each"):
        contrast_batch(batches()[0], ["only one"], SETTINGS)
    with pytest.raises(UsageError, match="one claim for each"):
        contrast_cells([made("binary", 9, 0)], [], SETTINGS)
