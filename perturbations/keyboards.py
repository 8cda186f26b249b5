"""Keyboards: what every key of a layout types, where it lies, and which keys type a grapheme cluster.

The layouts are those of the X Keyboard configuration, as `data/keyboards.toml` holds them, and which language is typed
on which stands in `data/keyboard_layouts.toml`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

from perturbations.languages import Language
from perturbations.tables import load

OFFSETS = (0.0, 1.5, 1.75, 1.25)
"""Where the first key of the rows E, D, C and B lies (ISO 9995-2, a key being 1 wide)."""

PLAIN, SHIFT, ALTGR, ALTGR_SHIFT = range(4)
LEVELS = ("plain", "shift", "altgr", "altgr_shift")
NOTHING = "∅"
CIRCLE = "◌"
JOINERS = "\u200c\u200d"
"""Zero-width joiners, which layouts put on the space bar: typed, but never missed or mistaken here."""


ASCII_FORMS = {"\u0300": "`", "\u0302": "^", "\u0303": "~"}
"""Marks whose spacing form is no compatibility character of Unicode."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key pressed with or without shift and AltGr.

    Args:
        position: number of the key in its layout, row by row; −1 for one that lies beside them.
        level: 0 plain, 1 with shift, 2 with AltGr, 3 with both.
        text: what it types; a mark alone if it types one.
        dead: whether its mark waits for the next letter.
    """

    position: int
    level: int
    text: str
    dead: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A keyboard.

    Args:
        name: as in `keyboards.toml` (`"de(basic)"`).
        levels: `(levels, keys)` what each key types at each level, None for nothing.
        keys: the key for what it types; the plainest one where several do.
        dead: the dead key for the mark that it adds.
        marks: the most marks of a letter that one key types.
        neighbours: `(keys,)` for each key the ones whose caps touch its cap: the next ones of its row, and those of the
            rows above and below that lie less than a key's width aside.
    """

    name: str
    levels: tuple[tuple[Key | None, ...], ...]
    keys: Mapping[str, Key]
    dead: Mapping[str, Key]
    marks: int
    neighbours: tuple[tuple[int, ...], ...]

    def at(self, position: int, level: int) -> Key | None:
        """What a key types at a level, None for nothing."""
        return self.levels[level][position] if position >= 0 and level < len(self.levels) else None

    def beside(self, key: Key) -> Iterator[Key]:
        """The neighbouring keys, pressed with the same modifiers."""
        for position in self.neighbours[key.position] if key.position >= 0 else ():
            other = self.at(position, key.level)
            if other is not None and other.text != key.text:
                yield other

    def strokes(self, cluster: str) -> tuple[Key, ...] | None:
        """The keys that type a grapheme cluster, in the order in which they are hit, or None if no keys do."""
        text = unicodedata.normalize("NFC", cluster)
        keys: list[Key] = []
        reached = 0
        while reached < len(text):
            end, struck = self._longest(text, reached)
            if not struck:
                return None
            keys += struck
            reached = end
        return tuple(keys)

    def _longest(self, text: str, start: int) -> tuple[int, list[Key]]:
        """The keys for the longest piece from `start` that one key types, or for one composed character."""
        for end in range(len(text), start, -1):
            if key := self.keys.get(text[start:end]):
                return end, [key]
        if text[start] in JOINERS:
            return start + 1, [Key(-1, PLAIN, text[start])]
        end = start + 1
        while end < len(text) and unicodedata.category(text[end])[0] == "M":
            end += 1
        for place in range(end, start, -1):
            if keys := self._accented(text[start:place]):
                return place, keys
        return start, []

    def _accented(self, accented: str) -> list[Key]:
        """Dead keys, letter and marks that make an accented letter: the part with most marks that a key types first."""
        letter, *marks = unicodedata.normalize("NFD", accented)
        if sum(mark not in self.keys and mark not in self.dead for mark in marks) > self.marks:
            return []
        for count in range(min(len(marks), self.marks), -1, -1):
            for held in combinations(range(len(marks)), count):
                base = self.keys.get(unicodedata.normalize("NFC", letter + "".join(marks[index] for index in held)))
                rest = [mark for index, mark in enumerate(marks) if index not in held]
                keys = [key for mark in rest if (key := self.keys.get(mark) or self.dead.get(mark))]
                if base and len(keys) == len(rest):
                    return [*(key for key in keys if key.dead), base, *(key for key in keys if not key.dead)]
        return []


def typed(keys: Iterable[Key]) -> str:
    """What the keys type, dead keys composed with the letter that follows, in NFC.

    Dead keys before a letter that takes no such mark, hit twice, or at the end leave their marks by themselves, as
    spacing characters where there are such.
    """
    text, waiting = "", ""
    for key in keys:
        if key.dead and key.text not in waiting:
            waiting += key.text
            continue
        composed = unicodedata.normalize("NFC", key.text[0] + waiting) + key.text[1:]
        if key.dead or len(composed) == len(key.text) + len(waiting):
            composed = spacing(waiting) + ("" if key.dead else key.text)
        text, waiting = text + (composed if waiting else key.text), ""
    return unicodedata.normalize("NFC", text + spacing(waiting))


def spacing(marks: str) -> str:
    """The spacing forms of marks (`´` for the acute); nothing for a mark that has none."""
    return "".join(map(_spacing, marks))


@cache
def _spacing(mark: str) -> str:
    if mark in ASCII_FORMS:
        return ASCII_FORMS[mark]
    wanted = f"<compat> 0020 {ord(mark):04X}"
    return next((chr(code) for code in range(0xA8, 0x2E0) if unicodedata.decomposition(chr(code)) == wanted), "")


def layouts(language: Language) -> tuple[Layout, ...]:
    """The layouts on which a language is typed, its own first; none where the table names none."""
    return tuple(map(layout, _entry(language).get("layouts", ())))


def composes(language: Language) -> str:
    """The name of the input method that makes the language's characters out of keys, empty if keys type them."""
    return str(_entry(language).get("composes", ""))


def _entry(language: Language) -> Mapping[str, Any]:
    return load("keyboard_layouts.toml")["languages"].get(language.code, {})


@cache
def layout(name: str) -> Layout:
    """The layout of that name."""
    table = load("keyboards.toml")["layouts"][name]
    rows = [[row.split(" ") for row in table[level]] for level in LEVELS if level in table]
    numbers = [level for level in range(len(LEVELS)) if LEVELS[level] in table]
    width = max(numbers) + 1
    size = sum(map(len, rows[0]))
    levels: list[tuple[Key | None, ...]] = [(None,) * size] * width
    for number, written in zip(numbers, rows, strict=True):
        flat = [token for row in written for token in row]
        levels[number] = tuple(_key(position, number, token) for position, token in enumerate(flat))
    places = [(row, OFFSETS[row] + column) for row, keys in enumerate(rows[0]) for column in range(len(keys))]
    everything = sorted((key for level in levels for key in level if key), key=lambda key: _plainness(key, places))
    return Layout(
        name=name,
        levels=tuple(levels),
        keys={key.text: key for key in reversed(everything) if not key.dead},
        dead={key.text: key for key in reversed(everything) if key.dead},
        marks=max(len(unicodedata.normalize("NFD", key.text)) - 1 for key in everything),
        neighbours=tuple(tuple(_touching(places, place)) for place in places),
    )


def _key(position: int, level: int, token: str) -> Key | None:
    if token == NOTHING:
        return None
    if token.startswith(CIRCLE) and len(token) > 1:
        dead = token.endswith(">")
        return Key(position, level, token[1:-1] if dead else token[1:], dead)
    return Key(position, level, token)


def _plainness(key: Key, places: list[tuple[int, float]]) -> tuple[int, bool, int]:
    """Sorts keys: fewer modifiers first, the key beside the left shift last."""
    return key.level, places[key.position] == (3, OFFSETS[3]), key.position


def _touching(places: list[tuple[int, float]], place: tuple[int, float]) -> Iterator[int]:
    for number, (row, column) in enumerate(places):
        aside = abs(column - place[1])
        if (row == place[0] and aside == 1) or (abs(row - place[0]) == 1 and aside < 1):
            yield number
