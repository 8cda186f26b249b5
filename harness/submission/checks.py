"""Checks of predictions against what was asked: every id once, labels and candidates that there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from harness.listing import first_few
from perturbations.errors import DataError
from suites.task import Task


def check_ids(found: Iterable[str], due: Sequence[str], path: Path, *, all_due: bool = True) -> None:
    """Make sure that the ids are those that were asked.

    Args:
        found: ids of the predictions.
        due: `(examples,)` ids that were asked.
        path: the file, for messages.
        all_due: whether each must have a prediction.

    Raises:
        DataError: ids that were not asked, or that are missing; tells how many and the first.
    """
    given, known = dict.fromkeys(found), set(due)
    if unknown := [name for name in given if name not in known]:
        raise DataError(
            f"{path}: {len(unknown)} ids are not of the exported examples ({first_few(unknown)}); the file is of "
            "another cell, or its ids were changed"
        )
    if all_due and (missing := [name for name in due if name not in given]):
        raise DataError(
            f"{path}: {len(missing)} of {len(due)} examples have no prediction ({first_few(missing)}); each needs one, "
            "an empty one where the system gives no answer"
        )


def check_labels(found: Sequence[str], task: Task, path: Path) -> list[str]:
    """The labels as the task calls them; an empty one, which is never right, stays.

    Raises:
        DataError: labels that the task does not have; tells how many and the first.
    """
    named = {label: label for label in task.labels} | dict(task.aliases) | {"": ""}
    if strange := [label for label in found if label not in named]:
        raise DataError(
            f"{path}: {len(strange)} of {len(found)} predictions are no label of {task.name} ({first_few(strange)}); "
            f"it has {', '.join(task.labels)}; leave those empty that stand for none, they count as wrong"
        )
    return [named[label] for label in found]


def check_candidates(
    found: Sequence[tuple[str, ...]], candidates: frozenset[str], ids: Sequence[str], path: Path
) -> None:
    """Make sure that what was found is in the pool, and nothing twice for one query.

    Args:
        found: `(examples,)` lists of candidates.
        candidates: ids of the pool.
        ids: `(examples,)` of the queries, for messages.
        path: the file, for messages.

    Raises:
        DataError: candidates that are not in the pool, with their number and the first; a candidate twice.
    """
    if unknown := [name for names in found for name in names if name not in candidates]:
        raise DataError(
            f"{path}: {len(unknown)} candidates are not in the pool of {len(candidates)} ({first_few(unknown)}); give "
            "the ids of the exported pool"
        )
    for query, names in zip(ids, found, strict=True):
        if len(set(names)) < len(names):
            raise DataError(f"{path}: a candidate stands twice in the list of {query!r}; keep the better place")
