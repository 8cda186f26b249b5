"""Typed: from the plain values of TOML or JSON to frozen dataclasses, checked against their annotations.

A plan is written by hand: a number in quotes or a text where a list is due gets a line that says so, and no error from
deep inside a run.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from typing import Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

from perturbations.errors import UnknownNameError, UsageError
from perturbations.parameters import plain

T = TypeVar("T")


def build(kind: type[T], content: Mapping[str, Any], *, where: str, base: T | None = None) -> T:
    """A dataclass with the values of a mapping: lists become tuples, tables become the dataclasses they stand for.

    Args:
        kind: the dataclass; its fields are annotated with plain types, tuples, mappings, unions with None, literals or
            further dataclasses; `object` takes any value.
        content: values by name of the field.
        where: what the mapping is, as a message calls it (`"plan"`).
        base: gives the values of the fields that are not named; the fields' own defaults where it is None.

    Raises:
        UsageError: a name that is no field, a value of another type, a field without a value, or whatever the
            dataclass itself refuses.
    """
    hints = get_type_hints(kind)
    items: dict[str, Field[Any]] = {item.name: item for item in fields(cast("Any", kind))}
    values: dict[str, Any] = {}
    for name, value in content.items():
        if name not in items:
            raise UnknownNameError(f"key of {where}", name, items)
        values[name] = _converted(value, hints[name], f"{where}: {name}", _default(items[name]))
    if base is not None:
        return cast("T", replace(cast("Any", base), **values))
    for name, item in items.items():
        if name not in values and _default(item) is None and item.default is MISSING:
            raise UsageError(f"{where}: no {name} given")
    return kind(**values)


def _default(item: Field[Any]) -> Any:
    """The default of a field, None where it has none."""
    if item.default_factory is not MISSING:
        return item.default_factory()
    return None if item.default is MISSING else item.default


def _converted(value: Any, hint: Any, where: str, default: Any = None) -> Any:
    """A value as its annotation wants it."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is types.UnionType:
        return None if value is None else _converted(value, arguments[0], where)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise UsageError(f"{where} is {value!r}: give a list")
        return tuple(_converted(item, arguments[0], where) for item in cast("list[Any]", value))
    if origin is not None and origin is not Literal:
        return {name: _converted(item, arguments[1], f"{where}.{name}") for name, item in table(value, where).items()}
    if is_dataclass(hint):
        return build(cast("type[Any]", hint), table(value, where), where=where, base=default)
    if hint is object:
        return _frozen(value)
    return plain(value, str if origin is Literal else hint, where)


def table(value: object, where: str) -> dict[str, Any]:
    """A value that has to be a table.

    Raises:
        UsageError: it is none.
    """
    if not isinstance(value, Mapping):
        raise UsageError(f"{where} is {value!r}: give a table of names and values")
    return dict(cast("Mapping[str, Any]", value))


def _frozen(value: Any) -> Any:
    """A value that may be anything, its lists as tuples."""
    return tuple(map(_frozen, cast("list[Any]", value))) if isinstance(value, list | tuple) else value
