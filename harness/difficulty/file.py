"""The file that `xrobust difficulty --out` writes and `xrobust compare --difficulty` reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from harness.difficulty.difficulties import Difficulties
from harness.difficulty.measures import MEASURES, TaskDifficulty
from harness.files import write_text
from perturbations.errors import DataError

FORMAT = 1


def content(found: Difficulties) -> dict[str, object]:
    """Everything as plain values for JSON."""
    return {
        "format": FORMAT,
        "tasks": [asdict(task) for task in found.tasks],
        "pairs": [
            {"first": pair.first, "second": pair.second, "coefficient": name, **asdict(pair.contrast)}
            for name, pairs in (("kendall", found.kendall), ("spearman", found.spearman))
            for pair in pairs
        ],
        "together": found.together if isinstance(found.together, str) else asdict(found.together),
    }


def write_difficulties(path: Path, found: Difficulties) -> None:
    """Write the file.

    Raises:
        StoreError: it cannot be written.
    """
    write_text(path, json.dumps(content(found), ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def read_difficulties(path: Path) -> tuple[TaskDifficulty, ...]:
    """The tasks of a file.

    Raises:
        DataError: it cannot be read, is of another format or holds an unknown measure.
    """
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}; `xrobust difficulty --out` writes it") from error
    except ValueError as error:
        raise DataError(f"{path} is not JSON ({error}): give what `xrobust difficulty --out` wrote") from error
    values = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    if values.get("format") != FORMAT:
        raise DataError(
            f"{path} has format {values.get('format', 'none')}, this version reads {FORMAT}: write it again"
        )
    try:
        return _tasks(values["tasks"])
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path} is damaged ({error!r}): write it again by `xrobust difficulty --out`") from error


def _tasks(entries: Sequence[dict[str, Any]]) -> tuple[TaskDifficulty, ...]:
    tasks: list[TaskDifficulty] = []
    for entry in entries:
        values = {name: float(value) for name, value in entry["values"].items()}
        if unknown := sorted(set(values) - set(MEASURES)):
            raise ValueError(f"unknown measure {unknown[0]!r}")
        tasks.append(TaskDifficulty(entry["name"], values, dict(entry["lacking"]), tuple(entry["notes"])))
    return tuple(tasks)
