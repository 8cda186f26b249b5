"""Full and half width: the East Asian forms of ASCII and of katakana (Unicode Standard Annex 11)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from perturbations.edits import Span
from perturbations.languages import Language
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.rewriting import clusters_where

EAST_ASIAN = {"Han", "Hiragana", "Katakana", "Hangul"}
"""Scripts whose typesetting has cells of one width, into which ASCII is fitted."""
ASCII = range(ord("!"), ord("~") + 1)
SHIFT = 0xFF01 - ord("!")


@dataclass(frozen=True, slots=True)
class FullWidth(Perturbation):
    """Write an ASCII character in its full-width form, as East Asian input methods do: `A` becomes `Ａ`."""

    name: ClassVar[str] = "full-width"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = "Unicode Standard Annex 11; Boucher et al. 2022"
    presets: ClassVar[tuple[str, ...]] = ("visual",)

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The ASCII letters, digits and signs, in whatever language."""
        return passage.graphemes.beginning_with(lambda character: ord(character) in ASCII, passage.text)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The full-width form, with the marks that follow."""
        return (chr(ord(passage.text[site.start]) + SHIFT) + passage.text[site.start + 1 : site.end],)


@dataclass(frozen=True, slots=True)
class HalfWidth(Perturbation):
    """Write a full-width character or a katakana in its half-width form: `，` becomes `,`, `ガ` becomes `ｶﾞ`."""

    name: ClassVar[str] = "half-width"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = "Unicode Standard Annex 11"
    presets: ClassVar[tuple[str, ...]] = ("visual",)

    def supports(self, language: Language) -> bool:
        """Whether the language is set in cells of one width."""
        return not EAST_ASIAN.isdisjoint(language.scripts)

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The characters that have a half-width form."""
        return clusters_where(passage, lambda cluster: _narrow(cluster) != cluster)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The half-width form; a voiced katakana takes two."""
        return (_narrow(site.of(passage.text)),)


def _narrow(cluster: str) -> str:
    """The cluster with everything narrow that can be; unchanged if its first character cannot."""
    decomposed = unicodedata.normalize("NFD", cluster)
    if decomposed[0] not in _half_width():
        return cluster
    return "".join(_half_width().get(character, character) for character in decomposed)


@cache
def _half_width() -> Mapping[str, str]:
    """The half-width form of each character that has one, by the compatibility decompositions of Unicode."""
    katakana = {unicodedata.normalize("NFKD", chr(code)): chr(code) for code in range(0xFF61, 0xFFA0)}
    return {**katakana, **{chr(code + SHIFT): chr(code) for code in ASCII}}
