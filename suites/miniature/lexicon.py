"""Lexicon: the words of one language of the miniature suite and the grammar that joins them, read from `lexica/`.

A cell holds words apart by spaces, each with its part of speech where that is not the usual one of its section
(`at/ADP the/DET market/NOUN`); `|` parts the forms that agree in gender and `~` the affirmative verb from the negated
one. An underscore stands for a space inside a word (Vietnamese).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from suites.miniature.world import Fact, world

ASKED = ("subject", "thing", "place", "time")
"""The parts of a fact that can be asked for."""


class Word(NamedTuple):
    """One word with its universal part of speech."""

    form: str
    tag: str


Words = tuple[Word, ...]


class Noun(NamedTuple):
    """A noun and the gender that article and adjective agree with."""

    gender: str
    words: Words


class Verb(NamedTuple):
    """The forms of a verb by the gender of its subject, `"m"` and `"f"`."""

    affirmed: Mapping[str, Words]
    negated: Mapping[str, Words]


@dataclass(frozen=True, slots=True)
class Questions:
    """How a language asks for one part of a fact.

    Args:
        words: the word that asks, by part (`"subject"`, `"thing"`, `"place"`, `"time"`).
        order: the slots of a question, in order; the word stands at `"question"`, or where that is not among them in
            the place of what is asked for.
        auxiliary: what takes the person of the verb where the subject is told, perhaps nothing; the verb then has the
            form that it has in a denial.
        opening: the mark that begins a question, perhaps nothing.
        mark: the mark that ends it, perhaps nothing.
    """

    words: Mapping[str, str]
    order: tuple[str, ...]
    auxiliary: str
    opening: str
    mark: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words and grammar of one language.

    Args:
        spaces: whether words are set apart by spaces.
        stop: what ends a sentence, perhaps nothing.
        order: the slots of a clause, in order.
        phrase: the parts of the object, in order.
        negation: the word that negates, empty where the verb has a negated form of its own.
        articles: the definite article by gender.
        people, verbs, things, adjectives, places, times: the words for every concept of the world.
        questions: how a part of a fact is asked for.
    """

    spaces: bool
    stop: str
    order: tuple[str, ...]
    phrase: tuple[str, ...]
    negation: Words
    articles: Mapping[str, Words]
    people: Mapping[str, Words]
    verbs: Mapping[str, Verb]
    things: Mapping[str, Noun]
    adjectives: Mapping[str, Mapping[str, Words]]
    places: Mapping[str, Words]
    times: Mapping[str, Words]
    questions: Questions

    def verb(self, fact: Fact) -> Words:
        """The verb of a fact, agreeing with its subject."""
        verb = self.verbs[fact.verb]
        return (verb.negated if fact.negated else verb.affirmed)[world().people[fact.subject]]

    def adjective(self, concept: str, gender: str) -> Words:
        """An adjective, agreeing with a noun of that gender."""
        return self.adjectives[concept][gender]


@cache
def languages() -> tuple[str, ...]:
    """Codes of the languages that have a lexicon, sorted."""
    folder = files("suites.miniature").joinpath("lexica")
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language that has one."""
    path = files("suites.miniature").joinpath("lexica", f"{language}.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    genders: list[str] = table["genders"]
    return Lexicon(
        spaces=table["spaces"],
        stop=table["stop"],
        order=tuple(table["order"]),
        phrase=tuple(table["phrase"]),
        negation=_words(table.get("negation", ""), "PART"),
        articles={gender: _words(cell, "DET") for gender, cell in table.get("articles", {}).items()},
        people={concept: _words(cell, "PROPN") for concept, cell in table["people"].items()},
        verbs={concept: _verb(cell) for concept, cell in table["verbs"].items()},
        things={concept: _noun(cell, genders[0]) for concept, cell in table["things"].items()},
        adjectives={concept: _agreeing(cell, genders, "ADJ") for concept, cell in table["adjectives"].items()},
        places={concept: _words(cell, "NOUN") for concept, cell in table["places"].items()},
        times={concept: _words(cell, "NOUN") for concept, cell in table["times"].items()},
        questions=_questions(table["questions"], table["order"]),
    )


def _questions(table: Mapping[str, Any], order: list[str]) -> Questions:
    """The questions of a language; without an order of their own they have that of the clause."""
    return Questions(
        words={part: table[part] for part in ASKED},
        order=tuple(table.get("order", order)),
        auxiliary=table.get("auxiliary", ""),
        opening=table.get("opening", ""),
        mark=table["mark"],
    )


def _words(cell: str, usual: str) -> Words:
    """The words of a cell, with the tag written after a slash or the usual one."""
    parts = [token.partition("/") for token in cell.split()]
    return tuple(Word(form.replace("_", " "), tag or usual) for form, _, tag in parts)


def _noun(cell: str, usual: str) -> Noun:
    """A noun with the gender written before a colon or the usual one."""
    gender, colon, rest = cell.partition(":")
    return Noun(gender, _words(rest, "NOUN")) if colon else Noun(usual, _words(cell, "NOUN"))


def _agreeing(cell: str, genders: list[str], usual: str) -> dict[str, Words]:
    """The forms of a cell by gender; a single form serves all."""
    forms = [_words(form, usual) for form in cell.split("|")]
    return dict(zip(genders, forms * len(genders) if len(forms) == 1 else forms, strict=True))


def _verb(cell: str) -> Verb:
    """The forms of a verb; where none is given for negation the affirmative ones serve."""
    affirmed, _, negated = cell.partition("~")
    return Verb(_agreeing(affirmed, ["m", "f"], "VERB"), _agreeing(negated or affirmed, ["m", "f"], "VERB"))
