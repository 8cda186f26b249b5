"""Synonyms: a word for another of the same meaning (Zhang et al. 2015; Wei and Zou 2019; Ren et al. 2019).

Words are looked up as they stand: an inflected form that the table does not list is no site, since what replaces it
would have to be inflected alike. Which meaning is meant is not decided: a synonym fits one of the word's senses.
"""

from __future__ import annotations

import unicodedata
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from perturbations.edits import Span
from perturbations.errors import UsageError
from perturbations.languages import Language
from perturbations.lexica.spelling import forms, options
from perturbations.lexica.thesaurus import Thesaurus, read_thesaurus
from perturbations.lexica.wordnet import Wordnet, read_princeton, read_tab
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.resources import find, message, resource

SHORTEST = 3
"""Shorter words are spared where words are parted by spaces: wordnets know them as symbols (`in`, `as`, `he`) only."""


@dataclass(frozen=True, slots=True)
class _Synonym(Perturbation):
    """A word for one that a table lists beside it."""

    level: ClassVar[Level] = Level.WORD
    presets: ClassVar[tuple[str, ...]] = ("words",)

    phrases: bool = False
    shortest: int = SHORTEST

    def __post_init__(self) -> None:
        if self.shortest < 1:
            raise UsageError(f"{self.name}: shortest is {self.shortest}: give 1 or more letters")

    @abstractmethod
    def listed(self, word: str, language: Language, *, phrases: bool) -> tuple[str, ...]:
        """The synonyms of a word, in its case; empty where there is no table.

        Args:
            word: as the text has it.
            language: of the text.
            phrases: whether several words may replace one.
        """
        ...

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The words that have a synonym."""
        text = passage.text
        return passage.words.where(lambda start, end: bool(self._options(passage, text[start:end])))

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The synonyms, in the order of the table."""
        return self._options(passage, site.of(passage.text))

    def _options(self, passage: Passage, word: str) -> tuple[str, ...]:
        if _spared(word, passage.writing, self.shortest):
            return ()
        return self.listed(word, passage.writing, phrases=self.phrases and not passage.tokens)


@dataclass(frozen=True, slots=True)
class WordNetSynonym(_Synonym):
    """Replace a word by another of one of its synsets, in its case: `big house` becomes `large house`.

    Args:
        phrases: whether several words may replace one; never in a passage of tokens.
        shortest: letters and marks, taken apart (NFD), that a word must have; not asked where words are not parted by
            spaces.

    Raises:
        UsageError: `shortest` is below 1.
    """

    name: ClassVar[str] = "wordnet-synonym"
    source: ClassVar[str] = "Ren et al. 2019; Bond and Foster 2013"
    tables: ClassVar[tuple[str, ...]] = ("wordnet", "omw")

    def missing(self, language: Language) -> str | None:
        """Princeton's wordnet for its language, or a tab file of the Open Multilingual Wordnet."""
        if _wordnet_file(language) is not None:
            return None
        princeton = resource("wordnet").only == language.code
        return message("wordnet" if princeton else "omw", language.code)

    def listed(self, word: str, language: Language, *, phrases: bool) -> tuple[str, ...]:
        """The other words of all its synsets."""
        path = _wordnet_file(language)
        return () if path is None else _from_wordnet(path, word, language, phrases)


@dataclass(frozen=True, slots=True)
class ThesaurusSynonym(_Synonym):
    """Replace a word by a synonym of a thesaurus of LibreOffice, in its case: `schnell` becomes `rasch`.

    Args:
        phrases: whether several words may replace one; never in a passage of tokens.
        shortest: letters and marks, taken apart (NFD), that a word must have; not asked where words are not parted by
            spaces.

    Raises:
        UsageError: `shortest` is below 1.
    """

    name: ClassVar[str] = "thesaurus-synonym"
    source: ClassVar[str] = "Zhang et al. 2015"
    tables: ClassVar[tuple[str, ...]] = ("thesaurus",)

    def missing(self, language: Language) -> str | None:
        """A thesaurus of the language."""
        return None if find("thesaurus", language.code) else message("thesaurus", language.code)

    def listed(self, word: str, language: Language, *, phrases: bool) -> tuple[str, ...]:
        """The synonyms of all its meanings that carry no remark."""
        path = find("thesaurus", language.code)
        return () if path is None else _from_thesaurus(path, word, language, phrases)


def _spared(word: str, language: Language, shortest: int) -> bool:
    # Taken apart, no word is shorter.
    return language.spaces and len(word) < shortest and len(unicodedata.normalize("NFD", word)) < shortest


def _wordnet_file(language: Language) -> Path | None:
    return find("wordnet", language.code) or find("omw", language.code)


def _wordnet(path: Path) -> Wordnet:
    return read_tab(path) if path.suffix == ".tab" else read_princeton(path)


@lru_cache(maxsize=65_536)
def _from_wordnet(path: Path, word: str, language: Language, phrases: bool) -> tuple[str, ...]:
    return _chosen(_wordnet(path), word, language, phrases)


@lru_cache(maxsize=65_536)
def _from_thesaurus(path: Path, word: str, language: Language, phrases: bool) -> tuple[str, ...]:
    return _chosen(read_thesaurus(path), word, language, phrases)


def _chosen(table: Wordnet | Thesaurus, word: str, language: Language, phrases: bool) -> tuple[str, ...]:
    return options(word, table.synonyms(forms(word, language)), language, phrases=phrases)
