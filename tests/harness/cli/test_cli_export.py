"""`xrobust export` and `xrobust score --predictions`, from files to pages; and the line that bad input gets."""

from __future__ import annotations

import shutil
from pathlib import Path

from harness import load_run
from tests.harness.calling import Call
from tests.harness.elsewhere import answer_with_gold, parts

PLAN = ("-t", "xnli", "-p", "word-swap", "-p", "jamo-slip", "--severity", "heavy", "--seed", "1", "--seed", "2")


def test_an_export_is_answered_and_scored_with_its_own_plan(call: Call, small_data: Path, tmp_path: Path) -> None:
    exported = tmp_path / "exported"
    code, told, err = call("export", *PLAN, "--data", small_data, "-l", "de", "-l", "en", "--out", exported)
    assert (code, err) == (0, "")
    assert "xnli de jamo-slip: unsupported: de has nothing that jamo-slip could change" in told
    assert told.endswith(f"{exported}: 6 cells, 144 examples; {exported / 'manifest.json'} lists them\n")
    assert {part["rate"] for part in parts(exported)} == {0.0, 0.2}
    outputs, base = answer_with_gold(exported, tmp_path / "oracle"), ("score", "--data", small_data, "--resamples", 199)
    assert call(*base, "--predictions", outputs, "--out", tmp_path / "run")[0] == 0
    table = load_run(tmp_path / "run").table()
    tested = table[table["perturbation"] == "word-swap"]
    assert list(tested["language"]) == ["de", "en"]
    assert (tested[["clean", "perturbed"]] == 100).all(axis=None)
    assert set(tested["seeds"]) == {2}
    assert set(tested["severity"]) == {"heavy"}
    # An option lies over the plan of the export.
    assert call(*base, "--predictions", outputs, "-l", "de", "--seed", 2, "--out", tmp_path / "less")[0] == 0
    less = load_run(tmp_path / "less")
    assert {item.cell.language for item in less.planned} == {"de"}
    assert {item.key for item in less.planned} < {item.key for item in load_run(tmp_path / "run").planned}


def test_a_plan_file_names_predictions_that_lie_beside_it(call: Call, small_data: Path, tmp_path: Path) -> None:
    given = 'tasks = ["xnli"]\nlanguages = ["ru"]\nperturbations = ["word-swap"]\nstatistics.resamples = 199\n'
    (tmp_path / "plan.toml").write_text(given, encoding="utf-8")
    base = ("--plan", tmp_path / "plan.toml", "--data", small_data)
    assert call("export", *base, "--out", tmp_path / "exported")[0] == 0
    answer_with_gold(tmp_path / "exported", tmp_path / "oracle")
    (tmp_path / "plan.toml").write_text(given + 'predictions = ["oracle"]\n', encoding="utf-8")
    assert call("score", *base, "--out", tmp_path / "run")[0] == 0
    assert list(load_run(tmp_path / "run").table()["checkpoint"]) == ["oracle"]


def test_bad_requests_get_one_line(call: Call, small_data: Path, tmp_path: Path) -> None:
    for arguments, said in (
        (("export", *PLAN, "-l", "de", "--out", tmp_path / "e"), "task xnli needs files: give --data"),
        (("export", "-t", "xnli", "-l", "fi", "--data", small_data, "--out", tmp_path / "e"), "none of the languages"),
        (("export", *PLAN, "--data", small_data, "-l", "de", "--out", small_data), "not an empty directory"),
        (("score", "--predictions", tmp_path, "--data", small_data), "holds no manifest.json"),
        (("score", "--predictions", tmp_path / "none", "--data", small_data), "holds no manifest.json"),
    ):
        code, out, err = call(*arguments)
        assert (code, out, err.count("\n")) == (2, "", 1), err
        assert said in err
    assert not (tmp_path / "e").exists()


def test_an_export_without_out_is_a_usage_error(call: Call, small_data: Path) -> None:
    code, _, err = call("export", *PLAN, "--data", small_data)
    assert code == 2
    assert "Missing option '--out'" in err


def test_predictions_that_changed_are_scored_again_and_others_are_not(
    call: Call, small_data: Path, tmp_path: Path
) -> None:
    base = ("-t", "xnli", "-p", "word-swap", "-l", "de", "--data", small_data)
    assert call("export", *base, "--out", tmp_path / "exported")[0] == 0
    outputs = answer_with_gold(tmp_path / "exported", tmp_path / "oracle")
    score = ("score", "--predictions", outputs, "--data", small_data, "--resamples", 199, "--out", tmp_path / "run")
    assert call(*score)[0] == 0
    shutil.rmtree(outputs / "clean")
    code, _, err = call(*score)
    assert code == 2
    assert "there are no predictions for xnli de clean" in err
