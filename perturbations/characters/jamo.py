"""Slips inside a Korean syllable, as the input method of the two-set keyboard (KS X 5002) leaves them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from perturbations.characters.keyboard import doubled, missed, neighbouring, shifted
from perturbations.edits import Span
from perturbations.keyboards import Key, composes
from perturbations.keystrokes import Keystrokes, slips
from perturbations.languages import Language
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation


def jamo_slips(strokes: Keystrokes) -> Iterator[tuple[Key, ...]]:
    """One jamo of a syllable mistaken for its neighbour, hit twice, missed, or tensed or not by shift."""
    if strokes.method == "hangul":
        for slip in (neighbouring, doubled, missed, shifted):
            yield from slip(strokes)


@dataclass(frozen=True, slots=True)
class JamoSlip(Perturbation):
    """Mistype one jamo of a syllable: `한` becomes `핮`, `하`, `ㅎㄴ` or `한ㄴ`; `국` becomes `꾹`."""

    name: ClassVar[str] = "jamo-slip"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = "Koo et al. 2022 (K-NCT); keyboard of KS X 5002"
    tables: ClassVar[tuple[str, ...]] = ("keyboard_layouts.toml", "keyboards.toml")
    presets: ClassVar[tuple[str, ...]] = ("typing",)

    def supports(self, language: Language) -> bool:
        """Where jamo are composed to syllables."""
        return composes(language) == "hangul"

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The Korean syllables and jamo."""
        return slips(passage.writing, jamo_slips).sites(passage)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """What the input method makes of each slip: syllables, and jamo that fit into none."""
        return slips(passage.writing, jamo_slips)[site.of(passage.text)]
