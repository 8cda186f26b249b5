"""Corpus: sentences and pairs of sentences of the training part of the world, for pretraining; nothing is labelled.

A pair says one fact, or two that differ in some parts, in two languages or twice in one. Phrases may be switched to
other languages, as with a dictionary (Qin et al. 2020). Where a word stands and what it means is known throughout.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from suites.miniature.lexicon import languages, lexicon
from suites.miniature.sentences import Line, Phrase, say, written
from suites.miniature.world import OPTIONAL, Fact, draw, draw_parts, split_of, world

SWITCHABLE = frozenset({"subject", "verb", "noun", "adjective", "place", "time"})
"""The roles that a dictionary has words for."""

TOKENISED = 0.15
"""Share of sentences that are written with a space between all words, as taggers read them."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two lines, and whether they say the same."""

    first: Line
    second: Line
    same: bool


@dataclass(frozen=True, slots=True)
class Mixture:
    """What the pairs are made of; every field is a share, 0–1.

    Args:
        monolingual: pairs in one language.
        altered: pairs whose second fact differs from the first.
        parts: parts that differ in those.
        switched: lines with phrases of other languages.
        phrases: phrases that are switched in those.
    """

    monolingual: float = 0.45
    altered: float = 0.6
    parts: float = 0.25
    switched: float = 0.5
    phrases: float = 0.3


def parallel_lines(count: int, *, seed: int) -> Iterator[tuple[Line, ...]]:
    """Sentences, each in all languages in the order of `languages()`."""
    random = Random(f"miniature parallel {seed}")
    for _ in range(count):
        fact = draw_parts(random, "train")
        yield tuple(_line(say(fact, language), language, random) for language in languages())


def pairs(count: int, *, seed: int, mixture: Mixture) -> Iterator[Pair]:
    """Pairs of lines."""
    random = Random(f"miniature pairs {seed}")
    for _ in range(count):
        fact = draw_parts(random, "train")
        other = _altered(fact, mixture.parts, random) if random.random() < mixture.altered else fact
        left = random.choice(languages())
        right = left if random.random() < mixture.monolingual else random.choice(languages())
        lines = [_maybe_switched(said, language, mixture, random) for said, language in ((fact, left), (other, right))]
        yield Pair(lines[0], lines[1], same=other == fact)


def _altered(fact: Fact, share: float, random: Random) -> Fact:
    """A fact of the training split with some parts changed, left out or denied; often to the opposite."""
    here, other = world(), draw(random, "train")
    opposites = {"verb": here.verbs, "adjective": here.adjectives}
    changes: dict[str, str | bool | None] = {}
    for part in ("subject", "verb", "thing", *OPTIONAL):
        value = getattr(fact, part)
        if value is None or random.random() >= share:
            continue
        new = getattr(other, part)
        if part in opposites and random.random() < 0.4:
            new = opposites[part][value]
        changes[part] = None if part in OPTIONAL and random.random() < 0.5 else new
    if random.random() < share:
        changes["negated"] = not fact.negated
    altered = replace(fact, **changes)
    return altered if split_of(altered) == "train" else fact


def _maybe_switched(fact: Fact, language: str, mixture: Mixture, random: Random) -> Line:
    phrases = say(fact, language)
    if random.random() >= mixture.switched:
        return _line(phrases, language, random)
    switched = [
        _translated(phrase, fact, random) if phrase.role in SWITCHABLE and random.random() < mixture.phrases else phrase
        for phrase in phrases
    ]
    # Words of a language with spaces would run together in one without.
    return written(switched, spaces=True, stop_apart=True)


def _translated(phrase: Phrase, fact: Fact, random: Random) -> Phrase:
    """The phrase of the same role in some language."""
    return next(other for other in say(fact, random.choice(languages())) if other.role == phrase.role)


def _line(phrases: tuple[Phrase, ...], language: str, random: Random) -> Line:
    """The sentence as its language writes it, or now and then with a space between all words."""
    apart = random.random() < TOKENISED
    return written(phrases, spaces=apart or lexicon(language).spaces, stop_apart=apart)
