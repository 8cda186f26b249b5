"""Scopes: over what a gain is averaged: everything, one task, a group of tasks, a language family, a perturbation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.comparing.samples import Condition, Filter
from perturbations.languages import find_language
from suites.task import Kind, find_task

GROUPS: Mapping[Kind, str] = {
    Kind.CLASSIFICATION: "classification",
    Kind.MULTIPLE_CHOICE: "classification",
    Kind.TAGGING: "structured prediction",
    Kind.QUESTION_ANSWERING: "question answering",
    Kind.RETRIEVAL: "retrieval",
    Kind.MINING: "retrieval",
}
"""The groups of XTREME and XTREME-R, which go by what a model has to do."""
OVERALL, PERTURBATION = "overall", "perturbation"
EVERYTHING = Filter()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a number is about.

    Args:
        kind: `"overall"`, `"task"`, `"group"`, `"family"` or `"perturbation"`.
        name: which one of them.
        tasks: the tasks that it averages, each counting alike.
        chosen: which of their cells.
    """

    kind: str
    name: str
    tasks: tuple[str, ...]
    chosen: Filter = EVERYTHING

    def __str__(self) -> str:
        return self.kind if self.kind == OVERALL else f"{self.kind} {self.name}"


def find_scopes(conditions: Mapping[str, Sequence[Condition]]) -> tuple[Scope, ...]:
    """The overall scope and all below it that say something else.

    Args:
        conditions: by task, the cells that are compared.
    """
    tasks = tuple(conditions)
    whole = Scope(OVERALL, OVERALL, tasks)
    return (whole, *_tasks(tasks), *_groups(tasks), *_families(conditions), *_perturbations(conditions))


def _tasks(tasks: tuple[str, ...]) -> Iterator[Scope]:
    if len(tasks) > 1:
        yield from (Scope("task", task, (task,)) for task in tasks)


def _groups(tasks: tuple[str, ...]) -> Iterator[Scope]:
    found: dict[str, list[str]] = {}
    for task in tasks:
        found.setdefault(GROUPS[find_task(task).kind], []).append(task)
    if len(found) > 1:
        # A group of one task would say what the task says.
        yield from (Scope("group", name, tuple(inside)) for name, inside in found.items() if len(inside) > 1)


def _families(conditions: Mapping[str, Sequence[Condition]]) -> Iterator[Scope]:
    codes = {language for found in conditions.values() for language, _, _ in found}
    families: dict[str, set[str]] = {}
    for code in sorted(codes):
        families.setdefault(find_language(code).family, set()).add(code)
    if len(families) > 1:
        for family, members in sorted(families.items()):
            yield _narrowed("family", family, Filter(languages=frozenset(members)), conditions)


def _perturbations(conditions: Mapping[str, Sequence[Condition]]) -> Iterator[Scope]:
    names = list(dict.fromkeys(name for found in conditions.values() for _, name, _ in found))
    if len(names) > 1:
        for name in names:
            yield _narrowed(PERTURBATION, name, Filter(perturbations=frozenset({name})), conditions)


def _narrowed(kind: str, name: str, chosen: Filter, conditions: Mapping[str, Sequence[Condition]]) -> Scope:
    tasks = tuple(task for task, found in conditions.items() if any(map(chosen.takes, found)))
    return Scope(kind, name, tasks, chosen)
