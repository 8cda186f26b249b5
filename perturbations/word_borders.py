"""Word borders: the words of a text as masks over its code points, found by character classes in a few steps.

What classes cannot tell (rows of invisible characters, prefixed signs, marks without a letter, stray viramas) is asked
of the patterns in `segmentation`, which take several times as long; dictionaries divide what has no spaces.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import regex

from perturbations.clusters import CLUSTER_CLASSES, DIFFICULT, LINKER, linked
from perturbations.eligibility import Classes, Codes
from perturbations.languages import Language
from perturbations.segmentation import (
    EXTENDING,
    FORMAT,
    JOINERS,
    LETTER,
    NUMBER_JOINERS,
    PREFIX,
    UNSPACED,
    dictionary_borders,
    words,
)
from perturbations.stretches import places

LETTERS, DIGIT, UNDIVIDED, MARK, JOINER, NUMBER_JOINER, FORMATTING, PREFIXED, OTHER, JOINED = b"lduxj,f#oJ"
"""The classes: letters of scripts with and without spaces, what joins on both sides, and what does so here; they are
letters, so that rules read like the texts of classes in which they are looked for."""
_PATTERN = regex.compile(
    rf"(?V1)(?P<format>{FORMAT})|(?P<prefix>[{PREFIX}])|(?P<digit>[{LETTER}&&\p{{Nd}}])|(?P<undivided>{UNSPACED})"
    rf"|(?P<letter>{LETTER})|(?P<mark>[{EXTENDING}])"
)
_CLASS_OF = {
    "format": FORMATTING,
    "prefix": PREFIXED,
    "digit": DIGIT,
    "undivided": UNDIVIDED,
    "letter": LETTERS,
    "mark": MARK,
}
_UNCLEAR = (b"ff", b"fj", b"jf", b"f,", b",f", b"fx")
"""Invisible characters beside one another, a joiner or a mark: they may or may not lead on to the next letter."""
_SPACED = bytes(kind in (LETTERS, DIGIT, JOINED) for kind in range(0x100))
_SPACED_OR_MARK = bytes(kind in (LETTERS, DIGIT, JOINED, MARK) for kind in range(0x100))
_UNDIVIDED = bytes(kind == UNDIVIDED for kind in range(0x100))
_UNSPACED = bytes(kind in (UNDIVIDED, MARK) for kind in range(0x100))


class Borders(NamedTuple):
    """The words of a text.

    Args:
        starts: `(words,)` ascending offsets in code points.
        ends: `(words,)` ascending offsets in code points.
    """

    starts: Sequence[int]
    ends: Sequence[int]


def word_borders(text: str, codes: Codes, language: Language) -> Borders:
    """The words of a text of those code points: those of `segmentation.words`, in less than half the time."""
    classes = _classes(language.joiners).of(codes)
    spaced = UNDIVIDED not in classes
    marked = MARK in classes
    if PREFIXED in classes or (marked and not _attached(classes, spaced=spaced)):
        return _asked(text, language)
    if not spaced or marked:
        kinds = CLUSTER_CLASSES.of(codes)
        # Only where clusters are sure: of a run without spaces a border must not tear one.
        if (LINKER in kinds and not (spaced and linked(kinds))) or (DIFFICULT in kinds and not spaced):
            return _asked(text, language)
    if FORMATTING in classes:
        if any(pair in classes for pair in _UNCLEAR):
            return _asked(text, language)
        classes = _joined(classes, b"f", b"ldx" if spaced else b"ld", b"ld")
        if not spaced:
            classes = _joined(classes, b"f", b"ux", b"u", as_what=MARK)
    if JOINER in classes or NUMBER_JOINER in classes:
        classes = _joined(classes, b"j", b"ldx" if spaced else b"ld", b"ld")
        classes = _joined(classes, b",", b"d", b"d")
    size = len(classes)
    whole = int.from_bytes(classes.translate(_SPACED_OR_MARK if spaced else _SPACED), "little")
    # A byte for each code point, shifted by one: where a run begins or ends, its neighbour is not of it.
    starts, ends = whole & ~(whole << 8), whole & ~(whole >> 8)
    if not spaced:
        run = int.from_bytes(classes.translate(_UNSPACED), "little")
        # Only before a letter, and within a run.
        cuts = _cuts(text) & run << 8 & int.from_bytes(classes.translate(_UNDIVIDED), "little")
        starts, ends = starts | run & ~(run << 8) | cuts, ends | run & ~(run >> 8) | cuts >> 8
    return Borders(places(starts.to_bytes(size, "little")), places((ends << 8).to_bytes(size + 1, "little")))


@cache
def _classes(joiners: str) -> Classes:
    """The classes for a language that has joiners of its own."""
    joining = frozenset(JOINERS + joiners)

    def classify(character: str) -> int:
        match = _PATTERN.match(character)
        if character in joining:
            return PREFIXED if match else JOINER
        if match and match.lastgroup:
            return _CLASS_OF[match.lastgroup]
        return NUMBER_JOINER if character in NUMBER_JOINERS else OTHER

    return Classes(classify)


def _attached(classes: bytes, *, spaced: bool) -> bool:
    """Whether every mark belongs to a letter, and in a text with a script without spaces to one of that script."""
    if classes[0] == MARK or b"ox" in classes or b"jx" in classes or b",x" in classes:
        return False
    return spaced or not (b"lx" in classes or b"dx" in classes)


def _joined(classes: bytes, sign: bytes, before: bytes, after: bytes, *, as_what: int = JOINED) -> bytes:
    """The classes, with every sign that stands between two of the given classes marked."""
    place = classes.find(sign, 1, -1)
    if place < 0:
        return classes
    marked = bytearray(classes)
    while place > 0:
        if classes[place - 1] in before and classes[place + 1] in after:
            marked[place] = as_what
        place = classes.find(sign, place + 1, -1)
    return bytes(marked)


def _cuts(text: str) -> int:
    """Where a dictionary finds borders: a byte for each code point."""
    cuts = bytearray(len(text) + 1)
    for border in dictionary_borders(text):
        cuts[border] = 1
    return int.from_bytes(cuts, "little")


def _asked(text: str, language: Language) -> Borders:
    found = words(text, language)
    return Borders([start for start, _ in found], [end for _, end in found])
