"""One JSON object a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from suites.readers.files import lines
from suites.readers.json import Record, parsed, record


def read_jsonl(path: Path, *, texts: Sequence[str], numbers: Sequence[str] = ()) -> Iterator[Record]:
    """The objects of a file, in order.

    Args:
        path: the file, with LF or CRLF.
        texts: names of the wanted values that are strings.
        numbers: names of the wanted values that are whole numbers.

    Raises:
        DataError: a line that is no JSON or no object (an empty one too), a value that is missing or of another kind,
            a lone surrogate, an encoding that is not UTF-8.
        ResourceError: the file cannot be opened.
    """
    for number, line in lines(path):
        where = f"{path} line {number}"
        yield record(parsed(line, where), where, texts=texts, numbers=numbers)
