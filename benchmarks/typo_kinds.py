"""Typo kinds: what one writing of a word differs from another in, counted in grapheme clusters.

The four single errors are those of Damerau (1964); doubled and halved letters, marks, case and spaces are told apart
from them, and letters are looked up on the keyboard of the language.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from perturbations.characters.diacritics import bare
from perturbations.characters.keyboard import neighbouring
from perturbations.keystrokes import slips
from perturbations.languages import Language, lower
from perturbations.segmentation import graphemes

APART = str.maketrans("", "", " -‐‑'’")
DOTLESS = {"ı": "i"}
"""Letters that have lost a mark, where Unicode decomposes neither into the other."""
NO_LETTERS = ("Mn", "Mc", "Me", "Cf")
"""General categories of marks and format characters."""


class Kind(StrEnum):
    """In what two writings of a word differ; the first that holds."""

    SPACING = "space, hyphen or apostrophe"
    CASE = "case alone"
    MARKS = "marks alone"
    SWAP = "two neighbours swapped"
    DOUBLED = "letter doubled"
    HALVED = "double letter once"
    MISSED = "letter missing"
    ADDED_BESIDE = "letter too many, of a key beside"
    ADDED = "letter too many, other"
    CHANGED_BESIDE = "other letter, of a key beside"
    CHANGED = "other letter, other"
    SEVERAL = "more than one of these"


SINGLE = tuple(kind for kind in Kind if kind is not Kind.SEVERAL)
"""What one edit makes."""
SPELT_ALIKE = (Kind.SPACING, Kind.CASE, Kind.MARKS)
"""What leaves the letters as they are."""
LETTERS = tuple(kind for kind in SINGLE if kind not in SPELT_ALIKE)


class Place(StrEnum):
    """Where in the right word a single difference lies."""

    FIRST = "first letter"
    INNER = "inner letter"
    LAST = "last letter"


@dataclass(frozen=True, slots=True)
class Typo:
    """What is wrong with a word.

    Args:
        kind: in what it differs.
        distance: optimal string alignment distance in grapheme clusters, at least 1.
        place: of a single cluster or swap, None where more differs or only spaces, hyphens and apostrophes do.
    """

    kind: Kind
    distance: int
    place: Place | None


@lru_cache(maxsize=262_144)
def classify(correct: str, written: str, language: Language) -> Typo:
    """What is wrong with `written`, which is not `correct`; both in NFC.

    Marks are what Unicode counts among them (accents, Devanagari vowel signs, nukta and nasals), the dot of the i,
    strokes through letters, and joiners.
    """
    right, wrong = clusters(correct), clusters(written)
    distance = max(1, OSA.distance(right, wrong))
    if correct.translate(APART) == written.translate(APART):
        return Typo(Kind.SPACING, distance, None)
    for kind, form in ((Kind.CASE, _small), (Kind.MARKS, _unmarked)):
        if form(correct, language) == form(written, language):
            return Typo(kind, distance, _only_place(right, wrong))
    start = _shared(right, wrong)
    stop = min(_shared(right[::-1], wrong[::-1]), min(len(right), len(wrong)) - start)
    return _single(
        right, start, (right[start : len(right) - stop], wrong[start : len(wrong) - stop]), language
    ) or Typo(Kind.SEVERAL, distance, None)


def clusters(text: str) -> tuple[str, ...]:
    """The grapheme clusters of a text, white space among them."""
    return tuple(text[start:end] for start, end in pairwise((*graphemes(text), len(text))))


def _small(text: str, language: Language) -> str:
    return unicodedata.normalize("NFC", lower(text, language))


def _unmarked(text: str, language: Language) -> str:
    """The letters without marks and format characters."""
    letters = "".join(map(bare, clusters(text)))
    kept = (
        letter for letter in unicodedata.normalize("NFD", letters) if unicodedata.category(letter) not in NO_LETTERS
    )
    return "".join(DOTLESS.get(letter, letter) for letter in kept)


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many clusters at the start are the same."""
    return next(
        (index for index, (left, right) in enumerate(zip(one, other, strict=False)) if left != right),
        min(len(one), len(other)),
    )


def _single(
    right: Sequence[str], start: int, rest: tuple[Sequence[str], Sequence[str]], language: Language
) -> Typo | None:
    """The one error that makes `rest[1]` of `rest[0]`, which begins at `start` of `right`; None if it takes more."""
    old, new = rest
    before = right[start - 1] if start else ""
    after = right[start] if start < len(right) else ""
    match len(old), len(new):
        case 0, 1:
            # What is the same at the start reaches as far as it can: only the letter before can be the same.
            if new[0] == before:
                return Typo(Kind.DOUBLED, 1, _place(start - 1, 1, len(right)))
            beside = any(letter and _beside(letter, new[0], language) for letter in (before, after))
            place = Place.FIRST if not start else Place.LAST if start == len(right) else Place.INNER
            return Typo(Kind.ADDED_BESIDE if beside else Kind.ADDED, 1, place)
        case 1, 0:
            kind = Kind.HALVED if old[0] == before else Kind.MISSED
        case 1, 1:
            kind = Kind.CHANGED_BESIDE if _beside(old[0], new[0], language) else Kind.CHANGED
            if _unmarked(_small(old[0], language), language) == _unmarked(_small(new[0], language), language):
                return None
        case 2, 2 if tuple(old) == tuple(new)[::-1]:
            kind = Kind.SWAP
        case _:
            return None
    return Typo(kind, 1, _place(start, len(old), len(right)))


def _beside(letter: str, other: str, language: Language) -> bool:
    """Whether a slip to a neighbouring key makes one cluster of the other."""
    return other in slips(language, neighbouring)[letter]


def _place(start: int, length: int, total: int) -> Place:
    if not start:
        return Place.FIRST
    return Place.LAST if start + length == total else Place.INNER


def _only_place(right: Sequence[str], wrong: Sequence[str]) -> Place | None:
    """Where two rows of clusters differ, if at one place only."""
    differing = [index for index, pair in enumerate(zip(right, wrong, strict=False)) if pair[0] != pair[1]]
    single = len(right) == len(wrong) and len(differing) == 1
    return _place(differing[0], 1, len(right)) if single else None
