"""Noise, everything that may happen to a text: Perturbation names its sites one by one, Rewriting hands back a text."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from enum import StrEnum
from random import Random
from typing import ClassVar

from perturbations.chance import Draw
from perturbations.edits import Edit, Edits, Span, check, in_order
from perturbations.languages import Language
from perturbations.passage import Level, Passage


class Scope(StrEnum):
    """What a rate draws: units of a text, or whole texts."""

    UNIT = "unit"
    """Every unit by itself: the rate is the share of units touched."""
    TEXT = "text"
    """A text altogether, at all its sites, with a probability equal to the rate."""


class _Available:
    """What every kind of noise says of a language; all of it may be left as it is."""

    def missing(self, language: Language) -> str | None:
        """What has to be installed or given before it can be used on the language and how, or None if nothing."""
        return None

    def supports(self, language: Language) -> bool:
        """Whether the language has such a thing at all."""
        return True

    def contents(self, language: Language) -> Mapping[str, str]:
        """Digests of what the files that its parameters name say for the language, by parameter.

        They are recorded in the place of the paths, so that a result depends on what was read and not on where it lay.
        Asked only where nothing is missing.
        """
        return {}


class Perturbation(_Available, ABC):
    """Names the sites of a passage that it may strike, and the replacements possible at each.

    It never edits by itself: a policy chooses among what it offers, so that one perturbation serves as random noise
    and as an attack. Inherit from it and define `sites` and `replacements`.
    """

    name: ClassVar[str]
    """As users type it: the unit, then what happens to it (`character-swap`)."""
    level: ClassVar[Level]
    """The unit that its rate counts."""
    source: ClassVar[str]
    """Where the literature describes it."""
    touches: ClassVar[int] = 1
    """Units that one edit touches; 0 for a control that edits nothing."""
    varying: ClassVar[bool] = False
    """Whether an edit touches all units of its site, be they one or more (`rn` for `m`); such sites are disjoint."""
    scope: ClassVar[Scope] = Scope.UNIT
    """Whether the rate draws units or whole texts."""
    presets: ClassVar[tuple[str, ...]] = ()
    """The presets it belongs to besides `full`, which holds all: `core`, `typing`, `visual`, `words`."""
    tables: ClassVar[tuple[str, ...]] = ()
    """What it looks up: files of `perturbations/data`, or names of `resources.toml` for what others provide."""

    def __init_subclass__(cls) -> None:
        """Let no edits be made in one go as a class before it made them, where this one makes others."""
        super().__init_subclass__()
        own = vars(cls)
        if "strike" not in own and ("edit" in own or "replacements" in own):
            cls.strike = Perturbation.strike

    @abstractmethod
    def sites(self, passage: Passage) -> Sequence[Span]:
        """The places that may be struck, by ascending start and end; each has at least one replacement.

        Sites that touch several units may overlap (neighbouring pairs), and a policy picks disjoint ones; sites that
        touch one unit are disjoint.
        """
        ...

    @abstractmethod
    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """What may stand at `site` instead: never empty, never the text that stands there. May be lazy."""
        ...

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """The edit that puts the replacement `text` at `site`; families that move or keep text say so here."""
        return Edit(site.start, site.end, text)

    def strike(self, passage: Passage, sites: Sequence[tuple[int, int]], draw: Draw) -> Sequence[Edit]:
        """An edit at each of some sites, with a replacement drawn at random.

        A family that is much used may make the same edits in one go, which takes half the time: they are not checked.

        Args:
            passage: the text.
            sites: `[start, end)` of each, disjoint and in order.
            draw: the source of chance, asked once a site.
        """
        edits: list[Edit] = []
        for start, end in sites:
            site = Span(start, end)
            options = self.replacements(passage, site)
            edits.append(self.edit(passage, site, options[int(draw() * len(options))]))
        settled = in_order(edits)
        check(passage.text, settled)
        return settled


class Rewriting(_Available, ABC):
    """Hands back the edits of a whole passage at once, for what only maps a text to a text; no attack can search it.

    What describes it is the same as of a `Perturbation`, but may differ from object to object of one class.
    """

    name: str
    level: Level
    source: str
    touches: int = 1
    scope: Scope = Scope.UNIT
    presets: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()

    @abstractmethod
    def rewrite(self, passage: Passage, *, rate: float, draws: Random) -> Edits:
        """The edits of the passage, none of which touches a protected span.

        Args:
            passage: a text with units, in a language that is supported, with nothing missing.
            rate: above 0 and up to 1, share of the units to touch.
            draws: the only source of chance, seeded by the policy.
        """
        ...


Noise = Perturbation | Rewriting
"""Every kind of noise, whether it names its sites or hands back a text."""
