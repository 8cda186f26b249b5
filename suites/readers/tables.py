"""What the readers of tables share: rows, quoted values, columns by name, what is said of a row that does not fit."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from perturbations.errors import DataError
from suites.readers.files import lines

NAMES = {"\t": "tab", ",": "comma"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Args:
        line: number of its first line, from 1.
        values: its columns.
    """

    line: int
    values: tuple[str, ...]


def quoted_rows(path: Path, *, delimiter: str) -> Iterator[Row]:
    """The rows of a table that `csv.writer` wrote, whatever their widths.

    Args:
        path: the file.
        delimiter: a tab or a comma.

    Raises:
        DataError: quotes that do not match, an encoding that is not UTF-8.
        ResourceError: the file cannot be opened.
    """
    source = (line for _, line in lines(path, keep_ends=True))
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    start = 1
    try:
        for values in reader:
            yield Row(start, tuple(values))
            start = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{path} line {start}: {error}; the file must be quoted as Python's csv.writer does it (a value with a "
            "quote in it stands in quotes, the inner ones doubled)"
        ) from error


def places(path: Path, header: Sequence[str], names: Sequence[str]) -> list[int]:
    """Where the columns stand that are wanted.

    Args:
        path: the file, for messages.
        header: its first row.
        names: the columns wanted.

    Raises:
        DataError: a name that the header does not have.
    """
    missing = [name for name in names if name not in header]
    if missing:
        raise DataError(
            f"{path} line 1: the header has no column {', '.join(map(repr, missing))}, only "
            f"{', '.join(map(repr, header))}; the file is not in the layout that it was taken for"
        )
    return [header.index(name) for name in names]


def width_error(path: Path, line: int, found: int, allowed: Sequence[int], *, delimiter: str = "\t") -> DataError:
    """The error for a row with another number of columns than the table may have."""
    wanted = " or ".join(str(width) for width in allowed)
    separator = NAMES[delimiter]
    return DataError(
        f"{path} line {line}: {found} {separator}-separated column{'' if found == 1 else 's'} instead of {wanted}; "
        f"a row was cut, joined or separated by something else than {separator}s"
    )
