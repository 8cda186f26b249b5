"""Character substitution: a letter for another of its script (Damerau 1964; Gao et al. 2018)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, overload

import regex

from perturbations.chance import Draw
from perturbations.edits import Edit, Span, make
from perturbations.languages import Language, letters_like
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.replacements import Replacements

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
        return _others(passage.writing).sites_by_initial(passage)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """Each other letter, with the marks that follow the first."""
        letter, marks = passage.text[site.start], passage.text[site.start + 1 : site.end]
        return _Marked(_bearing(passage.writing)[letter], marks) if marks else _others(passage.writing)[letter]

    def strike(self, passage: Passage, sites: Sequence[tuple[int, int]], draw: Draw) -> Sequence[Edit]:
        """All edits at once."""
        text, others = passage.text, _others(passage.writing)
        edits: list[Edit] = []
        for start, end in sites:
            if end - start == 1:
                options = others[text[start]]
                place = int(draw() * options.left)
                new = options.letters[place + (place >= options.own)]
            else:
                bearing = _bearing(passage.writing)[text[start]]
                new = bearing[int(draw() * len(bearing))] + text[start + 1 : end]
            edits.append(make(Edit, (start, end, new, ())))
        return edits


class _Others(Sequence[str]):
    """The letters of an alphabet but for one: there may be thousands, which are not copied for each of them."""

    __slots__ = ("left", "letters", "own")

    def __init__(self, letters: str, own: str) -> None:
        place = letters.find(own)
        self.letters = letters
        self.own = place if place >= 0 else len(letters)
        self.left = len(letters) - (place >= 0)

    def __len__(self) -> int:
        return self.left

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return tuple(self)[index]
        place = range(self.left)[index]
        return self.letters[place + (place >= self.own)]


@dataclass(frozen=True, slots=True)
class _Marked(Sequence[str]):
    """Each of some letters with the same marks, put together when it is looked at: letters and marks may be many."""

    letters: Sequence[str]
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


@cache
def _others(language: Language) -> Replacements[_Others]:
    """The letters like each character but itself."""
    return Replacements(lambda character: _Others(letters_like(character, language), character))


@cache
def _bearing(language: Language) -> Replacements[Sequence[str]]:
    """Those of them that bear marks: nobody writes a vowel sign on an independent vowel."""

    def find(character: str) -> str:
        letters = "".join(_others(language)[character])
        return VOWEL.sub("", letters) or letters

    return Replacements(find)
