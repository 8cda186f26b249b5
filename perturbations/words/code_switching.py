"""Code-switching: a word for its translation (Qin et al. 2020, CoSDA-ML; Tan and Joty 2021)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from perturbations.edits import Edit, Span
from perturbations.errors import UsageError
from perturbations.languages import Language, find_language
from perturbations.lexica.bilingual import Dictionary, WordPairs, read_dictionary, read_pairs
from perturbations.lexica.spelling import forms, options
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.resources import find, message
from perturbations.segmentation import UNSPACED_LETTER

LEXICA = ("muse", "freedict")
"""Where translations are looked for: word lists in either direction, or dictionaries in their own."""


@dataclass(frozen=True, slots=True)
class CodeSwitching(Perturbation):
    """Replace a word by its translation, in its case: `das Haus` becomes `das House`.

    Args:
        target: the language to switch to; texts in it are not supported.
        lexicon: `"muse"` or `"freedict"`.
        phrases: whether several words may replace one; never in a passage of tokens.

    Raises:
        UnknownNameError: there is no such language.
        UsageError: there is no such lexicon.
    """

    name: ClassVar[str] = "code-switching"
    level: ClassVar[Level] = Level.WORD
    source: ClassVar[str] = "Qin et al. 2020; Tan and Joty 2021"
    tables: ClassVar[tuple[str, ...]] = LEXICA
    presets: ClassVar[tuple[str, ...]] = ("words",)

    target: str = "en"
    lexicon: str = "muse"
    phrases: bool = False

    def __post_init__(self) -> None:
        find_language(self.target)
        if self.lexicon not in LEXICA:
            raise UsageError(f"{self.name}: no lexicon {self.lexicon!r}: give one of {', '.join(LEXICA)}")

    def supports(self, language: Language) -> bool:
        """Every language but the one to switch to."""
        return language != find_language(self.target)

    def missing(self, language: Language) -> str | None:
        """A lexicon of the two languages."""
        if self._file(language) is not None:
            return None
        pair = (language.code, find_language(self.target).code)
        if self.lexicon != "muse":
            return message(self.lexicon, *pair)
        # Word lists serve in both directions, and most of them are called after English first, the usual target.
        return f"{message(self.lexicon, *reversed(pair))} (or the other direction, {'-'.join(pair)})"

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The words that the lexicon translates."""
        text = passage.text
        return passage.words.where(lambda start, end: bool(self._options(passage, text[start:end])))

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """Its translations."""
        return self._options(passage, site.of(passage.text))

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """The translation, set off by spaces where it is written with them and letters stand directly beside it."""
        if passage.tokens or not find_language(self.target).spaces:
            return Edit(site.start, site.end, text)
        source = passage.text
        before, after = source[site.start - 1 : site.start], source[site.end : site.end + 1]
        # What follows in a script without spaces is told apart by its letters, and, if struck too, brings its space.
        joined = after.isalnum() and UNSPACED_LETTER.match(after) is None
        return Edit(site.start, site.end, " " * _letter(before) + text + " " * joined)

    def _file(self, language: Language) -> tuple[Path, bool] | None:
        """The lexicon and whether it is read from its second language to the first."""
        target = find_language(self.target).code
        if (path := find(self.lexicon, language.code, target)) is not None:
            return path, False
        path = find(self.lexicon, target, language.code) if self.lexicon == "muse" else None
        return None if path is None else (path, True)

    def _options(self, passage: Passage, word: str) -> tuple[str, ...]:
        file = self._file(passage.writing)
        if file is None:
            return ()
        languages = (passage.writing, find_language(self.target))
        return _translated(*file, word, languages, self.phrases and not passage.tokens)


def _letter(before: str) -> bool:
    """Whether `before`, the character in front of a word, is a letter or the mark of one."""
    return before.isalnum() or (before != "" and unicodedata.category(before).startswith("M"))


def _lexicon(path: Path, inverse: bool) -> WordPairs | Dictionary:
    return read_dictionary(path) if path.suffix == ".index" else read_pairs(path, inverse=inverse)


@lru_cache(maxsize=65_536)
def _translated(
    path: Path, inverse: bool, word: str, languages: tuple[Language, Language], phrases: bool
) -> tuple[str, ...]:
    found = _lexicon(path, inverse).translate(forms(word, languages[0]))
    return options(word, found, languages[1], phrases=phrases)
