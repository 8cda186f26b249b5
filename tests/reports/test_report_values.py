"""How single values print."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import values

finite = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "<0.001"),
        (0.0009, "<0.001"),
        (0.001, "0.001"),
        (0.0123, "0.012"),
        (1.0, "1.000"),
        (0.0496, "0.050"),
        (0.0504, "0.0504"),
        (0.05, "0.050"),
        (None, "–"),
    ],
)
def test_a_p_value_prints_with_three_decimals_and_more_beside_the_level(value: float | None, text: str) -> None:
    assert values.probability(value, 0.05) == text


def test_a_p_value_below_a_very_strict_level_keeps_its_size() -> None:
    assert values.probability(0.00031, 0.0005) == "3.1e-04"


@given(p=st.floats(0, 1), alpha=st.sampled_from([0.001, 0.01, 0.05, 0.1]))
def test_a_printed_p_value_stands_on_the_same_side_of_the_level(p: float, alpha: float) -> None:
    text = values.probability(p, alpha)
    if text == "<0.001":
        assert p < 0.001
    else:
        assert abs(float(text) - p) <= 0.0005
        assert (float(text) <= alpha) == (p <= alpha)


@given(value=finite, digits=st.integers(0, 4))
def test_a_number_reads_back_to_within_its_rounding_and_zero_has_no_sign(value: float, digits: int) -> None:
    text = values.fixed(value, digits)
    assert math.isclose(float(text), value, rel_tol=1e-9, abs_tol=0.5 * 10**-digits * 1.000001)
    assert not (float(text) == 0 and text.startswith("-"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 %"),
        (0.05, "5 %"),
        (0.025, "2.5 %"),
        (1.0, "100 %"),
        (0.123456, "12.35 %"),
        (1e-6, "<0.01 %"),
        (None, "–"),
    ],
)
def test_a_rate_prints_as_per_cent_with_the_decimals_it_has(value: float | None, text: str) -> None:
    assert values.share(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5010, "5,010"),
        (5010.0, "5,010"),
        (2.5, "2.5"),
        ((1, 2, 3), "1, 2, 3"),
        ([], "–"),
        ("7 to 9", "7 to 9"),
        (None, "–"),
    ],
)
def test_a_count_sets_thousands_apart_and_lists_what_is_a_list(value: object, text: str) -> None:
    assert values.count(value) == text


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_what_is_missing_is_never_a_number(missing: float | None) -> None:
    shown = [
        values.score(missing),
        values.effect(missing),
        values.share(missing),
        values.count(missing),
        values.probability(missing, 0.05),
    ]
    assert shown == ["–"] * 5
    assert values.interval(missing, 2.0) == "[–, 2.00]"


def test_what_is_infinite_says_so() -> None:
    assert (values.effect(math.inf), values.effect(-math.inf), values.count(math.inf)) == ("∞", "-∞", "∞")


@pytest.mark.parametrize(
    ("drop", "adjusted", "mark"),
    [(2.0, 0.05, "▼"), (2.0, 0.0501, ""), (-2.0, 0.01, "▲"), (0.0, 0.01, ""), (2.0, None, ""), (None, 0.01, "")],
)
def test_a_mark_needs_a_drop_and_a_corrected_p_at_or_below_the_level(
    drop: float | None, adjusted: float | None, mark: str
) -> None:
    assert values.verdict(drop, adjusted, 0.05) == mark


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0 s"), (93.24, "93.2 s"), (120, "2 min 00 s"), (3725.6, "62 min 06 s")]
)
def test_a_duration_prints_in_the_unit_that_fits(seconds: float, text: str) -> None:
    assert values.seconds(seconds) == text
