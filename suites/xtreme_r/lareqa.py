"""LAReQA: find the sentences that answer a question, in a pool of all languages, among whole paragraphs of sentences.

Source: Roy et al. 2020 (XQuAD-R); as in XTREME-R (Ruder et al. 2021) a candidate is a sentence with its paragraph, and
the sentence in which an answer begins is right, in every language. Layout: `xquad-r/xx.json`, XQuAD with sentence
breaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from perturbations.errors import DataError, ResourceError, UsageError
from suites.examples import Example, Pool, keyed_text
from suites.readers.files import first_file
from suites.readers.squad import Entry, Question, checked, read_squad
from suites.requests import complete_options, folders, nothing_found, only_splits
from suites.retrieval import no_repository, paragraph_sentences, recut
from suites.task import Kind, Request, Source, Task

LANGUAGES = ("ar", "de", "el", "en", "es", "hi", "ru", "th", "tr", "vi", "zh")
OPTIONS = {"pool": "all"}
CHOICES = {"pool": ("all", "present")}
URL = "https://github.com/google-research-datasets/lareqa"
DIFFERENT = {"tr": 2}
"""Sentences that are not what stands between their breaks, in a paragraph with a character that was decoded twice."""


@dataclass(frozen=True, slots=True)
class _Language:
    """The checked questions of one language and its paragraphs, each once and in order."""

    code: str
    questions: tuple[Question, ...]
    paragraphs: tuple[Entry, ...]


def read_lareqa(request: Request) -> list[Example]:
    """The questions of one language, ids as in SQuAD, clusters counting the articles from 0.

    The targets are ids of `lareqa_pool`. With the option `pool = "all"` the files of all languages must be there;
    `"present"` takes those that are, which makes the task easier than the published one.

    Args:
        request: language and place.

    Raises:
        UsageError: a language, split or option that the task does not have.
        ResourceError: no file of a language.
        DataError: a file that breaks its format; an answer outside all sentences.
    """
    targets: dict[str, list[str]] = {}
    asked: tuple[Question, ...] = ()
    for language in _languages(request):
        for question in language.questions:
            targets.setdefault(question.id, []).extend(_targets(question, language.code))
        if language.code == request.language:
            asked = language.questions
    return [_query(question, request.language, targets[question.id]) for question in asked]


def lareqa_pool(request: Request) -> Pool:
    """Every sentence of every paragraph, ids as in the published code: `en_1_0` is the first of the first paragraph.

    Raises what `read_lareqa` does.
    """
    found: list[Example] = []
    codes: list[str] = []
    for language in _languages(request):
        codes.append(language.code)
        found += (candidate for entry in language.paragraphs for candidate in _candidates(entry, language.code))
    return Pool(f"lareqa ({' '.join(codes)})", tuple(found))


def _languages(request: Request) -> Iterator[_Language]:
    pool = complete_options(request, task="lareqa", languages=LANGUAGES, options=OPTIONS, choices=CHOICES)["pool"]
    only_splits(request, task="lareqa", splits=("test",), reason="train and tune on SQuAD v1.1, which it comes from")
    if request.root is None:
        raise no_repository(request, task="lareqa", url=URL)
    places = folders(request.root, ("lareqa/xquad-r", "lareqa", "xquad-r"))
    paths = {code: first_file(place / f"{code}.json" for place in places) for code in LANGUAGES}
    if paths[request.language] is None:
        name = f"{request.language}.json (there, in lareqa/xquad-r/ or xquad-r/)"
        raise nothing_found(request, task="lareqa", looked_for=[name], url=URL)
    missing = [code for code, path in paths.items() if path is None]
    if missing and pool == OPTIONS["pool"]:
        raise ResourceError(
            f"task 'lareqa' searches the sentences of all its languages, and {', '.join(missing)} are not under "
            f"{request.root}: download them from {URL}, or take the option pool = 'present' for a smaller pool"
        )
    for code, path in paths.items():
        if path is not None:
            yield _language(code, path)


def _language(code: str, path: Path) -> _Language:
    entries = list(read_squad(path))
    questions = checked(entries, source=str(path), gold=f"the files of {URL} hold them")
    paragraphs = {entry.paragraph: entry for entry in entries}
    different = 0
    for entry in paragraphs.values():
        _check_breaks(entry)
        different += sum(text != entry.context[start:end] for text, start, end in entry.sentences)
    if different > DIFFERENT.get(code, 0):
        raise DataError(
            f"{path}: {different} sentences are not what stands between their breaks ({DIFFERENT.get(code, 0)} are "
            "known); contexts, sentences or breaks were changed"
        )
    return _Language(code, questions, tuple(paragraphs.values()))


def _check_breaks(entry: Entry) -> None:
    """Make sure that the sentences stand in the paragraph one after the other."""
    if not entry.sentences:
        raise UsageError(
            f"{entry.where} has no sentence breaks: it is XQuAD itself; task 'lareqa' needs the files of {URL}"
        )
    before = 0
    for _, start, end in entry.sentences:
        if not before <= start < end <= len(entry.context):
            raise DataError(
                f"{entry.where}: the sentence break [{start}, {end}] overlaps the one before or leaves the context of "
                f"{len(entry.context)} characters; breaks ascend"
            )
        before = end


def _targets(question: Question, code: str) -> list[str]:
    """Ids of the sentences that have the text of the one in which the answer begins."""
    entry = question.entry
    texts = [entry.context[start:end] for _, start, end in entry.sentences]
    starts = {span.start for span in question.answers}
    right = {
        text
        for text, (_, start, end) in zip(texts, entry.sentences, strict=True)
        if any(start <= answer < end for answer in starts)
    }
    if not right:
        raise DataError(f"{entry.where} question {question.id!r}: its answer begins in no sentence of the paragraph")
    return [_name(code, entry, place) for place, text in enumerate(texts) if text in right]


def _name(code: str, entry: Entry, place: int) -> str:
    return f"{code}_{entry.paragraph + 1}_{place}"


def _query(question: Question, language: str, targets: list[str]) -> Example:
    asked = question.entry.question.strip()
    texts = {"question": keyed_text(asked, language=language, name="question")}
    return Example(question.id, str(question.entry.article), texts, targets=tuple(targets))


def _candidates(entry: Entry, code: str) -> Iterator[Example]:
    borders = [(start, end) for _, start, end in entry.sentences]
    name = partial(_name, code, entry)
    return paragraph_sentences(entry.context, borders, language=code, name=name, group=str(entry.article))


LAREQA = Task(
    name="lareqa",
    version=1,
    kind=Kind.RETRIEVAL,
    languages=LANGUAGES,
    labels=(),
    fields=("question",),
    metric="map@20",
    also=("mrr@20",),
    source=Source("Roy et al. 2020", "CC BY-SA 4.0", url=URL),
    read=read_lareqa,
    pool=lareqa_pool,
    one_pool=True,
    cluster="article",
    parallel=True,
    options=OPTIONS,
    choices=CHOICES,
    settings={"layer": "last", "pooling": "first", "normalise": "yes"},
    searched=("context",),
    resettle=recut,
)
