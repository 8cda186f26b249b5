"""Passage: a text ready to be perturbed, its units computed once and reused by every perturbation that strikes it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate, compress
from sys import intern
from typing import Any, TypeVar, overload

from perturbations.edits import Span
from perturbations.eligibility import ALPHANUMERIC, VISIBLE, Eligible
from perturbations.languages import Language, find_language
from perturbations.lazy import lazily
from perturbations.segmentation import clustered, graphemes, words

Owner = TypeVar("Owner")

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

    starts: Sequence[int]
    ends: Sequence[int]

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

    def masked(self, mask: bytes) -> Stretches:
        """The stretches for which `mask`, which has a byte for each, does not hold 0."""
        if 0 not in mask:
            return self
        return Stretches(list(compress(self.starts, mask)), list(compress(self.ends, mask)))

    def at(self, indices: Sequence[int]) -> Iterable[Span]:
        """The stretches of those numbers."""
        return map(Span, map(self.starts.__getitem__, indices), map(self.ends.__getitem__, indices))

    def where(self, eligible: Callable[[int, int], bool]) -> Stretches:
        """The stretches `[start, end)` for which `eligible(start, end)` holds."""
        pairs = [(start, end) for start, end in zip(self.starts, self.ends, strict=True) if eligible(start, end)]
        return Stretches([start for start, _ in pairs], [end for _, end in pairs])

    def outside(self, protected: Sequence[Span]) -> Stretches:
        """The stretches that share no code point with any of `protected`."""
        return self.where(Guard(protected).leaves) if protected else self


class Guard:
    """Tells what shares a code point with protected spans, in a time that hardly depends on how many there are."""

    def __init__(self, protected: Sequence[Span]) -> None:
        spans = sorted((span.start, span.end) for span in protected)
        self._starts = [start for start, _ in spans]
        # How far the spans up to each one reach, since they may overlap.
        self._reached = list(accumulate((end for _, end in spans), max))

    def leaves(self, start: int, end: int) -> bool:
        """Whether no protected span begins before `end` and ends after `start`."""
        before = bisect_left(self._starts, end)
        return not before or self._reached[before - 1] <= start


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

    @lazily
    def writing(self) -> Language:
        """How the language is written."""
        return find_language(self.language)

    @lazily
    def encodable(self) -> bool:
        """Whether the text has a UTF-8 form: no lone surrogate."""
        return self.text.isascii() or _SURROGATE.search(self.text) is None

    @lazily
    def graphemes(self) -> Stretches:
        """The extended grapheme clusters that begin with neither white space nor an ASCII control, in order."""
        if self.plain:
            return _each(self.text).masked(self._visible)
        if not self.tokens:
            return _clusters(self.text)
        starts: list[int] = []
        ends: list[int] = []
        for token in self.tokens:
            inside = _clusters(token.of(self.text))
            starts += [token.start + start for start in inside.starts]
            ends += [token.start + end for end in inside.ends]
        return Stretches(starts, ends)

    @lazily
    def initials(self) -> str:
        """The first code points of the graphemes."""
        return "".join(map(self.text.__getitem__, self.graphemes.starts))

    @lazily
    def pieces(self) -> Sequence[str]:
        """The graphemes themselves."""
        starts, ends = self.graphemes.starts, self.graphemes.ends
        if sum(ends) - sum(starts) == len(starts):
            # Of one code point each, as in most texts.
            return self.initials
        text = self.text
        return [intern(text[start:end]) for start, end in zip(starts, ends, strict=True)]

    @lazily
    def plain(self) -> bool:
        """Whether every code point is looked at by itself: no tokens, and no cluster of several but CR LF."""
        return not self.tokens and not self._clustered

    @lazily
    def _clustered(self) -> bool:
        return not self.text.isascii() and clustered(self.text)

    def beginning_with(self, eligible: Eligible) -> Stretches:
        """The graphemes whose first code point is eligible."""
        if self.plain:
            return _each(self.text).masked(eligible.mask(self.text))
        return self.graphemes.masked(eligible.mask(self.initials))

    @lazily
    def letters(self) -> Stretches:
        """The grapheme clusters that begin with a letter or a digit."""
        return self.beginning_with(ALPHANUMERIC)

    @lazily
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

    @lazily
    def _borders(self) -> frozenset[int]:
        return frozenset((*graphemes(self.text), len(self.text)))

    def parts(self, offset: int) -> bool:
        """Whether a grapheme cluster, white space included, begins or the text ends at `offset`."""
        around = self.text[max(0, offset - 1) : offset + 1]
        # Two ASCII characters never belong together but for CR LF.
        return around != "\r\n" if around.isascii() or not self._clustered else offset in self._borders

    def inside(self, span: Span) -> Stretches:
        """The grapheme clusters that begin within `span`."""
        first, last = (bisect_left(self.graphemes.starts, offset) for offset in (span.start, span.end))
        return self.graphemes[first:last]

    def protecting(self, spans: tuple[Span, ...]) -> Passage:
        """This passage with further protected spans; what was computed of its text is shared."""
        other = Passage(self.text, self.language, self.key, self.tokens, (*self.protected, *spans))
        own = {*self.__dataclass_fields__, "_guard", "_held"}
        computed = {name: value for name, value in vars(self).items() if name not in own}
        vars(other).update(computed)
        return other

    def free(self, start: int, end: int) -> bool:
        """Whether nothing in `[start, end)` is protected."""
        return not self.protected or self._guard.leaves(start, end)

    @lazily
    def _guard(self) -> Guard:
        return Guard(self.protected)

    def hold(self, owner: Owner, find: Callable[[Passage, Owner], Stretches]) -> Stretches:
        """What `find` makes of this passage for an owner, remembered until another owner asks.

        A run strikes with one perturbation at all its rates and seeds before the next one. The sites of all of them
        would take many times the room of the text.
        """
        held = self._held
        if not held or held[0] is not owner:
            held[:] = owner, find(self, owner)
        return held[1]

    @lazily
    def _held(self) -> list[Any]:
        return []

    def count(self, level: Level) -> int:
        """How many units a rate at `level` counts; no list is made of what is only counted."""
        return self._visible.count(1) if level is Level.CHARACTER and self.plain else len(self.units(level))

    @lazily
    def _visible(self) -> bytes:
        return VISIBLE.mask(self.text)

    def units(self, level: Level) -> Stretches:
        """The units that a rate at `level` counts."""
        return self.graphemes if level is Level.CHARACTER else self.words


def _each(text: str) -> Stretches:
    return Stretches(range(len(text)), range(1, len(text) + 1))


def _clusters(text: str) -> Stretches:
    """The grapheme clusters of `text` that begin with neither white space nor an ASCII control."""
    borders = graphemes(text)
    initials = "".join(map(text.__getitem__, borders))
    return Stretches(borders, [*borders[1:], len(text)]).masked(VISIBLE.mask(initials))
