"""Adjacent-character swap: the transposition of a hasty typist (Damerau 1964; Belinkov and Bisk 2018)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from perturbations.chance import Draw
from perturbations.edits import Edit, Span, exchange
from perturbations.eligibility import ALPHANUMERIC, repeated
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.stretches import Stretches, places


@dataclass(frozen=True, slots=True)
class CharacterSwap(Perturbation):
    """Exchange two neighbouring letters or digits of one word: `form` becomes `from`, `हिंदी` becomes `दीहिं`."""

    name: ClassVar[str] = "character-swap"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = "Damerau 1964; Belinkov and Bisk 2018"
    presets: ClassVar[tuple[str, ...]] = ("core", "typing")
    touches: ClassVar[int] = 2

    def sites(self, passage: Passage) -> Sequence[Span]:
        """Pairs of adjoining letters or digits that differ."""
        pairs = _pairs(passage)
        if passage.plain:
            return Stretches(places(pairs), width=2)
        clusters = passage.graphemes
        return Stretches(clusters.starts[:-1], clusters.ends[1:]).masked(pairs[:-1])

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The two in the other order."""
        return (_exchange(passage, site.start, site.end).text,)

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """Both graphemes live on at the other's place."""
        return _exchange(passage, site.start, site.end)

    def strike(self, passage: Passage, sites: Sequence[tuple[int, int]], draw: Draw) -> Sequence[Edit]:
        """All edits at once."""
        return [_exchange(passage, start, end) for start, end in sites]


def _pairs(passage: Passage) -> bytes:
    """For each grapheme, or each code point of a plain passage, whether it makes a pair with the next one."""
    letters = int.from_bytes(ALPHANUMERIC.of(passage.initial_codes), "little")
    again = repeated(passage.initial_codes)
    # A byte for each: shifted by one of them, each comes to stand on the one before.
    paired = letters & letters >> 8
    if passage.plain:
        return (paired & ~int.from_bytes(again, "little")).to_bytes(len(again), "little")
    text, starts, ends = passage.text, passage.graphemes.starts, passage.graphemes.ends
    paired &= int.from_bytes(passage.graphemes.adjoining(), "little")
    mask = bytearray(paired.to_bytes(len(again), "little"))
    for token in passage.tokens:
        # What stands before a token is of another word, even without a space between them.
        first = bisect_left(starts, token.start)
        if first:
            mask[first - 1] = 0
    for first in places(again):
        if mask[first] and text[starts[first] : ends[first]] == text[starts[first + 1] : ends[first + 1]]:
            mask[first] = 0
    return bytes(mask)


def _exchange(passage: Passage, start: int, end: int) -> Edit:
    middle = start + 1 if end - start == 2 else passage.grapheme_end(start)
    return exchange(passage.text, (start, middle), (middle, end))
