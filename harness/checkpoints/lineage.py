"""Lineage: how a checkpoint came to be, and the manifest that tells it where no file lies beside the weights.

`lineage.json` holds one table; a manifest (TOML or JSON) holds one table a checkpoint, under its name or location.
The phases are those of Phang et al. 2020: a public encoder, intermediate training, the target task.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import cast

from perturbations.errors import CheckpointError

LINEAGE_FILE = "lineage.json"
Factor = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Lineage:
    """The training history of a checkpoint; None or empty where it is not known or does not apply.

    Args:
        base_model: the pretrained encoder (`"xlm-roberta-base"`).
        intermediate_tasks: the tasks trained on between pretraining and the target, in order.
        target_task: the task of the head.
        seed: the random seed of the training run.
        factors: whatever else a study varies (`{"scale": "large", "steps": 10000}`).
    """

    base_model: str | None = None
    intermediate_tasks: tuple[str, ...] = ()
    target_task: str | None = None
    seed: int | None = None
    factors: Mapping[str, Factor] = field(default_factory=dict[str, Factor])


@dataclass(frozen=True, slots=True)
class Entry:
    """What a manifest says of one checkpoint.

    Args:
        lineage: its history, None where the entry tells nothing of it.
        labels: the label of each output of its head, in order, None where its config is to be believed; an empty
            string marks an output that the task does not have and that is never predicted.
    """

    lineage: Lineage | None = None
    labels: tuple[str, ...] | None = None


def read_lineage(directory: Path) -> Lineage:
    """The lineage beside the weights, or an empty one where the file is not there.

    Raises:
        CheckpointError: the file cannot be read, has unknown keys or values of a wrong type.
    """
    path = directory / LINEAGE_FILE
    return parse_lineage(_load(path), where=str(path)) if path.is_file() else Lineage()


def write_lineage(directory: Path, lineage: Lineage) -> None:
    """Write `lineage.json` beside the weights, as `read_lineage` reads it."""
    text = json.dumps(asdict(lineage), ensure_ascii=False, indent=2, sort_keys=True)
    (directory / LINEAGE_FILE).write_text(text + "\n", encoding="utf-8")


def read_manifest(path: Path) -> dict[str, Entry]:
    """Every entry of a manifest, by the name or location it is kept under.

    Args:
        path: a `.toml` or `.json` file with a table a checkpoint: the keys of `Lineage`, and `labels`.

    Raises:
        CheckpointError: the file cannot be read, or an entry has unknown keys or values of a wrong type.
    """
    return {key: _entry(value, where=f"{path}: {key!r}") for key, value in _load(path).items()}


def parse_lineage(table: Mapping[str, object], *, where: str) -> Lineage:
    """A lineage from a table of a file.

    Args:
        table: the keys of `Lineage`, all optional.
        where: what to call the table in a message.

    Raises:
        CheckpointError: unknown keys or values of a wrong type.
    """
    known = tuple(Lineage.__dataclass_fields__)
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise CheckpointError(
            f"{where}: a lineage has no key {unknown[0]!r}: use {', '.join(known)}; anything else goes under factors"
        )
    return Lineage(
        base_model=_text(table.get("base_model"), f"{where}: base_model"),
        intermediate_tasks=_texts(table.get("intermediate_tasks", ()), f"{where}: intermediate_tasks"),
        target_task=_text(table.get("target_task"), f"{where}: target_task"),
        seed=_seed(table.get("seed"), f"{where}: seed"),
        factors=_factors(table.get("factors", {}), f"{where}: factors"),
    )


def _load(path: Path) -> dict[str, object]:
    try:
        text = path.read_text(encoding="utf-8")
        value: object = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except FileNotFoundError:
        raise CheckpointError(f"{path} does not exist: give the path of a TOML or JSON manifest") from None
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read as {path.suffix[1:] or 'JSON'}: {error}") from error
    return _table(value, str(path))


def _entry(value: object, *, where: str) -> Entry:
    table = _table(value, where)
    labels = table.pop("labels", None)
    return Entry(
        lineage=parse_lineage(table, where=where) if table else None,
        labels=None if labels is None else _texts(labels, f"{where}: labels"),
    )


def _table(value: object, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise CheckpointError(f"{where} must be a table of names and values, got {value!r}")
    return dict(cast("dict[str, object]", value))


def _text(value: object, where: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise CheckpointError(f"{where} must be a text, got {value!r}")


def _texts(value: object, where: str) -> tuple[str, ...]:
    items: list[object] = list(cast("list[object]", value)) if isinstance(value, list | tuple) else [None]
    texts = tuple(item for item in items if isinstance(item, str))
    if len(texts) != len(items):
        raise CheckpointError(f"{where} must be a list of texts, got {value!r}")
    return texts


def _seed(value: object, where: str) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise CheckpointError(f"{where} must be a whole number, got {value!r}")


def _factors(value: object, where: str) -> dict[str, Factor]:
    factors: dict[str, Factor] = {}
    for key, item in _table(value, where).items():
        if not isinstance(item, str | int | float) or (isinstance(item, float) and not math.isfinite(item)):
            raise CheckpointError(f"{where}: {key!r} must be a text, a finite number or true or false, got {item!r}")
        factors[key] = item
    return factors
