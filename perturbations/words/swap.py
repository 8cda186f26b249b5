"""Word swap: two neighbouring words in the other order (Wei and Zou 2019, EDA; Pham et al. 2021)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from perturbations.chance import Draw
from perturbations.edits import Edit, Span, exchange
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
        text, starts, ends = passage.text, passage.words.starts, passage.words.ends
        following = ends[1:]
        pairs = [
            (middle == after or text[middle:after].isspace())
            and (text[start] != text[after] or text[start:middle] != text[after:end])
            for start, middle, after, end in zip(starts, ends, starts[1:], following, strict=False)
        ]
        return Stretches(starts[:-1], following).masked(bytes(pairs))

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The two in the other order, the space between them as it was."""
        return (_exchange(passage, site.start, site.end).text,)

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """Both words live on at the other's place."""
        return _exchange(passage, site.start, site.end)

    def strike(self, passage: Passage, sites: Sequence[tuple[int, int]], draw: Draw) -> Sequence[Edit]:
        """All edits at once."""
        return [_exchange(passage, start, end) for start, end in sites]


def _exchange(passage: Passage, start: int, end: int) -> Edit:
    words, first = passage.words, passage.word_at(start)
    return exchange(passage.text, (start, words.ends[first]), (words.starts[first + 1], end))
