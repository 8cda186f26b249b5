"""Word deletion (Wei and Zou 2019, EDA)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from perturbations.edits import Edit, Span
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation


@dataclass(frozen=True, slots=True)
class WordDeletion(Perturbation):
    """Leave out a word together with the space before it, or after it at the beginning of the text."""

    name: ClassVar[str] = "word-deletion"
    level: ClassVar[Level] = Level.WORD
    source: ClassVar[str] = "Wei and Zou 2019"

    def sites(self, passage: Passage) -> Sequence[Span]:
        """Every word."""
        return passage.words

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """Nothing in its place."""
        return ("",)

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """The word and one space beside it; a space between it and punctuation that opens stays."""
        source, start, end = passage.text, site.start, site.end
        closes = end == len(source) or not source[end].isalnum()
        if start and source[start - 1].isspace() and closes:
            return Edit(start - 1, end, text)
        if not start and end < len(source) and source[end].isspace():
            return Edit(start, end + 1, text)
        return Edit(start, end, text)
