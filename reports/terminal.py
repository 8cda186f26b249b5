"""The report in a terminal: what fits a screen, and where the rest is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from perturbations.errors import UsageError
from reports import values
from reports.benchmarks import boards, shortfalls
from reports.columns import (
    ADJUSTED,
    CHECKPOINT,
    CLEAN,
    MDE,
    PERTURBATION,
    RATE,
    UNEXPLAINED,
    UNTESTED_MEAN,
    Column,
    footnotes,
    named,
    plain,
)
from reports.measures import PERTURBATIONS, ROBUST
from reports.report import Report, Row, groups, records, signature_line
from reports.screen import FULL_WIDTH, wide_enough
from reports.summary import headline, only_rate, summary, tested_of


def _scores(row: Row, _: float) -> str:
    return f"{values.score(row['clean'])} → {values.score(row['perturbed'])}"


def _drop(row: Row, _: float) -> str:
    if row["drop"] is None:
        return values.MISSING
    return f"{values.score(row['drop'])} [{values.score(row['low'])}, {values.score(row['high'])}]"


def _text(heading: str, key: str) -> Column:
    return named(heading, key, "")


def _count(heading: str, key: str) -> Column:
    return plain(heading, key, "", show=values.count)


NAMES = (CHECKPOINT, PERTURBATION, RATE)
SCORES = Column("clean → pert.", "", ("clean", "perturbed"), _scores)
ADJUSTED_P = replace(ADJUSTED, heading="adj. p")
LANGUAGE = _text("lang.", "language")
EXAMPLES = _count("n", "n")
TESTS = (SCORES, Column("drop [interval]", "", ("drop", "low", "high"), _drop), ADJUSTED_P, MDE)
MEANS = (*NAMES, _count("langs", "languages"), *TESTS)
CELLS = (CHECKPOINT, LANGUAGE, PERTURBATION, RATE, *TESTS, EXAMPLES)
LOST = Column("drop", "", ("drop",), lambda row, _: values.score(row["drop"]))
SUMMARY = (
    *(CHECKPOINT, _text("task", "task"), Column("tested", "", ("tested", "untested"), tested_of)),
    *(_count(values.LOSS, "losses"), _count(values.GAIN, "gains")),
    *(_text("hardest", "perturbation"), RATE, SCORES),
    *(LOST, ADJUSTED_P),
)
ROBUSTS = (
    *(_text("task", "task"), CHECKPOINT, LANGUAGE, RATE, replace(PERTURBATIONS, heading="perturb."), CLEAN, ROBUST),
    LOST,
)
CONDITION = 40
"""Columns of a terminal that the names of a perturbation and its rate may take."""

WIDE_ONLY = (MDE, EXAMPLES)
MARKED = {values.LOSS: "red", values.GAIN: "green"}


@dataclass(frozen=True, slots=True)
class Screen:
    """How much fits: columns of the terminal, rows of one table, and the file that holds what does not.

    `rate` is the one rate of the whole report, which then needs no column; empty where there are several.
    """

    width: int
    limit: int
    where: str
    alpha: float
    rate: str

    def fitting(self, columns: Sequence[Column]) -> list[Column]:
        """The columns that this screen has room for."""
        spared = (*(() if self.width >= FULL_WIDTH else WIDE_ONLY), *((RATE,) if self.rate else ()))
        return [column for column in columns if column not in spared]


def render_terminal(report: Report, console: Console, *, limit: int = 20, where: str = "") -> None:
    """Print the report, each table cut to its first rows, with a line that says what was cut.

    Args:
        report: what to print.
        console: where to print it; a terminal narrower than 100 columns does without MDE and n and is told so, a file
            or pipe has no width and gets 100.
        limit: rows of one table at most, at least 1; of cells the largest drops are kept.
        where: the file that holds the whole report, named where something was cut.

    Raises:
        UsageError: `limit` leaves no row.
    """
    if limit < 1:
        raise UsageError(f"report in the terminal: a table shows at least 1 row, got a limit of {limit}")
    with wide_enough(console):
        for part in _parts(report, Screen(console.width, limit, where, report.alpha, only_rate(report))):
            console.print(part, highlight=False, markup=False)
        if report.signature:
            line = Text.assemble(("Signature ", "bold"), signature_line(report.signature))
            console.print(line, soft_wrap=True)  # to be copied whole, so never broken


def _parts(report: Report, screen: Screen) -> Iterator[RenderableType]:
    yield from _head(report)
    yield headline(report)
    if screen.rate:
        yield f"Rate of every perturbation: {screen.rate}."
    if rows := summary(report):
        yield _table("", SUMMARY, rows, screen)
    yield from _benchmarks(report, screen)
    for (task,), rows in groups(records(report.means), "task").items():
        first = rows[: screen.limit]
        yield _table(f"{task}: means over languages", MEANS, first, screen)
        yield from _notes(screen.fitting(MEANS), first, UNTESTED_MEAN)
        yield from _rest(len(rows), "rows", screen)
    for (task,), rows in groups(records(report.cells), "task").items():
        yield from _cells(task, rows, screen)
        yield from _rest(len(rows), "cells", screen)
    yield from _robust(report, screen)
    if screen.width < FULL_WIDTH and len(report.cells):
        yield _dim(f"a terminal of {FULL_WIDTH} columns shows MDE and n too", screen.where and f"see {screen.where}")
    if report.skipped:
        yield Text("Skipped", style="bold")
        yield "\n".join(f"  {skip.what}: {skip.why}" for skip in report.skipped[: screen.limit])
        yield from _rest(len(report.skipped), "skipped", screen)
    yield from _foot(report)


def _benchmarks(report: Report, screen: Screen) -> Iterator[RenderableType]:
    """The scores of benchmarks: overall and groups first, of the tasks as many as fit, and what is missing."""
    found = list(boards(report))
    for board in found:
        columns, rows = _narrowed(board.columns, screen.width), board.rows[: screen.limit]
        if columns:
            yield _table(board.title, columns, rows, screen)
            yield from _notes(columns, rows, UNEXPLAINED)
            yield from _rest(len(board.rows), "rows", screen)
        if len(columns) < len(board.columns):
            yield _dim(f"{len(board.columns) - len(columns)} more scores", screen.where and f"see {screen.where}")
    yield from shortfalls(found)


def _narrowed(columns: Sequence[Column], width: int) -> list[Column]:
    """Perturbation and rate, and as many scores as fit beside them, each word of a heading on a line of its own."""
    taken, shown = CONDITION, list(columns[:2])
    for column in columns[2:]:
        words = column.heading.split()
        taken += max(map(len, words)) + 2
        if taken > width:
            break
        shown.append(replace(column, heading="\n".join(words)))
    return shown


def _robust(report: Report, screen: Screen) -> Iterator[RenderableType]:
    """The worst case over the perturbations: all rows in their order, or the largest losses."""
    rows = records(report.robust)
    if not rows:
        return
    title = "Robust scores: the worst perturbation of each example"
    if len(rows) > screen.limit:
        rows = sorted(rows, key=_size, reverse=True)[: screen.limit]
        title = f"Robust scores: the {screen.limit:,} largest losses"
    yield _table(title, ROBUSTS, rows, screen)
    yield from _rest(len(report.robust), "robust scores", screen)


def _head(report: Report) -> Iterator[RenderableType]:
    yield Text(report.title, style="bold")
    if report.subtitle:
        yield report.subtitle
    for note in report.notes:
        yield Text(note, style="bold yellow")


def _cells(task: str, rows: list[Row], screen: Screen) -> Iterator[RenderableType]:
    """The cells of one task: all of them in their order, or the largest drops."""
    title = f"{task}: every cell"
    if len(rows) > screen.limit:
        rows = sorted(rows, key=_size, reverse=True)[: screen.limit]
        title = f"{task}: the {screen.limit:,} largest drops"
    yield _table(title, CELLS, rows, screen)
    yield from _notes(screen.fitting(CELLS), rows, UNEXPLAINED)


def _notes(columns: Sequence[Column], rows: Sequence[Row], unexplained: str) -> Iterator[RenderableType]:
    """Why there are gaps in a table, if there are."""
    _, notes = footnotes(columns, rows, unexplained=unexplained)
    if notes:
        yield "\n".join(f"  {values.MISSING} {note}" for note in notes)


def _size(row: Row) -> float:
    """The drop of a row; one without a drop comes last."""
    drop = values.number(row["drop"])
    return float("-inf") if drop is None else drop


def _table(title: str, columns: Sequence[Column], rows: Sequence[Row], screen: Screen) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), title=title or None)
    table.title_justify, table.title_style = "left", "bold"
    columns = screen.fitting(columns)
    for column in columns:
        # Figures and codes never wrap; names do, at any letter, so that none is cut short.
        whole = column.right or column is LANGUAGE
        justify = "right" if column.right else "left"
        table.add_column(column.heading, justify=justify, no_wrap=whole, overflow="fold")
    for row in rows:
        marked = values.verdict(row.get("drop"), row.get("adjusted_p"), screen.alpha)
        styles = [MARKED.get(marked, "") if column is ADJUSTED_P else "" for column in columns]
        texts = [column.show(row, screen.alpha) for column in columns]
        table.add_row(*(Text(text, style) for text, style in zip(texts, styles, strict=True)))
    return table


def _rest(total: int, noun: str, screen: Screen) -> Iterator[RenderableType]:
    """A line on what was cut, if anything was."""
    if total > screen.limit:
        yield _dim(f"{total - screen.limit:,} more {noun}", screen.where and f"all of them in {screen.where}")


def _dim(*parts: str) -> Text:
    return Text(f"  … {', '.join(filter(None, parts))}", style="dim")


def _foot(report: Report) -> Iterator[RenderableType]:
    if report.timing:
        total = sum(seconds for _, seconds in report.timing)
        stages = ", ".join(f"{stage} {values.seconds(seconds)}" for stage, seconds in report.timing)
        yield Text.assemble(("Time ", "bold"), f"{values.seconds(total)}: {stages}")
