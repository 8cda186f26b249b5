"""Report: everything that a page shows about one run, as tables and plain values.

The harness fills it in and the renderers read it; none of them computes a statistic. Scores, drops, interval ends and
detectable effects are in points (0–100), shares and rates in 0–1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from perturbations.errors import UsageError

Row = Mapping[str, object]
"""One row of a table by column name; what is missing is None."""

CELL_COLUMNS = (
    *("checkpoint", "task", "language", "perturbation", "rate", "severity", "seeds", "n", "clusters"),
    *("clean", "perturbed", "drop", "low", "high", "p", "adjusted_p", "method", "mde"),
    *("realised_rate", "lost", "saturated", "collisions", "damage", "truncated", "status", "note"),
    *("relative_drop", "flip_rate", "calibration_clean", "calibration_perturbed", "calibration_change"),
    *("pieces_clean", "pieces_perturbed"),
    *("beside_method", "beside_p", "beside_low", "beside_high"),
)
"""Columns of `Report.cells`, one row a checkpoint, task, language, perturbation and rate."""

MEAN_COLUMNS = (
    *("checkpoint", "task", "perturbation", "rate", "severity", "languages"),
    *("clean", "perturbed", "drop", "low", "high", "p", "adjusted_p", "mde", "method", "note"),
)
"""Columns of `Report.means`, one row a checkpoint, task, perturbation and rate: the mean over the languages."""

ROBUST_COLUMNS = (
    *("checkpoint", "task", "language", "rate", "severity", "perturbations", "n", "clean", "robust", "drop"),
)
"""Columns of `Report.robust`, one row a checkpoint, task, language and rate: the worst case over the perturbations."""

BENCHMARK_COLUMNS = (*("benchmark", "system", "perturbation", "rate", "severity", "level", "name", "score", "missing"),)
"""Columns of `Report.benchmarks`, one row a benchmark, system, perturbation (or clean), rate and score.

`level` says what the score is of: `"task"`, `"group"` or `"overall"`; `missing` why there is none.
"""

KEYS = ("checkpoint", "task", "perturbation", "rate")
"""What no row may lack."""

TESTED = "tested"
"""The status of a cell whose drop was tested; any other says why it was not."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Something that was asked for and not done: `what` names it, `why` says what it lacked."""

    what: str
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """One run, ready to be shown.

    Args:
        title: the heading.
        cells: `(cells, CELL_COLUMNS)`; other columns are let through and not shown.
        means: `(means, MEAN_COLUMNS)`.
        robust: `(places, ROBUST_COLUMNS)`.
        benchmarks: `(scores, BENCHMARK_COLUMNS)`.
        subtitle: one line below the heading.
        notes: what a reader has to know before any number ("synthetic data").
        skipped: what was asked for and not done.
        signature: what reproduces the run, in order: versions, fingerprints, seeds, rates.
        timing: stages with the seconds that each took.
        alpha: the level of the tests, 0–1; the intervals hold at `1 - alpha`.

    Raises:
        UsageError: a table lacks a column, a key is missing in a row, or `alpha` is no level.
    """

    title: str
    cells: pd.DataFrame
    means: pd.DataFrame
    robust: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*ROBUST_COLUMNS]))
    benchmarks: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*BENCHMARK_COLUMNS]))
    subtitle: str = ""
    notes: tuple[str, ...] = ()
    skipped: tuple[Skip, ...] = ()
    signature: Mapping[str, str] = field(default_factory=dict[str, str])
    timing: tuple[tuple[str, float], ...] = ()
    alpha: float = 0.05

    def __post_init__(self) -> None:
        if not 0 < self.alpha < 1:
            raise UsageError(f"report {self.title!r}: alpha must lie between 0 and 1, got {self.alpha}")
        _check(self.title, "cells", self.cells, (CELL_COLUMNS, (*KEYS, "language", "status")))
        _check(self.title, "means", self.means, (MEAN_COLUMNS, KEYS))
        _check(self.title, "robust", self.robust, (ROBUST_COLUMNS, ("checkpoint", "task", "language", "rate")))
        names = ("benchmark", "system", "perturbation", "rate", "level", "name")
        _check(self.title, "benchmarks", self.benchmarks, (BENCHMARK_COLUMNS, names))


def _check(title: str, name: str, frame: pd.DataFrame, rules: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
    """Refuse a table without one of its columns (the first rule) or with a gap in a key (the second)."""
    columns, keys = rules
    absent = [column for column in columns if column not in frame.columns]
    if absent:
        raise UsageError(f"report {title!r}: table {name!r} lacks {', '.join(absent)}: add these columns, empty or not")
    for number, row in enumerate(records(frame)):
        gaps = [key for key in keys if row[key] is None]
        if gaps:
            raise UsageError(f"report {title!r}: row {number} of table {name!r} has no {', '.join(gaps)}: fill it in")


def records(frame: pd.DataFrame) -> list[Row]:
    """The rows of a table in their order, every kind of missing value (NaN, NA, NaT) as None."""
    names = [str(name) for name in frame.columns]
    columns: list[list[object]] = [[_value(value) for value in frame[name].tolist()] for name in frame.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _value(value: object) -> object:
    """`value`, or None where pandas counts it as missing; a sequence is a value."""
    missing: object = pd.isna(value)  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownVariableType]
    return None if missing is True else value


def groups(rows: Iterable[Row], *keys: str) -> dict[tuple[str, ...], list[Row]]:
    """The rows that agree in `keys`, by these values, both in the order in which they first come."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(str(row[key]) for key in keys), []).append(row)
    return found


def signature_line(signature: Mapping[str, str]) -> str:
    """The signature on one line, `key:value|key:value`, with digests cut to twelve digits.

    A separator inside a value is written as `¦`. The full values stand in the block below it on every page.
    """
    return "|".join(f"{_plain(key)}:{_short(_plain(value))}" for key, value in signature.items())


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("|", "¦")


def _short(value: str) -> str:
    """`value` with every hexadecimal digest of 16 digits or more cut to its first twelve."""
    return re.sub(r"\b([0-9a-f]{12})[0-9a-f]{4,}\b", r"\1", value)
