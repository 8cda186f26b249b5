r"""Clusters: the grapheme clusters of a text as masks over its code points, found by character classes in a few steps.

What classes cannot tell (emoji with joiners, flags, jamo, conjuncts through joiners, marks without a letter) is asked
of `\X`, which takes several times as long.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import regex

from perturbations.eligibility import Classes, visible
from perturbations.segmentation import graphemes

KINDS = (
    ("difficult", r"[\p{GCB=Prepend}\p{GCB=L}\p{GCB=V}\p{GCB=T}\p{GCB=Regional_Indicator}\p{GCB=ZWJ}]"),
    ("linker", r"\p{InCB=Linker}"),
    ("consonant", r"\p{InCB=Consonant}"),
    ("inner", r"\p{InCB=Extend}"),
    ("mark", r"[\p{GCB=Extend}\p{GCB=SpacingMark}]"),
    ("control", r"[\p{GCB=Control}\p{GCB=LF}\p{GCB=CR}]"),
)
"""Character classes of Unicode Standard Annex 29 by falling precedence; what has none begins a cluster."""
DIFFICULT, LINKER, CONSONANT, INNER, MARK, CONTROL, OTHER, HIDDEN, SPACE = b"#LkxXCocs"
"""The class of each kind above, of what has none, and of controls and the rest where nothing is to be seen."""
_PATTERN = regex.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in KINDS))


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
    index = KINDS.index((match.lastgroup, dict(KINDS)[match.lastgroup])) if match and match.lastgroup else len(KINDS)
    kind = (DIFFICULT, LINKER, CONSONANT, INNER, MARK, CONTROL, OTHER)[index]
    if visible(character):
        return kind
    return {CONTROL: HIDDEN, OTHER: SPACE}[kind]


CLUSTER_CLASSES = Classes(_classify)
"""What each code point does in clusters."""


def _marking(*kinds: int) -> bytes:
    """A table that makes 1 of some classes and 0 of the others."""
    return bytes(kind in kinds for kind in range(0x100))


_BEGINS = _marking(CONSONANT, CONTROL, OTHER, HIDDEN, SPACE)
_SEEN = _marking(CONSONANT, CONTROL, OTHER)
_CONTENT = _marking(DIFFICULT, LINKER, CONSONANT, INNER, MARK, CONTROL, OTHER)
_UNATTACHED = tuple(bytes((before, after)) for before in b"Ccs" for after in (LINKER, INNER, MARK))
"""Marks that begin a cluster, or belong to one that is not seen."""


def single(kinds: bytes) -> bool:
    """Whether no cluster of a text of those classes has several code points, but for CR LF."""
    return not (MARK in kinds or INNER in kinds or DIFFICULT in kinds or LINKER in kinds)


def clusters(text: str, kinds: bytes) -> Clusters:
    """The clusters of a text, given the class of each of its code points."""
    if _difficult(kinds) or "\r\n" in text:
        return _asked(text)
    # A consonant after a linker belongs to the cluster of the consonant before it (rule GB9c).
    kinds = kinds.replace(b"Lk", b"LX")
    borders = kinds.translate(_BEGINS)
    # With a byte for each code point, shifted by one: where a cluster begins or the text ends after each of them.
    after = int.from_bytes(borders[1:] + b"\1", "little") & int.from_bytes(kinds.translate(_CONTENT), "little")
    return Clusters(borders, kinds.translate(_SEEN), after.to_bytes(len(kinds), "little"))


def _difficult(kinds: bytes) -> bool:
    """Whether the classes leave open where a cluster begins."""
    if DIFFICULT in kinds or kinds[:1] in (b"L", b"x", b"X") or any(pair in kinds for pair in _UNATTACHED):
        return True
    return LINKER in kinds and not linked(kinds)


def linked(kinds: bytes) -> bool:
    """Whether every linker stands after a consonant, with a nukta between them at most, and draws but what follows."""
    alone = kinds.count(b"L") == kinds.count(b"kL") + kinds.count(b"kxL")
    return alone and b"Lx" not in kinds and b"LL" not in kinds


def _asked(text: str) -> Clusters:
    borders, starts, ends = bytearray(len(text)), bytearray(len(text)), bytearray(len(text))
    for start, end in pairwise((*graphemes(text), len(text))):
        borders[start] = 1
        starts[start] = ends[end - 1] = visible(text[start])
    return Clusters(bytes(borders), bytes(starts), bytes(ends))
