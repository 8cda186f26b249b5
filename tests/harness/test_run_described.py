"""A task of the user's own, scored and told of like any other, by the path of its description."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness import Plan, load_run, read_plan, score
from suites import Request, find_task

PlanOf = Callable[..., Plan]

DESCRIPTION = """
kind = "classification"
format = "tsv"
files = "pairs-{language}.tsv"
languages = ["en", "de"]
id = "number"
group = "text"
label = "gold"
labels = ["entailment", "neutral", "contradiction"]
texts = { premise = "text", hypothesis = "claim" }
fields = ["premise"]
parallel = true
cite = "Doe 2024"
licence = "CC0"
"""


@pytest.fixture
def described(tmp_path: Path, small_data: Path) -> Path:
    """The small XNLI data as tables of one's own, and their description."""
    for language in ("en", "de"):
        lines = ["number\ttext\tclaim\tgold"]
        for example in find_task("xnli").read(Request(small_data, language)):
            texts = (example.texts[name].text for name in ("premise", "hypothesis"))
            lines.append("\t".join((example.id, *texts, str(example.target))))
        (tmp_path / f"pairs-{language}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(DESCRIPTION, encoding="utf-8")
    return path


def rows(directory: Path) -> list[dict[str, Any]]:
    return load_run(directory).table().to_dict("records")


def test_it_has_the_scores_of_the_same_data_in_a_layout_of_the_benchmark(
    plan_of: PlanOf, described: Path, tmp_path: Path
) -> None:
    plan = plan_of(tasks=(str(described),), data=str(tmp_path))
    run = score(plan, store=tmp_path / "run")
    score(plan_of(fields={"xnli": ("premise",)}), store=tmp_path / "xnli")
    names = ("language", "perturbation", "clean", "perturbed", "n")
    found, expected = ([[row[name] for name in names] for row in rows(tmp_path / place)] for place in ("run", "xnli"))
    assert found == expected
    assert len(found) == 6
    assert {row["task"] for row in rows(tmp_path / "run")} == {str(described)}
    assert run.report().signature[f"{described} fields"] == "premise"


def test_another_description_of_the_same_files_is_computed_anew(
    plan_of: PlanOf, described: Path, tmp_path: Path, watcher: Any
) -> None:
    plan = plan_of(tasks=(str(described),), data=str(tmp_path), languages=("en",), perturbations=("identity",))
    score(plan, store=tmp_path / "run")
    described.write_text(DESCRIPTION.replace('"neutral", "contradiction"', '"contradiction", "neutral"'))
    score(plan, store=tmp_path / "run", progress=watcher)
    assert watcher.stored == []
    assert len(watcher.computed) == 2, "clean and identity"


def test_a_plan_file_names_it_as_seen_from_the_plan(
    described: Path, classifier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    path = tmp_path / "plan.toml"
    path.write_text(
        f'checkpoints = ["{classifier.as_posix()}"]\ntasks = ["mine.toml", "xnli"]\ndata = "."\n'
        '[fields]\n"mine.toml" = ["hypothesis"]\nxnli = ["premise"]\n'
    )
    plan = read_plan(path)
    assert plan.tasks == (str(described), "xnli")
    assert dict(plan.fields) == {str(described): ("hypothesis",), "xnli": ("premise",)}
    assert replace(plan, tasks=(str(described),), fields={}).tasks == (str(described),)
