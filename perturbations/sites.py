"""Sites that overlap, as those of moves do: how many fit beside one another, and draws of such.

Sites are spans in order of the text.
"""

from __future__ import annotations

from perturbations.chance import Draw, permutation, sample
from perturbations.stretches import Stretches


def room(sites: Stretches, wanted: int, touches: int) -> int:
    """How many disjoint sites there are, or a lower bound of it that suffices for `wanted`."""
    enough = len(sites.starts) // touches
    # A site of n units overlaps its n − 1 neighbours on either side at most: one of n consecutive ones is always free.
    return enough if wanted <= enough else len(leftmost(sites))


def leftmost(sites: Stretches) -> list[int]:
    """A largest set of disjoint sites: always the next one that ends first."""
    chosen: list[int] = []
    reached = 0
    for index, (start, end) in enumerate(zip(sites.starts, sites.ends, strict=True)):
        if start >= reached:
            chosen.append(index)
            reached = end
    return chosen


def disjoint(sites: Stretches, count: int, draw: Draw) -> list[int]:
    """`count` disjoint sites in order of the text, drawn one after the other from those still free."""
    chosen: list[int] = []
    blocked: set[int] = set()
    if count:
        for index in permutation(len(sites.starts), draw):
            if index not in blocked:
                chosen.append(index)
                if len(chosen) == count:
                    chosen.sort()
                    return chosen
                blocked.update(sites.overlapping(index))
        # The draw boxed itself in; a largest disjoint set has room for the count.
        largest = leftmost(sites)
        return [largest[index] for index in sample(len(largest), count, draw)]
    return []
