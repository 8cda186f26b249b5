"""Pages of tables: what fits a terminal, what is told of the rest, and Markdown that shows everything."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from reports import values
from reports.columns import Column, named, plain
from reports.pages import Page, Panel, page_markdown, page_terminal
from reports.report import Row

NAME = named("name", "name", "what a row is about")
FIGURES = tuple(plain(f"figure {number}", f"f{number}", f"figure {number}", show=values.effect) for number in range(12))
EMPTY = plain("empty", "empty", "never there", show=values.effect)
WIDE = Column("aside", "told on the page only", ("aside",), lambda row, _: values.effect(row["aside"]))


def row(name: str, note: str | None = None, **changed: float | None) -> Row:
    return {"name": name, "note": note, "empty": None, "aside": 7.0, **{f"f{n}": 1000.25 for n in range(12)}, **changed}


def page(*rows: Row, columns: tuple[Column, ...] = (NAME, *FIGURES[:2], EMPTY, WIDE)) -> Page:
    panel = Panel(
        title="Gains | all",
        said=("Said *before*.",),
        columns=columns,
        rows=rows,
        wide=frozenset({WIDE}),
        sentences=("A claim.",),
    )
    return Page(title="A page", notes=("Made up",), panels=(panel,), signature={"seed": "0", "statistics": "alpha"})


def printed(shown: Page, *, width: int = 100, **options: int | str) -> str:
    target = io.StringIO()
    page_terminal(shown, Console(file=target, width=width, force_terminal=width < 100), **options)  # pyright: ignore[reportArgumentType]
    return target.getvalue()


def test_the_page_shows_notes_tables_sentences_definitions_and_the_signature() -> None:
    text = page_markdown(page(row("one", note="because"), row("two")))
    assert text.startswith("# A page\n\n> **Made up**\n\n## Gains \\| all\n\nSaid \\*before\\*.")
    assert "| name | figure 0 | figure 1 | aside | notes |" in text
    assert "| one  |  1000.25 |  1000.25 |  7.00 | 1     |" in text
    assert "\n1. because\n" in text
    assert "\n- A claim.\n" in text
    assert "- **aside**: told on the page only" in text
    assert "empty" not in text
    assert "seed       = 0\nstatistics = alpha" in text


def test_a_terminal_tells_what_it_leaves_out() -> None:
    text = printed(page(*(row(f"row {number}") for number in range(5))), limit=3, where="page.md")
    assert "row 2" in text
    assert "row 3" not in text
    assert "… 2 more rows; columns left out: aside (see page.md)" in text


def test_figures_are_never_cut_and_columns_that_do_not_fit_are_named() -> None:
    shown = page(row("a name of several words that may wrap"), columns=(NAME, *FIGURES))
    text = printed(shown)
    lines = text.splitlines()
    assert max(map(len, lines)) <= 100
    found = text.count("1000.25")
    assert 5 <= found < 12
    left = next(line for line in lines if "columns left out" in line).split("columns left out: ")[1]
    assert left.split(", ") == [f"figure {n}" for n in range(found, 12)]


@pytest.mark.parametrize("width", [30, 45, 60, 99])
def test_at_any_width_every_figure_that_is_shown_is_whole(width: int) -> None:
    text = printed(page(row("name"), columns=(NAME, *FIGURES)), width=width)
    assert "…" not in text.replace("  … ", "")
    assert all(piece in ("1000.25", "") for piece in text.split() if piece.startswith("1000"))


def test_a_gap_without_a_reason_is_a_footnote_that_says_so() -> None:
    text = page_markdown(page(row("one", f0=None), row("two")))
    assert "figure 0: the run gave no value and no reason" in text


def test_a_panel_without_rows_is_its_sentences() -> None:
    text = page_markdown(Page(title="t", panels=(Panel(title="Nothing", said=("No pair.",)),)))
    assert text == "# t\n\n## Nothing\n\nNo pair.\n"
    assert "No pair." in printed(Page(title="t", panels=(Panel(title="Nothing", said=("No pair.",)),)))
