"""What every reader does with a request before it opens a file: check it, find the files, say what was looked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from perturbations.errors import ResourceError, UnknownNameError, UsageError
from suites.task import Request

SPLITS = ("test", "dev", "train")


def complete_options(
    request: Request,
    *,
    task: str,
    languages: Sequence[str],
    options: Mapping[str, str],
    choices: Mapping[str, Sequence[str]],
) -> dict[str, str]:
    """The options of a request with the defaults of those it does not name.

    Args:
        request: what the reader is asked for.
        task: name of the task, for messages.
        languages: codes that the task covers.
        options: the defaults.
        choices: the values that each option may take.

    Raises:
        UsageError: a language, split, option or value that the task does not have.
    """
    if request.language not in languages:
        raise UsageError(f"task {task!r} has no language {request.language!r}: it covers {', '.join(languages)}")
    if request.split not in SPLITS:
        raise UsageError(f"task {task!r} has no split {request.split!r}: ask for one of {', '.join(SPLITS)}")
    check_options(request.options, task=task, options=options, choices=choices)
    return {**options, **request.options}


def check_options(
    given: Mapping[str, str], *, task: str, options: Mapping[str, str], choices: Mapping[str, Sequence[str]]
) -> None:
    """Refuse options of a reader that it does not have, and values that they cannot have.

    Args:
        given: values by name.
        task: name of the task, for messages.
        options: the defaults.
        choices: the values that each option may take; any where an option has none.

    Raises:
        UnknownNameError: an option or value that the task does not have.
    """
    for name, value in given.items():
        if name not in options:
            raise UnknownNameError(f"option of {task}", name, options)
        if name in choices and value not in choices[name]:
            raise UnknownNameError(f"value of option {name} of {task}", value, choices[name])


def only_splits(request: Request, *, task: str, splits: Sequence[str], reason: str) -> None:
    """Refuse a split that a task does not have.

    Args:
        request: what the reader is asked for.
        task: name of the task.
        splits: those that it has.
        reason: why there are no others, as a clause.

    Raises:
        UsageError: another split.
    """
    if request.split not in splits:
        raise UsageError(
            f"task {task!r} has no split {request.split!r}, only {' and '.join(map(repr, splits))}: {reason}"
        )


def no_layout_on_hub(layout: str, *, task: str) -> None:
    """Refuse a layout of local files where the request is for the hub.

    Raises:
        UsageError: a layout other than `"auto"`.
    """
    if layout != "auto":
        raise UsageError(f"layout {layout!r} of task {task!r} is one of local files; give a data directory with it")


def folders(root: Path, names: Iterable[str]) -> list[Path]:
    """Where files of a task may lie: the named folders of `root` that exist, then `root` itself.

    Raises:
        ResourceError: `root` is no directory.
    """
    if not root.is_dir():
        raise ResourceError(f"the data directory {root} does not exist or is no directory; give the one with the files")
    return [*(folder for name in names if (folder := root / name).is_dir()), root]


def nothing_found(request: Request, *, task: str, looked_for: Iterable[str], url: str) -> ResourceError:
    """The error for a language whose files are not there.

    Args:
        request: what the reader was asked for; its root is set.
        task: name of the task.
        looked_for: the file names that would have done, relative to the root.
        url: where the files are to be had.
    """
    return ResourceError(
        f"task {task!r} has no {request.split} file of {request.language!r} under {request.root}; looked for "
        f"{', '.join(looked_for)}; download it from {url} or leave the language out"
    )
