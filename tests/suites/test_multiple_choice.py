"""The English sets of multiple choice, Social IQa and CommonsenseQA: layouts, traps and the real files."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UsageError
from suites import Example, Request, find_task

SITUATION = {"context": "Tracy left.", "question": "Why?", "answerA": "rain", "answerB": " tea ", "answerC": "home"}
TEXTS = ["bank", "library", "store", "mall", "new york"]
FLAT = {"id": "a", "question": "Where?", "choices": {"label": list("ABCDE"), "text": TEXTS}, "answerKey": "D"}
NESTED = {
    "id": "a",
    "question": {
        "stem": "Where?",
        "choices": [{"label": label, "text": text} for label, text in zip("ABCDE", TEXTS, strict=True)],
    },
    "answerKey": "D",
}


def write(root: Path, name: str, rows: list[dict[str, Any]]) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def read(task: str, root: Path, split: str = "dev", **options: str) -> list[Example]:
    return find_task(task).read(Request(root, "en", split, options))


def test_both_layouts_of_siqa_give_the_same_examples(tmp_path: Path):
    other = SITUATION | {"context": "Tracy stayed."}
    rows = [(SITUATION, "B", 2), (other, "A", 1), (SITUATION, "C", 3)]
    write(tmp_path, "siqa/socialIQa_v1.4_dev.jsonl", [row | {"correct": letter} for row, letter, _ in rows])
    write(tmp_path, "socialiqa-train-dev/dev.jsonl", [row for row, _, _ in rows])
    labels = "".join(f"{number}\n" for _, _, number in rows)
    (tmp_path / "socialiqa-train-dev" / "dev-labels.lst").write_text(labels)
    examples = read("siqa", tmp_path, layout="single")
    assert examples == read("siqa", tmp_path, layout="separate") == read("siqa", tmp_path)
    assert [(e.id, e.group, e.target) for e in examples] == [("0", "0", "1"), ("1", "1", "0"), ("2", "0", "2")]
    assert list(examples[0].texts) == ["context", "question", "choice1", "choice2", "choice3"]
    assert examples[0].texts["choice2"].text == "tea"


def test_both_forms_of_commonsenseqa_give_the_same_example(tmp_path: Path):
    write(tmp_path / "a", "dev_rand_split.jsonl", [FLAT])
    write(tmp_path / "b", "commonsenseqa/dev_rand_split.jsonl", [NESTED])
    (example,) = read("commonsenseqa", tmp_path / "a")
    assert [example] == read("commonsenseqa", tmp_path / "b")
    assert (example.id, example.group, example.target) == ("a", "a", "3")
    assert [text.text for text in example.texts.values()] == ["Where?", *TEXTS]


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ("1\n", DataError, r"dev-labels\.lst has 1 answers for the 2 questions"),
        ("1\n4\n", DataError, r"dev\.jsonl line 2: its answer in dev-labels\.lst is '4' instead of 1, 2 or 3"),
        (None, StrippedLabelsError, r"holds no answers and dev-labels\.lst is not beside it"),
    ],
)
def test_answers_that_do_not_fit_their_questions_are_refused(tmp_path: Path, content, error, message: str):
    write(tmp_path, "socialiqa-train-dev/dev.jsonl", [SITUATION, SITUATION])
    if content:
        (tmp_path / "socialiqa-train-dev" / "dev-labels.lst").write_text(content)
    with pytest.raises(error, match=message):
        read("siqa", tmp_path)


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ([], DataError, "holds no question"),
        ([FLAT | {"answerKey": ""}], StrippedLabelsError, "no answer to any question"),
        ([{k: v for k, v in NESTED.items() if k != "answerKey"}], StrippedLabelsError, "no answer to any question"),
        ([FLAT, FLAT], DataError, "line 2: question 'a' is already at"),
        ([FLAT | {"answerKey": "F"}], DataError, "line 1: the answer 'F' is not one of A, B, C, D, E"),
        ([FLAT | {"question": " "}], DataError, "line 1: question is empty"),
        ([FLAT | {"choices": {"label": list("ABCDE"), "text": TEXTS[:4]}}], DataError, "called A, B, C, D, E instead"),
        ([FLAT | {"choices": {"label": list("ABCD"), "text": TEXTS[:4]}}], DataError, "4 choices instead of 5"),
        ([FLAT | {"choices": {"label": list("BACDE"), "text": TEXTS}}], DataError, "called B, A, C, D, E instead of A"),
        ([FLAT | {"choices": {"label": list("ABCDE"), "text": [1, *TEXTS[1:]]}}], DataError, "'text' holds something"),
        ([FLAT | {"choices": {"label": list("ABCDE"), "text": ["\ud800", *TEXTS[1:]]}}], DataError, "lone surrogate"),
        ([FLAT | {"choices": None}], DataError, "line 1: a JSON null instead of an object"),
    ],
)
def test_a_row_of_commonsenseqa_that_breaks_the_format_is_refused(tmp_path: Path, rows, error, message: str):
    path = write(tmp_path, "dev_rand_split.jsonl", rows)
    with pytest.raises(error, match=rf"{path}.*{message}"):
        read("commonsenseqa", tmp_path)


def test_what_is_not_there_is_said(tmp_path: Path):
    with pytest.raises(ResourceError, match=r"socialIQa_v1\.4_trn\.jsonl.*train\.jsonl.*socialiqa-train-dev\.zip"):
        read("siqa", tmp_path, "train")
    with pytest.raises(ResourceError, match=r"train_rand_split\.jsonl.*data/train\*\.parquet"):
        read("commonsenseqa", tmp_path, "train")
    with pytest.raises(UsageError, match="no split 'test' with answers: ask for dev or train"):
        read("commonsenseqa", tmp_path, "test")
    with pytest.raises(UsageError, match="'siqa' is not read from the hub"):
        find_task("siqa").read(Request(None, "en"))
    with pytest.raises(ResourceError, match=r"tau/commonsense_qa \(dev\)"):
        find_task("commonsenseqa").read(Request(None, "en", "dev"))


REAL = {
    "english/siqa/socialIQa_v1.4_dev.jsonl": ("siqa", "dev", 1930),
    "english/siqa/socialIQa_v1.4_tst.jsonl": ("siqa", "test", 2203),
    "english/commonsenseqa/dev_rand_split.jsonl": ("commonsenseqa", "dev", 1221),
    "english/commonsenseqa/train_rand_split.jsonl": ("commonsenseqa", "train", 3000),
}


@pytest.mark.parametrize("name", REAL)
def test_a_real_file_is_whole_and_its_answers_are_spread(data: Path, name: str):
    task, split, clusters = REAL[name]
    with (data / "MANIFEST.tsv").open(encoding="utf-8", newline="") as stream:
        counts = {row["path"]: row["examples"] for row in csv.DictReader(stream, delimiter="\t")}
    examples = read(task, data, split)
    assert len(examples) == int(counts[name])
    assert len({example.group for example in examples}) == clusters
    answers = Counter(example.target for example in examples)
    labels = find_task(task).labels
    assert set(answers) == set(labels)
    assert min(answers.values()) > 0.8 * len(examples) / len(labels)
