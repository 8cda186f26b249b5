"""Character deletion: a key not hit (Damerau 1964; Belinkov and Bisk 2018)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from perturbations.chance import Draw
from perturbations.edits import Edit, Span, make
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation


@dataclass(frozen=True, slots=True)
class CharacterDeletion(Perturbation):
    """Leave out one grapheme cluster: `house` becomes `hose`, `การบ้าน` becomes `การบาน` only as a whole `บ้`."""

    name: ClassVar[str] = "character-deletion"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = "Damerau 1964; Belinkov and Bisk 2018"
    presets: ClassVar[tuple[str, ...]] = ("core", "typing")

    def sites(self, passage: Passage) -> Sequence[Span]:
        """Every grapheme cluster but white space."""
        return passage.graphemes

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """Nothing in its place."""
        return ("",)

    def strike(self, passage: Passage, sites: Sequence[tuple[int, int]], draw: Draw) -> Sequence[Edit]:
        """All edits at once."""
        return [make(Edit, (start, end, "", ())) for start, end in sites]
