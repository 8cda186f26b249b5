"""Stretches: many places of one text, and what tells those that protected spans leave free."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, compress
from typing import overload

from perturbations.edits import Span


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
