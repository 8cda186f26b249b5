"""The random policy: from a rate to how many sites are struck, and which.

The number of edits is `rate · units / touches`, rounded up with a probability equal to its fraction, so that the
expected rate is the one asked for however short the text. The draw depends on the seed, the perturbation and the key
of the text alone, never on order, batch, machine or `PYTHONHASHSEED`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import islice
from math import ceil

from perturbations.edits import Edit, Edits, Span, Status
from perturbations.errors import UsageError
from perturbations.passage import Passage, Stretches
from perturbations.perturbation import Perturbation


def perturb(passage: Passage, perturbation: Perturbation, *, rate: float, seed: int) -> Edits:
    """Strike a share of a passage's units at random.

    Args:
        passage: the text.
        perturbation: what may happen to it.
        rate: 0–1, share of all non-space units of the text that are to be touched.
        seed: any integer; one seed gives one noise for each key.

    Returns:
        The edits. Their status is `saturated` where the passage has fewer disjoint sites than the rate may ask for
        (whatever the draw, so that leaving such texts out does not bias the others).

    Raises:
        UsageError: the rate is not within 0–1.
    """
    if not 0 <= rate <= 1:
        raise UsageError(f"rate {rate} is not a share: give a number from 0 to 1")
    if not passage.encodable:
        return Edits(passage.text, status=Status.UNENCODABLE)
    units = len(passage.units(perturbation.level))
    if not perturbation.supports(passage.writing):
        return Edits(passage.text, units=units, status=Status.UNSUPPORTED)
    if not rate or not units or not perturbation.touches:
        return Edits(passage.text, units=units)
    sites = outside(perturbation.sites(passage), passage.protected)
    wanted = rate * units / perturbation.touches
    draws = _generator(seed, perturbation.name, passage.key or passage.text)
    count = int(wanted) + (draws.random() < wanted - int(wanted))
    room = _room(sites, ceil(wanted), perturbation.touches)
    choose = _any if perturbation.touches == 1 else _disjoint
    chosen = choose(sites, min(count, room), draws)
    edits = _settle(passage, perturbation, [sites[index] for index in chosen], draws)
    status = Status.DONE if ceil(wanted) <= room else Status.SATURATED
    return Edits(passage.text, edits, units, len(edits) * perturbation.touches, status)


def outside(sites: Sequence[Span], protected: Sequence[Span]) -> Sequence[Span]:
    """The sites that share no code point with a protected span."""
    if not protected:
        return sites
    return Stretches([site.start for site in sites], [site.end for site in sites]).outside(protected)


def _generator(seed: int, name: str, key: str) -> random.Random:
    """A generator whose `random()` is promised to be the same in every version of Python for one integer seed."""
    digest = blake2b(f"{seed}\0{name}\0{key}".encode(), digest_size=8).digest()
    return random.Random(int.from_bytes(digest))


def _permutation(total: int, draws: random.Random) -> Iterator[int]:
    """The numbers below `total` in random order, drawn one by one (Fisher and Yates, kept sparse)."""
    moved: dict[int, int] = {}
    for position in range(total):
        other = position + int(draws.random() * (total - position))
        yield moved.get(other, other)
        moved[other] = moved.get(position, position)


def _room(sites: Sequence[Span], wanted: int, touches: int) -> int:
    """How many disjoint sites there are, or a lower bound of it that suffices for `wanted`."""
    enough = len(sites) // touches
    if touches == 1:
        return enough
    # A site of n units overlaps its n − 1 neighbours on either side at most: one of n consecutive ones is always free.
    return enough if wanted <= enough else len(_leftmost(sites))


def _leftmost(sites: Sequence[Span]) -> list[int]:
    """A largest set of disjoint sites: always the next one that ends first."""
    chosen: list[int] = []
    reached = 0
    for index, site in enumerate(sites):
        if site.start >= reached:
            chosen.append(index)
            reached = site.end
    return chosen


def _any(sites: Sequence[object], count: int, draws: random.Random) -> list[int]:
    """`count` of sites that are all disjoint, in order of the text."""
    return sorted(islice(_permutation(len(sites), draws), count))


def _disjoint(sites: Sequence[Span], count: int, draws: random.Random) -> list[int]:
    """`count` disjoint sites in order of the text, drawn one after the other from those still free."""
    chosen: set[int] = set()
    blocked: set[int] = set()
    if count:
        for index in _permutation(len(sites), draws):
            if index not in blocked:
                chosen.add(index)
                if len(chosen) == count:
                    return sorted(chosen)
                blocked.update(_overlapping(sites, index))
        # The draw boxed itself in; a largest disjoint set has room for the count.
        largest = _leftmost(sites)
        return [largest[index] for index in _any(largest, count, draws)]
    return []


def _overlapping(sites: Sequence[Span], index: int) -> Iterator[int]:
    """The neighbours of a site that overlap it."""
    site = sites[index]
    before, after = index - 1, index + 1
    while before >= 0 and sites[before].end > site.start:
        yield before
        before -= 1
    while after < len(sites) and sites[after].start < site.end:
        yield after
        after += 1


def _settle(
    passage: Passage, perturbation: Perturbation, sites: Sequence[Span], draws: random.Random
) -> tuple[Edit, ...]:
    """Draw a replacement for each chosen site."""
    edits: list[Edit] = []
    reached = 0
    for site in sites:
        options = perturbation.replacements(passage, site)
        edit = perturbation.edit(passage, site, options[int(draws.random() * len(options))])
        # Two neighbouring words that both go would both take the space between them: the second leaves it.
        if edit.start < reached:
            edit = replace(edit, start=reached)
        edits.append(edit)
        reached = edit.end
    return tuple(edits)
