"""The store: one Parquet file a cell, named by the cell's key, whole or not there at all.

A file is written beside its place, flushed to the disk and then moved into it, so that a kill or a full disk leaves
either the whole cell or none. Nothing in a file depends on when or how fast it was made: the same cell gives the same
bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from harness.cell import Cell, Record
from perturbations.edits import Status
from perturbations.errors import StoreError

FORMAT = 1
"""Counts changes of the columns; a store of another format is refused."""

_SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("group", pa.string(), nullable=False),
        pa.field("prediction", pa.list_(pa.string()), nullable=False),
        pa.field("probabilities", pa.list_(pa.float32()), nullable=False),
        pa.field("statistic", pa.list_(pa.float64()), nullable=False),
        pa.field("reference", pa.list_(pa.float64()), nullable=False),
        pa.field("edits", pa.string(), nullable=False),
        pa.field("realised_rate", pa.float64(), nullable=False),
        pa.field("lost", pa.float64(), nullable=False),
        pa.field("pieces", pa.int32(), nullable=False),
        pa.field("truncated", pa.bool_(), nullable=False),
        pa.field("status", pa.string(), nullable=False),
    ]
)


class Store:
    """The cells of a run directory.

    Args:
        directory: made if it is not there.

    Raises:
        StoreError: the directory cannot be made or is not one.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        try:
            (directory / "cells").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{directory} cannot hold a run: {error.strerror}; give another directory") from error

    def __contains__(self, cell: Cell) -> bool:
        return self.path(cell.key).exists()

    def path(self, key: str) -> Path:
        """Where the records of the cell with this key are."""
        return self.directory / "cells" / f"{key}.parquet"

    def write(self, cell: Cell, records: Sequence[Record]) -> None:
        """Keep the records of a cell, all or none.

        Raises:
            StoreError: the disk is full or the directory cannot be written; what was stored before is untouched.
        """
        columns = {name: [_plain(getattr(record, name)) for record in records] for name in _SCHEMA.names}
        metadata = {"xrobust.format": str(FORMAT), "xrobust.cell": cell.description()}
        table = pa.table(columns, schema=_SCHEMA.with_metadata(metadata))
        path = self.path(cell.key)
        unfinished = path.with_suffix(f".{os.getpid()}.unfinished")
        try:
            with unfinished.open("wb") as file:
                pq.write_table(table, file, compression="zstd")
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise StoreError(
                f"cell {cell.key} could not be written to {path.parent}: {error.strerror}; "
                "what was stored before is whole: make room and run the same command again"
            ) from error

    def read(self, key: str) -> list[Record]:
        """The records of a stored cell, in the order of the examples.

        Raises:
            StoreError: the cell is missing, damaged or of another format.
        """
        path = self.path(key)
        try:
            table = pq.read_table(path)
        except FileNotFoundError as error:
            raise StoreError(f"{path} is not there: run `xrobust score` again, it computes what is missing") from error
        except (OSError, pa.ArrowInvalid) as error:
            raise StoreError(f"{path} is damaged ({error}): delete it and run `xrobust score` again") from error
        found = (table.schema.metadata or {}).get(b"xrobust.format", b"none").decode()
        if found != str(FORMAT):
            raise StoreError(f"{path} has store format {found}, this version reads {FORMAT}: use another directory")
        return [_record(row) for row in table.to_pylist()]

    def write_json(self, name: str, value: object) -> None:
        """Keep a JSON document beside the cells, all or nothing.

        Raises:
            StoreError: it cannot be written.
        """
        path = self.directory / name
        unfinished = path.with_suffix(f".{os.getpid()}.unfinished")
        try:
            unfinished.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            unfinished.replace(path)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise StoreError(f"{path} could not be written: {error.strerror}; make room and run again") from error

    def read_json(self, name: str) -> Any:
        """A JSON document of the run.

        Raises:
            StoreError: it is not there or is not JSON.
        """
        path = self.directory / name
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise StoreError(f"{self.directory} holds no run: {name} is missing; give the --out of a score") from error
        except ValueError as error:
            raise StoreError(f"{path} is damaged ({error}): run `xrobust score` again") from error


def _plain(value: object) -> object:
    return value.value if isinstance(value, Status) else value


def _record(row: dict[str, Any]) -> Record:
    row["status"] = Status(row["status"])
    for column in ("prediction", "probabilities", "statistic", "reference"):
        row[column] = tuple(row[column])
    return Record(**row)


if {column.name for column in fields(Record)} != set(_SCHEMA.names):
    raise RuntimeError("the store's columns and the fields of Record differ")
