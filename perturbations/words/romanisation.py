"""Romanisation: a text in Latin letters, as people write where a keyboard lacks theirs (Shazal et al. 2020).

The letters are those of anyascii (ISC), which knows characters, not languages: vowels that a script leaves out stay out
(Arabic, Hebrew), Japanese kanji are read as Chinese, and Thai, whose spelling is far from its sound, comes out letter
by letter in the order of its spelling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import regex
from anyascii import anyascii

from perturbations.edits import Span
from perturbations.languages import Language
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation, Scope
from perturbations.stretches import Stretches

_FOREIGN = regex.compile(r"(?V1)[\p{L}--\p{Latin}]|[\p{Nd}--[0-9]]")


@dataclass(frozen=True, slots=True)
class Romanisation(Perturbation):
    """Write every word in Latin letters: `Привет` becomes `Privet`, `今天去北京` becomes `jintian qu beijing`."""

    name: ClassVar[str] = "romanisation"
    level: ClassVar[Level] = Level.WORD
    source: ClassVar[str] = "Shazal et al. 2020"
    tables: ClassVar[tuple[str, ...]] = ("anyascii",)
    scope: ClassVar[Scope] = Scope.TEXT
    presets: ClassVar[tuple[str, ...]] = ("words",)

    def supports(self, language: Language) -> bool:
        """Whether it is written in another script than Latin."""
        return language.scripts != ("Latin",)

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The words in other scripts, and between two that adjoin the place of a space."""
        text, words = passage.text, passage.words
        starts: list[int] = []
        ends: list[int] = []
        for start, end in zip(words.starts, words.ends, strict=True):
            if romanised(text[start:end]) == text[start:end]:
                continue
            if ends and ends[-1] == start:
                starts.append(start)
                ends.append(start)
            starts.append(start)
            ends.append(end)
        return Stretches(starts, ends)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The word in Latin letters, or the space that parts it from the one before."""
        return (romanised(site.of(passage.text)) if site.start < site.end else " ",)


@lru_cache(maxsize=65_536)
def romanised(word: str) -> str:
    """A word in Latin letters, in small ones where its script has no capitals.

    It stays as it is where all its letters are Latin and its digits ASCII, or where nothing would be left of it.
    """
    if _FOREIGN.search(word) is None:
        return word
    latin = "".join(anyascii(word).split())
    return (latin.lower() if word.upper() == word.lower() else latin) or word
