"""Inputs: the examples of one language of one task, read once and known by their digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from harness.plan import HUB, Plan
from perturbations.errors import DataError, ResourceError, UnknownNameError
from reports.report import Skip
from suites.examples import Example
from suites.task import Request, Task, find_task


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """What one language of one task asks.

    Args:
        task: the task.
        language: language code.
        fields: names of the texts to perturb.
        options: the reader's options, defaults included.
        examples: `(examples,)` in the order of the file.
        digest: 32 hexadecimal digits over everything in the examples.
    """

    task: Task
    language: str
    fields: tuple[str, ...]
    options: dict[str, str]
    examples: tuple[Example, ...]
    digest: str


def read_inputs(plan: Plan) -> tuple[list[Inputs], list[Skip]]:
    """Read everything that a plan needs.

    Returns:
        The inputs, and the languages that were left out, with the reason.

    Raises:
        ResourceError: a language that the plan names has no file, or no language of a task has one.
        DataError: a file is not what its format promises.
        UnknownNameError: a text to perturb that the task does not have.
    """
    found: list[Inputs] = []
    skipped: list[Skip] = []
    for name in plan.tasks:
        task = find_task(name)
        missing: list[ResourceError] = []
        for language in plan.languages or task.languages:
            if language not in task.languages:
                skipped.append(Skip(f"{name} {language}", f"{name} does not cover the language"))
                continue
            try:
                found.append(_read(plan, task, language))
            except ResourceError as error:
                if plan.languages:
                    raise
                missing.append(error)
                skipped.append(Skip(f"{name} {language}", str(error)))
        if not any(inputs.task is task for inputs in found):
            raise missing[0]
    return found, skipped


def _read(plan: Plan, task: Task, language: str) -> Inputs:
    options = {**task.options, **plan.options.get(task.name, {})}
    root = None if plan.data in (None, HUB) else Path(plan.data)
    examples = tuple(task.read(Request(root, language, plan.split, options))[: plan.limit])
    if len(examples) < 2:
        raise DataError(
            f"{task.name} {language}: {len(examples)} examples in split {plan.split}: at least 2 are needed"
        )
    fields = plan.fields.get(task.name, task.fields)
    for name in fields:
        if name not in examples[0].texts:
            raise UnknownNameError(f"text of {task.name}", name, examples[0].texts)
    return Inputs(task, language, fields, options, examples, digest(examples))


def digest(examples: Sequence[Example]) -> str:
    """32 hexadecimal digits over ids, groups, texts, keys, spans and targets, in their order."""
    state = blake2b(digest_size=16)
    for example in examples:
        texts = [
            (
                name,
                text.text,
                text.language,
                text.key,
                text.tokens,
                [(span.start, span.end, span.label) for span in text.spans],
            )
            for name, text in example.texts.items()
        ]
        state.update(repr((example.id, example.group, example.target, texts)).encode())
    return state.hexdigest()
