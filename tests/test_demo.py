"""The demo from end to end, and the README's code on what it leaves behind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.demo import run_demo
from harness.progress import Silence
from harness.results import Run
from harness.statistics.distributions import above_chance
from reports.markdown import render_markdown
from reports.report import Report

README = Path(__file__).parents[1] / "README.md"
CODE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(home: Path) -> tuple[Run, Report]:
    return run_demo(home / ".demo", Silence())


def test_three_checkpoints_learn_english_and_transfer(demo: tuple[Run, Report]) -> None:
    clean = demo[0].table().groupby(["checkpoint", "language"])[["clean", "n"]].first()
    checkpoints = clean.index.get_level_values("checkpoint").unique()
    assert sorted(checkpoints) == ["after-ner", "after-qnli", "direct"]
    for checkpoint in checkpoints:
        rows = clean.loc[checkpoint]
        assert rows.loc["en", "clean"] >= 80
        others = rows.drop("en")
        p = [above_chance(round(row.clean * row.n / 100), int(row.n), 1 / 3) for row in others.itertuples()]
        assert len(others) == 11
        assert sum(value < 0.01 for value in p) >= 6


def test_some_perturbation_hurts_significantly_and_the_control_does_not(demo: tuple[Run, Report]) -> None:
    table = demo[0].table()
    control = table[table["perturbation"] == "identity"]
    assert (control["drop"] == 0).all()
    assert (control["status"] == "untestable").all()
    for _, rows in table.groupby("checkpoint"):
        assert ((rows["adjusted_p"] < 0.05) & (rows["drop"] > 0)).any()


def test_the_page_says_what_was_reached_and_where_the_time_went(demo: tuple[Run, Report]) -> None:
    page = render_markdown(demo[1])
    assert "clean accuracy" in page
    assert "Synthetic data" in page
    assert {"pretrain encoder", "predicting"} <= {stage for stage, _ in demo[1].timing}
    assert "nan" not in page.casefold().replace("nanny", "")


def test_a_second_demo_trains_and_predicts_nothing(demo: tuple[Run, Report], home: Path) -> None:
    run, report = run_demo(home / ".demo", Silence())
    assert not {stage for stage, _ in report.timing} & {"pretrain encoder", "predicting"}
    assert run.table().equals(demo[0].table())


def test_the_code_of_the_readme_runs(
    demo: tuple[Run, Report], home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(home)
    blocks = CODE.findall(README.read_text(encoding="utf-8"))
    assert len(blocks) == 2
    for block in blocks:
        exec(compile(block, str(README), "exec"), {})
    printed = capsys.readouterr().out
    assert "character-swap" in printed
    assert "ฉันกินที่ข้าวบ้าน 0.4 ฉันกินข้าวที่บ้าน" in printed
