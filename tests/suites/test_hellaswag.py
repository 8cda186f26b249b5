"""HellaSwag: every layout gives the same questions, its traps, and the real files."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UsageError
from suites import Example, Request, find_task
from suites.intermediate.hellaswag import HUB
from tests.suites.squad_files import counts

ENDINGS = ["she sings.", "she runs. ", "she [title] eats.", "n/a"]
VIDEO: dict[str, Any] = {
    "ind": 24, "ctx_a": "A woman sits.", "ctx_b": "then", "ctx": "A woman sits. then", "endings": ENDINGS,
    "source_id": "activitynet~v_x", "split": "train", "label": 2,
}  # fmt: skip
ARTICLE: dict[str, Any] = VIDEO | {
    "ctx_a": "[header] How",
    "ctx_b": "",
    "ctx": "[header] How",
    "source_id": "wikihow~3",
}


def read(root: Path | None, split: str = "train", **options: str) -> list[Example]:
    return find_task("hellaswag").read(Request(root, "en", split, options))


def write(path: Path, items: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    joined = "".join(json.dumps(item) + "\n" for item in items) if path.suffix == ".jsonl" else json.dumps(items)
    path.write_text(joined, encoding="utf-8")
    return path


def texts(example: Example) -> list[str]:
    return [text.text for text in example.texts.values()]


def test_every_layout_gives_the_same_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from datasets import Dataset

    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path / "cache"))
    write(tmp_path / "hellaswag" / "hellaswag_val.jsonl", [VIDEO, ARTICLE])
    worded = [item | {"label": "2"} for item in (VIDEO, ARTICLE)]
    write(tmp_path / "hellaswag" / "hellaswag_val.json", worded)
    (tmp_path / "data").mkdir()
    rows = Dataset.from_list(worded).data.table
    pyarrow.parquet.write_table(rows, tmp_path / "data" / "validation-00000-of-00001.parquet")
    first, second = read(tmp_path, "dev")
    assert (first.id, first.group, first.target) == ("activitynet:24", "activitynet~v_x", "2")
    assert (second.id, second.group) == ("wikihow:24", "wikihow~3"), "the numbers of the two sources recur"
    assert list(first.texts) == ["context", "choice1", "choice2", "choice3", "choice4"]
    for layout in ("original", "json", "parquet"):
        assert read(tmp_path, "dev", layout=layout) == [first, second]


def test_the_begun_sentence_ends_the_context_or_begins_every_choice(tmp_path: Path):
    write(tmp_path / "hellaswag_train.jsonl", [VIDEO, ARTICLE])
    endings = [ending.strip() for ending in ENDINGS]
    assert [texts(example) for example in read(tmp_path)] == [
        ["A woman sits. then", *endings],
        ["[header] How", *endings],
    ]
    assert [texts(example) for example in read(tmp_path, begun="choices")] == [
        ["A woman sits.", *(f"then {ending}" for ending in endings)],
        ["[header] How", *endings],
    ]


@pytest.mark.parametrize(
    ("items", "error", "message"),
    [
        ([], DataError, "holds no question"),
        ([VIDEO, VIDEO], DataError, "line 2: question 'activitynet:24' is already at"),
        ([VIDEO | {"label": ""}], StrippedLabelsError, "no answer to any question: they are stripped"),
        ([{k: v for k, v in VIDEO.items() if k != "label"}], StrippedLabelsError, "no answer to any question"),
        ([VIDEO | {"label": 4}], DataError, "line 1: the answer 'E' is not one of A, B, C, D"),
        ([VIDEO | {"label": "two"}], DataError, "line 1: the answer 'two' is not one of A, B, C, D"),
        ([VIDEO | {"label": True}], DataError, "line 1: the label True is neither a number nor a text"),
        ([VIDEO | {"endings": ENDINGS[:3]}], DataError, "line 1: 3 choices instead of 4"),
        ([VIDEO | {"endings": [*ENDINGS[:3], "\ud800"]}], DataError, "line 1: 'endings' holds a lone surrogate"),
        ([VIDEO | {"endings": [*ENDINGS[:3], 4]}], DataError, "line 1: 'endings' holds something else than texts"),
        ([VIDEO | {"endings": [*ENDINGS[:3], " "]}], DataError, "line 1: choice4 is empty"),
        ([VIDEO | {"ctx": ""}], DataError, "line 1: context is empty"),
        ([VIDEO | {"source_id": "v_x"}], DataError, "line 1: the source 'v_x' is not of the form activitynet~"),
        ([VIDEO | {"ind": "24"}], DataError, "line 1: 'ind' is a JSON string instead of a number"),
    ],
)
def test_a_row_that_breaks_the_format_is_refused(tmp_path: Path, items, error, message: str):
    path = write(tmp_path / "hellaswag_train.jsonl", items)
    with pytest.raises(error, match=rf"{path}.*{message}"):
        read(tmp_path)


def test_an_empty_ending_is_refused_behind_a_begun_sentence_too(tmp_path: Path):
    write(tmp_path / "hellaswag_train.jsonl", [VIDEO | {"endings": [*ENDINGS[:3], " "]}])
    with pytest.raises(DataError, match="line 1: choice4 is empty"):
        read(tmp_path, begun="choices")


def test_what_is_not_there_is_said(tmp_path: Path):
    with pytest.raises(ResourceError, match=r"hellaswag_val\.jsonl.*hellaswag_val\.json.*data/validation\*\.parquet"):
        read(tmp_path, "dev")
    with pytest.raises(UsageError, match="no split 'test', only 'dev' and 'train'"):
        read(tmp_path, "test")
    with pytest.raises(ResourceError, match=rf"{HUB.name} \(train\).*--revision {HUB.revision}"):
        read(None)


REAL = {
    "english/hellaswag/hellaswag_train.json": ("train", 1192, 777),
    "english/hellaswag/hellaswag_val.jsonl": ("dev", 704, 87),
}
"""File, and of its rows: split, clusters, those from WikiHow, whose endings are sentences."""


@pytest.mark.parametrize("name", REAL)
def test_a_real_file_is_whole_and_its_answers_are_spread(data: Path, name: str):
    split, clusters, instructions = REAL[name]
    examples = read(data, split)
    assert len(examples) == counts(data)[name]
    assert len({example.group for example in examples}) == clusters
    assert min(Counter(example.target for example in examples).values()) > 0.22 * len(examples)
    begun = read(data, split, begun="choices")
    unchanged = [one.id for one, other in zip(examples, begun, strict=True) if texts(one) == texts(other)]
    assert len(unchanged) == instructions
    assert all(name.startswith("wikihow:") for name in unchanged)
