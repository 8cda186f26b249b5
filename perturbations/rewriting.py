"""Rewriting: where a table of spellings can change a text, and what may stand there instead.

The tables of orthography, OCR and punctuation are rows of strings. A row may name a part of a grapheme cluster (a mark)
or several clusters (`rn`); what is edited is always the whole clusters around it.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise, permutations
from operator import attrgetter
from typing import NamedTuple

import regex

from perturbations.edits import Span
from perturbations.languages import Language, lower, upper
from perturbations.passage import Passage
from perturbations.segmentation import LONGEST_CLUSTER
from perturbations.stretches import Stretches

COMPOSING = frozenset(map(chr, (*range(0x300, 0x370), *range(0x653, 0x656), 0x3099, 0x309A)))
"""Marks that make another letter of the one before them: a row for `e` says nothing of `e` with a mark."""
WORD_BEFORE = regex.compile(r"[\p{L}\p{N}]\p{M}*\Z")
WORD_AFTER = regex.compile(r"\p{M}*[\p{L}\p{N}]")
REACH = 32
"""How far back the letter is looked for that the marks before a stretch belong to."""


class Place(StrEnum):
    """Where in a word a row applies."""

    START = "start"
    END = "end"
    WHOLE = "whole"
    ANYWHERE = "anywhere"


class Row(NamedTuple):
    """Write `new` for `old`, which is never empty nor the same."""

    old: str
    new: str
    place: Place = Place.ANYWHERE


@dataclass(frozen=True, slots=True)
class Rewriter:
    """What a table makes of a text.

    Args:
        options: for each `old` the `new` ones, by the place at which they hold.
        lengths: for the first character of every `old` the lengths of those that begin with it, the longest first.
    """

    options: Mapping[str, Mapping[Place, tuple[str, ...]]]
    lengths: Mapping[str, tuple[int, ...]]

    def sites(self, passage: Passage) -> Stretches:
        """The stretches of whole grapheme clusters that a row can change, leftmost and longest first, disjoint."""
        starts: list[int] = []
        ends: list[int] = []
        reached = 0
        clusters = passage.graphemes
        for start, end, _ in self._matches(passage.text, 0, len(passage.text)):
            first = bisect_right(clusters.starts, start) - 1
            last = first if end == start + 1 else bisect_right(clusters.starts, end - 1) - 1
            if first < 0 or clusters.ends[first] <= start or clusters.ends[last] < end:
                continue  # Begins or ends in a space with marks, which is no unit.
            start, end = clusters.starts[first], clusters.ends[last]
            if end - start > LONGEST_CLUSTER:
                continue
            if start >= reached and (first == last or _adjoin(passage, first, last)):
                starts.append(start)
                ends.append(end)
                reached = end
        return Stretches(starts, ends)

    def replacements(self, passage: Passage, site: Span) -> tuple[str, ...]:
        """Every way to change the site by one row, each once."""
        text, found = passage.text, dict[str, None]()
        for start, end, news in self._matches(text, site.start, site.end):
            if end <= site.end:
                before, after = text[site.start : start], text[end : site.end]
                found.update((before + new + after, None) for new in news)
        return tuple(found)

    def _matches(self, text: str, first: int, stop: int) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Start, end and options of what stands in the table, the longest at each offset in `[first, stop)`."""
        options, lengths = self.options, self.lengths
        for start in [index for index in range(first, stop) if text[index] in lengths]:
            for length in lengths[text[start]]:
                places = options.get(text[start : start + length])
                if places and len(text) >= start + length:
                    news = _allowed(places, text, start, start + length)
                    if news:
                        yield start, start + length, news
                        break


def _allowed(places: Mapping[Place, tuple[str, ...]], text: str, start: int, end: int) -> tuple[str, ...]:
    """What may stand for `text[start:end]`, given what stands around it; a mark after it makes another letter of it."""
    if text[end : end + 1] in COMPOSING and text[end - 1].isalpha():
        return ()
    if len(places) == 1 and Place.ANYWHERE in places:
        return places[Place.ANYWHERE]
    news = places.get(Place.ANYWHERE, ())
    starts = WORD_BEFORE.search(text, max(0, start - REACH), start) is None
    ends = WORD_AFTER.match(text, end) is None
    for place, holds in ((Place.START, starts), (Place.END, ends), (Place.WHOLE, starts and ends)):
        if holds:
            news += places.get(place, ())
    return news


def _adjoin(passage: Passage, first: int, last: int) -> bool:
    """Whether the clusters from `first` to `last` follow one another without a gap or a border of tokens."""
    clusters = passage.graphemes
    if any(clusters.ends[index] != clusters.starts[index + 1] for index in range(first, last)):
        return False
    following = bisect_right(passage.tokens, clusters.starts[first], key=attrgetter("start"))
    return following == len(passage.tokens) or passage.tokens[following].start >= clusters.ends[last]


def rewriter(rows: Iterable[Row]) -> Rewriter:
    """Sort the rows by what they rewrite."""
    options: dict[str, dict[Place, dict[str, None]]] = {}
    for old, new, place in rows:
        options.setdefault(old, {}).setdefault(place, {})[new] = None
    lengths: dict[str, set[int]] = {}
    for old in options:
        lengths.setdefault(old[0], set()).add(len(old))
    return Rewriter(
        {old: {place: tuple(news) for place, news in places.items()} for old, places in options.items()},
        {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()},
    )


def parse(text: str, place: Place = Place.ANYWHERE) -> Iterator[Row]:
    """The rows of `a>b` (write b for a), `a>b/c` (b or c) and `a=b=c` (any for any), parted by white space."""
    for item in text.split():
        if ">" in item[1:]:
            old, _, news = item.partition(">")
            pairs = ((old, new) for new in news.split("/"))
        else:
            pairs = permutations(item.split("="), 2)
        yield from (Row(old, new, place) for old, new in pairs if old != new)


def with_capitals(rows: Iterable[Row], language: Language) -> Iterator[Row]:
    """Each row as it is, with a first capital, and all in capitals where it has several letters."""
    for row in rows:
        yield row
        old, new, place = row
        if lower(old, language) == old and len(upper(old[0], language)) == 1 and upper(old[0], language) != old[0]:
            yield Row(_capitalised(old, language), _capitalised(new, language), place)
            if len(old) > 1:
                yield Row(upper(old, language), upper(new, language), place)


def spelled_out(rows: Iterable[Row], language: Language) -> Iterator[Row]:
    """Each row, decomposed too where that differs; for the syllables that hold it where it names a conjoining jamo."""
    for row in rows:
        for whole in _syllables(row, language):
            yield whole
            old, new = (unicodedata.normalize("NFD", part) for part in (whole.old, whole.new))
            if old not in (whole.old, new):
                yield Row(old, new, whole.place)


def _capitalised(text: str, language: Language) -> str:
    return upper(text[:1], language) + text[1:]


def _syllables(row: Row, language: Language) -> Iterator[Row]:
    """A row for each syllable of the alphabet in which a row for a conjoining jamo changes something."""
    yield row
    if not "\u1100" <= row.old[0] <= "\u11ff":
        return
    known = _decomposed(language)
    for syllable, decomposed in known.items():
        if row.old in decomposed:
            changed = unicodedata.normalize("NFC", decomposed.replace(row.old, row.new))
            if changed in known:
                yield Row(syllable, changed, row.place)


@cache
def _decomposed(language: Language) -> Mapping[str, str]:
    """The Hangul syllables of the alphabet, each with its jamo."""
    syllables = (letter for letter in language.alphabet if "가" <= letter <= "힣")
    return {syllable: unicodedata.normalize("NFD", syllable) for syllable in syllables}


def clusters_where(passage: Passage, eligible: Callable[[str], bool]) -> Stretches:
    """The grapheme clusters for whose text `eligible` holds; asked once for each distinct one that is not overlong."""
    text, clusters = passage.text, passage.graphemes
    pieces = [text[start:end] for start, end in zip(clusters.starts, clusters.ends, strict=True)]
    wanted = {piece for piece in set(pieces) if len(piece) <= LONGEST_CLUSTER and eligible(piece)}
    return clusters.masked(bytes(piece in wanted for piece in pieces))


def adjoining(passage: Passage, letters: Stretches) -> Sequence[tuple[int, int, int]]:
    """Start, middle and end of each pair of `letters` of which one follows the other directly, within one token."""
    borders = {token.start for token in passage.tokens}
    pairs = pairwise(zip(letters.starts, letters.ends, strict=True))
    return [
        (start, middle, end) for (start, middle), (second, end) in pairs if middle == second and second not in borders
    ]
