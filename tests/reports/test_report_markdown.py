"""The Markdown page: every row is there, every number reads back, nothing breaks a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.cells import cell_len

from reports.markdown import render_markdown
from reports.report import Report, Skip, records
from reports.tables import escape, fenced, render_table

Build = Callable[..., Report]
Cell = Callable[..., dict[str, object]]
Table = list[dict[str, str]]


def split_row(line: str) -> list[str]:
    """The cells of a row of a pipe table, as GitHub's rules cut them."""
    return [re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", cell.strip()) for cell in re.split(r"(?<!\\)(?:\\\\)*\|", line)[1:-1]]


def tables(page: str) -> dict[str, Table]:
    """The pipe tables of a page by the heading above them, each row by the headings of its columns."""
    found: dict[str, Table] = {}
    heading, columns, fence = "", [], ""
    for line in page.splitlines():
        if line.startswith("```"):
            fence = "" if line == fence else fence or line.removesuffix("text")
        elif fence:
            continue
        elif line.startswith("#"):
            heading, columns = line.lstrip("# "), []
        elif not line.startswith("|"):
            columns = []
        elif not columns:
            columns = split_row(line)
        elif set(line) > set("|- :") or not set(line) <= set("|- :"):
            found.setdefault(heading, []).append(dict(zip(columns, split_row(line), strict=True)))
    return found


def read(text: str) -> float | None:
    """A printed figure back as a number, in the unit of the table it came from."""
    text = text.split(" [")[0].rstrip("▼▲ ")
    if text == "–":
        return None
    return float(text.removesuffix(" %").replace(",", "")) * (0.01 if text.endswith("%") else 1)


def same(text: str, value: object, tolerance: float) -> bool:
    found = read(text) if not text.startswith("<") else 0.0
    return found is None if value is None else found is not None and abs(found - float(str(value))) <= tolerance


TOLERANCES = {
    "clean": 0.051,
    "perturbed": 0.051,
    "drop [interval]": 0.0051,
    "p": 0.001,
    "adjusted p": 0.001,
    "MDE": 0.0051,
}
SOURCE = {"drop [interval]": "drop", "adjusted p": "adjusted_p", "MDE": "mde", "realised": "realised_rate"}


def agrees(line: Mapping[str, str], row: Mapping[str, object]) -> bool:
    names = all(line[key] == row[key] for key in ("checkpoint", "language", "perturbation") if key in line)
    exact = {"rate": 1e-9, "n": 0, "clusters": 0, "realised": 1e-4, "saturated": 1e-4, "lost": 1e-4}
    pairs = ((key, bound) for key, bound in (TOLERANCES | exact).items() if key in line)
    return names and all(same(line[key], row[SOURCE.get(key, key)], bound) for key, bound in pairs)


def test_every_cell_reads_back_to_the_same_numbers_in_the_same_order(report: Report) -> None:
    found = tables(render_markdown(report))
    rows = records(report.cells)
    assert {"mini-nli, direct", "mini-pos, after-nli"} < set(found)
    for checkpoint in ("direct", "after-nli"):
        for task in ("mini-nli", "mini-pos"):
            own = [row for row in rows if (row["checkpoint"], row["task"]) == (checkpoint, task)]
            lines = found[f"{task}, {checkpoint}"]
            assert len(lines) == len(own) == 18
            assert all(agrees(line, row) for line, row in zip(lines, own, strict=True))


def test_every_mean_reads_back_to_the_same_numbers(report: Report) -> None:
    found = tables(render_markdown(report))
    for task in ("mini-nli", "mini-pos"):
        own = [row for row in records(report.means) if row["task"] == task]
        assert all(agrees(line, row) for line, row in zip(found[task], own, strict=True))


def test_the_interval_reads_back_beside_the_drop(report: Report) -> None:
    lines = tables(render_markdown(report))["mini-nli, direct"]
    rows = [row for row in records(report.cells) if (row["checkpoint"], row["task"]) == ("direct", "mini-nli")]
    for line, row in zip(lines, rows, strict=True):
        if row["low"] is not None:
            low, high = re.findall(r"-?\d+\.\d+", line["drop [interval]"])[1:]
            assert (float(low), float(high)) == pytest.approx((row["low"], row["high"]), abs=0.0051)


def test_the_summary_counts_the_significant_drops_that_the_cells_show(report: Report) -> None:
    found = tables(render_markdown(report))
    for line in found["Summary"]:
        cells = found[f"{line['task']}, {line['checkpoint']}"]
        assert int(line["drops"]) == sum(cell["adjusted p"].endswith("▼") for cell in cells)
        assert int(line["tested"]) == sum(cell["adjusted p"] != "–" for cell in cells)
        assert int(line["tested"]) + int(line["not tested"]) == len(cells)
    assert {
        line["checkpoint"]: line["hardest on average"] for line in found["Summary"] if line["task"] == "mini-nli"
    } == {
        "direct": "swap 10 %",
        "after-nli": "delete 10 %",
    }


def test_the_parts_of_the_page_stand_in_reading_order(report: Report) -> None:
    page = render_markdown(report)
    headings = [line for line in page.splitlines() if re.match("#{1,2} ", line)]
    parts = ["Benchmark scores", "Means over languages", "Robust scores", "Every cell", "More about each cell"]
    parts += ["Skipped", "Where the time went", "What reproduces it", "Columns"]
    assert headings == ["# Robustness of 2 checkpoints", "## Summary", *(f"## {part}" for part in parts)]
    assert "> **Synthetic data: the miniature suite is a generated world, not a benchmark.**" in page
    assert "checkpoint direct = " + "0123456789abcdef" * 4 in page
    assert "|checkpoint direct:0123456789ab|" in page


def test_every_gap_has_a_footnote_and_no_gap_prints_as_nan_or_none(report: Report) -> None:
    page = render_markdown(report)
    assert re.search(r"\b(nan|None|NaN|NA|<NA>)\b", page) is None
    for heading, lines in tables(page).items():
        for line in lines:
            if "–" in " ".join(line.values()):
                assert line.get("notes"), (heading, line)
    assert "1. untestable: nothing to test" in page
    assert "2. unsupported: no two adjacent letters of one script" in page


def test_settings_that_all_rows_share_are_said_once_and_the_others_are_columns(build: Build, cell: Cell) -> None:
    from_one = {"checkpoint": "a", "task": "t", "perturbation": "swap", "rate": 0.1}
    rows = [cell(language="de", **from_one), cell(language="en", **from_one) | {"method": "another"}]
    page = render_markdown(build(rows))
    assert "seeds: 1, 2, 3; beside: McNemar mid-p, Tango" in page
    assert [line["test"] for line in tables(page)["t, a"]] == ["clustered t", "another"]
    assert "lost" not in tables(page)["t, a"][0]
    assert "**lost**" not in page
    assert "**test**" in page


def test_an_unexplained_gap_is_called_one(build: Build, cell: Cell) -> None:
    gap = cell(checkpoint="a", task="t", perturbation="swap", rate=0.1, language="de", p=None, mde=None)
    page = render_markdown(build([gap]))
    assert "1. p: the run gave no value and no reason\n2. MDE: the run gave no value and no reason" in page


def test_a_report_without_any_row_says_so(build: Build) -> None:
    page = render_markdown(build())
    assert page == "# A run\n\n## Summary\n\nNo cell was scored.\n\n## Skipped\n\nNothing was skipped.\n"


def test_a_report_of_one_row_is_whole(build: Build, cell: Cell) -> None:
    only = cell(checkpoint="a", task="t", perturbation="swap", rate=0.1, language="de")
    page = render_markdown(build([only]))
    assert "Of 1 tested cell, " in page
    assert len(tables(page)["t, a"]) == 1


def test_hundreds_of_rows_are_all_there(build: Build, cell: Cell) -> None:
    rows = [
        cell(checkpoint="a", task="t", perturbation=f"kind-{kind}", rate=0.1, language=f"l{number}")
        for kind in range(20)
        for number in range(40)
    ]
    lines = tables(render_markdown(build(rows)))["t, a"]
    assert [(line["perturbation"], line["language"]) for line in lines] == [
        (given["perturbation"], given["language"]) for given in rows
    ]


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=12)
ODD = st.one_of(
    st.sampled_from(["a|b", "a\nb", "`x`", "**x**", "<b>", "\\|", "# x", "1. x", "[x](y)", "日本", "x\\"]), names
)


@given(name=ODD)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_name_breaks_a_table_and_each_reads_back(name: str, build: Build, cell: Cell) -> None:
    given_row = cell(checkpoint="a", task="t", perturbation=name, rate=0.1, language="de")
    page = render_markdown(build([given_row, given_row | {"language": "en"}]))
    lines = tables(page)["t, a"]
    assert [line["language"] for line in lines] == ["de", "en"]
    if name.isprintable() and name == name.strip():
        assert lines[0]["perturbation"] == name


def shown_by_markdown_it(table: str) -> list[str]:
    """The texts of all cells of a table, as a Markdown library that is not ours shows them."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    inlines = (token.children or [] for token in parser.parse(table) if token.type == "inline")
    return ["".join("\n" if part.type == "html_inline" else part.content for part in parts) for parts in inlines]


@given(name=ODD)
def test_another_markdown_parser_shows_every_name_as_it_is(name: str) -> None:
    found = shown_by_markdown_it(render_table(("name", "next"), [(escape(name), "end")], (False, False)))
    visible = re.sub(r"[\x00-\x08\x0e-\x1b\x1f\x7f]", "\ufffd", name)
    assert [text.split() for text in found] == [["name"], ["next"], visible.split(), ["end"]]


@given(rows=st.lists(st.tuples(names.map(escape), names.map(escape)), max_size=5))
def test_the_columns_of_a_raw_table_line_up(rows: list[tuple[str, str]]) -> None:
    lines = render_table(("one", "two"), rows, (False, True)).split("\n")
    assert len({cell_len(line) for line in lines}) == 1
    assert len(lines) == len(rows) + 2


def test_a_literal_block_is_longer_fenced_than_what_it_holds() -> None:
    assert fenced("a\n````\nb") == "`````text\na\n````\nb\n`````"


def test_what_was_skipped_is_listed_with_its_reason(report: Report) -> None:
    page = render_markdown(replace(report, skipped=(Skip("xnli|th", "no file\nin data/"), Skip("pos", "stripped"))))
    assert tables(page)["Skipped"] == [
        {"what": "xnli|th", "why": "no file<br>in data/"},
        {"what": "pos", "why": "stripped"},
    ]


def test_stages_without_time_do_not_divide_by_nothing(build: Build) -> None:
    assert tables(render_markdown(build(timing=(("a", 0.0),))))["Where the time went"][-1]["time"] == "0.0 s"
