"""Tables with a header, separated by commas or tabs."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perturbations.errors import DataError
from suites.readers.csv import read_csv

VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\ufeff\x00"), min_size=1, max_size=12)


# With LF, csv.writer leaves a carriage return unquoted unless it quotes everything.
@given(
    rows=st.lists(st.tuples(VALUES, VALUES, VALUES), max_size=6),
    dialect=st.sampled_from([("\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_MINIMAL)]),
    delimiter=st.sampled_from([",", "\t"]),
)
def test_what_csv_writer_writes_comes_back_by_name(
    tmp_path_factory: pytest.TempPathFactory, rows, dialect, delimiter: str
):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter, lineterminator=dialect[0], quoting=dialect[1])
        writer.writerows([("a", "b", "c"), *rows])
    assert [row.values for row in read_csv(path, names=("c", "a"), delimiter=delimiter)] == [(c, a) for a, _, c in rows]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"line 1: the header has no column 'a', only ''"),
        ("b,c\n1,2\n", r"line 1: the header has no column 'a', only 'b', 'c'"),
        ("a,b\n1,2\n1,2,3\n", r"line 3: 3 comma-separated columns instead of 2; .*else than commas"),
        ("a,b\n1\n", r"line 2: 1 comma-separated column instead of 2"),
        ("a,b\n\n", r"line 2: 0 comma-separated columns instead of 2"),
        ('a,b\n"1,2\n3,4\n', r"line 2: .*csv\.writer"),
        ('a,b\n"two\nlines",2\n1\n', r"line 4: 1 comma-separated column"),
    ],
)
def test_a_table_that_is_not_what_was_asked_for_is_refused_with_its_line(tmp_path: Path, content: str, message: str):
    path = tmp_path / "a.csv"
    path.write_text(content)
    with pytest.raises(DataError, match=message):
        list(read_csv(path, names=("a",)))
