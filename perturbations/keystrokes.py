"""Keystrokes: a grapheme cluster as the keys that a writer of the language hits, and what slipped keys leave of it.

Where an input method makes the characters (`composes` in `data/keyboard_layouts.toml`), the cluster is spelt in its
keys and what was hit is put together again as the method does.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from perturbations import hangul, kana
from perturbations.keyboards import Key, Layout, composes, layouts, typed
from perturbations.languages import Language
from perturbations.replacements import Replacements

LAYOUTS_FILE = "perturbations/data/keyboard_layouts.toml"


class InputMethod(NamedTuple):
    """How keys make characters.

    Args:
        spell: the keys for a cluster, None where it makes no such cluster.
        compose: what it makes of the keys that were hit in place of those for the cluster, given first.
    """

    spell: Callable[[str], str | None]
    compose: Callable[[str, str], str]


def _compose_hangul(cluster: str, keys: str) -> str:
    return hangul.compose(keys)


def _compose_kana(cluster: str, keys: str) -> str:
    # A katakana is converted from its hiragana, and so is what slips into its place.
    made = kana.compose(keys)
    return made if kana.hiragana(cluster) == cluster else kana.katakana(made)


METHODS = {
    "hangul": InputMethod(hangul.spell, _compose_hangul),
    "romaji": InputMethod(kana.spell, _compose_kana),
}
"""The input methods that can be followed; where another one composes (pinyin), keys say nothing about characters."""


@dataclass(frozen=True, slots=True)
class Keystrokes:
    """The keys for a cluster.

    Args:
        cluster: what they type.
        layout: the keyboard.
        keys: in the order in which they are hit.
        method: the name of the input method behind them, empty for none.
    """

    cluster: str
    layout: Layout
    keys: tuple[Key, ...]
    method: str

    def result(self, keys: tuple[Key, ...]) -> str:
        """What stands in the text if `keys` are hit instead, in the normal form of the cluster."""
        text = typed(keys)
        if self.method:
            text = METHODS[self.method].compose(self.cluster, text)
        decomposed = unicodedata.is_normalized("NFD", self.cluster) and not unicodedata.is_normalized(
            "NFC", self.cluster
        )
        return unicodedata.normalize("NFD" if decomposed else "NFC", text)


Slip = Callable[[Keystrokes], Iterator[tuple[Key, ...]]]
"""What may be hit instead of the keys for a cluster."""


def typable(language: Language) -> bool:
    """Whether the keys for the language's characters are known: not where pinyin or the like chooses them."""
    return composes(language) in ("", *METHODS)


def missing_layout(language: Language) -> str | None:
    """What has to be added before a language can be typed, or None."""
    if layouts(language):
        return None
    return f"no keyboard layout for {language.name}: name one for {language.code!r} in {LAYOUTS_FILE}"


@lru_cache(maxsize=65536)
def keystrokes(cluster: str, language: Language) -> Keystrokes | None:
    """The keys for a cluster on the first layout of the language that has them, None if none has."""
    name = composes(language)
    for number, layout in enumerate(layouts(language)):
        spelt = METHODS[name].spell(cluster) if name in METHODS and not number else None
        keys = layout.strokes(cluster if spelt is None else spelt)
        found = Keystrokes(cluster, layout, keys or (), "" if spelt is None else name)
        # Not every letter takes every dead key: what the keys do not give back is not typed with them.
        if keys and unicodedata.normalize("NFC", found.result(keys)) == unicodedata.normalize("NFC", cluster):
            return found
    return None


@cache
def slips(language: Language, slip: Slip) -> Replacements[Sequence[str]]:
    """What a slip may leave in the place of each cluster of a language."""

    def find(cluster: str) -> Sequence[str]:
        return _slips(cluster, language, slip)

    return Replacements(find)


def _slips(cluster: str, language: Language, slip: Slip) -> tuple[str, ...]:
    """What a slip may leave in the place of a cluster, each once; empty where it cannot be typed or nothing changes.

    What would begin with a mark is left out, unless the cluster itself does: it would be another letter's.
    """
    strokes = keystrokes(cluster, language)
    if strokes is None:
        return ()
    results = dict.fromkeys(map(strokes.result, slip(strokes)))
    results.pop(cluster, None)
    return tuple(text for text in results if not _mark(text) or _mark(cluster))


def _mark(text: str) -> bool:
    return bool(text) and unicodedata.category(text[0])[0] == "M"
