"""World: the people, things, deeds, places and times of the miniature suite, and the facts they can make.

A `Fact` is one simple clause without words; `sentences` says it in a language and the tasks ask about it. Facts are
dealt out to the splits by subject, deed and category, so that no test sentence, nor its negation, nor its
generalisation, can occur in training.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from random import Random

OPTIONAL = ("adjective", "place", "time")
"""The parts of a fact that may be left out."""

SPLITS = ("train", "dev", "test")

NEGATED = 1 / 3
"""Share of negated facts."""

TOLD = 0.6
"""Share of sentences that tell an optional part."""

GENERAL = 0.2
"""Share of sentences that name a category in place of a thing."""


@dataclass(frozen=True, slots=True)
class World:
    """Every concept, and how concepts are related.

    Args:
        people: concept to gender (`"f"` or `"m"`).
        categories: category to the things under it.
        verbs: verb to its antonym, both ways.
        effects: verb to the verb that it brings about, for those that bring about one.
        adjectives: adjective to its antonym, both ways.
        places: where something may happen.
        cities: those of the places that have a proper name.
        times: when something may happen.
    """

    people: Mapping[str, str]
    categories: Mapping[str, tuple[str, ...]]
    verbs: Mapping[str, str]
    effects: Mapping[str, str]
    adjectives: Mapping[str, str]
    places: tuple[str, ...]
    cities: frozenset[str]
    times: tuple[str, ...]

    def category(self, thing: str) -> str:
        """The category of a thing; a category is its own."""
        return next(name for name, things in self.categories.items() if thing == name or thing in things)


@dataclass(frozen=True, slots=True)
class Fact:
    """Who does (or does not do) what to which thing, where and when; every part is a concept of the world."""

    subject: str
    verb: str
    thing: str
    adjective: str | None = None
    place: str | None = None
    time: str | None = None
    negated: bool = False

    def only(self, parts: frozenset[str]) -> Fact:
        """The fact with no optional parts but those."""
        return replace(self, **{part: None for part in OPTIONAL if part not in parts})


@cache
def world() -> World:
    """The world of `world.toml`."""
    table = tomllib.loads(files("suites.miniature").joinpath("world.toml").read_text(encoding="utf-8"))
    genders = {"feminine": "f", "masculine": "m"}
    antonyms = {
        kind: {one: other for pair in pairs for one, other in (pair, pair[::-1])}
        for kind, pairs in table["antonyms"].items()
    }
    return World(
        people={name: genders[gender] for gender, names in table["people"].items() for name in names},
        categories={name: tuple(things) for name, things in table["things"].items()},
        verbs=antonyms["verbs"],
        effects=dict(table["effects"]),
        adjectives=antonyms["adjectives"],
        places=(*table["places"]["common"], *table["places"]["cities"]),
        cities=frozenset(table["places"]["cities"]),
        times=tuple(table["times"]["all"]),
    )


def split_of(fact: Fact) -> str:
    """The split that may use a fact: 70 % of all (subject, pair of verbs, category) are for training.

    Negation, antonym, generalisation and the optional parts do not change the answer.
    """
    verbs = "-".join(sorted((fact.verb, world().verbs[fact.verb])))
    core = f"{fact.subject}-{verbs}-{world().category(fact.thing)}"
    place = hashlib.sha256(core.encode()).digest()[0]
    return "train" if place < 179 else "dev" if place < 205 else "test"


def draw(random: Random, split: str) -> Fact:
    """A fact of that split with every part filled, affirmed or negated."""
    here = world()
    while True:
        category = random.choice(list(here.categories))
        fact = Fact(
            subject=random.choice(list(here.people)),
            verb=random.choice(list(here.verbs)),
            thing=random.choice(here.categories[category]),
            adjective=random.choice(list(here.adjectives)),
            place=random.choice(here.places),
            time=random.choice(here.times),
            negated=random.random() < NEGATED,
        )
        if split_of(fact) == split:
            return fact


def draw_parts(random: Random, split: str) -> Fact:
    """A fact of that split with any of its optional parts, now and then of a category."""
    fact = draw(random, split).only(frozenset(part for part in OPTIONAL if random.random() < TOLD))
    return replace(fact, thing=world().category(fact.thing)) if random.random() < GENERAL else fact


def others(fact: Fact, part: str, split: str, random: Random) -> list[Fact]:
    """The facts of that split that differ in one part: another `subject` or `verb`, or a `thing` of another category.

    For each other category one thing is drawn.
    """
    here = world()
    choices = {
        "subject": [name for name in here.people if name != fact.subject],
        "verb": [verb for verb in here.verbs if verb != fact.verb],
        "thing": [
            random.choice(members)
            for category, members in here.categories.items()
            if category != here.category(fact.thing)
        ],
    }
    found = [replace(fact, **{part: value}) for value in choices[part]]
    return [other for other in found if split_of(other) == split]
