"""XQuAD: 1,190 questions on 240 paragraphs of 48 articles, professionally translated, the same in 12 languages.

Source: Artetxe et al. 2020; Romanian: Dumitrescu et al. 2021. The English side is part of SQuAD v1.1's development set.
Layouts: `xquad.xx.json`, and the Parquet repository of the hub or a local copy of it. A question may be put in another
language than that of the paragraph, the generalised cross-lingual setting of Lewis et al. 2020.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from perturbations.errors import DataError
from suites.examples import Example
from suites.question_answering import SAME, question_example, question_language
from suites.readers.files import first_file
from suites.readers.hub import Repository, parquet_files, read_folder, read_repository
from suites.readers.squad import COLUMNS, Entry, Question, checked, read_squad, rows_squad
from suites.requests import complete_options, folders, no_layout_on_hub, nothing_found, only_splits
from suites.task import Kind, Request, Source, Task

LANGUAGES = ("ar", "de", "el", "en", "es", "hi", "ro", "ru", "th", "tr", "vi", "zh")
OPTIONS = {"layout": "auto", "question": SAME}
CHOICES = {"layout": ("auto", "original", "parquet"), "question": (SAME, *LANGUAGES)}
HUB = Repository("google/xquad", "51adfef1c1287aab1d2d91b5bead9bcfb9c68583")
HUB_SPLITS = {"test": ("validation",)}
URL = "https://github.com/google-deepmind/xquad"
ARTICLES, PARAGRAPHS = 48, 5
"""How many articles there are, and consecutive paragraphs of each."""


def read_xquad(request: Request) -> list[Example]:
    """The questions of one language, ids as in SQuAD, clusters counting the articles from 0.

    Args:
        request: language of the paragraphs, and place; the option `question` names the language of the questions.

    Raises:
        UsageError: a language, split or option that the task does not have.
        ResourceError: no file of the language, or the hub cannot be reached.
        StrippedLabelsError: a file whose answers the benchmark has blanked.
        DataError: a file that breaks its format; two languages whose ids differ.
    """
    options = complete_options(request, task="xquad", languages=LANGUAGES, options=OPTIONS, choices=CHOICES)
    only_splits(request, task="xquad", splits=("test",), reason="train and tune on SQuAD v1.1, which it comes from")
    questions = _questions(request, options["layout"])
    asked_in = question_language(options, request.language)
    if asked_in != request.language:
        questions = _asked(questions, _questions(replace(request, language=asked_in), options["layout"]), asked_in)
    groups = _groups(questions)
    return [
        question_example(question, group=group, language=request.language, asked_in=asked_in)
        for question, group in zip(questions, groups, strict=True)
    ]


def _groups(questions: list[Question]) -> list[str]:
    """The number of each question's article, in a table that of its five paragraphs, if the table is whole."""
    entries = [question.entry for question in questions]
    known = [str(entry.article) for entry in entries if entry.article is not None]
    if len(known) == len(entries):
        return known
    if (paragraphs := len({entry.paragraph for entry in entries})) != ARTICLES * PARAGRAPHS:
        raise DataError(
            f"{entries[0].where}: the table has {paragraphs} paragraphs instead of {ARTICLES * PARAGRAPHS}; it has no "
            "articles, which are counted off by their paragraphs, so it must be whole and in order"
        )
    return [str(entry.paragraph // PARAGRAPHS) for entry in entries]


def _questions(request: Request, layout: str) -> list[Question]:
    if request.root is None:
        no_layout_on_hub(layout, task="xquad")
        source = f"{HUB.name} (xquad.{request.language})"
        rows = read_repository(HUB, f"xquad.{request.language}", request.split, columns=COLUMNS, splits=HUB_SPLITS)
        entries = rows_squad(rows, source)
    else:
        source, entries = _from_root(request, request.root, layout)
    return list(checked(entries, source=source, gold=f"the files of {URL} hold them"))


def _from_root(request: Request, root: Path, layout: str) -> tuple[str, Iterator[Entry]]:
    language = request.language
    places = folders(root, ("xquad", "google/xquad"))
    name = f"xquad.{language}.json"
    if layout in ("auto", "original") and (path := first_file(place / name for place in places)):
        return str(path), read_squad(path)
    config = f"xquad.{language}"
    if layout in ("auto", "parquet") and (files := parquet_files(places, config, request.split, splits=HUB_SPLITS)):
        source = str(files[0].parent)
        return source, rows_squad(read_folder(files, columns=COLUMNS), source)
    names = {"original": name, "parquet": f"{config}/validation*.parquet"}
    looked_for = names.values() if layout == "auto" else (names[layout],)
    raise nothing_found(
        request, task="xquad", looked_for=[f"{name} (there or in xquad/)" for name in looked_for], url=URL
    )


def _asked(questions: list[Question], others: list[Question], asked_in: str) -> list[Question]:
    """The questions with their wording in another language, item by item."""
    wording = {other.id: other.entry.question for other in others}
    if wording.keys() != {question.id for question in questions}:
        raise DataError(
            f"{questions[0].entry.where}: its ids are not those of the {asked_in} questions; both files must be whole"
        )
    return [replace(question, entry=replace(question.entry, question=wording[question.id])) for question in questions]


XQUAD = Task(
    name="xquad",
    version=1,
    kind=Kind.QUESTION_ANSWERING,
    languages=LANGUAGES,
    labels=(),
    fields=("question", "context"),
    metric="squad-f1",
    also=("squad-em",),
    source=Source("Artetxe et al. 2020", "CC BY-SA 4.0", hub=HUB.name, revision=HUB.revision, url=URL),
    read=read_xquad,
    cluster="article",
    parallel=True,
    options=OPTIONS,
    choices=CHOICES,
)
