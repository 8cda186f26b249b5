"""The batch front against the one-cell procedures: the same numbers, for all cells at once."""

from __future__ import annotations

import numpy as np
import pytest

from harness.statistics.batch import MeanBatch, SumBatch
from harness.statistics.batch_closed import closed_drops, closed_means, closed_pairs, means_across
from harness.statistics.batch_resampled import bootstrap_across, bootstrap_batch, max_t_batches
from harness.statistics.clustered import ClusteredEstimate, clustered_drop
from harness.statistics.intervals import tango_interval
from harness.statistics.macro import macro_estimate
from harness.statistics.maxt import max_t_flips
from harness.statistics.paired import mcnemar_exact, mcnemar_mid_p
from harness.statistics.resampling import bca_interval, bootstrap_drops, percentile_interval
from harness.statistics.sample import Floats, Integers, PairedSample, Settings
from harness.statistics.signflip import lattice_sign_flip
from perturbations.errors import UsageError
from tests.harness.samples import f1, mean

SETTINGS = Settings(resamples=1_999, seed=3)
CELLS, IDS = 7, 60
CLEAN = np.array([0, 0, 2, 1, 2, 0, 1])


def codes_of(kind: str) -> Integers | None:
    """No clusters, clusters of three, or clusters of one to seven ids whose codes do not come in order."""
    if kind == "none":
        return None
    if kind == "even":
        return np.arange(IDS) // 3
    drawn = np.random.Generator(np.random.PCG64(5)).integers(0, 17, IDS)
    return np.unique(drawn, return_inverse=True)[1].astype(np.int64)


def differences(kind: str, *, seed: int = 0, cells: int = CELLS) -> Floats:
    generator = np.random.Generator(np.random.PCG64(seed))
    shared = generator.normal(size=IDS)
    values = 0.6 * shared + generator.normal(size=(cells, IDS)) + np.linspace(0, 0.4, cells)[:, None]
    if kind == "binary":
        return np.sign(values) * (np.abs(values) > 1.0)
    return np.clip(values / 6, -1, 1)


def mean_batch(kind: str, clusters: str, *, name: str = "a", seed: int = 0) -> MeanBatch:
    return MeanBatch(
        name=name, differences=differences(kind, seed=seed), codes=codes_of(clusters), binary=kind == "binary"
    )


def sum_batch(clusters: str, *, name: str = "s", seed: int = 1) -> SumBatch:
    """Seven cells over three references, not in order."""
    generator = np.random.Generator(np.random.PCG64(seed))
    reference = generator.integers(0, 5, size=(3, IDS, 3)) + np.array([3.0, 0.0, 0.0])
    moved = (generator.random((CELLS, IDS)) < 0.3) * 1.0 - (generator.random((CELLS, IDS)) < 0.15) * 1.0
    perturbed = np.maximum(reference[CLEAN] + np.stack([-moved, moved, moved], axis=2), 0.0)
    return SumBatch(
        name=name, reference=reference, perturbed=perturbed, score=f1, clean=CLEAN, codes=codes_of(clusters)
    )


def samples_of(batch: MeanBatch | SumBatch) -> list[PairedSample]:
    if isinstance(batch, SumBatch):
        sides = zip(batch.reference[batch.against()], batch.perturbed, strict=True)
        return [
            PairedSample(reference=a, perturbed=b, score=f1, clusters=batch.codes, binary=False, additive=False)
            for a, b in sides
        ]
    ones = np.ones(IDS)
    return [
        PairedSample(
            reference=np.stack([(1 + row) / 2, ones], axis=1),
            perturbed=np.stack([(1 - row) / 2, ones], axis=1),
            score=mean,
            clusters=batch.codes,
            binary=False,
            additive=True,
        )
        for row in batch.differences
    ]


BATCHES = [
    pytest.param(batch, id=f"{kind}-{clusters}")
    for clusters in ("none", "even", "uneven")
    for kind, batch in (
        ("binary", mean_batch("binary", clusters)),
        ("graded", mean_batch("graded", clusters)),
        ("f1", sum_batch(clusters)),
    )
]


@pytest.mark.parametrize("batch", BATCHES)
def test_closed_forms_are_those_of_one_cell(batch: MeanBatch | SumBatch) -> None:
    drops = closed_drops(batch)
    p, (low, high) = drops.p_values(), drops.intervals(0.95)
    for index, sample in enumerate(samples_of(batch)):
        one = clustered_drop(sample)
        interval = one.interval(0.95)
        assert interval is not None
        expected = (one.estimate, one.error, one.freedom, one.p, *interval)
        found = (drops.estimates[index], drops.errors[index], drops.freedom[index], p[index], low[index], high[index])
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("batch", BATCHES)
def test_means_over_cells_of_one_id_set_keep_their_correlation(batch: MeanBatch | SumBatch) -> None:
    groups = [np.array([0, 1, 2]), np.array([3, 6])]
    means = closed_means(closed_drops(batch), groups)
    samples = samples_of(batch)
    codes = batch.codes if batch.codes is not None else np.arange(IDS)
    for index, group in enumerate(groups):
        members = [samples[cell] for cell in group]
        shared = [
            PairedSample(
                reference=s.reference,
                perturbed=s.perturbed,
                score=s.score,
                clusters=codes,
                binary=False,
                additive=s.additive,
            )
            for s in members
        ]
        one = macro_estimate([shared])
        found = ClusteredEstimate(
            float(means.estimates[index]), float(means.errors[index]), one.units, float(means.freedom[index])
        )
        assert (found.estimate, found.error, found.p) == pytest.approx((one.estimate, one.error, one.p), rel=1e-9)


def test_means_over_id_sets_are_those_of_independent_strata() -> None:
    first, second = mean_batch("graded", "none"), mean_batch("binary", "uneven", name="b", seed=9)
    both = means_across([closed_drops(first), closed_drops(second)])
    for cell in range(CELLS):
        one = macro_estimate([[samples_of(first)[cell]], [samples_of(second)[cell]]])
        found = (both.estimates[cell], both.errors[cell], both.freedom[cell], both.p_values()[cell])
        assert found == pytest.approx((one.estimate, one.error, one.freedom, one.p), rel=1e-9)


@pytest.mark.parametrize("exact", [False, True])
def test_pairs_are_mcnemar_and_tango_of_one_cell(exact: bool) -> None:
    batch = mean_batch("binary", "none")
    pairs = closed_pairs(batch, Settings(exact=exact))
    for index, row in enumerate(batch.differences):
        lost, gained = int(np.sum(row > 0)), int(np.sum(row < 0))
        low, high = tango_interval(lost, gained, IDS)
        p = (mcnemar_exact if exact else mcnemar_mid_p)(lost, gained)
        found = (pairs.lost[index], pairs.gained[index], pairs.p[index], pairs.low[index], pairs.high[index])
        assert found == pytest.approx((lost, gained, float(p), float(low), float(high)), rel=1e-9)


@pytest.mark.parametrize("batch", BATCHES)
def test_bootstrap_intervals_are_those_of_one_cell_drawn_alike(batch: MeanBatch | SumBatch) -> None:
    found = bootstrap_batch(batch, SETTINGS, seed=11).cells
    for index, sample in enumerate(samples_of(batch)):
        drops = bootstrap_drops(sample, resamples=1_999, seed=11)
        corrected = bca_interval(sample, drops, level=0.95)
        assert bool(found.corrected[index]) == (corrected is not None)
        expected = corrected or percentile_interval(drops, level=0.95)
        assert (found.low[index], found.high[index]) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_the_bootstrap_of_a_macro_mean_is_that_of_each_ids_mean_over_cells() -> None:
    batch = mean_batch("graded", "none")
    group = np.array([0, 2, 5])
    found = bootstrap_batch(batch, SETTINGS, groups=[group], seed=4).means
    alone = MeanBatch(name="mean", differences=batch.differences[group].mean(axis=0)[None])
    expected = bootstrap_batch(alone, SETTINGS, seed=4).cells
    assert (found.low[0], found.high[0]) == pytest.approx((expected.low[0], expected.high[0]), rel=1e-9)


def test_a_mean_over_id_sets_has_the_spread_of_independent_draws() -> None:
    # Copies of one batch under two names: drawn alike they would be as wide as one of them alone.
    first, second = mean_batch("graded", "none"), mean_batch("graded", "none", name="b")
    every = [np.array([cell]) for cell in range(CELLS)]
    settings = Settings(resamples=9_999)
    parts = [bootstrap_batch(batch, settings, groups=every) for batch in (first, second)]
    both = bootstrap_across([part.kept for part in parts], settings)
    ratio = (both.high - both.low) / (parts[0].means.high - parts[0].means.low)
    assert ratio == pytest.approx(np.full(CELLS, np.sqrt(0.5)), rel=0.05)


def test_max_t_of_means_is_that_of_their_units_signs() -> None:
    batch = mean_batch("graded", "even")
    sums = batch.differences.reshape(CELLS, -1, 3).sum(axis=2)
    settings = Settings(resamples=19_999)
    drawn = max_t_batches([batch], settings)[0]
    # Other signs: the two agree within the error of 20,000 draws.
    assert drawn == pytest.approx(max_t_flips(sums.T, resamples=19_999, seed=99), abs=4 * np.sqrt(0.5 / 19_999))
    listed = MeanBatch(name="few", differences=differences("graded")[:, :10])
    expected = max_t_flips(listed.differences.T, resamples=1_023, seed=0)
    assert max_t_batches([listed], Settings(resamples=1_023))[0] == pytest.approx(expected, rel=1e-12)


def test_max_t_of_one_binary_cell_is_mcnemars_exact_test() -> None:
    row = np.array([[1.0] * 14 + [-1.0] * 5 + [0.0] * 41])
    p = max_t_batches([MeanBatch(name="a", differences=row, binary=True)], Settings(resamples=99_999))[0][0]
    exact = lattice_sign_flip(row[0].astype(np.int64))
    assert p == pytest.approx(exact, abs=4 * np.sqrt(exact / 99_999))


def test_max_t_of_f1_swaps_sides_and_leaves_out_what_does_not_move() -> None:
    batch = sum_batch("even")
    still = batch.perturbed.copy()
    still[2] = batch.reference[CLEAN[2]]
    batch = SumBatch(name="s", reference=batch.reference, perturbed=still, score=f1, clean=CLEAN, codes=batch.codes)
    first, second = max_t_batches([batch, mean_batch("binary", "none")], Settings(resamples=999))
    assert np.isnan(first[2])
    assert np.all((np.delete(first, 2) > 0) & (np.delete(first, 2) <= 1))
    mirrored = SumBatch(name="s", reference=still, perturbed=batch.reference[CLEAN], score=f1, codes=batch.codes)
    again = max_t_batches([mirrored, mean_batch("binary", "none")], Settings(resamples=999))
    assert np.delete(again[0], 2) == pytest.approx(np.delete(first, 2), rel=1e-12)
    assert again[1] == pytest.approx(second, rel=1e-12)


def test_a_correlated_family_costs_less_than_an_independent_one() -> None:
    row = differences("graded", seed=8)[3]
    copies = MeanBatch(name="copies", differences=np.tile(row, (40, 1)))
    alone = MeanBatch(name="copies", differences=row[None])
    settings = Settings(resamples=4_999)
    assert max_t_batches([copies], settings)[0] == pytest.approx(np.full(40, max_t_batches([alone], settings)[0][0]))


def test_cells_that_do_not_vary_have_neither_test_nor_interval() -> None:
    values = differences("binary")
    values[1], values[4] = 0.0, 1.0
    batch = MeanBatch(name="a", differences=values, binary=True)
    drops, pairs = closed_drops(batch), closed_pairs(batch, Settings())
    assert np.flatnonzero(np.isnan(drops.p_values())).tolist() == [1, 4]
    assert np.flatnonzero(np.isnan(drops.intervals(0.95)[0])).tolist() == [1, 4]
    assert np.flatnonzero(np.isnan(pairs.p)).tolist() == [1]
    found = bootstrap_batch(batch, SETTINGS).cells
    assert np.flatnonzero(~found.corrected).tolist() == [1, 4]
    assert (found.low[4], found.high[4]) == (1.0, 1.0)


def test_the_same_seed_and_name_give_the_same_draws_and_others_do_not() -> None:
    batch, other = mean_batch("graded", "none"), mean_batch("graded", "none", name="b")
    first = bootstrap_batch(batch, SETTINGS).cells.low
    assert np.array_equal(first, bootstrap_batch(batch, SETTINGS).cells.low)
    assert not np.array_equal(first, bootstrap_batch(other, SETTINGS).cells.low)
    assert not np.array_equal(first, bootstrap_batch(batch, Settings(resamples=1_999, seed=4)).cells.low)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MeanBatch(name="a", differences=np.array([[0.1, np.nan]])), "1 cells with values that are not finite"),
        (lambda: MeanBatch(name="a", differences=np.zeros((2, 0))), "at least one each"),
        (lambda: MeanBatch(name="a", differences=np.array([[0.5, 0.0]]), binary=True), "−1, 0 or 1"),
        (lambda: MeanBatch(name="a", differences=np.zeros((1, 2)), codes=np.array([0, 2])), "without gaps"),
        (lambda: MeanBatch(name="a", differences=np.zeros((1, 2)), codes=np.array([0])), "one code from 0"),
        (
            lambda: SumBatch(name="s", reference=np.ones((1, 2, 3)), perturbed=np.ones((1, 3, 3)), score=f1),
            "one shape",
        ),
        (
            lambda: SumBatch(name="s", reference=np.ones((1, 2, 3)), perturbed=np.ones((2, 2, 3)), score=f1),
            "one of its 1 references",
        ),
        (
            lambda: SumBatch(name="s", reference=np.ones((1, 2, 3)), perturbed=np.full((1, 2, 3), np.inf), score=f1),
            "finite",
        ),
        (lambda: closed_pairs(mean_batch("graded", "none"), Settings()), "not binary"),
        (lambda: closed_pairs(mean_batch("binary", "none"), Settings(interval="newcombe")), "Tango intervals alone"),
        (lambda: closed_means(closed_drops(mean_batch("graded", "none")), [np.array([99])]), "cells 0 to 6"),
        (lambda: bootstrap_batch(mean_batch("graded", "none"), SETTINGS, groups=[np.array([], int)]), "at least one"),
        (lambda: bootstrap_batch(MeanBatch(name="a", differences=np.ones((2, 1))), SETTINGS), "one independent unit"),
        (lambda: bootstrap_across([], SETTINGS), "one shape"),
        (lambda: means_across([]), "as many drops in each"),
        (lambda: max_t_batches([mean_batch("graded", "none")] * 2, SETTINGS), "a name of its own"),
        (lambda: max_t_batches([MeanBatch(name="a", differences=np.zeros((2, 5)))], SETTINGS), "at least one cell"),
    ],
)
def test_what_cannot_be_computed_is_refused_by_name(make: object, message: str) -> None:
    assert callable(make)
    with pytest.raises(UsageError, match=message):
        make()
