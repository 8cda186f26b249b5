"""Character insertion: a letter too many (Damerau 1964; Gao et al. 2018)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from perturbations.edits import Edit, Kept, Span
from perturbations.eligibility import Eligible
from perturbations.languages import Language, letters_like
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation


@dataclass(frozen=True, slots=True)
class CharacterInsertion(Perturbation):
    """Put a letter of the same script after a letter, or a digit after a digit: `word` becomes `woird`."""

    name: ClassVar[str] = "character-insertion"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = "Damerau 1964; Gao et al. 2018"
    presets: ClassVar[tuple[str, ...]] = ("core", "typing")

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The letters and digits whose script is known."""
        return passage.beginning_with(_with_likes(passage.writing))

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The letters that may be added, before they are joined to what stands there."""
        return letters_like(passage.text[site.start], passage.writing)

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """The grapheme lives on, so that a token keeps its growth."""
        kept = Kept(site.start, site.end, 0)
        return Edit(site.start, site.end, site.of(passage.text) + text, (kept,))


@cache
def _with_likes(language: Language) -> Eligible:
    """The characters that there are letters like."""
    return Eligible(lambda character: bool(letters_like(character, language)))
