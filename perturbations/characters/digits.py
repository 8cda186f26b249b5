"""Digits in the local or the Western form (Unicode CLDR numbering systems)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from perturbations.edits import Span
from perturbations.languages import Language
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.tables import load

TABLE = "digits.toml"
WESTERN = "0123456789"


@dataclass(frozen=True, slots=True)
class DigitForm(Perturbation):
    """Write the digits of a number in the other form that the language has: in Hindi `2024` becomes `२०२४`."""

    name: ClassVar[str] = "digit-form"
    level: ClassVar[Level] = Level.WORD
    source: ClassVar[str] = "Unicode CLDR numbering systems"
    tables: ClassVar[tuple[str, ...]] = (TABLE,)

    def supports(self, language: Language) -> bool:
        """Whether the language has digits of its own."""
        return language.code in load(TABLE)["languages"]

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The words with Western digits, and those in which all digits are local."""
        text, forms = passage.text, other_form(passage.writing)
        if set(text).isdisjoint(forms):
            return ()
        return passage.words.where(lambda start, end: _converted(text[start:end], forms) != text[start:end])

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The word with all its digits in the other form."""
        return (_converted(site.of(passage.text), other_form(passage.writing)),)


@cache
def other_form(language: Language) -> Mapping[str, str]:
    """Each digit of the language in its other form; empty where the language has one form only."""
    local = load(TABLE)["languages"].get(language.code, "")
    pairs = tuple(zip(WESTERN, local, strict=False))
    return {**dict(pairs), **{own: western for western, own in pairs}}


def _converted(word: str, forms: Mapping[str, str]) -> str:
    """The word with its Western digits in the local form; with its local ones in the Western if it has no others.

    Ideographs are letters as well as digits: a word of them is a number only if nothing else stands in it.
    """
    if any(character in WESTERN for character in word):
        return "".join(forms.get(part, part) if part in WESTERN else part for part in word)
    number = all(character in forms or not character.isalpha() for character in word)
    digits = all(not character.isalpha() for character in word if character in forms)
    return "".join(forms.get(part, part) for part in word) if number or digits else word
