"""Character duplication: a letter written twice (Damerau 1964; Rychalska et al. 2019)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from perturbations.edits import Edit, Kept, Span
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation


@dataclass(frozen=True, slots=True)
class CharacterDuplication(Perturbation):
    """Write a grapheme cluster twice: `house` becomes `housse`, `हिंदी` becomes `हिंहिंदी`."""

    name: ClassVar[str] = "character-duplication"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = "Damerau 1964; Rychalska et al. 2019 (WildNLP)"
    presets: ClassVar[tuple[str, ...]] = ("typing",)

    def sites(self, passage: Passage) -> Sequence[Span]:
        """Every grapheme cluster but white space."""
        return passage.graphemes

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The cluster and itself."""
        return (2 * site.of(passage.text),)

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """The first of the two is the one that was there."""
        return Edit(site.start, site.end, text, (Kept(site.start, site.end, 0),))
