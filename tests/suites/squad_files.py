"""Small SQuAD files and tables for the tests of question answering and retrieval, and the counts of the real ones."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet


def question(name: str, text: str, *answers: tuple[str, int], **more: Any) -> dict[str, Any]:
    """One question with its answers (text and offset)."""
    found = [{"text": answer, "answer_start": start} for answer, start in answers]
    return {"id": name, "question": text, "answers": found, **more}


def article(*paragraphs: tuple[str, list[dict[str, Any]]], title: str | None = None) -> dict[str, Any]:
    """One article of paragraphs (context and questions)."""
    inner = [{"context": context, "qas": questions} for context, questions in paragraphs]
    return {"paragraphs": inner} if title is None else {"title": title, "paragraphs": inner}


def squad(path: Path, *articles: dict[str, Any]) -> Path:
    """A file in SQuAD's layout."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"version": "1.1", "data": list(articles)}), encoding="utf-8")
    return path


def blanked(*articles: dict[str, Any]) -> list[dict[str, Any]]:
    """The articles as the benchmark processes them: one question each, without a title, its answers blank."""
    return [
        article((paragraph["context"], [question(item["id"], item["question"], ("", 0))]))
        for inner in articles
        for paragraph in inner["paragraphs"]
        for item in paragraph["qas"]
    ]


def table(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """A Parquet file as the hub has it: the answers of a row are two lists, of texts and of offsets."""
    from datasets import Dataset

    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(Dataset.from_list([dict(row) for row in rows]).data.table, path)
    return path


def squad_rows(*articles: dict[str, Any]) -> list[dict[str, Any]]:
    """The same questions as rows of such a table."""
    return [
        {
            "id": item["id"],
            "title": inner.get("title", ""),
            "context": paragraph["context"],
            "question": item["question"],
            "answers": {
                "text": [answer["text"] for answer in item["answers"]],
                "answer_start": [answer["answer_start"] for answer in item["answers"]],
            },
        }
        for inner in articles
        for paragraph in inner["paragraphs"]
        for item in paragraph["qas"]
    ]


def counts(data: Path) -> dict[str, int]:
    """Path and number of examples of every real file that has any."""
    with (data / "MANIFEST.tsv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["path"]: int(row["examples"]) for row in rows if row["examples"].isdigit()}
