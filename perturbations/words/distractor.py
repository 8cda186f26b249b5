"""Distractor: a tautology that changes nothing, put at the end of the text (Naik et al. 2018, "word overlap").

The wording of each language stands in `perturbations/data/distractors.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from perturbations.edits import Span
from perturbations.languages import Language
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation, Scope
from perturbations.tables import load

TABLE = "distractors.toml"


@dataclass(frozen=True, slots=True)
class Distractor(Perturbation):
    """Add a tautology after the last word: `Who won?` becomes `Who won and true is true?`.

    Labels are as they were. A passage of tokens has no place for words without a tag, so that it has no sites.
    """

    name: ClassVar[str] = "distractor"
    level: ClassVar[Level] = Level.WORD
    source: ClassVar[str] = "Naik et al. 2018"
    tables: ClassVar[tuple[str, ...]] = (TABLE,)
    scope: ClassVar[Scope] = Scope.TEXT
    presets: ClassVar[tuple[str, ...]] = ("words",)

    def supports(self, language: Language) -> bool:
        """Whether the table has a wording."""
        return language.code in distractors()

    def sites(self, passage: Passage) -> Sequence[Span]:
        """Right behind the last word, before the full stop."""
        if passage.tokens or not passage.words:
            return ()
        end = passage.words.ends[-1]
        return (Span(end, end),)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The tautology."""
        return (distractors()[passage.writing.code],)


def distractors() -> Mapping[str, str]:
    """What is added in each language, with what joins it to the text before it."""
    return load(TABLE)["distractors"]
