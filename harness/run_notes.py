"""Notes of a run: what a reader has to know before any number, from the plan alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harness.plan import Plan
from harness.pools import OPTION, every_option, told
from perturbations.protection import Protection
from suites.task import Task, find_task


def run_notes(plan: Plan, *, benchmarks: bool) -> Iterator[str]:
    """The notes of a run in the order of the page, as sentences.

    Args:
        plan: what was asked.
        benchmarks: whether scores of a benchmark are shown.
    """
    tasks = [find_task(name) for name in plan.tasks]
    if plan.limit is not None:
        yield f"Only the first {plan.limit} examples of each language were scored."
    if synthetic := [task.name for task in tasks if task.synthetic]:
        yield f"Synthetic data ({', '.join(synthetic)}): generated texts, no score here is about a real language."
    for task in tasks:
        yield (
            f"{task.name}: {plan.metrics.get(task.name, task.metric)} on the {plan.split} split; "
            f"perturbed: {_struck(plan, task)}; {task.source.cite}; licence of the data: {task.source.licence}."
        )
    yield from _asked(plan)
    if benchmarks and (chosen := _chosen(plan)):
        yield f"The benchmark scores are with {', '.join(chosen)}, which are not the defaults."


def _struck(plan: Plan, task: Task) -> str:
    """The texts of a task that were perturbed."""
    option = plan.options.get(task.name, {}).get(OPTION)
    return told(task, plan.fields.get(task.name, task.fields), option)


def _asked(plan: Plan) -> Iterator[str]:
    """What was asked for besides the defaults, as far as it shapes the noise."""
    for place in plan.predictions:
        yield f"{Path(place).resolve().name}: predictions made elsewhere; how its inputs were cut is not known."
    for name, behind in plan.variants.items():
        yield f"{name} is {behind} with other parameters."
    for name, values in plan.parameters.items():
        yield f"{name}: {', '.join(f'{parameter} = {value}' for parameter, value in values.items())}."
    if plan.protection != Protection():
        yield f"Protected from every edit: {plan.protection}."
    if plan.plausibility is not None:
        refused = "was refused (of augmenters of others: counted)"
        done = refused if plan.plausibility.refuses else "was made and counted"
        yield (
            f"An edit of characters that makes another word of the language (Zipf frequency from "
            f"{plan.plausibility.least:g}) {done}; edits of words and of whole texts were not judged."
        )


def _chosen(plan: Plan) -> list[str]:
    """The options of tasks that are not at their defaults."""
    defaults = {name: every_option(find_task(name)) for name in plan.options}
    return [
        f"{task}.{name} = {value}"
        for task, options in plan.options.items()
        for name, value in options.items()
        if value != defaults[task][name]
    ]
