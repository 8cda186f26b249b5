"""From the options of a command to a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from harness.cli._noise import NOISE, noise_values, pairs
from harness.plan import Plan, plan_from
from harness.planfile import plan_values
from harness.typed import table
from perturbations.errors import UsageError

INFERENCE = ("precision", "device", "max_pieces", "token_budget")
STATISTICS = ("resamples", "correction")


def merge(file: Path | None, given: Mapping[str, Any]) -> Plan:
    """The plan of a file with the options that were given laid over it.

    Args:
        file: a TOML plan, if any.
        given: options by name; None or empty where one was not given.

    Raises:
        UsageError: an option of the form `task=value` that is not, or whatever the plan refuses.
    """
    values = plan_values(file) if file else {}
    options = {name: value for name, value in given.items() if value is not False and value not in (None, ())}
    noise = noise_values(options, values)
    options = {name: value for name, value in options.items() if name not in NOISE}
    if "data" in values and _from_environment("data"):
        # A directory in the plan is meant; the environment's only fills a gap.
        options.pop("data", None)
    for section, names in (("inference", INFERENCE), ("statistics", STATISTICS)):
        chosen = {name: options.pop(name) for name in names if name in options}
        if chosen:
            values[section] = _section(values, section) | chosen
    for name, parse in (("fields", _fields), ("metrics", pairs)):
        if name in options:
            values[name] = _section(values, name) | parse(name, options.pop(name))
    if "options" in options:
        named = _section(values, "options")
        for task, chosen in nested("options", options.pop("options")).items():
            # Only what is given wins: the file's other options of the task stand.
            named[task] = _section(named, task, where=f"plan: options.{task}") | chosen
        values["options"] = named
    return plan_from({**values, **options, **noise})


def _section(values: Mapping[str, Any], name: str, *, where: str = "") -> dict[str, Any]:
    """A table of a plan, empty where it is not there."""
    return table(values.get(name, {}), where or f"plan: {name}")


def _from_environment(name: str) -> bool:
    """Whether an option of the command that is running was taken from the environment."""
    context = click.get_current_context(silent=True)
    return context is not None and context.get_parameter_source(name) is ParameterSource.ENVIRONMENT


def _fields(name: str, given: Sequence[str]) -> dict[str, list[str]]:
    """`TASK=FIELD` options, several of which may name one task."""
    fields: dict[str, list[str]] = {}
    for option in given:
        for task, value in pairs(name, [option]).items():
            fields.setdefault(task, []).append(value)
    return fields


def nested(name: str, given: Sequence[str]) -> dict[str, dict[str, str]]:
    """`TASK.NAME=VALUE` options as a mapping of mappings."""
    found: dict[str, dict[str, str]] = {}
    for place, value in pairs(name, given).items():
        task, dot, option = place.partition(".")
        if not (task and dot and option):
            raise UsageError(f"--option {place}={value!r} is not of the form TASK.NAME=VALUE")
        found.setdefault(task, {})[option] = value
    return found
