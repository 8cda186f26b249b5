"""Tables with a header, separated by commas or tabs, quoted as Python's `csv.writer` does it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from suites.readers.tables import Row, places, quoted_rows, width_error


def read_csv(path: Path, *, names: Sequence[str], delimiter: str = ",") -> Iterator[Row]:
    """The chosen columns of a table.

    Args:
        path: the file, with LF or CRLF.
        names: the columns wanted, as the header calls them; the values come in this order.
        delimiter: a comma or a tab.

    Raises:
        DataError: a header without one of the names, a row with more or fewer columns than the header, quotes that do
            not match, an encoding that is not UTF-8.
        ResourceError: the file cannot be opened.
    """
    rows = quoted_rows(path, delimiter=delimiter)
    header = next(rows, Row(1, ("",))).values
    chosen = places(path, header, names)
    for row in rows:
        if len(row.values) != len(header):
            raise width_error(path, row.line, len(row.values), (len(header),), delimiter=delimiter)
        yield Row(row.line, tuple(row.values[place] for place in chosen))
