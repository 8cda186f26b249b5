"""Every error that xrobust raises on purpose, as one tree.

    XRobustError
    ├── UsageError          the request itself is wrong: an unknown name, an impossible option
    │   └── UnknownNameError    a name that no registry holds, with the nearest one that it does
    ├── DataError           a file or a text is not what its format promises
    │   └── StrippedLabelsError     the gold labels were removed before the file was handed out
    ├── ResourceError       something that must be installed or downloaded first is not there
    ├── AdapterError        an augmenter of others, or a user's function, failed or handed back no text
    ├── CheckpointError     a model directory that cannot serve the task
    └── StoreError          a run directory that cannot be read or written

The command line prints the message of an `XRobustError` on one line and exits with status 2; anything else is a
defect and keeps its traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class XRobustError(Exception):
    """Root of the tree: names the object, the rule, the value got and what to do."""


class UsageError(XRobustError):
    """The request cannot be carried out as it was put."""


class UnknownNameError(UsageError):
    """A name that is not registered.

    Args:
        kind: what was looked for, in the singular (`"perturbation"`).
        name: the name that was asked for.
        known: every name that would have been found.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names)}"
        super().__init__(f"unknown {kind} {name!r}: {hint}")
        self.kind = kind
        self.name = name


class DataError(XRobustError):
    """A file or a text breaks the rules of its format."""


class StrippedLabelsError(DataError):
    """The gold labels are missing from a file, as in the benchmark's processed test sets."""


class ResourceError(XRobustError):
    """A file, package or model that is needed has not been installed."""


class AdapterError(XRobustError):
    """Foreign code that maps a text to a text raised an error, or handed back something else than a text."""


class CheckpointError(XRobustError):
    """A model directory or hub id that cannot be loaded or cannot serve the task."""


class StoreError(XRobustError):
    """A run directory that cannot be read or written."""
