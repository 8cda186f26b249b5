"""Eligibility: which units of a text are wanted by the character they begin with, found without a call for each."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import compress
from sys import maxunicode
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Codes: TypeAlias = bytes | NDArray[np.uint32]
"""The code points of a text: its bytes where all are ASCII, else an array `(code points,)`."""
UTF_32 = np.dtype("<u4")
_ZERO = bytes((1,)).ljust(0x100, b"\0")
"""Makes 1 of 0, and 0 of everything else."""
_ONE_LESS = bytes((0, *range(0xFF)))
"""Makes of every number the one before it."""


def codes_of(text: str) -> Codes:
    """The code points of a text, lone surrogates among them."""
    if text.isascii():
        return text.encode()
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), UTF_32)


def where(codes: Codes, mask: bytes) -> Codes:
    """The code points for which a mask holds 1, not 0."""
    return bytes(compress(codes, mask)) if isinstance(codes, bytes) else codes[np.frombuffer(mask, np.bool_)]


def repeated(codes: Codes) -> bytes:
    """For each of the code points 1 where the next one is the same, else 0."""
    if not len(codes):
        return b""
    if isinstance(codes, bytes):
        whole = int.from_bytes(codes, "little")
        # A byte that is 0 stands on the same one; over the last one nothing does.
        return (whole ^ whole >> 8).to_bytes(len(codes), "little")[:-1].translate(_ZERO) + b"\0"
    return (codes[1:] == codes[:-1]).tobytes() + b"\0"


def visible(character: str) -> bool:
    """Whether there is a character, neither white space nor one of the ASCII controls before the space.

    Only then may a unit begin with it.
    """
    return character > " " and not character.isspace()


class Classes:
    """A small number for each character: asked once, then looked up for a whole text in one step.

    Args:
        classify: 0–254 for one character; always the same answer.
    """

    def __init__(self, classify: Callable[[str], int]) -> None:
        self._classify = classify

    @cached_property
    def _of_ascii(self) -> bytes:
        return bytes(map(self._classify, map(chr, range(0x80)))).ljust(0x100, b"\0")

    @cached_property
    def _known(self) -> NDArray[np.uint8]:
        # One more than the class, 0 where nobody asked. Of its million bytes, memory holds the pages that texts need.
        return np.zeros(maxunicode + 1, np.uint8)

    def of(self, codes: Codes) -> bytes:
        """The class of each of the code points."""
        if isinstance(codes, bytes):
            return codes.translate(self._of_ascii)
        found = self._known.take(codes).tobytes()
        if 0 in found:
            for code in set(codes[np.frombuffer(found, np.uint8) == 0].tolist()):
                self._known[code] = self._classify(chr(code)) + 1
            found = self._known.take(codes).tobytes()
        return found.translate(_ONE_LESS)


class Eligible(Classes):
    """Whether units that begin with a character are wanted, as 1 or 0.

    What begins no unit at all, white space and the controls before it, is never wanted.

    Args:
        ask: of one character; always with the same answer.
    """

    def __init__(self, ask: Callable[[str], bool]) -> None:
        super().__init__(lambda character: visible(character) and ask(character))


VISIBLE = Eligible(lambda _: True)
"""Whatever is a unit at all."""
ALPHANUMERIC = Eligible(str.isalnum)
"""Letters and digits of all scripts."""
