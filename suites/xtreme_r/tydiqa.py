"""TyDiQA-GoldP: questions by people who wanted to know, on Wikipedia paragraphs in nine languages; not parallel.

Source: Clark et al. 2020. The benchmark evaluates on the development set; there is no other with answers. Layouts: the
original files (the training set in one for all languages), the benchmark's renamed ones (one a language), and the
Parquet repository of the hub or a local copy of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from perturbations.errors import DataError
from suites.examples import Example
from suites.question_answering import question_example
from suites.readers.files import first_file
from suites.readers.hub import XTREME, parquet_files, read_folder, read_repository
from suites.readers.squad import COLUMNS, Entry, Question, checked, read_squad, rows_squad
from suites.requests import complete_options, folders, no_layout_on_hub, nothing_found, only_splits
from suites.task import Kind, Request, Source, Task

NAMES = {
    "ar": "arabic", "bn": "bengali", "en": "english", "fi": "finnish", "id": "indonesian", "ko": "korean",
    "ru": "russian", "sw": "swahili", "te": "telugu",
}  # fmt: skip
"""Code and the name with which ids and original file names begin."""
OPTIONS = {"layout": "auto"}
CHOICES = {"layout": ("auto", "original", "xtreme", "parquet")}
HUB_CONFIG = "tydiqa"
HUB_COLUMNS = (*COLUMNS, "title")
HUB_SPLITS = {"test": ("validation",), "train": ("train",)}
URL = "https://storage.googleapis.com/tydiqa/v1.1/tydiqa-goldp-v1.1-dev.tgz"
SPLITS = {"test": "dev", "train": "train"}
"""Split and what the files call it."""


def read_tydiqa(request: Request) -> list[Example]:
    """The questions of one language and split.

    Clusters are the articles, by title; where the file has no titles, as the benchmark's training files, the
    paragraphs. Those files also cut their ids to a last part that recurs, so the running number is put before it.

    Args:
        request: language, split and place; of the layouts under its root the first of original, renamed, Parquet is
            taken, unless the option `layout` names one.

    Raises:
        UsageError: a language, split or option that the task does not have.
        ResourceError: no file of the language, or the hub cannot be reached.
        StrippedLabelsError: a file whose answers the benchmark has blanked.
        DataError: a file that breaks its format.
    """
    layout = complete_options(request, task="tydiqa", languages=tuple(NAMES), options=OPTIONS, choices=CHOICES)[
        "layout"
    ]
    only_splits(request, task="tydiqa", splits=tuple(SPLITS), reason="its development set is what is tested on")
    numbered = False
    if request.root is None:
        no_layout_on_hub(layout, task="tydiqa")
        source = f"{XTREME.name} ({HUB_CONFIG}, {request.split})"
        rows = read_repository(XTREME, HUB_CONFIG, request.split, columns=HUB_COLUMNS, splits=HUB_SPLITS)
        entries = _of_language(rows_squad(rows, source, titles=True), request.language, source)
    else:
        source, entries, numbered = _from_root(request, request.root, layout)
    gold = f"the original files ({URL}) hold them"
    questions = checked(entries, source=source, gold=gold, numbered=numbered)
    groups = _groups(questions)
    return [
        question_example(question, group=group, language=request.language)
        for question, group in zip(questions, groups, strict=True)
    ]


def _groups(questions: tuple[Question, ...]) -> list[str]:
    """The title of each question's article, else the id of the first question on its paragraph."""
    first: dict[str, str] = {}
    return [question.entry.title or first.setdefault(question.entry.context, question.id) for question in questions]


def _of_language(entries: Iterator[Entry], language: str, source: str) -> Iterator[Entry]:
    """The questions of one language from a file of all; ids begin with its name."""
    for entry in entries:
        name = entry.id.partition("-")[0]
        if name not in NAMES.values():
            raise DataError(
                f"{source}: the id {entry.id!r} does not begin with a language ({', '.join(NAMES.values())}), which a "
                "file of all languages tells them apart by"
            )
        if name == NAMES[language]:
            yield entry


def _from_root(request: Request, root: Path, layout: str) -> tuple[str, Iterator[Entry], bool]:
    """Source and questions of the first layout that has a file, and whether its ids may recur."""
    language, split = request.language, SPLITS[request.split]
    folder = f"tydiqa-goldp-v1.1-{split}"
    inner = [f"{base}{folder}{rest}" for base in ("tydiqa/", "") for rest in ("-labelled", "")]
    places = folders(root, (*inner, "tydiqa", "google/xtreme"))
    if layout in ("auto", "original"):
        if path := first_file(place / f"tydiqa-goldp-{split}-{NAMES[language]}.json" for place in places):
            return str(path), read_squad(path), False
        if path := first_file(place / f"{folder}.json" for place in places):
            return str(path), _of_language(read_squad(path), language, str(path)), False
    renamed = f"tydiqa.goldp.{language}.{split}.json"
    if layout in ("auto", "xtreme") and (path := first_file(place / renamed for place in places)):
        return str(path), read_squad(path), request.split == "train"
    if layout in ("auto", "parquet") and (files := parquet_files(places, HUB_CONFIG, request.split, splits=HUB_SPLITS)):
        source = str(files[0].parent)
        rows = read_folder(files, columns=HUB_COLUMNS)
        return source, _of_language(rows_squad(rows, source, titles=True), language, source), False
    names = {
        "original": f"tydiqa-goldp-{split}-{NAMES[language]}.json, {folder}.json",
        "xtreme": renamed,
        "parquet": f"{HUB_CONFIG}/{HUB_SPLITS[request.split][0]}*.parquet",
    }
    looked_for = names.values() if layout == "auto" else (names[layout],)
    raise nothing_found(
        request, task="tydiqa", looked_for=[*looked_for, f"each there, in tydiqa/ or in {folder}/"], url=URL
    )


TYDIQA = Task(
    name="tydiqa",
    version=1,
    kind=Kind.QUESTION_ANSWERING,
    languages=tuple(NAMES),
    labels=(),
    fields=("question", "context"),
    metric="squad-f1",
    also=("squad-em",),
    source=Source("Clark et al. 2020", "Apache-2.0", hub=XTREME.name, revision=XTREME.revision, url=URL),
    read=read_tydiqa,
    cluster="article",
    options=OPTIONS,
    choices=CHOICES,
)
