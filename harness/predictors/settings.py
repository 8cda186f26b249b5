"""A task's predictor options: which a kind of task has, their defaults, and how their text is read.

They are text in a plan and in every key. Known here and not beside the predictors, which import torch.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from harness.checkpoints.serving import HEADS
from perturbations.errors import UsageError
from suites.task import Kind, Task

SETTINGS: Mapping[Kind, Mapping[str, str]] = {
    Kind.QUESTION_ANSWERING: {
        "window": "384",
        "stride": "128",
        "question_length": "64",
        "answer_length": "30",
        "best": "20",
        "unanswerable": "no",
    },
    Kind.RETRIEVAL: {
        "layer": "last",
        "pooling": "mean",
        "normalise": "yes",
        "margin": "none",
        "neighbours": "4",
        "depth": "20",
    },
    Kind.MINING: {
        "layer": "middle",
        "pooling": "mean",
        "normalise": "yes",
        "neighbours": "4",
        "threshold": "tuned",
    },
}
"""By kind, the options with the values that they have unless the task or the user gives others.

Question answering, as the benchmark sets them: pieces of a window and from one window to the next, most pieces of a
question and of an answer, spans that are compared, and whether a question may have no answer. Retrieval: the layer
(`0` for the embeddings, `last` or `middle`), pooling (`mean` or `first`), whether vectors have length 1, `ratio` for
the margin, its neighbours, and how many candidates a list has. Mining: the same, and the least margin of a pair, a
number or `tuned` on the clean development set.
"""
WRITING = {"prefix": "own", "words": "names", "decoding": "constrained", "tagging": "auto", "longest": "64"}
"""Of every kind that needs a head, the options of models that write their answers; they leave models with a head alone.

What a prompt begins with (`own` is that of the kind); the words for the labels (`names`, `numbers`, or a list with
commas); `constrained` or `free`; whether a sentence is answered by its `entities` or by a tag for `each` token (`auto`:
entities where tags are BIO); most pieces of an answer that is written freely.
"""
TUNED = "tuned"
ANSWERS = {"yes": True, "no": False}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "unanswerable": tuple(ANSWERS),
    "normalise": tuple(ANSWERS),
    "pooling": ("mean", "first"),
    "margin": ("none", "ratio"),
    "decoding": ("constrained", "free"),
    "tagging": ("auto", "entities", "each"),
}
"""By option, the values that it may have."""
COUNTS = ("window", "stride", "question_length", "answer_length", "best", "neighbours", "depth", "longest")
"""The options that are whole numbers above 0."""


def settings_of(task: Task) -> dict[str, str]:
    """The predictor options of a task with its defaults."""
    writing = WRITING if HEADS[task.kind] else {}
    return {**SETTINGS.get(task.kind, {}), **writing, **task.settings}


def choices_of(task: Task) -> dict[str, tuple[str, ...]]:
    """The values that predictor options of a task may have, of those options that have but a few."""
    return {name: CHOICES[name] for name in settings_of(task) if name in CHOICES}


def check_settings(task: Task, options: Mapping[str, str]) -> None:
    """Make sure that predictor options that are numbers are ones, before any model is loaded.

    Args:
        task: the task.
        options: options of the task, those of its reader among them.

    Raises:
        UsageError: one is none.
    """
    known = settings_of(task)
    for name, value in options.items():
        if name in known and name in COUNTS:
            whole_number(name, value)
        elif name in known and name == "threshold":
            find_threshold(value)


def find_threshold(value: str) -> float | None:
    """The least margin of a mined pair, None where it is to be tuned.

    Raises:
        UsageError: it is no number.
    """
    return None if value == TUNED else number("threshold", value)


def whole_number(name: str, value: str) -> int:
    """A whole number above 0.

    Raises:
        UsageError: it is none.
    """
    if not (value.isascii() and value.isdecimal() and int(value) > 0):
        raise UsageError(f"option {name} is {value!r}: give a whole number above 0")
    return int(value)


def number(name: str, value: str) -> float:
    """A finite number.

    Raises:
        UsageError: it is none.
    """
    try:
        found = float(value)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise UsageError(f"option {name} is {value!r}: give a number")
    return found


def yes_or_no(name: str, value: str) -> bool:
    """Whether an option is on.

    Raises:
        UsageError: it is neither `yes` nor `no`.
    """
    if value not in ANSWERS:
        raise UsageError(f"option {name} is {value!r}: give yes or no")
    return ANSWERS[value]


def one_of(name: str, value: str) -> str:
    """One of the words that an option may be.

    Raises:
        UsageError: it is none of them.
    """
    if value not in CHOICES[name]:
        raise UsageError(f"option {name} is {value!r}: give one of {', '.join(CHOICES[name])}")
    return value
