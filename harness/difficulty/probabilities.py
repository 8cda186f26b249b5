"""Probabilities of gold labels, as files hold them: one example a row, or one example and epoch or block.

JSON Lines (`.jsonl`) or CSV with a header (`.csv`). Other columns are let through unread.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from harness.statistics.sample import Floats
from perturbations.errors import DataError
from suites.readers.files import lines, unique
from suites.readers.json import parsed
from suites.readers.tables import quoted_rows, width_error

TRUTH: Mapping[object, bool] = {True: True, False: False, "true": True, "false": False, "1": True, "0": False}
"""What is read as true or false; CSV has only texts."""


@dataclass(frozen=True, slots=True, eq=False)
class Gold:
    """The probability of each example's gold label.

    Args:
        where: the file, for messages.
        ids: `(examples,)` ids, all different.
        probabilities: `(examples,)` above 0 and at most 1.
    """

    where: str
    ids: tuple[str, ...]
    probabilities: Floats


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file.

    Args:
        where: file and line, for messages.
        values: by name of the column.
    """

    where: str
    values: Mapping[str, Any]

    def text(self, name: str) -> str:
        """An id, which may be written as a number.

        Raises:
            DataError: there is none.
        """
        value = self._get(name)
        if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
            raise DataError(f"{self.where}: {name!r} is {value!r}: give a name or a whole number")
        return str(value)

    def whole(self, name: str) -> int:
        """A whole number from 0.

        Raises:
            DataError: it is none.
        """
        number = self._number(name)
        if number < 0 or not number.is_integer():
            raise DataError(f"{self.where}: {name!r} is {number:g}: give a whole number from 0")
        return int(number)

    def probability(self, name: str = "probability") -> float:
        """A probability above 0 and at most 1.

        Raises:
            DataError: it is none; 0 has no logarithm, and what a model calls impossible cannot have been the label.
        """
        number = self._number(name)
        if not 0.0 < number <= 1.0:
            raise DataError(f"{self.where}: {name!r} is {number:g}: a probability lies above 0 and at most at 1")
        return number

    def truth(self, name: str) -> bool:
        """True or false.

        Raises:
            DataError: it is neither.
        """
        value = self._get(name)
        found = TRUTH.get(value.casefold() if isinstance(value, str) else value) if _plain(value) else None
        if found is None:
            raise DataError(f"{self.where}: {name!r} is {value!r}: give true or false")
        return found

    def _number(self, name: str) -> float:
        value = self._get(name)
        try:
            number = math.nan if isinstance(value, bool) else float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            raise DataError(f"{self.where}: {name!r} is {value!r}: give a finite number")
        return number

    def _get(self, name: str) -> Any:
        if name not in self.values:
            raise DataError(f"{self.where}: no {name!r}, only {', '.join(map(repr, self.values)) or 'nothing'}")
        return self.values[name]


def read_gold(path: Path) -> Gold:
    """The `id` and `probability` of each row.

    Raises:
        DataError: no rows, an id twice, a value that is missing or of another kind, or a name that ends otherwise.
        ResourceError: the file cannot be opened.
    """
    found = list(read_lines(path))
    unique(((line.text("id"), line.where) for line in found), what="example")
    probabilities = np.array([line.probability() for line in found])
    return Gold(str(path), tuple(line.text("id") for line in found), probabilities)


def read_lines(path: Path) -> Iterator[Line]:
    """The rows of a `.jsonl` or `.csv` file, at least one.

    Raises:
        DataError: no rows, a row that is no object or of another width, or a name that ends otherwise.
        ResourceError: the file cannot be opened.
    """
    if path.suffix not in READERS:
        raise DataError(f"{path} must end in {' or '.join(READERS)}: its layout is told by its name")
    found = False
    for line in READERS[path.suffix](path):
        found = True
        yield line
    if not found:
        raise DataError(f"{path} holds no example: the file is empty or was cut")


def _jsonl(path: Path) -> Iterator[Line]:
    for number, line in lines(path):
        where = f"{path} line {number}"
        value = parsed(line, where)
        if not isinstance(value, dict):
            raise DataError(f"{where}: no JSON object: give one object a line")
        yield Line(where, cast("dict[str, Any]", value))


def _csv(path: Path) -> Iterator[Line]:
    rows = quoted_rows(path, delimiter=",")
    header: Sequence[str] = next((row.values for row in rows), ())
    for row in rows:
        if len(row.values) != len(header):
            raise width_error(path, row.line, len(row.values), (len(header),), delimiter=",")
        # An empty field of a table is one that is not there.
        values = {name: value for name, value in zip(header, row.values, strict=True) if value != ""}
        yield Line(f"{path} line {row.line}", values)


READERS: Mapping[str, Callable[[Path], Iterator[Line]]] = {".jsonl": _jsonl, ".csv": _csv}


def _plain(value: object) -> bool:
    """Whether a value can be looked up: a list cannot."""
    return isinstance(value, bool | int | str)
