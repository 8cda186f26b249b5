"""Parameters: other settings for a perturbation than its defaults, checked, and told with every result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass, replace
from types import UnionType
from typing import Any, Protocol, Self, TypeVar, cast, get_args, get_type_hints, runtime_checkable

from perturbations.errors import UnknownNameError, UsageError
from perturbations.languages import Language
from perturbations.perturbation import Noise, Perturbation, Rewriting

PATH: Mapping[str, bool] = {"path": True}
"""Metadata of a field that names a file: a relative path in a plan starts at the plan."""

PLAIN: Mapping[object, tuple[tuple[type, ...], str]] = {
    str: ((str,), "a text"),
    int: ((int,), "an integer"),
    float: ((int, float), "a number"),
    bool: ((bool,), "true or false"),
}
"""What may stand for each plain annotation, and what a message calls it."""

WRITTEN = {"true": True, "false": False}

Kind = TypeVar("Kind", bound="Perturbation | Rewriting")


@runtime_checkable
class Configurable(Protocol):
    """A perturbation that checks its parameters itself, since what it takes is decided elsewhere (an augmenter)."""

    def configured(self, values: Mapping[str, object]) -> Self:
        """The same with these values.

        Raises:
            UsageError: it does not take one of them.
        """
        ...


def configure(noise: Kind, values: Mapping[str, object]) -> Kind:
    """The perturbation with other parameters.

    Args:
        noise: gives those that are not named.
        values: by name, as TOML has them or as they are written on a command line (`"0.5"`, `"true"`).

    Raises:
        UnknownNameError: a parameter that it does not have.
        UsageError: a value of another type, or whatever the perturbation itself refuses.
    """
    if isinstance(noise, Configurable):
        return noise.configured(values)
    known = parameters(noise)
    if values and not known:
        raise UsageError(f"{noise.name} takes no parameters: leave out {', '.join(values)}")
    hints = get_type_hints(type(noise))
    given: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise UnknownNameError(f"parameter of {noise.name}", name, known)
        given[name] = read(value, hints[name], f"{noise.name}: {name}")
    return cast("Kind", replace(cast("Any", noise), **given)) if given else noise


def parameters(noise: Noise) -> dict[str, Field[Any]]:
    """The fields of a perturbation that are its parameters, by name."""
    return {item.name: item for item in fields(noise) if item.init} if is_dataclass(noise) else {}


def path_parameters(noise: Noise) -> tuple[str, ...]:
    """The names of the parameters that are paths of files."""
    return tuple(name for name, item in parameters(noise).items() if item.metadata.get("path"))


def recorded(noise: Noise, language: Language) -> dict[str, str]:
    """The parameters as recorded with a result in the language: defaults included, a file by its content.

    Raises:
        DataError: a file that is not what its format promises.
    """
    values = {name: repr(getattr(noise, name)) for name in parameters(noise)}
    return values | dict(noise.contents(language))


def read(value: object, hint: object, where: str) -> object:
    """A value as its annotation wants it; a number or truth value may be written out as text.

    Args:
        value: as TOML has it, or a text.
        hint: `str`, `int`, `float` or `bool`, perhaps or None.
        where: what the value is, as a message calls it.

    Raises:
        UsageError: it is something else.
    """
    if isinstance(hint, UnionType):
        hint = next(option for option in get_args(hint) if option is not type(None))
    if hint not in PLAIN:
        raise UsageError(f"{where} cannot be written down: give an object from Python")
    return plain(_from_text(value, hint) if isinstance(value, str) else value, hint, where)


def plain(value: Any, hint: object, where: str) -> Any:
    """A value that has to be of a plain type; a whole number may stand for any number.

    Raises:
        UsageError: it is of another.
    """
    allowed, called = PLAIN[hint]
    # True is an integer to Python, and to nobody who writes a plan.
    if not isinstance(value, allowed) or (isinstance(value, bool) and hint is not bool):
        raise UsageError(f"{where} is {value!r}: give {called}")
    return float(value) if hint is float else value


def _from_text(text: str, hint: object) -> object:
    """What a text says if it is read as `hint`; the text itself where it says no such thing."""
    if hint is bool:
        return WRITTEN.get(text.casefold(), text)
    try:
        return int(text) if hint is int else float(text) if hint is float else text
    except ValueError:
        return text
