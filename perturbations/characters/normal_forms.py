"""Normal forms: the same text in other code points, as other systems store it (Unicode Standard Annex 15).

A text is struck as a whole, since no system normalises half of one. NFKC and NFKD also replace compatibility
characters, so that `ﬁ` becomes `fi` and a full-width letter a common one.
"""

from __future__ import annotations

import unicodedata
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from perturbations.edits import Span
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation, Scope
from perturbations.rewriting import clusters_where

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]


class _NormalForm(Perturbation):
    """Every grapheme cluster in a normal form of Unicode."""

    __slots__ = ()

    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = "Unicode Standard Annex 15"
    scope: ClassVar[Scope] = Scope.TEXT
    presets: ClassVar[tuple[str, ...]] = ("visual",)

    @abstractmethod
    def form(self) -> Form:
        """The normal form."""
        ...

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The grapheme clusters that are not in the form."""
        if unicodedata.is_normalized(self.form(), passage.text):
            return ()
        return clusters_where(passage, lambda cluster: unicodedata.normalize(self.form(), cluster) != cluster)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The cluster in the form."""
        return (unicodedata.normalize(self.form(), site.of(passage.text)),)


@dataclass(frozen=True, slots=True)
class NormalFormC(_NormalForm):
    """Compose letters and marks: `e` and a combining acute become the single code point `é`."""

    name: ClassVar[str] = "normal-form-nfc"

    def form(self) -> Form:
        """The normal form."""
        return "NFC"


@dataclass(frozen=True, slots=True)
class NormalFormD(_NormalForm):
    """Decompose letters and syllables: `é` becomes `e` and a combining acute, `한` three jamo."""

    name: ClassVar[str] = "normal-form-nfd"

    def form(self) -> Form:
        """The normal form."""
        return "NFD"


@dataclass(frozen=True, slots=True)
class NormalFormKC(_NormalForm):
    """Compose, and replace compatibility characters: `ﬁ` becomes `fi`, `Ａ` becomes `A`."""

    name: ClassVar[str] = "normal-form-nfkc"

    def form(self) -> Form:
        """The normal form."""
        return "NFKC"


@dataclass(frozen=True, slots=True)
class NormalFormKD(_NormalForm):
    """Decompose, and replace compatibility characters: `é` as in NFD, Thai `ำ` becomes two signs."""

    name: ClassVar[str] = "normal-form-nfkd"

    def form(self) -> Form:
        """The normal form."""
        return "NFKD"
