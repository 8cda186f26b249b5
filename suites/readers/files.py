"""Text files, strictly: UTF-8 or an error that names the place, a line at a time.

Only LF and CRLF end a line. The many characters at which `str.splitlines` and universal newlines also break (U+2028,
U+0085, form feed, a lone CR) occur inside the sentences of the evaluation sets and stay there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from perturbations.errors import DataError, ResourceError

LOST = "\ufffd"
"""Stands for bytes that are not UTF-8 where a reader asks for it."""


def lines(path: Path, *, keep_ends: bool = False, replace: bool = False) -> Iterator[tuple[int, str]]:
    """The numbered lines of a UTF-8 file, without its byte order mark if it has one.

    Args:
        path: the file.
        keep_ends: leave LF or CRLF on the line, for the `csv` module, whose quoted values may hold them.
        replace: put `LOST` in the place of bytes that are not UTF-8, for files known to have lost some; the reader has
            to count them.

    Yields:
        `(number, line)`, counted from 1.

    Raises:
        DataError: bytes that are not UTF-8, a lone surrogate among them, unless they are replaced; names the line and
            the offset in the file.
        ResourceError: the file cannot be opened.
    """
    offset = 0
    try:
        with path.open("rb") as stream:
            for number, raw in enumerate(stream, start=1):
                content = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
                start = offset + len(raw) - len(content)
                line = content.decode(errors="replace") if replace else _decoded(content, path, number, start)
                yield number, line if keep_ends else line.removesuffix("\n").removesuffix("\r")
                offset += len(raw)
    except OSError as error:
        raise ResourceError(f"{path} cannot be read: {error.strerror or error}") from error


def _decoded(raw: bytes, path: Path, number: int, offset: int) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        found = raw[error.start : error.start + 3]
        place = f"{path} line {number}, byte {offset + error.start} of the file"
        if len(found) == 3 and found[0] == 0xED and 0xA0 <= found[1] <= 0xBF:
            unit = (found[0] & 0x0F) << 12 | (found[1] & 0x3F) << 6 | found[2] & 0x3F
            raise DataError(
                f"{place}: the lone surrogate U+{unit:04X}, which UTF-8 cannot hold; write the file again with the "
                "character that it was half of"
            ) from error
        raise DataError(f"{place}: {found[:1]!r} is not UTF-8 ({error.reason}); convert the file to UTF-8") from error


def first_file(candidates: Iterable[Path]) -> Path | None:
    """The first of the candidates that is a file."""
    return next((path for path in candidates if path.is_file()), None)


def unique(names: Iterable[tuple[str, str]], *, what: str) -> None:
    """Make sure that no name occurs twice.

    Args:
        names: `(name, where)` in order.
        what: what the names identify, in the singular (`"sentence"`).

    Raises:
        DataError: names the double, and both places.
    """
    seen: dict[str, str] = {}
    for name, where in names:
        if name in seen:
            raise DataError(
                f"{where}: {what} {name!r} is already at {seen[name]}; ids must be unique, remove one of them"
            )
        seen[name] = where
