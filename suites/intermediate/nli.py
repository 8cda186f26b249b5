"""What the English sets of natural language inference share: pairs of sentences in one of several layouts.

A corpus is described by a `Corpus` value; its task file names the files of each layout and what reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from perturbations.errors import DataError, StrippedLabelsError, UsageError
from suites.examples import Example, keyed_text
from suites.readers.files import first_file, unique
from suites.readers.hub import SPLITS, Repository, parquet_files, read_folder, read_repository
from suites.readers.jsonl import read_jsonl
from suites.readers.tsv import read_plain
from suites.requests import complete_options, folders, no_layout_on_hub, nothing_found
from suites.task import Request
from suites.xtreme_r.xnli import ALIASES, LABELS

UNLABELLED = "-"
"""The gold label of a pair on which no three of its annotators agreed."""
COLUMNS = ("sentence1", "sentence2", "gold_label")
"""Names of the columns in the original distributions and in GLUE."""
HUB_COLUMNS = ("premise", "hypothesis", "label")
ANNOTATORS = 5
PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Pair:
    """One row of a file: where it stands, two sentences, a label word that is not yet checked, its id if it has one."""

    where: str
    premise: str
    hypothesis: str
    label: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Pairs:
    """What a file holds.

    Args:
        examples: the pairs with a gold label, in order; ids count them from 0 where the file gives none.
        dropped: how many pairs have none (`-`) and are left out, as everyone does.
    """

    examples: tuple[Example, ...]
    dropped: int


@dataclass(frozen=True, slots=True)
class Layout:
    """One way in which a corpus is handed out.

    Args:
        name: value of the option `layout`.
        files: names of the file that holds a split, the preferred one first; no entry for a split it does not have.
        read: from a file to its rows.
    """

    name: str
    files: Mapping[str, tuple[str, ...]]
    read: Callable[[Path], Iterator[Pair]]


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus of sentence pairs.

    Args:
        name: name of the task.
        layouts: in the order in which they are looked for.
        folders: where the files may lie below the data directory.
        hub: the Parquet repository.
        url: where the original files are downloaded.
        config: name of the repository's configuration, None if it has only one.
        splits: what the repository calls its splits; the splits that the corpus has.
    """

    name: str
    layouts: tuple[Layout, ...]
    folders: tuple[str, ...]
    hub: Repository
    url: str
    config: str | None = None
    splits: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: SPLITS)

    @property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """The options of the task with their values."""
        return {"layout": ("auto", *(layout.name for layout in self.layouts), PARQUET)}


def read_pairs(corpus: Corpus, request: Request) -> Pairs:
    """The pairs of one split, from the first layout that has a file of it unless the option `layout` names one.

    Args:
        corpus: what to read.
        request: split and place; the language is English.

    Raises:
        UsageError: a language, split or option that the corpus does not have.
        ResourceError: no file of the split, or the hub cannot be reached.
        StrippedLabelsError: no pair has a gold label.
        DataError: a file that breaks its format, or holds no pair.
    """
    options = complete_options(
        request, task=corpus.name, languages=("en",), options={"layout": "auto"}, choices=corpus.choices
    )
    if request.split not in corpus.splits:
        raise UsageError(
            f"task {corpus.name!r} has no split {request.split!r} with labels: ask for {' or '.join(corpus.splits)}"
        )
    if request.root is None:
        return labelled_pairs(*_from_hub(corpus, request, options["layout"]))
    return labelled_pairs(*_from_root(corpus, request, request.root, options["layout"]))


def _from_hub(corpus: Corpus, request: Request, layout: str) -> tuple[Iterable[Pair], str]:
    no_layout_on_hub(layout, task=corpus.name)
    source = f"{corpus.hub.name} ({request.split})"
    rows = read_repository(
        corpus.hub, corpus.config, request.split, columns=HUB_COLUMNS, splits=corpus.splits, unlabelled=UNLABELLED
    )
    return _parquet_pairs(rows, source), source


def _from_root(corpus: Corpus, request: Request, root: Path, layout: str) -> tuple[Iterable[Pair], str]:
    places = folders(root, corpus.folders)
    looked_for: list[str] = []
    for candidate in corpus.layouts:
        names = candidate.files.get(request.split, ())
        if layout == candidate.name and not names:
            raise UsageError(
                f"layout {layout!r} of task {corpus.name!r} has no split {request.split!r}, only "
                f"{', '.join(candidate.files)}"
            )
        if layout not in ("auto", candidate.name):
            continue
        looked_for += names
        if path := first_file(place / name for place in places for name in names):
            return candidate.read(path), str(path)
    if layout in ("auto", PARQUET):
        looked_for.append(f"{corpus.config or 'data'}/{corpus.splits[request.split][0]}*.parquet")
        if files := parquet_files(places, corpus.config, request.split, splits=corpus.splits):
            rows = read_folder(files, columns=HUB_COLUMNS, unlabelled=UNLABELLED)
            return _parquet_pairs(rows, str(files[0].parent)), str(files[0].parent)
    below = f"there or in {', '.join(f'{name}/' for name in corpus.folders)}"
    raise nothing_found(
        request, task=corpus.name, looked_for=[*looked_for[:-1], f"{looked_for[-1]} ({below})"], url=corpus.url
    )


def _parquet_pairs(rows: Iterable[tuple[str, str, str]], source: str) -> Iterator[Pair]:
    for number, (premise, hypothesis, label) in enumerate(rows):
        yield Pair(f"{source} row {number}", premise, hypothesis, label)


def read_original(path: Path) -> Iterator[Pair]:
    """The rows of an original file, JSON lines or a table by its name.

    In the table a row has as many label columns at its end as the pair had annotators, one in most of the training
    set, while the header names five.
    """
    if path.suffix == ".jsonl":
        for record in read_jsonl(path, texts=COLUMNS):
            yield Pair(record.where, *record.texts)
        return
    for row in read_plain(path, names=COLUMNS, trailing=ANNOTATORS - 1):
        yield Pair(f"{path} line {row.line}", *row.values)


def labelled_pairs(pairs: Iterable[Pair], source: str) -> Pairs:
    """The pairs as examples, those without a gold label left out and counted.

    Raises:
        StrippedLabelsError: no pair has a gold label.
        DataError: no pair, a label that is none, an id twice.
    """
    found = list(pairs)
    unique(((pair.id, pair.where) for pair in found if pair.id is not None), what="pair")
    examples: list[Example] = []
    first: dict[str, str] = {}
    dropped = 0
    for pair in found:
        if pair.label.strip() == UNLABELLED:
            dropped += 1
            continue
        number = str(len(examples)) if pair.id is None else pair.id
        examples.append(_example(pair, number, first.setdefault(pair.premise.strip(), number)))
    if dropped and not examples:
        raise StrippedLabelsError(
            f"{source} holds {dropped} pairs and no gold label: its labels are stripped, take the original file"
        )
    if not examples:
        raise DataError(f"{source} holds no pair; the file is empty or was cut")
    return Pairs(tuple(examples), dropped)


def _example(pair: Pair, id: str, group: str) -> Example:
    label = ALIASES.get(pair.label.strip(), pair.label.strip())
    if label not in LABELS:
        raise DataError(f"{pair.where}: the label {pair.label!r} is not one of {', '.join(LABELS)}")
    texts = {
        name: keyed_text(text.strip(), language="en", name=name)
        for name, text in (("premise", pair.premise), ("hypothesis", pair.hypothesis))
    }
    return Example(id, group, texts, label)
