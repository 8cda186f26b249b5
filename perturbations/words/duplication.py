"""Word duplication: a word written twice, as in hasty editing and in speech (Wei and Zou 2019; Dhole et al. 2021)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from perturbations.edits import Edit, Kept, Span
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation


@dataclass(frozen=True, slots=True)
class WordDuplication(Perturbation):
    """Write a word twice: `at the end` becomes `at the the end`, `我今天去` becomes `我今天今天去`.

    In a passage of tokens the two are one token with a space inside, under the tag of the one.
    """

    name: ClassVar[str] = "word-duplication"
    level: ClassVar[Level] = Level.WORD
    source: ClassVar[str] = "Wei and Zou 2019; Dhole et al. 2021"
    presets: ClassVar[tuple[str, ...]] = ("words",)

    def sites(self, passage: Passage) -> Sequence[Span]:
        """Every word."""
        return passage.words

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The word twice, set apart as the language sets words apart."""
        word = site.of(passage.text)
        return (f"{word} {word}" if passage.writing.spaces else word + word,)

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """The word lives on, and the second one belongs to it."""
        return Edit(site.start, site.end, text, (Kept(site.start, site.end, 0),))
