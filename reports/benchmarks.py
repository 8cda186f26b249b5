"""Scores of benchmarks as tables: a row for the clean inputs and for each perturbation, a column for each score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reports import values
from reports.columns import PERTURBATION, RATE, Column
from reports.report import Report, Row, groups, records

ORDER = ("overall", "group", "task")
"""The levels in the order of their columns."""
SAID = (
    "A task's score is the unweighted mean over the benchmark's languages (question answering: of exact match and F1), "
    "that of a group and the overall score the unweighted mean over tasks. In points, only where nothing is missing."
)
"""What has to be known of every such table."""
NAMED = 3
"""So many systems are named in a line, more are counted."""


@dataclass(frozen=True, slots=True)
class Board:
    """The scores of one system on one benchmark.

    Args:
        benchmark: its title.
        system: what was scored.
        columns: perturbation, rate and every score that is there.
        rows: one a condition, the clean one first; a row that lacks more than the clean one has a `note`.
        missing: why there is no overall score; empty where there is one.
    """

    benchmark: str
    system: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    missing: str

    @property
    def title(self) -> str:
        """Benchmark and system."""
        return f"{self.benchmark}, {self.system}"


def boards(report: Report) -> Iterator[Board]:
    """A board for each benchmark and system, in the order of the table."""
    for (benchmark, system), rows in groups(records(report.benchmarks), "benchmark", "system").items():
        conditions = [_condition(own) for own in groups(rows, "perturbation", "rate").values()]
        names = {str(row["name"]): str(row["level"]) for row in sorted(rows, key=_level) if row["score"] is not None}
        missing = str(conditions[0]["note"] or "")
        told = [{**row, "note": None if row["note"] == conditions[0]["note"] else row["note"]} for row in conditions]
        columns = (PERTURBATION, RATE, *map(_column, names)) if names else ()
        empty = dict.fromkeys(names)
        yield Board(benchmark, system, columns, tuple({**empty, **row} for row in told), missing)


def shortfalls(found: Sequence[Board]) -> list[str]:
    """One line for each benchmark and reason why systems have no overall score there."""
    systems: dict[tuple[str, str], list[str]] = {}
    for board in found:
        if board.missing:
            systems.setdefault((board.benchmark, board.missing), []).append(board.system)
    return [
        f"{benchmark}: no overall score for {_listed(names)}: {missing}."
        for (benchmark, missing), names in systems.items()
    ]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= NAMED else f"{len(names)} systems"


def _level(row: Row) -> int:
    return ORDER.index(str(row["level"]))


def _condition(rows: Sequence[Row]) -> Mapping[str, object]:
    """The scores of one condition by name, and what its overall score lacks as a note."""
    overall = next(row for row in rows if row["level"] == ORDER[0])
    scores = {str(row["name"]): row["score"] for row in rows}
    return {**{key: overall[key] for key in ("perturbation", "rate", "severity")}, **scores, "note": overall["missing"]}


def _column(name: str) -> Column:
    # Without a definition: what stands above the table says how each score is made.
    return Column(name, "", (name,), lambda row, _: values.score(row[name]))
