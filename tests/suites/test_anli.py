"""ANLI: its layouts and rounds, the rest of a dev set, traps, and the real files."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pyarrow.parquet
import pytest

from perturbations.errors import DataError, ResourceError, UsageError
from suites import Example, Request, find_task
from suites.intermediate.anli import HUB
from tests.suites.squad_files import counts

LABELS = ("entailment", "neutral", "contradiction")
Row = tuple[str, str, str, str]
ROUNDS: dict[str, list[Row]] = {
    "1": [("u1", 'A man, a "dog".', "He says no.", "e"), ("u2", 'A man, a "dog".', "n/a", "c")],
    "2": [("u3", "A boat", "It\nsails", "n")],
    "3": [("u4", "A boat", "It sinks", "c")],
}
"""Id, premise, hypothesis and label of the pairs of each round."""


def read(root: Path | None, split: str = "dev", **options: str) -> list[Example]:
    return find_task("anli").read(Request(root, "en", split, options))


def original(root: Path, split: str = "dev") -> None:
    for number, rows in ROUNDS.items():
        path = root / f"R{number}" / f"{split}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        keys = ("uid", "context", "hypothesis", "label")
        path.write_text("".join(json.dumps(dict(zip(keys, row, strict=True))) + "\n" for row in rows))


def comma_separated(path: Path, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def annotated(root: Path) -> None:
    for number, rows in ROUNDS.items():
        header = ("uid", "context", "statement", "reason", "gold_label")
        cells = [(*row[:3], "because", row[3]) for row in rows]
        comma_separated(root / f"ANLI_analysis_r{number}_dev.csv", header, cells)


def rest(root: Path) -> Path:
    rows = [(number, *row) for number, rows in ROUNDS.items() for row in rows]
    return comma_separated(root / "dev.rest.csv", ("round", "uid", "context", "statement", "gold_label"), rows)


@pytest.fixture(autouse=True)
def _private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what `datasets` caches out of the home directory."""
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path / "cache"))


def table(root: Path, split: str = "dev") -> None:
    from datasets import ClassLabel, Dataset, Features, Value

    columns = {name: Value("string") for name in ("uid", "premise", "hypothesis")}
    features = Features(columns | {"label": ClassLabel(names=list(LABELS))})
    for number, rows in ROUNDS.items():
        listed = [dict(zip(columns, row, strict=False)) | {"label": "enc".index(row[3])} for row in rows]
        path = root / "plain_text" / f"{split}_r{number}-00000-of-00001.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pyarrow.parquet.write_table(Dataset.from_list(listed, features=features).data.table, path)


def test_every_layout_gives_the_same_examples(tmp_path: Path):
    original(tmp_path / "a" / "anli_v1.0")
    annotated(tmp_path / "b" / "anli")
    table(tmp_path / "c" / "anli")
    examples = read(tmp_path / "a")
    assert examples == read(tmp_path / "b") == read(tmp_path / "c")
    assert [(e.id, e.group, e.target) for e in examples] == [
        ("u1", "u1", "entailment"),
        ("u2", "u1", "contradiction"),
        ("u3", "u3", "neutral"),
        ("u4", "u3", "contradiction"),
    ], "rounds in order, clusters by premise across them"
    assert examples[2].texts["hypothesis"].text == "It\nsails"


@pytest.mark.parametrize("split", ["train", "dev", "test"])
def test_every_split_and_each_round_can_be_read_alone(tmp_path: Path, split: str):
    original(tmp_path, split)
    assert [example.id for example in read(tmp_path, split, rounds="2")] == ["u3"]
    assert [example.id for example in read(tmp_path, split, rounds="all")] == ["u1", "u2", "u3", "u4"]


def test_a_round_that_lacks_its_file_is_not_passed_over(tmp_path: Path):
    original(tmp_path)
    (tmp_path / "R2" / "dev.jsonl").unlink()
    with pytest.raises(
        ResourceError, match=r"no dev file of 'en'.*R2/dev\.jsonl.*ANLI_analysis_r2_dev\.csv.*_r2\*\.pa"
    ):
        read(tmp_path)
    assert len(read(tmp_path, rounds="1")) == 2


def test_the_rest_of_the_dev_sets_is_training_data_only_where_it_is_named(tmp_path: Path):
    rest(tmp_path)
    with pytest.raises(ResourceError, match=r"R1/train\.jsonl.*not for dev\.rest\.csv, which is layout 'rest'"):
        read(tmp_path, "train")
    assert [example.id for example in read(tmp_path, "train", layout="rest")] == ["u1", "u2", "u3", "u4"]
    assert [example.id for example in read(tmp_path, "train", layout="rest", rounds="3")] == ["u4"]
    with pytest.raises(UsageError, match=r"layout 'rest' of task 'anli' .* has no split 'dev', only 'train'"):
        read(tmp_path, layout="rest")
    annotated(tmp_path)
    with pytest.raises(DataError, match=r"dev\.rest\.csv holds 4 examples of the dev set"):
        read(tmp_path, "train", layout="rest")


def test_a_damaged_row_is_refused_with_its_place(tmp_path: Path):
    header = ("round", "uid", "context", "statement", "gold_label")
    for rows, message in (
        ([("4", "u", "p", "h", "e")], "line 2: the round '4' is not one of 1, 2, 3"),
        ([("1", "u", "p", "h", "x")], r"line 2: the label 'x' is not one of e \(entailment\), n"),
        ([("1", "u", "p", "h", "")], "line 2: the label '' is not one of e"),
        ([("1", "u", "p", "h", "e"), ("2", "u", "q", "h", "e")], "line 3: pair 'u' is already at"),
        ([("1", "u", "p", "h")], "line 2: 4 comma-separated columns instead of 5"),
        ([], "holds no pair"),
    ):
        path = comma_separated(tmp_path / "dev.rest.csv", header, rows)
        with pytest.raises(DataError, match=rf"{path}.*{message}"):
            read(tmp_path, "train", layout="rest")


def test_an_impossible_request_is_refused(tmp_path: Path):
    with pytest.raises(UsageError, match="layout 'annotated' of task 'anli' has no split 'train', only 'dev'"):
        read(tmp_path, "train", layout="annotated")
    with pytest.raises(UsageError, match="value of option rounds of anli '4'"):
        read(tmp_path, rounds="4")
    with pytest.raises(ResourceError, match=rf"{HUB.name} \(plain_text, train\).*--revision {HUB.revision}"):
        read(None, "train")


def test_each_round_of_the_hub_is_read_at_the_pinned_commit(monkeypatch: pytest.MonkeyPatch):
    from datasets import ClassLabel, Dataset, Features, Value

    asked: list[tuple[str, str, str, str]] = []
    columns = {name: Value("string") for name in ("uid", "premise", "hypothesis")}

    def load_dataset(name: str, config: str, *, split: str, revision: str) -> Dataset:
        asked.append((name, config, split, revision))
        row = {"uid": split, "premise": "p", "hypothesis": "h", "label": 1}
        return Dataset.from_list([row], features=Features(columns | {"label": ClassLabel(names=list(LABELS))}))

    monkeypatch.setattr("datasets.load_dataset", load_dataset)
    assert [(e.id, e.target) for e in read(None, "train")] == [(f"train_r{r}", "neutral") for r in "123"]
    assert asked == [(HUB.name, "plain_text", f"train_r{r}", HUB.revision) for r in "123"]


def test_the_real_files_are_whole(data: Path):
    known = counts(data)
    for number in "123":
        examples = read(data, rounds=number)
        assert len(examples) == known[f"english/anli/ANLI_analysis_r{number}_dev.csv"]
    dev, left = read(data), read(data, "train", layout="rest")
    assert len(dev) == 750
    assert len(left) == known["english/anli/dev.rest.csv"]
    assert Counter(example.target for example in left) == {"contradiction": 793, "entailment": 774, "neutral": 763}
    assert Counter(example.target for example in dev) == {"neutral": 265, "entailment": 248, "contradiction": 237}
    assert (len({e.group for e in dev}), len({e.group for e in left})) == (719, 2122)
    premises = {example.texts["premise"].key for example in dev}
    assert not premises & {example.texts["premise"].key for example in left}
    assert not {example.id for example in dev} & {example.id for example in left}
