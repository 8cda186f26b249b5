"""Passage: a text ready to be perturbed, its units computed once and reused by every perturbation that strikes it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import compress
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

    def beginning_with(self, eligible: Callable[[str], bool], text: str) -> Stretches:
        """The stretches of `text` whose first character is eligible; asked once for each distinct character."""
        wanted = set(filter(eligible, set(text)))
        mask = [text[start] in wanted for start in self.starts]
        return Stretches(list(compress(self.starts, mask)), list(compress(self.ends, mask)))

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
        """The extended grapheme clusters that begin with neither white space nor an ASCII control, in order."""
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
        return self.graphemes.beginning_with(str.isalnum, self.text)

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

    @cached_property
    def _borders(self) -> frozenset[int]:
        return frozenset((*graphemes(self.text), len(self.text)))

    def parts(self, offset: int) -> bool:
        """Whether a grapheme cluster, white space included, begins or the text ends at `offset`."""
        around = self.text[max(0, offset - 1) : offset + 1]
        # Two ASCII characters never belong together but for CR LF.
        return around != "\r\n" if around.isascii() else offset in self._borders

    def inside(self, span: Span) -> Stretches:
        """The grapheme clusters that begin within `span`."""
        first, last = (bisect_left(self.graphemes.starts, offset) for offset in (span.start, span.end))
        return self.graphemes[first:last]

    def protecting(self, spans: tuple[Span, ...]) -> Passage:
        """This passage with further protected spans; what was computed of its text is shared."""
        other = Passage(self.text, self.language, self.key, self.tokens, (*self.protected, *spans))
        computed = {name: value for name, value in vars(self).items() if name not in self.__dataclass_fields__}
        vars(other).update(computed)
        return other

    def free(self, start: int, end: int) -> bool:
        """Whether nothing in `[start, end)` is protected."""
        return not any(span.start < end and start < span.end for span in self.protected)

    def units(self, level: Level) -> Stretches:
        """The units that a rate at `level` counts."""
        return self.graphemes if level is Level.CHARACTER else self.words


def _clusters(text: str) -> Stretches:
    """The grapheme clusters of `text` that begin with neither white space nor an ASCII control."""
    if text.isascii():
        # Everything up to the space is white space or a control.
        starts = [index for index, character in enumerate(text) if character > " "]
        return Stretches(starts, [index + 1 for index in starts])
    borders = graphemes(text)
    clusters = Stretches(borders, [*borders[1:], len(text)])
    return clusters.beginning_with(_visible, text)


def _visible(character: str) -> bool:
    return character > " " and not character.isspace()
