"""Plan file: a plan in TOML, its relative paths as seen from where we are."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from harness.configuration import Configuration, anchored_checkpoint
from harness.files import read_toml
from harness.plan import HUB, Plan, plan_from
from harness.typed import table
from suites.task import SUFFIX


def read_plan(path: Path | str) -> Plan:
    """The plan that a TOML file describes; its keys are the fields of `Plan`, relative paths start at the file.

    Raises:
        DataError: the file cannot be read or is no TOML.
        UsageError: an unknown key, a wrong type, or whatever `Plan` refuses.
    """
    return plan_from(plan_values(Path(path)))


def plan_values(path: Path) -> dict[str, Any]:
    """The content of a TOML plan, its relative paths as seen from where we are.

    Raises:
        DataError: the file cannot be read or is no TOML.
        UsageError: a path that leads somewhere from where we are, but not from the plan; parameters that are no tables.
    """
    return _anchor(read_toml(path, what="plan"), path.parent)


def _anchor(values: dict[str, Any], directory: Path) -> dict[str, Any]:
    """The values with relative paths prefixed by `directory`; the word `hub` and hub ids stay as they are."""
    for name in ("data", "manifest"):
        place = values.get(name)
        if isinstance(place, str) and not (name == "data" and place == HUB):
            values[name] = str(directory / Path(place).expanduser())
    _anchor_tasks(values, directory)
    predictions = values.get("predictions")
    if isinstance(predictions, list):
        values["predictions"] = [_under(directory, place) for place in cast("list[object]", predictions)]
    places = values.get("checkpoints")
    if isinstance(places, list):
        values["checkpoints"] = [anchored_checkpoint(place, directory) for place in cast("list[object]", places)]
    if "parameters" in values:
        given = table(values["parameters"], "plan: parameters")
        configuration = Configuration(
            variants=table(values.get("variants", {}), "plan: variants"),
            parameters={name: table(given[name], f"plan: parameters.{name}") for name in given},
        )
        values["parameters"] = configuration.anchored(directory)
    return values


def _under(directory: Path, place: object) -> object:
    """A relative path prefixed by `directory`; what is no text is left for the plan to refuse."""
    return str(directory / Path(place).expanduser()) if isinstance(place, str) else place


def _anchor_tasks(values: dict[str, Any], directory: Path) -> None:
    """Prefix the tasks that are paths of TOML files, in the list and where a table says something of them."""

    def anchored(name: object) -> object:
        return _under(directory, name) if isinstance(name, str) and name.endswith(SUFFIX) else name

    if isinstance(values.get("tasks"), list):
        values["tasks"] = [anchored(name) for name in cast("list[object]", values["tasks"])]
    for key in ("fields", "options", "metrics"):
        if isinstance(values.get(key), dict):
            values[key] = {anchored(name): value for name, value in cast("dict[str, object]", values[key]).items()}
