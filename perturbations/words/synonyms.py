"""Synonyms: a word for another of the same meaning (Zhang et al. 2015; Wei and Zou 2019; Ren et al. 2019).

Words are looked up as they stand: an inflected form that the table does not list is no site, since what replaces it
would have to be inflected alike. Which meaning is meant is not decided: a synonym fits one of the word's senses.
"""

from __future__ import annotations

import unicodedata
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
class WordNetSynonym(Perturbation):
    """Replace a word by another of one of its synsets, in its case: `big house` becomes `large house`.

    Args:
        phrases: whether several words may replace one; never in a passage of tokens.
        shortest: letters and marks, taken apart (NFD), that a word must have; not asked where words are not parted by
            spaces.

    Raises:
        UsageError: `shortest` is below 1.
    """

    name: ClassVar[str] = "wordnet-synonym"
    level: ClassVar[Level] = Level.WORD
    source: ClassVar[str] = "Ren et al. 2019; Bond and Foster 2013"
    tables: ClassVar[tuple[str, ...]] = ("wordnet", "omw")
    presets: ClassVar[tuple[str, ...]] = ("words",)

    phrases: bool = False
    shortest: int = SHORTEST

    def __post_init__(self) -> None:
        _check(self.name, self.shortest)

    def missing(self, language: Language) -> str | None:
        """Princeton's wordnet for its language, or a tab file of the Open Multilingual Wordnet."""
        if _wordnet_file(language) is not None:
            return None
        princeton = resource("wordnet").only == language.code
        return message("wordnet" if princeton else "omw", language.code)

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The words that share a synset with another."""
        text = passage.text
        return passage.words.where(lambda start, end: bool(self._options(passage, text[start:end])))

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The other words of all its synsets."""
        return self._options(passage, site.of(passage.text))

    def _options(self, passage: Passage, word: str) -> tuple[str, ...]:
        path = _wordnet_file(passage.writing)
        if path is None or _spared(word, passage.writing, self.shortest):
            return ()
        return _from_wordnet(path, word, passage.writing, self.phrases and not passage.tokens)


@dataclass(frozen=True, slots=True)
class ThesaurusSynonym(Perturbation):
    """Replace a word by a synonym of a thesaurus of LibreOffice, in its case: `schnell` becomes `rasch`.

    Args:
        phrases: whether several words may replace one; never in a passage of tokens.
        shortest: letters and marks, taken apart (NFD), that a word must have; not asked where words are not parted by
            spaces.

    Raises:
        UsageError: `shortest` is below 1.
    """

    name: ClassVar[str] = "thesaurus-synonym"
    level: ClassVar[Level] = Level.WORD
    source: ClassVar[str] = "Zhang et al. 2015"
    tables: ClassVar[tuple[str, ...]] = ("thesaurus",)
    presets: ClassVar[tuple[str, ...]] = ("words",)

    phrases: bool = False
    shortest: int = SHORTEST

    def __post_init__(self) -> None:
        _check(self.name, self.shortest)

    def missing(self, language: Language) -> str | None:
        """A thesaurus of the language."""
        return None if find("thesaurus", language.code) else message("thesaurus", language.code)

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The words for which the thesaurus has another."""
        text = passage.text
        return passage.words.where(lambda start, end: bool(self._options(passage, text[start:end])))

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The synonyms of all its meanings that carry no remark."""
        return self._options(passage, site.of(passage.text))

    def _options(self, passage: Passage, word: str) -> tuple[str, ...]:
        path = find("thesaurus", passage.writing.code)
        if path is None or _spared(word, passage.writing, self.shortest):
            return ()
        return _from_thesaurus(path, word, passage.writing, self.phrases and not passage.tokens)


def _check(name: str, shortest: int) -> None:
    if shortest < 1:
        raise UsageError(f"{name}: shortest is {shortest}: give 1 or more letters")


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
