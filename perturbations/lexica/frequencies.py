"""How often the words of a language occur, on the Zipf scale: the logarithm of the occurrences in a billion words.

From a file that the user has (a word and its count a line) or from the library wordfreq (Speer 2022), whose lists of
the words that occur at least once in a million words are taken in every language, so that languages compare. wordfreq
answers for a language that it lacks with the list of another: it is only asked for the lists it has.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from math import log10
from pathlib import Path

from perturbations.errors import DataError
from perturbations.languages import Language, lower
from perturbations.resources import find, installed, message
from perturbations.segmentation import LONGEST_WORD

LIBRARY_CODES = {"tl": "fil"}
"""Languages that wordfreq lists under another code."""


@dataclass(frozen=True, slots=True, eq=False)
class Frequencies:
    """The words of a language, the most frequent first.

    Args:
        origin: what they come from: a path, or the library with its version.
        words: `(words,)` each once, in the form that `key` gives.
        zipf: `(words,)` how frequent each is: 1 is once in a hundred million words, 6 once in a thousand.
        ranks: the place of each word in `words`.
        key: the form in which the list has a word.
        remembered: what was made of its words, kept as long as the list: a cache beside it would keep the list, too.
    """

    origin: str
    words: tuple[str, ...]
    zipf: tuple[float, ...]
    ranks: dict[str, int]
    key: Callable[[str], str]
    remembered: dict[tuple[str, float, int], tuple[str, ...]] = field(
        default_factory=dict[tuple[str, float, int], tuple[str, ...]], repr=False
    )

    def of(self, word: str) -> float:
        """How frequent a word is on the Zipf scale; 0 for one that is not listed."""
        rank = self._rank(word)
        return 0.0 if rank is None else self.zipf[rank]

    def near(self, word: str, *, window: float, nearest: int) -> tuple[str, ...]:
        """The words that are about as frequent as a listed one, the most frequent first; itself is not among them.

        Args:
            word: empty result if not listed.
            window: the largest difference on the Zipf scale.
            nearest: the largest difference in rank.
        """
        rank = self._rank(word)
        if rank is None:
            return ()
        falling = [-zipf for zipf in self.zipf[max(0, rank - nearest) : rank + nearest + 1]]
        offset, own = max(0, rank - nearest), -self.zipf[rank]
        # Hundredths are not exact in binary: a difference of just the window counts.
        first = bisect_left(falling, own - window - 1e-9) + offset
        last = bisect_right(falling, own + window + 1e-9) + offset
        return self.words[first:rank] + self.words[rank + 1 : last]

    def _rank(self, word: str) -> int | None:
        return None if len(word) > LONGEST_WORD else self.ranks.get(self.key(word))


def frequencies(language: Language) -> Frequencies | None:
    """The word frequencies of a language, or None where `missing_frequencies` says why there are none.

    Raises:
        DataError: the file that the user has is not one of words and counts.
    """
    path = find("frequencies", language.code)
    if path is not None:
        return read_frequencies(path, language)
    return _from_library(language) if _listed(language) else None


def missing_frequencies(language: Language) -> str | None:
    """What has to be installed or given to have the word frequencies of a language, or None if nothing."""
    if find("frequencies", language.code) is not None or _listed(language):
        return None
    told = message("frequencies", language.code)
    return f"{told} (wordfreq is installed and has no list for {language.code!r})" if installed("wordfreq") else told


def _listed(language: Language) -> bool:
    return installed("wordfreq") and _library_code(language) in _library_lists()


def _library_code(language: Language) -> str:
    return LIBRARY_CODES.get(language.code, language.code)


@cache
def _library_lists() -> frozenset[str]:
    from wordfreq import available_languages

    return frozenset(available_languages("small"))


@lru_cache(maxsize=16)
def _from_library(language: Language) -> Frequencies:
    from importlib.metadata import version

    from langcodes import Language as Tag
    from wordfreq import get_frequency_list
    from wordfreq.preprocess import preprocess_text

    code = _library_code(language)
    tag = Tag.get(code)
    # A bucket a hundredth of the logarithm, falling from a frequency of 1.
    graded = [
        (word, 9 - place / 100) for place, bucket in enumerate(get_frequency_list(code, "small")) for word in bucket
    ]
    return _ranked(f"wordfreq {version('wordfreq')}", graded, lambda word: preprocess_text(word, tag))


@lru_cache(maxsize=16)
def read_frequencies(path: Path, language: Language) -> Frequencies:
    """Word frequencies from a file.

    Args:
        path: a word, a space or tab, and its count a line, in any order.
        language: how its words are brought into small letters.

    Raises:
        DataError: a line that is something else.
    """

    def key(word: str) -> str:
        return lower(unicodedata.normalize("NFC", word), language)

    counts: dict[str, int] = {}
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8: {error}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        word, _, count = line.strip().replace("\t", " ").rpartition(" ")
        if not word.strip() or not count.isdecimal() or not int(count):
            raise DataError(f"{path}:{number}: not a word and how often it was counted: {line[:60]!r}")
        counts[key(word.strip())] = counts.get(key(word.strip()), 0) + int(count)
    total = sum(counts.values())
    graded = [(word, round(9 + log10(count / total), 2)) for word, count in counts.items()]
    graded.sort(key=lambda item: (-item[1], item[0]))
    return _ranked(str(path), graded, key)


def _ranked(origin: str, graded: list[tuple[str, float]], key: Callable[[str], str]) -> Frequencies:
    words = tuple(word for word, _ in graded)
    ranks = {word: rank for rank, word in enumerate(words)}
    return Frequencies(origin, words, tuple(zipf for _, zipf in graded), ranks, key)
