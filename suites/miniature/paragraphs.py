"""Paragraphs: a few facts told one after the other, and a question about each of them.

A question tells all parts of its fact but the one that is asked for, so what remains of one sentence is the answer. No
other fact of the same split would answer it too, in whatever paragraph it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random

from perturbations.edits import Span
from suites.examples import ANSWER, Example, Text, keyed_text
from suites.miniature.lexicon import ASKED, lexicon
from suites.miniature.questions import ask, find_phrase
from suites.miniature.sentences import sentence
from suites.miniature.world import Fact, draw

FACTS = 3
"""How many facts a paragraph tells."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What a paragraph tells.

    Args:
        facts: `(FACTS,)` affirmed, with place and time and without an adjective; no two share subject, verb or thing.
        asked: `(FACTS,)` the part of each that its question asks for.
    """

    facts: tuple[Fact, ...]
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A paragraph in a language.

    Args:
        text: the sentences as the language joins them.
        sentences: `(facts,)` start and end of each, in code points.
    """

    text: str
    sentences: tuple[tuple[int, int], ...]


@lru_cache(maxsize=32)
def paragraphs(name: str, split: str, count: int) -> tuple[Paragraph, ...]:
    """The paragraphs of a task, without words.

    Args:
        name: of the task (and of the language, where every one has its own); seeds the draws.
        split: decides which facts may be told.
        count: how many paragraphs.
    """
    random = Random(f"{name} {split}")
    taken: set[Fact] = set()
    found: list[Paragraph] = []
    while len(found) < count:
        facts: list[Fact] = []
        while len(facts) < FACTS:
            fact = replace(draw(random, split), adjective=None, negated=False)
            askable = set(_openings(fact))
            if not askable & taken and not any(_alike(fact, other) for other in facts):
                facts.append(fact)
                taken |= askable
        found.append(Paragraph(tuple(facts), tuple(random.choice(ASKED) for _ in facts)))
    return tuple(found)


def _openings(fact: Fact) -> Iterator[Fact]:
    """The fact with one part open, for each part that can be asked for: what a question tells."""
    return (replace(fact, **{part: ""}) for part in ASKED)


def _alike(fact: Fact, other: Fact) -> bool:
    return fact.subject == other.subject or fact.verb == other.verb or fact.thing == other.thing


def tell(facts: Sequence[Fact], language: str) -> Told:
    """Facts one after the other, in the words of a language.

    Sentences are set apart by a space where words are, and where no stop ends them (Thai).
    """
    words = lexicon(language)
    between = " " if words.spaces or not words.stop else ""
    text = ""
    places: list[tuple[int, int]] = []
    for fact in facts:
        said = sentence(fact, language)
        text += between if text else ""
        places.append((len(text), len(text) + len(said)))
        text += said
    return Told(text, tuple(places))


def question_examples(
    items: tuple[Paragraph, ...], language: str, *, asked_in: str, prefix: str = ""
) -> Iterator[Example]:
    """The questions of paragraphs, each with its paragraph and the answer in it; clusters count the paragraphs from 0.

    Args:
        items: the paragraphs.
        language: of the paragraphs and answers.
        asked_in: language of the questions.
        prefix: what ids and clusters begin with.
    """
    for group, paragraph in enumerate(items):
        told = tell(paragraph.facts, language)
        for number, (fact, part) in enumerate(zip(paragraph.facts, paragraph.asked, strict=True)):
            start, end = find_phrase(fact, part, language)
            first = told.sentences[number][0]
            span = Span(first + start, first + end, ANSWER)
            texts = {
                "question": question_text(fact, part, asked_in),
                "context": keyed_text(told.text, language=language, name="context", spans=(span,)),
            }
            yield Example(f"{prefix}{group}-{number}", f"{prefix}{group}", texts)


def question_text(fact: Fact, part: str, language: str) -> Text:
    """A question as a text."""
    return keyed_text(ask(fact, part, language), language=language, name="question")
