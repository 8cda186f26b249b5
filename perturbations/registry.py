"""Find perturbations by name.

The modules of the family folders are read when the registry is first asked, not at import; other distributions add
their own through the entry point group `xrobust.perturbations`, each naming a class or a value.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from perturbations.errors import UnknownNameError, UsageError
from perturbations.perturbation import Perturbation

FAMILIES = ("perturbations.characters", "perturbations.words", "perturbations.controls")


@cache
def registered() -> dict[str, Perturbation]:
    """Every perturbation by name, with its default parameters, in alphabetical order.

    Raises:
        UsageError: two perturbations claim one name, or an entry point names something else.
    """
    found: dict[str, Perturbation] = {}
    for family in FAMILIES:
        package = importlib.import_module(family)
        for module in pkgutil.iter_modules(package.__path__, f"{family}."):
            for value in vars(importlib.import_module(module.name)).values():
                if inspect.isclass(value) and value.__module__ == module.name and _is_perturbation(value):
                    _add(found, value(), module.name)
    for entry in entry_points(group="xrobust.perturbations"):
        value = entry.load()
        _add(found, value() if inspect.isclass(value) else value, entry.value)
    return dict(sorted(found.items()))


def _is_perturbation(value: type[Any]) -> bool:
    # `issubclass` refuses protocols with attributes.
    return Perturbation in value.__mro__ and not inspect.isabstract(value)


def _add(found: dict[str, Perturbation], perturbation: object, where: str) -> None:
    if not isinstance(perturbation, Perturbation):
        raise UsageError(f"{where} is no perturbation: it needs a name, a level, sites and replacements")
    if perturbation.name in found:
        raise UsageError(f"perturbation {perturbation.name!r} of {where} is already registered: rename one of the two")
    found[perturbation.name] = perturbation


def all_perturbations() -> tuple[Perturbation, ...]:
    """Every registered perturbation, in alphabetical order."""
    return tuple(registered().values())


def find_perturbation(name: str) -> Perturbation:
    """The perturbation of that name.

    Raises:
        UnknownNameError: no perturbation has it; the nearest name is given.
    """
    try:
        return registered()[name]
    except KeyError:
        raise UnknownNameError("perturbation", name, registered()) from None
