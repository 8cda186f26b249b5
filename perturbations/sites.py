"""Sites that overlap, as those of moves do: how many fit beside one another, and draws of such.

Sites are spans in order of the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from perturbations.chance import Draw, permutation, sample
from perturbations.edits import Span


def room(sites: Sequence[Span], wanted: int, touches: int) -> int:
    """How many disjoint sites there are, or a lower bound of it that suffices for `wanted`."""
    enough = len(sites) // touches
    if touches == 1:
        return enough
    # A site of n units overlaps its n − 1 neighbours on either side at most: one of n consecutive ones is always free.
    return enough if wanted <= enough else len(leftmost(sites))


def leftmost(sites: Sequence[Span]) -> list[int]:
    """A largest set of disjoint sites: always the next one that ends first."""
    chosen: list[int] = []
    reached = 0
    for index, site in enumerate(sites):
        if site.start >= reached:
            chosen.append(index)
            reached = site.end
    return chosen


def disjoint(sites: Sequence[Span], count: int, draw: Draw) -> list[int]:
    """`count` disjoint sites in order of the text, drawn one after the other from those still free."""
    chosen: set[int] = set()
    blocked: set[int] = set()
    if count:
        for index in permutation(len(sites), draw):
            if index not in blocked:
                chosen.add(index)
                if len(chosen) == count:
                    return sorted(chosen)
                blocked.update(overlapping(sites, index))
        # The draw boxed itself in; a largest disjoint set has room for the count.
        largest = leftmost(sites)
        return [largest[index] for index in sample(len(largest), count, draw)]
    return []


def overlapping(sites: Sequence[Span], index: int) -> Iterator[int]:
    """The neighbours of a site that overlap it."""
    site = sites[index]
    before, after = index - 1, index + 1
    while before >= 0 and sites[before].end > site.start:
        yield before
        before -= 1
    while after < len(sites) and sites[after].start < site.end:
        yield after
        after += 1
