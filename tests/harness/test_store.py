"""The store: what was kept comes back, the same cell has the same bytes, and nothing that was damaged is read."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.cell import Record
from harness.store import Store
from perturbations.edits import Status
from perturbations.errors import StoreError
from tests.harness.stored import CELL, RECORDS, files

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
vectors = st.lists(st.floats(0, 100), min_size=2, max_size=2).map(tuple)
records = st.builds(
    Record,
    id=texts,
    group=texts,
    prediction=st.lists(texts, max_size=4).map(tuple),
    probabilities=st.lists(st.floats(0, 1, width=32), max_size=4).map(tuple),
    statistic=vectors,
    reference=vectors,
    edits=texts,
    realised_rate=st.floats(0, 1),
    proposed=st.integers(0, 2**31 - 1),
    collisions=st.integers(0, 2**31 - 1),
    damage=st.lists(st.integers(0, 2**31 - 1), min_size=4, max_size=4).map(tuple),
    lost=st.floats(0, 1),
    pieces=st.integers(0, 2**31 - 1),
    truncated=st.booleans(),
    words=st.integers(0, 2**31 - 1),
    answers=st.integers(0, 2**31 - 1),
    changed=st.integers(0, 2**31 - 1),
    correct=st.lists(st.booleans(), max_size=4).map(tuple),
    status=st.sampled_from(Status),
    output=st.none() | texts,
)


@settings(max_examples=30)
@given(kept=st.lists(records, min_size=1, max_size=5))
def test_records_come_back_as_they_were_and_the_columns_agree(
    tmp_path_factory: pytest.TempPathFactory, kept: list[Record]
) -> None:
    store = Store(tmp_path_factory.mktemp("store"))
    store.write(CELL, kept)
    assert CELL in store
    assert store.read(CELL.key) == kept
    columns = store.columns(CELL.key)
    assert columns.statistic.tolist() == [list(item.statistic) for item in kept]
    assert columns.reference.tolist() == [list(item.reference) for item in kept]
    assert columns.damage.tolist() == [list(item.damage) for item in kept]
    assert columns.statuses.tolist() == [item.status.value for item in kept]
    for name in ("realised_rate", "proposed", "collisions", "lost", "words", "answers", "changed"):
        assert np.array_equal(getattr(columns, name), [getattr(item, name) for item in kept])


def test_every_field_of_a_record_has_a_column(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write(CELL, RECORDS)
    assert set(pq.read_schema(store.path(CELL.key)).names) == {field.name for field in fields(Record)}


@settings(max_examples=30)
@given(kept=st.lists(records, min_size=1, max_size=5))
def test_lists_and_vectors_come_back_by_themselves(
    tmp_path_factory: pytest.TempPathFactory, kept: list[Record]
) -> None:
    store = Store(tmp_path_factory.mktemp("store"))
    store.write(CELL, kept)
    assert store.vectors(CELL.key).tolist() == [list(item.statistic) for item in kept]
    shares, correct = store.lists(CELL.key, "probabilities", "correct")
    for found, wanted in ((shares, [item.probabilities for item in kept]), (correct, [item.correct for item in kept])):
        assert found.lengths.tolist() == list(map(len, wanted))
        assert found.values.tolist() == [value for values in wanted for value in values]


@pytest.mark.parametrize("name", ["plain", "task=xnli", "ünï cöde", "a%20b", "#x?y", "s3:"])
def test_a_run_directory_may_have_any_name(tmp_path: Path, name: str) -> None:
    store = Store(tmp_path / name)
    store.write(CELL, RECORDS)
    assert store.read(CELL.key) == RECORDS


def test_the_bytes_depend_on_the_cell_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Store(tmp_path / "a"), Store(tmp_path / "b")
    other = replace(CELL, seed=1)
    first.write(CELL, RECORDS)
    first.write(other, RECORDS)
    # Another process, another day, the other order.
    monkeypatch.setattr(os, "getpid", lambda: 1)
    monkeypatch.setattr("time.time", lambda: 4e9)
    second.write(other, RECORDS)
    second.write(CELL, RECORDS)
    second.write(CELL, RECORDS)
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert len(files(tmp_path / "a")) == 2


def test_no_damaged_byte_is_taken_for_a_result(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write(CELL, RECORDS)
    path = store.path(CELL.key)
    whole = path.read_bytes()
    damaged = 0
    for place in range(0, len(whole), 19):
        flipped = bytearray(whole)
        flipped[place] ^= (0x01, 0x55, 0x80)[place % 3]
        path.write_bytes(bytes(flipped))
        try:
            assert store.read(CELL.key) == RECORDS, f"byte {place} changed the records unseen"
        except StoreError:
            damaged += 1
    assert damaged > len(whole) / 19 / 4, "most of the file must be under guard"


@pytest.mark.parametrize("length", [0, 3, 4, 100, -100, -8, -1])
def test_a_file_that_was_cut_is_refused_with_what_to_do(tmp_path: Path, length: int) -> None:
    store = Store(tmp_path)
    store.write(CELL, RECORDS)
    path = store.path(CELL.key)
    path.write_bytes(path.read_bytes()[:length])
    for read in (store.read, store.columns):
        with pytest.raises(StoreError, match=r"is damaged .*: delete it and run `xrobust score` again"):
            read(CELL.key)


def test_a_cell_that_is_not_there_is_told_by_its_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is not there: run `xrobust score` again"):
        Store(tmp_path).read(CELL.key)


def test_a_cell_under_another_name_is_refused(tmp_path: Path) -> None:
    store, other = Store(tmp_path), replace(CELL, language="de")
    store.write(CELL, RECORDS)
    store.path(CELL.key).rename(store.path(other.key))
    with pytest.raises(StoreError, match="holds another cell than its name says"):
        store.columns(other.key)


def test_a_store_of_another_format_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    monkeypatch.setattr("harness.store.FORMAT", 99)
    store.write(CELL, RECORDS)
    monkeypatch.undo()
    with pytest.raises(StoreError, match="has store format 99, this version reads 3"):
        store.read(CELL.key)
