"""The random policy: from a rate to how many sites are struck, and which.

The number of edits is `rate · units / touches`, rounded up with a probability equal to its fraction, so that the
expected rate is the one asked for however short the text; where sites differ in length, the last one drawn is taken
with the probability that does the same. The draw depends on the seed, the perturbation and the key of the text alone,
never on order, batch, machine or `PYTHONHASHSEED`.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from math import ceil
from typing import NamedTuple, Protocol, TypeGuard, cast

from perturbations.chance import Draw, generator, numbers, permutation, sample
from perturbations.edits import Edit, Edits, Span, Status, in_order, make, trusted
from perturbations.errors import UsageError
from perturbations.passage import Passage
from perturbations.perturbation import Noise, Perturbation, Rewriting, Scope
from perturbations.sites import disjoint, room
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
    units, status, sites = passage.hold(perturbation, _target)
    if not rate or not units or not perturbation.touches or status is not Status.DONE:
        return Edits(passage.text, units=units, status=status)
    source = f"{seed}\0{perturbation.name}\0".encode() + passage.seed
    if sites is None:
        edits = cast("Rewriting", perturbation).rewrite(passage, rate=rate, draws=generator(source))
        return edits if plausibility is None else _counted(passage, edits, plausibility)
    noise, draw = cast("Perturbation", perturbation), numbers(source).__next__
    if noise.scope is Scope.TEXT:
        return _strike_text(_Stroke(passage, noise, sites, units, draw, plausibility), rate)
    if noise.varying:
        return _strike_stretches(_Stroke(passage, noise, sites, units, draw, plausibility), rate * units)
    touches, total = noise.touches, len(sites.starts)
    wanted = rate * units / touches
    most, least = ceil(wanted), int(wanted)
    count = least + (draw() < wanted - least)
    reach = total if touches == 1 else room(sites, most, touches)
    status = Status.DONE
    if most > reach:
        status, count = Status.SATURATED, min(count, reach)
    if plausibility is not None:
        return _judged(_Stroke(passage, noise, sites, units, draw, plausibility), count, status)
    chosen = sample(total, count, draw) if touches == 1 else disjoint(sites, count, draw)
    edits = tuple(noise.strike(passage, sites.at(chosen), draw))
    return trusted(passage.text, edits, units, count * touches, status)


class _Target(NamedTuple):
    """A passage as a perturbation sees it.

    Args:
        units: those that its rate counts; 0 where there is nothing that it may ever touch.
        status: why it cannot strike, or `DONE`.
        sites: where it may; None of what hands back whole texts, or where it cannot.
    """

    units: int
    status: Status = Status.DONE
    sites: Stretches | None = None


def _target(passage: Passage, perturbation: Noise) -> _Target:
    """What a perturbation finds in a passage, whatever the rate and the seed."""
    if not passage.encodable:
        return _Target(0, Status.UNENCODABLE)
    units = passage.count(perturbation.level)
    if not perturbation.supports(passage.writing):
        return _Target(units, Status.UNSUPPORTED)
    if perturbation.missing(passage.writing):
        return _Target(units, Status.UNAVAILABLE)
    if _rewrites(perturbation):
        return _Target(units)
    if not _names_sites(perturbation):
        raise TypeError(f"{perturbation!r} is neither a Perturbation nor a Rewriting: inherit from one of them")
    sites = perturbation.sites(passage)
    if not isinstance(sites, Stretches):
        sites = Stretches([site.start for site in sites], [site.end for site in sites])
    return make(_Target, (units, Status.DONE, sites.outside(passage.protected) if passage.protected else sites))


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
    edits: tuple[Edit, ...] = ()
    if stroke.draw() < rate:
        every = stroke.sites.at(range(len(stroke.sites)))
        edits = tuple(stroke.perturbation.strike(stroke.passage, every, stroke.draw))
    status = Status.DONE if len(stroke.sites) else Status.SATURATED
    return Edits(stroke.passage.text, edits, stroke.units, stroke.units if edits else 0, status)


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
    edits = in_order([settled[index] for index in sorted(settled)])
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
            blocked.update(stroke.sites.overlapping(index))
            if len(settled) == count:
                break
    edits = in_order([settled[index] for index in sorted(settled)])
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


def _drawn(stroke: _Stroke, site: Span) -> Edit:
    """The edit that puts a replacement drawn at random at the site."""
    options = stroke.perturbation.replacements(stroke.passage, site)
    option = options[int(stroke.draw() * len(options))]
    return stroke.perturbation.edit(stroke.passage, site, option)
