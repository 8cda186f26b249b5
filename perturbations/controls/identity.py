"""Identity: the control that edits nothing, whatever the rate; a run in which it moves a score is broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from perturbations.edits import Span
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation


@dataclass(frozen=True, slots=True)
class Identity(Perturbation):
    """Leave the text as it is."""

    name: ClassVar[str] = "identity"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = "control"
    presets: ClassVar[tuple[str, ...]] = ("core", "typing", "visual", "words")
    touches: ClassVar[int] = 0

    def sites(self, passage: Passage) -> Sequence[Span]:
        """None."""
        return ()

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """None, as there are no sites."""
        return ()
