"""Slips on the keyboard of the language: another key, one key twice, one not at all, one with the wrong shift.

A cluster of several keystrokes (an accent by a dead key, a Thai tone, a Devanagari vowel sign, a Korean syllable, a
kana in romaji) slips in one of them. Layouts and stand-ins are stated in `data/keyboard_layouts.toml`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from perturbations.chance import Draw
from perturbations.edits import Edit, Kept, Span
from perturbations.keyboards import ALTGR, Key
from perturbations.keystrokes import Keystrokes, missing_layout, slips, typable
from perturbations.languages import Language
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation


def neighbouring(strokes: Keystrokes) -> Iterator[tuple[Key, ...]]:
    """One key replaced by one beside it, pressed with the same modifiers."""
    keys = strokes.keys
    for index, key in enumerate(keys):
        for other in strokes.layout.beside(key):
            yield (*keys[:index], other, *keys[index + 1 :])


def doubled(strokes: Keystrokes) -> Iterator[tuple[Key, ...]]:
    """One key hit twice."""
    keys = strokes.keys
    for index, key in enumerate(keys):
        if key.position >= 0:
            yield (*keys[: index + 1], *keys[index:])


def missed(strokes: Keystrokes) -> Iterator[tuple[Key, ...]]:
    """One key not hit, or AltGr not held; a dead key waits for its letter, which is therefore not missed."""
    keys = strokes.keys
    waits = any(key.dead for key in keys)
    for index, key in enumerate(keys):
        if key.position >= 0 and (key.dead or not waits):
            yield (*keys[:index], *keys[index + 1 :])
        if key.level >= ALTGR and (plain := strokes.layout.at(key.position, key.level - ALTGR)):
            yield (*keys[:index], plain, *keys[index + 1 :])


def shifted(strokes: Keystrokes) -> Iterator[tuple[Key, ...]]:
    """One key hit with shift that needs none, or the other way round."""
    keys = strokes.keys
    for index, key in enumerate(keys):
        other = strokes.layout.at(key.position, key.level ^ 1)
        if other is not None and other.text != key.text:
            yield (*keys[:index], other, *keys[index + 1 :])


class _KeyboardSlip(Perturbation):
    """What one slip leaves of a grapheme cluster."""

    __slots__ = ()

    level: ClassVar[Level] = Level.CHARACTER
    tables: ClassVar[tuple[str, ...]] = ("keyboard_layouts.toml", "keyboards.toml", "romaji.toml")

    @staticmethod
    @abstractmethod
    def slip(strokes: Keystrokes, /) -> Iterator[tuple[Key, ...]]:
        """What may be hit instead of the keys for a cluster."""
        ...

    def supports(self, language: Language) -> bool:
        """Not where characters are chosen by pinyin."""
        return typable(language)

    def missing(self, language: Language) -> str | None:
        """The layout, for a language that the table does not know."""
        return missing_layout(language)

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The clusters that the slip makes something else of."""
        return slips(passage.writing, self.slip).sites(passage)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """All that it may make of the cluster; perhaps nothing, of one that a single key types."""
        return slips(passage.writing, self.slip)[site.of(passage.text)]

    def strike(self, passage: Passage, sites: Sequence[tuple[int, int]], draw: Draw) -> Sequence[Edit]:
        """All edits at once."""
        return slips(passage.writing, self.slip).strike(passage.text, sites, draw)


@dataclass(frozen=True, slots=True)
class KeyboardNeighbour(_KeyboardSlip):
    """Hit the key beside the right one: `house` becomes `hiuse`, French `été` becomes `"té`, `각` becomes `삭`."""

    name: ClassVar[str] = "keyboard-neighbour"
    source: ClassVar[str] = "Belinkov and Bisk 2018; Pruthi et al. 2019"
    presets: ClassVar[tuple[str, ...]] = ("core", "typing")
    slip = staticmethod(neighbouring)


@dataclass(frozen=True, slots=True)
class KeyboardDoubled(_KeyboardSlip):
    """Hit a key twice: `house` becomes `housse`, `ก้` becomes `ก้้`, `きみ` becomes `っきみ`."""

    name: ClassVar[str] = "keyboard-doubled"
    source: ClassVar[str] = "Damerau 1964; Grudin 1983"
    presets: ClassVar[tuple[str, ...]] = ("typing",)
    slip = staticmethod(doubled)

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """The cluster lives on where it still stands whole."""
        at = text.find(site.of(passage.text))
        return Edit(site.start, site.end, text, (Kept(site.start, site.end, at),) if at >= 0 else ())


@dataclass(frozen=True, slots=True)
class KeyboardMissed(_KeyboardSlip):
    """Miss a key, or AltGr: `house` becomes `hose`, Polish `ą` becomes `a`, `कि` becomes `क`, `각` becomes `가`."""

    name: ClassVar[str] = "keyboard-missed"
    source: ClassVar[str] = "Damerau 1964; Grudin 1983"
    presets: ClassVar[tuple[str, ...]] = ("typing",)
    slip = staticmethod(missed)


@dataclass(frozen=True, slots=True)
class KeyboardShift(_KeyboardSlip):
    """Hold or release shift wrongly: `Rome` becomes `ROme`, `2` becomes `@`, Hindi `क` becomes `ख`."""

    name: ClassVar[str] = "keyboard-shift"
    source: ClassVar[str] = "Grudin 1983; Wang et al. 2021 (TextFlint)"
    presets: ClassVar[tuple[str, ...]] = ("typing",)
    slip = staticmethod(shifted)
