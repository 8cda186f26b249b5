"""Page: titled tables with what has to be said of them, for what is no report of one run (comparisons, difficulty).

One description, shown in the terminal and as Markdown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rich import box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from reports.columns import Column, footnotes
from reports.parts import definitions, note_block, numbered, signature_block
from reports.report import Row
from reports.screen import wide_enough
from reports.tables import escape, render_table

LONGEST = 20
"""A word that is longer may be broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One table, or a heading with lines below it.

    Args:
        title: the heading.
        said: paragraphs between heading and table.
        columns: what the table shows.
        rows: its rows; a `note` in a row becomes a footnote.
        wide: columns that a terminal does without; the Markdown page shows them.
        sentences: claims in full, below the table.
    """

    title: str
    said: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    wide: frozenset[Column] = frozenset()
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Screen:
    """How much fits: columns of the terminal, rows of one table, and the file that holds what does not."""

    width: int
    limit: int
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything that is shown.

    Args:
        title: the heading.
        notes: what a reader has to know before any number.
        panels: the tables, in order.
        signature: what reproduces them.
        alpha: level of the tests, 0–1.
    """

    title: str
    notes: tuple[str, ...] = ()
    panels: tuple[Panel, ...]
    signature: Mapping[str, str] = field(default_factory=dict[str, str])
    alpha: float = 0.05


def page_markdown(page: Page) -> str:
    """The page in GitHub's Markdown, readable as plain text too."""
    used: dict[str, Column] = {}
    parts = [f"# {escape(page.title)}", *note_block(page.notes)]
    for panel in page.panels:
        parts += _markdown(panel, page.alpha, used)
    parts += definitions(used.values())
    if page.signature:
        parts += ["## What reproduces it", signature_block(page.signature)]
    return "\n\n".join(parts) + "\n"


def _markdown(panel: Panel, alpha: float, used: dict[str, Column]) -> Iterator[str]:
    yield f"## {escape(panel.title)}"
    yield from map(escape, panel.said)
    if panel.rows:
        columns = _filled(panel.columns, panel.rows)
        used.update((column.heading, column) for column in columns)
        headings, cells, notes = _cells(columns, panel.rows, alpha)
        right = [column.right for column in columns] + [False] * (len(headings) - len(columns))
        yield render_table([*map(escape, headings)], [[escape(text) for text in row] for row in cells], right)
        yield from numbered(notes)
    if panel.sentences:
        yield "\n".join(f"- {escape(sentence)}" for sentence in panel.sentences)


def page_terminal(page: Page, console: Console, *, limit: int = 40, where: str = "") -> None:
    """Print the page, each table cut to its first rows, with a line that says what was cut.

    Args:
        page: what to print.
        console: where to; a file or pipe gets 100 columns.
        limit: rows of one table at most.
        where: the file that holds the whole page, named where something was cut.
    """
    with wide_enough(console):
        console.print(Text(page.title, style="bold"))
        for note in page.notes:
            console.print(Text(note, style="bold yellow"))
        for panel in page.panels:
            for part in _screen(panel, page.alpha, Screen(console.width, limit, where)):
                console.print(part, highlight=False, markup=False)


def _screen(panel: Panel, alpha: float, screen: Screen) -> Iterator[RenderableType]:
    yield ""
    yield Text(panel.title, style="bold")
    yield from panel.said
    if panel.rows:
        rows, filled = panel.rows[: screen.limit], _filled(panel.columns, panel.rows)
        columns = _fitting([column for column in filled if column not in panel.wide], rows, alpha, screen.width)
        yield _table(columns, rows, alpha)
        _, _, notes = _cells(columns, rows, alpha)
        yield from (f"  {number} {note}" for number, note in enumerate(notes, 1))
        rest = [f"{len(panel.rows) - screen.limit:,} more rows"] if len(panel.rows) > screen.limit else []
        absent = [column.heading for column in filled if column not in columns]
        rest += [f"columns left out: {', '.join(absent)}"] if absent else []
        if rest:
            yield Text(f"  … {'; '.join(rest)}{f' (see {screen.where})' if screen.where else ''}", style="dim")
    yield from (f"- {sentence}" for sentence in panel.sentences)


def _fitting(columns: Sequence[Column], rows: Sequence[Row], alpha: float, width: int) -> list[Column]:
    """As many columns, from the first, as fit without a figure being cut."""
    kept = list(columns)
    while len(kept) > 1:
        headings, cells, _ = _cells(kept, rows, alpha)
        needed = sum(_least(place, headings, cells, kept) + 2 for place in range(len(headings)))
        if needed <= width:
            break
        kept.pop()
    return kept


def _least(place: int, headings: Sequence[str], cells: Sequence[Sequence[str]], columns: Sequence[Column]) -> int:
    """The least width of a column: its longest figure or list of notes, or what a word of its names may take."""
    texts = [headings[place], *(row[place] for row in cells)]
    if place >= len(columns) or columns[place].right:
        return max(map(cell_len, texts))
    return min(LONGEST, max(cell_len(word) for text in texts for word in text.split() or [""]))


def _table(columns: Sequence[Column], rows: Sequence[Row], alpha: float) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    headings, cells, _ = _cells(columns, rows, alpha)
    for place, heading in enumerate(headings):
        right = place < len(columns) and columns[place].right
        # Figures never wrap; names do, between words where there is room, so that none is cut short.
        least = _least(place, headings, cells, columns)
        table.add_column(heading, justify="right" if right else "left", no_wrap=right, overflow="fold", min_width=least)
    for row in cells:
        table.add_row(*map(Text, row))
    return table


def _cells(
    columns: Sequence[Column], rows: Sequence[Row], alpha: float
) -> tuple[list[str], list[list[str]], list[str]]:
    """Headings, texts and footnotes; a column of the footnotes' numbers is added where there are some."""
    marks, notes = footnotes(columns, rows)
    headings = [column.heading for column in columns]
    cells = [[column.show(row, alpha) for column in columns] for row in rows]
    if notes:
        headings.append("notes")
        cells = [[*row, ", ".join(map(str, mark))] for row, mark in zip(cells, marks, strict=True)]
    return headings, cells, notes


def _filled(columns: Sequence[Column], rows: Sequence[Row]) -> list[Column]:
    """The columns that any row has a value in."""
    return [column for column in columns if any(row[column.reads[0]] is not None for row in rows)]
