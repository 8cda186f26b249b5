"""Questions: a part of a fact asked for in a language, and the words of the sentence that answer it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from suites.miniature.lexicon import Lexicon, Words, lexicon
from suites.miniature.sentences import say, written
from suites.miniature.world import Fact

SLOTS = {"article": "object", "adjective": "object", "noun": "object"}
"""The slot of the roles that have not the name of theirs."""
PLACES = {"thing": "object"}
"""The slot of the parts of a fact that have not the name of theirs."""
UNSAID = frozenset({"ADP", "DET"})
"""What an answer leaves out at its edges: `at the market` is answered by `market`."""


def ask(fact: Fact, part: str, language: str) -> str:
    """The question for one part of an affirmed fact, which tells all the others.

    Args:
        fact: what the answer states.
        part: what is asked for (`"subject"`, `"thing"`, `"place"`, `"time"`).
        language: language code.
    """
    words = lexicon(language)
    forms = [form for slot in words.questions.order for form in _forms(slot, fact, part, words, language)]
    marks = words.questions
    return marks.opening + (" " if words.spaces else "").join(forms) + marks.mark


def _forms(slot: str, fact: Fact, part: str, words: Lexicon, language: str) -> Iterator[str]:
    """The words of one slot of a question."""
    questions = words.questions
    asked = PLACES.get(part, part)
    if slot == "question" or (slot == asked and "question" not in questions.order):
        yield questions.words[part]
    elif slot == "auxiliary":
        if part != "subject":
            yield questions.auxiliary
    elif slot == "verb":
        yield from (word.form for word in _verb(fact, part, words))
    elif slot != asked:
        for phrase in say(fact, language):
            if SLOTS.get(phrase.role, phrase.role) == slot:
                yield from (word.form for word in phrase.words)


def _verb(fact: Fact, part: str, words: Lexicon) -> Words:
    """The verb of a question; who it is that is asked for must not show in its gender."""
    verb = words.verbs[fact.verb]
    if part == "subject":
        return verb.affirmed["m"]
    return words.verb(replace(fact, negated=bool(words.questions.auxiliary)))


def find_phrase(fact: Fact, part: str, language: str) -> tuple[int, int]:
    """Where the sentence of a fact names one part of it, `[start, end)` in code points, without what is unsaid.

    Args:
        fact: tells the part.
        part: `"subject"`, `"thing"`, `"place"` or `"time"`.
        language: language code.
    """
    slot = PLACES.get(part, part)
    phrases = say(fact, language)
    words = [word for phrase in phrases for word in phrase.words]
    places = [
        mark
        for mark, word in zip(written(phrases, spaces=lexicon(language).spaces).marks, words, strict=True)
        if SLOTS.get(mark.role, mark.role) == slot and word.tag not in UNSAID
    ]
    return places[0].start, places[-1].end
