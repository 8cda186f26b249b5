"""Entries: what `data/adapters.toml` says of the augmenters of other libraries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from perturbations.passage import Level
from perturbations.perturbation import Scope
from perturbations.tables import load


@dataclass(frozen=True, slots=True)
class Entry:
    """What `data/adapters.toml` says of a class of augmenters; its head explains the fields."""

    module: str = ""
    level: Level = Level.WORD
    source: str = ""
    scope: Scope = Scope.UNIT
    languages: tuple[str, ...] | None = None
    argument: str = ""
    frees: Mapping[str, Sequence[object]] = field(default_factory=dict[str, Sequence[object]])
    needs: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    spaced: bool = False


@cache
def entries(library: str) -> Mapping[str, Entry]:
    """The augmenters of a library that can be named, in the order of the table."""
    return {name: _entry(row) for name, row in load("adapters.toml")[library].items()}


def _entry(row: Mapping[str, Any]) -> Entry:
    lists = {key: tuple(row[key]) for key in ("languages", "needs", "models") if key in row}
    values: dict[str, Any] = {**row, **lists}
    return replace(Entry(**values), level=Level(row["level"]), scope=Scope(row.get("scope", Scope.UNIT)))
