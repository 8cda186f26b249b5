"""Punctuation: left out, doubled, in another form, or spaced otherwise (Ek et al. 2020)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from perturbations.edits import Edit, Kept, Span
from perturbations.eligibility import visible
from perturbations.languages import Language
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.rewriting import Rewriter, parse, rewriter
from perturbations.stretches import Stretches
from perturbations.tables import load

TABLE = "punctuation.toml"
SOURCE = "Ek et al. 2020"


@dataclass(frozen=True, slots=True)
class PunctuationDeletion(Perturbation):
    """Leave out a punctuation mark, inside a word too: `isn't` becomes `isnt`, `¿Qué?` becomes `Qué?`."""

    name: ClassVar[str] = "punctuation-deletion"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = SOURCE
    presets: ClassVar[tuple[str, ...]] = ("typing",)

    def sites(self, passage: Passage) -> Sequence[Span]:
        """Every punctuation mark."""
        return _marks(passage)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """Nothing in its place."""
        return ("",)


@dataclass(frozen=True, slots=True)
class PunctuationDoubling(Perturbation):
    """Write a punctuation mark twice: `What?` becomes `What??`."""

    name: ClassVar[str] = "punctuation-doubling"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = SOURCE
    presets: ClassVar[tuple[str, ...]] = ("typing",)

    def sites(self, passage: Passage) -> Sequence[Span]:
        """Every punctuation mark."""
        return _marks(passage)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The mark once more."""
        return (2 * site.of(passage.text),)

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """The mark lives on, so that a token keeps its growth."""
        return Edit(site.start, site.end, text, (Kept(site.start, site.end, 0),))


@dataclass(frozen=True, slots=True)
class PunctuationForm(Perturbation):
    """Write a punctuation mark in its ASCII or its local form: `“` becomes `"`, in Arabic `?` becomes `؟`."""

    name: ClassVar[str] = "punctuation-form"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = SOURCE
    varying: ClassVar[bool] = True
    tables: ClassVar[tuple[str, ...]] = (TABLE,)
    presets: ClassVar[tuple[str, ...]] = ("typing",)

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The marks that have another form."""
        return forms(passage.writing).sites(passage)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """Their other forms."""
        return forms(passage.writing).replacements(passage, site)


@dataclass(frozen=True, slots=True)
class PunctuationSpacing(Perturbation):
    """Put a space too many beside a punctuation mark, or leave one out: `one, two` becomes `one,two` or `one , two`."""

    name: ClassVar[str] = "punctuation-spacing"
    level: ClassVar[Level] = Level.CHARACTER
    source: ClassVar[str] = SOURCE
    presets: ClassVar[tuple[str, ...]] = ("typing",)

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The marks beside other characters, with one space after them; none among tokens, which stand apart anyway."""
        if passage.tokens:
            return ()
        text, marks = passage.text, _marks(passage)
        starts: list[int] = []
        ends: list[int] = []
        for start, end in zip(marks.starts, marks.ends, strict=True):
            spaced = _one_space(passage, end)
            before, after = text[start - 1 : start], text[end : end + 1]
            if spaced or visible(before) or visible(after):
                starts.append(start)
                ends.append(end + spaced)
        return Stretches(starts, ends)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """A space before the mark, one after it, or none after it where one stands."""
        text, stands = passage.text, site.of(passage.text)
        spaced = stands[-1] == " "
        options = [" " + stands] if visible(text[site.start - 1 : site.start]) else []
        if spaced:
            options.append(stands[:-1])
        elif visible(text[site.end : site.end + 1]):
            options.append(stands + " ")
        return options

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """What stands lives on, but for a space that goes."""
        at = len(text) - len(text.lstrip(" "))
        kept = min(site.end - site.start, len(text) - at)
        return Edit(site.start, site.end, text, (Kept(site.start, site.start + kept, at),))


@cache
def forms(language: Language) -> Rewriter:
    """The forms of punctuation in a language."""
    table = load(TABLE)
    return rewriter(parse(f"{table['common']} {table['languages'].get(language.code, '')}"))


def _marks(passage: Passage) -> Stretches:
    """The grapheme clusters that begin with punctuation."""
    return passage.graphemes.beginning_with(lambda mark: unicodedata.category(mark)[0] == "P", passage.text)


def _one_space(passage: Passage, offset: int) -> bool:
    """Whether at `offset` there is one space by itself, something visible after it, and none of it protected."""
    text = passage.text
    alone = text[offset : offset + 1] == " " and passage.parts(offset) and passage.parts(offset + 1)
    return alone and visible(text[offset + 1 : offset + 2]) and passage.free(offset, offset + 1)
