"""Slips with an input method: the wrong one of several Chinese homophones, a Japanese kana mistyped."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from perturbations import kana
from perturbations.characters.keyboard import doubled, missed, neighbouring
from perturbations.edits import Span
from perturbations.keyboards import Key, composes
from perturbations.keystrokes import Keystrokes, slips
from perturbations.languages import Language
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.replacements import Replacements
from perturbations.tables import read

SIZES = ("あぁ", "いぃ", "うぅ", "えぇ", "おぉ", "つっ", "やゃ", "ゆゅ", "よょ", "わゎ")
"""Kana that are written large and small."""

GLIDES = "ゃゅょ"
"""The small kana that follow a consonant: one is taken for another (しゃ for しゅ)."""

VOICING = ("\u3099", "\u309a")
"""The voiced and the half-voiced sound mark."""


@dataclass(frozen=True, slots=True)
class PinyinHomophone(Perturbation):
    """Choose another character of the same pinyin: `在` becomes `再`; without its tone `是` may become `十`.

    Args:
        tone: whether the homophone has the same tone as well; pinyin is commonly typed without.
    """

    tone: bool = True

    name: ClassVar[str] = "pinyin-homophone"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = "Liu et al. 2010; Liu et al. 2021 (PLOME); Wang et al. 2021 (TextFlint)"
    tables: ClassVar[tuple[str, ...]] = ("keyboard_layouts.toml", "pinyin.tsv")
    presets: ClassVar[tuple[str, ...]] = ("typing",)

    def supports(self, language: Language) -> bool:
        """Where characters are chosen by pinyin."""
        return composes(language) == "pinyin"

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The common characters that have homophones in their own character set, simplified or traditional."""
        return homophones(passage.writing, tone=self.tone).sites(passage)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The homophones by the usual reading of each character."""
        return homophones(passage.writing, tone=self.tone)[site.of(passage.text)]


@cache
def homophones(language: Language, *, tone: bool) -> Replacements[Sequence[str]]:
    """The other characters of a character's usual reading, from every repertoire of the language that holds it.

    Args:
        language: whose repertoires tell simplified from traditional characters.
        tone: whether the tone is the same as well.
    """
    readings, characters = _readings()
    repertoires = [frozenset(repertoire) for repertoire in language.repertoires]

    def find(cluster: str) -> str:
        reading = readings.get(cluster)
        if reading is None:
            return ""
        held = [repertoire for repertoire in repertoires if cluster in repertoire]
        sounding = characters[reading if tone else reading[:-1]]
        return "".join(other for other in sounding if other != cluster and all(other in part for part in held))

    return Replacements(find)


@cache
def _readings() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The reading of each character, and the characters of each reading with (`zhong1`) and without its tone."""
    readings: dict[str, str] = {}
    characters: defaultdict[str, str] = defaultdict(str)
    for line in read("pinyin.tsv").splitlines():
        if not line.startswith("#"):
            reading, _, held = line.partition("\t")
            readings.update(dict.fromkeys(held, reading))
            characters[reading] += held
            characters[reading[:-1]] += held
    return readings, characters


def _romaji_slips(strokes: Keystrokes) -> Iterator[tuple[Key, ...]]:
    """One key of a kana's romaji mistaken for its neighbour, missed or hit twice."""
    if strokes.method == "romaji":
        for slip in (neighbouring, missed, doubled):
            yield from slip(strokes)


@dataclass(frozen=True, slots=True)
class KanaSlip(Perturbation):
    """Mistype a kana: `か` becomes `じゃ` (k, j), `が` becomes `か`, `っ` becomes `つ`, `しゃ` becomes `しゅ`."""

    name: ClassVar[str] = "kana-slip"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = "Tanaka et al. 2020 (Japanese Wikipedia typo dataset)"
    tables: ClassVar[tuple[str, ...]] = ("keyboard_layouts.toml", "keyboards.toml", "romaji.toml")
    presets: ClassVar[tuple[str, ...]] = ("typing",)

    def supports(self, language: Language) -> bool:
        """Where kana are typed in romaji."""
        return composes(language) == "romaji"

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The kana."""
        return kana_slips(passage.writing).sites(passage)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """What a slip of its romaji, its sound mark or its size leaves."""
        return kana_slips(passage.writing)[site.of(passage.text)]


@cache
def kana_slips(language: Language) -> Replacements[Sequence[str]]:
    """What may stand in the place of each kana, in its own script."""
    keys = slips(language, _romaji_slips)

    def find(cluster: str) -> tuple[str, ...]:
        composed = unicodedata.normalize("NFC", cluster)
        plain = kana.hiragana(composed)
        found = list(_written(plain)) if len(plain) == 1 else []
        if plain != composed:
            found = [kana.katakana(text) for text in found]
        if composed != cluster:
            found = [unicodedata.normalize("NFD", text) for text in found]
        return tuple(text for text in dict.fromkeys((*keys[cluster], *found)) if text != cluster)

    return Replacements(find)


def _written(letter: str) -> Iterator[str]:
    """Other sizes, other sound marks and other glides of a hiragana."""
    for group in (*SIZES, GLIDES):
        if letter in group:
            yield from group.replace(letter, "")
    bare = unicodedata.normalize("NFD", letter)[0]
    if kana.spell(bare):
        forms = (unicodedata.normalize("NFC", bare + mark) for mark in ("", *VOICING))
        yield from (form for form in forms if len(form) == 1 and form != letter)
