"""Baseline: a snapshot as one small Parquet file that can be committed.

One row a training seed and cell, clean cells first. Ids stand in the clean rows of the first training seed. Nothing in
the file depends on when it was made: the same runs give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pyarrow.parquet

from harness.cell import CLEAN
from harness.columns import lists_of
from harness.files import write_whole
from harness.gate.snapshot import Items, Kept, Outline, Place, Scoring, Snapshot
from harness.statistics.sample import Floats
from perturbations.errors import StoreError

# pyarrow comes without types.
pa: Any = pyarrow
pq: Any = pyarrow.parquet

FORMAT = 1
"""Counts changes of the layout; a baseline of another format is refused."""
KEY = b"xrobust.baseline"

_SCHEMA: Any = pa.schema(
    [
        pa.field("training", pa.int32(), nullable=False),
        pa.field("task", pa.string(), nullable=False),
        pa.field("language", pa.string(), nullable=False),
        pa.field("perturbation", pa.string(), nullable=False),
        pa.field("rate", pa.float64(), nullable=False),
        pa.field("noise_seeds", pa.int32(), nullable=False),
        pa.field("facts", pa.string(), nullable=False),
        pa.field("width", pa.int32(), nullable=False),
        pa.field("statistic", pa.list_(pa.float64()), nullable=False),
        pa.field("reference", pa.list_(pa.float64())),
        pa.field("ids", pa.list_(pa.string())),
        pa.field("groups", pa.list_(pa.string())),
    ]
)


def write_baseline(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot, whole or not at all.

    Raises:
        StoreError: the file cannot be written.
    """
    head = {
        "format": FORMAT,
        "trainings": snapshot.trainings,
        "scorings": {task: asdict(scoring) for task, scoring in snapshot.outline.scorings.items()},
        "beside": dict(snapshot.beside),
    }
    rows = list(_rows(snapshot))
    columns = {name: [row[name] for row in rows] for name in _SCHEMA.names}
    table = pa.table(columns, schema=_SCHEMA.with_metadata({KEY: json.dumps(head, sort_keys=True)}))
    options = {"compression": "zstd", "compression_level": 19, "write_page_checksum": True}
    write_whole(path, lambda file: pq.write_table(table, file, **options))


def read_baseline(path: Path) -> Snapshot:
    """The snapshot of a file.

    Raises:
        StoreError: there is no such file, it is no baseline, a damaged one, or one of another version.
    """
    if not path.is_file():
        raise StoreError(f"{path} is no file: give a baseline, which `xrobust baseline RUN --out FILE` writes")
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
        table = file.read(use_threads=False)
    except OSError as error:
        raise StoreError(f"baseline {path} cannot be read: {error.strerror or error}") from error
    except pa.ArrowException as error:
        raise StoreError(
            f"{path} is no baseline, or a damaged one ({error}): write it by `xrobust baseline`"
        ) from error
    metadata: dict[bytes, bytes] = table.schema.metadata or {}
    content = metadata.get(KEY)
    if content is None:
        raise StoreError(f"{path} is no baseline: write it by `xrobust baseline RUN --out FILE`")
    try:
        head: dict[str, Any] = json.loads(content)
        found = head["format"]
        if found != FORMAT:
            raise StoreError(f"baseline {path} has format {found}, this version reads {FORMAT}: write it again")
        return _snapshot(head, table)
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"baseline {path} is damaged ({error!r}): write it by `xrobust baseline`") from error


def digest(path: Path) -> str:
    """12 hexadecimal digits by which a baseline can be told from another."""
    return blake2b(path.read_bytes(), digest_size=6).hexdigest()


def _rows(snapshot: Snapshot) -> Iterator[dict[str, object]]:
    for place in sorted(snapshot.cells, key=lambda place: (not place.clean, place)):
        kept, items = snapshot.cells[place], snapshot.items[place.task, place.language]
        clean = snapshot.cells.get(Place(place.task, place.language, CLEAN, 0.0))
        for number in range(len(snapshot.trainings)):
            statistic, reference = kept.statistic[number], kept.reference[number]
            # Only where edits took tokens away does the clean side differ from the clean cell.
            same = clean is not None and np.array_equal(reference, clean.statistic[number])
            named = place.clean and number == 0
            values: dict[str, object] = asdict(place)
            yield values | {
                "training": number,
                "noise_seeds": kept.noise_seeds,
                "facts": json.dumps(dict(snapshot.outline.facts[place]), sort_keys=True, ensure_ascii=False),
                "width": statistic.shape[1],
                "statistic": statistic.ravel(),
                "reference": None if same else reference.ravel(),
                "ids": items.ids if named else None,
                "groups": items.groups if named and items.groups != items.ids else None,
            }


def _snapshot(head: Mapping[str, Any], table: Any) -> Snapshot:
    plain: dict[str, list[Any]] = {name: table[name].to_pylist() for name in _SCHEMA.names[:8]}
    vectors = {name: _ragged(table[name]) for name in ("statistic", "reference")}
    names: dict[str, list[list[str] | None]] = {name: table[name].to_pylist() for name in ("ids", "groups")}
    items: dict[tuple[str, str], Items] = {}
    facts: dict[Place, Mapping[str, str]] = {}
    sides: dict[Place, list[tuple[Floats, Floats]]] = {}
    for row in range(len(table)):
        place = Place(*(plain[name][row] for name in ("task", "language", "perturbation", "rate")))
        if (ids := names["ids"][row]) is not None:
            items[place.task, place.language] = Items(tuple(ids), tuple(names["groups"][row] or ids))
        facts.setdefault(place, json.loads(plain["facts"][row]))
        statistic: Floats = vectors["statistic"][row].reshape(-1, plain["width"][row])
        if vectors["reference"][row] is None:
            clean = Place(place.task, place.language, CLEAN, 0.0)
            reference = statistic if place.clean else sides[clean][int(plain["training"][row])][0]
        else:
            reference = np.asarray(vectors["reference"][row], dtype=np.float64).reshape(statistic.shape)
        sides.setdefault(place, []).append((statistic, reference))
    # Rows of one place stand side by side, one a training seed.
    noise = dict(zip(facts, plain["noise_seeds"][:: len(head["trainings"])], strict=True))
    return Snapshot(
        trainings=tuple(head["trainings"]),
        outline=Outline({task: Scoring(**values) for task, values in head["scorings"].items()}, facts),
        items=items,
        cells={
            place: Kept(np.stack([s for s, _ in rows]), np.stack([r for _, r in rows]), noise[place])
            for place, rows in sides.items()
        },
        beside=head["beside"],
    )


def _ragged(column: Any) -> list[Any]:
    """The lists of a column as arrays, None where there is none."""
    lists = lists_of(column)
    parts: list[Any] = np.split(lists.values, np.cumsum(lists.lengths)[:-1])
    return [part if there else None for part, there in zip(parts, column.is_valid().to_pylist(), strict=True)]
