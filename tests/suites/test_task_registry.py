"""The registry of tasks: those of other distributions, names that clash, names that nobody has."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from perturbations.errors import UnknownNameError, UsageError
from suites import Task, find_task
from suites.task import tasks


def with_entry(monkeypatch: pytest.MonkeyPatch, value: Any) -> dict[str, Task]:
    """Every task, where an entry point of another distribution names `value`."""

    class Entry(EntryPoint):
        def load(self) -> Any:
            return value

    monkeypatch.setattr("suites.task.entry_points", lambda group: [Entry("theirs", "other:THEIRS", group)])
    return tasks.__wrapped__()


def test_a_task_of_another_distribution_is_found_beside_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = replace(find_task("snli"), name="theirs")
    found = with_entry(monkeypatch, theirs)
    assert found["theirs"] is theirs
    assert found == tasks() | {"theirs": theirs}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (find_task("snli"), "task 'snli' of other:THEIRS is already registered: rename one of the two"),
        (find_task, "other:THEIRS is no task: an entry point of the group xrobust.tasks names a Task"),
    ],
)
def test_a_name_that_is_taken_and_what_is_no_task_are_refused(monkeypatch: pytest.MonkeyPatch, value, message: str):
    with pytest.raises(UsageError, match=message):
        with_entry(monkeypatch, value)


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown task 'xnlli'.*did you mean 'xnli'"):
        find_task("xnlli")
