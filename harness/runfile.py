"""Run file: what `run.json` of a finished run holds, read without anything that a report needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from harness.cell import Cell, Planned
from harness.store import Store
from perturbations.errors import StoreError

RUN_FILE = "run.json"
FORMAT = 2


def read_run_file(directory: Path) -> dict[str, Any]:
    """The content of the run file of a directory.

    Raises:
        StoreError: the directory holds no run, a damaged one, or one of another version.
    """
    if not (directory / RUN_FILE).is_file():
        raise StoreError(f"{directory} holds no {RUN_FILE}: give the --out directory of a score that was finished")
    read = Store(directory).read_json(RUN_FILE)
    content = cast("dict[str, Any]", read) if isinstance(read, dict) else {}
    found = content.get("format", "none")
    if found != FORMAT:
        raise StoreError(f"{directory / RUN_FILE} has format {found}, this version reads {FORMAT}: score again")
    return content


def read_planned(directory: Path, content: dict[str, Any]) -> tuple[Planned, ...]:
    """Every cell of a run, in the order of computation.

    Args:
        directory: of the run, for messages.
        content: of its run file.

    Raises:
        StoreError: the file is damaged.
    """
    try:
        return tuple(map(_planned, content["cells"]))
    except (KeyError, TypeError, ValueError) as error:
        raise damaged(directory, error) from error


def damaged(directory: Path, error: Exception) -> StoreError:
    """The error for a run file that says too little or something else than it should."""
    return StoreError(f"{directory / RUN_FILE} is damaged ({error!r}): run `xrobust score` again")


def _planned(values: dict[str, Any]) -> Planned:
    cell: dict[str, Any] = values["cell"]
    lists: dict[str, Any] = {name: tuple(cell[name]) for name in ("metrics", "fields")}
    return Planned(values["checkpoint"], values["perturbation"], Cell(**{**cell, **lists}), values["key"])
