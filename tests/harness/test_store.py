"""The store: whole cells or none, the same bytes for the same cell, and nothing read that was damaged."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.cell import Cell, Record
from harness.store import Store
from perturbations.edits import Status
from perturbations.errors import StoreError

ROOT = Path(__file__).resolve().parents[2]
CELL = Cell(
    checkpoint="f" * 64,
    task="udpos",
    language="th",
    perturbation="word-deletion",
    rate=0.1,
    seed=0,
    metrics=("f1", "token-accuracy"),
    fields=("text",),
    policy="random",
    protection="none",
    plausibility="none",
    parameters={},
    task_version=1,
    options={},
    split="test",
    data="d" * 32,
    precision="fp32",
    device="cpu",
    max_pieces=None,
)


def record(number: int, **changes: Any) -> Record:
    made = Record(
        id=f"th_pud:{number}",
        group=str(number // 3),
        prediction=("NOUN", "", "VERB"),
        probabilities=(0.25, 0.0, 0.5),
        statistic=(1.0, 2.0, 0.0, 1.0, 3.0),
        reference=(2.0, 1.0, 0.0, 2.0, 3.0),
        edits='{"text":[[0,3,"กน",[]]]}',
        realised_rate=1 / 3,
        proposed=3,
        collisions=1,
        damage=(0, 2, 0, 1),
        lost=0.25,
        pieces=7,
        truncated=number % 2 == 0,
        words=4,
        answers=3,
        changed=1,
        correct=(True, False, False)[: number % 4],
        status=Status.SATURATED,
    )
    return replace(made, **changes)


RECORDS = [record(number) for number in range(6)]


def files(directory: Path) -> dict[str, bytes]:
    """Every file below a directory with its bytes."""
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


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


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("where", ["os.fsync", "pathlib.Path.replace", "harness.store.pq.write_table"])
def test_a_full_disk_leaves_what_was_there_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    store, next_cell = Store(tmp_path), replace(CELL, seed=1)
    store.write(CELL, RECORDS)
    store.write_json("run.json", {"old": 1})
    before = files(tmp_path)
    monkeypatch.setattr(where, full)
    for cell in (next_cell, CELL):
        with pytest.raises(StoreError, match="No space left on device; what was stored before is whole"):
            store.write(cell, RECORDS[:2])
    if not where.startswith("harness"):
        with pytest.raises(StoreError, match=r"run.json could not be written: No space left on device"):
            store.write_json("run.json", {"new": 2})
    assert files(tmp_path) == before
    assert next_cell not in store
    monkeypatch.undo()
    store.write(next_cell, RECORDS)
    assert store.read(next_cell.key) == RECORDS


def test_an_interrupted_write_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    store = Store(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        store.write(CELL, RECORDS)
    with pytest.raises(KeyboardInterrupt):
        store.write_text("report.md", "half")
    assert files(tmp_path) == {}


KILLED = """
import os, resource, signal, sys
from pathlib import Path
from tests.harness.test_store import CELL, RECORDS
from dataclasses import replace
from harness.store import Store
from perturbations.errors import StoreError
how, directory = sys.argv[1], Path(sys.argv[2])
store = Store(directory)
store.write(CELL, RECORDS)
if how == "killed":
    os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
try:
    store.write(replace(CELL, seed=1), RECORDS)
except StoreError as error:
    print(error)
"""


@pytest.mark.parametrize("how", ["killed", "full"])
def test_a_process_that_dies_or_runs_out_of_room_while_writing_leaves_no_half_cell(tmp_path: Path, how: str) -> None:
    found = subprocess.run(
        [sys.executable, "-c", KILLED, how, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == (-signal.SIGKILL if how == "killed" else 0), found.stderr
    assert ("could not be written" in found.stdout) == (how == "full")
    store, interrupted = Store(tmp_path), replace(CELL, seed=1)
    assert store.read(CELL.key) == RECORDS
    assert interrupted not in store
    assert [path.name for path in (tmp_path / "cells").glob("*.parquet")] == [f"{CELL.key}.parquet"]
    store.write(interrupted, RECORDS)
    elsewhere = Store(tmp_path / "elsewhere")
    elsewhere.write(interrupted, RECORDS)
    assert store.path(interrupted.key).read_bytes() == elsewhere.path(interrupted.key).read_bytes()


def test_a_place_that_cannot_hold_a_run_is_refused_at_once(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("not a directory")
    for place in (file, file / "below"):
        with pytest.raises(StoreError, match=r"cannot hold a run: .*; give another directory"):
            Store(place)
    assert file.read_text() == "not a directory"


def test_documents_are_whole_and_damage_in_them_is_told(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(StoreError, match=r"holds no run: run.json is missing"):
        store.read_json("run.json")
    store.write_json("run.json", {"text": "ไทย"})
    assert store.read_json("run.json") == {"text": "ไทย"}
    for damaged in (b'{"text": ', b"\xff", b""):
        (tmp_path / "run.json").write_bytes(damaged)
        with pytest.raises(StoreError, match=r"run.json is damaged"):
            store.read_json("run.json")
