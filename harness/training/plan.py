"""Plan of a training: from which model, on which tasks and splits, how; checked before anything is read.

As in XTREME-R, training data is English: every other language is met for the first time in its test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.plan import HUB
from harness.training.settings import Settings
from harness.training.training_set import TrainingSet, check_trained
from perturbations.errors import UnknownNameError, UsageError
from suites.examples import Example, Pool
from suites.requests import check_options
from suites.task import Request, Task, find_task

LANGUAGE = "en"
SPLITS = ("train", "dev")
"""What may be trained on. A model that has seen a test set has no score on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """What a model is trained on, and how.

    Args:
        base: the model to start from, as `harness.training.base.open_base` finds it.
        tasks: names of tasks of one kind with the same labels, whose examples are joined.
        data: directory with the tasks' files, `"hub"`, or None for tasks that need no files.
        splits: by task, `"train"` or `"dev"`; `"train"` where it is not named.
        options: by task, options of its reader.
        limit: the first so many examples of each task, None for all.
        intermediate: the tasks that the base was trained on before, where no `lineage.json` beside it says so.
        settings: how to train.

    Raises:
        UsageError: a name that nothing has, tasks that ask different things, or a value out of range.
    """

    base: str
    tasks: tuple[str, ...]
    data: str | None = None
    splits: Mapping[str, str] = field(default_factory=dict[str, str])
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    limit: int | None = None
    intermediate: tuple[str, ...] = ()
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        if not self.tasks:
            raise UsageError("training needs a task: name at least one")
        if len(set(self.tasks)) < len(self.tasks):
            raise UsageError(f"training names a task twice: {', '.join(self.tasks)}")
        if self.limit is not None and self.limit < 1:
            raise UsageError(f"training with a limit of {self.limit} leaves no example: give at least 1")
        for mapping in (self.splits, self.options):
            for name in mapping:
                if name not in self.tasks:
                    raise UnknownNameError("task of this training", name, self.tasks)
        for name in self.tasks:
            _check_task(self, find_task(name), find_task(self.tasks[0]))

    def split(self, task: str) -> str:
        """The split of a task that is trained on."""
        return self.splits.get(task, "train")


def read_training_set(plan: TrainingPlan) -> TrainingSet:
    """Read the training examples of a plan.

    Raises:
        UsageError: a split that a task does not have.
        ResourceError: no file of the split, or the hub cannot be reached.
        DataError: a file is not what its format promises.
    """
    root = None if plan.data in (None, HUB) else Path(plan.data)
    examples: list[Example] = []
    pool: Pool | None = None
    for name in plan.tasks:
        task = find_task(name)
        options = {**task.options, **plan.options.get(name, {})}
        place = None if task.synthetic else root
        request = Request(place, LANGUAGE, plan.split(name), options)
        examples += task.read(request)[: plan.limit]
        pool = task.pool(request) if task.pool else None
    return TrainingSet(find_task(plan.tasks[0]), tuple(examples), pool)


def _check_task(plan: TrainingPlan, task: Task, first: Task) -> None:
    check_trained(task)
    if LANGUAGE not in task.languages:
        raise UsageError(f"task {task.name} has no {LANGUAGE!r}, the language of training: take another")
    if (task.kind, task.labels) != (first.kind, first.labels):
        raise UsageError(
            f"tasks {first.name} ({first.kind}: {', '.join(first.labels)}) and {task.name} ({task.kind}: "
            f"{', '.join(task.labels)}) do not share their labels: train on one, and from the result on the other"
        )
    if task.pool and len(plan.tasks) > 1:
        raise UsageError(f"task {task.name} has a pool of its own: train on it alone, and from the result on the other")
    split = plan.split(task.name)
    if split == "test":
        raise UsageError(f"training on the test split of {task.name} would void every score on it: take train or dev")
    if split not in SPLITS:
        raise UnknownNameError("split to train on", split, SPLITS)
    check_options(plan.options.get(task.name, {}), task=task.name, options=task.options, choices=task.choices)
    if plan.data is None and not task.synthetic:
        raise UsageError(f"task {task.name} needs files: give --data DIRECTORY, or --data {HUB} to download them")
