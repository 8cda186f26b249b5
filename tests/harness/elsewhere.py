"""A system that runs elsewhere: it sees exported files alone, and writes predictions as the export asks for them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness import Inference
from harness.checkpoints.checkpoint import open_checkpoint
from harness.predictors.make import make_predictor
from harness.predictors.prediction import Searcher
from suites.examples import Example, Pool, Text, token_text
from suites.task import Kind, find_task

Row = dict[str, Any]


def rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def parts(directory: Path) -> list[Row]:
    """The files of a manifest."""
    return json.loads((directory / "manifest.json").read_text(encoding="utf-8"))["files"]


def example_of(row: Row) -> Example:
    """What a model reads of a row; the gold answers stay behind."""
    tokens, languages = row.get("tokens", {}), row["languages"]
    texts = {
        name: token_text(tokens[name], [""] * len(tokens[name]), language=languages[name], key="")
        if name in tokens
        else Text(text, languages[name], "")
        for name, text in row["texts"].items()
    }
    return Example(row["id"], row["id"], texts)


def predict_elsewhere(exported: Path, out: Path, checkpoint: Path, *, options: dict[str, str] | None = None) -> Path:
    """Answer everything that was exported with a checkpoint, as JSONL beside a copy of the manifest."""
    out.mkdir(parents=True)
    shutil.copy(exported / "manifest.json", out)
    predictors: dict[str, Any] = {}
    for part in parts(exported):
        task = find_task(part["task"])
        if task.name not in predictors:
            predictors[task.name] = make_predictor(
                open_checkpoint(str(checkpoint)), task, Inference(device="cpu"), options or {}
            )
        predictor = predictors[task.name]
        if isinstance(predictor, Searcher):
            predictor = predictor.over(Pool("p", tuple(example_of(row) for row in rows(exported / part["pool"]))))
        examples = [example_of(row) for row in rows(exported / "jsonl" / f"{part['path']}.jsonl")]
        answers = [prediction.label for prediction in predictor.predict(examples)]
        write_answers(out / f"{part['path']}.jsonl", [example.id for example in examples], answers)
    return out


def write_answers(path: Path, ids: Sequence[str], answers: Sequence[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (
        json.dumps({"id": name, "prediction": answer if isinstance(answer, str) else list(answer)})
        for name, answer in zip(ids, answers, strict=True)
    )
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def answer_with_gold(exported: Path, out: Path, change: Callable[[Row], Any] | None = None) -> Path:
    """Predictions that are what is right, or what `change` makes of a row, for every exported cell."""
    out.mkdir(parents=True)
    shutil.copy(exported / "manifest.json", out)
    for part in parts(exported):
        kind = find_task(part["task"]).kind
        found = rows(exported / "jsonl" / f"{part['path']}.jsonl")
        answers = [change(row) if change else row["gold"] for row in found]
        if kind is Kind.QUESTION_ANSWERING and not change:
            answers = [answer[0] for answer in answers]
        write_answers(out / f"{part['path']}.jsonl", [row["id"] for row in found], answers)
    return out


def bare(plan: Any, **changes: Any) -> Any:
    """A plan without checkpoints."""
    return replace(plan, checkpoints=(), **changes)
