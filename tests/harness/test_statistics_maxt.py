"""Max-T against its definition written out, against single tests, and over families with untestable cells."""

from __future__ import annotations

import itertools
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.statistics.cells import contrast_cell
from harness.statistics.family import correct_jointly, flip_values
from harness.statistics.maxt import joint_values, max_t, max_t_flips, studentised
from harness.statistics.resampling import randomisation_test
from harness.statistics.sample import Floats, Settings
from harness.statistics.signflip import sign_flip
from perturbations.errors import UsageError
from tests.harness.samples import changed, tagged

QUICK = Settings(resamples=999)


def by_definition(values: Floats, tail: Literal["two", "greater"]) -> list[float]:
    """Algorithm 4.1 of Westfall & Young over every sign assignment, in loops."""
    units, cells = values.shape
    scale = np.sqrt(np.sum(values**2, axis=0))
    extreme = np.abs if tail == "two" else (lambda statistics: statistics)
    observed = extreme(values.sum(axis=0) / scale)
    order = sorted(range(cells), key=lambda cell: -observed[cell])
    assignments = list(itertools.product((1.0, -1.0), repeat=units))
    null = [extreme(np.array(signs) @ values / scale) for signs in assignments]
    adjusted, running = [0.0] * cells, 0.0
    for rank, cell in enumerate(order):
        beyond = sum(max(row[other] for other in order[rank:]) >= observed[cell] - 1e-9 for row in null)
        running = max(running, beyond / len(null))
        adjusted[cell] = running
    return adjusted


@settings(max_examples=30)
@given(seed=st.integers(0, 10**6), units=st.integers(2, 7), cells=st.integers(1, 5))
@pytest.mark.parametrize("tail", ["two", "greater"])
def test_listed_flips_are_the_definition(tail: Literal["two", "greater"], seed: int, units: int, cells: int) -> None:
    generator = np.random.Generator(np.random.PCG64(seed))
    # Whole numbers make ties, which must count.
    values = generator.integers(-3, 4, size=(units, cells)).astype(float)
    values[0] += 4 * (np.sum(values**2, axis=0) == 0)
    ours = max_t_flips(values, resamples=999, seed=0, tail=tail)
    assert ours == pytest.approx(by_definition(values, tail), abs=1e-12)


def test_drawn_flips_approach_the_listed_ones_and_blocks_do_not_matter() -> None:
    generator = np.random.Generator(np.random.PCG64(1))
    values = generator.normal(size=(12, 6)) + np.array([0.8, 0.5, 0, 0, 0, 0])
    listed = max_t_flips(values, resamples=4_095, seed=0)
    # One flip fewer than there are: drawn.
    drawn = max_t_flips(values, resamples=4_000, seed=0)
    assert np.all(np.abs(drawn - listed) <= 4.5 * np.sqrt(listed * (1 - listed) / 4_000) + 1e-3)
    weights = studentised(values)
    null = (2.0 * generator.integers(0, 2, size=(700, 12)) - 1.0) @ weights
    whole = max_t(weights.sum(axis=0), [null])
    parts = max_t(weights.sum(axis=0), np.array_split(null, 9))
    assert np.array_equal(whole, parts)


def test_one_cell_alone_is_the_sign_flip_test() -> None:
    values = np.random.Generator(np.random.PCG64(2)).normal(size=11) + 0.4
    assert max_t_flips(values[:, None], resamples=4_095, seed=0)[0] == pytest.approx(
        sign_flip(values, resamples=4_095, seed=0).p
    )


def test_forty_copies_of_a_cell_cost_no_more_than_one_and_unrelated_cells_do() -> None:
    generator = np.random.Generator(np.random.PCG64(3))
    values = generator.normal(size=(200, 40))
    values[:, 0] += 0.21
    alone = max_t_flips(values[:, :1], resamples=1_999, seed=0)[0]
    copied = max_t_flips(np.repeat(values[:, :1], 40, axis=1), resamples=1_999, seed=0)
    beside = max_t_flips(values, resamples=1_999, seed=0)[0]
    assert np.all(copied == alone)
    assert beside > 10 * alone


def test_adjusted_p_never_falls_below_the_raw_one_nor_below_its_floor() -> None:
    values = np.random.Generator(np.random.PCG64(4)).normal(size=(300, 8)) + np.linspace(0, 1, 8)
    adjusted = max_t_flips(values, resamples=499, seed=0)
    raw = [sign_flip(column, resamples=499, seed=0).p for column in values.T]
    assert np.all(adjusted >= np.array(raw) - 1e-12)
    assert adjusted.min() == 1 / 500
    order = np.argsort(-np.abs(values.sum(axis=0)) / np.sqrt(np.sum(values**2, axis=0)))
    assert np.all(np.diff(adjusted[order]) >= 0)


def test_the_family_wise_error_is_kept_and_one_sided_tests_see_only_losses() -> None:
    generator = np.random.Generator(np.random.PCG64(5))
    families, found = 400, 0
    for seed in range(families):
        shared = generator.normal(size=(60, 1))
        values = shared + generator.normal(size=(60, 12))
        found += bool(max_t_flips(values, resamples=199, seed=seed).min() <= 0.05)
    # At most 37 of 400 once in ten thousand if the error is 5 %; 60 of 400 without a correction.
    assert found <= 37
    gains = max_t_flips(generator.normal(size=(60, 3)) - 1.0, resamples=199, seed=0, tail="greater")
    assert np.all(gains > 0.9)


def test_for_f1_the_flip_values_reproduce_the_randomisation_test() -> None:
    sample = tagged(250, effect=0.24, seed=7)
    linear = max_t_flips(flip_values(sample)[:, None], resamples=1_999, seed=0)[0]
    swapped = randomisation_test(sample, resamples=1_999, seed=0).p
    assert 0.01 < swapped < 0.5
    assert linear == pytest.approx(swapped, abs=0.02)


def test_cells_that_hold_other_ids_are_laid_beside_each_other() -> None:
    joined = joint_values([(np.array([3, 1, 3]), np.array([1.0, 2.0, 4.0])), (np.array([7, 1]), np.array([8.0, 16.0]))])
    assert joined.tolist() == [[2.0, 16.0], [5.0, 0.0], [0.0, 8.0]]


def test_a_family_is_corrected_jointly_and_untestable_cells_leave_it() -> None:
    generator = np.random.Generator(np.random.PCG64(8))
    codes = np.arange(120)
    shifts = [0.3, 0.0, 0.05]
    samples = [changed(np.clip(generator.normal(size=120) / 4 + shift, -1, 1), codes) for shift in shifts]
    samples.insert(1, changed(np.zeros(120), codes))
    # One id that changed: nothing to test, though there is something to flip.
    samples.append(changed(np.full(1, 0.5), codes[:1]))
    contrasts = [contrast_cell(sample, claim=f"c{i}", settings=QUICK).primary for i, sample in enumerate(samples)]
    corrected = correct_jointly(contrasts, samples, QUICK, family="all cells")
    assert corrected[1].adjusted_p is None
    assert corrected[1].reason == "no id changed its score"
    assert corrected[4].adjusted_p is None
    assert corrected[4].reason == "there is one id"
    assert {contrast.family_size for contrast in corrected} == {3}
    assert corrected[0].significant()
    assert "after max-T step-down (999 flips of whole ids, seed 0) over 3 tests (all cells)" in str(corrected[0])
    kept = [0, 2, 3]
    without = correct_jointly([contrasts[i] for i in kept], [samples[i] for i in kept], QUICK, family="all cells")
    assert [c.adjusted_p for c in without] == [c.adjusted_p for c in corrected if c.p is not None]
    assert correct_jointly([], [], QUICK, family="none") == []


def test_a_joint_correction_never_helps_a_claim() -> None:
    few = changed(np.repeat([0.5, 0.1, 0.1, 0.1, 0.1, 0.05], 2), np.arange(12) // 2)
    contrast = contrast_cell(few, claim="x", settings=QUICK).primary
    # All flips of six clusters go down to 2/64, below the t test.
    assert contrast.p is not None
    assert contrast.p > 0.05 > 2 / 64
    assert correct_jointly([contrast], [few], QUICK, family="one")[0].adjusted_p == contrast.p


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.array([[1.0, np.nan], [1.0, 2.0]]), "finite value"),
        (np.array([[1.0, 0.0], [1.0, 0.0]]), "cell 1, in which no id changed"),
    ],
)
def test_cells_that_cannot_be_flipped_are_named(values: Floats, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        max_t_flips(values, resamples=99, seed=0)


def test_max_t_without_cells_or_draws_is_refused() -> None:
    with pytest.raises(UsageError, match="at least one cell"):
        max_t(np.array([]), [np.ones((1, 0))])
    with pytest.raises(UsageError, match="at least one block"):
        max_t(np.ones(2), [])
    sample = changed(np.ones(3) / 2)
    contrast = contrast_cell(sample, claim="x", settings=QUICK).primary
    with pytest.raises(UsageError, match="one sample for each"):
        correct_jointly([contrast], [], QUICK, family="x")
    with pytest.raises(UsageError, match="cluster codes common"):
        correct_jointly([contrast, contrast], [sample, sample], QUICK, family="x")
