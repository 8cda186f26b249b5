"""Orthographic variants: spellings that people write for one another (Habash 2010; Náplava et al. 2021)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from perturbations.edits import Span
from perturbations.languages import Language
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.rewriting import Place, Rewriter, Row, parse, rewriter, spelled_out, with_capitals
from perturbations.tables import load

TABLE = "orthography.toml"


@dataclass(frozen=True, slots=True)
class OrthographicVariant(Perturbation):
    """Write a word in another of the ways in which people write it: `groß` becomes `gross`, `أحمد` becomes `احمد`."""

    name: ClassVar[str] = "orthographic-variant"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = "Habash 2010; Náplava et al. 2021"
    presets: ClassVar[tuple[str, ...]] = ("typing",)
    varying: ClassVar[bool] = True
    tables: ClassVar[tuple[str, ...]] = (TABLE,)

    def supports(self, language: Language) -> bool:
        """Whether the table knows variants of the language."""
        return language.code in load(TABLE)["languages"]

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The letters, or groups of letters, that have another spelling."""
        return variants(passage.writing).sites(passage)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """Their other spellings."""
        return variants(passage.writing).replacements(passage, site)


@cache
def variants(language: Language) -> Rewriter:
    """The variants of a language; none where the table has no entry."""
    return rewriter(spelled_out(with_capitals(_rows(language), language), language))


def _rows(language: Language) -> Iterator[Row]:
    """The rows of a language's table; its keys say where in a word they hold."""
    for key, rows in load(TABLE)["languages"].get(language.code, {}).items():
        place = key.partition("-")[0]
        yield from parse(rows, Place(place) if place in tuple(Place) else Place.ANYWHERE)
