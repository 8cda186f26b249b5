"""Compatible: whether checkpoints were asked the same, and if not, what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields

from harness.cell import CLEAN, Cell
from harness.comparing.entrants import Entrant
from perturbations.errors import UsageError
from suites.task import find_task

OWN = ("checkpoint", "metrics", "precision", "device", "max_pieces", "versions")
"""Fields of a cell that may differ: who was asked, what was kept besides, and how it was computed."""
NOISE = "noise"
"""The version of a cell that stands for the code and the tables that make the noise."""
COMPUTED = ("precision", "device", "max_pieces")
SHOWN = 4
"""How many differences a message names."""

Place = tuple[str, str, float, int]
"""Language, perturbation as the run shows it, rate and noise seed."""


def cells_of(entrant: Entrant, task: str) -> dict[Place, tuple[Cell, str]]:
    """The cells of a checkpoint on a task, clean ones at rate 0, each with its key."""
    return {
        (item.cell.language, item.perturbation, item.cell.rate, item.cell.seed): (item.cell, item.key)
        for item in entrant.run.planned
        if item.checkpoint == entrant.checkpoint and item.cell.task == task
    }


def metric_of(entrant: Entrant, task: str) -> str:
    """The metric that the run of a checkpoint reports for a task."""
    return entrant.run.plan.metrics.get(task, find_task(task).metric)


def check_compatible(entrants: Sequence[Entrant], task: str) -> list[str]:
    """Make sure that all were asked the same on a task.

    Args:
        entrants: those that serve it.
        task: its name.

    Returns:
        What differs in how predictions were computed, which does not forbid a comparison.

    Raises:
        UsageError: something differs in what was asked; the message names it.
    """
    first, *others = entrants
    mine = cells_of(first, task)
    told: dict[str, None] = {}
    for other in others:
        theirs = cells_of(other, task)
        differences = [*_metrics(first, other, task), *_places(first, other, mine, theirs), *_cells(mine, theirs)]
        if differences:
            more = f"; and {len(differences) - SHOWN} more" if len(differences) > SHOWN else ""
            raise UsageError(
                f"{first.name} and {other.name} were not asked the same on {task}: "
                f"{'; '.join(differences[:SHOWN])}{more}: score both by one plan"
            )
        told |= dict.fromkeys(_computed(first, other, mine, theirs, task))
    return list(told)


def _metrics(first: Entrant, other: Entrant, task: str) -> Iterator[str]:
    metrics = metric_of(first, task), metric_of(other, task)
    if metrics[0] != metrics[1]:
        yield f"metric {metrics[0]} against {metrics[1]}"


def _places(
    first: Entrant, other: Entrant, mine: Mapping[Place, object], theirs: Mapping[Place, object]
) -> Iterator[str]:
    """What only one of the two has, by the first part in which it differs."""
    for name, here, there in ((first.name, mine, theirs), (other.name, theirs, mine)):
        for part, word in enumerate(("language", "perturbation", "rate", "noise seed")):
            alone = {place[part] for place in here if place[1] != CLEAN or not part} - {
                place[part] for place in there if place[1] != CLEAN or not part
            }
            if alone:
                yield f"only {name} has {word} {', '.join(sorted(map(str, alone)))}"
    if {place[:2] for place in mine} == {place[:2] for place in theirs} and set(mine) != set(theirs):
        place = min(set(mine) ^ set(theirs))
        yield f"only one has {place[0]} {place[1]} at {place[2]:g} with noise seed {place[3]}"


def _cells(mine: Mapping[Place, tuple[Cell, str]], theirs: Mapping[Place, tuple[Cell, str]]) -> Iterator[str]:
    """Fields of the cells that both have, each named once with the first place where it differs."""
    named: set[str] = set()
    for place in mine:
        if place not in theirs:
            continue
        one, other = mine[place][0], theirs[place][0]
        for name, here, there in _fields(one, other):
            if name not in named and here != there:
                named.add(name)
                yield f"{name} of {place[0]} {place[1]}: {_short(here)} against {_short(there)}"


def _fields(one: Cell, other: Cell) -> Iterator[tuple[str, object, object]]:
    for field in fields(Cell):
        if field.name not in OWN:
            yield field.name, getattr(one, field.name), getattr(other, field.name)
    if not one.clean:
        yield "version of the noise", one.versions.get(NOISE), other.versions.get(NOISE)


def _computed(
    first: Entrant,
    other: Entrant,
    mine: Mapping[Place, tuple[Cell, str]],
    theirs: Mapping[Place, tuple[Cell, str]],
    task: str,
) -> Iterator[str]:
    one, two = next(iter(mine.values()))[0], next(iter(theirs.values()))[0]
    for name in COMPUTED:
        here, there = getattr(one, name), getattr(two, name)
        if here != there:
            yield f"{task}: {name.replace('_', ' ')} is {here} for {first.name} and {there} for {other.name}"
    for name in sorted((one.versions.keys() | two.versions.keys()) - {NOISE}):
        here, there = one.versions.get(name, "none"), two.versions.get(name, "none")
        if here != there:
            yield f"{task}: {name} is {here} for {first.name} and {there} for {other.name}"


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:37]}…"
