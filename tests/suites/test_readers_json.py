"""JSON lists and JSON lines: what comes back, and what is said of a file that is something else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perturbations.errors import DataError, ResourceError
from suites.readers.json import read_json
from suites.readers.jsonl import read_jsonl

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\ufeff"))
ITEMS = st.lists(st.tuples(TEXTS, TEXTS, st.integers(-(10**12), 10**12)), min_size=1, max_size=5)


def objects(items: list[tuple[str, str, int]]) -> list[dict[str, Any]]:
    return [{"a": first, "extra": [None], "b": second, "n": number} for first, second, number in items]


@given(items=ITEMS, escaped=st.booleans())
def test_lists_and_lines_give_back_what_was_written(tmp_path_factory: pytest.TempPathFactory, items, escaped: bool):
    folder = tmp_path_factory.mktemp("json")
    written = objects(items)
    (folder / "a.json").write_bytes(json.dumps(written, ensure_ascii=escaped, indent=1).encode())
    content = "\r\n".join(json.dumps(item, ensure_ascii=escaped) for item in written)
    (folder / "a.jsonl").write_bytes(content.encode())
    for records in (
        read_json(folder / "a.json", texts=("b", "a"), numbers=("n",)),
        read_jsonl(folder / "a.jsonl", texts=("b", "a"), numbers=("n",)),
    ):
        found = list(records)
        assert [(record.texts, record.numbers) for record in found] == [((b, a), (n,)) for a, b, n in items]


def test_records_know_their_place(tmp_path: Path):
    (tmp_path / "a.json").write_text('[{"a": "x"},\n {"a": "y"}]')
    (tmp_path / "a.jsonl").write_text('{"a": "x"}\n{"a": "y"}\n')
    assert [r.where for r in read_json(tmp_path / "a.json", texts=("a",))] == [
        f"{tmp_path / 'a.json'} item {number}" for number in (0, 1)
    ]
    assert [r.where for r in read_jsonl(tmp_path / "a.jsonl", texts=("a",))] == [
        f"{tmp_path / 'a.jsonl'} line {number}" for number in (1, 2)
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"a": "x"}', r"a\.json: no JSON \(.*line 1, column 12\); the file was cut"),
        ("", r"a\.json: no JSON"),
        ('{"a": "x"}', r"holds one JSON object instead of a list"),
        ('["x"]', r"item 0: a JSON string instead of an object"),
        ('[{"a": "x", "n": 1}, {"b": "y"}]', r"item 1: no 'a', only 'b'; .*layout"),
        ('[{"a": null, "n": 1}]', r"item 0: 'a' is a JSON null instead of a string"),
        ('[{"a": 7, "n": 1}]', r"item 0: 'a' is a JSON number instead of a string"),
        ('[{"a": "x", "n": "1"}]', r"item 0: 'n' is a JSON string instead of a number"),
        ('[{"a": "x", "n": 1.0}]', r"item 0: 'n' is a JSON fraction instead of a number"),
        ('[{"a": "x", "n": true}]', r"item 0: 'n' is a JSON truth value instead of a number"),
        ('[{"a": "x\\ud83d", "n": 1}]', r"item 0: 'a' holds a lone surrogate"),
    ],
)
def test_a_list_that_is_not_what_was_asked_for_is_refused(tmp_path: Path, content: str, message: str):
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(DataError, match=message):
        list(read_json(tmp_path / "a.json", texts=("a",), numbers=("n",)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"a": "x"}\n\n', r"a\.jsonl line 2: no JSON"),
        ('{"a": "x"}\n{"a": "y', r"a\.jsonl line 2: no JSON"),
        ('[{"a": "x"}]\n', r"line 1: a JSON list instead of an object"),
        ('{"a": "x"}\n{"a": ["y"]}\n', r"line 2: 'a' is a JSON list instead of a string"),
    ],
)
def test_lines_that_are_not_what_was_asked_for_are_refused(tmp_path: Path, content: str, message: str):
    (tmp_path / "a.jsonl").write_text(content)
    with pytest.raises(DataError, match=message):
        list(read_jsonl(tmp_path / "a.jsonl", texts=("a",)))


@pytest.mark.parametrize("reader", [read_json, read_jsonl])
def test_a_file_that_is_not_utf_8_or_not_there_is_named(tmp_path: Path, reader: Any):
    (tmp_path / "latin").write_bytes('[{"a": "é"}]'.encode("latin-1"))
    with pytest.raises(DataError, match=r"latin line 1, byte 8 of the file: .*not UTF-8"):
        list(reader(tmp_path / "latin", texts=("a",)))
    with pytest.raises(ResourceError, match=r"nowhere cannot be read"):
        list(reader(tmp_path / "nowhere", texts=("a",)))


def test_a_line_separator_inside_a_value_ends_no_line(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text('{"a": "x\u2028y\u0085z"}\n', encoding="utf-8")
    assert [record.texts for record in read_jsonl(tmp_path / "a.jsonl", texts=("a",))] == [("x\u2028y\u0085z",)]
