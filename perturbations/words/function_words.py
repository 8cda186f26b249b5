"""Function-word deletion: telegraphic style (Sinha et al. 2021; Moradi and Samwald 2021).

The words are those of the stopwords-iso lists (MIT), which are not shipped but found where the user has them.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from perturbations import resources
from perturbations.edits import Edit, Span
from perturbations.errors import DataError
from perturbations.languages import Language, lower
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.segmentation import LONGEST_WORD
from perturbations.words.deletion import WordDeletion

RESOURCE = "stop-words"


@dataclass(frozen=True, slots=True)
class FunctionWordDeletion(Perturbation):
    """Leave out a word that carries grammar, not content: `the cat is on the mat` becomes `cat is on the mat`."""

    name: ClassVar[str] = "function-word-deletion"
    level: ClassVar[Level] = Level.WORD
    source: ClassVar[str] = "Sinha et al. 2021; Moradi and Samwald 2021"
    tables: ClassVar[tuple[str, ...]] = (RESOURCE,)
    presets: ClassVar[tuple[str, ...]] = ("words",)

    def missing(self, language: Language) -> str | None:
        """The list of the language.

        Raises:
            DataError: the file that was found holds no lists.
        """
        path = resources.find(RESOURCE, language.code)
        if path is None:
            return resources.message(RESOURCE, language.code)
        if not _lists(path).get(language.code):
            return f"{path} holds no stop words of {language.name}: add a list under the key {language.code!r}"
        return None

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The words of the list, in whatever case."""
        text, writing = passage.text, passage.writing
        path = resources.require(RESOURCE, writing.code)
        wanted = _lists(path).get(writing.code, frozenset[str]())
        return passage.words.where(lambda start, end: _plain(text[start:end], writing) in wanted)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """Nothing in its place."""
        return ("",)

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """The word and one space beside it, as any word is left out."""
        return WordDeletion().edit(passage, site, text)


@lru_cache(maxsize=65_536)
def _plain(word: str, language: Language) -> str:
    """A word as the lists write it."""
    return word if len(word) > LONGEST_WORD else unicodedata.normalize("NFC", lower(word, language))


@lru_cache(maxsize=8)
def _lists(path: Path) -> Mapping[str, frozenset[str]]:
    """The words of a file by language code."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {
            code: frozenset(unicodedata.normalize("NFC", word) for word in words) for code, words in content.items()
        }
    except (ValueError, AttributeError, TypeError) as error:
        raise DataError(f"{path} is no stopwords-iso file, a JSON object of lists of words by code: {error}") from error
