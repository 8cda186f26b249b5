"""Tab-separated tables, in the two dialects of the evaluation sets.

Quoted: what Python's `csv.writer` writes (CRLF; a value that holds a tab, a quote or a line break stands in quotes).
Plain: a tab is a tab and a quote is a quote, as in the original distributions; reading those with quoting on would
swallow rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from suites.readers.files import lines
from suites.readers.tables import Row, places, quoted_rows, width_error

__all__ = ["Row", "read_headless", "read_plain", "read_quoted"]


def read_quoted(path: Path, *, widths: Sequence[int]) -> Iterator[Row]:
    """The rows of a headerless table that `csv.writer` wrote with tabs.

    Args:
        path: the file.
        widths: the numbers of columns that a table may have; all rows must have the same.

    Raises:
        DataError: another number of columns, an empty line, quotes that do not match, an encoding that is not UTF-8.
        ResourceError: the file cannot be opened.
    """
    allowed = tuple(widths)
    for row in quoted_rows(path, delimiter="\t"):
        if len(row.values) not in allowed:
            raise width_error(path, row.line, len(row.values), allowed)
        allowed = (len(row.values),)
        yield row


def read_headless(path: Path, *, width: int) -> Iterator[Row]:
    """The rows of a table without header and without quoting.

    Args:
        path: the file.
        width: the number of columns that every row must have.

    Raises:
        DataError: another number of columns, an empty line, an encoding that is not UTF-8.
        ResourceError: the file cannot be opened.
    """
    for number, line in lines(path):
        values = line.split("\t")
        if len(values) != width:
            raise width_error(path, number, len(values), (width,))
        yield Row(number, tuple(values))


def read_plain(path: Path, *, names: Sequence[str], trailing: int = 0) -> Iterator[Row]:
    """The chosen columns of a table with a header and without quoting.

    Args:
        path: the file.
        names: the columns wanted, as the header calls them; the values come in this order.
        trailing: how many of the last columns a row may leave out, which must not be among those wanted.

    Raises:
        DataError: a header without one of the names, a row with more or fewer columns than it may have.
        ResourceError: the file cannot be opened.
    """
    rows = ((number, line.split("\t")) for number, line in lines(path))
    _, header = next(rows, (1, [""]))
    chosen = places(path, header, names)
    allowed = range(max(len(header) - trailing, max(chosen) + 1), len(header) + 1)
    for number, values in rows:
        if len(values) not in allowed:
            raise width_error(path, number, len(values), allowed)
        yield Row(number, tuple(values[place] for place in chosen))
