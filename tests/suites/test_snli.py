"""SNLI: its layouts, its traps, and the real file."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pyarrow.parquet
import pytest

from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UsageError
from suites import Example, Request, find_task
from suites.intermediate.snli import HUB, snli_pairs

LABELS = ("entailment", "neutral", "contradiction")
PARSES = ["sentence1_binary_parse", "sentence2_binary_parse", "sentence1_parse", "sentence2_parse"]
COLUMNS = ["gold_label", *PARSES, "sentence1", "sentence2", "captionID", "pairID"]
Triple = tuple[str, str, str]
TRIPLES = [("A man, a dog.", 'He says "no".', "neutral"), ("A boat", "n/a", "entailment")]
SPLITS = ("train", "dev", "test")


def read(root: Path | None, split: str = "dev", **options: str) -> list[Example]:
    return find_task("snli").read(Request(root, "en", split, options))


def triples(examples: list[Example]) -> list[tuple[str, str, str | None]]:
    return [(e.texts["premise"].text, e.texts["hypothesis"].text, e.target) for e in examples]


def put(path: Path, lines: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="")
    return path


def json_lines(root: Path, rows: list[Triple], split: str = "dev") -> Path:
    items = [
        {"annotator_labels": [label], "captionID": "1.jpg#0", "gold_label": label, "sentence1": premise}
        | {"sentence2": hypothesis}
        for premise, hypothesis, label in rows
    ]
    return put(root / "snli_1.0" / f"snli_1.0_{split}.jsonl", [json.dumps(item) for item in items])


def table(root: Path, rows: list[Triple], annotators: list[int]) -> None:
    lines = ["\t".join([*COLUMNS, *(f"label{number}" for number in range(1, 6))])]
    for (premise, hypothesis, label), count in zip(rows, annotators, strict=True):
        values = {"gold_label": label, "sentence1": premise, "sentence2": hypothesis}
        lines.append("\t".join([*(values.get(name, "x") for name in COLUMNS), *[label] * count]))
    put(root / "snli_1.0" / "snli_1.0_train.txt", lines)


def comma_separated(root: Path, rows: list[tuple[str, ...]], split: str = "dev") -> Path:
    path = root / "snli" / f"{split}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([("premise", "hypothesis", "label"), *rows])
    return path


def test_every_split_is_read_from_lines_and_from_a_csv_table(tmp_path: Path):
    for place, split in enumerate(SPLITS):
        rows = [*TRIPLES, ("p", str(place), "contradiction")]
        json_lines(tmp_path / "a", rows, split)
        comma_separated(tmp_path / "b", rows, split)
        assert triples(read(tmp_path / "a", split)) == rows
        assert read(tmp_path / "a", split) == read(tmp_path / "b", split) == read(tmp_path / "b" / "snli", split)


def test_the_original_is_preferred_unless_another_layout_is_named(tmp_path: Path):
    json_lines(tmp_path, TRIPLES)
    comma_separated(tmp_path, [("p", "a", "neutral")])
    assert triples(read(tmp_path)) == triples(read(tmp_path, layout="original")) == TRIPLES
    assert triples(read(tmp_path, layout="csv")) == [("p", "a", "neutral")]


def test_rows_of_the_original_table_have_one_label_or_five_at_their_end(tmp_path: Path):
    table(tmp_path, TRIPLES, [1, 5])
    assert triples(read(tmp_path, "train")) == TRIPLES
    table(tmp_path, TRIPLES, [5, 0])
    with pytest.raises(DataError, match=r"line 3: 9 tab-separated columns instead of 10 or .* or 14"):
        read(tmp_path, "train")


def test_a_local_copy_of_the_repository_may_hold_pairs_without_a_label(tmp_path: Path, monkeypatch):
    from datasets import ClassLabel, Dataset, Features, Value

    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path / "cache"))
    features = {"premise": Value("string"), "hypothesis": Value("string"), "label": ClassLabel(names=list(LABELS))}
    path = tmp_path / "plain_text" / "validation-00000-of-00001.parquet"
    path.parent.mkdir()
    columns = {"premise": ["p", "p", "q"], "hypothesis": ["a", "b", "c"], "label": [2, -1, 0]}
    pyarrow.parquet.write_table(Dataset.from_dict(columns, features=Features(features)).data.table, path)
    pairs = snli_pairs(Request(tmp_path, "en", "dev"))
    assert triples(list(pairs.examples)) == [("p", "a", "contradiction"), ("q", "c", "entailment")]
    assert pairs.dropped == 1


def test_without_a_root_the_pinned_repository_is_asked():
    with pytest.raises(
        ResourceError, match=rf"{HUB.name} \(plain_text, dev\).*--revision {HUB.revision} --include 'plain_text/\*'"
    ):
        read(None)


def test_pairs_without_a_gold_label_are_left_out_and_counted(tmp_path: Path):
    json_lines(tmp_path, [("p", "a", "-"), *TRIPLES])
    pairs = snli_pairs(Request(tmp_path, "en", "dev"))
    assert (triples(list(pairs.examples)), pairs.dropped) == (TRIPLES, 1)
    json_lines(tmp_path, [("p", "a", "-")])
    with pytest.raises(StrippedLabelsError, match="holds 1 pairs and no gold label"):
        read(tmp_path)


def test_three_pairs_of_one_caption_are_one_cluster_wherever_they_stand(tmp_path: Path):
    json_lines(tmp_path, [("p", "a", "neutral"), ("q", "a", "neutral"), ("p ", "b", "neutral")])
    assert [(example.id, example.group) for example in read(tmp_path)] == [("0", "0"), ("1", "1"), ("2", "0")]
    assert find_task("snli").cluster == "premise"


def test_a_table_cut_or_with_a_strange_label_is_refused_with_its_line(tmp_path: Path):
    path = comma_separated(tmp_path, [*TRIPLES, ("p", "a")])
    with pytest.raises(DataError, match=rf"{path} line 4: 2 comma-separated columns instead of 3"):
        read(tmp_path)
    path = comma_separated(tmp_path, [*TRIPLES, ("p", "a", "2")])
    with pytest.raises(DataError, match=rf"{path} line 4: the label '2' is not one of entailment"):
        read(tmp_path)
    path.write_text("sentence1,sentence2\n")
    with pytest.raises(DataError, match="the header has no column 'premise', 'hypothesis', 'label'"):
        read(tmp_path)


def test_a_value_that_is_null_is_refused(tmp_path: Path):
    path = put(tmp_path / "snli_1.0_dev.jsonl", ['{"gold_label": "neutral", "sentence1": "p", "sentence2": null}'])
    with pytest.raises(DataError, match=rf"{path} line 1: 'sentence2' is a JSON null instead of a string"):
        read(tmp_path)


def test_an_impossible_request_is_refused(tmp_path: Path):
    with pytest.raises(UsageError, match="no split 'validation': ask for one of test, dev, train"):
        read(tmp_path, "validation")
    with pytest.raises(UsageError, match="option layout of snli 'glue': known: auto, csv, original, parquet"):
        read(tmp_path, layout="glue")
    with pytest.raises(ResourceError, match=r"snli_1\.0_test\.jsonl, .*test\.csv, plain_text/test\*\.parquet .*https"):
        read(tmp_path, "test")


def test_the_real_dev_slice_is_whole(data: Path):
    examples = read(data)
    with (data / "MANIFEST.tsv").open(encoding="utf-8", newline="") as stream:
        counts = {row["path"]: row["examples"] for row in csv.DictReader(stream, delimiter="\t")}
    assert len(examples) == int(counts["english/snli/dev.csv"])
    assert Counter(example.target for example in examples) == {
        "neutral": 1007,
        "entailment": 1005,
        "contradiction": 988,
    }
    assert len({example.group for example in examples}) == 1018
    assert all(text.text for example in examples for text in example.texts.values())
