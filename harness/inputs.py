"""Inputs: the examples of one language of one task, read once and known by their digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from harness.plan import HUB, Plan
from harness.pools import OPTION, every_option, pool_options, struck
from harness.predictors.settings import TUNED, settings_of
from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UnknownNameError
from reports.report import Skip
from suites.examples import Example, Pool
from suites.task import Request, Task, find_task


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """What one language of one task asks.

    Args:
        task: the task.
        language: language code.
        fields: names of the texts to perturb.
        options: the options of the reader, of the predictor and about the pool, defaults included.
        examples: `(examples,)` in the order of the file.
        digest: 32 hexadecimal digits over everything in the examples and the pool, and as many over what a threshold
            is tuned on.
        pool: the candidates that the examples search, None but for retrieval and mining.
        tuning: the clean examples and the pool on which a threshold is tuned, None where none is.
    """

    task: Task
    language: str
    fields: tuple[str, ...]
    options: dict[str, str]
    examples: tuple[Example, ...]
    digest: str
    pool: Pool | None = None
    tuning: tuple[tuple[Example, ...], Pool] | None = None

    @property
    def settings(self) -> dict[str, str]:
        """The predictor's share of the options."""
        return {name: self.options[name] for name in settings_of(self.task)}

    @property
    def reading(self) -> dict[str, str]:
        """The share of the options that shapes the inputs: the reader's, and what is perturbed."""
        return {name: self.options[name] for name in (*self.task.options, *pool_options(self.task))}

    @property
    def searched(self) -> tuple[str, ...]:
        """Names of the texts of the candidates to perturb."""
        return struck(self.task, self.options.get(OPTION))


def read_inputs(plan: Plan) -> tuple[list[Inputs], list[Skip]]:
    """Read everything that a plan needs.

    Returns:
        The inputs, and the languages that were left out, with the reason.

    Raises:
        ResourceError: a language that the plan names has no file, or no language of a task has one.
        DataError: a file is not what its format promises. One whose labels were removed is an error only where the plan
            names its language, or where no other language of the task can be read.
        UnknownNameError: a text to perturb that the task does not have.
    """
    found: list[Inputs] = []
    skipped: list[Skip] = []
    for name in plan.tasks:
        task = find_task(name)
        pools: dict[str, Pool] = {}
        missing: list[ResourceError | StrippedLabelsError] = []
        for language in plan.languages or task.languages:
            if language not in task.languages:
                skipped.append(Skip(f"{name} {language}", f"{name} does not cover the language"))
                continue
            try:
                inputs = _read(plan, task, language, pools)
            except (ResourceError, StrippedLabelsError) as error:
                if plan.languages:
                    raise
                missing.append(error)
                skipped.append(Skip(f"{name} {language}", str(error)))
            else:
                found.append(inputs)
        if not any(inputs.task is task for inputs in found):
            # Of all the reasons that labels were removed is the one that has a remedy at hand.
            raise next((error for error in missing if isinstance(error, StrippedLabelsError)), missing[0])
    return found, skipped


def _pool(task: Task, request: Request, pools: dict[str, Pool]) -> Pool | None:
    """What a language searches: the pool of an earlier one where all search the same; a million are held only once.

    Args:
        task: whose candidates.
        request: for the language.
        pools: those of the task that were read, by name.
    """
    if task.pool is None:
        return None
    if task.one_pool and pools:
        return next(iter(pools.values()))
    pool = task.pool(request)
    return pools.setdefault(pool.name, pool)


def _read(plan: Plan, task: Task, language: str, pools: dict[str, Pool]) -> Inputs:
    options = {**every_option(task), **plan.options.get(task.name, {})}
    root = None if plan.data in (None, HUB) else Path(plan.data)
    request = Request(root, language, plan.split, {name: options[name] for name in task.options})
    examples = tuple(task.read(request)[: plan.limit])
    if len(examples) < 2:
        raise DataError(
            f"{task.name} {language}: {len(examples)} examples in split {plan.split}: at least 2 are needed"
        )
    fields = plan.fields.get(task.name, task.fields)
    for name in fields:
        if name not in examples[0].texts:
            raise UnknownNameError(f"text of {task.name}", name, examples[0].texts)
    pool = _pool(task, request, pools)
    if pool is not None:
        _check_pool(pool, examples, where=f"{task.name} {language}")
    tuning = _tuning(task, request, options)
    state = digest(examples, pool) + (digest(*tuning) if tuning else "")
    return Inputs(task, language, fields, options, examples, state, pool, tuning)


def _tuning(task: Task, request: Request, options: Mapping[str, str]) -> tuple[tuple[Example, ...], Pool] | None:
    """The development set, where a threshold is tuned on it."""
    if task.pool is None or options.get("threshold") != TUNED:
        return None
    held_out = replace(request, split="dev")
    return tuple(task.read(held_out)), task.pool(held_out)


def _check_pool(pool: Pool, examples: Sequence[Example], *, where: str) -> None:
    """Make sure that what is right can be found, and that every candidate can be told from the others.

    Raises:
        DataError: a target that is no candidate, or two candidates of one id.
    """
    known = {candidate.id for candidate in pool.candidates}
    if len(known) < len(pool.candidates):
        raise DataError(f"{where}: {len(pool.candidates)} candidates have only {len(known)} ids; make them unique")
    for example in examples:
        for target in example.targets:
            if target not in known:
                raise DataError(f"{where}: the target {target!r} of query {example.id!r} is not in the pool; add it")


def digest(examples: Sequence[Example], pool: Pool | None = None) -> str:
    """32 hexadecimal digits over ids, groups, texts, keys, spans and targets, in their order, and the pool's."""
    state = blake2b(digest_size=16)
    for example in (*examples, *(pool.candidates if pool else ())):
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
        state.update(repr((example.id, example.group, example.target, example.targets, texts)).encode())
    return state.hexdigest()
