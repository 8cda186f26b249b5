"""CommonsenseQA: questions of common knowledge with five choices.

Source: Talmor et al. 2019. Layouts: the original files (`train_rand_split.jsonl`, the stem and a list of choices inside
`question`), a flat form of them under the same names (`question`, `choices.label`, `choices.text`), told apart by what
a row holds, and the Parquet repository of the hub or a local copy of it, which is flat too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

from perturbations.errors import DataError, UsageError
from suites.examples import Example
from suites.intermediate.multiple_choice import LETTERS, MultipleChoiceItem, multiple_choice_examples
from suites.readers.files import first_file, lines
from suites.readers.hub import Repository, parquet_files, read_folder, read_repository
from suites.readers.json import members, parsed, record, texts_of
from suites.requests import complete_options, folders, no_layout_on_hub, nothing_found
from suites.task import Kind, Request, Source, Task

OPTIONS = {"layout": "auto"}
CHOICES = {"layout": ("auto", "original", "parquet")}
SPLITS = ("dev", "train")
PLACES = ("commonsenseqa", "english/commonsenseqa", "tau/commonsense_qa")
HUB = Repository("tau/commonsense_qa", "94630fe30dad47192a8546eb75f094926d47e155")
HUB_COLUMNS = ("id", "question", "choices", "answerKey")
URL = "https://www.tau-nlp.org/commonsenseqa"


def read_commonsenseqa(request: Request) -> list[Example]:
    """The examples of one split, with the ids of the file.

    Args:
        request: split (`"train"` or `"dev"`) and place; of the layouts under its root the first of original, Parquet
            that has a file of the split is taken, unless the option `layout` names one.

    Raises:
        UsageError: a language, split or option that the task does not have; there is no labelled test split.
        ResourceError: no file of the split, or the hub cannot be reached.
        StrippedLabelsError: a file without answers.
        DataError: a file that breaks its format.
    """
    options = complete_options(request, task="commonsenseqa", languages=("en",), options=OPTIONS, choices=CHOICES)
    if request.split not in SPLITS:
        raise UsageError(
            f"task 'commonsenseqa' has no split {request.split!r} with answers: ask for {' or '.join(SPLITS)}"
        )
    found = _from_hub if request.root is None else _from_root
    rows, source = found(request, options["layout"])
    return multiple_choice_examples(rows, choices=len(LETTERS), source=source, gold=f"{URL} has them")


def _from_hub(request: Request, layout: str) -> tuple[Iterator[MultipleChoiceItem], str]:
    no_layout_on_hub(layout, task="commonsenseqa")
    source = f"{HUB.name} ({request.split})"
    return _parquet(read_repository(HUB, None, request.split, columns=HUB_COLUMNS), source), source


def _from_root(request: Request, layout: str) -> tuple[Iterator[MultipleChoiceItem], str]:
    places = folders(cast("Path", request.root), PLACES)
    name = f"{request.split}_rand_split.jsonl"
    if layout in ("auto", "original") and (path := first_file(place / name for place in places)):
        return _original(path), str(path)
    if layout in ("auto", "parquet") and (files := parquet_files(places, None, request.split)):
        source = str(files[0].parent)
        return _parquet(read_folder(files, columns=HUB_COLUMNS), source), source
    names = {"original": name, "parquet": f"data/{request.split}*.parquet"}
    looked_for = [f"{names[key]} (there or in commonsenseqa/)" for key in names if layout in ("auto", key)]
    raise nothing_found(request, task="commonsenseqa", looked_for=looked_for, url=URL)


def _original(path: Path) -> Iterator[MultipleChoiceItem]:
    for number, line in lines(path):
        where = f"{path} line {number}"
        item = parsed(line, where)
        (name,) = record(item, where, texts=("id",)).texts
        # The test file has no such key at all.
        answer = record(item, where, texts=("answerKey",)).texts[0] if "answerKey" in item else ""
        inner = item.get("question")
        if isinstance(inner, dict):
            (stem,) = record(inner, where, texts=("stem",)).texts
            pairs = [
                record(choice, where, texts=("label", "text")).texts for choice in members(inner, "choices", where)
            ]
            labels, texts = [label for label, _ in pairs], [text for _, text in pairs]
        else:
            (stem,) = record(item, where, texts=("question",)).texts
            labels, texts = (texts_of(item.get("choices"), key, where) for key in ("label", "text"))
        yield _row(where, name, stem, (labels, texts), answer)


def _parquet(rows: Iterable[tuple[str, str, Any, str]], source: str) -> Iterator[MultipleChoiceItem]:
    for number, (name, stem, choices, answer) in enumerate(rows):
        where = f"{source} row {number}"
        yield _row(where, name, stem, (texts_of(choices, "label", where), texts_of(choices, "text", where)), answer)


def _row(where: str, name: str, stem: str, choices: tuple[list[str], list[str]], answer: str) -> MultipleChoiceItem:
    labels, texts = choices
    if labels != list(LETTERS[: len(texts)]):
        raise DataError(f"{where}: the choices are called {', '.join(labels)} instead of A, B, … in order")
    return MultipleChoiceItem(where, name, {"question": stem}, tuple(texts), answer.strip())


COMMONSENSEQA = Task(
    name="commonsenseqa",
    version=1,
    kind=Kind.MULTIPLE_CHOICE,
    languages=("en",),
    labels=tuple(str(number) for number in range(len(LETTERS))),
    fields=("question", *(f"choice{number}" for number in range(1, len(LETTERS) + 1))),
    metric="accuracy",
    source=Source("Talmor et al. 2019", "MIT", hub=HUB.name, revision=HUB.revision, url=URL),
    read=read_commonsenseqa,
    options=OPTIONS,
    choices=CHOICES,
)
