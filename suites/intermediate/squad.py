"""SQuAD: questions that crowd workers asked about paragraphs of Wikipedia; what XTREME trains question answering on.

Source: Rajpurkar et al. 2016 (`squad`, v1.1) and 2018 (`squad2`, v2.0, half of whose dev questions the paragraph does
not answer, so that its predictor may answer nothing). Layouts: the original JSON files, and the Parquet repositories
of the hub or a local copy of them. The answers of the test sets were never handed out. XQuAD and LAReQA are
translations of a part of the dev set.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from perturbations.errors import DataError
from suites.examples import Example
from suites.question_answering import question_example
from suites.readers.files import first_file
from suites.readers.hub import Repository, parquet_files, read_folder, read_repository
from suites.readers.squad import COLUMNS, Entry, Question, checked, read_squad, rows_squad
from suites.requests import complete_options, folders, no_layout_on_hub, nothing_found, only_splits
from suites.task import Kind, Request, Source, Task
from suites.xtreme_r.xquad import read_xquad

OPTIONS = {"layout": "auto", "without": "none"}
CHOICES = {"layout": ("auto", "original", "parquet"), "without": ("none", "xquad")}
SPLITS = ("dev", "train")
HUB_COLUMNS = (*COLUMNS, "title")
URL = "https://rajpurkar.github.io/SQuAD-explorer/"


@dataclass(frozen=True, slots=True)
class Release:
    """One release of the data.

    Args:
        task: name of its task.
        version: as its file names have it.
        hub: the Parquet repository.
        config: name of the repository's only configuration.
        unanswerable: whether a question may have no answer.
    """

    task: str
    version: str
    hub: Repository
    config: str
    unanswerable: bool = False


FIRST = Release(
    "squad", "v1.1", Repository("rajpurkar/squad", "7b6d24c440a36b6815f21b70d25016731768db1f"), "plain_text"
)
SECOND = Release(
    "squad2",
    "v2.0",
    Repository("rajpurkar/squad_v2", "3ffb306f725f7d2ce8394bc1873b24868140c412"),
    "squad_v2",
    unanswerable=True,
)


def read_squad1(request: Request) -> list[Example]:
    """The questions of one split of v1.1, with the ids of the file; clusters are the articles.

    Args:
        request: split (`"train"` or `"dev"`) and place; of the layouts under its root the first of original, Parquet
            that has a file of the split is taken, unless the option `layout` names one. The option `without` leaves
            out the paragraphs of XQuAD, whose English file must then lie under the root, or on the hub.

    Raises:
        UsageError: a language, split or option that the task does not have.
        ResourceError: no file of the split or of XQuAD, or the hub cannot be reached.
        StrippedLabelsError: a file whose answers are blank.
        DataError: a file that breaks its format; nothing is left without XQuAD's paragraphs.
    """
    return _read(FIRST, request)


def read_squad2(request: Request) -> list[Example]:
    """The questions of one split of v2.0; those without an answer have no span. See `read_squad1`."""
    return _read(SECOND, request)


def _read(release: Release, request: Request) -> list[Example]:
    options = complete_options(request, task=release.task, languages=("en",), options=OPTIONS, choices=CHOICES)
    only_splits(request, task=release.task, splits=SPLITS, reason="the answers of its test set were never handed out")
    layout = options["layout"]
    source, entries = (_from_hub if request.root is None else _from_root)(release, request, layout)
    questions = checked(entries, source=source, gold=f"{URL} has them")
    if not release.unanswerable and any(question.entry.impossible for question in questions):
        raise DataError(f"{source} holds questions that have no answer: read it as task {SECOND.task!r}")
    if options["without"] == "xquad":
        questions = _without_xquad(questions, request, source)
    return [question_example(question, group=_article(question), language="en") for question in questions]


def _article(question: Question) -> str:
    """The title of the article, else its number."""
    return question.entry.title or str(question.entry.article)


def _without_xquad(questions: tuple[Question, ...], request: Request, source: str) -> tuple[Question, ...]:
    """The questions on other paragraphs than XQuAD's; by their text, because ids may have been rewritten."""
    tested = read_xquad(Request(request.root, "en"))
    paragraphs = {example.texts["context"].text.strip() for example in tested}
    left = tuple(question for question in questions if question.entry.context.strip() not in paragraphs)
    if not left:
        raise DataError(f"{source} holds paragraphs of XQuAD only: without them nothing is left, take another file")
    return left


def _from_hub(release: Release, request: Request, layout: str) -> tuple[str, Iterator[Entry]]:
    no_layout_on_hub(layout, task=release.task)
    source = f"{release.hub.name} ({request.split})"
    rows = read_repository(release.hub, release.config, request.split, columns=HUB_COLUMNS)
    return source, _entries(release, rows_squad(rows, source, titles=True))


def _from_root(release: Release, request: Request, layout: str) -> tuple[str, Iterator[Entry]]:
    names = ("squad", "SQuAD", "english/squad", release.hub.name, release.task)
    places = folders(cast("Path", request.root), dict.fromkeys(names))
    name = f"{request.split}-{release.version}.json"
    if layout in ("auto", "original") and (path := first_file(place / name for place in places)):
        return str(path), read_squad(path)
    if layout in ("auto", "parquet") and (files := parquet_files(places, release.config, request.split)):
        source = str(files[0].parent)
        rows = rows_squad(read_folder(files, columns=HUB_COLUMNS), source, titles=True)
        return source, _entries(release, rows)
    table = "train" if request.split == "train" else "validation"
    wanted = {"original": name, "parquet": f"{release.config}/{table}*.parquet"}
    looked_for = [f"{wanted[key]} (there or in squad/)" for key in wanted if layout in ("auto", key)]
    raise nothing_found(request, task=release.task, looked_for=looked_for, url=URL)


def _entries(release: Release, rows: Iterator[Entry]) -> Iterator[Entry]:
    """The rows of a table, which marks a question without an answer by having none."""
    return (replace(entry, impossible=release.unanswerable and not entry.answers) for entry in rows)


SQUAD = Task(
    name=FIRST.task,
    version=1,
    kind=Kind.QUESTION_ANSWERING,
    languages=("en",),
    labels=(),
    fields=("question", "context"),
    metric="squad-f1",
    also=("squad-em",),
    source=Source("Rajpurkar et al. 2016", "CC BY-SA 4.0", hub=FIRST.hub.name, revision=FIRST.hub.revision, url=URL),
    read=read_squad1,
    cluster="article",
    options=OPTIONS,
    choices=CHOICES,
)

SQUAD2 = replace(
    SQUAD,
    name=SECOND.task,
    source=Source("Rajpurkar et al. 2018", "CC BY-SA 4.0", hub=SECOND.hub.name, revision=SECOND.hub.revision, url=URL),
    read=read_squad2,
    settings={"unanswerable": "yes"},
)
