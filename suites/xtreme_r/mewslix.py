"""Mewsli-X: find the entity that a mention in a news sentence names, among the descriptions of a million.

Source: Ruder et al. 2021. Layout: what the benchmark's download script leaves, `wikinews_mentions-test.jsonl` and
`wikinews_mentions-dev.jsonl` (contexts of all languages with their mentions) and `candidate_set_entities.jsonl`.
Queries and descriptions are put into words as by the benchmark's baseline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from sys import intern
from typing import Any

from perturbations.edits import Span
from perturbations.errors import DataError
from suites.examples import MENTION, Example, Pool, keyed_text
from suites.readers.files import first_file, lines, unique
from suites.readers.json import Record, member, members, parsed, record
from suites.requests import complete_options, folders, nothing_found, only_splits
from suites.retrieval import no_repository
from suites.task import Kind, Request, Source, Task

LANGUAGES = ("ar", "de", "en", "es", "fa", "ja", "pl", "ro", "ta", "tr", "uk")
URL = "https://github.com/google-research/google-research/tree/master/dense_representations_for_entity_retrieval/mel"
CANDIDATES = "candidate_set_entities.jsonl"
BRACES = re.compile(r"{(.*?)}")
"""Braces of the text itself, which become round ones, so that those around the mention stand out."""
MARKS = ("\ufdd0", "\ufdd1", "\ufdd2")
"""Noncharacters, which no text may hold: the ends of the first naming, and both ends of the second."""


def read_mewslix(request: Request) -> list[Example]:
    """The mentions of one language, ids as in the file, clusters the documents; the target is one entity.

    Args:
        request: language of the mentions, split and place.

    Raises:
        UsageError: a language, split or option that the task does not have.
        ResourceError: no file.
        DataError: a file that breaks its format, a mention that does not stand at its offset or in no sentence, an id
            twice.
    """
    _checked(request)
    path = _found(request, f"wikinews_mentions-{request.split}.jsonl")
    found = list(_mentions(path, request.language))
    if not found:
        raise DataError(f"{path} holds no mention in {request.language!r}; the file was cut")
    unique(((example.id, where) for example, where in found), what="mention")
    return [example for example, _ in found]


def mewslix_pool(request: Request) -> Pool:
    """The entities, each by its description; the same for every language. Raises what `read_mewslix` does."""
    _checked(request)
    path = _found(request, CANDIDATES)
    found = tuple(_entities(path))
    unique(((entity.id, str(path)) for entity in found), what="entity")
    return Pool("mewslix", found)


def _checked(request: Request) -> None:
    complete_options(request, task="mewslix", languages=LANGUAGES, options={}, choices={})
    only_splits(request, task="mewslix", splits=("test", "dev"), reason="its training pairs are of Wikipedia")


def _found(request: Request, name: str) -> Path:
    if request.root is None:
        raise no_repository(request, task="mewslix", url=URL)
    path = first_file(place / name for place in folders(request.root, ("mewslix", "mewsli_x/output/dataset")))
    if path is None:
        raise nothing_found(request, task="mewslix", looked_for=[f"{name} (there or in mewslix/)"], url=URL)
    return path


def _mentions(path: Path, language: str) -> Iterator[tuple[Example, str]]:
    """The mentions of one language, each with its place."""
    for number, line in lines(path):
        where = f"{path} line {number}"
        item = parsed(line, where)
        inner = member(item, "context", where)
        context = record(inner, where, texts=("language", "document_id", "text"))
        if context.texts[0] != language:
            continue
        sentences = _borders(inner, context.texts[2], where)
        for mention in members(item, "mentions", where):
            yield _query(mention, context, sentences), where


def _borders(item: Any, text: str, where: str) -> list[tuple[int, int]]:
    """Start and end of each sentence of a text."""
    found = [
        record(span, where, texts=(), numbers=("start", "end")).numbers
        for span in members(item, "sentence_spans", where)
    ]
    for start, end in found:
        if not 0 <= start < end <= len(text):
            raise DataError(f"{where}: the sentence {start} to {end} leaves its text of {len(text)} characters")
    return [(start, end) for start, end in found]


def _query(mention: Any, context: Record, sentences: list[tuple[int, int]]) -> Example:
    language, document, text = context.texts
    name, entity = record(mention, context.where, texts=("example_id", "entity_id")).texts
    where = f"{context.where} mention {name!r}"
    inner = member(mention, "mention_span", where)
    span = record(inner, where, texts=("text",), numbers=("start", "end"))
    start, end = span.numbers
    if start < 0 or start >= end or text[start:end] != span.texts[0]:
        raise DataError(
            f"{where}: {span.texts[0]!r} does not stand at {start} to {end}, where the context has "
            f"{text[start:end]!r}; offsets count characters (code points), so the text or the offsets were changed"
        )
    around = next((pair for pair in sentences if pair[0] <= start and end <= pair[1]), None)
    if around is None:
        raise DataError(f"{where}: it lies in no sentence of its context; the query is the sentence around it")
    asked, spans = worded(text[around[0] : around[1]], start - around[0], end - around[0], where=where)
    texts = {"mention": keyed_text(asked, language=language, name="mention", spans=spans)}
    return Example(name, document, texts, targets=(entity,))


def worded(sentence: str, start: int, end: int, *, where: str) -> tuple[str, tuple[Span, ...]]:
    """A mention in its sentence as the benchmark's baseline words it: `Smith: The verdict for { Smith } came`.

    Args:
        sentence: the text around the mention.
        start: offset of the mention in it.
        end: its end.
        where: for messages.

    Returns:
        The query, and the spans of both namings with the markup that belongs to them, labelled `MENTION`.

    Raises:
        DataError: a noncharacter in the text.
    """
    if any(mark in sentence for mark in MARKS):
        raise DataError(f"{where}: the sentence holds a Unicode noncharacter, which no text may; take it out")
    name = sentence[start:end]
    left, right = (BRACES.sub(r"(\1)", part) for part in (sentence[:start], sentence[end:]))
    first, opening, closing = MARKS
    # The marks stand behind and before spaces, so that the normalisation does with the text what it would without them.
    marked = _one_line(f"{name}:{first} {left} {opening}{{ {name} }}{closing} {right}")
    places = [marked.index(mark) - number for number, mark in enumerate(MARKS)]
    for mark in MARKS:
        marked = marked.replace(mark, "")
    return marked, (Span(0, places[0], MENTION), Span(places[1], places[2], MENTION))


def _one_line(text: str) -> str:
    return " ".join(text.splitlines()).replace("  ", " ").strip()


def _entities(path: Path) -> Iterator[Example]:
    for number, line in lines(path):
        where = f"{path} line {number}"
        item = parsed(line, where)
        name, text, language = record(item, where, texts=("entity_id", "description", "description_language")).texts
        # One of a few codes, held once and not by each of a million entities.
        language = intern(language)
        description = _one_line(" ".join(text[start:end] for start, end in _borders(item, text, where)))
        yield Example(name, name, {"description": keyed_text(description, language=language, name="description")})


MEWSLIX = Task(
    name="mewslix",
    version=2,
    kind=Kind.RETRIEVAL,
    languages=LANGUAGES,
    labels=(),
    fields=("mention",),
    metric="map@20",
    also=("mrr@20",),
    source=Source("Ruder et al. 2021", "texts of Wikipedia (CC BY-SA 3.0) and Wikinews (CC BY 2.5)", url=URL),
    read=read_mewslix,
    pool=mewslix_pool,
    one_pool=True,
    cluster="document",
    settings={"layer": "last", "pooling": "first", "normalise": "yes"},
    untouched="the names of the entity and their markup",
    searched=("description",),
)
