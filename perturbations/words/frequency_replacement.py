"""Frequency-matched replacement: a word for an unrelated one that is about as common.

The control beside synonyms and masked language models: it takes away the meaning of a word and leaves how familiar the
model is with what it reads (random replacement by unigram frequency: Xie et al. 2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from perturbations.edits import Span
from perturbations.errors import UsageError
from perturbations.languages import Language, script_of
from perturbations.lexica.frequencies import frequencies, missing_frequencies
from perturbations.lexica.spelling import options
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation

REMEMBERED = 16_384
"""Words of a list whose replacements are kept."""


@dataclass(frozen=True, slots=True)
class WordFrequencyReplacement(Perturbation):
    """Replace a word by another of its script that is about as common, in its case: `house` becomes `night`.

    Args:
        window: the largest difference on the Zipf scale; 0.3 is a factor of two.
        nearest: the largest difference in rank among the words of the language.

    Raises:
        UsageError: a window that is negative, or `nearest` below 1.
    """

    name: ClassVar[str] = "word-frequency-replacement"
    level: ClassVar[Level] = Level.WORD
    source: ClassVar[str] = "Xie et al. 2017; Speer 2022"
    tables: ClassVar[tuple[str, ...]] = ("frequencies",)
    presets: ClassVar[tuple[str, ...]] = ("words",)

    window: float = 0.3
    nearest: int = 50

    def __post_init__(self) -> None:
        if not self.window >= 0 or self.nearest < 1:
            raise UsageError(
                f"{self.name}: window {self.window}, nearest {self.nearest}: give a difference of 0 or more on the "
                "Zipf scale and a rank of 1 or more"
            )

    def missing(self, language: Language) -> str | None:
        """Word frequencies of the language."""
        return missing_frequencies(language)

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The words that are listed, with another of their script that is about as common."""
        text = passage.text
        return passage.words.where(lambda start, end: bool(self._options(passage, text[start:end])))

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The other words, the most common first."""
        return self._options(passage, site.of(passage.text))

    def _options(self, passage: Passage, word: str) -> tuple[str, ...]:
        listed = frequencies(passage.writing)
        if listed is None:
            return ()
        asked = word, self.window, self.nearest
        found = listed.remembered.get(asked)
        if found is None:
            if len(listed.remembered) >= REMEMBERED:
                listed.remembered.clear()
            script = script_of(word[0])
            near = listed.near(word, window=self.window, nearest=self.nearest)
            alike = (other for other in near if script_of(other[0]) == script)
            found = listed.remembered[asked] = options(word, alike, passage.writing, phrases=False)
        return found
