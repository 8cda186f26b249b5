"""Corrections over a family, what a contrast says of itself, and input that makes no sense."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from harness.statistics.cells import CellContrast, contrast_cell
from harness.statistics.contrast import show_p, signed
from harness.statistics.multiplicity import adjust, correct
from harness.statistics.sample import Settings
from perturbations.errors import UnknownNameError, UsageError
from tests.harness.samples import accuracy, outcomes

QUICK = Settings(resamples=199)


def test_holm_and_benjamini_hochberg_give_published_values() -> None:
    # Holm: the worked example of R's p.adjust; BH: Benjamini & Hochberg 1995, as in the manual of scipy.stats.
    assert adjust([0.01, 0.04, 0.03, 0.005], correction="holm").values == pytest.approx((0.03, 0.06, 0.06, 0.02))
    thrombolysis = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    thrombolysis += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000]
    adjusted = adjust(thrombolysis, correction="bh").values
    assert adjusted == pytest.approx(tuple(stats.false_discovery_control(thrombolysis)))
    assert sum(p is not None and p <= 0.05 for p in adjusted) == 4
    bonferroni_like = adjust(thrombolysis, correction="holm").values
    assert sum(p is not None and p <= 0.05 for p in bonferroni_like) == 3


# statsmodels collects garbage on every call for Holm, which takes a while where torch is loaded.
@settings(max_examples=8)
@given(st.lists(st.one_of(st.none(), st.floats(1e-300, 1.0)), max_size=40), st.sampled_from(["holm", "bh"]))
def test_untestable_claims_leave_the_family_and_order_does_not_matter(values: list[float | None], name: Any) -> None:
    adjusted = adjust(values, correction=name)
    tested = [p for p in values if p is not None]
    assert adjusted.family_size == len(tested)
    assert [value is None for value in adjusted.values] == [p is None for p in values]
    alone = adjust(tested, correction=name).values
    assert [value for value in adjusted.values if value is not None] == list(alone)
    assert adjust(tested[::-1], correction=name).values == pytest.approx(alone[::-1])
    for raw, value in zip(tested, alone, strict=True):
        assert value is not None
        assert raw <= value <= 1.0
    slow = [min(1.0, max(sum(q >= p for q in tested) * p for p in tested if p <= raw)) for raw in tested]
    if name == "holm":
        assert alone == pytest.approx(tuple(slow))


@pytest.mark.parametrize("p", [0.0, float("nan"), 1.5, -0.1])
def test_a_family_refuses_what_is_no_p(p: float) -> None:
    with pytest.raises(UsageError, match="pass None if untestable"):
        adjust([0.5, p], correction="holm")


def test_correcting_fills_the_family_in_order_and_decides_significance() -> None:
    cells: list[CellContrast] = [
        contrast_cell(accuracy(*outcomes(200, seed=seed, hurt=hurt)), claim=f"c{seed}", settings=QUICK)
        for seed, hurt in enumerate([0.2, 0.0, 0.02, 0.05])
    ]
    corrected = correct([cell.primary for cell in cells], replace(QUICK, correction="bh"), family="cells of a run")
    assert [contrast.claim for contrast in corrected] == ["c0", "c1", "c2", "c3"]
    assert {contrast.family_size for contrast in corrected} == {3}
    assert {contrast.correction for contrast in corrected} == {"Benjamini–Hochberg"}
    assert corrected[0].significant()
    assert not corrected[1].significant()
    assert "after Benjamini–Hochberg over 3 tests (cells of a run)" in str(corrected[0])
    raw = replace(corrected[0], p=0.03, adjusted_p=0.09)
    assert not raw.significant()
    assert replace(raw, correction=None).significant()


def test_a_contrast_prints_as_a_sentence_with_all_that_a_reader_needs() -> None:
    clean, perturbed = outcomes(600, seed=5)
    sample = accuracy(clean, perturbed, clusters=np.arange(600) // 3)
    contrast = correct(
        [contrast_cell(sample, claim="xnli hi swap 0.1", settings=QUICK).primary], QUICK, family="cells"
    )[0]
    sentence = str(contrast)
    for part in ("xnli hi swap 0.1: +", "95 % interval", "600 ids in 200 clusters", "1 perturbation seed"):
        assert part in sentence
    for part in ("clustered t(199)", "after Holm over 1 test (cells)", "minimum detectable effect", "80 % power"):
        assert part in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"estimate": math.nan}, "finite"),
        ({"low": math.inf}, "finite"),
        ({"low": 5.0, "high": 4.0}, "backwards"),
        ({"p": 0.0}, "0 < p <= 1"),
        ({"adjusted_p": 1.1}, "0 < p <= 1"),
        ({"p": None}, "reason"),
        ({"reason": "why"}, "reason"),
        ({"least_p": 0.0}, "0 < p <= 1"),
        ({"needed": math.nan}, "finite"),
        ({"margin": 2.0}, "margin"),
        ({"alternative": "equivalent"}, "margin"),
    ],
)
def test_a_contrast_that_would_mislead_cannot_be_made(change: dict[str, Any], message: str) -> None:
    contrast = contrast_cell(accuracy(*outcomes(100)), claim="x", settings=QUICK).primary
    with pytest.raises(ValueError, match=message):
        replace(contrast, **change)


def test_points_and_p_are_printed_without_false_zeros() -> None:
    assert [signed(points) for points in (3.204, -0.001, 0.0, -2.5)] == ["+3.20", "0.00", "0.00", "-2.50"]
    assert [show_p(p) for p in (1e-300, 0.00012, 0.0451, 0.5, 1.0)] == [
        "p < 0.0001",
        "p = 0.00012",
        "p = 0.045",
        "p = 0.50",
        "p = 1.00",
    ]


BAD_SAMPLES: dict[str, tuple[dict[str, Any], str]] = {
    "no ids": ({"reference": np.empty((0, 2)), "perturbed": np.empty((0, 2))}, "no ids"),
    "unequal shapes": ({"perturbed": np.ones((3, 2))}, "one shape"),
    "one dimension": ({"reference": np.ones(4), "perturbed": np.ones(4)}, "one shape"),
    "NaN": ({"perturbed": np.array([[1, 1], [np.nan, 1], [1, 1], [1, 1]])}, "first at row 1"),
    "codes of another length": ({"clusters": np.arange(3)}, "shape"),
    "codes that are no integers": ({"clusters": np.arange(4.0)}, "integers"),
    "no seeds": ({"seeds": 0}, "at least 1"),
    "graded called binary": ({"perturbed": np.array([[0.5, 1], [1, 1], [1, 1], [1, 1]])}, "binary=False"),
    "a score out of range": ({"perturbed": np.array([[7.0, 1], [1, 1], [1, 1], [1, 1]])}, "0–1"),
}


@pytest.mark.parametrize(("change", "message"), BAD_SAMPLES.values(), ids=BAD_SAMPLES)
def test_samples_that_make_no_sense_are_refused_in_words(change: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        contrast_cell(replace(accuracy(np.ones(4), np.ones(4)), **change), claim="x", settings=QUICK)


@pytest.mark.parametrize(
    "change",
    [{"alpha": 0.0}, {"power": 0.04}, {"resamples": 9}, {"seed": -1}, {"alpha": math.nan}],
)
def test_settings_out_of_range_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="statistics setting"):
        Settings(**change)


def test_an_unknown_correction_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'holm'"):
        Settings(correction="hom")  # pyright: ignore[reportArgumentType]
    with pytest.raises(UnknownNameError, match="tango"):
        Settings(interval="tang")  # pyright: ignore[reportArgumentType]
