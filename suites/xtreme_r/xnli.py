"""XNLI: does a premise entail a hypothesis? 5,010 test items, the same in 15 languages, three to a premise.

Source: Conneau et al. 2018. Layouts: the original distribution (`XNLI-1.0/xnli.test.tsv`, all languages in one file),
the benchmark's processed one (`xnli/test-xx.tsv`, whose test labels are kept apart in `test.labels.tsv` because the
benchmark strips them), and the Parquet repository of the hub or a local copy of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from perturbations.errors import DataError, StrippedLabelsError
from suites.examples import Example, keyed_text
from suites.readers.files import first_file, unique
from suites.readers.hub import Repository, parquet_files, read_folder, read_repository
from suites.readers.tsv import Row, read_plain, read_quoted
from suites.requests import complete_options, folders, no_layout_on_hub, nothing_found
from suites.task import Kind, Request, Source, Task

LABELS = ("entailment", "neutral", "contradiction")
ALIASES = {"contradictory": "contradiction"}
LANGUAGES = ("ar", "bg", "de", "el", "en", "es", "fr", "hi", "ru", "sw", "th", "tr", "ur", "vi", "zh")
OPTIONS = {"layout": "auto"}
CHOICES = {"layout": ("auto", "original", "xtreme", "parquet")}
HUB = Repository("facebook/xnli", "b8dd5d7af51114dbda02c0e3f6133f332186418e")
URL = "https://dl.fbaipublicfiles.com/XNLI/XNLI-1.0.zip"
ORIGINAL_COLUMNS = ("language", "gold_label", "sentence1", "sentence2", "pairID")
HUB_COLUMNS = ("premise", "hypothesis", "label")
HYPOTHESES = 3
"""Consecutive rows of the test and dev sets that share a premise."""


@dataclass(frozen=True, slots=True)
class _Item:
    where: str
    premise: str
    hypothesis: str
    label: str


def read_xnli(request: Request) -> list[Example]:
    """The examples of one language and split, ids counted from 0 in the order of the file.

    Args:
        request: language, split and place; of the layouts under its root the first of original, processed, Parquet is
            taken, unless the option `layout` names one.

    Raises:
        UsageError: a language, split or option that the task does not have.
        ResourceError: no file of the language, or the hub cannot be reached.
        StrippedLabelsError: a processed test file without its labels.
        DataError: a file that breaks its format; rows that are not in the original order.
    """
    layout = complete_options(request, task="xnli", languages=LANGUAGES, options=OPTIONS, choices=CHOICES)["layout"]
    items = list(_from_hub(request, layout) if request.root is None else _from_root(request, request.root, layout))
    if not items:
        raise DataError(f"the XNLI data of {request.language!r} ({request.split}) holds no row; the file was cut")
    groups = _by_premise(items) if request.split == "train" else _by_rows(items)
    return [
        _example(item, str(number), group, request.language)
        for number, (item, group) in enumerate(zip(items, groups, strict=True))
    ]


def _from_hub(request: Request, layout: str) -> Iterator[_Item]:
    no_layout_on_hub(layout, task="xnli")
    rows = read_repository(HUB, request.language, request.split, columns=HUB_COLUMNS)
    return _parquet_items(rows, f"{HUB.name} ({request.language}, {request.split})")


def _from_root(request: Request, root: Path, layout: str) -> Iterator[_Item]:
    """The items in the first layout that has a file of the language."""
    language, split = request.language, request.split
    places = folders(root, ("XNLI-1.0", "xnli/XNLI-1.0", "xnli", "facebook/xnli"))
    if layout in ("auto", "original") and (path := first_file(place / f"xnli.{split}.tsv" for place in places)):
        items = list(_original(path, language))
        if items or layout == "original":
            return iter(items)
    if layout in ("auto", "xtreme") and (path := first_file(place / f"{split}-{language}.tsv" for place in places)):
        return _processed(path, split)
    if layout in ("auto", "parquet") and (files := parquet_files(places, language, split)):
        return _parquet_items(read_folder(files, columns=HUB_COLUMNS), str(files[0].parent))
    names = {
        "original": f"xnli.{split}.tsv",
        "xtreme": f"{split}-{language}.tsv",
        "parquet": f"{language}/{split}*.parquet",
    }
    looked_for = names.values() if layout == "auto" else (names[layout],)
    raise nothing_found(
        request, task="xnli", looked_for=[f"{name} (there, in XNLI-1.0/ or in xnli/)" for name in looked_for], url=URL
    )


def _original(path: Path, language: str) -> Iterator[_Item]:
    rows = [row for row in read_plain(path, names=ORIGINAL_COLUMNS) if row.values[0].strip() == language]
    unique(((row.values[4], f"{path} line {row.line}") for row in rows), what=f"{language} pair")
    for row in rows:
        _, label, premise, hypothesis, _ = row.values
        yield _Item(f"{path} line {row.line}", premise, hypothesis, label)


def _processed(path: Path, split: str) -> Iterator[_Item]:
    rows = list(read_quoted(path, widths=(2, 3)))
    stripped = any(len(row.values) == 2 for row in rows)
    labels = _separate_labels(path, rows, split) if stripped else [row.values[2] for row in rows]
    for row, label in zip(rows, labels, strict=True):
        yield _Item(f"{path} line {row.line}", row.values[0], row.values[1], label)


def _separate_labels(path: Path, rows: list[Row], split: str) -> list[str]:
    """The gold labels of a processed file without a label column, from the file beside it."""
    gold = path.with_name(f"{split}.labels.tsv")
    if not gold.is_file():
        raise StrippedLabelsError(
            f"{path} has two columns: the benchmark strips the labels of its processed test files, and scores against "
            f"them would be at chance (0.33); the gold labels are in {URL} (xnli.{split}.tsv), or put {gold.name} "
            "(index, genre, gold_label, one row for each row here) beside it"
        )
    table = list(read_plain(gold, names=("index", "gold_label")))
    if len(table) != len(rows):
        raise DataError(f"{gold} has {len(table)} labels for the {len(rows)} rows of {path}; both must be whole")
    for number, row in enumerate(table):
        if row.values[0] != str(number):
            raise DataError(f"{gold} line {row.line}: index {row.values[0]!r} where {number} is due; restore the order")
    return [row.values[1] for row in table]


def _parquet_items(rows: Iterable[tuple[str, str, str]], source: str) -> Iterator[_Item]:
    for number, (premise, hypothesis, label) in enumerate(rows):
        yield _Item(f"{source} row {number}", premise, hypothesis, label)


def _by_rows(items: list[_Item]) -> list[str]:
    """Groups of three consecutive rows, the same in every language.

    Two premises may have one translation (es, fr and vi have such a pair), so the text alone would give each language
    groups of its own; but it must not change within three rows.
    """
    for number, item in enumerate(items):
        if item.premise != items[number - number % HYPOTHESES].premise:
            raise DataError(
                f"{item.where}: the premise is not that of row {number - number % HYPOTHESES}; three consecutive rows "
                "share one, so the rows are not in the original order, which ids and clusters rest on"
            )
    return [str(number // HYPOTHESES) for number in range(len(items))]


def _by_premise(items: list[_Item]) -> list[str]:
    """Groups of rows with the same premise, named by the first row; the training set has them in any order."""
    first: dict[str, str] = {}
    return [first.setdefault(item.premise, str(number)) for number, item in enumerate(items)]


def _example(item: _Item, id: str, group: str, language: str) -> Example:
    label = ALIASES.get(item.label.strip(), item.label.strip())
    if label not in LABELS:
        raise DataError(f"{item.where}: the label {item.label!r} is not one of {', '.join(LABELS)}")
    texts = {
        name: keyed_text(text.strip(), language=language, name=name)
        for name, text in (("premise", item.premise), ("hypothesis", item.hypothesis))
    }
    return Example(id, group, texts, label)


XNLI = Task(
    name="xnli",
    version=1,
    kind=Kind.CLASSIFICATION,
    languages=LANGUAGES,
    labels=LABELS,
    fields=("premise", "hypothesis"),
    metric="accuracy",
    source=Source("Conneau et al. 2018", "CC BY-NC 4.0", hub=HUB.name, revision=HUB.revision, url=URL),
    read=read_xnli,
    cluster="premise",
    parallel=True,
    options=OPTIONS,
    choices=CHOICES,
    aliases=ALIASES,
    settings={"words": "numbers"},
)
