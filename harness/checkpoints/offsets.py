"""Offsets: where the pieces of a tokenizer stand in a text, found by aligning their characters with its own.

Tokenizers change what they cut (compatibility forms, letter case, marks), so both sides are decomposed and case-folded,
white space and the markers of pieces are left out, and the rest is aligned by the fewest insertions and deletions.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby

from rapidfuzz.distance import Indel

MARKERS = ("##", "▁", "Ġ", "</w>", "@@")
"""What vocabularies put beside pieces that go on, or begin, or end a word."""


def find_offsets(text: str, pieces: Sequence[str], *, unknown: str | None) -> list[tuple[int, int]]:
    """Where each piece stands, `[start, end)` in code points, in the order of the text.

    A piece for what is unknown takes the word that nobody else has between its neighbours, or all of them; a piece of
    which nothing is found there is empty.

    Args:
        text: what was cut.
        pieces: `(pieces,)` as they are written.
        unknown: how the piece for what is unknown is written.
    """
    found = _aligned(text, pieces, unknown)
    offsets: list[tuple[int, int]] = []
    for absent, group in groupby(range(len(pieces)), key=lambda place: found[place] is None):
        places = list(group)
        if not absent:
            offsets += [span for place in places if (span := found[place])]
            continue
        start = offsets[-1][1] if offsets else 0
        following = found[places[-1] + 1] if places[-1] + 1 < len(pieces) else None
        end = following[0] if following else len(text)
        offsets += _gap(text, start, end, [pieces[place] == unknown for place in places])
    return offsets


def stands_in_text(text: str, pieces: Sequence[str], *, unknown: str | None) -> bool:
    """Whether every piece is found in a text, but for those for what is unknown and those that only mark."""
    found = _aligned(text, pieces, unknown)
    return all(
        span is not None or piece == unknown or not _plain([piece]) for piece, span in zip(pieces, found, strict=True)
    )


def _aligned(text: str, pieces: Sequence[str], unknown: str | None) -> list[tuple[int, int] | None]:
    """Where each piece stands, None where nothing of it is found."""
    own = _plain(text)
    theirs = _plain("" if piece == unknown else _bare(piece) for piece in pieces)
    left, right = ("".join(letter for letter, _ in side) for side in (own, theirs))
    found: list[tuple[int, int] | None] = [None] * len(pieces)
    for step in Indel.opcodes(left, right):
        if step.tag != "equal":
            continue
        for (_, place), (_, piece) in zip(
            own[step.src_start : step.src_end], theirs[step.dest_start : step.dest_end], strict=True
        ):
            start, end = found[piece] or (place, place)
            found[piece] = (min(start, place), max(end, place + 1))
    return found


def _plain(units: Iterable[str]) -> list[tuple[str, int]]:
    """The characters that are compared, each with the number of the unit (character, piece) that it comes from."""
    return [
        (letter, number)
        for number, unit in enumerate(units)
        for letter in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", unit).casefold())
        if not letter.isspace()
    ]


def _bare(piece: str) -> str:
    """A piece without its marker; one that is nothing else is what it says."""
    for marker in MARKERS:
        if piece != marker:
            piece = piece.removeprefix(marker).removesuffix(marker)
    return piece


def _gap(text: str, start: int, end: int, unknown: Sequence[bool]) -> list[tuple[int, int]]:
    """The offsets of pieces between two that were found: of unknown ones the words there, of others nothing."""
    words: list[tuple[int, int]] = []
    for blank, group in groupby(range(start, end), key=lambda place: text[place].isspace()):
        places = list(group)
        if not blank:
            words.append((places[0], places[-1] + 1))
    wanted = sum(unknown)
    whole = [(words[0][0], words[-1][1])] * wanted if words else [(start, start)] * wanted
    spans = iter(words if len(words) == wanted else whole)
    return [next(spans) if is_unknown else (start, start) for is_unknown in unknown]
