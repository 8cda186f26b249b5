"""The Markdown page of a run: what to read first, every number, and what reproduces them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports import values
from reports.benchmarks import SAID, boards, shortfalls
from reports.columns import CELL_TABLE, MEAN_TABLE, UNEXPLAINED, UNTESTED_MEAN, Column, footnotes, shown
from reports.measures import MEASURE_TABLE, ROBUST_TABLE, measured
from reports.parts import definitions, note_block, numbered, signature_block
from reports.report import Report, Row, groups, records, signature_line
from reports.summary import SUMMARY_TABLE, headline, summary
from reports.tables import escape, fenced, render_table


def render_markdown(report: Report) -> str:
    """The whole report as one Markdown page (GitHub's dialect), readable as plain text too."""
    used: dict[str, Column] = {}
    parts = [
        *_head(report),
        *_summary(report, used),
        *_benchmarks(report, used),
        *_means(report, used),
        *_robust(report, used),
        *_cells(report, used),
        *_measures(report, used),
        *_skipped(report),
        *_timing(report),
        *_signature(report),
        *definitions(used.values()),
    ]
    return "\n\n".join(parts) + "\n"


def _head(report: Report) -> Iterator[str]:
    yield f"# {escape(report.title)}"
    if report.subtitle:
        yield escape(report.subtitle)
    yield from note_block(report.notes)


def _summary(report: Report, used: dict[str, Column]) -> Iterator[str]:
    yield "## Summary"
    yield headline(report)
    if rows := summary(report):
        yield from _table(SUMMARY_TABLE, rows, report.alpha, used)


def _benchmarks(report: Report, used: dict[str, Column]) -> Iterator[str]:
    found = list(boards(report))
    if found:
        yield "## Benchmark scores"
    if any(board.columns for board in found):
        yield SAID
    if lines := shortfalls(found):
        yield "\n".join(f"- {escape(line)}" for line in lines)
    for board in found:
        if board.columns:
            yield f"### {escape(board.title)}"
            yield from _table(board.columns, list(board.rows), report.alpha, used)


def _means(report: Report, used: dict[str, Column]) -> Iterator[str]:
    tasks = groups(records(report.means), "task")
    if tasks:
        yield "## Means over languages"
    for (task,), rows in tasks.items():
        yield f"### {escape(task)}"
        yield from _table(MEAN_TABLE, rows, report.alpha, used, UNTESTED_MEAN)


def _robust(report: Report, used: dict[str, Column]) -> Iterator[str]:
    tasks = groups(records(report.robust), "task")
    if tasks:
        yield "## Robust scores"
    for (task,), rows in tasks.items():
        yield f"### {escape(task)}: worst case over the perturbations"
        yield from _table(ROBUST_TABLE, rows, report.alpha, used)


def _cells(report: Report, used: dict[str, Column]) -> Iterator[str]:
    tasks = groups(records(report.cells), "task")
    if tasks:
        yield "## Every cell"
    for (task,), rows in tasks.items():
        for (checkpoint,), own in groups(rows, "checkpoint").items():
            yield f"### {escape(task)}, {escape(checkpoint)}"
            yield from _table(CELL_TABLE, own, report.alpha, used)


def _measures(report: Report, used: dict[str, Column]) -> Iterator[str]:
    tables = groups(measured(records(report.cells)), "task", "checkpoint")
    if tables:
        yield "## More about each cell"
    for (task, checkpoint), rows in tables.items():
        yield f"### {escape(task)}, {escape(checkpoint)}: measures beside the drop"
        yield from _table(MEASURE_TABLE, rows, report.alpha, used)


def _table(
    columns: Sequence[Column], rows: list[Row], alpha: float, used: dict[str, Column], unexplained: str = UNEXPLAINED
) -> Iterator[str]:
    """The table of `rows` with what is said above and below it; the columns shown are added to `used`."""
    kept, above = shown(columns, rows)
    used.update((column.heading, column) for column in columns if column in kept or column in above)
    if above:
        yield "; ".join(f"{escape(column.heading)}: {escape(value)}" for column, value in above.items())
    marks, notes = footnotes(kept, rows, unexplained=unexplained)
    cells = [[escape(column.show(row, alpha)) for column in kept] for row in rows]
    headings, right = [escape(column.heading) for column in kept], [column.right for column in kept]
    if notes:
        cells = [[*line, ", ".join(map(str, mark))] for line, mark in zip(cells, marks, strict=True)]
        headings, right = [*headings, "notes"], [*right, False]
    yield render_table(headings, cells, right)
    yield from numbered(notes)


def _skipped(report: Report) -> Iterator[str]:
    yield "## Skipped"
    if not report.skipped:
        yield "Nothing was skipped."
        return
    rows = [(escape(skip.what), escape(skip.why)) for skip in report.skipped]
    yield render_table(("what", "why"), rows, (False, False))


def _timing(report: Report) -> Iterator[str]:
    if not report.timing:
        return
    total = sum(seconds for _, seconds in report.timing)
    rows = [
        (escape(stage), values.seconds(seconds), f"{100 * seconds / total if total else 0:.0f} %")
        for stage, seconds in report.timing
    ]
    yield "## Where the time went"
    yield render_table(("stage", "time", "share"), [*rows, ("total", values.seconds(total), "")], (False, True, True))


def _signature(report: Report) -> Iterator[str]:
    if not report.signature:
        return
    yield "## What reproduces it"
    yield fenced(signature_line(report.signature))
    yield signature_block(report.signature)
