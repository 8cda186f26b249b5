"""Passage: a text ready to be perturbed, its units computed once and reused by every perturbation that strikes it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import overload

from perturbations.edits import Span
from perturbations.languages import Language, find_language
from perturbations.segmentation import graphemes, words

_SURROGATE = re.compile("[\ud800-\udfff]")


class Level(StrEnum):
    """What a perturbation counts in: the unit of its rate."""

    CHARACTER = "character"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Stretches(Sequence[Span]):
    """Stretches of a text as two parallel lists of offsets; a `Span` is made only for the ones looked at.

    Args:
        starts: `(stretches,)` ascending offsets in code points.
        ends: `(stretches,)` ascending offsets in code points.
    """

    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, index: int) -> Span: ...
    @overload
    def __getitem__(self, index: slice) -> Stretches: ...
    def __getitem__(self, index: int | slice) -> Span | Stretches:
        if isinstance(index, slice):
            return Stretches(self.starts[index], self.ends[index])
        return Span(self.starts[index], self.ends[index])

    def __iter__(self) -> Iterator[Span]:
        return map(Span, self.starts, self.ends)

    def where(self, eligible: Callable[[int, int], bool]) -> Stretches:
        """The stretches `[start, end)` for which `eligible(start, end)` holds."""
        pairs = [(start, end) for start, end in zip(self.starts, self.ends, strict=True) if eligible(start, end)]
        return Stretches([start for start, _ in pairs], [end for _, end in pairs])

    def outside(self, protected: Sequence[Span]) -> Stretches:
        """The stretches that share no code point with any of `protected`."""
        if not protected:
            return self
        return self.where(lambda start, end: not any(span.start < end and start < span.end for span in protected))


@dataclass(frozen=True)
class Passage:
    """A text with its language and key; what is computed from it is computed once, when first asked for.

    Args:
        text: any string.
        language: language code; its table says what the text is written with.
        key: what seeds the noise beside the seed and the perturbation; the text itself where empty.
        tokens: hard borders: if given, graphemes and words are looked for inside these spans only, never over the
            space that joins two of them, and a token that holds a letter or digit is one word. Disjoint, ascending.
        protected: spans that no edit may touch.

    Raises:
        UnknownNameError: the language has no table.
    """

    text: str
    language: str
    key: str = ""
    tokens: tuple[Span, ...] = field(default=())
    protected: tuple[Span, ...] = field(default=())

    def __post_init__(self) -> None:
        find_language(self.language)

    @cached_property
    def writing(self) -> Language:
        """How the language is written."""
        return find_language(self.language)

    @cached_property
    def encodable(self) -> bool:
        """Whether the text has a UTF-8 form: no lone surrogate."""
        return self.text.isascii() or _SURROGATE.search(self.text) is None

    @cached_property
    def graphemes(self) -> Stretches:
        """The extended grapheme clusters that are not white space, in order."""
        if not self.tokens:
            return _clusters(self.text)
        starts: list[int] = []
        ends: list[int] = []
        for token in self.tokens:
            inside = _clusters(token.of(self.text))
            starts += [token.start + start for start in inside.starts]
            ends += [token.start + end for end in inside.ends]
        return Stretches(starts, ends)

    @cached_property
    def letters(self) -> Stretches:
        """The grapheme clusters that begin with a letter or a digit."""
        text = self.text
        return self.graphemes.where(lambda start, _: text[start].isalnum())

    @cached_property
    def words(self) -> Stretches:
        """The words, as the language writes them: no punctuation, no spaces."""
        if self.tokens:
            text = self.text
            tokens = Stretches([token.start for token in self.tokens], [token.end for token in self.tokens])
            return tokens.where(lambda start, end: any(map(str.isalnum, text[start:end])))
        borders = words(self.text, self.writing)
        return Stretches([start for start, _ in borders], [end for _, end in borders])

    def grapheme_end(self, start: int) -> int:
        """Where the grapheme cluster that begins at `start` ends."""
        return self.graphemes.ends[bisect_left(self.graphemes.starts, start)]

    def word_at(self, start: int) -> int:
        """The index of the word that begins at `start`."""
        return bisect_left(self.words.starts, start)

    def units(self, level: Level) -> Stretches:
        """The units that a rate at `level` counts."""
        return self.graphemes if level is Level.CHARACTER else self.words


def _clusters(text: str) -> Stretches:
    """The grapheme clusters of `text` that are not white space."""
    if text.isascii():
        starts = [index for index, character in enumerate(text) if not character.isspace()]
        return Stretches(starts, [index + 1 for index in starts])
    borders = graphemes(text)
    ends = borders[1:]
    ends.append(len(text))
    pairs = [(start, end) for start, end in zip(borders, ends, strict=True) if not text[start].isspace()]
    return Stretches([start for start, _ in pairs], [end for _, end in pairs])
