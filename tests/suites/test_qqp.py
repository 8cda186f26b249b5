"""QQP: its layouts under one name, lost bytes, broken rows, clusters, and the real file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perturbations.errors import DataError, ResourceError, UsageError
from suites import Example, Request, find_task
from suites.intermediate.qqp import HUB, QuestionPairs, connected, qqp_pairs
from suites.readers.tables import Row
from tests.suites.squad_files import counts

HEADER = "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate"
PAIRS = [("1", 'Who "is" it?', "Who is that?", "7"), ("0", "Why?", "n/a", "9")]
"""Label, questions and id."""


def pairs(root: Path | None, split: str = "dev", **options: str) -> QuestionPairs:
    return qqp_pairs(Request(root, "en", split, options))


def read(root: Path | None, split: str = "dev", **options: str) -> list[Example]:
    return find_task("qqp").read(Request(root, "en", split, options))


def put(path: Path, *lines: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines))
    return path


def glue(label: str, left: str, right: str, name: str) -> str:
    return f"{name}\t1\t2\t{left}\t{right}\t{label}"


def test_every_layout_gives_the_same_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from datasets import ClassLabel, Dataset, Features, Value

    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path / "cache"))
    put(tmp_path / "a" / "QQP" / "dev.tsv", HEADER, *(glue(*pair) for pair in PAIRS))
    put(tmp_path / "b" / "qqp" / "dev.tsv", *("\t".join(pair) for pair in PAIRS))
    names = {"question1": Value("string"), "question2": Value("string")}
    features = Features(names | {"label": ClassLabel(names=["not_duplicate", "duplicate"]), "idx": Value("int32")})
    rows = [
        {"question1": left, "question2": right, "label": int(label), "idx": int(name)}
        for label, left, right, name in PAIRS
    ]
    path = tmp_path / "c" / "qqp" / "validation-00000-of-00001.parquet"
    path.parent.mkdir(parents=True)
    pyarrow.parquet.write_table(Dataset.from_list(rows, features=features).data.table, path)
    first, second = read(tmp_path / "a")
    assert (first.id, first.group, first.target) == ("7", "7", "duplicate")
    assert (second.id, second.group, second.target) == ("9", "9", "not_duplicate")
    assert [text.text for text in first.texts.values()] == ['Who "is" it?', "Who is that?"]
    assert read(tmp_path / "b") == read(tmp_path / "c") == [first, second]
    assert read(tmp_path / "a", layout="glue") == read(tmp_path / "b", layout="headless") == [first, second]


def test_a_layout_that_is_named_is_not_guessed(tmp_path: Path):
    put(tmp_path / "dev.tsv", *("\t".join(pair) for pair in PAIRS))
    with pytest.raises(DataError, match="the header has no column 'is_duplicate', 'question1', 'question2', 'id'"):
        read(tmp_path, layout="glue")
    put(tmp_path / "dev.tsv", HEADER, glue(*PAIRS[0]))
    with pytest.raises(DataError, match="line 1: 6 tab-separated columns instead of 4"):
        read(tmp_path, layout="headless")


def test_bytes_that_were_lost_are_counted_and_can_be_left_out(tmp_path: Path):
    put(tmp_path / "dev.tsv", "\t".join(PAIRS[0]), b"0\tmarking as \xe2\x80need\tWhy?\t8", "\t".join(PAIRS[1]))
    kept, dropped = pairs(tmp_path), pairs(tmp_path, damaged="drop")
    assert kept.examples[1].texts["question1"].text == "marking as \ufffdneed"
    assert [example.id for example in kept.examples] == ["7", "8", "9"]
    assert [example.id for example in dropped.examples] == ["7", "9"]
    assert (kept.damaged, dropped.damaged) == (1, 1)


def test_a_question_cut_by_a_line_break_is_left_out_and_counted(tmp_path: Path):
    rows = [glue("0", f"Why {number}?", f"When {number}?", str(number)) for number in range(200)]
    put(tmp_path / "train.tsv", HEADER, *rows[:100], "500\t1\t2\tWhy does", "it rain?\tWhen?\t1", *rows[100:])
    found = pairs(tmp_path, "train")
    assert (len(found.examples), found.broken) == (200, 2)
    put(tmp_path / "train.tsv", HEADER, *rows[:100], "500\t1\t2\tWhy does", "it rain?\tWhen?\t1")
    with pytest.raises(DataError, match="line 102: 4 tab-separated columns instead of 6"):
        pairs(tmp_path, "train")
    put(tmp_path / "train.tsv", HEADER, *rows, rows[0] + "\t1")
    with pytest.raises(DataError, match="line 202: 7 tab-separated columns instead of 6"):
        pairs(tmp_path, "train")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "the header has no column"),
        ([HEADER], "holds no pair"),
        (["1\ta\tb\t7", "1\tc\td\t7"], "line 2: pair '7' is already at"),
        (["1\ta\tb\t7", "2\tc\td\t8"], r"line 2: the label '2' is not one of 0 \(not duplicate\), 1"),
        (["1\ta\tb\t7", "1\tc\td"], "line 2: 3 tab-separated columns instead of 4"),
        (["1\ta\t \t7"], "line 1: question2 is empty"),
        (["gold_label\tsentence1\tsentence2", "neutral\ta\tb"], "the header has no column 'is_duplicate'"),
    ],
)
def test_a_file_that_breaks_the_format_is_refused(tmp_path: Path, lines: list[str], message: str):
    path = put(tmp_path / "dev.tsv", *lines)
    with pytest.raises(DataError, match=rf"{path}.*{message}"):
        read(tmp_path)


def test_an_impossible_request_is_refused(tmp_path: Path):
    with pytest.raises(UsageError, match="no split 'test', only 'dev' and 'train': the labels of its test set"):
        read(tmp_path, "test")
    with pytest.raises(ResourceError, match=r"train\.tsv.*qqp/train\*\.parquet"):
        read(tmp_path, "train")
    with pytest.raises(ResourceError, match=rf"{HUB.name} \(qqp, train\).*--revision {HUB.revision} --include 'qqp/"):
        read(None, "train")


@given(st.lists(st.tuples(*[st.integers(0, 12)] * 2), max_size=20))
def test_pairs_are_one_cluster_where_a_chain_of_questions_connects_them(edges: list[tuple[int, int]]):
    groups = connected([Row(n, ("0", f"{left} ", f"{right}", str(n))) for n, (left, right) in enumerate(edges)])
    # The slow way: clusters are joined until no two share a question.
    clusters = [(set(edge), [number]) for number, edge in enumerate(edges)]
    while joined := next(
        ((one, other) for one in clusters for other in clusters if one is not other and one[0] & other[0]), None
    ):
        one, other = joined
        clusters.remove(other)
        one[0].update(other[0])
        one[1].extend(other[1])
    wanted = {number: str(min(numbers)) for _, numbers in clusters for number in numbers}
    assert groups == [wanted[number] for number in range(len(edges))]


def test_the_real_slice_is_whole_and_its_lost_bytes_are_counted(data: Path):
    found = pairs(data)
    assert len(found.examples) == counts(data)["english/qqp/dev.tsv"]
    assert (found.damaged, found.broken) == (32, 0)
    assert Counter(example.target for example in found.examples) == {"duplicate": 1500, "not_duplicate": 1500}
    assert len({example.group for example in found.examples}) == 2897
    assert len(pairs(data, damaged="drop").examples) == 2968
