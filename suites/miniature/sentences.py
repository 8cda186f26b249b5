"""Sentences: a fact said in a language, phrase by phrase, from the lexicon and the small grammar of that language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from suites.miniature.lexicon import Lexicon, Word, lexicon
from suites.miniature.world import Fact


@dataclass(frozen=True, slots=True)
class Phrase:
    """The words for one concept.

    Args:
        role: what it does in the sentence (`"subject"`, `"negation"`, `"noun"`, …, `"stop"`).
        concept: what it means; a translation has the same role and concept.
        words: the words, in order.
    """

    role: str
    concept: str
    words: tuple[Word, ...]


class Mark(NamedTuple):
    """A word `[start, end)` of a line, the role of its phrase, and what the phrase means."""

    start: int
    end: int
    role: str
    concept: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence as it is written, with its words in order."""

    text: str
    marks: tuple[Mark, ...]


def say(fact: Fact, language: str) -> tuple[Phrase, ...]:
    """The phrases of the sentence that states `fact`, in the order of the language."""
    words = lexicon(language)
    phrases: list[Phrase] = []
    for slot in words.order:
        phrases += _object(fact, words) if slot == "object" else _slot(slot, fact, words)
    if words.stop:
        phrases.append(Phrase("stop", "stop", (Word(words.stop, "PUNCT"),)))
    return tuple(phrases)


def _slot(slot: str, fact: Fact, words: Lexicon) -> Iterator[Phrase]:
    """The phrase of one slot, or nothing where the fact leaves it open."""
    match slot:
        case "subject":
            yield Phrase(slot, fact.subject, words.people[fact.subject])
        case "negation" if fact.negated:
            yield Phrase(slot, "not", words.negation)
        case "verb":
            yield Phrase(slot, f"not-{fact.verb}" if fact.negated else fact.verb, words.verb(fact))
        case "place" if fact.place:
            yield Phrase(slot, fact.place, words.places[fact.place])
        case "time" if fact.time:
            yield Phrase(slot, fact.time, words.times[fact.time])
        case _:
            return


def _object(fact: Fact, words: Lexicon) -> Iterator[Phrase]:
    """Article, adjective and noun, in the order of the language and agreeing in gender."""
    noun = words.things[fact.thing]
    for part in words.phrase:
        if part == "noun":
            yield Phrase(part, fact.thing, noun.words)
        elif part == "adjective" and fact.adjective:
            yield Phrase(part, fact.adjective, words.adjective(fact.adjective, noun.gender))
        elif part == "article":
            yield Phrase(part, "the", words.articles[noun.gender])


def written(phrases: Sequence[Phrase], *, spaces: bool, stop_apart: bool = False) -> Line:
    """The sentence as it is written, with the places of its words.

    Args:
        phrases: in order.
        spaces: whether words are set apart by spaces.
        stop_apart: whether the stop is too.
    """
    text = ""
    marks: list[Mark] = []
    for phrase in phrases:
        for word in phrase.words:
            if text and (stop_apart if phrase.role == "stop" else spaces):
                text += " "
            marks.append(Mark(len(text), len(text) + len(word.form), phrase.role, phrase.concept))
            text += word.form
    return Line(text, tuple(marks))


def sentence(fact: Fact, language: str) -> str:
    """The fact as a line of text in that language."""
    return written(say(fact, language), spaces=lexicon(language).spaces).text
