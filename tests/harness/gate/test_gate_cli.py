"""The commands `baseline` and `gate` from end to end: files, formats, exit statuses, and what they do not load."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.gate_runs import write_run
from harness import Plan, score
from harness.cli.main import main
from tests.harness.conftest import NLI, MakeCheckpoint
from tests.harness.gate.made import answers

HEAVY = ("torch", "transformers", "datasets", "pandas", "statsmodels", "textattack", "nlpaug", "rich")


def call(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as caught:
        main([str(argument) for argument in arguments])
    assert isinstance(caught.value.code, int)
    return caught.value.code


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs as good as one another, one that is worse, and one too small to tell, with a baseline for each size."""
    directory = tmp_path_factory.mktemp("gate")
    for name, ids, seed, wrong in (
        ("base", 900, 0, 0.0),
        ("same", 900, 0, 0.0),
        ("worse", 900, 1, 0.2),
        ("small", 60, 0, 0.0),
        ("small-other", 60, 1, 0.0),
    ):
        write_run(directory / name, answers(ids, seed=seed, wrong=wrong), checkpoint=name)
    for name in ("base", "small"):
        assert call("baseline", directory / name, "--out", directory / f"{name}.parquet") == 0
    return directory


@pytest.mark.parametrize(
    ("candidate", "baseline", "status", "answer"),
    [
        ("same", "base", 0, "Certified"),
        ("worse", "base", 1, "Regression"),
        ("small-other", "small", 3, "Inconclusive"),
    ],
)
def test_the_exit_status_tells_the_answer(
    runs: Path, candidate: str, baseline: str, status: int, answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("gate", runs / candidate, "--baseline", runs / f"{baseline}.parquet") == status
    text = capsys.readouterr().out
    assert text.startswith(f"{answer}: ")
    assert "two checkpoints only" in text
    assert "minimum detectable effect" in text


def test_what_inconclusive_means_is_the_policys_choice(runs: Path, tmp_path: Path) -> None:
    policy = tmp_path / "gate.toml"
    policy.write_text('inconclusive = "pass"\n', encoding="utf-8")
    assert call("gate", runs / "small-other", "--baseline", runs / "small.parquet", "--policy", policy) == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("small-other", "--baseline", "base.parquet"), "must hold the same ids"),
        (("missing", "--baseline", "base.parquet"), "holds no run.json"),
        (("same", "--baseline", "missing.parquet"), "is no file: give a baseline"),
        (("same", "worse", "--baseline", "base.parquet"), "1 training seeds of the baseline cannot be held against 2"),
        (("same", "--baseline", "base.parquet", "--policy", "none.toml"), "policy none.toml cannot be read"),
    ],
)
def test_bad_input_gets_a_line_and_status_2(
    runs: Path,
    arguments: tuple[str, ...],
    told: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(runs)
    if arguments[:2] == ("same", "small"):
        write_run(runs / "small", answers(900, seed=3), checkpoint="second")
    assert call("gate", *arguments) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_every_format_is_printed_or_written(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ("gate", runs / "worse", "--baseline", runs / "base.parquet", "--format")
    out = tmp_path / "page"
    assert call(*given, "json", "--out", out) == 1
    assert capsys.readouterr().out.startswith("Regression: ")
    content = json.loads(out.read_text(encoding="utf-8"))
    assert content["answer"] == "regression"
    assert content["judged"][0]["p"] > 0
    assert len(content["judged"]) == 6
    assert call(*given, "junit") == 1
    root = ElementTree.fromstring(capsys.readouterr().out)
    assert root.attrib["failures"] == str(len(root.findall(".//failure"))) != "0"
    assert call(*given, "github") == 1
    assert capsys.readouterr().out.startswith("::error title=Robustness%3A regression::")
    assert call(*given, "markdown", "--out", out) == 1
    assert out.read_text(encoding="utf-8").startswith("## ❌ Robustness: regression\n")
    assert call(*given, "text", "--out", tmp_path / "no" / "page") == 2
    assert "give another place" in capsys.readouterr().err


def test_the_gate_loads_no_library_that_it_does_not_need(runs: Path) -> None:
    arguments = ["xrobust", "gate", str(runs / "worse"), "--baseline", str(runs / "base.parquet")]
    script = f"""
import sys
sys.argv = {arguments!r}
try:
    from harness.cli.main import main
    main()
finally:
    sys.stderr.write("HELD " + " ".join(name for name in {HEAVY!r} if name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1, done.stderr
    assert done.stderr.rsplit("HELD", 1)[1].split() == []


def test_two_checkpoints_are_held_against_one_another(
    make_checkpoint: MakeCheckpoint, plan_of: Callable[..., Plan], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two tiny models, scored for real on XNLI and UD-POS layouts: run, baseline, gate."""

    def shifted(model: object) -> None:
        model.classifier.out_proj.bias.data += 1.0

    first, second = (
        make_checkpoint("ForSequenceClassification", NLI),
        make_checkpoint("ForSequenceClassification", NLI, change=shifted),
    )
    for name, checkpoint in (("one", first), ("two", second)):
        score(plan_of(checkpoints=(str(checkpoint),), seeds=(0, 1)), store=tmp_path / name)
    kept = tmp_path / "baseline.parquet"
    assert call("baseline", tmp_path / "one", "--out", kept) == 0
    assert "6 perturbed cells and 2 clean ones of tiny-" in capsys.readouterr().out
    for name in ("one", "two"):
        assert call("gate", tmp_path / name, "--baseline", kept) in (1, 3)
        text = capsys.readouterr().out
        assert "48 ids in 8 clusters, 2 perturbation seeds" in text
        assert "xnli by accuracy" in text


def test_a_tagger_is_held_against_itself_by_f1(
    tagger: Path, plan_of: Callable[..., Plan], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    score(plan_of(checkpoints=(str(tagger),), tasks=("udpos",)), store=tmp_path / "run")
    assert call("baseline", tmp_path / "run", "--out", tmp_path / "baseline.parquet") == 0
    for measure in ("perturbed", "drop"):
        (tmp_path / "gate.toml").write_text(f'measure = "{measure}"\n', encoding="utf-8")
        given = ("--baseline", tmp_path / "baseline.parquet", "--policy", tmp_path / "gate.toml")
        assert call("gate", tmp_path / "run", *given, "--format", "json") == 3
        told = capsys.readouterr().out
        content = json.loads(told[told.index("{\n") :])
        assert {item["loss"] for item in content["judged"]} == {0.0}
        assert any("udpos by f1" in note for note in content["notes"])
