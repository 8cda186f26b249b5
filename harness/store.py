"""The store: one Parquet file a cell, named by the cell's key, whole or not there at all.

A file is written beside its place, flushed to the disk and then moved into it, so that a kill or a full disk leaves
either the whole cell or none. Nothing in a file depends on when or how fast it was made: the same cell gives the same
bytes. Pages carry checksums and every file names its cell, so that what was damaged or renamed is never read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow
import pyarrow.parquet
from numpy.typing import NDArray

from harness.cell import Cell, Record, key_of
from harness.columns import Columns, Lists, lists_of, matrix
from harness.files import write_text, write_whole
from perturbations.edits import Status
from perturbations.errors import StoreError

if TYPE_CHECKING:
    import pandas as pd

# pyarrow comes without types.
pa: Any = pyarrow
pq: Any = pyarrow.parquet

FORMAT = 3
"""Counts changes of the columns; a store of another format is refused."""

_SCHEMA: Any = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("group", pa.string(), nullable=False),
        pa.field("prediction", pa.list_(pa.string()), nullable=False),
        pa.field("probabilities", pa.list_(pa.float32()), nullable=False),
        pa.field("statistic", pa.list_(pa.float64()), nullable=False),
        pa.field("reference", pa.list_(pa.float64()), nullable=False),
        pa.field("edits", pa.string(), nullable=False),
        pa.field("realised_rate", pa.float64(), nullable=False),
        pa.field("proposed", pa.int32(), nullable=False),
        pa.field("collisions", pa.int32(), nullable=False),
        pa.field("damage", pa.list_(pa.int32()), nullable=False),
        pa.field("lost", pa.float64(), nullable=False),
        pa.field("pieces", pa.int32()),
        pa.field("truncated", pa.bool_()),
        pa.field("words", pa.int32(), nullable=False),
        pa.field("answers", pa.int32(), nullable=False),
        pa.field("changed", pa.int32(), nullable=False),
        pa.field("correct", pa.list_(pa.bool_()), nullable=False),
        pa.field("status", pa.string(), nullable=False),
        pa.field("output", pa.string()),
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
        write_whole(
            self.path(cell.key),
            lambda file: pq.write_table(table, file, compression="zstd", write_page_checksum=True),
        )

    def read(self, key: str) -> list[Record]:
        """The records of a stored cell, in the order of the examples.

        Raises:
            StoreError: the cell is missing, damaged, of another format, or not the one that its name says.
        """
        return [_record(row) for row in self.table(key, *_SCHEMA.names).to_pylist()]

    def columns(self, key: str) -> Columns:
        """What the statistics need of a stored cell; raises as `read` does."""
        vectors = ("statistic", "reference", "damage")
        plain = ("realised_rate", "proposed", "collisions", "lost", "words", "answers", "changed")
        unsure = ("truncated", "pieces")
        table = self.table(key, "id", "group", "status", "output", *vectors, *unsure, *plain)
        outputs = table["output"].drop_null()
        return Columns(
            ids=np.array(table["id"].to_pylist()),
            groups=np.array(table["group"].to_pylist()),
            statuses=np.array(table["status"].to_pylist()),
            **{name: matrix(lists_of(table[name])) for name in vectors},
            # What is missing becomes NaN.
            **{name: table[name].cast(pa.float64()).to_numpy() for name in unsure},
            **{name: table[name].to_numpy() for name in plain},
            strays=len(outputs),
            stray=outputs[0].as_py() if len(outputs) else None,
        )

    def vectors(self, key: str) -> NDArray[np.float64]:
        """The statistic vectors of a stored cell, `(examples, k)`; raises as `read` does."""
        return matrix(lists_of(self.table(key, "statistic")["statistic"]))

    def lists(self, key: str, *names: str) -> list[Lists]:
        """Columns of lists of a stored cell, in the order in which they are named; raises as `read` does."""
        table = self.table(key, *names)
        return [lists_of(table[name]) for name in names]

    def table(self, key: str, *names: str) -> Any:
        """Columns of a stored cell as a table of pyarrow; raises as `read` does."""
        path = self.path(key)
        try:
            # Opened by itself: a file as small as a cell is read several times as fast as by `read_table`.
            file = pq.ParquetFile(path, page_checksum_verification=True)
            table = file.read(list(names), use_threads=False)
        except FileNotFoundError as error:
            raise StoreError(f"{path} is not there: run `xrobust score` again, it computes what is missing") from error
        except (OSError, UnicodeDecodeError, pa.ArrowException) as error:
            raise StoreError(f"{path} is damaged ({error}): delete it and run `xrobust score` again") from error
        metadata: dict[bytes, bytes] = table.schema.metadata or {}
        found = metadata.get(b"xrobust.format", b"none").decode(errors="replace")
        if found != str(FORMAT):
            raise StoreError(f"{path} has store format {found}, this version reads {FORMAT}: use another directory")
        if key_of(metadata.get(b"xrobust.cell", b"").decode(errors="replace")) != key:
            raise StoreError(f"{path} holds another cell than its name says: delete it and run `xrobust score` again")
        found_columns = set(table.column_names)
        table = table.select([name for name in names if name in found_columns])
        if not table.schema.equals(pa.schema([_SCHEMA.field(name) for name in names])):
            raise StoreError(f"{path} is damaged (other columns): delete it and run `xrobust score` again")
        return table

    def write_json(self, name: str, value: object) -> None:
        """Keep a JSON document beside the cells, all or nothing; raises as `write_text` does."""
        self.write_text(name, json.dumps(value, ensure_ascii=False, indent=1) + "\n")

    def write_text(self, name: str, text: str) -> None:
        """Keep a document beside the cells, all or nothing.

        Raises:
            StoreError: it cannot be written.
        """
        write_text(self.directory / name, text)

    def write_table(self, name: str, frame: pd.DataFrame) -> None:
        """Keep a table beside the cells, all or nothing.

        Args:
            name: path of the Parquet file below the run's directory.
            frame: `(rows, columns)`.

        Raises:
            StoreError: it cannot be written.
        """
        path, table = self.directory / name, pa.Table.from_pandas(frame, preserve_index=False)
        try:
            path.parent.mkdir(exist_ok=True)
        except OSError as error:
            raise StoreError(f"{path.parent} cannot be made: {error.strerror}; give another directory") from error
        write_whole(path, lambda file: pq.write_table(table, file, compression="zstd"))

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
    for column in ("prediction", "probabilities", "statistic", "reference", "damage", "correct"):
        row[column] = tuple(row[column])
    return Record(**row)
