"""What the tasks of question answering share: a question and the paragraph that answers it, each in its language."""

from __future__ import annotations

from collections.abc import Mapping

from suites.examples import Example, keyed_text
from suites.readers.squad import Question

SAME = "same"
"""Value of the option `question` for questions in the language of their paragraphs."""


def question_language(options: Mapping[str, str], language: str) -> str:
    """The language of the questions that the option `question` asks for, on paragraphs in `language`."""
    return language if options["question"] == SAME else options["question"]


def question_example(question: Question, *, group: str, language: str, asked_in: str | None = None) -> Example:
    """A question with its paragraph as an example; the noise of a paragraph is the same for all of its questions.

    Args:
        question: as the reader checked it.
        group: its cluster.
        language: of the paragraph and its answers.
        asked_in: language of the question, that of the paragraph unless given.
    """
    asked_in = asked_in or language
    asked, context = question.entry.question.strip(), question.entry.context
    # The paragraph stays as it is, white space and all: the offsets of its answers count from its first character.
    texts = {
        "question": keyed_text(asked, language=asked_in, name="question"),
        "context": keyed_text(context, language=language, name="context", spans=question.answers),
    }
    return Example(question.id, group, texts)
