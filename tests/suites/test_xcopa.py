"""XCOPA and COPA: layouts, blanked labels, and the real files of all languages."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UsageError
from suites import Example, Request, find_task
from suites.task import Kind

XCOPA, COPA = find_task("xcopa"), find_task("copa")
ITEMS = [
    {"premise": " Ese oli mullikilesse mässitud. ", "choice1": "See oli õrn.", "choice2": "See oli väike."},
    {"premise": "Ma tühjendasin oma taskud.", "choice1": "Ma leidsin pileti.", "choice2": "Ma leidsin relva."},
]
EXTRA = [{"question": "cause", "label": 0, "idx": 7}, {"question": "effect", "label": 1, "idx": 3}]
OTHER_QUESTIONS = {"id": 4, "it": 4, "sw": 37, "th": 250, "tr": 51}
"""Real test items that ask for an effect where the English ask for a cause or the other way round."""


def rows(**changes: Any) -> list[dict[str, Any]]:
    return [item | extra | changes for item, extra in zip(ITEMS, EXTRA, strict=True)]


def write(root: Path, name: str, content: list[dict[str, Any]]) -> Path:
    path = root / "xcopa" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in content), encoding="utf-8")
    return path


def read(root: Path, language: str = "et", split: str = "test", **options: str) -> list[Example]:
    return XCOPA.read(Request(root, language, split, options))


def english(root: Path, split: str = "test") -> list[Example]:
    return COPA.read(Request(root, "en", split))


def test_an_item_is_put_as_the_benchmark_puts_it(tmp_path: Path):
    write(tmp_path, "et/test.et.jsonl", rows())
    first, second = read(tmp_path)
    assert {name: text.text for name, text in first.texts.items()} == {
        "premise": "Ese oli mullikilesse mässitud.",
        "question": "What was the cause?",
        "choice1": "See oli õrn.",
        "choice2": "See oli väike.",
    }
    assert list(first.texts) == ["premise", "question", "choice1", "choice2"]
    assert {name: text.language for name, text in first.texts.items()} == {
        "premise": "et",
        "question": "en",
        "choice1": "et",
        "choice2": "et",
    }
    assert second.texts["question"].text == "What was the effect?"
    assert [(e.id, e.group, e.target) for e in (first, second)] == [("7", "7", "0"), ("3", "3", "1")]


@pytest.mark.parametrize("task", [XCOPA, COPA], ids=str)
def test_the_question_is_asked_and_not_perturbed(task):
    assert (task.kind, task.labels) == (Kind.MULTIPLE_CHOICE, ("0", "1"))
    assert "question" not in task.fields


@pytest.mark.parametrize("name", ["test-et.jsonl", "et/test-et.jsonl", "data/et/test.et.jsonl"])
def test_every_layout_gives_the_same_examples(tmp_path: Path, name: str):
    write(tmp_path / "a", "et/test.et.jsonl", rows())
    write(tmp_path / "b", name, rows())
    assert read(tmp_path / "a") == read(tmp_path / "b")


def test_the_benchmarks_blanked_copy_alone_is_refused(tmp_path: Path):
    path = write(tmp_path, "test-et.jsonl", rows(label=0))
    message = rf"{path} has the label 0 on every item.*data/xx/test\.xx\.jsonl\): put one of them beside it"
    with pytest.raises(StrippedLabelsError, match=message):
        read(tmp_path)


def test_a_blanked_copy_gets_the_labels_of_another_language_beside_it(tmp_path: Path):
    write(tmp_path, "test-et.jsonl", rows(label=0))
    write(tmp_path, "test-en.jsonl", rows(label=0))
    write(tmp_path, "zh/test.zh.jsonl", list(reversed(rows())))
    assert [(e.id, e.target) for e in read(tmp_path)] == [("7", "0"), ("3", "1")]
    assert [(e.id, e.target) for e in english(tmp_path)] == [("7", "0"), ("3", "1")]


def test_a_blanked_file_of_another_language_does_not_heal(tmp_path: Path):
    write(tmp_path, "test-et.jsonl", rows(label=0))
    write(tmp_path, "zh/test.zh.jsonl", rows(label=0))
    with pytest.raises(StrippedLabelsError):
        read(tmp_path)


def test_labels_of_other_items_are_not_taken(tmp_path: Path):
    write(tmp_path, "test-et.jsonl", rows(label=0))
    path = write(tmp_path, "zh/test.zh.jsonl", rows()[1:])
    with pytest.raises(DataError, match=rf"{path} has other items than .*test-et\.jsonl"):
        read(tmp_path)


def test_languages_that_disagree_about_the_labels_are_refused(tmp_path: Path):
    write(tmp_path, "test-et.jsonl", rows(label=0))
    write(tmp_path, "vi/test.vi.jsonl", rows())
    path = write(tmp_path, "zh/test.zh.jsonl", rows(label=1))
    with pytest.raises(DataError, match=rf"{path} has other labels than the files before it"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"question": "why"}, "line 1: the question 'why' is not one of cause, effect"),
        ({"label": 2}, "line 1: the label 2 is not one of 0, 1"),
        ({"label": True}, "line 1: 'label' is a JSON truth value instead of a number"),
        ({"choice2": " "}, "line 1: choice2 is empty"),
        ({"idx": 7}, r"line 2: item '7' is already at .* line 1"),
    ],
)
def test_a_row_that_breaks_the_format_is_refused_with_its_place(tmp_path: Path, changes, message: str):
    path = write(tmp_path, "et/test.et.jsonl", rows(**changes))
    with pytest.raises(DataError, match=rf"{path} {message}"):
        read(tmp_path)


def test_an_empty_file_is_refused(tmp_path: Path):
    write(tmp_path, "et/test.et.jsonl", [])
    with pytest.raises(DataError, match="holds no item"):
        read(tmp_path)


def test_a_missing_language_says_what_was_looked_for(tmp_path: Path):
    write(tmp_path, "et/test.et.jsonl", rows())
    with pytest.raises(ResourceError, match=r"zh/test\.zh\.jsonl.*test-zh\.jsonl.*zh/test\*\.parquet.*xcopa"):
        read(tmp_path, "zh")
    with pytest.raises(ResourceError, match=r"no train file of 'en'.*train-en\.jsonl"):
        english(tmp_path, "train")


def test_english_and_training_are_the_other_task(tmp_path: Path):
    write(tmp_path, "train-en.jsonl", rows())
    with pytest.raises(UsageError, match="no language 'en'"):
        read(tmp_path, "en")
    with pytest.raises(UsageError, match="no split 'train': ask for test or dev, or train on task 'copa'"):
        read(tmp_path, split="train")
    assert [example.target for example in english(tmp_path, "train")] == ["0", "1"]
    with pytest.raises(UsageError, match="'copa' is not read from the hub"):
        COPA.read(Request(None, "en"))


def manifest(data: Path) -> dict[str, int]:
    with (data / "MANIFEST.tsv").open(encoding="utf-8", newline="") as stream:
        found = csv.DictReader(stream, delimiter="\t")
        return {row["path"]: int(row["examples"]) for row in found if row["task"] == "xcopa"}


@pytest.mark.parametrize("language", XCOPA.languages)
def test_a_real_language_is_whole_and_aligned_with_english(data: Path, language: str):
    for split, name in (("test", "test"), ("dev", "val")):
        examples, originals = read(data, language, split), english(data, split)
        assert len(examples) == manifest(data)[f"xcopa/{language}/{name}.{language}.jsonl"]
        assert [(e.id, e.target) for e in examples] == [(e.id, e.target) for e in originals]
        assert [example.id for example in examples] == [str(number) for number in range(len(examples))]


@pytest.mark.parametrize("language", XCOPA.languages)
def test_real_test_labels_are_balanced_and_some_questions_are_not_those_of_english(data: Path, language: str):
    examples = read(data, language)
    assert Counter(example.target for example in examples) == {"0": 250, "1": 250}
    asked = [[e.texts["question"].text for e in found] for found in (examples, english(data))]
    assert sum(ours != theirs for ours, theirs in zip(*asked, strict=True)) == OTHER_QUESTIONS.get(language, 0)


def test_the_real_english_files_are_whole_and_the_blanked_one_is_healed(data: Path):
    counts = {split: Counter(e.target for e in english(data, split)) for split in ("test", "dev", "train")}
    assert counts == {"test": {"0": 250, "1": 250}, "dev": {"0": 55, "1": 45}, "train": {"0": 195, "1": 205}}
    assert sum(counts["train"].values()) == manifest(data)["xcopa/en/train-en.jsonl"]
    with pytest.raises(StrippedLabelsError):
        english(data / "xcopa" / "en")
