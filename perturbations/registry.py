"""Find perturbations by name.

Names with a prefix (`nlpaug:KeyboardAug`) are those of augmenters of others, which are not listed but made when asked.
The modules of the family folders are read when the registry is first asked, not at import; other distributions add
their own through the entry point group `xrobust.perturbations`, each naming a class or a value.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from perturbations.errors import UnknownNameError, UsageError
from perturbations.perturbation import Noise

FAMILIES = (
    "perturbations.characters",
    "perturbations.imperceptible",
    "perturbations.words",
    "perturbations.controls",
)
ADAPTERS = {"nlpaug": "perturbations.adapters.nlpaug", "textattack": "perturbations.adapters.textattack"}
"""What stands before the colon of a name, with the module whose `named` makes the perturbation."""

PRESETS = {
    "core": "about a dozen of all kinds, for every run",
    "typing": "what slips at a keyboard or with an input method",
    "visual": "what looks alike or is not seen at all",
    "words": "what happens to whole words",
    "full": "everything that is registered",
}
"""Named sets of perturbations; each perturbation says itself which it belongs to."""


@cache
def registered() -> dict[str, Noise]:
    """Every perturbation by name, with its default parameters, in alphabetical order.

    Raises:
        UsageError: two perturbations claim one name, or an entry point names something else.
    """
    found: dict[str, Noise] = {}
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
    return issubclass(value, Noise) and not inspect.isabstract(value)


def _add(found: dict[str, Noise], perturbation: object, where: str) -> None:
    if not isinstance(perturbation, Noise):
        raise UsageError(f"{where} is no perturbation: inherit from Perturbation or Rewriting")
    if perturbation.name in found:
        raise UsageError(f"perturbation {perturbation.name!r} of {where} is already registered: rename one of the two")
    found[perturbation.name] = perturbation


def all_perturbations() -> tuple[Noise, ...]:
    """Every registered perturbation, in alphabetical order."""
    return tuple(registered().values())


def find_perturbation(name: str) -> Noise:
    """The perturbation of that name; `nlpaug:` or `textattack:` before it names an augmenter.

    Raises:
        UnknownNameError: no perturbation has it; the nearest name is given.
    """
    prefix, parted, rest = name.partition(":")
    if parted and prefix in ADAPTERS:
        return importlib.import_module(ADAPTERS[prefix]).named(rest)
    try:
        return registered()[name]
    except KeyError:
        raise UnknownNameError("perturbation", name, registered()) from None


def is_control(name: str) -> bool:
    """Whether a perturbation of that name is registered and edits nothing, so that no mean should count it."""
    known = registered().get(name)
    return known is not None and known.touches == 0


def preset(name: str) -> tuple[str, ...]:
    """The names of the perturbations of a preset, in alphabetical order.

    Raises:
        UnknownNameError: there is no such preset.
    """
    if name not in PRESETS:
        raise UnknownNameError("preset", name, PRESETS)
    found = registered().items()
    return tuple(key for key, perturbation in found if name == "full" or name in perturbation.presets)


def expand(names: Sequence[str]) -> tuple[str, ...]:
    """The names with every preset among them replaced by those of its perturbations that are not there already."""
    expanded: list[str] = []
    for name in names:
        if name in PRESETS:
            expanded += [key for key in preset(name) if key not in expanded and key not in names]
        else:
            expanded.append(name)
    return tuple(expanded)
