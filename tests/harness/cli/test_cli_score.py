"""`xrobust score` and `xrobust report`, from files to pages; and the one line that bad input gets."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from harness import load_run
from harness.cli.main import main
from reports.report import CELL_COLUMNS, records
from tests.harness.calling import Call, Result


def refused(result: Result, *said: str) -> None:
    """The status is 2, nothing is on the standard output, and one line says it."""
    code, out, err = result
    assert (code, out) == (2, ""), err
    assert err.count("\n") == 1, err
    assert err.startswith("xrobust: ")
    for part in said:
        assert part in err


COMMON = (
    "-l",
    "en",
    "-p",
    "character-swap",
    "-p",
    "identity",
    "--rate",
    "0.3",
    "--device",
    "cpu",
    "--resamples",
    "199",
)


def test_a_run_prints_its_report_and_keeps_it(call: Call, classifier: Path, small_data: Path, tmp_path: Path) -> None:
    out = tmp_path / "runs" / "xnli"
    given = ("score", classifier, "-t", "xnli", "--data", small_data, *COMMON, "--out", out)
    code, first, _ = call(*given)
    assert code == 0
    assert "character-swap" in first
    assert first.endswith(f"the whole report is {out / 'report.md'}\n")
    assert (out / "report.md").read_text(encoding="utf-8").startswith("# Robustness of ")
    before = {path: path.read_bytes() for path in (out / "cells").iterdir()}
    assert len(before) == 3
    assert call(*given)[0] == 0
    assert {path: path.read_bytes() for path in (out / "cells").iterdir()} == before


@pytest.fixture(scope="module")
def scored(classifier: Path, tagger: Path, small_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over both tasks, made from a plan file."""
    directory = tmp_path_factory.mktemp("scored")
    (directory / "data").symlink_to(small_data)
    (directory / "plan.toml").write_text(
        f'checkpoints = ["{classifier}", "{tagger}"]\ntasks = ["xnli", "udpos"]\ndata = "data"\nlanguages = ["de"]\n'
        'perturbations = ["word-deletion", "identity"]\nrates = [0.3]\n'
        'inference.device = "cpu"\nstatistics.resamples = 199\n',
        encoding="utf-8",
    )
    with pytest.raises(SystemExit) as caught:
        main(["score", "--plan", str(directory / "plan.toml"), "--out", str(directory / "run")])
    assert caught.value.code == 0
    return directory / "run"


def test_the_formats_of_the_report_can_be_read_back(call: Call, scored: Path) -> None:
    wanted = [dict(row) for row in records(load_run(scored).table())]
    assert len(wanted) == 4
    code, text, err = call("report", scored, "--format", "json")
    assert (code, err) == (0, "")
    found = json.loads(text)
    assert found["cells"] == wanted, "to the last digit, what is missing as null"
    assert found == json.loads((scored / "tables.json").read_text(encoding="utf-8"))
    _, text, _ = call("report", scored, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == CELL_COLUMNS
    for row, known in zip(rows, wanted, strict=True):
        assert {name: value or None for name, value in row.items() if name not in ("drop", "p")} == {
            name: None if value is None else str(value) for name, value in known.items() if name not in ("drop", "p")
        }
        for name in ("drop", "p"):
            assert (float(row[name]) if row[name] else None) == known[name]
    tables = load_run(scored).tables()
    assert set(tables) == set(found)
    for name, frame in tables.items():
        kept = pd.read_parquet(scored / "tables" / f"{name}.parquet")
        assert [dict(row) for row in records(kept)] == found[name], name
        _, text, _ = call("report", scored, "--format", "csv", "--table", name)
        assert text.splitlines()[0] == ",".join(frame.columns)
    _, text, _ = call("report", scored, "--format", "markdown")
    assert text == (scored / "report.md").read_text(encoding="utf-8")
    _, text, _ = call("report", scored)
    assert "word-deletion" in text
    assert call("report", scored, "--rows", 1)[1].count("\n") < text.count("\n")


def test_a_p_too_small_for_decimals_stays_above_zero_in_json(
    call: Call, scored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = load_run(scored).table()
    table["p"] = 3.2e-17
    monkeypatch.setattr("harness.results.Run.table", lambda _: table)
    found = json.loads(call("report", scored, "--format", "json")[1])["cells"]
    assert {row["p"] for row in found} == {3.2e-17}


def test_a_directory_without_a_run_is_refused(call: Call, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "absent"):
        refused(call("report", place), "holds no run.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-t", "xnly"], "unknown task 'xnly': did you mean 'xnli'"),
        (["-t", "xnli", "-l", "xx"], "unknown language 'xx'"),
        (["-t", "xnli", "-l", "fi"], "task xnli has none of the languages fi"),
        (["-t", "xnli", "-p", "word-swop"], "unknown perturbation 'word-swop': did you mean 'word-swap'"),
        (["-t", "xnli", "--rate", "5"], "rate 5.0 is not a share"),
        (["-t", "xnli", "--split", "tset"], "unknown split 'tset': did you mean 'test'"),
        (["-t", "xnli", "--metric", "xnli=f1"], "unknown metric of xnli 'f1'"),
        (["-t", "xnli", "--correction", "none"], "unknown correction 'none'"),
        (["-t", "xnli", "--device", "tpu"], "unknown device 'tpu'"),
        (["-t", "xnli", "--max-pieces", "5000"], "max_pieces 5000 is beyond checkpoint"),
        (["-t", "xnli", "--field", "xnli=premis"], "unknown text of xnli 'premis': did you mean 'premise'"),
        (["-t", "udpos"], "has no head for udpos"),
        ([], "no tasks given"),
    ],
    ids=str,
)
def test_a_request_that_cannot_be_met_gets_one_line(
    call: Call, classifier: Path, small_data: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    options = ("--data", small_data, "--device", "cpu", "--out", tmp_path / "run")
    refused(call("score", classifier, *options, *arguments), said)
    assert not list((tmp_path / "run").rglob("*.parquet"))
    assert not (tmp_path / "run" / "run.json").exists()


def test_a_missing_checkpoint_directory_or_plan_gets_one_line(
    call: Call, classifier: Path, small_data: Path, tmp_path: Path
) -> None:
    base = ("score", "-t", "xnli", "-l", "en", "--out", tmp_path / "run")
    refused(call(*base, tmp_path / "no-model", "--data", small_data), "no-model", "neither a directory that exists nor")
    refused(call(*base, small_data, "--data", small_data), "holds no config.json")
    refused(call(*base, "--data", small_data), "no checkpoints given")
    refused(call(*base, classifier), "task xnli needs files: give --data DIRECTORY")
    refused(call(*base, classifier, "--data", tmp_path / "none"), str(tmp_path / "none"), "does not exist")
    refused(call(*base, "--plan", tmp_path / "none.toml"), "none.toml cannot be read")
    refused(call(*base, classifier, "--data", small_data, "--manifest", tmp_path / "m.json"), "m.json does not exist")
    (tmp_path / "file").write_text("")
    refused(call(*base[:-1], tmp_path / "file", classifier, "--data", small_data), "cannot hold a run")


def xnli_with(small_data: Path, tmp_path: Path, change: Callable[[list[str]], list[str]]) -> Path:
    """A data directory whose XNLI file has other lines."""
    lines = (small_data / "XNLI-1.0" / "xnli.test.tsv").read_text(encoding="utf-8").splitlines()
    place = tmp_path / "data"
    place.mkdir()
    (place / "xnli.test.tsv").write_text("\n".join(change(lines)) + "\n", encoding="utf-8", errors="surrogateescape")
    return place


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda lines: [*lines[:3], lines[3] + "\tmore", *lines[4:]],
            ("line 4", "20 tab-separated columns instead of 19"),
        ),
        (lambda lines: [*lines[:5], lines[5].rpartition("\t")[0], *lines[6:]], ("line 6", "18 tab-separated columns")),
        (lambda lines: [*lines[:2], lines[2].replace("\t", "\tperhaps\x00", 1), *lines[3:]], ("line 3", "perhaps")),
        (lambda lines: [*lines[:2], lines[2] + "\udcff", *lines[3:]], ("line 3", "is not UTF-8")),
        (lambda lines: [lines[0], *lines[2:]], ("premise is not that of row",)),
        (lambda lines: lines[:1], ("has no test file of 'en'",)),
        (lambda lines: [lines[0].replace("gold_label", "label"), *lines[1:]], ("no column 'gold_label'",)),
    ],
)
def test_a_broken_file_gets_a_line_with_its_name_and_place(
    call: Call,
    classifier: Path,
    small_data: Path,
    tmp_path: Path,
    change: Callable[[list[str]], list[str]],
    said: tuple[str, ...],
) -> None:
    data = xnli_with(small_data, tmp_path, change)
    refused(call("score", classifier, "-t", "xnli", "--data", data, *COMMON, "--out", tmp_path / "run"), *said)
    assert not list((tmp_path / "run").rglob("*.parquet"))


def test_stripped_labels_are_called_so(
    call: Call, classifier: Path, tagger: Path, small_data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "data" / "xnli"
    folder.mkdir(parents=True)
    (folder / "test-en.tsv").write_text("a premise\ta hypothesis\r\n" * 3, encoding="utf-8")
    (tmp_path / "data" / "udpos").mkdir()
    (tmp_path / "data" / "udpos" / "test-en.tsv").write_text("The\ncat\n\nsat\n", encoding="utf-8")
    base = ("--data", tmp_path / "data", *COMMON, "--out", tmp_path / "run")
    refused(call("score", classifier, "-t", "xnli", *base), "strips the labels", "test-en.tsv")
    refused(call("score", tagger, "-t", "udpos", *base), "its labels are stripped", "test-en.tsv")


def test_a_damaged_cell_gets_a_line_that_says_how_to_go_on(call: Call, scored: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(scored, copy)
    for path in (copy / "cells").iterdir():
        path.write_bytes(path.read_bytes()[:200])
    refused(call("report", copy), "is damaged", "delete it and run `xrobust score` again")


def test_the_traceback_is_shown_on_request_only(classifier: Path, small_data: Path) -> None:
    from perturbations.errors import UnknownNameError

    with pytest.raises(UnknownNameError):
        main(["--debug", "score", str(classifier), "-t", "xnly", "--data", str(small_data)])


def test_an_interrupted_run_says_that_it_goes_on(
    call: Call, classifier: Path, small_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    base = ("score", classifier, "-t", "xnli", "--data", small_data, *COMMON, "--out", tmp_path)
    monkeypatch.setattr("harness.run.perturbed_records", interrupted)
    code, out, err = call(*base)
    assert (code, out) == (130, "")
    assert (
        err.strip()
        == "xrobust: interrupted; what was written is whole, and scoring goes on from there when it is started again"
    )
    assert len(list((tmp_path / "cells").iterdir())) == 1, "the clean cell, and no leftovers"
    monkeypatch.undo()
    monkeypatch.delenv("XROBUST_DATA", raising=False)
    assert call(*base)[0] == 0


def test_an_error_of_ours_keeps_its_traceback(
    classifier: Path, small_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    def defect(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("harness.run.clean_records", defect)
    status, _, told = call("score", classifier, "-t", "xnli", "--data", small_data, *COMMON, "--out", tmp_path)
    assert status == 70
    assert "ZeroDivisionError" in told
