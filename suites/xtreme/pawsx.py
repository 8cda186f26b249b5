"""PAWS-X: do two sentences mean the same? 2,000 test pairs made of much the same words, aligned in seven languages.

Source: Yang et al. 2019; part of XTREME (Hu et al. 2020). Layouts: the original distribution
(`x-final/de/test_2k.tsv`), labelled copies of it with CSV quoting, the benchmark's processed files, whose test labels
are kept apart in `test.labels.tsv` because the benchmark strips them, and the Parquet repository of the hub or a local
copy of it.

A sentence that could not be translated is the string `NS`, and such pairs are labelled 0 whatever the item's real
label. They are read as they are, as the benchmark does; the option `untranslated = "drop"` leaves them out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from perturbations.errors import DataError, StrippedLabelsError
from suites.examples import Example, Text, keyed_text
from suites.readers.csv import read_csv
from suites.readers.files import first_file
from suites.readers.hub import Repository, parquet_files, read_folder, read_repository
from suites.readers.tables import Row
from suites.readers.tsv import read_plain, read_quoted
from suites.requests import complete_options, folders, no_layout_on_hub, nothing_found
from suites.task import Kind, Request, Source, Task
from suites.xtreme.pawsx_labels import UNKNOWN, UNTRANSLATED, separate_labels

LABELS = ("0", "1")
LANGUAGES = ("de", "en", "es", "fr", "ja", "ko", "zh")
OPTIONS = {"layout": "auto", "untranslated": "keep"}
CHOICES = {"layout": ("auto", "original", "labelled", "xtreme", "parquet"), "untranslated": ("keep", "drop")}
HUB = Repository("google-research-datasets/paws-x", "4cd8187c404bda33cb1f62b49b001115862acf37")
URL = "https://storage.googleapis.com/paws/pawsx/x-final.tar.gz"
COLUMNS = ("sentence1", "sentence2", "label")
ORIGINAL = {"test": "test_2k.tsv", "dev": "dev_2k.tsv", "train": "train.tsv"}


@dataclass(frozen=True, slots=True)
class Pairs:
    """What a file holds.

    Args:
        examples: the pairs, in order; ids count the rows of the file from 0, whether or not a row is left out.
        untranslated: how many pairs have a sentence that could not be translated, kept or not.
        unknown: how many pairs have no known label and are left out (see `pawsx_labels`).
    """

    examples: tuple[Example, ...]
    untranslated: int
    unknown: int


@dataclass(frozen=True, slots=True)
class _Item:
    where: str
    sentences: tuple[str, str]
    label: str

    @property
    def untranslated(self) -> bool:
        return UNTRANSLATED in self.sentences


def pawsx_pairs(request: Request) -> Pairs:
    """The pairs of one language and split, with the numbers of those that are special.

    Args:
        request: language, split and place; of the layouts under its root the first of original, labelled, processed,
            Parquet that has a file of the language is taken, unless the option `layout` names one.

    Raises:
        UsageError: a language, split or option that the task does not have.
        ResourceError: no file of the language, or the hub cannot be reached.
        StrippedLabelsError: a processed test file without its labels.
        DataError: a file that breaks its format.
    """
    options = complete_options(request, task="pawsx", languages=LANGUAGES, options=OPTIONS, choices=CHOICES)
    layout, keep = options["layout"], options["untranslated"] == "keep"
    items = list(_from_hub(request, layout) if request.root is None else _from_root(request, request.root, layout))
    if not items:
        raise DataError(f"the PAWS-X data of {request.language!r} ({request.split}) holds no row; the file was cut")
    examples = tuple(
        _example(item, str(number), request.language)
        for number, item in enumerate(items)
        if item.label != UNKNOWN and (keep or not item.untranslated)
    )
    return Pairs(
        examples,
        untranslated=sum(item.untranslated for item in items),
        unknown=sum(item.label == UNKNOWN for item in items),
    )


def read_pawsx(request: Request) -> list[Example]:
    """The examples of one language and split; see `pawsx_pairs`."""
    return list(pawsx_pairs(request).examples)


def _from_hub(request: Request, layout: str) -> Iterator[_Item]:
    no_layout_on_hub(layout, task="pawsx")
    rows = read_repository(HUB, request.language, request.split, columns=COLUMNS)
    return _parquet_items(rows, f"{HUB.name} ({request.language}, {request.split})")


def _from_root(request: Request, root: Path, layout: str) -> Iterator[_Item]:
    """The items in the first layout that has a file of the language."""
    language, split = request.language, request.split
    places = folders(root, ("x-final", "pawsx/x-final", "pawsx", "google-research-datasets/paws-x"))
    names = {
        "original": f"{language}/{ORIGINAL[split]}",
        "labelled": f"labelled/{split}-{language}.tsv",
        "xtreme": f"{split}-{language}.tsv",
        "parquet": f"{language}/{split}*.parquet",
    }
    wanted = [name for name in names if layout in ("auto", name)]
    for candidate in wanted:
        if candidate == "parquet":
            if files := parquet_files(places, language, split):
                return _parquet_items(read_folder(files, columns=COLUMNS), str(files[0].parent))
        elif path := first_file(place / names[candidate] for place in places):
            return _items(path, candidate, language, split)
    looked_for = [f"{names[name]} (there, in x-final/ or in pawsx/)" for name in wanted]
    raise nothing_found(request, task="pawsx", looked_for=looked_for, url=URL)


def _items(path: Path, layout: str, language: str, split: str) -> Iterator[_Item]:
    """The items of a file in one of the three layouts of text."""
    if layout == "original":
        return _rows(path, read_plain(path, names=COLUMNS))
    if layout == "labelled":
        return _rows(path, read_csv(path, names=COLUMNS, delimiter="\t"))
    return _processed(path, language, split)


def _rows(path: Path, rows: Iterable[Row]) -> Iterator[_Item]:
    for row in rows:
        first, second, label = row.values
        yield _item(f"{path} line {row.line}", (first, second), label)


def _processed(path: Path, language: str, split: str) -> Iterator[_Item]:
    rows = list(read_quoted(path, widths=(2, 3)))
    if all(len(row.values) == 3 for row in rows):
        return _rows(path, rows)
    sentences = [(row.values[0].strip(), row.values[1].strip()) for row in rows]
    gold = path.with_name(f"{split}.labels.tsv")
    if not gold.is_file():
        raise StrippedLabelsError(
            f"{path} has two columns: the benchmark strips the labels of its processed test files, and scores against "
            f"them would be at chance; the gold labels are in {URL} ({language}/{ORIGINAL[split]}), or put {gold.name} "
            "(row, label_xx and ns_xx of at least one language, one row for each row here) beside it"
        )
    labels = separate_labels(gold, language, [UNTRANSLATED in pair for pair in sentences])
    return _labelled(path, rows, sentences, labels)


def _labelled(
    path: Path, rows: Sequence[Row], sentences: Sequence[tuple[str, str]], labels: Sequence[str]
) -> Iterator[_Item]:
    for row, pair, label in zip(rows, sentences, labels, strict=True):
        yield _Item(f"{path} line {row.line}", pair, label)


def _parquet_items(rows: Iterable[tuple[str, str, str]], source: str) -> Iterator[_Item]:
    for number, (first, second, label) in enumerate(rows):
        yield _item(f"{source} row {number}", (first, second), label)


def _item(where: str, sentences: tuple[str, str], label: str) -> _Item:
    if label.strip() not in LABELS:
        raise DataError(f"{where}: the label {label!r} is not one of {', '.join(LABELS)}")
    return _Item(where, (sentences[0].strip(), sentences[1].strip()), label.strip())


def _example(item: _Item, id: str, language: str) -> Example:
    texts: dict[str, Text] = {}
    for name, text in zip(("sentence1", "sentence2"), item.sentences, strict=True):
        if not text:
            raise DataError(f"{item.where}: {name} is empty; a pair has two sentences, restore it")
        texts[name] = keyed_text(text, language=language, name=name)
    return Example(id, id, texts, item.label)


PAWSX = Task(
    name="pawsx",
    version=1,
    kind=Kind.CLASSIFICATION,
    languages=LANGUAGES,
    labels=LABELS,
    fields=("sentence1", "sentence2"),
    metric="accuracy",
    source=Source(
        "Yang et al. 2019",
        "free for any purpose, with acknowledgement of Google LLC",
        hub=HUB.name,
        revision=HUB.revision,
        url=URL,
    ),
    read=read_pawsx,
    parallel=True,
    options=OPTIONS,
    choices=CHOICES,
    aliases={"not_paraphrase": "0", "paraphrase": "1"},
    settings={"prefix": "paws", "words": "different_meaning,paraphrase"},
)
