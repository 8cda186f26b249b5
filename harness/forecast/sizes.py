"""Sizes: how many ids, clusters, languages and conditions a run would have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.inputs import Inputs, read_inputs
from harness.plan import Plan
from perturbations.errors import UsageError
from perturbations.languages import find_language
from perturbations.registry import is_control


@dataclass(frozen=True, slots=True)
class LanguageSizes:
    """One language of a task.

    Args:
        ids: example ids.
        units: independent units: clusters, or ids where there are none.
        conditions: perturbations at each rate that can be done in it.
    """

    ids: int
    units: int
    conditions: int


@dataclass(frozen=True, slots=True)
class TaskSizes:
    """One task.

    Args:
        name: of the task.
        languages: by code.
        units: distinct units over all languages where they share them, None where each language has its own.
    """

    name: str
    languages: Mapping[str, LanguageSizes]
    units: int | None


def sizes_by_hand(
    ids: int, *, languages: int = 1, conditions: int = 1, cluster_size: float = 1.0, parallel: bool = True
) -> TaskSizes:
    """A task whose languages are all of one size.

    Args:
        ids: of each language, from 2.
        languages: how many, from 1.
        conditions: perturbations times rates, from 1.
        cluster_size: mean ids that are drawn together, from 1.
        parallel: whether the languages share their ids.

    Raises:
        UsageError: a number below its least, or clusters that leave fewer than two.
    """
    if ids < 2 or languages < 1 or conditions < 1 or not cluster_size >= 1.0:
        raise UsageError(
            f"power needs 2 ids, 1 language, 1 condition (no control) and clusters of 1 or more, not {ids}, "
            f"{languages}, {conditions} and {cluster_size:g}"
        )
    units = round(ids / cluster_size)
    if units < 2:
        raise UsageError(f"power needs 2 clusters or more; {ids} ids in clusters of {cluster_size:g} give {units}")
    one = LanguageSizes(ids, units, conditions)
    return TaskSizes("as given", {str(number + 1): one for number in range(languages)}, units if parallel else None)


def sizes_of_plan(plan: Plan) -> list[TaskSizes]:
    """The sizes that a plan would have, read from its data.

    Raises:
        XRobustError: as `read_inputs`.
    """
    inputs, _ = read_inputs(plan)
    # Controls are in no mean of the gate.
    noises = {name: noise for name, noise in plan.noises().items() if not is_control(noise.name)}
    tasks: dict[str, list[Inputs]] = {}
    for item in inputs:
        tasks.setdefault(item.task.name, []).append(item)
    found: list[TaskSizes] = []
    for name, items in tasks.items():
        languages: dict[str, LanguageSizes] = {}
        every: set[str] = set()
        for item in items:
            groups = {example.group if item.task.cluster else example.id for example in item.examples}
            able = sum(noise.supports(find_language(item.language)) for noise in noises.values())
            if able:
                every |= groups
                languages[item.language] = LanguageSizes(len(item.examples), len(groups), able * len(plan.every_rate))
        if languages:
            found.append(TaskSizes(name, languages, len(every) if items[0].task.parallel else None))
    if not found:
        raise UsageError("plan: none of its perturbations can be done in any of its languages: name others")
    return found
