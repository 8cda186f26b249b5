"""The report in a terminal: what fits a screen, and where the rest is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from reports import values
from reports.columns import ADJUSTED, CHECKPOINT, MDE, PERTURBATION, RATE, UNEXPLAINED, UNTESTED_MEAN, Column, footnotes
from reports.report import Report, Row, groups, records, signature_line
from reports.summary import headline, summary


def _scores(row: Row, _: float) -> str:
    return f"{values.score(row['clean'])} → {values.score(row['perturbed'])}"


def _drop(row: Row, _: float) -> str:
    if row["drop"] is None:
        return values.MISSING
    return f"{values.score(row['drop'])} [{values.score(row['low'])}, {values.score(row['high'])}]"


def _text(heading: str, key: str) -> Column:
    return Column(heading, "", (key,), lambda row, _: values.name(row[key]), right=False)


def _count(heading: str, key: str) -> Column:
    return Column(heading, "", (key,), lambda row, _: values.count(row[key]))


NAMES = (CHECKPOINT, PERTURBATION, RATE)
SCORES = Column("clean → pert.", "", ("clean", "perturbed"), _scores)
TESTS = (
    SCORES,
    Column("drop [interval]", "", ("drop", "low", "high"), _drop),
    replace(ADJUSTED, heading="adj. p"),
    MDE,
)
MEANS = (*NAMES, _count("langs", "languages"), *TESTS)
CELLS = (CHECKPOINT, _text("lang.", "language"), PERTURBATION, RATE, *TESTS, _count("n", "n"))
SUMMARY = (
    *(CHECKPOINT, _text("task", "task"), _count("tested", "tested")),
    *(_count(values.LOSS, "losses"), _count(values.GAIN, "gains"), _count("untested", "untested")),
    *(_text("hardest", "perturbation"), RATE, SCORES),
    Column("drop", "", ("drop",), lambda row, _: values.score(row["drop"])),
    replace(ADJUSTED, heading="adj. p"),
)


def render_terminal(report: Report, console: Console, *, limit: int = 20, where: str = "") -> None:
    """Print the report, each table cut to its first rows, with a line that says what was cut.

    Args:
        report: what to print.
        console: where to print it; 100 columns show every table unwrapped unless names are long.
        limit: rows of one table at most, at least 1; of cells the largest drops are kept.
        where: the file that holds the whole report, named where something was cut.
    """
    for part in _parts(report, max(1, limit), where):
        console.print(part, highlight=False, markup=False)
    if report.signature:
        line = Text.assemble(("Signature ", "bold"), signature_line(report.signature))
        console.print(line, soft_wrap=True)  # to be copied whole, so never broken


def _parts(report: Report, limit: int, where: str) -> Iterator[RenderableType]:
    yield from _head(report)
    yield headline(report)
    if rows := summary(report):
        yield _table("", SUMMARY, rows, report.alpha)
    for (task,), rows in groups(records(report.means), "task").items():
        yield _table(f"{task}: means over languages", MEANS, rows[:limit], report.alpha)
        yield from _notes(MEANS, rows[:limit], UNTESTED_MEAN)
        yield from _rest(len(rows) - limit, "rows", where)
    for (task,), rows in groups(records(report.cells), "task").items():
        yield from _cells(task, rows, report.alpha, limit)
        yield from _rest(len(rows) - limit, "cells", where)
    if report.skipped:
        yield Text("Skipped", style="bold")
        yield "\n".join(f"  {skip.what}: {skip.why}" for skip in report.skipped[:limit])
        yield from _rest(len(report.skipped) - limit, "skipped", where)
    yield from _foot(report)


def _head(report: Report) -> Iterator[RenderableType]:
    yield Text(report.title, style="bold")
    if report.subtitle:
        yield report.subtitle
    for note in report.notes:
        yield Text(note, style="bold yellow")


def _cells(task: str, rows: list[Row], alpha: float, limit: int) -> Iterator[RenderableType]:
    """The cells of one task: all of them in their order, or the largest drops."""
    title = f"{task}: every cell"
    if len(rows) > limit:
        rows = sorted(rows, key=_size, reverse=True)[:limit]
        title = f"{task}: the {limit:,} largest drops"
    yield _table(title, CELLS, rows, alpha)
    yield from _notes(CELLS, rows, UNEXPLAINED)


def _notes(columns: Sequence[Column], rows: Sequence[Row], unexplained: str) -> Iterator[RenderableType]:
    """Why there are gaps in a table, if there are."""
    _, notes = footnotes(columns, rows, unexplained=unexplained)
    if notes:
        yield "\n".join(f"  {values.MISSING} {note}" for note in notes)


def _size(row: Row) -> float:
    """The drop of a row; one without a drop comes last."""
    drop = values.number(row["drop"])
    return float("-inf") if drop is None else drop


def _table(title: str, columns: Sequence[Column], rows: Sequence[Row], alpha: float) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), title=title or None)
    table.title_justify, table.title_style = "left", "bold"
    for column in columns:
        # Figures never wrap; names do, at any letter, so that none is cut short.
        table.add_column(
            column.heading, justify="right" if column.right else "left", no_wrap=column.right, overflow="fold"
        )
    for row in rows:
        marked = values.verdict(row["drop"], row["adjusted_p"], alpha)
        style = {values.LOSS: "red", values.GAIN: "green"}.get(marked, "")
        table.add_row(
            *(Text(column.show(row, alpha), style if column.reads == ADJUSTED.reads else "") for column in columns)
        )
    return table


def _rest(left: int, noun: str, where: str) -> Iterator[RenderableType]:
    """A line on what was cut, if anything was."""
    if left > 0:
        place = f", all of them in {where}" if where else ""
        yield Text(f"  … {left:,} more {noun}{place}", style="dim")


def _foot(report: Report) -> Iterator[RenderableType]:
    if report.timing:
        total = sum(seconds for _, seconds in report.timing)
        stages = ", ".join(f"{stage} {values.seconds(seconds)}" for stage, seconds in report.timing)
        yield Text.assemble(("Time ", "bold"), f"{values.seconds(total)}: {stages}")
