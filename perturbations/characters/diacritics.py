"""Diacritics: left out, taken for one another, or put on the letter beside (Náplava et al. 2021).

A mark is a diacritic by its canonical combining class: accents, tones, points, nuktas and voicing marks are, vowel
signs and viramas are not.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import ClassVar

import regex

from perturbations.edits import Span
from perturbations.languages import Language, lower
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.rewriting import adjoining, clusters_where
from perturbations.segmentation import LONGEST_CLUSTER
from perturbations.stretches import Stretches
from perturbations.tables import load

TABLE = "diacritics.toml"
SOURCE = "Náplava et al. 2021"
TONES = (107, 122)
"""Canonical combining classes of the Thai and Lao tone marks."""


@dataclass(frozen=True, slots=True)
class DiacriticsStrip(Perturbation):
    """Leave out all marks of a letter: `é` becomes `e`, `ệ` becomes `e`, `ł` becomes `l`, `が` becomes `か`."""

    name: ClassVar[str] = "diacritics-strip"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = SOURCE
    tables: ClassVar[tuple[str, ...]] = (TABLE,)
    presets: ClassVar[tuple[str, ...]] = ("core", "typing")

    def supports(self, language: Language) -> bool:
        """Whether a script of the language knows diacritics, if only in words of other languages."""
        return not set(load(TABLE)["scripts"]).isdisjoint(language.scripts)

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The grapheme clusters with at least one diacritic."""
        return () if passage.text.isascii() else clusters_where(passage, _is_marked)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The cluster without them."""
        return (bare(site.of(passage.text)),)


@dataclass(frozen=True, slots=True)
class DiacriticsSubstitution(Perturbation):
    """Put another mark of the language in place of a letter's own: `é` becomes `è`, `ă` becomes `â`, `้` becomes `่`."""

    name: ClassVar[str] = "diacritics-substitution"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = SOURCE
    tables: ClassVar[tuple[str, ...]] = (TABLE,)

    def supports(self, language: Language) -> bool:
        """Whether the language writes two marks that go on one letter."""
        return _interchangeable(language)

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The grapheme clusters that carry a mark for which there is another."""
        writing = passage.writing
        return () if passage.text.isascii() else clusters_where(passage, lambda part: bool(_others(part, writing)))

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The cluster with each of the other marks."""
        return _others(site.of(passage.text), passage.writing)


@dataclass(frozen=True, slots=True)
class DiacriticsShift(Perturbation):
    """Put a letter's mark on the letter before or after it: `día` becomes `diá`, `iế` becomes `íê`."""

    name: ClassVar[str] = "diacritics-shift"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = SOURCE
    tables: ClassVar[tuple[str, ...]] = (TABLE,)
    touches: ClassVar[int] = 2

    def supports(self, language: Language) -> bool:
        """Whether its words set a letter that bears a mark beside one that may bear the same."""
        return _movable(language)

    def sites(self, passage: Passage) -> Sequence[Span]:
        """Pairs of adjoining letters of which one can hand a mark to the other."""
        text, writing = passage.text, passage.writing
        if text.isascii():
            return ()
        found = [
            (start, end)
            for start, middle, end in adjoining(passage, passage.letters)
            if end - start <= LONGEST_CLUSTER and _shifted(text[start:middle], text[middle:end], writing)
        ]
        return Stretches([start for start, _ in found], [end for _, end in found])

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The pair with the mark of one on the other."""
        middle = passage.grapheme_end(site.start)
        return _shifted(passage.text[site.start : middle], passage.text[middle : site.end], passage.writing)


def is_diacritic(mark: str) -> bool:
    """Whether a code point is an accent, tone, point, nukta or voicing mark, by its canonical combining class."""
    number = unicodedata.combining(mark)
    # 9 is the virama; 84 to 132 are vowel signs but for the tones.
    return 0 < number < 9 or 9 < number < 84 or number in TONES or number > 132


@lru_cache(maxsize=65_536)
def bare(cluster: str) -> str:
    """A grapheme cluster without its diacritics, composed; the very same if it has none."""
    taken = frozenset(_diacritics(cluster))
    strokes = _strokes()
    if not taken and cluster[0] not in strokes:
        return cluster
    left = "".join(part for part in _parts(cluster) if part not in taken)
    return unicodedata.normalize("NFC", "".join(strokes.get(part, part) for part in left)) or cluster


def _is_marked(cluster: str) -> bool:
    return bare(cluster) != cluster


@lru_cache(maxsize=65_536)
def _parts(cluster: str) -> tuple[str, ...]:
    """A cluster decomposed, but for letters that their mark makes another letter."""
    whole = load(TABLE)["letters"]
    composed = unicodedata.normalize("NFC", cluster)
    parts = (character if character in whole else unicodedata.normalize("NFD", character) for character in composed)
    return tuple(part for piece in parts for part in ((piece,) if piece in whole else piece))


def _diacritics(cluster: str) -> tuple[str, ...]:
    """The diacritics of a cluster that begins with a letter, in order."""
    first, *marks = _parts(cluster)
    return tuple(filter(is_diacritic, marks)) if first.isalpha() else ()


@cache
def _strokes() -> dict[str, str]:
    return dict(load(TABLE)["strokes"].split())


@cache
def marks_of(language: Language) -> str:
    """The marks that a writer of the language types: those of its alphabet's letters, and its scripts' own."""
    alphabet = (mark for letter in language.alphabet for mark in _diacritics(letter))
    scripts = (mark for script in language.scripts for mark in load(TABLE)["marks"].get(script, ""))
    return "".join(dict.fromkeys((*alphabet, *scripts)))


@cache
def _movable(language: Language) -> bool:
    """Whether a mark goes on two letters of the language, on any of its script, or on one that is seen doubled."""
    if language.code in load(TABLE)["beside"] or any(load(TABLE)["marks"].get(script) for script in language.scripts):
        return True
    borne = [mark for letter in language.alphabet for mark in _diacritics(letter)]
    return len(set(borne)) < len(borne)


@cache
def _interchangeable(language: Language) -> bool:
    """Whether some letter of the language takes two marks in turn."""
    points = any(load(TABLE)["marks"].get(script) for script in language.scripts)
    return points or any(_others(letter, language) for letter in language.alphabet)


@lru_cache(maxsize=65_536)
def _others(cluster: str, language: Language) -> tuple[str, ...]:
    """The cluster with one mark exchanged: letters of the alphabet if there are any, else whatever Unicode composes."""
    parts = _parts(cluster)
    found: dict[str, None] = {}
    for old in _diacritics(cluster):
        for new in marks_of(language):
            if new not in parts and unicodedata.combining(new) and _alike(old, new):
                changed = unicodedata.normalize("NFC", "".join(new if part == old else part for part in parts))
                if len(changed) <= len(unicodedata.normalize("NFC", cluster)):
                    found[changed] = None
    known = tuple(other for other in found if lower(other, language) in language.alphabet)
    return known or tuple(found)


def _alike(one: str, other: str) -> bool:
    """Whether two marks belong to one script, or to none in particular."""
    return ord(one) >> 8 == ord(other) >> 8


@lru_cache(maxsize=65_536)
def _shifted(first: str, second: str, language: Language) -> tuple[str, ...]:
    """Two clusters with a mark of one on the other, each way that gives a letter people know."""
    found = dict.fromkeys(left + right for right, left in _handed(second, first, language))
    found.update(dict.fromkeys(left + right for left, right in _handed(first, second, language)))
    return tuple(pair for pair in found if pair != first + second)


def _handed(giver: str, taker: str, language: Language) -> Iterator[tuple[str, str]]:
    """Giver and taker after the one has handed a mark to the other, which had none of its kind."""
    known = marks_of(language)
    for mark in _diacritics(giver):
        if mark in known and not any(_alike(mark, other) for other in _diacritics(taker)):
            left = unicodedata.normalize("NFC", "".join(part for part in _parts(giver) if part != mark))
            right = unicodedata.normalize("NFC", "".join(_parts(taker)) + mark)
            if _usual(right, taker, mark, language):
                yield left, right


def _usual(marked: str, plain: str, mark: str, language: Language) -> bool:
    """Whether a letter with a new mark is one of the alphabet, or of a script in which any letter bears it."""
    if lower(marked, language) in language.alphabet:
        return True
    table = load(TABLE)
    bearers = (
        table["bearers"].get(script, "") for script in language.scripts if mark in table["marks"].get(script, "")
    )
    return any(bearer and _bearing(bearer).fullmatch(plain) for bearer in bearers)


@cache
def _bearing(bearer: str) -> regex.Pattern[str]:
    """A letter that bears marks, with those it has."""
    return regex.compile(rf"(?V1){bearer}\p{{Mn}}*")
