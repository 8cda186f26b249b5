"""ANLI: pairs that people wrote to mislead models, in three rounds against ever stronger ones.

Source: Nie et al. 2020; the annotated dev sets: Williams et al. 2022. Layouts: version 1.0 (`R1/train.jsonl`), the
tables of the annotated dev sets (`ANLI_analysis_r1_dev.csv`), `dev.rest.csv`, the other rows of dev sets of which
slices are at hand, and the Parquet repository of the hub or a local copy of it. Labels are `e`, `n` and `c` in all but
the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

from perturbations.errors import DataError, UsageError
from suites.examples import Example
from suites.intermediate.nli import Pair, labelled_pairs
from suites.intermediate.rest import REST, check_apart, refuse_rest
from suites.readers.csv import read_csv
from suites.readers.files import first_file
from suites.readers.hub import Repository, parquet_files, read_folder, read_repository
from suites.readers.jsonl import read_jsonl
from suites.requests import complete_options, folders, no_layout_on_hub, nothing_found
from suites.task import Kind, Request, Source, Task
from suites.xtreme_r.xnli import ALIASES, LABELS

ROUNDS = ("1", "2", "3")
OPTIONS = {"layout": "auto", "rounds": "all"}
CHOICES = {"layout": ("auto", "original", "annotated", REST, "parquet"), "rounds": ("all", *ROUNDS)}
NAMES = {"e": "entailment", "n": "neutral", "c": "contradiction"}
OTHERS = "dev.rest.csv"
PLACES = ("anli_v1.0", "anli/anli_v1.0", "anli", "english/anli", "facebook/anli")
HUB = Repository("facebook/anli", "8e4813d81f46d313dac7892e1c28076917cfcdf9")
HUB_CONFIG = "plain_text"
HUB_COLUMNS = ("uid", "premise", "hypothesis", "label")
URL = "https://dl.fbaipublicfiles.com/anli/anli_v1.0.zip"


def read_anli(request: Request) -> list[Example]:
    """The pairs of one split, the rounds in order, with the ids of the files; clusters are the pairs with one premise.

    Args:
        request: split and place; of the layouts under its root the first of original, annotated, Parquet that has
            files of the split is taken, unless the option `layout` names one. The layout `rest` is taken only if it
            is named, for it is a part of the dev set and not the training set. Option `rounds`: one instead of all.

    Raises:
        UsageError: a language, split or option that the task does not have.
        ResourceError: no file of a round, or the hub cannot be reached.
        StrippedLabelsError: the hub's copy has no labels.
        DataError: a file that breaks its format; pairs of the dev set among the rest.
    """
    options = complete_options(request, task="anli", languages=("en",), options=OPTIONS, choices=CHOICES)
    layout = options["layout"]
    refuse_rest(request, layout, task="anli")
    if layout == "annotated" and request.split != "dev":
        raise UsageError(f"layout 'annotated' of task 'anli' has no split {request.split!r}, only 'dev'")
    rounds = ROUNDS if options["rounds"] == "all" else (options["rounds"],)
    pairs, source = (_from_hub if request.root is None else _from_root)(request, layout, rounds)
    examples = list(labelled_pairs(pairs, source).examples)
    if layout == REST:
        check_apart(examples, request, read=read_anli, source=source)
    return examples


def _from_hub(request: Request, layout: str, rounds: tuple[str, ...]) -> tuple[Iterable[Pair], str]:
    no_layout_on_hub(layout, task="anli")
    found: list[Pair] = []
    for number in rounds:
        splits = {request.split: (f"{request.split}_r{number}",)}
        rows = read_repository(HUB, HUB_CONFIG, request.split, columns=HUB_COLUMNS, splits=splits)
        found += _table(rows, f"{HUB.name} ({request.split}, round {number})")
    return found, f"{HUB.name} ({request.split})"


def _from_root(request: Request, layout: str, rounds: tuple[str, ...]) -> tuple[Iterable[Pair], str]:
    places = folders(cast("Path", request.root), PLACES)
    split = request.split
    if layout == REST and (path := first_file(place / OTHERS for place in places)):
        return _rest(path, rounds), str(path)
    files = {"original": [f"R{number}/{split}.jsonl" for number in rounds]}
    if split == "dev":
        files["annotated"] = [f"ANLI_analysis_r{number}_dev.csv" for number in rounds]
    readers = {"original": _lines, "annotated": _annotated}
    wanted = {name: names for name, names in files.items() if layout in ("auto", name)}
    for name, names in wanted.items():
        for place in places:
            if all((place / file).is_file() for file in names):
                return [pair for file in names for pair in readers[name](place / file)], str(place)
    if layout in ("auto", "parquet"):
        for place in places:
            tables = [parquet_files([place], HUB_CONFIG, split, splits={split: (f"{split}_r{r}",)}) for r in rounds]
            if all(tables):
                rows = [pair for shards in tables for pair in _folder(shards)]
                return rows, str(place)
    looked_for = [file for names in wanted.values() for file in names]
    looked_for += [f"{HUB_CONFIG}/{split}_r{number}*.parquet" for number in rounds if layout in ("auto", "parquet")]
    looked_for += [OTHERS] if layout == REST else []
    hint = [f"not for {OTHERS}, which is layout {REST!r}"] if layout == "auto" and split == "train" else []
    raise nothing_found(request, task="anli", looked_for=[*looked_for, "there or in anli/", *hint], url=URL)


def _lines(path: Path) -> Iterator[Pair]:
    for item in read_jsonl(path, texts=("context", "hypothesis", "label", "uid")):
        premise, hypothesis, label, name = item.texts
        yield _pair(item.where, premise, hypothesis, label, name)


def _annotated(path: Path) -> Iterator[Pair]:
    for row in read_csv(path, names=("context", "statement", "gold_label", "uid")):
        premise, hypothesis, label, name = row.values
        yield _pair(f"{path} line {row.line}", premise, hypothesis, label, name)


def _rest(path: Path, rounds: tuple[str, ...]) -> Iterator[Pair]:
    for row in read_csv(path, names=("round", "context", "statement", "gold_label", "uid")):
        number, premise, hypothesis, label, name = row.values
        where = f"{path} line {row.line}"
        if number not in ROUNDS:
            raise DataError(f"{where}: the round {number!r} is not one of {', '.join(ROUNDS)}")
        if number in rounds:
            yield _pair(where, premise, hypothesis, label, name)


def _pair(where: str, premise: str, hypothesis: str, label: str, name: str) -> Pair:
    """A pair whose label is a letter."""
    if label not in NAMES:
        known = ", ".join(f"{letter} ({word})" for letter, word in NAMES.items())
        raise DataError(f"{where}: the label {label!r} is not one of {known}")
    return Pair(where, premise, hypothesis, NAMES[label], name)


def _folder(files: list[Path]) -> Iterator[Pair]:
    return _table(read_folder(files, columns=HUB_COLUMNS), f"{files[0].parent} ({files[0].name})")


def _table(rows: Iterable[tuple[str, str, str, str]], source: str) -> Iterator[Pair]:
    for number, (name, premise, hypothesis, label) in enumerate(rows):
        yield Pair(f"{source} row {number}", premise, hypothesis, label, name)


ANLI = Task(
    name="anli",
    version=1,
    kind=Kind.CLASSIFICATION,
    languages=("en",),
    labels=LABELS,
    fields=("premise", "hypothesis"),
    metric="accuracy",
    source=Source("Nie et al. 2020", "CC BY-NC 4.0", hub=HUB.name, revision=HUB.revision, url=URL),
    read=read_anli,
    cluster="premise",
    options=OPTIONS,
    choices=CHOICES,
    aliases=ALIASES,
)
