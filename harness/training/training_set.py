"""Training set: what there is to learn, read and ready."""

from __future__ import annotations

from dataclasses import dataclass

from harness.inputs import digest
from perturbations.errors import UsageError
from suites.examples import Example, Pool
from suites.task import Kind, Task

UNTRAINED = (Kind.MINING,)
"""Kinds that nothing is trained for: sentence pairs are mined with an encoder as it is."""


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """What there is to learn.

    Args:
        task: gives kind and labels; of several tasks the first.
        examples: `(examples,)` of all tasks, in the order in which these were named.
        pool: the candidates among which the targets of the examples are, None but for retrieval.

    Raises:
        UsageError: the task is of a kind that nothing is trained for.
    """

    task: Task
    examples: tuple[Example, ...]
    pool: Pool | None = None

    def __post_init__(self) -> None:
        check_trained(self.task)

    @property
    def digest(self) -> str:
        """32 hexadecimal digits over everything in the examples and the pool."""
        return digest(self.examples, self.pool)


def check_trained(task: Task) -> None:
    """Refuse a task of a kind that nothing is trained for.

    Raises:
        UsageError: it is of one.
    """
    if task.kind in UNTRAINED:
        raise UsageError(
            f"task {task.name!r} is of kind {task.kind.value!r}, and nothing is trained for it: take another"
        )
