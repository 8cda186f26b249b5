"""From the content of a TOML file to the description that it holds, each value of the type that its key wants."""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, fields
from typing import Any, cast

from perturbations.errors import DataError, UnknownNameError, UsageError
from suites.described.description import FORMATS, Description
from suites.task import Kind


def parse_description(name: str, content: bytes) -> Description:
    """The description that a TOML file holds.

    Args:
        name: its path.
        content: its bytes.

    Raises:
        DataError: no UTF-8 or no TOML.
        UsageError: a key that there is not, a value of another type, a key that is missing or goes with another kind.
    """
    try:
        values = tomllib.loads(content.decode("utf-8"))
    except ValueError as error:
        raise DataError(f"task {name} is not TOML: {error}") from error
    known = {item.name: item for item in fields(Description) if item.name != "name"}
    for key in values:
        if key not in known:
            raise UnknownNameError(f"key of task {name}", key, known)
    for key, item in known.items():
        if key not in values and item.default is MISSING and item.default_factory is MISSING:
            raise UsageError(f"task {name}: no {key} given; {', '.join(_required())} are needed")
    given = {key: _typed(name, key, value, str(known[key].type)) for key, value in values.items()}
    given["kind"] = _kind(name, cast("str", given["kind"]))
    return Description(name=name, **cast("dict[str, Any]", given))


def _required() -> list[str]:
    items = (item for item in fields(Description) if item.name != "name")
    return [item.name for item in items if item.default is MISSING and item.default_factory is MISSING]


def _typed(name: str, key: str, value: Any, hint: str) -> object:
    """A value of the type that its annotation names."""
    if hint.startswith("tuple"):
        if isinstance(value, list) and all(isinstance(item, str) for item in cast("list[object]", value)):
            return tuple(cast("list[str]", value))
        raise UsageError(f"task {name}: {key} is {value!r}: give a list of texts in quotes")
    if hint.startswith("Mapping"):
        if isinstance(value, dict) and all(isinstance(item, str) for item in cast("dict[str, object]", value).values()):
            return cast("dict[str, str]", value)
        raise UsageError(f"task {name}: {key} is {value!r}: give a table of texts in quotes")
    wanted = bool if hint == "bool" else str
    if not isinstance(value, wanted):
        raise UsageError(
            f"task {name}: {key} is {value!r}: give {'true or false' if wanted is bool else 'a text in quotes'}"
        )
    return value


def _kind(name: str, value: str) -> Kind:
    if value not in FORMATS:
        raise UsageError(f"task {name}: kind is {value!r}: a task of your own can be {', '.join(FORMATS)}")
    return Kind(value)
