"""Arguments: those of the constructors of other libraries' augmenters, read, checked and handed over."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, cast

from perturbations.adapters.foreign import guarded
from perturbations.errors import UsageError
from perturbations.parameters import PLAIN

Options = tuple[tuple[str, object], ...]
"""Arguments by name, in alphabetical order, lists as tuples."""


@cache
def arguments(module: str, name: str) -> Mapping[str, object]:
    """The arguments of a class's constructor with their defaults, None for those that have none.

    A constructor that takes any others hands them to that of the class above it.
    """
    found: dict[str, object] = {}
    for above in inspect.getmro(getattr(import_module(module), name)):
        if "__init__" not in vars(above):
            continue
        items = list(inspect.signature(above.__init__).parameters.values())[1:]
        named = [item for item in items if item.kind not in (item.VAR_KEYWORD, item.VAR_POSITIONAL)]
        found = {item.name: None if item.default is item.empty else item.default for item in named} | found
        if not any(item.kind is item.VAR_KEYWORD for item in items):
            break
    return found


def made(module: str, name: str, options: Options) -> Any:
    """An object of a class with these options.

    Raises:
        AdapterError: it cannot be made.
    """
    with guarded(name, "to be made"):
        return getattr(import_module(module), name)(**{key: _thawed(value) for key, value in options})


def described(given: object) -> str:
    """A class with those of an object's settings that are plain values."""
    plain = {name: value for name, value in sorted(vars(given).items()) if type(value) in PLAIN or value is None}
    inner = ", ".join(f"{name}={value!r}" for name, value in plain.items() if not name.startswith("_"))
    return f"{type(given).__qualname__}({inner})"


def frozen(value: object, where: str) -> object:
    """A value as one that can be hashed: lists become tuples.

    Raises:
        UsageError: it holds something else that cannot, such as a table of a plan.
    """
    if isinstance(value, list):
        return tuple(frozen(item, where) for item in cast("list[object]", value))
    try:
        hash(value)
    except TypeError as error:
        raise UsageError(f"{where} holds {value!r}: give a text, a number, true or false, or a list of them") from error
    return value


def _thawed(value: object) -> object:
    return list(map(_thawed, cast("tuple[object, ...]", value))) if isinstance(value, tuple) else value
