"""Bidirectional reordering: two letters stored in the other order and displayed in the right one (Boucher et al. 2022).

The pair is isolated from its surroundings and read against its own direction, by the formatting characters of the
Unicode Bidirectional Algorithm (Unicode Standard Annex 9).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import regex

from perturbations.edits import Edit, Kept, Span
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.stretches import Stretches

RIGHTWARD, LEFTWARD, JOINED = 1, -1, -2
"""Directions of letters; a joined one runs to the left and reaches for the letter behind it (most Arabic letters)."""
CONTROLS = {RIGHTWARD: ("\u2066\u202e", "\u202c\u2069"), LEFTWARD: ("\u2067\u202d", "\u202c\u2069")}
"""What opens and closes a pair: an isolate of its direction, an override of the other, and the end of both."""

_LEFTWARD_CHARACTER = regex.compile(r"[\p{Bidi_Class=R}\p{Bidi_Class=AL}\p{Bidi_Class=AN}]")
_RIGHTWARD_LETTER = regex.compile(r"(?V1)[\p{L}&&\p{Bidi_Class=L}]")
_LEFTWARD_LETTER = regex.compile(r"(?V1)[\p{L}&&[\p{Bidi_Class=R}\p{Bidi_Class=AL}]]")
_REACHING = regex.compile(r"[\p{Joining_Type=D}\p{Joining_Type=L}]")


@dataclass(frozen=True, slots=True)
class BidiReordering(Perturbation):
    """Store two letters of one word in the other order under controls that display them as before: `word` as `wrod`.

    In a text with leftward letters both stand between letters of their direction, so that the isolate takes its place
    among them. Where the script joins its letters (Arabic), only those are taken that join neither each other nor what
    is beside them.
    """

    name: ClassVar[str] = "bidi-reordering"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = "Boucher et al. 2022; Unicode Standard Annex 9"
    presets: ClassVar[tuple[str, ...]] = ("visual",)
    touches: ClassVar[int] = 2

    def sites(self, passage: Passage) -> Sequence[Span]:
        """Pairs of adjoining letters that differ, where the controls change nothing of what is displayed."""
        text, letters = passage.text, passage.letters
        begins, ends = letters.starts, letters.ends
        directions = {character: _direction(character) for character in set(text)}
        ways = [directions[text[start]] for start in begins]
        plain = not any(map(_LEFTWARD_CHARACTER.match, directions))
        borders = {token.start for token in passage.tokens}
        starts: list[int] = []
        stops: list[int] = []
        for index in range(len(begins) - 1):
            middle, last = begins[index + 1], ends[index + 1]
            alike = ways[index] == ways[index + 1] and ways[index] in CONTROLS
            joined = ends[index] == middle and middle not in borders
            if not alike or not joined or text[begins[index] : middle] == text[middle:last]:
                continue
            if plain or _among(letters, ways, index):
                starts.append(begins[index])
                stops.append(last)
        return Stretches(starts, stops)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The two in the other order, between controls."""
        text = passage.text
        middle = passage.grapheme_end(site.start)
        opening, closing = CONTROLS[_direction(text[site.start])]
        return (opening + text[middle : site.end] + text[site.start : middle] + closing,)

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """Both graphemes live on at the other's place."""
        middle = passage.grapheme_end(site.start)
        at = len(CONTROLS[RIGHTWARD][0])
        kept = (Kept(middle, site.end, at), Kept(site.start, middle, at + site.end - middle))
        return Edit(site.start, site.end, text, kept)


@lru_cache(maxsize=65_536)
def _direction(character: str) -> int:
    """The direction of a letter, 0 for anything else."""
    if _RIGHTWARD_LETTER.match(character):
        return RIGHTWARD
    if not _LEFTWARD_LETTER.match(character):
        return 0
    return JOINED if _REACHING.match(character) else LEFTWARD


def _among(letters: Stretches, ways: Sequence[int], index: int) -> bool:
    """Whether the pair of letters at `index` stands between two of its direction that it does not join."""
    begins, ends = letters.starts, letters.ends
    if not 0 < index < len(begins) - 2:
        return False
    adjoining = ends[index - 1] == begins[index] and ends[index + 1] == begins[index + 2]
    # What comes after may reach for its own successor; what comes before may not reach for the pair.
    return adjoining and ways[index - 1] == ways[index] and ways[index + 2] * ways[index] > 0
