"""MNLI: every layout gives the same pairs, its traps, and the real files."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UsageError
from suites import Example, Request, find_task
from suites.intermediate.mnli import HUB, mnli_pairs

LABELS = ("entailment", "neutral", "contradiction")
PARSES = ["sentence1_binary_parse", "sentence2_binary_parse", "sentence1_parse", "sentence2_parse"]
TABLE = ["gold_label", *PARSES, "sentence1", "sentence2", "promptID", "pairID", "genre"]
ANNOTATORS = [f"label{number}" for number in range(1, 6)]
GLUE = ["index", "promptID", "pairID", "genre", *PARSES, "sentence1", "sentence2", "label1", "gold_label"]
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Z"), exclude_characters="\ufeff"), min_size=1)
Triple = tuple[str, str, str]
TRIPLES = [("p", "a", "neutral"), ('"q', "b", "contradiction"), ("p", "n/a", "entailment")]


def read(root: Path | None, split: str = "train", **options: str) -> list[Example]:
    return find_task("mnli").read(Request(root, "en", split, options))


def triples(examples: list[Example]) -> list[tuple[str, str, str | None]]:
    return [(e.texts["premise"].text, e.texts["hypothesis"].text, e.target) for e in examples]


def put(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="")


def records(rows: list[Triple]) -> list[dict[str, Any]]:
    return [
        {"annotator_labels": [label], "genre": "fiction", "gold_label": label, "pairID": str(number)}
        | {"sentence1": premise, "sentence2": hypothesis}
        for number, (premise, hypothesis, label) in enumerate(rows)
    ]


def json_lines(root: Path, rows: list[Triple], split: str = "train") -> None:
    put(root / "multinli_1.0" / f"multinli_1.0_{split}.jsonl", [json.dumps(record) for record in records(rows)])


def table(root: Path, rows: list[Triple], split: str = "train", annotators: int = 1) -> None:
    """The table of the original distribution, where a row has as many labels at its end as it had annotators."""
    lines = ["\t".join([*TABLE, *ANNOTATORS])]
    for premise, hypothesis, label in rows:
        values = {"gold_label": label, "sentence1": premise, "sentence2": hypothesis}
        lines.append("\t".join([*(values.get(name, "x") for name in TABLE), *[label] * annotators]))
    put(root / "multinli_1.0" / f"multinli_1.0_{split}.txt", lines)


def glue(root: Path, rows: list[Triple], split: str = "train") -> None:
    lines = ["\t".join(GLUE)]
    for premise, hypothesis, label in rows:
        values = {"gold_label": label, "sentence1": premise, "sentence2": hypothesis}
        lines.append("\t".join(values.get(name, "x") for name in GLUE))
    put(root / "MNLI" / f"{split}.tsv", lines)


def numbered(root: Path, rows: list[tuple[str, str, Any]], name: str = "mnli_train") -> None:
    items = [
        {"premise": premise, "hypothesis": hypothesis, "label": label, "idx": number}
        for number, (premise, hypothesis, label) in enumerate(rows)
    ]
    put(root / "mnli" / f"{name}.json", [json.dumps(items, indent=2)])


def parquet(root: Path, rows: list[tuple[str, str, int]], split: str) -> None:
    from datasets import ClassLabel, Dataset, Features, Value

    features = {"premise": Value("string"), "hypothesis": Value("string"), "label": ClassLabel(names=list(LABELS))}
    columns = {name: [row[place] for row in rows] for place, name in enumerate(features)}
    path = root / "data" / f"{split}-00000-of-00001.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(Dataset.from_dict(columns, features=Features(features)).data.table, path)


@pytest.fixture(autouse=True)
def _private_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path_factory.mktemp("cache")))


@given(rows=st.lists(st.tuples(TEXTS, TEXTS, st.sampled_from(LABELS)), min_size=1, max_size=5))
def test_every_text_layout_gives_the_same_pairs(tmp_path_factory: pytest.TempPathFactory, rows: list[Triple]):
    roots = [tmp_path_factory.mktemp("mnli") for _ in range(4)]
    json_lines(roots[0], rows)
    table(roots[1], rows)
    glue(roots[2], rows)
    numbered(roots[3], [(premise, hypothesis, LABELS.index(label)) for premise, hypothesis, label in rows])
    found = read(roots[0])
    assert triples(found) == rows
    assert all(read(root) == found for root in roots[1:])
    assert [read(root, layout=name) for root, name in zip(roots[1:], ("original", "glue", "json"), strict=True)] == [
        found
    ] * 3


def test_a_local_copy_of_the_repository_is_read_with_the_matched_dev_set(tmp_path: Path):
    parquet(tmp_path, [("p", "a", 0), ("p", "b", 2)], "train")
    parquet(tmp_path, [("q", "a", 1)], "validation_matched")
    parquet(tmp_path, [("r", "a", 1)], "validation_mismatched")
    assert triples(read(tmp_path)) == [("p", "a", "entailment"), ("p", "b", "contradiction")]
    assert triples(read(tmp_path, "dev")) == [("q", "a", "neutral")]


def test_without_a_root_the_pinned_repository_is_asked_and_the_way_to_download_it_told():
    with pytest.raises(ResourceError, match=rf"{HUB.name} \(train\).*--revision {HUB.revision} --include 'data/\*'"):
        read(None)
    assert (find_task("mnli").source.hub, find_task("mnli").source.revision) == (HUB.name, HUB.revision)
    with pytest.raises(UsageError, match="layout 'glue' of task 'mnli' is one of local files"):
        read(None, layout="glue")


def test_the_original_is_preferred_and_the_root_may_be_the_folder_itself(tmp_path: Path):
    numbered(tmp_path, [("other", "a", 0)])
    glue(tmp_path, [("third", "a", "neutral")])
    table(tmp_path, [("fourth", "a", "neutral")])
    json_lines(tmp_path, TRIPLES)
    assert triples(read(tmp_path)) == triples(read(tmp_path / "multinli_1.0")) == TRIPLES
    assert triples(read(tmp_path, layout="json")) == [("other", "a", "entailment")]
    assert triples(read(tmp_path, layout="glue")) == [("third", "a", "neutral")]


def test_the_dev_set_is_the_matched_one(tmp_path: Path):
    json_lines(tmp_path, TRIPLES[:1], "dev_matched")
    json_lines(tmp_path, TRIPLES[1:], "dev_mismatched")
    assert triples(read(tmp_path, "dev")) == TRIPLES[:1]


def test_a_table_row_has_as_many_labels_at_its_end_as_annotators(tmp_path: Path):
    for annotators in (1, 5):
        table(tmp_path, TRIPLES, "dev_matched", annotators)
        assert triples(read(tmp_path, "dev")) == TRIPLES
    table(tmp_path, TRIPLES, "dev_matched", 6)
    with pytest.raises(DataError, match=r"line 2: 16 tab-separated columns instead of 11 or .* or 15"):
        read(tmp_path, "dev")
    table(tmp_path, TRIPLES, "dev_matched", 0)
    with pytest.raises(DataError, match=r"line 2: 10 tab-separated columns"):
        read(tmp_path, "dev")


def test_pairs_without_a_gold_label_are_left_out_and_counted(tmp_path: Path):
    json_lines(tmp_path, [("p", "a", "-"), *TRIPLES[:2], ("q", "c", "-")])
    pairs = mnli_pairs(Request(tmp_path, "en", "train"))
    assert (triples(list(pairs.examples)), pairs.dropped) == (TRIPLES[:2], 2)
    assert [example.id for example in pairs.examples] == ["0", "1"]
    parquet(tmp_path / "hub", [("p", "a", -1), ("p", "b", 2)], "train")
    numbered(tmp_path / "json", [("p", "a", -1), ("p", "b", 2)])
    for root in (tmp_path / "hub", tmp_path / "json"):
        found = mnli_pairs(Request(root, "en", "train"))
        assert (triples(list(found.examples)), found.dropped) == ([("p", "b", "contradiction")], 1)


def test_a_file_in_which_no_pair_has_a_label_is_stripped(tmp_path: Path):
    json_lines(tmp_path / "a", [("p", "a", "-")] * 2)
    numbered(tmp_path / "b", [("p", "a", -1)] * 2)
    parquet(tmp_path / "c", [("p", "a", -1)] * 2, "train")
    for name in "abc":
        with pytest.raises(StrippedLabelsError, match="stripped"):
            read(tmp_path / name)


def test_pairs_of_one_premise_are_one_cluster_with_one_noise(tmp_path: Path):
    json_lines(tmp_path, TRIPLES)
    first, second, third = read(tmp_path)
    assert [example.group for example in (first, second, third)] == ["0", "1", "0"]
    assert first.texts["premise"].key == third.texts["premise"].key != second.texts["premise"].key
    assert first.texts["premise"].language == "en"


@pytest.mark.parametrize(
    ("label", "message"),
    [
        (3, r"item 0: the label 3 is not one of 0 \(entailment\), 1 \(neutral\), 2 \(contradiction\)"),
        ("0", r"item 0: 'label' is a JSON string instead of a number"),
        (True, r"item 0: 'label' is a JSON truth value instead of a number"),
        (None, r"item 0: 'label' is a JSON null"),
    ],
)
def test_a_number_outside_the_labels_is_refused(tmp_path: Path, label: Any, message: str):
    numbered(tmp_path, [("p", "a", label)])
    with pytest.raises(DataError, match=message):
        read(tmp_path)


@pytest.mark.parametrize("label", ["maybe", "", "Neutral", "hidden"])
def test_a_word_outside_the_labels_is_refused_with_its_line(tmp_path: Path, label: str):
    json_lines(tmp_path, [TRIPLES[0], ("p", "a", label)])
    with pytest.raises(DataError, match=rf"train\.jsonl line 2: the label '{label}' is not one of entailment, neutral"):
        read(tmp_path)


def test_a_table_of_another_glue_task_is_not_taken_for_it(tmp_path: Path):
    put(tmp_path / "train.tsv", ["sentence\tlabel", "hide new secretions\t0"])
    with pytest.raises(DataError, match=r"train\.tsv line 1: the header has no column 'sentence1', 'sentence2'"):
        read(tmp_path)


def test_an_empty_file_is_refused(tmp_path: Path):
    json_lines(tmp_path, [])
    with pytest.raises(DataError, match=r"multinli_1\.0_train\.jsonl holds no pair"):
        read(tmp_path)


def test_the_test_split_is_refused_because_its_labels_were_never_handed_out(tmp_path: Path):
    with pytest.raises(UsageError, match="task 'mnli' has no split 'test' with labels: ask for train or dev"):
        read(tmp_path, "test")


@pytest.mark.parametrize(
    ("language", "options", "message"),
    [
        ("de", {}, "task 'mnli' has no language 'de': it covers en"),
        ("en", {"layout": "csv"}, "option layout of mnli 'csv': known: auto, glue, json, original, parquet, tokenised"),
        ("en", {"layout": "tokenised"}, "layout 'tokenised' of task 'mnli' has no split 'train', only dev"),
    ],
)
def test_an_impossible_request_is_refused(tmp_path: Path, language: str, options: dict[str, str], message: str):
    with pytest.raises(UsageError, match=message):
        find_task("mnli").read(Request(tmp_path, language, "train", options))


def test_a_missing_file_says_what_was_looked_for_and_where_to_get_it(tmp_path: Path):
    with pytest.raises(
        ResourceError, match=r"_train\.jsonl, .*train\.tsv, mnli_train\.json, data/train\*\.parquet \(there or .*https"
    ):
        read(tmp_path)
    with pytest.raises(ResourceError, match=r"looked for data/validation_matched\*\.parquet \("):
        read(tmp_path, "dev", layout="parquet")


def manifest(data: Path) -> dict[str, str]:
    """Number of examples of every file, by its path; empty for files without examples."""
    with (data / "MANIFEST.tsv").open(encoding="utf-8", newline="") as stream:
        return {row["path"]: row["examples"] for row in csv.DictReader(stream, delimiter="\t")}


@pytest.mark.parametrize(
    ("split", "layout", "name"),
    [("train", "auto", "mnli_train.json"), ("dev", "auto", "mnli_eval.json"), ("dev", "tokenised", "mnli_matched.tsv")],
)
def test_a_real_file_is_whole(data: Path, split: str, layout: str, name: str):
    examples = read(data, split, layout=layout)
    assert len(examples) == int(manifest(data)[f"english/mnli/{name}"])
    assert examples == read(data / "english" / "mnli", split, layout=layout)
    assert all(text.text for example in examples for text in example.texts.values())
    assert min(Counter(example.target for example in examples)[label] for label in LABELS) > 0.28 * len(examples)
