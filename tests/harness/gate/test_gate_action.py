"""The composite action and the example workflow: what the action runs, run here."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
import yaml

from benchmarks.gate_runs import write_run
from harness.gate.baseline import write_baseline
from harness.gate.making import capture_runs
from tests.harness.gate.made import answers

GITHUB = Path(__file__).resolve().parents[3] / ".github"
ACTION = yaml.safe_load((GITHUB / "actions" / "robustness-gate" / "action.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("action")
    for name, wrong in (("base", 0.0), ("the same", 0.0), ("worse", 0.2)):
        write_run(directory / name, answers(900, wrong=wrong), checkpoint=name)
    write_baseline(capture_runs([directory / "base"]), directory / "baseline.parquet")
    return directory


@pytest.mark.parametrize(
    ("candidate", "status", "answer"),
    [("the same", 0, "certified"), ("worse", 1, "regression"), ("missing", 2, None)],
)
def test_the_action_annotates_summarises_and_fails_as_the_gate_does(
    runs: Path, tmp_path: Path, candidate: str, status: int, answer: str | None
) -> None:
    (step,) = ACTION["runs"]["steps"]
    assert set(step["env"]) == {"CANDIDATES", "BASELINE", "POLICY", "JUNIT"}
    given = {
        "CANDIDATES": f"{runs / candidate}\n\n",
        "BASELINE": str(runs / "baseline.parquet"),
        "POLICY": "",
        "JUNIT": str(tmp_path / "gate.xml"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        env=os.environ | given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == status, done.stderr
    if answer is None:
        assert not (tmp_path / "output").exists()
        return
    assert done.stdout.startswith(("::notice", "::error"))
    assert (tmp_path / "output").read_text().splitlines() == [f"answer={answer}", f"status={status}"]
    assert f"Robustness: {answer}" in (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert ElementTree.parse(tmp_path / "gate.xml").getroot().tag == "testsuites"


def test_no_input_is_pasted_into_the_script() -> None:
    assert "${{" not in ACTION["runs"]["steps"][0]["run"]


def test_the_example_runs_only_when_it_is_started_by_hand() -> None:
    example = yaml.safe_load((GITHUB / "workflows" / "robustness-gate.example.yml").read_text(encoding="utf-8"))
    # YAML 1.1 reads the key `on` as true.
    assert list(example[True]) == ["workflow_dispatch"]
    uses = [step for step in example["jobs"]["gate"]["steps"] if "robustness-gate" in step.get("uses", "")]
    assert set(uses[0]["with"]) <= set(ACTION["inputs"])
