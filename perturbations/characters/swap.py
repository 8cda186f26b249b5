"""Adjacent-character swap: the transposition of a hasty typist (Damerau 1964; Belinkov and Bisk 2018)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from perturbations.edits import Edit, Kept, Span
from perturbations.passage import Level, Passage, Stretches
from perturbations.perturbation import Perturbation


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
        text, letters = passage.text, passage.letters
        starts: list[int] = []
        ends: list[int] = []
        for start, middle, start_of_next, end in zip(
            letters.starts, letters.ends, letters.starts[1:], letters.ends[1:], strict=False
        ):
            if middle == start_of_next and text[start:middle] != text[middle:end]:
                starts.append(start)
                ends.append(end)
        return Stretches(starts, ends)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The two in the other order."""
        middle = _middle(passage, site)
        return (passage.text[middle : site.end] + passage.text[site.start : middle],)

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """Both graphemes live on at the other's place."""
        middle = _middle(passage, site)
        first = Kept(site.start, middle, site.end - middle)
        return Edit(site.start, site.end, text, (Kept(middle, site.end, 0), first))


def _middle(passage: Passage, site: Span) -> int:
    """Where the second grapheme of a pair begins."""
    return passage.grapheme_end(site.start)
