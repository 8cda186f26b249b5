"""Word swap: two neighbouring words in the other order (Wei and Zou 2019, EDA; Pham et al. 2021)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from perturbations.edits import Edit, Kept, Span
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.stretches import Stretches


@dataclass(frozen=True, slots=True)
class WordSwap(Perturbation):
    """Exchange two neighbouring words that nothing but space parts; each takes its labels along."""

    name: ClassVar[str] = "word-swap"
    level: ClassVar[Level] = Level.WORD
    source: ClassVar[str] = "Wei and Zou 2019; Pham et al. 2021"
    presets: ClassVar[tuple[str, ...]] = ("core", "words")
    touches: ClassVar[int] = 2

    def sites(self, passage: Passage) -> Sequence[Span]:
        """Pairs of words that differ, with white space or nothing between them."""
        text, words = passage.text, passage.words
        starts: list[int] = []
        ends: list[int] = []
        for start, middle, after, end in zip(words.starts, words.ends, words.starts[1:], words.ends[1:], strict=False):
            gap = text[middle:after]
            if (not gap or gap.isspace()) and text[start:middle] != text[after:end]:
                starts.append(start)
                ends.append(end)
        return Stretches(starts, ends)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The two in the other order, the space between them as it was."""
        text = passage.text
        middle, after = _borders(passage, site)
        return (text[after : site.end] + text[middle:after] + text[site.start : middle],)

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """Both words live on at the other's place."""
        middle, after = _borders(passage, site)
        second = Kept(after, site.end, 0)
        first = Kept(site.start, middle, site.end - middle)
        return Edit(site.start, site.end, text, (second, first))


def _borders(passage: Passage, site: Span) -> tuple[int, int]:
    """Where the first word of a pair ends and the second begins."""
    first = passage.word_at(site.start)
    return passage.words.ends[first], passage.words.starts[first + 1]
