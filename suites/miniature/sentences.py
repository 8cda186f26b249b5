"""Sentences: a fact said in a language, phrase by phrase, from the lexicon and the small grammar of that language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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


def written(phrases: tuple[Phrase, ...], *, spaces: bool) -> str:
    """The sentence as the language writes it; a stop follows without a space."""
    words = [word.form for phrase in phrases if phrase.role != "stop" for word in phrase.words]
    stop = "".join(word.form for phrase in phrases if phrase.role == "stop" for word in phrase.words)
    return (" " if spaces else "").join(words) + stop


def sentence(fact: Fact, language: str) -> str:
    """The fact as a line of text in that language."""
    return written(say(fact, language), spaces=lexicon(language).spaces)
