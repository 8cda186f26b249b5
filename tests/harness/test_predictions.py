"""Predictions made elsewhere: they give the table that the checkpoint gives, and what does not fit is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from harness import Plan, Run, load_run, score
from harness.export.export import export
from harness.store import Store
from perturbations.errors import CheckpointError, DataError, UsageError
from reports.columns import UNEXPLAINED
from reports.markdown import render_markdown
from tests.harness.elsewhere import answer_with_gold, bare, parts, predict_elsewhere, rows, write_answers

MakeCheckpoint = Callable[..., Path]
UNKNOWN = ["truncated", "pieces_clean", "pieces_perturbed", "calibration_clean", "calibration_perturbed"]
UNKNOWN += ["calibration_change"]


def answers(run: Run) -> list[tuple[tuple[str, ...], tuple[float, ...], tuple[float, ...]]]:
    """Prediction and vectors of every record of every cell."""
    store = Store(run.directory)
    return [(item.prediction, item.statistic, item.reference) for cell in run.planned for item in store.read(cell.key)]


def same_but_for_what_is_unknown(here: Run, there: Run) -> None:
    """Records and tables are equal, but for the name and what only a model that runs here can tell."""
    assert answers(here) == answers(there)
    left, right = here.table(), there.table()
    assert right[UNKNOWN].isna().all(axis=None)
    assert left["truncated"].notna().all()
    unnamed = [table.drop(columns=["checkpoint", *UNKNOWN]) for table in (left, right)]
    pd.testing.assert_frame_equal(*unnamed, check_exact=True)
    assert (left["flip_rate"] > 0).any(), "no answer changed, so that those of the clean texts would do"


@pytest.fixture(scope="module")
def exported(both_plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both tasks, two seeds, every core perturbation, as files."""
    directory = tmp_path_factory.mktemp("exported") / "files"
    export(bare(both_plan), directory)
    return directory


def test_the_table_is_that_of_the_checkpoint_for_classification_and_tagging(
    both_plan: Plan, exported: Path, classifier: Path, tagger: Path, tmp_path: Path
) -> None:
    for checkpoint, task in ((classifier, "xnli"), (tagger, "udpos")):
        plan = replace(both_plan, checkpoints=(str(checkpoint),), tasks=(task,))
        here = score(plan, store=tmp_path / f"{task} here")
        export(bare(plan), tmp_path / task)
        outputs = predict_elsewhere(tmp_path / task, tmp_path / f"{task} outputs", checkpoint)
        there = score(bare(plan, predictions=(str(outputs),)), store=tmp_path / f"{task} there")
        same_but_for_what_is_unknown(here, there)
        assert here.table()["drop"].abs().sum() > 0
        assert here.means().drop(columns="checkpoint").equals(there.means().drop(columns="checkpoint"))


@pytest.mark.parametrize(
    ("head", "task", "language", "options"),
    [
        ("ForMultipleChoice", "xcopa", "et", {}),
        ("ForQuestionAnswering", "xquad", "zh", {"question_length": "20", "stride": "16"}),
        ("ForMaskedLM", "tatoeba", "de", {"margin": "ratio", "layer": "0"}),
        ("ForMaskedLM", "bucc2018", "zh", {"threshold": "1.0"}),
    ],
)
def test_the_table_is_that_of_the_checkpoint_for_the_other_kinds(
    data: Path,
    tmp_path: Path,
    plan_of: Callable[..., Plan],
    make_checkpoint: MakeCheckpoint,
    head: str,
    task: str,
    language: str,
    options: dict[str, str],
) -> None:
    checkpoint, mining = make_checkpoint(head), task == "bucc2018"
    plan = plan_of(
        checkpoints=(str(checkpoint),), tasks=(task,), languages=(language,), data=str(data), options={task: options},
        split="dev" if mining else "test", limit=900 if mining else 40,
        perturbations=("character-swap", "word-deletion"),
    )  # fmt: skip
    here = score(plan, store=tmp_path / "here")
    export(bare(plan), tmp_path / "exported")
    outputs = predict_elsewhere(tmp_path / "exported", tmp_path / "outputs", checkpoint, options=options)
    there = score(bare(plan, predictions=(str(outputs),)), store=tmp_path / "there")
    same_but_for_what_is_unknown(here, there)


@pytest.fixture
def right(exported: Path, tmp_path: Path) -> Path:
    """Predictions without a mistake."""
    return answer_with_gold(exported, tmp_path / "right")


def test_what_is_right_scores_100_clean_and_perturbed(both_plan: Plan, right: Path, tmp_path: Path) -> None:
    run = score(bare(both_plan, predictions=(str(right),)), store=tmp_path / "run")
    table = run.table()
    assert (len(table), set(table["checkpoint"])) == (28, {"right"})
    assert (table[["clean", "perturbed"]] == 100).all(axis=None)
    report = run.report()
    assert any("right: predictions made elsewhere" in note for note in report.notes)
    assert "predictions right" in report.signature
    assert not {"precision", "device", "token budget"} & set(report.signature)
    assert load_run(tmp_path / "run").table().equals(table)


def test_predictions_and_checkpoints_stand_side_by_side(
    both_plan: Plan, right: Path, classifier: Path, tmp_path: Path
) -> None:
    plan = replace(both_plan, checkpoints=(str(classifier),), predictions=(str(right),), tasks=("xnli",))
    run = score(plan, store=tmp_path / "run")
    assert run.table().groupby("checkpoint").size().to_dict() == {"right": 14, classifier.name: 14}
    assert {"device", f"checkpoint {classifier.name}", "predictions right"} <= set(run.report().signature)
    page = render_markdown(run.report())
    assert not [name for name in ("truncated", "pieces", "calibration") if f"{name}: {UNEXPLAINED}" in page]
    other = shutil.copytree(right, tmp_path / "other" / "right")
    with pytest.raises(UsageError, match="are both named 'right'"):
        score(replace(plan, predictions=(str(right), str(other))), store=tmp_path / "none")


def test_cells_are_known_by_the_files_of_the_predictions(both_plan: Plan, right: Path, tmp_path: Path) -> None:
    plan = bare(both_plan, predictions=(str(right),), tasks=("xnli",))
    keys = [{item.key for item in score(plan, store=tmp_path / "run").planned}]
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "run" / "cells").iterdir()}
    keys.append({item.key for item in score(plan, store=tmp_path / "run").planned})
    assert keys[0] == keys[1]
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "run" / "cells").iterdir()} == before
    path = right / "clean" / "xnli" / "test-de.jsonl"
    found = rows(path)
    write_answers(path, [row["id"] for row in found], ["neutral"] * len(found))
    run = score(plan, store=tmp_path / "run")
    assert not keys[0] & {item.key for item in run.planned}
    assert {record.pieces for record in Store(run.directory).read(run.planned[0].key)} == {None}


def refused(plan: Plan, outputs: Path, store: Path, *said: str, error: type[Exception] = DataError) -> None:
    """The run is refused with these words and leaves nothing behind."""
    with pytest.raises(error) as caught:
        score(replace(plan, predictions=(str(outputs),)), store=store)
    for part in said:
        assert part in str(caught.value)
    assert not store.exists()


def ids_and_answers(path: Path) -> tuple[list[str], list[Any]]:
    found = rows(path)
    return [row["id"] for row in found], [row["prediction"] for row in found]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda ids, answers: (ids[3:], answers[3:]), ("3 of 24 examples have no prediction ('0', '1', '2')",)),
        (lambda ids, answers: ([*ids[:-1], "99"], answers), ("1 ids are not of the exported examples ('99')",)),
        (lambda ids, answers: ([*ids, "5"], [*answers, ""]), ("the id '5' is already at", "line 25", "line 6")),
        (lambda ids, answers: (ids, ["maybe"] * 4 + answers[4:]), ("4 of 24 predictions are no label", "'maybe'")),
        (lambda ids, answers: (ids, [["neutral"], *answers[1:]]), ("line 1", "['neutral']; give a string")),
        (lambda ids, answers: ([7, *ids[1:]], answers), ("line 1", "'id' is a JSON number")),
    ],
)
def test_predictions_that_do_not_fit_the_examples_are_refused(
    both_plan: Plan, right: Path, tmp_path: Path, change: Callable[..., Any], said: tuple[str, ...]
) -> None:
    path = right / "word-swap" / "rate-0.3" / "seed-1" / "xnli" / "test-en.jsonl"
    write_answers(path, *change(*ids_and_answers(path)))
    refused(bare(both_plan), right, tmp_path / "run", str(path), *said)


def test_a_sentence_with_a_tag_for_a_token_that_is_gone_is_refused(
    both_plan: Plan, right: Path, tmp_path: Path
) -> None:
    clean = right / "clean" / "udpos" / "test-en.jsonl"
    path = right / "word-deletion" / "rate-0.3" / "seed-0" / "udpos" / "test-en.jsonl"
    shutil.copy(clean, path)
    plan = bare(both_plan, predictions=(str(right),), tasks=("udpos",))
    with pytest.raises(DataError, match=r"sentences have another number of tags than tokens; the first is 'en_toy:s0'"):
        score(plan, store=tmp_path / "run")


def test_missing_files_and_doubled_ones_are_named(both_plan: Plan, right: Path, tmp_path: Path) -> None:
    plan = bare(both_plan)
    path = right / "identity" / "rate-0.3" / "seed-0" / "xnli" / "test-de.jsonl"
    content = path.read_text(encoding="utf-8")
    path.unlink()
    refused(plan, right, tmp_path / "run", "no predictions for xnli de identity at 0.3, seed 0", "test-de.tsv or")
    path.write_text(content, encoding="utf-8")
    path.with_suffix(".tsv").write_text("neutral\n" * 24, encoding="utf-8")
    refused(plan, right, tmp_path / "run", "hold predictions for one cell: keep one")
    path.with_suffix(".tsv").rename(path.with_suffix(".json"))
    path.unlink()
    refused(plan, right, tmp_path / "run", "predictions of classification end in .tsv or .jsonl")
    for folder in right.glob("**/udpos"):
        shutil.rmtree(folder)
    refused(replace(plan, tasks=("udpos",)), right, tmp_path / "run", "no file for udpos", error=CheckpointError)


def test_what_was_exported_from_other_data_or_not_at_all_is_refused(
    both_plan: Plan, right: Path, tmp_path: Path
) -> None:
    store = tmp_path / "run"
    plan = bare(both_plan)
    refused(replace(plan, limit=6), right, store, "exported from other data (24 examples", "(6 examples")
    refused(replace(plan, rates=(0.4,)), right, store, "at 0.4, seed 0 was not exported")
    refused(replace(plan, options={"udpos": {"multiword": "syntactic"}}), right, store, "with the options", "syntactic")


def test_other_noise_than_was_exported_is_refused(both_plan: Plan, right: Path, tmp_path: Path) -> None:
    plan = bare(both_plan, predictions=(str(right),), fields={"xnli": ("premise",)})
    with pytest.raises(DataError, match="made here are not those that were exported"):
        score(plan, store=tmp_path / "run")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "holds no manifest.json: copy it"),
        ("{", "no JSON"),
        ('{"format": 0}', "has format 0, this version reads 1"),
        ('{"format": 1, "version": "1", "plan": {}, "files": [{"path": 3}]}', "path is 3: give"),
        ('{"format": 1, "version": "1", "plan": {}, "files": []}', "holds no predictions under the paths"),
    ],
)
def test_a_directory_without_a_sound_manifest_is_refused(
    both_plan: Plan, tmp_path: Path, content: str | None, said: str
) -> None:
    outputs = tmp_path / "outputs"
    outputs.mkdir()
    if content is not None:
        (outputs / "manifest.json").write_text(content, encoding="utf-8")
    refused(bare(both_plan), outputs, tmp_path / "run", said)
    refused(bare(both_plan), tmp_path / "absent", tmp_path / "run", "there is no such directory")


def test_every_part_of_a_manifest_is_told_apart(exported: Path) -> None:
    found = parts(exported)
    assert len({part["path"] for part in found}) == len(found) == 2 * 2 * (1 + 7 * 2)
    assert json.loads((exported / "manifest.json").read_text(encoding="utf-8"))["plan"].get("data") is None
