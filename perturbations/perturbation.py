"""Perturbation: the protocol that every kind of noise fulfils, and that an attack searches through."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar, Protocol, runtime_checkable

from perturbations.edits import Edit, Span
from perturbations.languages import Language
from perturbations.passage import Level, Passage


class Scope(StrEnum):
    """What a rate draws: units of a text, or whole texts."""

    UNIT = "unit"
    """Every unit by itself: the rate is the share of units touched."""
    TEXT = "text"
    """A text altogether, at all its sites, with a probability equal to the rate."""


@runtime_checkable
class Perturbation(Protocol):
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
    scope: ClassVar[Scope] = Scope.UNIT
    """Whether the rate draws units or whole texts."""
    presets: ClassVar[tuple[str, ...]] = ()
    """The presets it belongs to besides `full`, which holds all: `core`, `typing`, `visual`, `words`."""

    def missing(self, language: Language) -> str | None:
        """What has to be installed or given before it can be used on the language and how, or None if nothing."""
        return None

    def supports(self, language: Language) -> bool:
        """Whether the language has such a thing at all."""
        return True

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
