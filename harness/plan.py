"""Plan: everything that a run is asked to do, checked before anything is computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from harness.configuration import Configuration
from harness.pools import every_option, pool_choices
from harness.predictors.prediction import Inference
from harness.predictors.settings import check_settings, choices_of
from harness.statistics.sample import Settings
from harness.typed import build
from perturbations.errors import UnknownNameError, UsageError
from perturbations.languages import find_language
from perturbations.perturbation import Noise
from perturbations.plausibility import OtherWords
from perturbations.protection import Protection
from perturbations.registry import expand, preset
from perturbations.severity import rate_of
from suites.requests import SPLITS, check_options
from suites.task import Task, find_task

HUB = "hub"
"""Given as `data`: read from the Hugging Face hub, each repository at its pinned revision."""
RATE = 0.1
"""Asked for where neither rates nor severities are named."""
EMPTY = ("checkpoints", "predictions", "languages", "severities")
"""Lists of a plan that may be empty."""
SCREEN = Settings(correction="bh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run does.

    Args:
        checkpoints: model directories or hub ids (`name@revision` pins one); none where only inputs or predictions made
            elsewhere are asked for.
        tasks: names of tasks.
        data: directory with the tasks' files, `"hub"`, or None for tasks that need no files.
        languages: codes; empty for every language of each task that the data has.
        perturbations: names; in a file or on the command line also presets (`"typing"`).
        rates: 0–1, shares of the units to touch; 0.1 where neither rates nor severities are named.
        severities: rates by name (`perturbations.severity`), beside `rates`.
        seeds: seeds of the noise; several are averaged within an example.
        variants: further names for perturbations, so that one run can hold them with several sets of parameters.
        parameters: by perturbation or variant, the parameters that differ from their defaults.
        protection: what no edit may touch, whatever the perturbation.
        plausibility: what is done about edits of characters that make another word of the language; None: nobody looks.
        split: `"test"`, `"dev"` or `"train"`.
        limit: the first so many examples of each language, None for all.
        fields: by task, the names of the texts to perturb; a task's own default where it is not named.
        options: by task, options of its reader and of its predictor.
        metrics: by task, the metric to report; its headline metric where it is not named.
        predictions: directories with predictions made elsewhere for what `xrobust export` wrote; each is scored like a
            checkpoint.
        systems: by name, the names of the checkpoints that together are one system, for the scores of benchmarks; of
            several that are scored on one task the first counts. Where there are none, all checkpoints are one system
            if no task is scored by two of them, and each is one otherwise.
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
    rates: tuple[float, ...] | None = None
    severities: tuple[str, ...] = ()
    seeds: tuple[int, ...] = (0,)
    variants: Mapping[str, str] = field(default_factory=dict[str, str])
    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict[str, Mapping[str, object]])
    protection: Protection = field(default_factory=Protection)
    plausibility: OtherWords | None = None
    split: str = "test"
    limit: int | None = None
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    metrics: Mapping[str, str] = field(default_factory=dict[str, str])
    predictions: tuple[str, ...] = ()
    systems: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    manifest: str | None = None
    inference: Inference = field(default_factory=Inference)
    statistics: Settings = SCREEN

    def __post_init__(self) -> None:
        for name in (*EMPTY, "tasks", "perturbations", "seeds"):
            _check_list(name, getattr(self, name), may_be_empty=name in EMPTY)
        if self.rates is not None:
            _check_list("rates", self.rates, may_be_empty=False)
        # `zh-Hans` and `cmn` are known as `zh`; what they are known as is what tasks and files name.
        object.__setattr__(self, "languages", tuple(find_language(code).code for code in self.languages))
        _check_list("languages", self.languages, may_be_empty=True)
        for name, names in self.fields.items():
            _check_list(f"fields.{name}", names, may_be_empty=False)
        for name, names in self.systems.items():
            _check_list(f"systems.{name}", names, may_be_empty=False)
        _check_names(self)
        _check_numbers(self)
        for task in self.tasks:
            _check_task(self, find_task(task))

    @property
    def every_rate(self) -> tuple[float, ...]:
        """The rates that are asked for, by number or by name, each once."""
        return asked_rates(self.rates, self.severities)

    def severity(self, rate: float) -> str | None:
        """The name by which a rate was asked for, None if by number."""
        return next((name for name in self.severities if rate_of(name) == rate), None)

    def noises(self) -> dict[str, Noise]:
        """The perturbations with their parameters, by the names under which the run shows them."""
        return Configuration(variants=self.variants, parameters=self.parameters).noises(self.perturbations)


def asked_rates(rates: Sequence[float] | None, severities: Sequence[str]) -> tuple[float, ...]:
    """The rates by number and by name, each once; the default where there are none.

    Raises:
        UnknownNameError: a severity that there is not.
    """
    return tuple(dict.fromkeys((*(rates or ()), *map(rate_of, severities)))) or (RATE,)


def check_rates(rates: Iterable[float]) -> None:
    """Make sure that rates are shares that edit something.

    Raises:
        UsageError: one is 0 or below, above 1, or no number.
    """
    for rate in rates:
        if not 0 < rate <= 1:
            raise UsageError(f"plan: rate {rate} is not a share: give numbers above 0 and up to 1, such as 0.1")


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
    plan.noises()
    for mapping in (plan.fields, plan.options, plan.metrics):
        for name in mapping:
            if name not in plan.tasks:
                raise UnknownNameError("task of this plan", name, plan.tasks)
    if plan.split not in SPLITS:
        raise UnknownNameError("split", plan.split, SPLITS)


def _check_numbers(plan: Plan) -> None:
    check_rates(plan.every_rate)
    for seed in plan.seeds:
        if isinstance(seed, bool) or not isinstance(cast("object", seed), int):
            raise UsageError(f"plan: seed {seed!r} is no integer")
    if plan.limit is not None and plan.limit < 2:
        raise UsageError(f"plan: limit {plan.limit} leaves nothing to test: give at least 2")


def _check_task(plan: Plan, task: Task) -> None:
    options, choices = plan.options.get(task.name, {}), {**task.choices, **choices_of(task), **pool_choices(task)}
    check_options(options, task=task.name, options=every_option(task), choices=choices)
    check_settings(task, options)
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
