"""Character insertion: a letter too many (Damerau 1964; Gao et al. 2018)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from perturbations.chance import Draw
from perturbations.edits import Edit, Kept, Span, make
from perturbations.languages import Language, letters_like
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.replacements import Replacements


@dataclass(frozen=True, slots=True)
class CharacterInsertion(Perturbation):
    """Put a letter of the same script after a letter, or a digit after a digit: `word` becomes `woird`."""

    name: ClassVar[str] = "character-insertion"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = "Damerau 1964; Gao et al. 2018"
    presets: ClassVar[tuple[str, ...]] = ("core", "typing")

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The letters and digits whose script is known."""
        return _likes(passage.writing).sites_by_initial(passage)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The letters that may be added, before they are joined to what stands there."""
        return _likes(passage.writing)[passage.text[site.start]]

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """The grapheme lives on, so that a token keeps its growth."""
        kept = Kept(site.start, site.end, 0)
        return Edit(site.start, site.end, site.of(passage.text) + text, (kept,))

    def strike(self, passage: Passage, sites: Sequence[tuple[int, int]], draw: Draw) -> Sequence[Edit]:
        """All edits at once."""
        text, likes = passage.text, _likes(passage.writing)
        edits: list[Edit] = []
        for start, end in sites:
            letters = likes[text[start]]
            grown = text[start:end] + letters[int(draw() * len(letters))]
            edits.append(make(Edit, (start, end, grown, (make(Kept, (start, end, 0)),))))
        return edits


@cache
def _likes(language: Language) -> Replacements[Sequence[str]]:
    """The letters like each character."""
    return Replacements(lambda character: letters_like(character, language))
