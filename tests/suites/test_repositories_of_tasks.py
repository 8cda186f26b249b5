"""Local copies of the Parquet repositories of PAN-X, PAWS-X, XCOPA and CommonsenseQA, and what is asked of the hub."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UsageError
from suites import Request, find_task
from suites.xtreme_r.panx import TAGS

HUB_TAGS = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]
"""The order of the labels in the repository, which is not the benchmark's."""
ITEMS = {
    "premise": ["p", "q"], "choice1": ["a", "b"], "choice2": ["c", "d"], "question": ["effect", "cause"],
    "label": [1, 0], "idx": [4, 2],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what `datasets` caches out of the home directory."""
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path / "cache"))


def parquet(path: Path, columns: dict[str, list[Any]], features: Any = None) -> None:
    """A file with the schema that `features` describe, or a plain one."""
    from datasets import Dataset

    path.parent.mkdir(parents=True, exist_ok=True)
    table = pyarrow.table(columns) if features is None else Dataset.from_dict(columns, features=features).data.table
    pyarrow.parquet.write_table(table, path)


@pytest.mark.parametrize("config", ["PAN-X.sw", "sw"])
def test_panx_is_read_from_a_local_copy_whatever_the_order_of_its_labels(tmp_path: Path, config: str):
    from datasets import ClassLabel, Features, List, Value

    features = Features({"tokens": List(Value("string")), "ner_tags": List(ClassLabel(names=HUB_TAGS))})
    columns = {"tokens": [["Rais", "Nyerere"], ["Dar"]], "ner_tags": [[0, 1], [5]]}
    parquet(tmp_path / "panx" / config / "test-00000-of-00001.parquet", columns, features)
    first, second = find_task("panx").read(Request(tmp_path, "sw"))
    assert [span.label for span in first.texts["text"].spans] == ["O", "B-PER"]
    assert [span.label for span in second.texts["text"].spans] == ["B-LOC"]
    assert sorted(HUB_TAGS) == list(TAGS)


def test_pawsx_is_read_from_a_local_copy_of_its_repository(tmp_path: Path):
    from datasets import ClassLabel, Features, Value

    features = Features(
        {"sentence1": Value("string"), "sentence2": Value("string"), "label": ClassLabel(names=["0", "1"])}
    )
    columns = {"sentence1": ["a", "NS"], "sentence2": [' b"', "d"], "label": [1, 0]}
    parquet(tmp_path / "pawsx" / "de" / "validation-00000-of-00001.parquet", columns, features)
    first, second = find_task("pawsx").read(Request(tmp_path, "de", "dev"))
    assert (first.texts["sentence2"].text, first.target, second.target) == ('b"', "1", "0")


def test_xcopa_is_read_from_a_local_copy_whose_labels_are_plain_numbers(tmp_path: Path):
    parquet(tmp_path / "xcopa" / "et" / "test-00000-of-00001.parquet", ITEMS)
    first, second = find_task("xcopa").read(Request(tmp_path, "et"))
    assert [(e.id, e.target) for e in (first, second)] == [("4", "1"), ("2", "0")]
    assert first.texts["question"].text == "What was the effect?"


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"label": [0, 0]}, StrippedLabelsError, "label 0 on every item: they are stripped"),
        ({"label": ["0", "1"]}, DataError, "column 'label' holds something else than whole numbers"),
        ({"idx": [4, 4]}, DataError, "row 1: item '4' is already at"),
        ({"label": [1, -1]}, DataError, "row 1: the label -1 is not one of 0, 1"),
    ],
)
def test_a_local_copy_of_xcopa_without_labels_is_refused(tmp_path: Path, change, error: type[Exception], message: str):
    parquet(tmp_path / "et" / "test.parquet", {**ITEMS, **change})
    with pytest.raises(error, match=message):
        find_task("xcopa").read(Request(tmp_path, "et"))


def test_commonsenseqa_is_read_from_a_local_copy_with_its_nested_choices(tmp_path: Path):
    from datasets import Features, Sequence, Value

    nested = Sequence({"label": Value("string"), "text": Value("string")})
    columns = {name: Value("string") for name in ("id", "question", "answerKey")}
    row = {"label": list("ABCDE"), "text": ["bank", "mall", "shop", "park", "home"]}
    content = {"id": ["x"], "question": ["Where?"], "answerKey": ["B"], "choices": [row]}
    path = tmp_path / "commonsenseqa" / "data" / "validation-00000-of-00001.parquet"
    parquet(path, content, Features(columns | {"choices": nested}))
    (example,) = find_task("commonsenseqa").read(Request(tmp_path, "en", "dev"))
    assert (example.id, example.target, example.texts["choice2"].text) == ("x", "1", "mall")


@pytest.mark.parametrize(
    ("task", "language", "source"),
    [
        ("panx", "sw", r"google/xtreme \(PAN-X\.sw, test\)"),
        ("pawsx", "de", r"google-research-datasets/paws-x \(de, test\)"),
        ("xcopa", "et", r"cambridgeltl/xcopa \(et, test\)"),
    ],
)
def test_a_task_without_a_root_goes_to_the_hub_at_its_pinned_revision(task: str, language: str, source: str):
    found = find_task(task)
    with pytest.raises(ResourceError, match=rf"{source}.*--revision {found.source.revision}"):
        found.read(Request(None, language))
    with pytest.raises(UsageError, match="layout 'xtreme'"):
        found.read(Request(None, language, options={"layout": "xtreme"}))
