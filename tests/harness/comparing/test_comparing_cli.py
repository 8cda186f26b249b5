"""`xrobust compare` and `xrobust difficulty` end to end: tiny checkpoints are scored, and their runs compared."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness import Plan, score
from harness.checkpoints.lineage import Lineage, write_lineage
from tests.harness.calling import Call
from tests.harness.comparing.generated import Made, lineage, run_of

MakeCheckpoint = Callable[..., Path]
NLI = ("entailment", "neutral", "contradiction")
DIFFICULTY = """
[tasks.mnli]
size = 100
[tasks.siqa]
size = 300
[tasks.qqp]
size = 200
[tasks.copa]
size = 400
"""


@pytest.fixture(scope="module")
def scored(
    tmp_path_factory: pytest.TempPathFactory, make_checkpoint: MakeCheckpoint, plan_of: Callable[..., Plan]
) -> Path:
    """A run of three tiny checkpoints with lineages, the third a copy of the second with another seed."""
    root = tmp_path_factory.mktemp("models")
    histories = {"direct": ((), 1), "mnli-1": (("mnli",), 1), "mnli-2": (("mnli",), 2)}
    for number, (name, (between, seed)) in enumerate(histories.items()):
        made = make_checkpoint(
            "ForSequenceClassification", NLI, hidden_dropout_prob=0.0, initializer_range=0.3 + number
        )
        shutil.copytree(made, root / name)
        write_lineage(root / name, Lineage("tiny", between, "xnli", seed, {"scale": "small"}))
    plan = plan_of(checkpoints=tuple(str(root / name) for name in histories))
    score(plan, store=root / "run")
    return root / "run"


@pytest.fixture(scope="module")
def trend_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up run: four intermediate tasks and none, three seeds each."""
    made = [
        Made(f"{task or 'direct'}-{seed}", lineage(*filter(None, [task]), seed=seed), 0.75, kept, key=seed)
        for task, kept in (("", 0.6), ("mnli", 0.65), ("siqa", 0.75), ("qqp", 0.7), ("copa", 0.8))
        for seed in range(3)
    ]
    directory = tmp_path_factory.mktemp("trend") / "run"
    run_of(directory, made, languages=("en", "th"), premises=40)
    return directory


def test_a_scored_run_is_compared_by_the_lineages_beside_its_weights(scored: Path, call: Call) -> None:
    code, out, err = call("compare", scored)
    assert (code, err) == (0, "")
    assert "Comparison of direct, after mnli" in out
    assert "intermediate mnli against none" in " ".join(out.split())
    assert "Effective robustness" in out
    assert "Trends" not in out  # no file of difficulties was given
    assert " nan" not in out
    assert max(map(len, out.splitlines())) <= 100


def test_json_holds_every_claim_with_its_sentence(scored: Path, call: Call) -> None:
    code, out, _ = call("compare", scored, "--format", "json")
    assert code == 0
    content: dict[str, Any] = json.loads(out)
    assert [arm["label"] for arm in content["arms"]] == ["direct", "after mnli"]
    (whole, *below) = content["levels"]
    assert whole["scope"] == "overall"
    gain = whole["robustness_gain"]
    # Seeds 1 and 2 against seed 1 alone: the claim is about these checkpoints, and says so.
    assert gain["training_seeds"] == []
    assert "not about how they were trained" in gain["sentence"]
    assert {row["scope"] for row in below} == {"perturbation"}
    assert [row["arm"] for row in content["effective_robustness"]] == ["direct", "after mnli"]


def test_trends_print_what_would_have_been_needed(
    trend_run: Path, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tasks.toml").write_text(DIFFICULTY, encoding="utf-8")
    assert call("difficulty", "tasks.toml", "--out", "difficulty.json")[0] == 0
    code, out, err = call("compare", trend_run, "--difficulty", "difficulty.json", "--out", "page.md")
    assert (code, err) == (0, "Kept in page.md\n")
    said = " ".join(out.split())
    assert "robustness gain and data-size of 4 intermediate tasks" in said
    # Four tasks: 2 of 24 orders are perfect, p = 0.083 at best.
    assert "these sizes cannot go below p = 0.08" in said
    assert "It is an association, whatever causes it." in said
    assert "Training seeds make" in said
    assert "these sizes cannot go below p = 0.10, whatever the data: no verdict at 5 % is possible" in said
    page = Path("page.md").read_text(encoding="utf-8")
    for heading in ("## Arms", "## Levels of factors", "## Every two arms", "## Trends without one task", "## Columns"):
        assert heading in page
    assert "intermediate copa against none: by task, group, language family and perturbation" in page
    assert re.search(r"^\| mnli .*\| +100 \|", page, re.MULTILINE)


def test_markdown_is_the_page_that_out_writes(trend_run: Path, call: Call, tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    code, out, _ = call(
        "compare", trend_run, "--format", "markdown", "--out", path, "-l", "en", "--reference", "base=xlm-r"
    )
    assert code == 0
    assert out == path.read_text(encoding="utf-8")
    assert "family" not in out.split("## Columns")[0].replace("language family", "")


def test_the_same_runs_give_the_same_page(trend_run: Path, call: Call) -> None:
    assert call("compare", trend_run, "--format", "json") == call("compare", trend_run, "--format", "json")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "holds no run.json"),
        (["{run}", "--reference", "base"], "--reference 'base' is not of the form FACTOR=LEVEL"),
        (["{run}", "--correction", "bonferroni"], "unknown correction 'bonferroni'"),
        (["{run}", "--alpha", "1"], "must lie between 0 and 1"),
        (["{run}", "--difficulty", "absent.json"], "absent.json cannot be read"),
        (["{run}", "--manifest", "absent.toml"], "absent.toml does not exist"),
        (["{run}", "--out", "no/such/place.md"], "could not be written"),
        (["{run}", "{run}"], "is given twice"),
    ],
)
def test_bad_input_gets_a_line(
    trend_run: Path,
    call: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = call("compare", *(argument.format(run=trend_run) for argument in arguments))
    assert code == 2
    assert message in err
    assert "Traceback" not in err


def test_comparing_loads_no_model_library() -> None:
    import subprocess
    import sys

    code = "import sys, harness.comparing.study, harness.cli.compare; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
