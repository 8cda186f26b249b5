"""Task: what is asked of a checkpoint, described once and found by name.

A task is one value in one file of `suites/`; other distributions add theirs through the entry point group
`xrobust.tasks`. The folders are read when the registry is first asked, not at import.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from perturbations.errors import UnknownNameError, UsageError
from suites.examples import Example, Pool

SUITES = ("suites.xtreme_r", "suites.xtreme", "suites.multichecklist", "suites.intermediate", "suites.miniature")
"""Packages whose modules may hold a `Task`; a new benchmark is one more."""
DESCRIBED, SUFFIX = "suites.described.tasks", ".toml"
"""The module that reads a task of the user's own from a file, and how the names of such tasks end."""


class Kind(StrEnum):
    """What a model has to do; one predictor serves each kind."""

    CLASSIFICATION = "classification"
    MULTIPLE_CHOICE = "multiple_choice"
    """The texts `choice1`, `choice2`, …; the target is the number of the right one, from 0."""
    TAGGING = "tagging"
    QUESTION_ANSWERING = "question_answering"
    """The texts `question` and `context`; the spans of the context labelled `answer` answer the question."""
    RETRIEVAL = "retrieval"
    """Each query searches the candidates of a pool."""
    MINING = "mining"
    """Some sentences have a translation in a pool, most have none."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a task comes from.

    Args:
        cite: author and year, as in the literature.
        licence: the terms of the data.
        hub: dataset repository on the Hugging Face hub, if it has one that needs no loading script.
        revision: the commit of that repository; every read from the hub is pinned to it.
        url: where the original files are downloaded.
    """

    cite: str
    licence: str
    hub: str | None = None
    revision: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What a reader is asked for: one language and split of a task from one place.

    Args:
        root: directory with the original files, or None for the hub (or for a task that needs no files).
        language: language code.
        split: `"test"`, `"dev"` or `"train"`.
        options: the options of the task, complete (`multiword = "xtreme"`).
    """

    root: Path | None
    language: str
    split: str = "test"
    options: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a benchmark.

    Args:
        name: as users type it.
        version: counts changes that alter what is read; part of every result's key.
        kind: decides the predictor.
        languages: codes that the task covers.
        labels: the label set, in its canonical order; numbers of the choices for multiple choice; empty for kinds
            without labels.
        fields: names of the texts that are perturbed by default.
        metric: name of the headline metric (`"accuracy"`, `"f1"`).
        also: names of further metrics, kept with every result and reported on request.
        cluster: what `Example.group` stands for (`"premise"`, `"document"`), None if examples are independent.
        parallel: whether ids denote the same item in every language.
        source: origin, licence and citation.
        read: from a request to the examples of one language, in the order of the file.
        options: reader options with their defaults.
        choices: the values that each option may take.
        aliases: label names by which a checkpoint may know a label (`{"contradictory": "contradiction"}`).
        synthetic: whether the data is generated.
        pool: from a request to the candidates that the queries of its language search; None but for retrieval.
        one_pool: whether the queries of all languages search the same candidates, so that they need be read once only.
        settings: predictor options with their defaults (layer and pooling of a retrieval encoder); they shape numbers
            and are recorded with them.
        untouched: what in the perturbed texts no edit touches, in words, for the report; empty where nothing is.
        searched: names of the texts of a candidate that are perturbed where the pool is (`candidates = "perturbed"`).
        resettle: from a candidate whose texts were edited to one of which what follows from them is true again (a
            sentence as it stands in its edited paragraph); None where nothing does.
    """

    name: str
    version: int
    kind: Kind
    languages: tuple[str, ...]
    labels: tuple[str, ...]
    fields: tuple[str, ...]
    metric: str
    source: Source
    read: Callable[[Request], list[Example]]
    also: tuple[str, ...] = ()
    cluster: str | None = None
    parallel: bool = False
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    aliases: Mapping[str, str] = field(default_factory=dict[str, str])
    synthetic: bool = False
    pool: Callable[[Request], Pool] | None = None
    one_pool: bool = False
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    untouched: str = ""
    searched: tuple[str, ...] = ()
    resettle: Callable[[Example], Example] | None = None

    @property
    def metrics(self) -> tuple[str, ...]:
        """Every metric that is kept, the headline first."""
        return (self.metric, *self.also)

    def __str__(self) -> str:
        return self.name


@cache
def tasks() -> dict[str, Task]:
    """Every registered task by name.

    Raises:
        UsageError: two tasks claim one name, or an entry point names something else.
    """
    found: dict[str, Task] = {}
    for package_name in SUITES:
        package = importlib.import_module(package_name)
        for module in pkgutil.iter_modules(package.__path__, f"{package_name}."):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, Task) and found.get(value.name) is not value:
                    _add(found, value, module.name)
    for entry in entry_points(group="xrobust.tasks"):
        _add(found, entry.load(), entry.value)
    return found


def _add(found: dict[str, Task], task: object, where: str) -> None:
    if not isinstance(task, Task):
        raise UsageError(f"{where} is no task: an entry point of the group xrobust.tasks names a Task")
    if task.name in found:
        raise UsageError(f"task {task.name!r} of {where} is already registered: rename one of the two")
    found[task.name] = task


def find_task(name: str) -> Task:
    """The task of that name, or the one that a TOML file describes if the name is the path of one.

    Raises:
        UnknownNameError: no task has it; the nearest name is given.
        DataError: the TOML file cannot be read.
        UsageError: it describes no task.
    """
    if name.endswith(SUFFIX):
        # By name, as the suites are: what reads files builds on this module.
        return importlib.import_module(DESCRIBED).read_task(name)
    try:
        return tasks()[name]
    except KeyError:
        raise UnknownNameError("task", name, tasks()) from None
