"""The terminal's report: what fits, what is cut, and that the cut is said."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from perturbations.errors import UsageError
from reports.report import Report, Skip
from reports.terminal import render_terminal

Build = Callable[..., Report]
Cell = Callable[..., dict[str, object]]


def printed(report: Report, *, width: int = 0, limit: int = 20, where: str = "") -> str:
    """What a terminal of that width shows, or what a file gets where there is none."""
    console = Console(file=io.StringIO(), width=width or 80, force_terminal=bool(width), color_system=None)
    render_terminal(report, console, limit=limit, where=where)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_every_table_fits_a_hundred_columns_without_wrapping(report: Report) -> None:
    text = printed(report, limit=36)
    lines = [line for line in text.splitlines() if not line.startswith("Signature")]
    assert max(map(cell_len, lines)) <= 100
    assert len([line for line in lines if line.startswith((" direct ", " after-nli "))]) == 4 + 8 + 72


@pytest.mark.parametrize("width", [80, 99])
def test_a_narrow_terminal_cuts_no_figure_short_and_says_what_it_leaves_out(report: Report, width: int) -> None:
    lines = printed(report, width=width, limit=100, where="report.md").splitlines()
    assert max(cell_len(line) for line in lines if not line.startswith("Signature")) <= width
    assert [line for line in lines if "…" in line] == [
        "  … a terminal of 100 columns shows MDE and n too, see report.md"
    ]
    wide = printed(report, limit=100)
    figures = re.compile(r"-?\d+\.\d \[-?\d+\.\d, -?\d+\.\d\]")
    assert figures.findall("\n".join(lines)) == figures.findall(wide)


def test_a_limit_that_leaves_no_row_is_refused(report: Report) -> None:
    with pytest.raises(UsageError, match="at least 1 row, got a limit of 0"):
        printed(report, limit=0)


def test_a_long_table_shows_its_largest_drops_and_says_how_many_more_there_are(report: Report) -> None:
    text = printed(report, limit=5, where="runs/a/report.md")
    assert "mini-nli: the 5 largest drops" in text
    assert text.count("… 31 more cells, all of them in runs/a/report.md") == 2
    part = text.split("mini-nli: the 5 largest drops")[1].split("…")[0]
    shown = [float(drop) for drop in re.findall(r"(-?\d+\.\d) \[", part)]
    cells = report.cells[report.cells["task"] == "mini-nli"]
    assert shown == [round(drop, 1) for drop in sorted(cells["drop"].dropna(), reverse=True)[:5]]


def test_a_table_that_fits_is_whole_and_in_its_order(report: Report) -> None:
    text = printed(report, limit=36)
    assert "more cells" not in text
    assert text.count("every cell") == 2
    assert "untestable: nothing to test" in text
    assert "unsupported: no two adjacent letters of one script" in text


def test_the_signature_stays_on_one_line_however_narrow(report: Report) -> None:
    line = next(line for line in printed(report, width=60).splitlines() if line.startswith("Signature"))
    assert line.endswith("correction:holm over 40")


def test_nothing_prints_as_nan_or_none_and_the_marks_agree(report: Report) -> None:
    text = printed(report, limit=100)
    assert re.search(r"\b(nan|None|NaN|NA)\b", text) is None
    head = text.split("means over languages")[0]
    losses = sum(int(found) for found in re.findall(r"mini-\w+ +\d+ of \d+ +(\d+)", head))
    assert text.split("every cell", 1)[1].count("▼") == losses


def test_brackets_and_markup_in_names_are_shown_as_they_are(report: Report) -> None:
    odd = replace(report, title="[red]x[/red] [bold", skipped=(Skip("[link]a", "[/]b"),))
    text = printed(odd)
    assert "[red]x[/red] [bold" in text
    assert "[link]a: [/]b" in text


def test_what_was_skipped_is_cut_too(report: Report) -> None:
    text = printed(replace(report, skipped=tuple(Skip(f"thing {i}", "gone") for i in range(30))), limit=5)
    assert text.count(": gone") == 5
    assert "… 25 more skipped" in text


def test_a_report_without_any_row_says_so(build: Build) -> None:
    assert printed(build()) == "A run\nNo cell was scored.\n"


def test_a_rate_that_all_cells_share_is_said_once_and_several_have_a_column(build: Build, cell: Cell) -> None:
    place = {"checkpoint": "a", "task": "t", "perturbation": "character-substitution", "language": "de"}
    one = printed(build([cell(**place, rate=0.1)]))
    assert "Rate of every perturbation: 10 %." in one
    assert re.search(r"^ checkpoint .* rate ", one, re.MULTILINE) is None
    several = printed(build([cell(**place, rate=rate) for rate in (0.1, 0.2)]))
    assert "Rate of every" not in several
    assert re.search(r"^ checkpoint .* rate ", several, re.MULTILINE)
