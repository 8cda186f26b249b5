"""What the tasks of retrieval share: sentences that look for sentences, and where their files can come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from perturbations.edits import Span
from perturbations.errors import ResourceError
from suites.examples import Example, keyed_text
from suites.task import Request

SENTENCE = "sentence"
"""Name of the text of a query or candidate that is one sentence."""


def sentence_example(name: str, text: str, *, language: str, targets: Sequence[str] = ()) -> Example:
    """One sentence as a query or, without targets, as a candidate; a cluster by itself.

    Args:
        name: its id.
        text: the sentence; white space around it is taken off.
        language: language code.
        targets: ids of the candidates that are right.
    """
    texts = {SENTENCE: keyed_text(text.strip(), language=language, name=SENTENCE)}
    return Example(name, name, texts, targets=tuple(targets))


def paragraph_sentences(
    text: str, borders: Iterable[tuple[int, int]], *, language: str, name: Callable[[int], str], group: str
) -> Iterator[Example]:
    """The sentences of a paragraph as candidates, each with its paragraph (`"context"`), in which it is a span.

    Args:
        text: the paragraph.
        borders: start and end of each sentence.
        language: language code.
        name: from the number of a sentence, from 0, to its id.
        group: their cluster.
    """
    for number, (start, end) in enumerate(borders):
        spans = (Span(start, end, SENTENCE),)
        texts = {
            SENTENCE: keyed_text(text[start:end], language=language, name=SENTENCE),
            "context": keyed_text(text, language=language, name="context", spans=spans),
        }
        yield Example(name(number), group, texts)


def recut(candidate: Example) -> Example:
    """The candidate with its sentence as it stands in its paragraph now, after edits moved the sentence's borders.

    Args:
        candidate: one of `paragraph_sentences`, whose paragraph was perturbed by `transport`. A sentence of which
            nothing is left is empty.
    """
    context, sentence = candidate.texts["context"], candidate.texts[SENTENCE]
    spans = [span for span in context.spans if span.label == SENTENCE]
    text = context.text[spans[0].start : spans[0].end] if spans else ""
    return replace(candidate, texts={**candidate.texts, SENTENCE: replace(sentence, text=text)})


def no_repository(request: Request, *, task: str, url: str) -> ResourceError:
    """The error for a request without a data directory of a task that no repository of the hub holds whole.

    Args:
        request: what the reader was asked for.
        task: name of the task.
        url: where its files are to be had.
    """
    return ResourceError(
        f"task {task!r} is in no repository of the hub that could be read ({request.language}, {request.split}): "
        f"download it from {url} and give its directory"
    )
