"""Configuration: from the names in a plan to perturbations with the parameters that the plan gives them.

A variant is another name for a perturbation, so that one run can hold it twice with other parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, get_type_hints

from harness.cell import CLEAN
from harness.masked import CheckpointFill
from perturbations.errors import UnknownNameError, UsageError
from perturbations.parameters import configure, parameters, path_parameters, read
from perturbations.perturbation import Noise
from perturbations.registry import PRESETS, find_perturbation, registered
from perturbations.words.masked_lm import MaskedLanguageModel

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What a run does to the texts, by the names under which its reports show it.

    Args:
        variants: from a name of one's own to the name of a perturbation.
        parameters: by name of a perturbation or variant, the parameters that differ from their defaults.
    """

    variants: Mapping[str, str]
    parameters: Mapping[str, Values]

    def noises(self, names: Sequence[str]) -> dict[str, Noise]:
        """The perturbations and variants of these names, with their parameters.

        Raises:
            UnknownNameError: a perturbation or parameter that is not there, or parameters of what is not named.
            UsageError: a variant with the name of something else, or a value that its parameter cannot have.
        """
        for variant in self.variants:
            if variant in registered() or variant in (*PRESETS, CLEAN):
                raise UsageError(f"variant {variant!r} has the name of something else: call it differently")
        for name in (*self.variants, *self.parameters):
            if name not in names:
                raise UnknownNameError("perturbation of this run", name, names)
        return {name: _configured(self.find(name), self.parameters.get(name, {})) for name in names}

    def find(self, name: str) -> Noise:
        """The perturbation of that name or behind that variant, with its default parameters.

        Raises:
            UnknownNameError: there is none.
        """
        if name in self.variants:
            return find_perturbation(self.variants[name])
        if name not in registered() and self.variants and ":" not in name:
            # Only here are the variants known too, one of which may be meant.
            raise UnknownNameError("perturbation", name, (*registered(), *self.variants))
        return find_perturbation(name)

    def anchored(self, directory: Path) -> dict[str, dict[str, object]]:
        """The parameters, relative paths among them prefixed by `directory`; hub ids stay as they are."""
        found: dict[str, dict[str, object]] = {}
        for name, values in self.parameters.items():
            noise = self.find(name)
            found[name] = dict(values)
            for parameter in path_parameters(noise):
                if place := values.get(parameter):
                    found[name][parameter] = str(directory / Path(str(place)).expanduser())
            if isinstance(noise, MaskedLanguageModel) and "model" in values:
                found[name]["model"] = anchored_checkpoint(values["model"], directory)
        return found


def anchored_checkpoint(place: object, directory: Path) -> object:
    """A checkpoint's directory as seen from where we are, or the hub id as it is.

    Raises:
        UsageError: the path leads somewhere from where we are, but not from `directory`.
    """
    if not isinstance(place, str):
        return place
    path = Path(place).expanduser()
    if (directory / path).exists():
        return str(directory / path)
    if path.exists():
        raise UsageError(f"plan: checkpoint {place!r} is not in {directory}, where relative paths of the plan start")
    return place


def fills(noises: Iterable[Noise]) -> list[CheckpointFill]:
    """The masked language models among them that are loaded when they are needed."""
    found = [noise.model for noise in noises if isinstance(noise, MaskedLanguageModel)]
    return [model for model in found if isinstance(model, CheckpointFill)]


def parameter_defaults(noise: Noise) -> dict[str, object]:
    """The parameters that a plan may give a perturbation, each with its default; None where it has none."""
    if isinstance(noise, MaskedLanguageModel):
        return {item.name: None if item.name == "model" else item.default for item in fields(CheckpointFill)}
    return {name: getattr(noise, name) for name in parameters(noise)}


def _configured(noise: Noise, values: Values) -> Noise:
    if not isinstance(noise, MaskedLanguageModel) or not values:
        return configure(noise, values)
    hints = get_type_hints(CheckpointFill)
    names = [item.name for item in fields(CheckpointFill)]
    given: dict[str, Any] = {}
    for name, value in values.items():
        if name not in names:
            raise UnknownNameError(f"parameter of {noise.name}", name, names)
        given[name] = read(value, hints[name], f"{noise.name}: {name}")
    if "model" not in given:
        raise UsageError(f"{noise.name}: no model given beside {', '.join(given)}: name a directory or a hub id")
    return replace(noise, model=CheckpointFill(**given))
