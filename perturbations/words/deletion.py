"""Word deletion (Wei and Zou 2019, EDA)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from perturbations.edits import Edit, Span
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation

SPACES = (" ", "\t", "\u00a0", "\u3000")
"""What may go with a word: line breaks stay."""


@dataclass(frozen=True, slots=True)
class WordDeletion(Perturbation):
    """Leave out a word together with the space before it, or after it at the beginning of the text."""

    name: ClassVar[str] = "word-deletion"
    level: ClassVar[Level] = Level.WORD
    source: ClassVar[str] = "Wei and Zou 2019"
    presets: ClassVar[tuple[str, ...]] = ("core", "words")

    def sites(self, passage: Passage) -> Sequence[Span]:
        """Every word."""
        return passage.words

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """Nothing in its place."""
        return ("",)

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """The word and one space beside it, unless something follows that the space sets it apart from."""
        source, start, end = passage.text, site.start, site.end
        if start and not source[end : end + 1].isalnum() and _goes(passage, start - 1):
            return Edit(start - 1, end, text)
        if not start and end < len(source) and _goes(passage, end):
            return Edit(start, end + 1, text)
        return Edit(start, end, text)


def _goes(passage: Passage, offset: int) -> bool:
    """Whether the character at `offset` is a space by itself that may be taken away."""
    if passage.text[offset] not in SPACES or not passage.free(offset, offset + 1):
        return False
    return passage.single or (passage.parts(offset) and passage.parts(offset + 1))
