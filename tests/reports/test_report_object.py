"""The report as a value: what it refuses, how missing values arrive, its signature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from perturbations.errors import UsageError
from reports.report import CELL_COLUMNS, Report, groups, records, signature_line

Build = Callable[..., Report]


def test_every_kind_of_missing_value_arrives_as_none() -> None:
    table = pd.DataFrame(
        {"a": [1.5, np.nan], "b": pd.array([1, None], dtype="Int64"), "c": ["x", None], "d": [(1, 2), None]}
    )
    assert records(table) == [{"a": 1.5, "b": 1, "c": "x", "d": (1, 2)}, dict.fromkeys("abcd")]


def test_an_empty_table_has_no_records() -> None:
    assert records(pd.DataFrame(columns=list(CELL_COLUMNS))) == []


def test_groups_keep_the_order_in_which_they_come() -> None:
    rows = [{"k": "b", "v": 1}, {"k": "a", "v": 2}, {"k": "b", "v": 3}]
    assert {key: [row["v"] for row in own] for key, own in groups(rows, "k").items()} == {("b",): [1, 3], ("a",): [2]}
    assert list(groups(rows, "k")) == [("b",), ("a",)]


def test_a_table_without_a_column_is_refused_by_name(report: Report) -> None:
    with pytest.raises(UsageError, match=r"table 'cells' lacks mde, status: add these columns"):
        replace(report, cells=report.cells.drop(columns=["mde", "status"]))
    with pytest.raises(UsageError, match=r"table 'means' lacks languages"):
        replace(report, means=report.means.drop(columns=["languages"]))


def test_a_row_without_a_key_is_refused(report: Report) -> None:
    broken = report.cells.astype(object).copy()
    broken.loc[3, "language"] = None
    with pytest.raises(UsageError, match="row 3 of table 'cells' has no language"):
        replace(report, cells=broken)


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.1, float("nan")])
def test_a_level_outside_zero_and_one_is_refused(build: Build, alpha: float) -> None:
    with pytest.raises(UsageError, match="alpha must lie between 0 and 1"):
        build(alpha=alpha)


def test_the_signature_line_cuts_digests_and_stays_one_line() -> None:
    signature = {"data": "sha256:" + "ab" * 32, "task": "a|b\nc", "seeds": "1,2", "revision": "0123456789abcdef"}
    line = "data:sha256:abababababab|task:a¦b c|seeds:1,2|revision:0123456789ab"
    assert signature_line(signature) == line
    assert signature_line({}) == ""
