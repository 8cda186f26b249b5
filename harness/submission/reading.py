"""Reading predictions: the benchmark's submission files, one layout a kind of task, and JSONL with ids for all of them.

The layouts are those of `evaluate.py` and of the baselines of google-research/xtreme: a label, tag or candidate a line,
`{"label": 0}` a line for multiple choice, one JSON object from ids to answers or to ranked candidates, and pairs of ids
for mining.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from harness.submission.checks import check_candidates, check_ids, check_labels
from perturbations.errors import DataError
from suites.readers.files import lines, unique
from suites.readers.json import member, members, parsed
from suites.readers.tsv import read_headless
from suites.task import Kind, Task

Answer = str | tuple[str, ...]
JSONL = ".jsonl"
SINGLE = (Kind.CLASSIFICATION, Kind.MULTIPLE_CHOICE, Kind.QUESTION_ANSWERING)
"""Kinds whose prediction is one text; of the others it is a list."""
LABELLED = (Kind.CLASSIFICATION, Kind.MULTIPLE_CHOICE)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a file of predictions has to answer.

    Args:
        task: gives kind, labels and their aliases.
        ids: `(examples,)` in the order of the export.
        candidates: ids of the pool; empty but for retrieval and mining.
    """

    task: Task
    ids: Sequence[str]
    candidates: frozenset[str] = frozenset()


def read_answers(path: Path, expected: Expected) -> list[Answer]:
    """The predictions of a file, one for each example in their order.

    Raises:
        DataError: a file that breaks its format; another number of lines than examples; ids that were not expected,
            missing or twice; a label or candidate that there is not, or a candidate twice in a list.
        ResourceError: the file cannot be opened.
    """
    read = _READERS[expected.task.kind, path.suffix]
    found = read(path, expected)
    kind = expected.task.kind
    if kind in LABELLED:
        return [*check_labels(cast("list[str]", found), expected.task, path)]
    if kind in (Kind.RETRIEVAL, Kind.MINING):
        check_candidates(cast("list[tuple[str, ...]]", found), expected.candidates, expected.ids, path)
    return found


def _by_line(path: Path, expected: Expected) -> list[Answer]:
    """A label a line; an empty line is no answer."""
    found = [line.strip() for _, line in lines(path)]
    _check_count(path, len(found), expected, "lines")
    return [*found]


def _candidate_by_line(path: Path, expected: Expected) -> list[Answer]:
    """The best candidate of each query, a line each."""
    return [(line,) if line else () for line in cast("list[str]", _by_line(path, expected))]


def _tags(path: Path, expected: Expected) -> list[Answer]:
    """A tag a line and an empty line after each sentence; after the last it may be missing."""
    found: list[Answer] = []
    sentence: list[str] = []
    for _, line in lines(path):
        if tag := line.strip():
            sentence.append(tag)
        else:
            found.append(tuple(sentence))
            sentence = []
    if sentence:
        found.append(tuple(sentence))
    _check_count(path, len(found), expected, "sentences")
    return found


def _pairs(path: Path, expected: Expected) -> list[Answer]:
    """Pairs of a sentence and its translation; most sentences are in none."""
    found: dict[str, list[str]] = {name: [] for name in expected.ids}
    rows = [(row.values[0].strip(), row.values[1].strip()) for row in read_headless(path, width=2)]
    check_ids([name for name, _ in rows], expected.ids, path, all_due=False)
    for name, candidate in rows:
        found[name].append(candidate)
    return [tuple(found[name]) for name in expected.ids]


def _by_id(path: Path, expected: Expected) -> list[Answer]:
    """One JSON object from ids to answers."""
    content: Any = parsed("".join(line for _, line in lines(path, keep_ends=True)), str(path), once=True)
    if not isinstance(content, dict):
        raise DataError(f"{path} is no JSON object from ids to predictions; write it as one")
    values = cast("dict[str, Any]", content)
    return _ordered(path, expected, ((name, value, str(path)) for name, value in values.items()))


def _by_record(path: Path, expected: Expected) -> list[Answer]:
    """An object a line with `id` and `prediction`; for multiple choice also the benchmark's, with a `label` alone."""
    rows = [(f"{path} line {number}", parsed(line, f"{path} line {number}")) for number, line in lines(path)]
    if expected.task.kind is Kind.MULTIPLE_CHOICE and all(_named(row) == {"label"} for _, row in rows):
        _check_count(path, len(rows), expected, "lines")
        return [str(member(row, "label", where, kind=int)) for where, row in rows]
    return _ordered(path, expected, _records(rows, expected.task.kind))


def _named(row: Any) -> set[str]:
    """The keys of an object, none of anything else."""
    return set(cast("dict[str, Any]", row)) if isinstance(row, dict) else set()


def _records(rows: Iterable[tuple[str, Any]], kind: Kind) -> Iterator[tuple[str, Any, str]]:
    for where, row in rows:
        name = member(row, "id", where, kind=str)
        value = members(row, "prediction", where) if kind not in SINGLE else row.get("prediction")
        if kind is Kind.MULTIPLE_CHOICE and type(value) is int:
            value = str(value)
        yield name, value, where


def _ordered(path: Path, expected: Expected, rows: Iterable[tuple[str, Any, str]]) -> list[Answer]:
    """The answers in the order of the examples, each of the form that the kind has."""
    found = list(rows)
    unique(((name, where) for name, _, where in found), what="the id")
    check_ids([name for name, _, _ in found], expected.ids, path)
    single = expected.task.kind in SINGLE
    answers = {
        name: _one(value, where, name) if single else _several(value, where, name) for name, value, where in found
    }
    return [answers[name] for name in expected.ids]


def _one(value: Any, where: str, name: str) -> str:
    if not isinstance(value, str):
        raise DataError(f"{where}: the prediction of {name!r} is {value!r}; give a string, an empty one for no answer")
    return _whole(value, where, name)


def _several(value: Any, where: str, name: str) -> tuple[str, ...]:
    items = cast("list[Any]", value) if isinstance(value, list) else [value]
    texts = tuple(item for item in items if isinstance(item, str))
    if not isinstance(value, list) or len(texts) < len(items):
        raise DataError(f"{where}: the prediction of {name!r} is {value!r}; give a list of strings")
    return tuple(_whole(text, where, name) for text in texts)


def _whole(text: str, where: str, name: str) -> str:
    """A text without halves of characters, which JSON can escape and no text can hold."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise DataError(f"{where}: the prediction of {name!r} holds a lone surrogate; write it again")
    return text


def _check_count(path: Path, found: int, expected: Expected, what: str) -> None:
    if found != len(expected.ids):
        raise DataError(
            f"{path} has {found} {what} for {len(expected.ids)} examples; there must be one for each, in the order of "
            "the export"
        )


_READERS: Mapping[tuple[Kind, str], Callable[[Path, Expected], list[Answer]]] = {
    (Kind.CLASSIFICATION, ".tsv"): _by_line,
    (Kind.MULTIPLE_CHOICE, ".tsv"): _by_line,
    (Kind.TAGGING, ".tsv"): _tags,
    (Kind.QUESTION_ANSWERING, ".json"): _by_id,
    (Kind.RETRIEVAL, ".tsv"): _candidate_by_line,
    (Kind.RETRIEVAL, ".json"): _by_id,
    (Kind.MINING, ".tsv"): _pairs,
    **{(kind, JSONL): _by_record for kind in Kind},
}

SUFFIXES = tuple(dict.fromkeys(suffix for _, suffix in _READERS))
"""How the names of files of predictions may end."""


def suffixes(kind: Kind) -> tuple[str, ...]:
    """How the names of the files of a kind may end."""
    return tuple(suffix for suffix in SUFFIXES if (kind, suffix) in _READERS)
