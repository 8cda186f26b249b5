"""Typo pairs: a word and how people wrote it, recovered from sentences with typos and the same sentences without.

The files hold whole sentences in which words were replaced by what people had written for them, and, but for one, no
row numbers; but they keep the order. Each row is found again among the clean rows by its words; the two are aligned
word by word, and what differs is a pair.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.distance import Indel, Levenshtein

from benchmarks.typo_files import Row, read_panx, read_xnli
from perturbations.errors import ResourceError
from perturbations.languages import Language

TELLING = 60
"""A word of more clean rows than this does not tell which one a noisy row comes from."""
CANDIDATES = 6
ALIKE = 0.5
"""Share of the words of two rows that must agree before one is taken for the other."""
UNREADABLE = "\ufffd"
JOINING = str.maketrans("", "", " -‐‑")


class Pair(NamedTuple):
    """A word as it should be and as people wrote it, in NFC; on one side it may be two words with a space between."""

    correct: str
    written: str


@dataclass(frozen=True, slots=True)
class Collected:
    """What was recovered for one language.

    Args:
        rows: rows with typos.
        found: rows among them whose clean row was found.
        words: `(words,)` of the clean rows found, each once.
        pairs: each distinct pair without digits (which may be another fact) with how often it occurs.
        unpaired: stretches of words that differ and gave no pair.
    """

    rows: int
    found: int
    words: tuple[str, ...]
    pairs: Mapping[Pair, int]
    unpaired: int


def collect(data: Path, language: Language) -> Collected:
    """The typo pairs of a language from both its files, XNLI and PAN-X.

    Args:
        data: the directory that holds `noise/real_typos/`, `xnli/` and `panx/`.
        language: one that has such files.

    Raises:
        ResourceError: there is no such file for the language.
        DataError: a file is not in its format.
    """
    files = [rows for read in (read_xnli, read_panx) if (rows := read(data, language)) is not None]
    if not files:
        raise ResourceError(f"{data}/noise/real_typos: no sentences in {language.name}: name a language that has them")
    pairs: Counter[Pair] = Counter()
    seen: list[str] = []
    found = unpaired = 0
    for rows in files:
        places = match(rows.clean, rows.noisy)
        for row, place in zip(rows.noisy, places, strict=True):
            if place is not None:
                recovered, lost = align(rows.clean[place].words, row.words)
                pairs.update(pair for pair in recovered if not any(map(str.isdigit, "".join(pair))))
                unpaired += lost
                found += 1
        for place in sorted({place for place in places if place is not None}):
            seen += rows.clean[place].words
    return Collected(sum(len(rows.noisy) for rows in files), found, tuple(seen), dict(sorted(pairs.items())), unpaired)


def match(clean: Sequence[Row], noisy: Sequence[Row]) -> list[int | None]:
    """For each noisy row the clean one that it comes from, None where none is found.

    That is the one that shares its label and most of its words; and of rows so found the largest number that stand in
    the order of the clean ones, which leaves out short rows taken for one another.
    """
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(clean):
        for word in set(row.words):
            holders[word].append(number)
    nearest = [_nearest(row, clean, holders) for row in noisy]
    kept = set(longest_ascent(nearest))
    return [place if index in kept else None for index, place in enumerate(nearest)]


def longest_ascent(numbers: Sequence[int | None]) -> list[int]:
    """The indices of a longest subsequence that never falls, ascending; None belongs to none (Fredman 1975)."""
    lowest: list[int] = []
    ends: list[int] = []
    before: dict[int, int] = {}
    for index, number in enumerate(numbers):
        if number is None:
            continue
        length = bisect_right(lowest, number)
        before[index] = ends[length - 1] if length else -1
        lowest[length:] = [number, *lowest[length + 1 :]]
        ends[length:] = [index, *ends[length + 1 :]]
    chain: list[int] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        chain.append(index)
        index = before[index]
    return chain[::-1]


def _nearest(row: Row, clean: Sequence[Row], holders: Mapping[str, Sequence[int]]) -> int | None:
    shared: Counter[int] = Counter()
    for word in sorted(set(row.words)):
        places = holders.get(word, ())
        if len(places) <= TELLING:
            shared.update(place for place in places if clean[place].label == row.label)
    candidates = sorted(shared, key=lambda place: (-shared[place], place))[:CANDIDATES]
    best = max(candidates, key=lambda place: _agreement(clean[place], row), default=None)
    return best if best is not None and _agreement(clean[best], row) >= ALIKE else None


def _agreement(one: Row, other: Row) -> float:
    """0–1, share of the words of the longer row that need not change."""
    return Levenshtein.normalized_similarity(one.words, other.words)


def align(clean: Sequence[str], noisy: Sequence[str]) -> tuple[list[Pair], int]:
    """The pairs in which two rows of words differ, and how many differing stretches gave none.

    As many words as can be are left as they are. Between those, words are paired one by one where as many stand on both
    sides; two words with one where they differ in a space or hyphen alone. Otherwise words are divided at their
    apostrophes, beside which the noisy files have spaces that nobody wrote. What holds a character that could not be
    decoded gives no pair.
    """
    found: list[Pair] = []
    unpaired = 0
    # Without substitutions: with them, words next to one left out are taken for one another.
    for same, block in groupby(Indel.opcodes(clean, noisy), key=lambda step: step.tag == "equal"):
        if not same:
            steps = list(block)
            left = clean[steps[0].src_start : steps[-1].src_end]
            right = noisy[steps[0].dest_start : steps[-1].dest_end]
            pairs = _paired(left, right)
            found += pairs or ()
            unpaired += pairs is None
    return found, unpaired


def _paired(left: Sequence[str], right: Sequence[str]) -> list[Pair] | None:
    """The pairs of a stretch of words and what was written for it, None where it cannot be told which is which."""
    if any(UNREADABLE in word for word in (*left, *right)):
        return None
    if sorted((len(left), len(right))) == [1, 2] and _solid(left) == _solid(right):
        return [Pair(" ".join(left), " ".join(right))]
    if len(left) != len(right):
        left, right = ([part for word in words for part in word.split("'") if part] for words in (left, right))
    if len(left) != len(right):
        return None
    return [Pair(one, other) for one, other in zip(left, right, strict=True) if one != other]


def _solid(words: Sequence[str]) -> str:
    return "".join(words).translate(JOINING)
