"""Compatible: do two sides answer the same questions; where not, every difference by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from harness.gate.policy import Policy
from harness.gate.snapshot import Items, Outline, Place
from harness.statistics.units import matched
from perturbations.errors import UnknownNameError, UsageError
from perturbations.registry import is_control

ABSENT = "none"


def chosen(outline: Outline, policy: Policy) -> Outline:
    """What a policy looks at: controls, which edit nothing and would water down every mean, only where it names them.

    Args:
        outline: of the baseline or candidate.
        policy: names tasks, languages and perturbations.
    """

    def wanted(place: Place, behind: str) -> bool:
        if policy.tasks and place.task not in policy.tasks:
            return False
        if policy.languages and place.language not in policy.languages:
            return False
        named = place.perturbation in policy.perturbations if policy.perturbations else not is_control(behind)
        return place.clean or named

    facts = {
        place: values
        for place, values in outline.facts.items()
        if wanted(place, values.get("perturbation", place.perturbation))
    }
    return Outline({place.task: outline.scorings[place.task] for place in facts}, facts)


def check_policy(outline: Outline, policy: Policy) -> None:
    """Make sure that a baseline has what a policy names.

    Raises:
        UnknownNameError: a task, language or perturbation that it lacks; the nearest is given.
        UsageError: nothing is left that is perturbed.
    """
    places = [place for place in outline.facts if not place.clean]
    for kind, names, known in (
        ("task", policy.tasks, {place.task for place in places}),
        ("language", policy.languages, {place.language for place in places}),
        ("perturbation", policy.perturbations, {place.perturbation for place in places}),
    ):
        for name in names:
            if name not in known:
                raise UnknownNameError(f"{kind} of the baseline", name, known)
    if all(place.clean for place in chosen(outline, policy).facts):
        raise UsageError("policy: no cell of the baseline is of its tasks, languages and perturbations: name others")


def check_same(ours: Outline, theirs: Outline, *, names: tuple[str, str]) -> None:
    """Make sure that two sides hold the same places and agree on everything that shaped their inputs.

    Args:
        ours: one side.
        theirs: the other.
        names: what the sides are called.

    Raises:
        UsageError: they do not; the message names each difference once, with the cells that have it.
    """
    if found := list(_differences(ours, theirs, names)):
        raise UsageError(f"{names[0]} and {names[1]} cannot be compared: {'; '.join(found)}")


def _differences(ours: Outline, theirs: Outline, names: tuple[str, str]) -> Iterator[str]:
    for side, facts, other in ((names[0], ours.facts, theirs.facts), (names[1], theirs.facts, ours.facts)):
        yield from _alone(side, facts, other)
    apart: dict[tuple[str, str, str], list[Place]] = {}
    for place, facts in ours.facts.items():
        other = theirs.facts.get(place)
        if other is None:
            continue
        for name in dict.fromkeys((*facts, *other)):
            values = facts.get(name, ABSENT), other.get(name, ABSENT)
            if values[0] != values[1]:
                apart.setdefault((name, *values), []).append(place)
    for (name, first, second), places in apart.items():
        yield f"{name}: {first!r} in {names[0]}, {second!r} in {names[1]} ({_told(places)})"


def _alone(side: str, facts: Mapping[Place, object], other: Mapping[Place, object]) -> Iterator[str]:
    """What only one side has, by the largest thing that is missing: a task, a language, a perturbation, a cell."""
    left = [place for place in facts if place not in other]
    for name_of in (_task, _language, _perturbation, _cell):
        known = {name_of(place) for place in other}
        missing = dict.fromkeys(name_of(place) for place in left if name_of(place) not in known)
        for name in missing:
            yield f"{name} is only in {side}"
        left = [place for place in left if name_of(place) not in missing]


def _task(place: Place) -> str:
    return f"task {place.task}"


def _language(place: Place) -> str:
    return f"language {place.language} of {place.task}"


def _perturbation(place: Place) -> str:
    return f"{place.condition}"


def _cell(place: Place) -> str:
    return f"cell {place}"


def _told(places: list[Place]) -> str:
    more = len(places) - 1
    return f"{places[0]}" + (f" and {more} more cell{'s' * (more > 1)}" if more else "")


def check_items(
    ours: Mapping[tuple[str, str], Items], theirs: Mapping[tuple[str, str], Items], *, names: tuple[str, str]
) -> None:
    """Make sure that two sides hold the same ids in the same order and clusters.

    Args:
        ours: by task and language, of one side.
        theirs: of the other, for the same tasks and languages.
        names: what the sides are called.

    Raises:
        UsageError: they do not; the message names the ids that only one side has.
    """
    for (task, language), items in ours.items():
        other = theirs[task, language]
        here = tuple(f"{task} {language} of {name}" for name in names)
        order = matched(items.ids, other.ids, names=(here[0], here[1]))
        if items.ids != other.ids:
            moved = int(np.flatnonzero(order != np.arange(len(order)))[0])
            raise UsageError(f"{here[0]} and {here[1]} hold their ids in another order, from {items.ids[moved]!r} on")
        if items.groups != other.groups:
            raise UsageError(f"{here[0]} and {here[1]} put the same ids into other clusters: score both again")
