"""Spelling: how a word of a text is looked up in a table, and how what the table gives is written in its place."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from perturbations.languages import Language, lower, upper
from perturbations.segmentation import LONGEST_WORD, graphemes, words


def forms(word: str, language: Language) -> tuple[str, ...]:
    """The forms, composed (NFC), under which a table may list a word: as it stands, capitalised, in small letters."""
    if len(word) > LONGEST_WORD:
        return (word,)
    word = unicodedata.normalize("NFC", word)
    small = lower(word, language)
    return tuple(dict.fromkeys((word, capitalised(small, language) if _shouts(word) else word, small)))


def capitalised(word: str, language: Language) -> str:
    """The word with its first grapheme cluster in capitals."""
    border = next(iter(graphemes(word)[1:]), len(word))
    first = upper(word[:border], language)
    # `ß` and the ligatures have capitals of several letters, of which only the first is one at the head of a word.
    return (first if len(first) == border else word[:border].title()) + word[border:]


def in_case_of(source: str, word: str, language: Language) -> str:
    """`word` in the case of `source`: all in capitals, with a capital, or as it is.

    Args:
        source: a word of the text.
        word: what is to stand in its place.
        language: of `word`; one without casing leaves it as it is.
    """
    if _shouts(source):
        return upper(word, language)
    return capitalised(word, language) if source[:1].isupper() or source[:1].istitle() else word


def _shouts(word: str) -> bool:
    """Whether a word of several letters is all in capitals."""
    return word.isupper() and sum(map(str.isalpha, word)) > 1


def options(source: str, found: Iterable[str], language: Language, *, phrases: bool) -> tuple[str, ...]:
    """What may stand in the place of `source`, each once, in order.

    Args:
        source: a word of the text.
        found: what a table gives for it.
        language: of what the table gives.
        phrases: whether several words may replace one.
    """
    return tuple(dict.fromkeys(_fitting(source, found, language, phrases)))


def _fitting(source: str, found: Iterable[str], language: Language, phrases: bool) -> Iterator[str]:
    same = (source if len(source) > LONGEST_WORD else unicodedata.normalize("NFC", source)).casefold()
    for word in found:
        if _is_words(word, language, phrases) and word.casefold() != same:
            written = in_case_of(source, word, language)
            if written != source:
                yield written


@lru_cache(maxsize=65_536)
def _is_words(word: str, language: Language, phrases: bool) -> bool:
    """Whether all of it is words: no bracket, dots or sign from a table's own notation comes into a text."""
    borders = words(word, language)
    whole = bool(borders) and (borders[0][0], borders[-1][1]) == (0, len(word))
    between = (word[end:start] for (_, end), (start, _) in pairwise(borders))
    single = not any(character.isspace() for character in word)
    return whole and set(between) <= {"", " "} and (phrases or single)
