"""Parameters, variants and severities from a plan to the report: each makes other cells, and is told."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness import Inference, Plan, Run, load_run, score
from harness.contestants import open_contestants
from harness.evaluation import Evaluation
from harness.inputs import read_inputs
from harness.store import Store
from perturbations import Protection
from perturbations.errors import UnknownNameError, UsageError, XRobustError
from perturbations.plausibility import OtherWords
from reports.markdown import render_markdown
from tests.harness.test_run import rows

PlanOf = Callable[..., Plan]
NOISES = ("identity", "homoglyph", "character-substitution")


def keys(plan: Plan) -> set[str]:
    """The keys of the cells of a plan, none of which is computed."""
    inputs, _ = read_inputs(plan)
    return {
        item.key
        for checkpoint in open_contestants(plan)
        for each in inputs
        for item in Evaluation(plan, plan.noises(), checkpoint, each).planned
    }


@pytest.mark.parametrize(
    ("change", "common"),
    [
        ({"limit": 12}, 0),
        ({"inference": Inference(device="cpu", max_pieces=16)}, 0),
        ({"options": {"xnli": {"layout": "original"}}}, 0),
        # The clean cell does not depend on what would be perturbed, nor how.
        ({"fields": {"xnli": ("hypothesis",)}}, 1),
        ({"protection": Protection(numbers=True)}, 1),
        ({"protection": Protection(labels=True)}, 1),
        ({"parameters": {"homoglyph": {"across": False}}}, 3),
        ({"parameters": {"homoglyph": {"across": "true"}}}, 4),
        ({"plausibility": OtherWords()}, 2),
        ({"plausibility": OtherWords(refuses=False)}, 2),
        ({"plausibility": OtherWords(least=4.0)}, 2),
        ({"rates": None, "severities": ("heavy",)}, 1),
        ({"statistics": None}, 4),
    ],
    ids=str,
)
def test_what_shapes_a_number_makes_other_cells_and_nothing_else_does(
    plan_of: PlanOf, change: Mapping[str, Any], common: int
) -> None:
    plan = plan_of(languages=("en",), perturbations=NOISES)
    made = change if change != {"statistics": None} else {"statistics": replace(plan.statistics, resamples=999)}
    others = keys(replace(plan, **made))
    judged = {"identity", "homoglyph", "character-substitution"} if "plausibility" in change else set[str]()
    assert len(keys(plan) & others) == (1 if judged else common)
    assert keys(replace(plan, rates=(1,))) == keys(replace(plan, rates=(1.0,)))


def test_settings_that_differ_from_one_another_make_cells_that_do(plan_of: PlanOf) -> None:
    plan = plan_of(languages=("en",), perturbations=("character-swap",))
    judges = (None, OtherWords(), OtherWords(refuses=False), OtherWords(least=4.0))
    guards = [
        Protection(),
        Protection(first=True),
        Protection(last=True),
        Protection(shortest=3),
        Protection(urls=True),
    ]
    found = [keys(replace(plan, plausibility=judge, protection=guard)) for judge in judges for guard in guards]
    assert len(set[str]().union(*found)) == 1 + len(judges) * len(guards)


def table(directory: Path, *lines: str) -> Path:
    """A table of misspellings."""
    directory.mkdir(exist_ok=True)
    path = directory / "en.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_real_typos_are_known_by_what_their_table_says_and_not_by_where_it_lies(
    plan_of: PlanOf, tmp_path: Path, watcher: Any
) -> None:
    first = table(tmp_path / "first", "cta->cat", "dgo->dog", "tehy->they")

    def scored(path: str | Path) -> Run:
        plan = plan_of(perturbations=("real-typos",), rates=(1.0,), parameters={"real-typos": {"table": str(path)}})
        return score(plan, store=tmp_path / "run", progress=watcher)

    run = scored(first.parent / "{language}.txt")
    found = {row["language"]: row for row in rows(run)}
    assert found["en"]["realised_rate"] > 0
    assert found["de"]["status"] == "unavailable"
    assert "no file" in found["de"]["note"]
    records = [record for item in run.planned for record in Store(run.directory).read(item.key)]
    assert {piece for record in records for piece in ("cta", "dgo") if piece in record.edits} == {"cta", "dgo"}
    (cell,) = (item.cell for item in run.planned if not item.cell.clean)
    assert str(tmp_path) not in cell.description()
    assert cell.parameters["table"].startswith("3 words, ")
    computed = len(watcher.computed)
    scored(
        str(table(tmp_path / "second", "# the same", "dgo->dog", "cta->cat", "tehy->they")).replace(
            "en.", "{language}."
        )
    )
    assert len(watcher.computed) == computed
    scored(str(table(tmp_path / "third", "cta->cat", "dogg->dog")).replace("en.", "{language}."))
    assert len(watcher.computed) == computed + 1


def test_a_masked_language_model_is_known_by_its_weights_and_loaded_only_for_what_is_missing(
    plan_of: PlanOf, make_checkpoint: Callable[..., Path], tmp_path: Path, watcher: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = make_checkpoint("ForMaskedLM")

    def plan(**parameters: object) -> Plan:
        given = {"masked-language-model": {"device": "cpu", **parameters}} if parameters else {}
        return plan_of(languages=("en",), perturbations=("masked-language-model",), limit=6, parameters=given)

    bare = score(plan(), store=tmp_path)
    assert [(row["status"], "no model given" in row["note"]) for row in rows(bare)] == [("unavailable", True)]
    run = score(plan(model=str(model), top="5"), store=tmp_path, progress=watcher)
    (cell,) = (item.cell for item in run.planned if not item.cell.clean)
    assert rows(run)[0]["realised_rate"] == pytest.approx(0.3, abs=0.1)
    assert str(model) not in cell.description()
    assert "top=5" in cell.parameters["model"]
    assert watcher.computed[-1].endswith("masked-language-model 0.3")
    shutil.copytree(model, tmp_path / "copy")
    monkeypatch.setattr("harness.fill.load_head", None)  # whoever loads a model now fails
    computed = list(watcher.computed)
    again = score(plan(model=str(tmp_path / "copy"), top=5), store=tmp_path, progress=watcher)
    assert watcher.computed == computed
    assert rows(load_run(again.directory)) == rows(run)
    with pytest.raises(TypeError):
        score(plan(model=str(model), top=6), store=tmp_path)


def test_a_model_that_fills_no_masks_is_told_before_anything_is_computed(
    plan_of: PlanOf, classifier: Path, tmp_path: Path, watcher: Any
) -> None:
    parameters = {"masked-language-model": {"model": str(classifier), "device": "cpu"}}
    plan = plan_of(languages=("en",), perturbations=("masked-language-model",), parameters=parameters)
    with pytest.raises(XRobustError, match="no weights for lm_head"):
        score(plan, store=tmp_path, progress=watcher)
    assert watcher.computed == []


def test_one_run_holds_a_perturbation_twice_with_other_parameters(
    plan_of: PlanOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lexica = tmp_path / "lexica"
    lexica.mkdir()
    (lexica / "en-de.txt").write_text("cat Katze\ndog Hund\n", encoding="utf-8")
    (lexica / "en-fr.txt").write_text("cat chat\ndog chien\n", encoding="utf-8")
    monkeypatch.setenv("XROBUST_RESOURCES", str(lexica))
    names = {"to-german": "code-switching", "to-french": "code-switching"}
    targets = {"to-german": {"target": "de"}, "to-french": {"target": "fr"}}
    plan = plan_of(
        languages=("en",), perturbations=tuple(names), variants=names, parameters=targets, rates=(1.0,), seeds=(0, 1)
    )
    run = score(plan, store=tmp_path / "run")
    words = {"to-german": ("Katze", "Hund"), "to-french": ("chat", "chien")}
    for item in run.planned:
        edits = "".join(record.edits for record in Store(run.directory).read(item.key))
        assert item.cell.perturbation in ("clean", "code-switching")
        for name, made in words.items():
            assert all((word in edits) == (item.perturbation == name) for word in made)
    assert {row["perturbation"] for row in rows(run)} == set(names)
    assert (
        run.signature["parameters of to-german"] == "code-switching, target = 'de', lexicon = 'muse', phrases = False"
    )
    page = render_markdown(run.report())
    assert "to-french is code-switching with other parameters." in page
    assert rows(load_run(run.directory)) == rows(run)


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        (
            {"parameters": {"homoglyf": {}}},
            UnknownNameError,
            "unknown perturbation of this run 'homoglyf': did you mean",
        ),
        (
            {"parameters": {"homoglyph": {"acros": True}}},
            UnknownNameError,
            "unknown parameter of homoglyph 'acros': did",
        ),
        ({"parameters": {"homoglyph": {"across": 1}}}, UsageError, "homoglyph: across is 1: give true or false"),
        ({"parameters": {"homoglyph": {"across": "yes"}}}, UsageError, "across is 'yes': give true or false"),
        ({"parameters": {"identity": {"x": 1}}}, UsageError, "identity takes no parameters: leave out x"),
        ({"variants": {"identity": "homoglyph"}}, UsageError, "'identity' has the name of something else"),
        ({"variants": {"clean": "homoglyph"}}, UsageError, "'clean' has the name of something else"),
        ({"variants": {"other": "homoglyph"}}, UnknownNameError, "unknown perturbation of this run 'other'"),
        ({"severities": ("hevy",)}, UnknownNameError, "unknown severity 'hevy': did you mean 'heavy'"),
    ],
    ids=str,
)
def test_what_cannot_be_configured_is_refused(
    plan_of: PlanOf, given: dict[str, Any], error: type[XRobustError], said: str
) -> None:
    with pytest.raises(error) as caught:
        plan_of(perturbations=("identity", "homoglyph"), **given)
    assert said in str(caught.value)


def test_a_severity_is_its_rate_and_is_shown_beside_it(plan_of: PlanOf, tmp_path: Path) -> None:
    by_name = plan_of(perturbations=("word-deletion",), rates=None, severities=("heavy", "light"))
    run = score(by_name, store=tmp_path)
    assert {(row["rate"], row["severity"]) for row in rows(run)} == {(0.2, "heavy"), (0.05, "light")}
    assert {item.cell.rate for item in run.planned} == {0.0, 0.05, 0.2}
    assert keys(by_name) == keys(plan_of(perturbations=("word-deletion",), rates=(0.05, 0.2)))
    page = render_markdown(run.report())
    assert "20 % heavy" in page
    assert "5 % light" in page
    assert run.signature["rates"] == "0.2 heavy, 0.05 light"
    assert rows(load_run(tmp_path)) == rows(run)
    both = plan_of(rates=(0.05, 0.3), severities=("light",))
    assert both.every_rate == (0.05, 0.3)
    assert (both.severity(0.05), both.severity(0.3)) == ("light", None)
