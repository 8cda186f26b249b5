"""Invisible characters: something between two letters that no reader sees (Boucher et al. 2022)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from perturbations.edits import Edit, Kept, Span
from perturbations.languages import script_of
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation

SEPARATE = ("\u200b", "\u2060", "\u00ad", "\ufeff")
"""Zero-width space, word joiner, soft hyphen, zero-width no-break space: clusters by themselves, so that no neighbour
changes, and transparent to the joining of Arabic letters."""
JOINING = ("\u200c", "\u200d")
"""Zero-width non-joiner and joiner: part of the cluster before them, and seen where a script joins its letters."""
UNJOINED = frozenset(("Latin", "Greek", "Cyrillic", "Georgian", "Hebrew", "Han", "Hiragana", "Katakana", "Hangul"))
"""Scripts whose letters neither join nor form conjuncts: there the joiners are invisible, too."""


@dataclass(frozen=True, slots=True)
class InvisibleCharacter(Perturbation):
    """Put a character without width after a letter or digit: `word` becomes `wo`, U+200B and `rd`."""

    name: ClassVar[str] = "invisible-character"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = "Boucher et al. 2022"
    presets: ClassVar[tuple[str, ...]] = ("core", "visual")

    def sites(self, passage: Passage) -> Sequence[Span]:
        """Every letter and digit."""
        return passage.letters

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The characters that may be added, before they are joined to what stands there."""
        text = passage.text
        beside = (text[site.start], text[site.end - 1], text[site.end : site.end + 1] or text[site.start])
        unjoined = all(map(str.isalpha, beside)) and UNJOINED.issuperset(map(script_of, beside))
        return SEPARATE + JOINING if unjoined else SEPARATE

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """The grapheme lives on, and what was added belongs to its token."""
        return Edit(site.start, site.end, site.of(passage.text) + text, (Kept(site.start, site.end, 0),))
