"""Bilingual lexica: MUSE's text files (Conneau et al. 2018) and FreeDict's dictionaries in the format of dictd.

A line of MUSE is a word, a space or tab, and one translation, frequent words first. A dictionary of dictd is an index
`headword<TAB>offset<TAB>length` (numbers in base 64) over the texts of its articles, plain (`.dict`) or gzipped
(`.dict.dz`).
"""

from __future__ import annotations

import gzip
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import regex

from perturbations.errors import DataError

DIGITS = {
    digit: value for value, digit in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
}
"""The digits of dictd's numbers, most significant first."""
INDEX_COLUMNS = 3
"""Headword, offset and length."""
GRAMMAR = regex.compile(r"\s*[<\[(][^<>\[\]()]*[>\])]")
"""Gender, field and remarks, in brackets behind a translation."""
ASIDE = regex.compile(r"^(?:\s{2,}|\s*(?:see|Synonyms?|Note):)")
"""Lines of an article that hold examples, remarks and cross-references."""
NUMBERED = regex.compile(r"^\s*\d+\.\s*")


@dataclass(frozen=True, slots=True)
class WordPairs:
    """A lexicon that is read whole.

    Args:
        translations: for each word, composed (NFC), its translations in the order of the file.
    """

    translations: dict[str, tuple[str, ...]]

    def translate(self, forms: Iterable[str]) -> tuple[str, ...]:
        """The translations of all `forms`, each once."""
        return tuple(dict.fromkeys(word for form in forms for word in self.translations.get(form, ())))


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A dictionary whose articles are read when asked for.

    Args:
        articles: for each headword, composed (NFC), where its articles stand in `content`: offset and length as the
            index has them.
        path: of the index, for messages.
        content: the text of all articles, UTF-8.
    """

    path: Path
    articles: dict[str, list[tuple[str, str]]]
    content: bytes

    def translate(self, forms: Iterable[str]) -> tuple[str, ...]:
        """The translations in all articles of `forms`, each once, without examples and remarks.

        Raises:
            DataError: the index points beyond the articles, or with what is no number.
        """
        places = (place for form in forms for place in self.articles.get(form, ()))
        return tuple(dict.fromkeys(word for place in places for word in _translations(self._article(*place))))

    def _article(self, offset: str, length: str) -> str:
        try:
            start, size = _number(offset), _number(length)
        except KeyError:
            raise DataError(f"{self.path}: {offset!r}, {length!r} are no numbers of an index of dictd") from None
        if start + size > len(self.content):
            raise DataError(f"{self.path}: points beyond the end of its articles: get both files again")
        return self.content[start : start + size].decode("utf-8", "replace")


@lru_cache(maxsize=16)
def read_pairs(path: Path, *, inverse: bool = False) -> WordPairs:
    """A lexicon of MUSE.

    Args:
        path: of the file.
        inverse: whether to translate from the second column to the first.

    Raises:
        DataError: a line that is no pair.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8: {error}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        first, parting, second = line.partition("\t" if "\t" in line else " ")
        if not parting or not first.strip() or not second.strip():
            raise DataError(f"{path}:{number}: not a word and its translation, parted by a space or tab: {line[:60]!r}")
        source, target = (unicodedata.normalize("NFC", word.strip()) for word in (first, second))
        found[target if inverse else source].append(source if inverse else target)
    return WordPairs({word: tuple(dict.fromkeys(others)) for word, others in found.items()})


@lru_cache(maxsize=4)
def read_dictionary(path: Path) -> Dictionary:
    """A dictionary of dictd.

    Args:
        path: of its `.index`; the articles stand beside it.

    Raises:
        DataError: the articles are missing or damaged, or the index is none.
    """
    content = _content(path)
    articles: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), 1):
        if not line or line.startswith("00"):
            continue
        columns = line.split("\t")
        if len(columns) < INDEX_COLUMNS:
            raise DataError(f"{path}:{number}: no line of an index of dictd: {line[:60]!r}")
        # A fourth column gives the headword as it is written, where the first is shortened for the search.
        headword = columns[INDEX_COLUMNS] if len(columns) > INDEX_COLUMNS else columns[0]
        articles[unicodedata.normalize("NFC", headword)].append((columns[1], columns[2]))
    return Dictionary(path, dict(articles), content)


def _content(path: Path) -> bytes:
    plain, packed = path.with_suffix(".dict"), path.with_suffix(".dict.dz")
    try:
        # dictzip is gzip with an index of its own for random access; read whole it needs none.
        return plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes())
    except FileNotFoundError:
        raise DataError(f"{packed} is missing: a dictionary has it beside its index; install them together") from None
    except (gzip.BadGzipFile, EOFError) as error:
        raise DataError(f"{packed} is damaged: {error}: get it again") from None


def _number(digits: str) -> int:
    value = 0
    for digit in digits:
        value = value * 64 + DIGITS[digit]
    return value


def _translations(article: str) -> Iterator[str]:
    """The translations of an article, whose first line repeats the headword."""
    for line in article.split("\n")[1:]:
        if ASIDE.match(line):
            continue
        for part in regex.split(r"[,;]", GRAMMAR.sub("", NUMBERED.sub("", line))):
            if word := unicodedata.normalize("NFC", part.strip()):
                yield word
