"""Compute: every measure of a task whose inputs are there, and why the others have no value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from harness.difficulty import measures
from harness.difficulty.codelength import read_code
from harness.difficulty.dynamics import Dynamics, read_dynamics
from harness.difficulty.human import HumanScore, find_human
from harness.difficulty.information import usable_information
from harness.difficulty.inputs import HUB, TaskInputs
from harness.difficulty.measures import Measure, TaskDifficulty
from harness.difficulty.probabilities import read_gold
from perturbations.errors import UsageError
from suites.examples import Example
from suites.task import Kind, Request, Task, find_task, tasks

LANGUAGE = "en"
"""The language of intermediate tasks."""
Found = float | str
"""The value of a measure, or why there is none."""
NO_LOG = "no log of a training (dynamics)"


@dataclass(frozen=True)
class Subject:
    """One task with its inputs, which are read once.

    Args:
        name: as the file calls it.
        inputs: what is known of it.
    """

    name: str
    inputs: TaskInputs

    @cached_property
    def task(self) -> Task | None:
        """The task in xrobust, if it is one."""
        if self.inputs.task is not None:
            return find_task(self.inputs.task)
        return tasks().get(self.name)

    @cached_property
    def examples(self) -> list[Example] | None:
        """Its training examples; None where no data is given."""
        if self.inputs.data is None:
            return None
        if self.task is None:
            raise UsageError(
                f"{self.name}: data is given, but no task of that name is known: name it by `task`, or give size and "
                "length"
            )
        root = None if self.inputs.data == HUB or self.task.synthetic else Path(self.inputs.data)
        options = {**self.task.options, **self.inputs.options}
        return self.task.read(Request(root, LANGUAGE, self.inputs.split, options))

    @cached_property
    def dynamics(self) -> Dynamics | None:
        """Its training log; None where none is given."""
        return None if self.inputs.dynamics is None else read_dynamics(Path(self.inputs.dynamics))

    @property
    def classes(self) -> int | None:
        """Number of labels to choose among; None where the task does not choose or nobody said."""
        if self.inputs.classes is not None:
            return self.inputs.classes
        choosing = self.task is not None and self.task.kind in (Kind.CLASSIFICATION, Kind.MULTIPLE_CHOICE)
        return len(self.task.labels) if choosing and self.task is not None else None

    @property
    def chance(self) -> float | None:
        """What guessing reaches under the metric of the baseline, in points; None where that is not known."""
        baseline = self.inputs.baseline
        if baseline is None or baseline.chance is not None:
            return None if baseline is None else baseline.chance
        return None if self.classes is None or baseline.metric != "accuracy" else 100.0 / self.classes

    @property
    def human(self) -> HumanScore | None:
        """How well people do under the metric of the baseline."""
        if self.inputs.human is not None or self.inputs.baseline is None:
            return self.inputs.human
        return find_human(self.inputs.task or self.name, self.inputs.baseline.metric)

    def notes(self) -> Iterator[str]:
        """Where the numbers that were not computed here come from."""
        baseline = self.inputs.baseline
        if baseline is not None and baseline.model is not None:
            yield f"{self.name}: baseline {baseline.model}"
        if baseline is not None and baseline.chance is None and self.chance is not None:
            yield f"{self.name}: chance is one in {self.classes}"
        if baseline is not None and self.human is not None:
            yield f"{self.name}: people {self.human.score:g} {self.human.metric} ({self.human.source})"


def compute(inputs: Mapping[str, TaskInputs]) -> tuple[TaskDifficulty, ...]:
    """Every measure of every task whose inputs are there.

    Raises:
        XRobustError: whatever is wrong with an input that is there.
    """
    subjects = [Subject(name, given) for name, given in inputs.items()]
    for subject in subjects:
        if subject.inputs.task is not None:
            # Here, so that a misspelt name is told although nothing asks for the task.
            find_task(subject.inputs.task)
    return tuple(map(_task, subjects))


def _task(subject: Subject) -> TaskDifficulty:
    values: dict[str, float] = {}
    lacking: dict[str, str] = {}
    for measure, work in WORK.items():
        found = work(subject)
        if isinstance(found, str):
            lacking[measure.name] = found
        else:
            values[measure.name] = found
    return TaskDifficulty(subject.name, values, lacking, tuple(subject.notes()))


def _size(subject: Subject) -> Found:
    if subject.inputs.size is not None:
        return float(subject.inputs.size)
    return "neither size nor data" if subject.examples is None else float(len(subject.examples))


def _length(subject: Subject) -> Found:
    if subject.inputs.length is not None:
        return subject.inputs.length
    if subject.examples is None:
        return "neither length nor data"
    words = (len(text.text.split()) for example in subject.examples for text in example.texts.values())
    return sum(words) / len(subject.examples)


def _baseline(subject: Subject) -> Found:
    baseline = subject.inputs.baseline
    if baseline is None:
        return "no baseline"
    chance = subject.chance
    if chance is None:
        return "the baseline tells no chance level (chance), and it is not that of choosing among labels"
    if chance >= baseline.best:
        return f"chance, {chance:.1f}, is not below the best score, {baseline.best:g}"
    return (baseline.score - chance) / (baseline.best - chance)


def _gap(subject: Subject) -> Found:
    baseline, human = subject.inputs.baseline, subject.human
    if baseline is None:
        return "no baseline"
    if human is None:
        return f"no human score under {baseline.metric} is known: give one with its source (human)"
    if human.metric != baseline.metric:
        return f"people were scored by {human.metric}, the baseline by {baseline.metric}"
    return human.score - baseline.score


def _information(subject: Subject) -> Found:
    model, null = subject.inputs.model, subject.inputs.null
    if model is None or null is None:
        names = [name for name, place in (("model", model), ("null", null)) if place is None]
        return f"no file of gold probabilities: {' and '.join(names)}"
    return usable_information(read_gold(Path(model)), read_gold(Path(null)))


def _logged(measure: Callable[[Dynamics], Found]) -> Callable[[Subject], Found]:
    """A measure of the training log, where there is one."""
    return lambda subject: NO_LOG if subject.dynamics is None else measure(subject.dynamics)


def _forgetting(dynamics: Dynamics) -> Found:
    learnt = dynamics.learnt()
    if not learnt.any():
        return "no example is right in any epoch, so that none can be forgotten"
    return float(dynamics.forgetting()[learnt].mean())


def _code(subject: Subject) -> Found:
    if subject.inputs.online is None:
        return "no probabilities block by block (online)"
    if subject.classes is None:
        return "the number of labels is not known (classes)"
    return read_code(Path(subject.inputs.online), classes=subject.classes).bits_per_example


WORK: Mapping[Measure, Callable[[Subject], Found]] = {
    measures.SIZE: _size,
    measures.LENGTH: _length,
    measures.BASELINE: _baseline,
    measures.HUMAN_GAP: _gap,
    measures.INFORMATION: _information,
    measures.CONFIDENCE: _logged(lambda dynamics: float(dynamics.confidence().mean())),
    measures.VARIABILITY: _logged(lambda dynamics: float(dynamics.variability().mean())),
    measures.CORRECTNESS: _logged(lambda dynamics: float(dynamics.correctness().mean())),
    measures.FORGETTING: _logged(_forgetting),
    measures.UNLEARNED: _logged(lambda dynamics: float((~dynamics.learnt()).mean())),
    measures.CODE_LENGTH: _code,
}
"""How each measure is computed."""
