"""Character substitution: a letter for another of its script (Damerau 1964; Gao et al. 2018)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import ClassVar, overload

import regex

from perturbations.edits import Span
from perturbations.eligibility import Eligible
from perturbations.languages import Language, letters_like
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation

VOWEL = regex.compile(r"\p{InSC=Vowel_Independent}")
"""The letters of Indic scripts for a vowel that no consonant bears."""


@dataclass(frozen=True, slots=True)
class CharacterSubstitution(Perturbation):
    """Replace a letter by another of its script and case, a digit by another digit; marks stay: `कि` becomes `ति`."""

    name: ClassVar[str] = "character-substitution"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = "Damerau 1964; Gao et al. 2018"
    presets: ClassVar[tuple[str, ...]] = ("core", "typing")

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The letters and digits whose script has another one."""
        return passage.beginning_with(_with_others(passage.writing))

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """Each other letter, with the marks that follow the first."""
        marks = passage.text[site.start + 1 : site.end]
        letters = _others(passage.text[site.start], passage.writing)
        if not marks:
            return letters
        # Nobody writes a vowel sign on an independent vowel: consonants keep to consonants where marks follow.
        bearing = VOWEL.sub("", letters) or letters
        return _Marked(bearing, marks)


@dataclass(frozen=True, slots=True)
class _Marked(Sequence[str]):
    """Each of some letters with the same marks, put together when it is looked at: letters and marks may be many."""

    letters: str
    marks: str

    def __len__(self) -> int:
        return len(self.letters)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return _Marked(self.letters[index], self.marks)
        return self.letters[index] + self.marks


@lru_cache(maxsize=65_536)
def _others(character: str, language: Language) -> str:
    """The letters like `character` but itself."""
    return letters_like(character, language).replace(character, "")


@cache
def _with_others(language: Language) -> Eligible:
    """The characters that there are other letters like."""
    return Eligible(lambda character: bool(_others(character, language)))
