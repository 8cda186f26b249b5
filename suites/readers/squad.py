"""SQuAD's JSON: articles of paragraphs with questions whose answers are stretches of the paragraph.

Layout: Rajpurkar et al. 2016 (v1.1) and 2018 (v2.0, with questions that have no answer); XQuAD, MLQA, TyDiQA-GoldP and
LAReQA are handed out in it. Offsets count code points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from perturbations.edits import Span
from perturbations.errors import DataError, StrippedLabelsError
from suites.examples import ANSWER
from suites.readers.files import lines, unique
from suites.readers.json import members, parsed, record, texts_of

COLUMNS = ("id", "question", "context", "answers")
"""Names of the columns of a Parquet repository with such questions."""
BLANK = ("", 0)
"""Text and offset of what the benchmark writes in place of every test answer."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One question as a file has it, unchecked.

    Args:
        where: file, article and paragraph, for messages.
        id: as in the file.
        question: as in the file.
        context: the paragraph.
        answers: text and offset of each answer.
        impossible: whether the file says that the paragraph does not answer it.
        title: of the article, None where the file has none.
        article: running number of the article, from 0; None for rows of a table, which has none.
        paragraph: running number of the paragraph in the file, from 0.
        sentences: `(sentences,)` text, start and end of each sentence of the paragraph; empty where the file has none.
    """

    where: str
    id: str
    question: str
    context: str
    answers: tuple[tuple[str, int], ...]
    impossible: bool = False
    title: str | None = None
    article: int | None = None
    paragraph: int = 0
    sentences: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question whose answers are known to stand where they should.

    Args:
        entry: what the file has.
        id: unique in its file.
        answers: spans of the context labelled `ANSWER`, each once, ascending; empty for an unanswerable question.
    """

    entry: Entry
    id: str
    answers: tuple[Span, ...]


def read_squad(path: Path) -> Iterator[Entry]:
    """The questions of a file, in order and unchecked.

    Raises:
        DataError: no JSON, another layout, a value of another kind, a lone surrogate.
        ResourceError: the file cannot be opened.
    """
    content = parsed("".join(line for _, line in lines(path, keep_ends=True)), str(path))
    paragraph = -1
    for number, article in enumerate(members(content, "data", str(path))):
        where = f"{path} article {number}"
        title = record(article, where, texts=("title",)).texts[0] if _has(article, "title") else None
        for inner in members(article, "paragraphs", where):
            paragraph += 1
            place = f"{where} paragraph {paragraph}"
            (context,) = record(inner, place, texts=("context",)).texts
            sentences = _sentences(inner, place)
            for item in members(inner, "qas", place):
                name, question = record(item, place, texts=("id", "question")).texts
                answers = tuple(_answers(item, f"{place} question {name!r}"))
                impossible = _impossible(item, f"{place} question {name!r}")
                yield Entry(place, name, question, context, answers, impossible, title, number, paragraph, sentences)


def rows_squad(rows: Iterable[tuple[Any, ...]], source: str, *, titles: bool = False) -> Iterator[Entry]:
    """The questions of Parquet rows: the values of `COLUMNS`, and the title behind them if there is one.

    Args:
        rows: as `read_folder` and `read_repository` give them.
        source: file or repository, for messages.
        titles: whether each row ends with a title.
    """
    paragraphs: dict[str, int] = {}
    for number, row in enumerate(rows):
        name, question, context, answers = row[: len(COLUMNS)]
        paragraph = paragraphs.setdefault(context, len(paragraphs))
        pairs = tuple(zip(answers["text"], answers["answer_start"], strict=True))
        title = row[-1] if titles else None
        yield Entry(f"{source} row {number}", name, question, context, pairs, title=title, paragraph=paragraph)


def checked(entries: Iterable[Entry], *, source: str, gold: str, numbered: bool = False) -> tuple[Question, ...]:
    """The questions, in order, once their answers are known to stand at their offsets.

    Args:
        entries: as a reader yields them.
        source: file or repository, for messages.
        gold: where answers can be had if these are stripped, as a clause.
        numbered: put the running number before each id, for files whose ids recur.

    Raises:
        StrippedLabelsError: every answer of the source is blank.
        DataError: no question, an empty question or context, an answer that does not stand at its offset (translated
            sets mark those that could not be aligned with the offset -1), no answer though the question is not marked
            impossible, answers though it is, an id twice.
    """
    found = list(entries)
    if not found:
        raise DataError(f"{source} holds no question; the file is empty or was cut")
    if not any(entry.impossible or any(answer != BLANK for answer in entry.answers) for entry in found):
        raise StrippedLabelsError(
            f"{source} holds blank answers only (offset 0, no text): they are stripped, as in the benchmark's "
            f"processed files, and scores against them would mean nothing; {gold}"
        )
    questions = tuple(
        Question(entry, f"{number}:{entry.id}" if numbered else entry.id, _answer_spans(entry))
        for number, entry in enumerate(found)
    )
    unique(((question.id, question.entry.where) for question in questions), what="question")
    return questions


def _answer_spans(entry: Entry) -> tuple[Span, ...]:
    """The answers as spans, each once, ascending."""
    where = f"{entry.where} question {entry.id!r}"
    if not entry.question.strip() or not entry.context.strip():
        raise DataError(f"{where}: the question or its context is empty; take it out of the file")
    if entry.impossible == bool(entry.answers):
        held = "answers though it is marked impossible" if entry.answers else "no answer though it is not impossible"
        raise DataError(f"{where}: it has {held}; one of the two is wrong")
    for text, start in entry.answers:
        found = entry.context[start : start + len(text)] if start >= 0 else ""
        if not text or found != text:
            raise DataError(
                f"{where}: the answer {text!r} does not stand at offset {start}, where the context has {found!r}; "
                "offsets count characters (code points), so the text or the offset was changed"
            )
    spans = {Span(start, start + len(text), ANSWER) for text, start in entry.answers}
    return tuple(sorted(spans, key=lambda span: (span.start, span.end)))


def _has(item: Any, name: str) -> bool:
    return isinstance(item, dict) and name in item


def _answers(item: Mapping[str, Any], where: str) -> Iterator[tuple[str, int]]:
    for answer in members(item, "answers", where):
        found = record(answer, where, texts=("text",), numbers=("answer_start",))
        yield found.texts[0], found.numbers[0]


def _impossible(item: Mapping[str, Any], where: str) -> bool:
    value = item.get("is_impossible", False)
    if not isinstance(value, bool):
        raise DataError(f"{where}: 'is_impossible' is {value!r} instead of true or false")
    return value


def _sentences(item: Mapping[str, Any], where: str) -> tuple[tuple[str, int, int], ...]:
    """The sentences that LAReQA adds to a paragraph."""
    if "sentence_breaks" not in item:
        return ()
    texts, breaks = texts_of(item, "sentences", where), members(item, "sentence_breaks", where)
    if len(texts) != len(breaks):
        raise DataError(f"{where}: {len(texts)} sentences and {len(breaks)} sentence breaks; they must be as many")
    return tuple((text, *_border(pair, where)) for text, pair in zip(texts, breaks, strict=True))


def _border(value: Any, where: str) -> tuple[int, int]:
    pair = cast("Sequence[Any]", value) if isinstance(value, list) else ()
    if len(pair) != 2 or not all(type(number) is int for number in pair):
        raise DataError(f"{where}: a sentence break is {value!r} instead of a start and an end")
    return pair[0], pair[1]
