"""Inputs of the measures: a TOML file that lists tasks and what is known of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.difficulty.human import HumanScore
from harness.files import read_toml
from harness.typed import build, table
from perturbations.errors import UnknownNameError, UsageError

FILES = ("data", "model", "null", "dynamics", "online")
"""The keys that are paths."""
HUB = "hub"
"""Given as `data`: read from the Hugging Face hub."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """How well some model does on a task, in points (0–100).

    Args:
        score: what it reaches.
        metric: under which metric.
        chance: what guessing reaches; None: one over the number of labels, of tasks that choose among labels.
        best: the best possible score.
        model: which model, in words.

    Raises:
        UsageError: chance is not below the best score, or a score is no number of points.
    """

    score: float
    metric: str = "accuracy"
    chance: float | None = None
    best: float = 100.0
    model: str | None = None

    def __post_init__(self) -> None:
        for name, value in (("score", self.score), ("chance", self.chance), ("best", self.best)):
            if value is not None and not 0.0 <= value <= 100.0:
                raise UsageError(f"baseline: {name} is {value:g}: give points, 0 to 100")
        if self.chance is not None and self.chance >= self.best:
            raise UsageError(f"baseline: chance {self.chance:g} is not below the best score, {self.best:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskInputs:
    """What is known of one task; what is not given is not computed.

    Args:
        task: name in xrobust, whose labels and training data are meant; that of the table by default, if there is one.
        size: number of training examples; None: counted in `data`.
        length: mean number of words of a training example; None: counted in `data`.
        data: directory with the task's files, or `"hub"`.
        split: which split of them is trained on.
        options: options of the task's reader.
        classes: number of labels; None: those of the task.
        baseline: how well a model does.
        human: how well people do; None: what the table of human scores has for the task.
        model: file of gold probabilities under a model that reads the inputs.
        null: the same examples under a model that was trained on empty inputs.
        dynamics: log of a training, or the directory of one.
        online: file of gold probabilities block by block.

    Raises:
        UsageError: a size, length or number of labels that cannot be.
    """

    task: str | None = None
    size: int | None = None
    length: float | None = None
    data: str | None = None
    split: str = "train"
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    classes: int | None = None
    baseline: Baseline | None = None
    human: HumanScore | None = None
    model: str | None = None
    null: str | None = None
    dynamics: str | None = None
    online: str | None = None

    def __post_init__(self) -> None:
        if self.size is not None and self.size < 1:
            raise UsageError(f"size is {self.size}: give the number of training examples, at least 1")
        if self.length is not None and not self.length > 0.0:
            raise UsageError(f"length is {self.length:g}: give the mean number of words, above 0")
        if self.classes is not None and self.classes < 2:
            raise UsageError(f"classes is {self.classes}: a choice needs at least 2 labels")


def read_inputs(path: Path) -> dict[str, TaskInputs]:
    """The tasks of a file by name, in its order; relative paths as seen from where we are.

    Args:
        path: a TOML file with one table `[tasks.NAME]` a task; its keys are those of `TaskInputs`.

    Raises:
        DataError: the file cannot be read or is no TOML.
        UsageError: it lists no task, or a key or value is not what it must be; the message names the task.
    """
    content = read_toml(path, what="list of tasks")
    for name in content:
        if name != "tasks":
            raise UnknownNameError(f"key of {path}", name, ("tasks",))
    tasks = table(content.get("tasks", {}), f"{path}: tasks")
    if not tasks:
        raise UsageError(f"{path} lists no task: give a table [tasks.NAME] for each")
    return {name: _inputs(tasks[name], f"{path}: tasks.{name}", path.parent) for name in tasks}


def _inputs(value: object, where: str, directory: Path) -> TaskInputs:
    given = table(value, where)
    for name in FILES:
        place = given.get(name)
        if isinstance(place, str) and not (name == "data" and place == HUB):
            given[name] = str(directory / Path(place).expanduser())
    try:
        return build(TaskInputs, given, where=where)
    except UnknownNameError:
        raise
    except UsageError as error:
        raise UsageError(str(error) if str(error).startswith(where) else f"{where}: {error}") from error
