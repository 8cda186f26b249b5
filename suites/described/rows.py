"""The rows of a table in one of three formats, by the names of its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from perturbations.errors import DataError, StrippedLabelsError
from suites.described.description import Description, label_set
from suites.examples import Example, Text, keyed_text
from suites.readers.csv import read_csv
from suites.readers.files import lines, unique
from suites.readers.json import parsed, record
from suites.readers.tables import Row
from suites.readers.tsv import read_plain


@dataclass(frozen=True, slots=True)
class Cells:
    """One row: where it stands, and its wanted values by column, stripped of the space around them."""

    where: str
    values: Mapping[str, str]


def read_rows(task: Description, path: Path, language: str) -> list[Example]:
    """The examples of a table, in order.

    Raises:
        StrippedLabelsError: no row has a label.
        DataError: a file that breaks its format, an empty text or id, a label outside the set, an id twice.
        ResourceError: the file cannot be opened.
    """
    label = task.label or ""
    rows = list(_cells(task, path))
    if not rows:
        raise DataError(f"{path} holds no row; the file is empty or was cut")
    if not any(row.values[label] for row in rows):
        raise StrippedLabelsError(f"{path} has no label in any row: column {label!r} is empty; take a labelled file")
    examples = [_example(task, row, number, language) for number, row in enumerate(rows)]
    unique(((found.id, row.where) for found, row in zip(examples, rows, strict=True)), what="row")
    return examples


def _cells(task: Description, path: Path) -> Iterator[Cells]:
    columns = list(dict.fromkeys(name for name in (*task.texts.values(), task.label, task.id, task.group) if name))
    if task.format == "jsonl":
        for number, line in lines(path):
            where = f"{path} line {number}"
            yield _object(parsed(line, where), where, columns)
        return
    for row in _table(task, path, columns):
        values = (value.strip() for value in row.values)
        yield Cells(f"{path} line {row.line}", dict(zip(columns, values, strict=True)))


def _table(task: Description, path: Path, columns: Sequence[str]) -> Iterator[Row]:
    if task.format == "csv":
        return read_csv(path, names=columns)
    return read_csv(path, names=columns, delimiter="\t") if task.quoted else read_plain(path, names=columns)


def _object(item: Any, where: str, columns: Sequence[str]) -> Cells:
    """The wanted values of a JSON object; whole numbers, such as labels and ids often are, become their digits."""
    if isinstance(item, dict):
        values = cast("dict[str, Any]", item)
        item = {name: str(value) if type(value) is int else value for name, value in values.items()}
    texts = record(item, where, texts=columns).texts
    return Cells(where, {name: text.strip() for name, text in zip(columns, texts, strict=True)})


def _example(task: Description, row: Cells, number: int, language: str) -> Example:
    texts: dict[str, Text] = {}
    for place, column in task.texts.items():
        text = row.values[column]
        if not text:
            raise DataError(f"{row.where}: column {column!r} is empty, which is to be the {place}; restore it")
        texts[place] = keyed_text(text, language=language, name=place)
    name = row.values[task.id] if task.id else str(number)
    group = row.values[task.group] if task.group else name
    if not (name and group):
        raise DataError(f"{row.where}: column {(task.group if name else task.id)!r} is empty; every row needs one")
    value = row.values[task.label or ""]
    label = task.values.get(value, value)
    if label not in label_set(task):
        raise DataError(
            f"{row.where}: the label {value!r} is not one of {', '.join(label_set(task))}; say in the table `values` "
            f"of {task.name} which of them it means"
        )
    return Example(name, group, texts, label)
