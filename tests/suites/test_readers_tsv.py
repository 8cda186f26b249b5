"""Tab-separated tables in both dialects."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perturbations.errors import DataError
from suites.readers.tsv import read_headless, read_plain, read_quoted

VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\ufeff\x00"), min_size=1, max_size=12)
ROWS = st.integers(2, 3).flatmap(
    lambda width: st.lists(st.lists(VALUES, min_size=width, max_size=width), min_size=1, max_size=6)
)


def written(path: Path, content: str) -> Path:
    path.write_bytes(content.encode())
    return path


@given(rows=ROWS)
def test_what_csv_writer_writes_comes_back(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]):
    path = tmp_path_factory.mktemp("tsv") / "a.tsv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter="\t").writerows(rows)
    assert [list(row.values) for row in read_quoted(path, widths=(2, 3))] == rows


def test_rows_know_their_line_also_after_a_value_with_line_breaks(tmp_path: Path):
    path = written(tmp_path / "a.tsv", '"two\r\nlines"\tb\r\nc\td\r\n')
    assert [row.line for row in read_quoted(path, widths=(2,))] == [1, 3]


def test_a_row_with_another_number_of_columns_is_reported_with_its_line(tmp_path: Path):
    path = written(tmp_path / "a.tsv", "a\tb\r\nc\td\te\r\n")
    with pytest.raises(DataError, match=r"a\.tsv line 2: 3 tab-separated columns instead of 2"):
        list(read_quoted(path, widths=(2, 3)))


@pytest.mark.parametrize("content", ["a b\r\n", "a\tb\r\n\r\n"])
def test_a_row_without_tabs_is_refused(tmp_path: Path, content: str):
    with pytest.raises(DataError, match=r"[01] tab-separated columns? instead of 2"):
        list(read_quoted(written(tmp_path / "a.tsv", content), widths=(2,)))


@pytest.mark.parametrize("content", ['"Yes" he said\tb\r\n', '"never closed\tb\r\nc\td\r\n'])
def test_quotes_that_csv_writer_would_not_write_are_refused_rather_than_swallow_rows(tmp_path: Path, content: str):
    with pytest.raises(DataError, match=r"line 1: .*csv\.writer"):
        list(read_quoted(written(tmp_path / "a.tsv", content), widths=(2,)))


def test_a_plain_table_takes_quotes_for_quotes_and_columns_by_name(tmp_path: Path):
    path = written(tmp_path / "a.tsv", 'b\ta\tc\n"1\t"2"\t3"\n')
    assert [row.values for row in read_plain(path, names=("a", "b"))] == [('"2"', '"1')]


def test_a_plain_table_without_the_column_says_which_it_has(tmp_path: Path):
    with pytest.raises(DataError, match=r"no column 'gold_label', only 'a', 'b'"):
        list(read_plain(written(tmp_path / "a.tsv", "a\tb\n1\t2\n"), names=("a", "gold_label")))


def test_a_plain_row_of_another_width_than_the_header_is_refused(tmp_path: Path):
    with pytest.raises(DataError, match=r"line 3: 1 tab-separated column instead of 2"):
        list(read_plain(written(tmp_path / "a.tsv", "a\tb\n1\t2\n3\n"), names=("a",)))


def test_an_empty_plain_table_has_no_header(tmp_path: Path):
    with pytest.raises(DataError, match="line 1: the header has no column 'a'"):
        list(read_plain(written(tmp_path / "a.tsv", ""), names=("a",)))


def test_a_row_may_leave_out_the_trailing_columns_and_no_others(tmp_path: Path):
    path = written(tmp_path / "a.tsv", "a\tb\tx\ty\n1\t2\n1\t2\t3\n1\t2\t3\t4\n")
    assert [row.values for row in read_plain(path, names=("b", "a"), trailing=2)] == [("2", "1")] * 3
    with pytest.raises(DataError, match=r"line 2: 2 tab-separated columns instead of 3 or 4"):
        list(read_plain(path, names=("a",), trailing=1))


def test_a_wanted_column_is_never_left_out(tmp_path: Path):
    path = written(tmp_path / "a.tsv", "a\tb\tx\n1\n")
    with pytest.raises(DataError, match=r"line 2: 1 tab-separated column instead of 2 or 3"):
        list(read_plain(path, names=("b",), trailing=3))


def test_a_table_without_header_takes_every_row_and_quotes_for_quotes(tmp_path: Path):
    path = written(tmp_path / "a.tsv", '"1\t2"\r\n3\t4\n')
    assert [row.values for row in read_headless(path, width=2)] == [('"1', '2"'), ("3", "4")]


@pytest.mark.parametrize(("content", "found"), [("1\t2\n3\n", 1), ("1\t2\n\n", 1), ("1\t2\n1\t2\t3\n", 3)])
def test_a_row_of_a_table_without_header_has_the_width_asked_for(tmp_path: Path, content: str, found: int):
    with pytest.raises(DataError, match=rf"line 2: {found} tab-separated columns? instead of 2"):
        list(read_headless(written(tmp_path / "a.tsv", content), width=2))
