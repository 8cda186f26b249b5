"""Plan: everything that a run is asked to do, from a TOML file or from options, checked before anything is computed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isclose
from pathlib import Path
from typing import Any, cast

from harness.predictors.prediction import Inference
from harness.statistics.sample import Settings
from harness.typed import build
from perturbations.errors import DataError, UnknownNameError, UsageError
from perturbations.languages import find_language
from perturbations.registry import expand, find_perturbation, preset
from suites.task import Task, find_task

HUB = "hub"
"""Given as `data`: read from the Hugging Face hub, each repository at its pinned revision."""
SPLITS = ("test", "dev", "train")
SCREEN = Settings(correction="bh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run does.

    Args:
        checkpoints: model directories or hub ids (`name@revision` pins one).
        tasks: names of tasks.
        data: directory with the tasks' files, `"hub"`, or None for tasks that need no files.
        languages: codes; empty for every language of each task that the data has.
        perturbations: names; in a file or on the command line also presets (`"typing"`).
        rates: 0–1, shares of the units to touch.
        seeds: seeds of the noise; several are averaged within an example.
        split: `"test"`, `"dev"` or `"train"`.
        limit: the first so many examples of each language, None for all.
        fields: by task, the names of the texts to perturb; a task's own default where it is not named.
        options: by task, options of its reader.
        metrics: by task, the metric to report; its headline metric where it is not named.
        manifest: a file with the lineage of each checkpoint, for directories without a `lineage.json`.
        inference: how predictions are made.
        statistics: how differences are tested; its correction is that of the cells, which are a screen, and means
            over languages are always corrected by Holm.

    Raises:
        UsageError: a name that nothing has, or a value out of range; the message says which.
    """

    checkpoints: tuple[str, ...]
    tasks: tuple[str, ...]
    data: str | None = None
    languages: tuple[str, ...] = ()
    perturbations: tuple[str, ...] = field(default_factory=lambda: preset("core"))
    rates: tuple[float, ...] = (0.1,)
    seeds: tuple[int, ...] = (0,)
    split: str = "test"
    limit: int | None = None
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    metrics: Mapping[str, str] = field(default_factory=dict[str, str])
    manifest: str | None = None
    inference: Inference = field(default_factory=Inference)
    statistics: Settings = SCREEN

    def __post_init__(self) -> None:
        for name in ("checkpoints", "tasks", "languages", "perturbations", "rates", "seeds"):
            _check_list(name, getattr(self, name), may_be_empty=name == "languages")
        # `zh-Hans` and `cmn` are known as `zh`; what they are known as is what tasks and files name.
        object.__setattr__(self, "languages", tuple(find_language(code).code for code in self.languages))
        _check_list("languages", self.languages, may_be_empty=True)
        for name, names in self.fields.items():
            _check_list(f"fields.{name}", names, may_be_empty=False)
        _check_names(self)
        _check_numbers(self)
        for task in self.tasks:
            _check_task(self, find_task(task))


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
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"plan {path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise DataError(f"plan {path} is not TOML: {error}") from error
    return _anchor(values, path.parent)


def plan_from(content: Mapping[str, Any]) -> Plan:
    """The plan that a mapping with the fields of `Plan` describes, as read from TOML or JSON.

    Raises:
        UsageError: an unknown key, a wrong type, or whatever `Plan` refuses.
    """
    values = {"checkpoints": (), "tasks": (), **content}
    names = values.get("perturbations")
    if isinstance(names, list | tuple) and all(isinstance(name, str) for name in cast("list[object]", names)):
        values["perturbations"] = expand(cast("list[str]", names))
    return build(Plan, values, where="plan")


def _anchor(values: dict[str, Any], directory: Path) -> dict[str, Any]:
    """The values with relative paths prefixed by `directory`; the word `hub` and hub ids stay as they are."""
    for name in ("data", "manifest"):
        place = values.get(name)
        if isinstance(place, str) and not (name == "data" and place == HUB):
            values[name] = str(directory / Path(place).expanduser())
    places = values.get("checkpoints")
    if isinstance(places, list):
        values["checkpoints"] = [_anchored(place, directory) for place in cast("list[object]", places)]
    return values


def _anchored(place: object, directory: Path) -> object:
    """A checkpoint's directory as seen from where we are, or the hub id as it is.

    Raises:
        UsageError: the path leads somewhere from where we are, but not from the plan.
    """
    if not isinstance(place, str):
        return place
    path = Path(place).expanduser()
    if (directory / path).exists():
        return str(directory / path)
    if path.exists():
        raise UsageError(f"plan: checkpoint {place!r} is not in {directory}, where relative paths of the plan start")
    return place


def _check_list(name: str, values: object, *, may_be_empty: bool) -> None:
    if not isinstance(values, tuple | list):
        raise UsageError(f"plan: {name} is {values!r}: give a tuple")
    values = cast("tuple[object, ...]", values)
    if not values and not may_be_empty:
        raise UsageError(f"plan: no {name} given: name at least one")
    for value in values:
        if values.count(value) > 1:
            raise UsageError(f"plan: {name} names {value!r} twice")


def _check_names(plan: Plan) -> None:
    for name in plan.perturbations:
        find_perturbation(name)
    for code in plan.languages:
        find_language(code)
    for mapping in (plan.fields, plan.options, plan.metrics):
        for name in mapping:
            if name not in plan.tasks:
                raise UnknownNameError("task of this plan", name, plan.tasks)
    if plan.split not in SPLITS:
        raise UnknownNameError("split", plan.split, SPLITS)


def _check_numbers(plan: Plan) -> None:
    for rate in plan.rates:
        if not 0 < rate <= 1:
            raise UsageError(f"plan: rate {rate} is not a share: give numbers above 0 and up to 1, such as 0.1")
    for seed in plan.seeds:
        if isinstance(seed, bool) or not isinstance(cast("object", seed), int):
            raise UsageError(f"plan: seed {seed!r} is no integer")
    if plan.limit is not None and plan.limit < 2:
        raise UsageError(f"plan: limit {plan.limit} leaves nothing to test: give at least 2")
    level, alpha = plan.statistics.level, plan.statistics.alpha
    if not isclose(level, 1 - alpha):
        # A report states both at once; an interval that tells another story than the test beside it misleads.
        raise UsageError(f"plan: intervals at level {level:g} do not go with tests at alpha {alpha:g}: give 1 - alpha")


def _check_task(plan: Plan, task: Task) -> None:
    for name, value in plan.options.get(task.name, {}).items():
        if name not in task.options:
            raise UnknownNameError(f"option of {task.name}", name, task.options)
        if name in task.choices and value not in task.choices[name]:
            raise UnknownNameError(f"value of option {name} of {task.name}", value, task.choices[name])
    metric = plan.metrics.get(task.name, task.metric)
    if metric not in task.metrics:
        raise UnknownNameError(f"metric of {task.name}", metric, task.metrics)
    covered = [code for code in plan.languages if code in task.languages]
    if plan.languages and not covered:
        raise UsageError(
            f"task {task.name} has none of the languages {', '.join(plan.languages)}: "
            f"it has {', '.join(task.languages)}"
        )
    if plan.data is None and not task.synthetic:
        raise UsageError(f"task {task.name} needs files: give --data DIRECTORY, or --data {HUB} to download them")
