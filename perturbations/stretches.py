"""Stretches: many places of one text, and what tells those that protected spans leave free."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, compress
from operator import eq, sub
from typing import overload

import numpy as np

from perturbations.edits import Span

SHORT = 255
"""Code points of a text whose offsets, its end among them, are kept in a byte each; those of a longer one stay the
numbers of an array. Both take a fraction of the memory of a list, and make no objects that nobody looks at."""


def places(mask: bytes) -> Sequence[int]:
    """Where a mask holds 1, not 0."""
    found = np.frombuffer(mask, np.bool_).nonzero()[0]
    return found.astype(np.uint8).tobytes() if len(mask) <= SHORT else found.data


def _picked(offsets: Sequence[int], mask: bytes) -> Sequence[int]:
    """The offsets for which a mask holds 1, not 0."""
    if isinstance(offsets, bytes):
        return bytes(compress(offsets, mask))
    return np.asarray(offsets, np.intp)[np.frombuffer(mask, np.bool_)].data


class Stretches(Sequence[Span]):
    """Stretches of a text as two parallel sequences of offsets; a `Span` is made only for the ones looked at.

    Args:
        starts: `(stretches,)` ascending offsets in code points.
        ends: `(stretches,)` ascending offsets in code points; not given where all stretches have one width.
        width: code points that each stretch has, 0 where `ends` are given.
    """

    __slots__ = ("_ends", "_width", "starts")

    def __init__(self, starts: Sequence[int], ends: Sequence[int] | None = None, *, width: int = 0) -> None:
        self.starts = starts
        self._ends = ends
        self._width = width

    @property
    def ends(self) -> Sequence[int]:
        """`(stretches,)` ascending offsets in code points."""
        if self._ends is None:
            self._ends = [start + self._width for start in self.starts]
        return self._ends

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
        return self.masked(bytes(text[start] in wanted for start in self.starts))

    def masked(self, mask: bytes) -> Stretches:
        """The stretches for which `mask`, which has a byte for each, holds 1, not 0."""
        if 0 not in mask:
            return self
        starts = _picked(self.starts, mask)
        return Stretches(starts, width=self._width) if self._width else Stretches(starts, _picked(self.ends, mask))

    def adjoining(self) -> bytes:
        """For each stretch but the last 1 if the next one begins where it ends, else 0."""
        return bytes(map(eq, self.ends, self.starts[1:]))

    def wider(self, width: int) -> Sequence[int]:
        """The numbers of the stretches of more than so many code points."""
        return places(bytes(map(width.__lt__, map(sub, self.ends, self.starts))))

    def at(self, indices: Sequence[int]) -> list[tuple[int, int]]:
        """Start and end of the stretches of those numbers."""
        starts, ends, width = self.starts, self._ends, self._width
        if ends is None:
            return [(start := starts[index], start + width) for index in indices]
        return [(starts[index], ends[index]) for index in indices]

    def overlapping(self, index: int) -> range:
        """The numbers of the stretches that overlap one, itself among them: they stand side by side."""
        starts, ends, width = self.starts, self._ends, self._width
        start, first, last = starts[index], index, index + 1
        if ends is None:
            while first and starts[first - 1] + width > start:
                first -= 1
            end = start + width
        else:
            while first and ends[first - 1] > start:
                first -= 1
            end = ends[index]
        while last < len(starts) and starts[last] < end:
            last += 1
        return range(first, last)

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
