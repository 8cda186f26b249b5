"""Deletion control characters: a letter too many that some programs draw as deleted (Boucher et al. 2022)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from perturbations.edits import Edit, Kept, Span
from perturbations.errors import UsageError
from perturbations.languages import letters_like
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation

CONTROLS = {"backspace": "\u0008", "delete": "\u007f"}


@dataclass(frozen=True, slots=True)
class DeletionControl(Perturbation):
    """Put a letter and a control that deletes it after a letter: `word` becomes `wox`, U+0008 and `rd`.

    Args:
        control: `"backspace"` (U+0008) or `"delete"` (U+007F).

    Raises:
        UsageError: another control.
    """

    control: str = "backspace"

    name: ClassVar[str] = "deletion-control"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = "Boucher et al. 2022"
    presets: ClassVar[tuple[str, ...]] = ("visual",)

    def __post_init__(self) -> None:
        if self.control not in CONTROLS:
            raise UsageError(f"deletion-control: control is {self.control!r}: choose one of {', '.join(CONTROLS)}")

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The letters and digits whose script is known."""
        writing = passage.writing
        return passage.graphemes.beginning_with(lambda letter: bool(letters_like(letter, writing)), passage.text)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The letters that may be added, before they are joined to what stands there and deletes them."""
        return letters_like(passage.text[site.start], passage.writing)

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """The grapheme lives on, and what was added belongs to its token."""
        added = site.of(passage.text) + text + CONTROLS[self.control]
        return Edit(site.start, site.end, added, (Kept(site.start, site.end, 0),))
