"""The rest of a dev set: rows to train on where the training set of a task is not at hand and its dev set is a slice.

They are taken only where the option `layout` names them, and only if none of them is in the dev set beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from perturbations.errors import DataError, ResourceError, UsageError
from suites.examples import Example
from suites.task import Request

REST = "rest"
"""The value of the option `layout` that names them."""


def refuse_rest(request: Request, layout: str, *, task: str) -> None:
    """Refuse the rest of a dev set where something else than training data is asked for.

    Raises:
        UsageError: another split.
    """
    if layout == REST and request.split != "train":
        raise UsageError(
            f"layout {REST!r} of task {task!r} is what a slice of the dev set has left over to train on: it has no "
            f"split {request.split!r}, only 'train'"
        )


def check_apart(
    examples: Sequence[Example], request: Request, *, read: Callable[[Request], list[Example]], source: str
) -> None:
    """Make sure that none of the examples is in the dev set under the same directory, if there is one.

    Args:
        examples: to train on.
        request: that they were asked for with.
        read: the reader of the task.
        source: the file that they are from, for messages.

    Raises:
        DataError: some are there, told by their texts.
    """
    try:
        dev = read(Request(request.root, request.language, "dev"))
    except ResourceError:
        # There is no dev set to keep apart from.
        return
    held = {_said(example) for example in dev}
    shared = sum(_said(example) in held for example in examples)
    if shared:
        raise DataError(
            f"{source} holds {shared} examples of the dev set that is read from {request.root}, and what is trained on "
            "must not be tested on: put the slice that the file was cut from in the place of the whole dev set"
        )


def _said(example: Example) -> tuple[str, ...]:
    return tuple(text.text for text in example.texts.values())
