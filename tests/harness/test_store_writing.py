"""Writing to the store: a whole cell or document or none, whatever interrupts it, and a line that says why."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from harness.store import Store
from perturbations.errors import StoreError
from tests.harness.stored import CELL, RECORDS, files

ROOT = Path(__file__).resolve().parents[2]


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
from tests.harness.stored import CELL, RECORDS
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
