"""Replacement by a masked language model (Garg and Ramakrishnan 2020, BAE; Li et al. 2020, BERT-Attack)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar, Protocol

from perturbations.edits import Span
from perturbations.languages import Language
from perturbations.lexica.spelling import options
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation

REMEMBERED = 4096
"""Texts whose proposals are kept, so that the second rate or seed asks no model."""


class Fill(Protocol):
    """What proposes words for masked places; must be hashable, and its `repr` must say what shapes its answers."""

    def __call__(self, texts: Sequence[str], positions: Sequence[Sequence[Span]]) -> Sequence[Sequence[Sequence[str]]]:
        """Words for each position of each text, masked one at a time, the likeliest first.

        What is proposed for a text must depend on that text and its positions alone, not on the texts beside it.

        Args:
            texts: `(texts,)`.
            positions: `(texts, positions)` the stretches of each text to be masked.

        Returns:
            `(texts, positions, proposals)` words; some may be the one that stands there, or no words at all.
        """
        ...


@dataclass(frozen=True, slots=True)
class MaskedLanguageModel(Perturbation):
    """Replace a word by one that a masked language model expects in its place, in its case: `sat` becomes `lay`.

    Args:
        model: proposes the words; None until one is given.
    """

    name: ClassVar[str] = "masked-language-model"
    level: ClassVar[Level] = Level.WORD
    source: ClassVar[str] = "Garg and Ramakrishnan 2020; Li et al. 2020"
    presets: ClassVar[tuple[str, ...]] = ("words",)

    model: Fill | None = None

    def missing(self, language: Language) -> str | None:
        """A model."""
        if self.model is not None:
            return None
        return (
            "masked-language-model: no model given: any local or hub checkpoint with a masked-language-model head will "
            "do, as in `--parameter masked-language-model.model=xlm-roberta-base`, or from Python "
            "MaskedLanguageModel(model=harness.fill.open_fill('xlm-roberta-base'))"
        )

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The words for which the model proposes another."""
        proposed = self._proposals(passage)
        return passage.words.where(lambda start, end: bool(proposed[start]))

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The words proposed, the likeliest first."""
        return self._proposals(passage)[site.start]

    def _proposals(self, passage: Passage) -> dict[int, tuple[str, ...]]:
        if self.model is None:
            return dict.fromkeys(passage.words.starts, ())
        return _proposed(self.model, _Asked(passage.text, passage.writing, passage.tokens, passage.words))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A text with its words, told from others by what its words follow from: every replacement looks it up."""

    text: str
    language: Language
    tokens: tuple[Span, ...]
    words: Sequence[Span] = field(compare=False)


@lru_cache(maxsize=REMEMBERED)
def _proposed(model: Fill, asked: _Asked) -> dict[int, tuple[str, ...]]:
    """What may stand in the place of each word, by its offset."""
    spans = list(asked.words)
    (proposals,) = model([asked.text], [spans])
    return {
        span.start: options(span.of(asked.text), found, asked.language, phrases=False)
        for span, found in zip(spans, proposals, strict=True)
    }
