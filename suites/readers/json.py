"""One JSON list of objects, and what every reader of JSON checks in an object."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from perturbations.errors import DataError
from suites.readers.files import lines, unique

_NAMES: dict[type, str] = {
    dict: "object", list: "list", str: "string", int: "number", float: "fraction", bool: "truth value",
    type(None): "null",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """The chosen values of one JSON object.

    Args:
        where: file and place, for messages.
        texts: the values that had to be strings, in the order asked for.
        numbers: the values that had to be whole numbers, in the order asked for.
    """

    where: str
    texts: tuple[str, ...]
    numbers: tuple[int, ...] = ()


def read_json(path: Path, *, texts: Sequence[str], numbers: Sequence[str] = ()) -> Iterator[Record]:
    """The objects of a file that holds one list of them.

    Args:
        path: the file.
        texts: names of the wanted values that are strings.
        numbers: names of the wanted values that are whole numbers.

    Raises:
        DataError: no JSON, no list, an item that is no object, a value that is missing or of another kind, a lone
            surrogate, an encoding that is not UTF-8.
        ResourceError: the file cannot be opened.
    """
    items = parsed("".join(line for _, line in lines(path, keep_ends=True)), str(path))
    if not isinstance(items, list):
        raise DataError(f"{path} holds one JSON {_kind(items)} instead of a list; it is not the layout that is read")
    for number, item in enumerate(cast("list[Any]", items)):
        yield record(item, f"{path} item {number}", texts=texts, numbers=numbers)


def parsed(content: str, where: str, *, once: bool = False) -> Any:
    """The value that a JSON text denotes.

    Args:
        content: the text.
        where: for messages.
        once: refuse an object with a name twice, for objects whose names are ids; of two values the last would count.

    Raises:
        DataError: no JSON; names the line and column. A name twice.
    """

    def named(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        unique(((name, where) for name, _ in pairs), what="the name")
        return dict(pairs)

    try:
        return json.loads(content, object_pairs_hook=named if once else None)
    except json.JSONDecodeError as error:
        raise DataError(
            f"{where}: no JSON ({error.msg}, line {error.lineno}, column {error.colno}); the file was cut or is in "
            "another format"
        ) from error


def record(item: Any, where: str, *, texts: Sequence[str], numbers: Sequence[str] = ()) -> Record:
    """The chosen values of one object, each of the kind it has to be.

    Raises:
        DataError: no object, a value that is missing or of another kind, a lone surrogate (which JSON can escape and
            no text can hold).
    """
    if not isinstance(item, dict):
        raise DataError(f"{where}: a JSON {_kind(item)} instead of an object")
    values = cast("dict[str, Any]", item)
    for names, wanted in ((texts, str), (numbers, int)):
        for name in names:
            if name not in values:
                raise DataError(
                    f"{where}: no {name!r}, only {', '.join(map(repr, values))}; the file is not in the layout that it "
                    "was taken for"
                )
            # True is an int to Python and a label to nobody.
            if type(values[name]) is not wanted:
                raise DataError(f"{where}: {name!r} is a JSON {_kind(values[name])} instead of a {_NAMES[wanted]}")
    found = tuple(cast("str", values[name]) for name in texts)
    for name, text in zip(texts, found, strict=True):
        _check_characters(text, name, where)
    return Record(where, found, tuple(cast("int", values[name]) for name in numbers))


def member(item: Any, name: str, where: str, *, kind: type = dict) -> Any:
    """The object, or value of another kind, that an object holds under a name.

    Raises:
        DataError: no object, no such value, a value of another kind.
    """
    if not isinstance(item, dict):
        raise DataError(f"{where}: a JSON {_kind(item)} instead of an object")
    value = cast("dict[str, Any]", item).get(name)
    if type(value) is not kind:
        found = f"{name!r} is a JSON {_kind(value)}" if name in item else f"there is no {name!r}"
        raise DataError(
            f"{where}: {found} where a JSON {_NAMES[kind]} is due; the file is not in the layout that it was taken for"
        )
    return value


def members(item: Any, name: str, where: str) -> list[Any]:
    """The list that an object holds under a name; raises what `member` does."""
    return cast("list[Any]", member(item, name, where, kind=list))


def texts_of(item: Any, name: str, where: str) -> list[str]:
    """The list of texts that an object holds under a name.

    Raises:
        DataError: what `member` raises, something else than texts in the list, a lone surrogate.
    """
    found = members(item, name, where)
    for text in found:
        if not isinstance(text, str):
            raise DataError(f"{where}: {name!r} holds something else than texts; restore them")
        _check_characters(text, name, where)
    return found


def _check_characters(text: str, name: str, where: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise DataError(f"{where}: {name!r} holds a lone surrogate, half of a character; write the file again")


def _kind(value: Any) -> str:
    return _NAMES[type(value)]
