"""QQP: do two questions of Quora ask the same? English pairs; about 37 % of them in the full data do.

Source: Iyer et al. 2017, in the split of GLUE (Wang et al. 2018) or that of Wang et al. 2017, whose dev set has as many
duplicates as others. Layouts: GLUE's tables (six columns with a header), those of the other split (label, questions,
id, no header), both without quoting and under the same names, told apart by their first line; and the Parquet
repository of the hub or a local copy of it. The labels of GLUE's test set were never handed out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from perturbations.errors import DataError
from suites.examples import Example, Text, keyed_text
from suites.readers.files import LOST, first_file, lines, unique
from suites.readers.hub import Number, Repository, parquet_files, read_folder, read_repository
from suites.readers.tables import Row, places, width_error
from suites.requests import complete_options, folders, no_layout_on_hub, nothing_found, only_splits
from suites.task import Kind, Request, Source, Task

LABELS = ("not_duplicate", "duplicate")
OPTIONS = {"layout": "auto", "damaged": "keep"}
CHOICES = {"layout": ("auto", "glue", "headless", "parquet"), "damaged": ("keep", "drop")}
COLUMNS = ("is_duplicate", "question1", "question2", "id")
WIDTH = len(COLUMNS)
BROKEN = 0.01
"""Most of GLUE's rows that may be broken by a line break inside a question; in its training set one in 10,000 is."""
PLACES = ("QQP", "qqp", "english/qqp", "nyu-mll/glue")
HUB = Repository("nyu-mll/glue", "bcdcba79d07bc864c1c254ccfcedcce55bcc9a8c")
HUB_CONFIG = "qqp"
URL = "https://dl.fbaipublicfiles.com/glue/data/QQP-clean.zip"


@dataclass(frozen=True, slots=True)
class QuestionPairs:
    """What a file holds.

    Args:
        examples: in the order of the file.
        damaged: how many pairs have lost bytes, which `LOST` stands for, whether they are kept or left out.
        broken: how many lines are parts of a row that a line break cut, and are left out.
    """

    examples: tuple[Example, ...]
    damaged: int
    broken: int


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a file, each with the values of `COLUMNS` (the label as its number), and the lines left out."""

    source: str
    rows: tuple[Row, ...]
    broken: int = 0


def qqp_pairs(request: Request) -> QuestionPairs:
    """The pairs of one split with the ids of the file; clusters are pairs that questions of one wording connect.

    Args:
        request: split (`"train"` or `"dev"`) and place; of the layouts under its root the first of GLUE or headless,
            Parquet that has a file of the split is taken, unless the option `layout` names one. Option `damaged`:
            `keep` or `drop` the pairs whose bytes are not all UTF-8.

    Raises:
        UsageError: a language, split or option that the task does not have.
        ResourceError: no file of the split, or the hub cannot be reached.
        StrippedLabelsError: the hub's copy has no labels.
        DataError: a file that breaks its format.
    """
    options = complete_options(request, task="qqp", languages=("en",), options=OPTIONS, choices=CHOICES)
    only_splits(request, task="qqp", splits=("dev", "train"), reason="the labels of its test set were never handed out")
    found = (_from_hub if request.root is None else _from_root)(request, options["layout"])
    if not found.rows:
        raise DataError(f"{found.source} holds no pair; the file is empty or was cut")
    unique(((row.values[-1], f"{found.source} line {row.line}") for row in found.rows), what="pair")
    whole = [row for row in found.rows if LOST not in "".join(row.values)]
    kept = whole if options["damaged"] == "drop" else found.rows
    groups = connected(kept)
    examples = tuple(_example(row, group, found.source) for row, group in zip(kept, groups, strict=True))
    return QuestionPairs(examples, len(found.rows) - len(whole), found.broken)


def read_qqp(request: Request) -> list[Example]:
    """The examples of one split; see `qqp_pairs`."""
    return list(qqp_pairs(request).examples)


def connected(rows: Iterable[Row]) -> list[str]:
    """For each pair the id of the first pair that a chain of shared questions connects it with.

    Args:
        rows: each with the values of `COLUMNS`.
    """
    above: dict[str, str] = {}
    first: dict[str, str] = {}

    def top(question: str) -> str:
        while (parent := above.setdefault(question, question)) != question:
            above[question] = above[parent]
            question = parent
        return question

    pairs = [(left.strip(), right.strip(), name) for _, left, right, name in (row.values for row in rows)]
    for left, right, _ in pairs:
        above[top(right)] = top(left)
    return [first.setdefault(top(left), name) for left, _, name in pairs]


def _example(row: Row, group: str, source: str) -> Example:
    label, *questions, name = row.values
    if label not in ("0", "1"):
        raise DataError(f"{source} line {row.line}: the label {label!r} is not one of 0 (not duplicate), 1 (duplicate)")
    texts: dict[str, Text] = {}
    for field, question in zip(("question1", "question2"), questions, strict=True):
        if not question.strip():
            raise DataError(f"{source} line {row.line}: {field} is empty; restore the row")
        texts[field] = keyed_text(question.strip(), language="en", name=field)
    return Example(name, group, texts, LABELS[int(label)])


def _from_hub(request: Request, layout: str) -> _Rows:
    no_layout_on_hub(layout, task="qqp")
    return _table(read_repository(HUB, HUB_CONFIG, request.split, columns=_columns()), f"{HUB.name} ({request.split})")


def _from_root(request: Request, layout: str) -> _Rows:
    found = folders(cast("Path", request.root), PLACES)
    name = f"{request.split}.tsv"
    if layout in ("auto", "glue", "headless") and (path := first_file(place / name for place in found)):
        headless = _headless(path) if layout == "auto" else layout == "headless"
        return _without_header(path) if headless else _glue(path)
    if layout in ("auto", "parquet") and (files := parquet_files(found, HUB_CONFIG, request.split)):
        return _table(read_folder(files, columns=_columns()), str(files[0].parent))
    table = "train" if request.split == "train" else "validation"
    names = [name] if layout != "parquet" else []
    names += [f"{HUB_CONFIG}/{table}*.parquet"] if layout in ("auto", "parquet") else []
    raise nothing_found(request, task="qqp", looked_for=[f"{name} (there or in QQP/)" for name in names], url=URL)


def _columns() -> tuple[str, ...]:
    return ("label", "question1", "question2", Number("idx"))


def _table(rows: Iterable[tuple[str, str, str, int]], source: str) -> _Rows:
    """Rows whose labels are names, counted from 0 in place of lines."""
    numbers = {label: str(number) for number, label in enumerate(LABELS)}
    return _Rows(
        source,
        tuple(
            Row(place, (numbers.get(label, label), left, right, str(name)))
            for place, (label, left, right, name) in enumerate(rows)
        ),
    )


def _split(path: Path) -> Iterator[Row]:
    for number, line in lines(path, replace=True):
        yield Row(number, tuple(line.split("\t")))


def _headless(path: Path) -> bool:
    first = next(_split(path), Row(1, ()))
    return len(first.values) == WIDTH and first.values[0] in ("0", "1")


def _without_header(path: Path) -> _Rows:
    rows = tuple(_split(path))
    for row in rows:
        if len(row.values) != WIDTH:
            raise width_error(path, row.line, len(row.values), (WIDTH,))
    return _Rows(str(path), rows)


def _glue(path: Path) -> _Rows:
    """The whole rows; questions with a line break in them stand on two lines, which everyone leaves out."""
    rows = _split(path)
    header = next(rows, Row(1, ("",))).values
    chosen = places(path, header, COLUMNS)
    kept: list[Row] = []
    broken: list[Row] = []
    for row in rows:
        if len(row.values) > len(header):
            raise width_error(path, row.line, len(row.values), (len(header),))
        (kept if len(row.values) == len(header) else broken).append(row)
    if len(broken) > BROKEN * len(kept):
        raise width_error(path, broken[0].line, len(broken[0].values), (len(header),))
    picked = tuple(Row(row.line, tuple(row.values[place] for place in chosen)) for row in kept)
    return _Rows(str(path), picked, len(broken))


QQP = Task(
    name="qqp",
    version=1,
    kind=Kind.CLASSIFICATION,
    languages=("en",),
    labels=LABELS,
    fields=("question1", "question2"),
    metric="accuracy",
    source=Source("Iyer et al. 2017", "Quora's terms of service", hub=HUB.name, revision=HUB.revision, url=URL),
    read=read_qqp,
    cluster="question",
    options=OPTIONS,
    choices=CHOICES,
    aliases={"0": "not_duplicate", "1": "duplicate"},
)
