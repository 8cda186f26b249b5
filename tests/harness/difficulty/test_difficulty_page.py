"""`xrobust difficulty`, from a file that lists tasks to the page and the file for `compare`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.cli.main import main
from harness.difficulty.compute import compute
from harness.difficulty.file import read_difficulties
from harness.difficulty.inputs import read_inputs
from perturbations.errors import DataError, UsageError

TASKS = """
[tasks.mnli]
size = 392702
length = 30.2
baseline = { score = 84.6, model = "BERT-base" }
model = "files/model.jsonl"
null = "files/null.jsonl"
dynamics = "files/log.csv"
online = "files/online.jsonl"

[tasks.hellaswag]
size = 39905
classes = 4
baseline = { score = 47.3 }

[tasks.own]
size = 1000
baseline = { score = 60.0, metric = "f1", chance = 0 }
human = { metric = "f1", score = 90.0, source = "counted here" }

[tasks.bare]
"""


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    files = tmp_path / "files"
    files.mkdir()
    (files / "model.jsonl").write_text('{"id": 1, "probability": 0.5}\n', encoding="utf-8")
    (files / "null.jsonl").write_text('{"id": 1, "probability": 0.25}\n', encoding="utf-8")
    (files / "log.csv").write_text("id,epoch,probability,correct\na,0,0.5,1\na,1,0.25,0\n", encoding="utf-8")
    (files / "online.jsonl").write_text(
        '{"id": 1, "block": 0}\n{"id": 2, "block": 1, "probability": 0.5}\n', encoding="utf-8"
    )
    (tmp_path / "tasks.toml").write_text(TASKS, encoding="utf-8")
    return tmp_path / "tasks.toml"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as caught:
        main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return (caught.value.code if isinstance(caught.value.code, int) else 1), out, err


def test_each_measure_whose_inputs_are_there_is_computed(listed: Path) -> None:
    mnli, hellaswag, own, bare = compute(read_inputs(listed))
    assert mnli.lacking == {}
    assert mnli.values["baseline-score"] == pytest.approx((84.6 - 100 / 3) / (100 - 100 / 3))
    assert mnli.values["human-gap"] == pytest.approx(92.0 - 84.6)
    assert mnli.values["usable-information"] == pytest.approx(1.0)
    assert mnli.values["confidence"] == pytest.approx(0.375)
    assert mnli.values["forgetting"] == 1.0
    assert mnli.values["code-length"] == pytest.approx((1.584962500721156 + 1) / 2)
    assert hellaswag.values["baseline-score"] == pytest.approx((47.3 - 25) / 75)
    assert hellaswag.values["human-gap"] == pytest.approx(48.3)
    assert own.values == {"data-size": 1000.0, "baseline-score": pytest.approx(0.6), "human-gap": pytest.approx(30.0)}
    assert bare.values == {}
    assert bare.lacking["human-gap"] == "no baseline"
    assert set(bare.lacking) == set(mnli.values)


def test_a_synthetic_task_is_counted_from_its_own_data(tmp_path: Path) -> None:
    path = tmp_path / "tasks.toml"
    path.write_text('[tasks.miniature-qnli]\ndata = "nowhere"\n', encoding="utf-8")
    (found,) = compute(read_inputs(path))
    assert found.values["data-size"] > 100
    assert 3 < found.values["sequence-length"] < 50


def test_real_training_data_is_counted(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "tasks.toml"
    path.write_text(f'[tasks.commonsenseqa]\ndata = "{data.as_posix()}"\n', encoding="utf-8")
    (found,) = compute(read_inputs(path))
    assert found.values["data-size"] == 3000
    assert 15 < found.values["sequence-length"] < 30


def test_a_measure_under_another_metric_than_that_of_people_is_lacking(tmp_path: Path) -> None:
    path = tmp_path / "tasks.toml"
    text = """[tasks.x]
baseline = { score = 50, metric = "f1", chance = 0 }
human = { metric = "em", score = 90, source = "s" }"""
    path.write_text(text, encoding="utf-8")
    (found,) = compute(read_inputs(path))
    assert found.lacking["human-gap"] == "people were scored by em, the baseline by f1"


def test_the_terminal_shows_values_what_is_lacking_and_agreement(
    listed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "difficulty", listed)
    assert (code, err) == (0, "")
    assert "mnli" in out
    assert "392,702" in out
    assert "What is lacking" in out
    assert "Kendall's W of data-size, baseline-score, human-gap" in " ".join(out.split())
    assert " nan" not in out
    assert max(map(len, out.splitlines())) <= 100


def test_what_is_kept_is_what_compare_reads(listed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "difficulty.json"
    code, out, err = run(capsys, "difficulty", listed, "--format", "json", "--out", kept)
    assert code == 0
    assert str(kept) in err
    content: dict[str, Any] = json.loads(out)
    assert content == json.loads(kept.read_text(encoding="utf-8"))
    assert read_difficulties(kept) == compute(read_inputs(listed))
    assert {pair["coefficient"] for pair in content["pairs"]} == {"kendall", "spearman"}


def test_markdown_defines_every_column_it_shows(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "difficulty", listed, "--format", "markdown")
    assert code == 0
    for heading in ("V-info", "never", "adj. p of τ"):
        assert f"- **{heading}**" in out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "lists no task"),
        ("[task.x]", "unknown key of"),
        ("[tasks.x]\nsize = 0", "tasks.x: size is 0"),
        ("[tasks.x]\nsiez = 3", "did you mean 'size'?"),
        ("[tasks.x]\nsize = 'many'", "give an integer"),
        ("[tasks.x]\nclasses = 1", "a choice needs at least 2"),
        ("[tasks.x]\nlength = 0", "length is 0"),
        ("[tasks.x]\nbaseline = {}", "no score given"),
        ("[tasks.x]\nbaseline = {score = 120}", "score is 120: give points"),
        ("[tasks.x]\nbaseline = {score = 50, chance = 50, best = 50}", "is not below the best score"),
        ("[tasks.x]\ndata = 'd'", "no task of that name is known"),
        ("[tasks.x]\ntask = 'mnlii'", "did you mean 'mnli'?"),
        ("[tasks", "is not TOML"),
    ],
)
def test_bad_input_gets_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str) -> None:
    path = tmp_path / "tasks.toml"
    path.write_text(text, encoding="utf-8")
    code, _, err = run(capsys, "difficulty", path)
    assert code == 2
    assert message in err
    assert err.count("\n") == 1


def test_files_that_are_not_there_or_damaged_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"absent\.toml cannot be read"):
        read_inputs(tmp_path / "absent.toml")
    with pytest.raises(DataError, match=r"absent\.json cannot be read"):
        read_difficulties(tmp_path / "absent.json")
    path = tmp_path / "difficulty.json"
    for text, message in (
        ("{", "is not JSON"),
        ("[]", "has format none"),
        ('{"format": 9}', "has format 9, this version reads 1"),
        ('{"format": 1}', "is damaged"),
        ('{"format": 1, "tasks": [{"name": "x", "values": {"odd": 1}, "lacking": {}, "notes": []}]}', "'odd'"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match=message):
            read_difficulties(path)


def test_settings_out_of_range_are_refused(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "difficulty", listed, "--alpha", "2")
    assert (code, "must lie between 0 and 1" in err) == (2, True)
    with pytest.raises(UsageError):
        read_inputs_of("[tasks]\nx = 3", listed.parent)


def read_inputs_of(text: str, directory: Path) -> object:
    path = directory / "other.toml"
    path.write_text(text, encoding="utf-8")
    return read_inputs(path)
