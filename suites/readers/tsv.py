"""Tab-separated tables, in the two dialects of the evaluation sets.

Quoted: what Python's `csv.writer` writes (CRLF; a value that holds a tab, a quote or a line break stands in quotes).
Plain: a tab is a tab and a quote is a quote, as in the original distributions; reading those with quoting on would
swallow rows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from perturbations.errors import DataError
from suites.readers.files import lines


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Args:
        line: number of its first line, from 1.
        values: its columns.
    """

    line: int
    values: tuple[str, ...]


def read_quoted(path: Path, *, widths: Sequence[int]) -> Iterator[Row]:
    """The rows of a headerless table that `csv.writer` wrote with tabs.

    Args:
        path: the file.
        widths: the numbers of columns that a table may have; all rows must have the same.

    Raises:
        DataError: another number of columns, an empty line, quotes that do not match, an encoding that is not UTF-8.
        ResourceError: the file cannot be opened.
    """
    source = (line for _, line in lines(path, keep_ends=True))
    reader = csv.reader(source, delimiter="\t", strict=True)
    expected: int | None = None
    start = 1
    try:
        for values in reader:
            if len(values) not in (widths if expected is None else (expected,)):
                raise _width_error(path, start, len(values), widths if expected is None else (expected,))
            expected = len(values)
            yield Row(start, tuple(values))
            start = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{path} line {start}: {error}; the file must be quoted as Python's csv.writer does it (a value with a "
            "quote in it stands in quotes, the inner ones doubled)"
        ) from error


def read_plain(path: Path, *, names: Sequence[str]) -> Iterator[Row]:
    """The chosen columns of a table with a header and without quoting.

    Args:
        path: the file.
        names: the columns wanted, as the header calls them; the values come in this order.

    Raises:
        DataError: a header without one of the names, a row with more or fewer columns than the header.
        ResourceError: the file cannot be opened.
    """
    rows = ((number, line.split("\t")) for number, line in lines(path))
    _, header = next(rows, (1, [""]))
    missing = [name for name in names if name not in header]
    if missing:
        raise DataError(
            f"{path} line 1: the header has no column {', '.join(map(repr, missing))}, only "
            f"{', '.join(map(repr, header))}; the file is not in the layout that it was taken for"
        )
    places = [header.index(name) for name in names]
    for number, values in rows:
        if len(values) != len(header):
            raise _width_error(path, number, len(values), (len(header),))
        yield Row(number, tuple(values[place] for place in places))


def _width_error(path: Path, line: int, found: int, allowed: Sequence[int]) -> DataError:
    wanted = " or ".join(str(width) for width in allowed)
    return DataError(
        f"{path} line {line}: {found} tab-separated column{'' if found == 1 else 's'} instead of {wanted}; "
        "a row was cut, joined or separated by something else than tabs"
    )
