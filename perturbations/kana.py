"""Kana as they are typed: spelt in romaji, and put together again as a Japanese input method leaves them.

The spellings stand in `data/romaji.toml`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

import regex

from perturbations.tables import load

TABLE = "romaji.toml"
KATAKANA_OFFSET = 0x60
"""From a hiragana to its katakana."""

_KATAKANA = regex.compile("[ァ-ヴ]")
_HIRAGANA = regex.compile("[ぁ-ゔ]")


def _pairs(part: str) -> list[tuple[str, str]]:
    words = [word for row in load(TABLE)[part]["rows"] for word in row.split()]
    return list(zip(words[::2], words[1::2], strict=True))


@cache
def _spellings() -> Mapping[str, str]:
    return {**dict(_pairs("kana")), **{kana: key for key, kana in load(TABLE)["signs"].items()}}


@cache
def _readings() -> Mapping[str, str]:
    return {romaji: kana for kana, romaji in (*_pairs("kana"), *_pairs("pairs"))}


@cache
def _pattern() -> regex.Pattern[str]:
    """A spelling, a consonant that the next one doubles, or an n that stands before none of its vowels."""
    longest = sorted(_readings(), key=len, reverse=True)
    return regex.compile("|".join((*longest, r"(?P<double>([bcdfghjklmpqrstvwxyz])(?=\2))", "(?P<nasal>n)")))


def spell(cluster: str) -> str | None:
    """The keys that type a kana; None for what is none, and for a small one, which is typed with the one before it."""
    return _spellings().get(hiragana(unicodedata.normalize("NFC", cluster)))


def compose(keys: str) -> str:
    """What an input method makes of the keys: kana; letters that are part of none stay, full width."""
    pieces: list[str] = []
    reached = 0
    for match in _pattern().finditer(keys):
        pieces += [_alone(key) for key in keys[reached : match.start()]]
        kana = "っ" if match["double"] else "ん" if match["nasal"] else _readings()[match[0]]
        pieces.append(kana)
        reached = match.end()
    return "".join([*pieces, *(_alone(key) for key in keys[reached:])])


def _alone(key: str) -> str:
    """What a key gives in kana mode when it is part of no kana."""
    wide = chr(ord(key) + 0xFEE0) if "!" <= key <= "~" else key
    return str(load(TABLE)["signs"].get(key, wide))


def hiragana(text: str) -> str:
    """The text with katakana turned into hiragana."""
    return _KATAKANA.sub(lambda match: chr(ord(match[0]) - KATAKANA_OFFSET), text)


def katakana(text: str) -> str:
    """The text with hiragana turned into katakana."""
    return _HIRAGANA.sub(lambda match: chr(ord(match[0]) + KATAKANA_OFFSET), text)
