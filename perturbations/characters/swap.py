"""Adjacent-character swap: the transposition of a hasty typist (Damerau 1964; Belinkov and Bisk 2018)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from perturbations.edits import Edit, Kept, Span
from perturbations.eligibility import ALPHANUMERIC
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.stretches import Stretches

TWICE = re.compile(r"(.)(?=\1)", re.DOTALL)
"""A character before the same character."""


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
        return _of_characters(passage.text) if passage.plain else _of_clusters(passage.text, passage.letters)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The two in the other order."""
        middle = _middle(passage, site)
        return (passage.text[middle : site.end] + passage.text[site.start : middle],)

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """Both graphemes live on at the other's place."""
        middle = _middle(passage, site)
        first = Kept(site.start, middle, site.end - middle)
        return Edit(site.start, site.end, text, (Kept(middle, site.end, 0), first))


def _of_characters(text: str) -> Stretches:
    """The pairs in a text of which every code point is a cluster."""
    letters = int.from_bytes(ALPHANUMERIC.mask(text), "little")
    # A byte for each character: shifted by one of them, each comes to stand on the one before.
    mask = bytearray((letters & letters >> 8).to_bytes(len(text), "little"))
    for twice in TWICE.finditer(text):
        mask[twice.start()] = 0
    return Stretches(range(len(text)), range(2, len(text) + 2)).masked(bytes(mask))


def _of_clusters(text: str, letters: Stretches) -> Stretches:
    pairs = [
        (start, end)
        for start, middle, second, end in zip(
            letters.starts, letters.ends, letters.starts[1:], letters.ends[1:], strict=False
        )
        if middle == second and text[start:middle] != text[middle:end]
    ]
    return Stretches([start for start, _ in pairs], [end for _, end in pairs])


def _middle(passage: Passage, site: Span) -> int:
    """Where the second grapheme of a pair begins."""
    if site.end - site.start == 2:
        return site.start + 1
    return passage.grapheme_end(site.start)
