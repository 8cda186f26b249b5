"""The random policy: from a rate to how many sites are struck, and which.

The number of edits is `rate · units / touches`, rounded up with a probability equal to its fraction, so that the
expected rate is the one asked for however short the text; where sites differ in length, the last one drawn is taken
with the probability that does the same. The draw depends on the seed, the perturbation and the key of the text alone,
never on order, batch, machine or `PYTHONHASHSEED`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import ceil
from typing import NamedTuple, Protocol, TypeGuard

from perturbations.chance import Draw, generator, numbers, permutation, sample
from perturbations.edits import Edit, Edits, Span, Status
from perturbations.errors import UsageError
from perturbations.passage import Passage
from perturbations.perturbation import Noise, Perturbation, Rewriting, Scope
from perturbations.sites import disjoint, overlapping, room
from perturbations.stretches import Stretches

TRIES = 8
"""Replacements that are tried at a site before it is given up, where edits may be refused."""


class Plausibility(Protocol):
    """Says which edits would turn a word into another word of the language, and whether to refuse them."""

    @property
    def refuses(self) -> bool:
        """Whether such an edit is given up for another, or only counted."""
        ...

    def collides(self, passage: Passage, edit: Edit) -> bool:
        """Whether the edit makes another word of the language out of a word."""
        ...


def perturb(
    passage: Passage, perturbation: Noise, *, rate: float, seed: int, plausibility: Plausibility | None = None
) -> Edits:
    """Strike a share of a passage's units at random.

    Args:
        passage: the text.
        perturbation: what may happen to it.
        rate: 0–1, share of all non-space units of the text that are to be touched; for a perturbation of whole texts
            the probability that this one is struck.
        seed: any integer; one seed gives one noise for each key.
        plausibility: judges the edits, if given.

    Returns:
        The edits. Their status is `saturated` where the passage has fewer disjoint sites than the rate may ask for
        (whatever the draw, so that leaving such texts out does not bias the others); where edits are refused, also
        where fewer than were drawn could be made.

    Raises:
        UsageError: the rate is not within 0–1, or edits are to be refused of what hands back whole texts.
        AdapterError: foreign code behind the perturbation failed.
    """
    if not 0 <= rate <= 1:
        raise UsageError(f"rate {rate} is not a share: give a number from 0 to 1")
    if plausibility is not None and plausibility.refuses and _rewrites(perturbation):
        raise UsageError(
            f"{perturbation.name} hands back whole texts, of which no edit can be refused: let plausibility count only"
        )
    if not passage.encodable:
        return Edits(passage.text, status=Status.UNENCODABLE)
    units = passage.count(perturbation.level)
    if not perturbation.supports(passage.writing):
        return Edits(passage.text, units=units, status=Status.UNSUPPORTED)
    if perturbation.missing(passage.writing):
        return Edits(passage.text, units=units, status=Status.UNAVAILABLE)
    if not rate or not units or not perturbation.touches:
        return Edits(passage.text, units=units)
    source = f"{seed}\0{perturbation.name}\0{passage.key or passage.text}".encode()
    if _rewrites(perturbation):
        edits = perturbation.rewrite(passage, rate=rate, draws=generator(source))
        return edits if plausibility is None else _counted(passage, edits, plausibility)
    if not _names_sites(perturbation):
        raise TypeError(f"{perturbation!r} is neither a Perturbation nor a Rewriting: inherit from one of them")
    sites = passage.hold(perturbation, _free_sites)
    strike = _strike_text if perturbation.scope is Scope.TEXT else _strike_units
    return strike(_Stroke(passage, perturbation, sites, units, numbers(source).__next__, plausibility), rate)


def _counted(passage: Passage, edits: Edits, plausibility: Plausibility) -> Edits:
    """The edits, with the number of those that make another word."""
    return replace(edits, collisions=sum(plausibility.collides(passage, edit) for edit in edits.edits))


def _rewrites(noise: Noise) -> TypeGuard[Rewriting]:
    # `isinstance` asks a protocol for each of its members, which takes longer than the edits of a sentence.
    return Rewriting in type(noise).__mro__


def _names_sites(noise: Noise) -> TypeGuard[Perturbation]:
    return Perturbation in type(noise).__mro__


class _Stroke(NamedTuple):
    """What one call of the policy works with."""

    passage: Passage
    perturbation: Perturbation
    sites: Stretches
    units: int
    draw: Draw
    plausibility: Plausibility | None


def _strike_text(stroke: _Stroke, rate: float) -> Edits:
    """All sites, with probability `rate`."""
    struck = stroke.draw() < rate
    edits = _settle(stroke, stroke.sites) if struck else ()
    status = Status.DONE if len(stroke.sites) else Status.SATURATED
    return Edits(stroke.passage.text, edits, stroke.units, stroke.units if edits else 0, status)


def _strike_units(stroke: _Stroke, rate: float) -> Edits:
    """As many sites as the rate asks for."""
    if stroke.perturbation.varying:
        return _strike_stretches(stroke, rate * stroke.units)
    touches, sites = stroke.perturbation.touches, stroke.sites
    wanted = rate * stroke.units / touches
    count = int(wanted) + (stroke.draw() < wanted - int(wanted))
    reach = room(sites, ceil(wanted), touches)
    status = Status.DONE if ceil(wanted) <= reach else Status.SATURATED
    if stroke.plausibility is not None:
        return _judged(stroke, min(count, reach), status)
    count = min(count, reach)
    chosen = sample(len(sites), count, stroke.draw) if touches == 1 else disjoint(sites, count, stroke.draw)
    edits = _settle(stroke, sites.at(chosen))
    return Edits(stroke.passage.text, edits, stroke.units, len(edits) * touches, status)


def _strike_stretches(stroke: _Stroke, wanted: float) -> Edits:
    """Sites of several lengths, drawn one after the other until they touch as many units as are wanted.

    One that touches more than are left is the last, and taken with a probability that makes the expected number right.
    """
    sites, units = stroke.sites, stroke.passage.units(stroke.perturbation.level)
    reachable = wanted <= len(sites) or wanted <= sum(_length(units, site) for site in sites)
    settled: dict[int, Edit] = {}
    touched = collisions = 0
    for index in permutation(len(sites), stroke.draw):
        edit, met = _acceptable(stroke, sites[index])
        if edit is not None:
            length, left = _length(units, sites[index]), wanted - touched
            if length > left and stroke.draw() * length >= left:
                break
            settled[index] = edit
            touched += length
        collisions += met
        if touched >= wanted:
            break
    else:
        reachable = False
    edits = _in_order([settled[index] for index in sorted(settled)])
    status = Status.DONE if reachable else Status.SATURATED
    return Edits(stroke.passage.text, edits, stroke.units, touched, status, collisions)


def _length(units: Stretches, site: Span) -> int:
    """How many units a site has."""
    return bisect_left(units.starts, site.end) - bisect_left(units.starts, site.start)


def _judged(stroke: _Stroke, count: int, status: Status) -> Edits:
    """`count` edits that are not refused, from sites drawn one after the other."""
    settled: dict[int, Edit] = {}
    blocked: set[int] = set()
    collisions = 0
    for index in permutation(len(stroke.sites), stroke.draw) if count else ():
        if index in blocked:
            continue
        edit, met = _acceptable(stroke, stroke.sites[index])
        collisions += met
        if edit is not None:
            settled[index] = edit
            blocked.update(overlapping(stroke.sites, index))
            if len(settled) == count:
                break
    edits = _in_order([settled[index] for index in sorted(settled)])
    touched = len(edits) * stroke.perturbation.touches
    status = status if len(edits) == count else Status.SATURATED
    return Edits(stroke.passage.text, edits, stroke.units, touched, status, collisions)


def _acceptable(stroke: _Stroke, site: Span) -> tuple[Edit | None, int]:
    """An edit of the site that is not refused, or None, and how many different ones drawn collided."""
    judge = stroke.plausibility
    met: set[Edit] = set()
    for _ in range(TRIES):
        edit = _drawn(stroke, site)
        if edit in met:
            continue
        if judge is None or not judge.collides(stroke.passage, edit):
            return edit, len(met)
        met.add(edit)
        if not judge.refuses:
            return edit, len(met)
    return None, len(met)


def _free_sites(passage: Passage, perturbation: Perturbation) -> Stretches:
    """The sites that share no code point with a protected span."""
    sites = perturbation.sites(passage)
    if not isinstance(sites, Stretches):
        sites = Stretches([site.start for site in sites], [site.end for site in sites])
    return sites.outside(passage.protected)


def _settle(stroke: _Stroke, sites: Iterable[Span]) -> tuple[Edit, ...]:
    """An edit for each of the sites, in order."""
    passage, draw = stroke.passage, stroke.draw
    replacements, edit = stroke.perturbation.replacements, stroke.perturbation.edit
    edits: list[Edit] = []
    for site in sites:
        options = replacements(passage, site)
        edits.append(edit(passage, site, options[int(draw() * len(options))]))
    return _in_order(edits)


def _drawn(stroke: _Stroke, site: Span) -> Edit:
    """The edit that puts a replacement drawn at random at the site."""
    options = stroke.perturbation.replacements(stroke.passage, site)
    option = options[int(stroke.draw() * len(options))]
    return stroke.perturbation.edit(stroke.passage, site, option)


def _in_order(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """The edits, disjoint: two neighbouring words that go would both take the space between them."""
    settled: list[Edit] = []
    reached = 0
    for edit in edits:
        settled.append(edit._replace(start=reached) if edit.start < reached else edit)
        reached = edit.end
    return tuple(settled)
