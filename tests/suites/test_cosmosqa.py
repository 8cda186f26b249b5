"""Cosmos QA: its tables, the rest of a dev set, traps, and the real files."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UsageError
from suites import Example, Request, find_task
from tests.suites.squad_files import counts

HEADER = ("id", "context", "question", "answer0", "answer1", "answer2", "answer3", "label")
ROWS = [
    ("a##q1", 'He said "no", twice.\nThen left.', "Why ?", "rain", "tea", " home ", "None of the above choices .", "2"),
    ("a##q2", 'He said "no", twice.\nThen left.', "When ?", "now", "then", "never", "None of the above choices .", "3"),
    ("b##q1", "She stayed .", "Why ?", "rain", "tea", "home", "n/a", "0"),
]


def read(root: Path | None, split: str = "dev", **options: str) -> list[Example]:
    return find_task("cosmosqa").read(Request(root, "en", split, options))


def write(path: Path, rows: Sequence[tuple[str, ...]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *rows])
    return path


@pytest.mark.parametrize(("name", "split"), [("train.csv", "train"), ("valid.csv", "dev")])
def test_context_and_question_are_read_before_four_choices(tmp_path: Path, name: str, split: str):
    write(tmp_path / "cosmosqa" / name, ROWS)
    first, second, third = read(tmp_path, split)
    assert list(first.texts) == ["context", "question", "choice1", "choice2", "choice3", "choice4"]
    assert first.texts["context"].text == 'He said "no", twice.\nThen left.'
    assert first.texts["choice3"].text == "home"
    assert [(e.id, e.group, e.target) for e in (first, second, third)] == [
        ("a##q1", "a##q1", "2"),
        ("a##q2", "a##q1", "3"),
        ("b##q1", "b##q1", "0"),
    ]


def test_the_rest_of_the_dev_set_is_training_data_only_where_it_is_named(tmp_path: Path):
    write(tmp_path / "valid.rest.csv", ROWS[:2])
    with pytest.raises(ResourceError, match=r"train\.csv.*not for valid\.rest\.csv, which is layout 'rest'"):
        read(tmp_path, "train")
    assert len(read(tmp_path, "train", layout="rest")) == 2
    with pytest.raises(UsageError, match=r"layout 'rest' of task 'cosmosqa' .* has no split 'dev', only 'train'"):
        read(tmp_path, layout="rest")
    write(tmp_path / "valid.csv", ROWS[2:])
    assert len(read(tmp_path, "train", layout="rest")) == 2
    write(tmp_path / "valid.csv", ROWS[1:])
    with pytest.raises(DataError, match=r"valid\.rest\.csv holds 1 examples of the dev set"):
        read(tmp_path, "train", layout="rest")


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ([], DataError, "holds no question"),
        ([ROWS[0], ROWS[0]], DataError, "line 4: question 'a##q1' is already at"),
        ([(*ROWS[0][:-1], "")], StrippedLabelsError, "no answer to any question: they are stripped"),
        ([(*ROWS[0][:-1], "4")], DataError, "line 2: the answer 'E' is not one of A, B, C, D"),
        ([(*ROWS[0][:-1], "x")], DataError, "line 2: the answer 'x' is not one of A, B, C, D"),
        ([ROWS[0][:-1]], DataError, "line 2: 7 comma-separated columns instead of 8"),
        ([(*ROWS[2][:1], " ", *ROWS[2][2:])], DataError, "line 2: context is empty"),
    ],
)
def test_a_row_that_breaks_the_format_is_refused(tmp_path: Path, rows, error, message: str):
    path = write(tmp_path / "valid.csv", rows)
    with pytest.raises(error, match=rf"{path}.*{message}"):
        read(tmp_path)


def test_an_impossible_request_is_refused(tmp_path: Path):
    with pytest.raises(UsageError, match="no split 'test', only 'train' and 'dev'"):
        read(tmp_path, "test")
    with pytest.raises(UsageError, match="'cosmosqa' is not read from the hub"):
        read(None)


REAL = {
    "english/cosmosqa/valid.csv": ("dev", {}, 653),
    "english/cosmosqa/valid.rest.csv": ("train", {"layout": "rest"}, 1792),
}


@pytest.mark.parametrize("name", REAL)
def test_a_real_file_is_whole_and_its_answers_are_spread(data: Path, name: str):
    split, options, clusters = REAL[name]
    examples = read(data, split, **options)
    assert len(examples) == counts(data)[name]
    assert len({example.group for example in examples}) == clusters
    assert min(Counter(example.target for example in examples).values()) > 0.2 * len(examples)


def test_the_real_rest_shares_no_context_with_the_dev_slice(data: Path):
    dev = {example.texts["context"].key for example in read(data)}
    assert not dev & {example.texts["context"].key for example in read(data, "train", layout="rest")}
