"""Eligibility: which units of a text are wanted by the character they begin with, found without a call for each."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property


def visible(character: str) -> bool:
    """Whether there is a character, neither white space nor one of the ASCII controls before the space.

    Only then may a unit begin with it.
    """
    return character > " " and not character.isspace()


class Eligible(dict[str, bool]):
    """Whether units that begin with a character are wanted; asked once for each character, then known.

    What begins no unit at all, white space and the controls before it, is never wanted.

    Args:
        ask: of one character; always with the same answer.
    """

    def __init__(self, ask: Callable[[str], bool]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, character: str) -> bool:
        found = self[character] = visible(character) and self._ask(character)
        return found

    @cached_property
    def _of_ascii(self) -> bytes:
        return bytes(map(self.__getitem__, map(chr, range(0x80)))).ljust(0x100, b"\0")

    def mask(self, characters: str) -> bytes:
        """1 or 0 for each of the characters."""
        if characters.isascii():
            return characters.encode().translate(self._of_ascii)
        return bytes(map(self.__getitem__, characters))


VISIBLE = Eligible(lambda _: True)
"""Whatever is a unit at all."""
ALPHANUMERIC = Eligible(str.isalnum)
"""Letters and digits of all scripts."""
