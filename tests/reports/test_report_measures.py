"""What stands beside the drops: benchmark scores, robust scores and the measures of each cell."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import pytest
from rich.console import Console

from perturbations.errors import UsageError
from reports.markdown import render_markdown
from reports.report import MEAN_COLUMNS, Report, records
from reports.terminal import render_terminal
from tests.reports.conftest import benchmark_rows, robust_row, untested_row
from tests.reports.test_report_markdown import read, tables

Build = Callable[..., Report]
Cell = Callable[..., dict[str, object]]
PLACE = {"checkpoint": "a", "task": "t", "perturbation": "swap", "rate": 0.1}
MEASURES = "t, a: measures beside the drop"


def printed(report: Report, *, limit: int = 20) -> str:
    console = Console(file=io.StringIO(), width=100, color_system=None)
    render_terminal(report, console, limit=limit, where="report.md")
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_measures_of_every_scored_cell_read_back_in_a_table_of_their_own(report: Report) -> None:
    found = tables(render_markdown(report))["mini-nli, direct: measures beside the drop"]
    own = [row for row in records(report.cells) if (row["task"], row["checkpoint"]) == ("mini-nli", "direct")]
    scored = [row for row in own if row["perturbed"] is not None]
    assert len(own) == 18
    assert len(found) == len(scored) == 17, "what could not be done has no measures"
    for line, row in zip(found, scored, strict=True):
        assert (line["language"], line["perturbation"]) == (row["language"], row["perturbation"])
        for heading, name in (
            ("relative drop", "relative_drop"),
            ("flips", "flip_rate"),
            ("truncated", "truncated"),
            ("realised", "realised_rate"),
            ("saturated", "saturated"),
        ):
            assert read(line[heading]) == pytest.approx(row[name], abs=1e-4)
        assert (line["calibration error"], line["change"]) == ("3.25 → 5.50", "2.25")
        assert line["pieces a word"] == "1.80 → 2.40"
        assert "notes" not in line, "why a cell was not tested stands in the first table"


def test_a_measure_that_is_missing_says_why_and_one_that_no_row_has_is_left_out(build: Build, cell: Cell) -> None:
    unknown = dict.fromkeys(("calibration_clean", "calibration_perturbed", "calibration_change", "truncated"))
    rows = [cell(language="de", **PLACE), cell(language="en", **PLACE) | unknown | {"relative_drop": None}]
    page = render_markdown(build(rows))
    first, second = tables(page)[MEASURES]
    assert (first["notes"], second["notes"]) == ("", "1, 2, 3")
    assert second["calibration error"] == second["change"] == second["truncated"] == "–"
    for told in ("1. relative drop: the clean score is 0", "2. calibration error: the predictions came without"):
        assert told in page
    assert "lost" not in first
    gone = [row | dict.fromkeys(("pieces_clean", "pieces_perturbed")) for row in rows]
    assert "pieces a word" not in render_markdown(build(gone))


def test_a_run_of_which_nothing_could_be_done_has_no_measures(build: Build, cell: Cell) -> None:
    gap = untested_row(random.Random(1), **PLACE, language="de", status="unsupported", perturbed=None)
    assert "More about each cell" not in render_markdown(build([gap]))


def test_robust_scores_read_back_and_the_terminal_shows_the_largest_losses(report: Report) -> None:
    found = tables(render_markdown(report))
    rows = records(report.robust)
    for task in ("mini-nli", "mini-pos"):
        own = [row for row in rows if row["task"] == task]
        lines = found[f"{task}: worst case over the perturbations"]
        for line, row in zip(lines, own, strict=True):
            assert (line["checkpoint"], line["language"]) == (row["checkpoint"], row["language"])
            assert read(line["robust"]) == pytest.approx(row["robust"], abs=0.051)
            assert read(line["loss"]) == pytest.approx(row["drop"], abs=0.0051)
    text = printed(report, limit=3).split("Robust scores: the 3 largest losses")[1]
    shown = [line.split()[-1] for line in text.splitlines()[4:7]]
    largest = sorted((float(str(row["drop"])) for row in rows), reverse=True)[:3]
    assert shown == [f"{loss:.1f}" for loss in largest]
    assert "21 more robust scores, all of them in report.md" in text


def test_a_benchmark_score_that_is_there_is_shown_and_a_gap_says_what_it_lacks(report: Report) -> None:
    page = render_markdown(report)
    clean, swap = tables(page)["MINI, direct"]
    assert [clean[name] for name in ("perturbation", "overall", "sorting", "mini-nli")] == ["clean", *["71.2"] * 3]
    assert [swap[name] for name in ("overall", "sorting", "mini-nli")] == ["–"] * 3
    assert swap["notes"] == "1"
    assert "1. mini-nli lacks zh" in page
    text = printed(report)
    assert "MINI, direct" in text
    assert "– mini-nli lacks zh" in text


def test_what_no_system_has_is_one_line_a_benchmark_and_no_table(build: Build) -> None:
    lacking = [row for name in "abcd" for row in benchmark_rows("clean", {}, missing="nine of ten tasks", system=name)]
    other = [{**row, "benchmark": "MAXI", "system": "a"} for row in lacking[:3]]
    for page in (render_markdown(build(benchmarks=lacking + other)), printed(build(benchmarks=lacking + other))):
        told = [line.lstrip("- ") for line in page.splitlines() if "no overall score" in line]
        assert told == [
            "MINI: no overall score for 4 systems: nine of ten tasks.",
            "MAXI: no overall score for a: nine of ten tasks.",
        ]
        assert "MINI, a" not in page


def test_a_row_without_its_place_is_refused_in_the_further_tables(build: Build) -> None:
    row = robust_row(random.Random(1), checkpoint="a", task="t", language=None, rate=0.1)
    with pytest.raises(UsageError, match="row 0 of table 'robust' has no language"):
        build(robust=[row])
    with pytest.raises(UsageError, match="row 0 of table 'benchmarks' has no system"):
        build(benchmarks=benchmark_rows("clean", {}, system=None))


def test_a_mean_without_a_test_says_why_in_the_summary(build: Build, cell: Cell) -> None:
    row = cell(checkpoint="a", task="t", perturbation="swap", rate=0.1, language="de")
    gaps = dict.fromkeys(("p", "adjusted_p", "mde"))
    mean = {name: row.get(name) for name in MEAN_COLUMNS} | gaps | {"languages": 1, "note": "not tested: one cluster"}
    page = render_markdown(build([row], [mean]))
    assert "1. not tested: one cluster" in page
    assert "no value and no reason" not in page
