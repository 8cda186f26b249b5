r"""Clusters: the grapheme clusters of a text as masks over its code points, found by character classes in a few steps.

What classes cannot tell (emoji with joiners, flags, jamo, conjuncts through joiners, stray viramas) is asked of `\X`,
which takes several times as long.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import regex

from perturbations.edits import Span
from perturbations.eligibility import Classes, visible
from perturbations.segmentation import graphemes

DIFFICULT, LINKER, CONSONANT, INNER, MARK, CONTROL, OTHER, HIDDEN, SPACE, UNSEEN = b"#LkxXCocsm"
"""What a code point does in clusters: the classes below, what has none, controls and spaces where nothing can be seen,
and marks on spaces. They are letters, so that rules read like the texts of classes in which they are looked for."""
_PROPERTIES = {
    # Linkers that extend nothing are an error of the library's tables, which its own pattern makes up for.
    DIFFICULT: r"[\p{GCB=Prepend}\p{GCB=L}\p{GCB=V}\p{GCB=T}\p{GCB=Regional_Indicator}\p{GCB=ZWJ}"
    r"[\p{InCB=Linker}--\p{GCB=Extend}]]",
    LINKER: r"\p{InCB=Linker}",
    CONSONANT: r"\p{InCB=Consonant}",
    INNER: r"\p{InCB=Extend}",
    MARK: r"[\p{GCB=Extend}\p{GCB=SpacingMark}]",
    CONTROL: r"[\p{GCB=Control}\p{GCB=LF}\p{GCB=CR}]",
}
"""Character classes of Unicode Standard Annex 29 by falling precedence; what has none begins a cluster."""
_PATTERN = regex.compile("(?V1)" + "|".join(f"({pattern})" for pattern in _PROPERTIES.values()))


class Clusters(NamedTuple):
    """The extended grapheme clusters of a text, one byte for each of its code points, 1 or 0.

    Args:
        borders: where a cluster begins, whatever it is.
        starts: where one begins that can be seen: neither with white space nor with an ASCII control.
        ends: the last code points of those.
    """

    borders: bytes
    starts: bytes
    ends: bytes


def _classify(character: str) -> int:
    match = _PATTERN.match(character)
    kind = tuple(_PROPERTIES)[match.lastindex - 1] if match and match.lastindex else OTHER
    return kind if visible(character) else {CONTROL: HIDDEN, OTHER: SPACE}[kind]


CLUSTER_CLASSES = Classes(_classify)
"""What each code point does in clusters."""


def _marking(*kinds: int) -> bytes:
    """A table that makes 1 of some classes and 0 of the others."""
    return bytes(kind in kinds for kind in range(0x100))


_BEGINS = _marking(CONSONANT, CONTROL, OTHER, HIDDEN, SPACE)
SEEN = _marking(CONSONANT, CONTROL, OTHER)
"""What begins a cluster that can be seen."""
_CONTENT = _marking(DIFFICULT, LINKER, CONSONANT, INNER, MARK, CONTROL, OTHER)
_AFTER_CONTROL = re.compile(rb"(?<=[Cc])[xX]")
_ON_SPACE = re.compile(rb"(?<=s)[xX]+")


def single(kinds: bytes) -> bool:
    """Whether no cluster of a text of those classes has several code points, but for CR LF."""
    return not (MARK in kinds or INNER in kinds or DIFFICULT in kinds or LINKER in kinds)


def clusters(text: str, kinds: bytes) -> Clusters:
    """The clusters of a text, given the class of each of its code points."""
    return _asked(text) if _difficult(kinds) or "\r\n" in text else _told(kinds)


def _told(kinds: bytes) -> Clusters:
    """The clusters of a text without difficulties."""
    if kinds[:1] in (b"x", b"X"):
        kinds = b"o" + kinds[1:]
    if b"sx" in kinds or b"sX" in kinds:
        kinds = _ON_SPACE.sub(lambda marks: b"m" * len(marks.group()), kinds)
    if b"cx" in kinds or b"cX" in kinds or b"Cx" in kinds or b"CX" in kinds:
        # No mark extends a control: it begins a cluster.
        kinds = _AFTER_CONTROL.sub(b"o", kinds)
    # A consonant after a linker belongs to the cluster of the consonant before it (rule GB9c).
    kinds = kinds.replace(b"Lk", b"LX")
    borders = kinds.translate(_BEGINS)
    # With a byte for each code point, shifted by one: where a cluster begins or the text ends after each of them.
    after = int.from_bytes(borders[1:] + b"\1", "little") & int.from_bytes(kinds.translate(_CONTENT), "little")
    return Clusters(borders, kinds.translate(SEEN), after.to_bytes(len(kinds), "little"))


def _difficult(kinds: bytes | bytearray) -> bool:
    """Whether the classes leave open where a cluster begins."""
    return DIFFICULT in kinds or (LINKER in kinds and not linked(kinds))


def linked(kinds: bytes | bytearray) -> bool:
    """Whether every linker stands after a consonant, with a nukta between them at most, and draws but what follows."""
    alone = kinds.count(b"L") == kinds.count(b"kL") + kinds.count(b"kxL")
    return alone and b"Lx" not in kinds and b"LL" not in kinds


def _asked(text: str) -> Clusters:
    borders, starts, ends = bytearray(len(text)), bytearray(len(text)), bytearray(len(text))
    for start, end in pairwise((*graphemes(text), len(text))):
        borders[start] = 1
        starts[start] = ends[end - 1] = visible(text[start])
    return Clusters(bytes(borders), bytes(starts), bytes(ends))


def within(tokens: Sequence[Span], text: str, kinds: bytes) -> Clusters:
    """The clusters of each token by itself; what stands between tokens has none.

    Args:
        tokens: disjoint stretches of the text, ascending.
        text: what they stand in.
        kinds: the class of each of its code points.
    """
    size, cover, parted = len(text), bytearray(len(text)), bytearray(kinds)
    for start, end, _ in tokens:
        cover[start:end] = b"\1" * (end - start)
        if start < end and parted[start] in (INNER, MARK):
            # A mark that its token begins with has no letter to belong to.
            parted[start] = OTHER
    whole = None if _difficult(parted) or "\r\n" in text else _told(bytes(parted))
    if whole is not None and _begin_and_end(tokens, whole.borders + b"\1"):
        covered = int.from_bytes(cover, "little")
        starts, ends = (int.from_bytes(mask, "little") & covered for mask in (whole.starts, whole.ends))
        return Clusters(whole.borders, starts.to_bytes(size, "little"), ends.to_bytes(size, "little"))
    parts = tuple(bytearray(size) for _ in Clusters._fields)
    for start, end, _ in tokens:
        for part, mask in zip(parts, clusters(text[start:end], kinds[start:end]), strict=True):
            part[start:end] = mask
    return Clusters(*map(bytes, parts))


def _begin_and_end(tokens: Sequence[Span], borders: bytes) -> bool:
    """Whether no cluster crosses the border of a token."""
    return all(borders[start] and borders[end] for start, end, _ in tokens)
