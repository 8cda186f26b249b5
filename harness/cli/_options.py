"""From the options of a command to a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from harness.cli._noise import NOISE, nested, noise_values, pairs, section
from harness.plan import Plan, plan_from
from harness.planfile import plan_values

INFERENCE = ("precision", "device", "max_pieces", "token_budget")
STATISTICS = ("resamples", "correction")


def merge(file: Path | None, given: Mapping[str, Any]) -> Plan:
    """The plan of a file with the options that were given laid over it.

    Args:
        file: a TOML plan, if any; without one, predictions bring that of their export along.
        given: options by name; None or empty where one was not given.

    Raises:
        UsageError: an option of the form `task=value` that is not, or whatever the plan refuses.
    """
    values = plan_values(file) if file else _exported(given)
    options = {name: value for name, value in given.items() if value is not False and value not in (None, ())}
    noise = noise_values(options, values)
    options = {name: value for name, value in options.items() if name not in NOISE}
    if "data" in values and _from_environment("data"):
        # A directory in the plan is meant; the environment's only fills a gap.
        options.pop("data", None)
    for table, names in (("inference", INFERENCE), ("statistics", STATISTICS)):
        chosen = {name: options.pop(name) for name in names if name in options}
        if chosen:
            values[table] = section(values, table) | chosen
    for name, parse in (("fields", _fields), ("metrics", pairs)):
        if name in options:
            values[name] = section(values, name) | parse(name, options.pop(name))
    if "options" in options:
        named = section(values, "options")
        for task, chosen in nested("options", options.pop("options")).items():
            # Only what is given wins: the file's other options of the task stand.
            named[task] = section(named, task, where=f"plan: options.{task}") | chosen
        values["options"] = named
    return plan_from({**values, **options, **noise})


def _exported(given: Mapping[str, Any]) -> dict[str, Any]:
    """The plan of the export that the first predictions answer, empty where none are given."""
    from harness.submission.manifest import read_manifest

    places = given.get("predictions") or ()
    return dict(read_manifest(Path(places[0])).plan) if places else {}


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
