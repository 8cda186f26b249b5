"""Local shuffle: the words of a short window in another order (Pham et al. 2021; Sinha et al. 2021)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from perturbations.edits import Edit, Kept, Span
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.stretches import Stretches

WINDOW = 3
ORDERS = ((1, 2, 0), (2, 0, 1))
"""The orders of three words in which none is left in its place."""


@dataclass(frozen=True, slots=True)
class WordShuffle(Perturbation):
    """Move each of three neighbouring words to another's place: `we all know` becomes `all know we` or `know we all`.

    Nothing but space parts them, and the spaces stay where they are. Each word takes its labels along.
    """

    name: ClassVar[str] = "word-shuffle"
    level: ClassVar[Level] = Level.WORD
    source: ClassVar[str] = "Pham et al. 2021; Sinha et al. 2021"
    presets: ClassVar[tuple[str, ...]] = ("words",)
    touches: ClassVar[int] = WINDOW

    def sites(self, passage: Passage) -> Sequence[Span]:
        """Three words in a row, with white space or nothing between them, that are not all the same."""
        text, words = passage.text, passage.words
        starts, ends = words.starts, words.ends
        joined = [not gap or gap.isspace() for gap in map(text.__getitem__, map(slice, ends, starts[1:]))]
        chosen = [
            index
            for index in range(len(starts) - WINDOW + 1)
            if joined[index] and joined[index + 1] and any(_moved(passage, index))
        ]
        return Stretches([starts[index] for index in chosen], [ends[index + WINDOW - 1] for index in chosen])

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The three in each order that gives another text."""
        return [text for text in _moved(passage, passage.word_at(site.start)) if text]

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """The three words live on at one another's places."""
        first = passage.word_at(site.start)
        order = ORDERS[_moved(passage, first).index(text)]
        kept: list[Kept] = []
        at = 0
        for place, word in enumerate(_words(passage, first, order)):
            if place:
                at += passage.words.starts[first + place] - passage.words.ends[first + place - 1]
            kept.append(Kept(word.start, word.end, at))
            at += word.end - word.start
        return Edit(site.start, site.end, text, tuple(kept))


def _words(passage: Passage, first: int, order: Sequence[int]) -> Iterator[Span]:
    """The words of a window in the order given."""
    return (passage.words[first + index] for index in order)


def _moved(passage: Passage, first: int) -> list[str]:
    """The window that begins with word `first` in each of the orders; empty where that would be the same text."""
    text, words = passage.text, passage.words
    source = text[words.starts[first] : words.ends[first + WINDOW - 1]]
    gaps = [text[words.ends[first + index] : words.starts[first + index + 1]] for index in range(WINDOW - 1)]
    found: list[str] = []
    for order in ORDERS:
        parts = [text[word.start : word.end] for word in _words(passage, first, order)]
        moved = parts[0] + gaps[0] + parts[1] + gaps[1] + parts[2]
        found.append("" if moved == source else moved)
    return found
