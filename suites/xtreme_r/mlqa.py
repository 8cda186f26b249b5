"""MLQA: questions on Wikipedia paragraphs in seven languages, each in four of them on average.

Source: Lewis et al. 2020. Every item of another language is one of the English ones. Question and paragraph may be in
different languages: `test-context-de-question-zh.json` has Chinese questions on German paragraphs. Layouts: the
original files, and the Parquet repository of the hub or a local copy of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from perturbations.errors import DataError
from suites.examples import Example
from suites.question_answering import SAME, question_example, question_language
from suites.readers.files import first_file
from suites.readers.hub import XTREME, parquet_files, read_folder, read_repository
from suites.readers.squad import COLUMNS, Entry, Question, checked, read_squad, rows_squad
from suites.requests import complete_options, folders, no_layout_on_hub, nothing_found, only_splits
from suites.task import Kind, Request, Source, Task

LANGUAGES = ("ar", "de", "en", "es", "hi", "vi", "zh")
PIVOT = "en"
"""The language that has every item."""
OPTIONS = {"layout": "auto", "question": SAME}
CHOICES = {"layout": ("auto", "original", "parquet"), "question": (SAME, *LANGUAGES)}
HUB_COLUMNS = (*COLUMNS, "title")
URL = "https://dl.fbaipublicfiles.com/MLQA/MLQA_V1.zip"


def read_mlqa(request: Request) -> list[Example]:
    """The questions of one language and split, clusters named by the English article that an item comes from.

    The articles have other titles in each language, and clusters must be the same in all; so the English file of the
    split is read as well.

    Args:
        request: language of the paragraphs, split and place; the option `question` names the language of the questions.

    Raises:
        UsageError: a language, split or option that the task does not have.
        ResourceError: no file of the language, or of English, or the hub cannot be reached.
        StrippedLabelsError: a file whose answers the benchmark has blanked.
        DataError: a file that breaks its format; an item that is not among the English ones.
    """
    options = complete_options(request, task="mlqa", languages=LANGUAGES, options=OPTIONS, choices=CHOICES)
    only_splits(request, task="mlqa", splits=("test", "dev"), reason="train on SQuAD v1.1, as its authors do")
    asked_in = question_language(options, request.language)
    questions = _questions(request, options["layout"], asked_in)
    articles = _articles(replace(request, language=PIVOT), options["layout"])
    return [
        question_example(question, group=_article(question, articles), language=request.language, asked_in=asked_in)
        for question in questions
    ]


def _questions(request: Request, layout: str, asked_in: str) -> list[Question]:
    source, entries = _entries(request, layout, asked_in)
    return list(checked(entries, source=source, gold=f"the files of {URL} hold them"))


def _articles(request: Request, layout: str) -> dict[str, str]:
    """The title of the English article of every item."""
    source, entries = _entries(request, layout, request.language)
    found = {entry.id: entry.title for entry in entries}
    if not all(found.values()):
        raise DataError(
            f"{source} has no titles, by which the items of all languages are clustered: the benchmark's processed "
            f"files lost them; take the original ones ({URL})"
        )
    return {name: title for name, title in found.items() if title}


def _article(question: Question, articles: dict[str, str]) -> str:
    if question.id not in articles:
        raise DataError(
            f"{question.entry.where}: question {question.id!r} is not among the English ones of the split, as every "
            "item is; the two files must be of one split and whole"
        )
    return articles[question.id]


def _entries(request: Request, layout: str, asked_in: str) -> tuple[str, Iterator[Entry]]:
    if request.root is None:
        no_layout_on_hub(layout, task="mlqa")
        config = f"MLQA.{request.language}.{asked_in}"
        rows = read_repository(XTREME, config, request.split, columns=HUB_COLUMNS)
        source = f"{XTREME.name} ({config}, {request.split})"
        return source, rows_squad(rows, source, titles=True)
    return _from_root(request, request.root, layout, asked_in)


def _from_root(request: Request, root: Path, layout: str, asked_in: str) -> tuple[str, Iterator[Entry]]:
    language, split = request.language, request.split
    name = f"{split}-context-{language}-question-{asked_in}.json"
    inner = (f"mlqa/MLQA_V1/{split}", f"MLQA_V1/{split}", f"mlqa/{split}", "mlqa", split, "google/xtreme")
    places = folders(root, inner)
    if layout in ("auto", "original") and (path := first_file(place / name for place in places)):
        return str(path), read_squad(path)
    config = f"MLQA.{language}.{asked_in}"
    if layout in ("auto", "parquet") and (files := parquet_files(places, config, split)):
        source = str(files[0].parent)
        return source, rows_squad(read_folder(files, columns=HUB_COLUMNS), source, titles=True)
    names = {"original": f"{name} (there or in MLQA_V1/{split}/)", "parquet": f"{config}/{split}*.parquet"}
    raise nothing_found(
        request, task="mlqa", looked_for=names.values() if layout == "auto" else (names[layout],), url=URL
    )


MLQA = Task(
    name="mlqa",
    version=1,
    kind=Kind.QUESTION_ANSWERING,
    languages=LANGUAGES,
    labels=(),
    fields=("question", "context"),
    metric="mlqa-f1",
    also=("mlqa-em",),
    source=Source("Lewis et al. 2020", "CC BY-SA 3.0", hub=XTREME.name, revision=XTREME.revision, url=URL),
    read=read_mlqa,
    cluster="article",
    parallel=True,
    options=OPTIONS,
    choices=CHOICES,
)
