"""Runs over real data of the kinds beyond classification and tagging, with tiny checkpoints of random weights."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness import Inference, Plan, Run, score
from harness.inputs import read_inputs
from harness.store import Store
from perturbations.errors import UnknownNameError
from perturbations.protection import Protection

MakeCheckpoint = Callable[..., Path]
NOISE = ("character-swap", "identity", "word-deletion")


def plan(checkpoint: Path, task: str, data: Path, *languages: str, **changes: object) -> Plan:
    values: dict[str, object] = {
        "checkpoints": (str(checkpoint),), "tasks": (task,), "languages": languages, "data": str(data), "limit": 12,
        "perturbations": NOISE, "inference": Inference(device="cpu"),
    }  # fmt: skip
    if "QuestionAnswering" in (checkpoint / "config.json").read_text(encoding="utf-8") and task != "tatoeba":
        # The tiny models read 62 pieces.
        values["options"] = {task: {"question_length": "20", "stride": "16"}}
    return Plan(**(values | changes))


def records(run: Run, perturbation: str, language: str) -> list[tuple[tuple[str, ...], tuple[float, ...]]]:
    (found,) = [
        item.key for item in run.planned if item.perturbation == perturbation and item.cell.language == language
    ]
    store = Store(run.directory)
    return [(record.prediction, record.statistic) for record in store.read(found)]


@pytest.mark.parametrize(
    ("head", "task", "languages"),
    [
        ("ForMultipleChoice", "xcopa", ("et", "zh")),
        ("ForQuestionAnswering", "xquad", ("ar", "zh")),
        ("ForQuestionAnswering", "tydiqa", ("ko", "te")),
        ("ForMaskedLM", "tatoeba", ("af", "th")),
        ("ForMaskedLM", "bucc2018", ("zh",)),
    ],
)
def test_a_task_is_scored_clean_and_perturbed_and_a_second_run_computes_nothing(
    data: Path, tmp_path: Path, make_checkpoint: MakeCheckpoint, head: str, task: str, languages: tuple[str, ...]
) -> None:
    # Of BUCC the evaluation data holds the development set only.
    asked = plan(make_checkpoint(head), task, data, *languages, split="dev" if task == "bucc2018" else "test")
    run = score(asked, store=tmp_path)
    table = run.table()
    assert set(table["language"]) == set(languages)
    assert list(table[table["perturbation"] == "identity"]["drop"]) == [0.0] * len(languages)
    assert ((table["realised_rate"] > 0) == (table["perturbation"] != "identity")).all()
    for language in languages:
        for clean, same in zip(records(run, "clean", language), records(run, "identity", language), strict=True):
            assert clean == same
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")}
    again = score(asked, store=tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")} == before
    assert again.table().equals(table)


def test_protected_answers_stand_in_the_perturbed_contexts(
    data: Path, tmp_path: Path, make_checkpoint: MakeCheckpoint
) -> None:
    asked = plan(
        make_checkpoint("ForQuestionAnswering"), "xquad", data, "hi", perturbations=("character-substitution",),
        fields={"xquad": ("context",)}, rates=(0.6,), protection=Protection(labels=True),
    )  # fmt: skip
    run = score(asked, store=tmp_path)
    (inputs,), _ = read_inputs(asked)
    (key,) = [item.key for item in run.planned if item.perturbation != "clean"]
    touched = 0
    for record, example in zip(Store(tmp_path).read(key), inputs.examples, strict=True):
        for start, end, *_ in json.loads(record.edits)["context"]:
            touched += 1
            assert not any(start < span.end and span.start < end for span in example.texts["context"].spans)
    assert touched > 100


def test_predictor_options_shape_the_key_and_the_numbers(
    data: Path, tmp_path: Path, make_checkpoint: MakeCheckpoint
) -> None:
    checkpoint = make_checkpoint("ForMaskedLM")
    runs = [
        score(plan(checkpoint, "tatoeba", data, "de", options={"tatoeba": {"layer": layer}}, limit=40), store=tmp_path)
        for layer in ("0", "last")
    ]
    keys = [{item.key for item in run.planned} for run in runs]
    assert not keys[0] & keys[1]
    found = [[prediction for prediction, _ in records(run, "clean", "de")] for run in runs]
    assert found[0] != found[1]
    assert {len(ids) for ids in found[0]} == {20}
    with pytest.raises(UnknownNameError, match="did you mean 'layer'"):
        plan(checkpoint, "tatoeba", data, "de", options={"tatoeba": {"layers": "3"}})


def test_an_answer_that_was_deleted_is_not_an_unanswerable_question(
    data: Path, tmp_path: Path, make_checkpoint: MakeCheckpoint
) -> None:
    asked = plan(
        make_checkpoint("ForQuestionAnswering"), "xquad", data, "en", perturbations=("word-deletion",), rates=(1.0,),
        fields={"xquad": ("context",)},
    )  # fmt: skip
    run = score(asked, store=tmp_path)
    for prediction, statistic in records(run, "word-deletion", "en"):
        assert prediction != ("",) or statistic[0] == 0
