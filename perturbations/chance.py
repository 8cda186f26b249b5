"""Chance: the numbers that decide what is struck, made of a text's seed, perturbation and key alone.

They are digests, so that they are the same in every version of Python, on every machine and in every order of texts.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from hashlib import blake2b
from struct import Struct

Draw = Callable[[], float]
"""A number from 0 up to 1, another one each time."""
NUMBERS = Struct("<8Q").unpack
"""The eight 64-bit numbers of a digest."""


def generator(source: bytes) -> random.Random:
    """A generator whose `random()` is promised to be the same in every version of Python for one integer seed."""
    return random.Random(int.from_bytes(blake2b(source, digest_size=8).digest()))


def numbers(source: bytes) -> Iterator[float]:
    """Numbers from 0 up to 1, evenly spread: the digest of `source`, the digest of that digest, and so on.

    Most texts need a dozen of them, and to set up a generator of the standard library takes longer than their edits.
    """
    block = blake2b(source).digest()
    while True:
        for number in NUMBERS(block):
            yield (number >> 11) * 2**-53
        block = blake2b(block).digest()


def permutation(total: int, draw: Draw) -> Iterator[int]:
    """The numbers below `total` in random order, drawn one by one (Fisher and Yates, kept sparse)."""
    moved: dict[int, int] = {}
    for position in range(total):
        other = position + int(draw() * (total - position))
        yield moved.get(other, other)
        moved[other] = moved.get(position, position)


def sample(total: int, count: int, draw: Draw) -> list[int]:
    """`count` of the numbers below `total`, ascending: the first so many of `permutation`, found in less time."""
    chosen = [place + int(draw() * (total - place)) for place in range(count)]
    if len(set(chosen)) < count:
        # What was drawn again stands for the number that made room for it.
        moved: dict[int, int] = {}
        for position, other in enumerate(chosen):
            chosen[position] = moved.get(other, other)
            moved[other] = moved.get(position, position)
    chosen.sort()
    return chosen
