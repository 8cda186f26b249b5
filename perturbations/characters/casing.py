"""Casing: small letters for capitals and the other way round, as the language writes them (Pruthi et al. 2019).

The dotted and the dotless i of Turkic languages keep apart; languages without casing are not supported.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import ClassVar

from perturbations.edits import Span
from perturbations.languages import CAPITALS, Language, lower, upper
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.segmentation import graphemes

SOURCE = "Pruthi et al. 2019; Ribeiro et al. 2020"


@dataclass(frozen=True, slots=True)
class CharacterCase(Perturbation):
    """Write a capital for a small letter or the other way round: `word` becomes `woRd`, in Turkish `i` becomes `İ`."""

    name: ClassVar[str] = "character-case"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = SOURCE
    presets: ClassVar[tuple[str, ...]] = ("core", "typing")

    def supports(self, language: Language) -> bool:
        """Whether the language has casing."""
        return language.casing != "none"

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The letters that have another case."""
        writing = passage.writing
        return passage.graphemes.beginning_with(lambda letter: _swapped(letter, writing) != letter, passage.text)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The letter in the other case, with its marks."""
        return (_swapped(site.of(passage.text), passage.writing),)


@lru_cache(maxsize=65_536)
def _swapped(cluster: str, language: Language) -> str:
    """One grapheme cluster in the other case."""
    small = lower(cluster, language)
    return small if small != cluster else CAPITALS.get(cluster) or upper(cluster, language)


class _WordCase(Perturbation):
    """A whole word in another case."""

    __slots__ = ()

    level: ClassVar[Level] = Level.WORD
    source: ClassVar[str] = SOURCE

    @abstractmethod
    def cased(self, word: str, language: Language) -> str:
        """The word as it is to be written."""
        ...

    def supports(self, language: Language) -> bool:
        """Whether the language has casing."""
        return language.casing != "none"

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The words that it changes."""
        text, writing = passage.text, passage.writing
        return passage.words.where(lambda start, end: self.cased(text[start:end], writing) != text[start:end])

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The word in its other case."""
        return (self.cased(site.of(passage.text), passage.writing),)


@dataclass(frozen=True, slots=True)
class WordLowercase(_WordCase):
    """Write a word in small letters, as those do who skip the shift key: `Paris` becomes `paris`."""

    name: ClassVar[str] = "word-lowercase"
    presets: ClassVar[tuple[str, ...]] = ("typing",)

    def cased(self, word: str, language: Language) -> str:
        """The word in small letters."""
        return lower(word, language)


@dataclass(frozen=True, slots=True)
class WordUppercase(_WordCase):
    """Write a word in capitals: `word` becomes `WORD`, `Straße` becomes `STRASSE`."""

    name: ClassVar[str] = "word-uppercase"
    presets: ClassVar[tuple[str, ...]] = ("typing",)

    def cased(self, word: str, language: Language) -> str:
        """The word in capitals."""
        return upper(word, language)


@dataclass(frozen=True, slots=True)
class WordTitlecase(_WordCase):
    """Write a word with a capital and small letters after it: `word` becomes `Word`, `USA` becomes `Usa`."""

    name: ClassVar[str] = "word-titlecase"
    presets: ClassVar[tuple[str, ...]] = ("typing",)

    def cased(self, word: str, language: Language) -> str:
        """The word with its first grapheme cluster alone in capitals."""
        first = [*graphemes(word), len(word)][1]
        return upper(word[:first], language) + lower(word[first:], language)


@dataclass(frozen=True, slots=True)
class WordSwapcase(_WordCase):
    """Write a word with the caps lock on: `Paris` becomes `pARIS`."""

    name: ClassVar[str] = "word-swapcase"
    presets: ClassVar[tuple[str, ...]] = ("typing",)

    def cased(self, word: str, language: Language) -> str:
        """The word with every grapheme cluster in its other case."""
        borders = [*graphemes(word), len(word)]
        return "".join(_swapped(word[start:end], language) for start, end in pairwise(borders))
