"""Word splitting: a space within a word (Náplava et al. 2021; Dhole et al. 2021)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, overload

from perturbations.edits import Edit, Span
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.stretches import Stretches


@dataclass(frozen=True, slots=True)
class WordSplit(Perturbation):
    """Put a space between two letters of a word: `together` becomes `to gether`, `หนังสือ` becomes `หนัง สือ`.

    In a passage of tokens it stays one token with a space inside, under its tag.
    """

    name: ClassVar[str] = "word-split"
    level: ClassVar[Level] = Level.WORD
    source: ClassVar[str] = "Náplava et al. 2021; Dhole et al. 2021"
    presets: ClassVar[tuple[str, ...]] = ("words",)

    def sites(self, passage: Passage) -> Sequence[Span]:
        """The words with a place where two grapheme clusters meet."""
        return passage.words.where(lambda start, end: end - start > 1 and bool(_places(passage, Span(start, end))))

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The word with a space at each of its places, made when it is looked at."""
        return _Splits(site.of(passage.text), site.start, _places(passage, site))

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """The space alone: it belongs to whatever it stands in the middle of."""
        word = site.of(passage.text)
        place = next(index for index, letter in enumerate(word) if text[index] != letter)
        return Edit(site.start + place, site.start + place, " ")


def _places(passage: Passage, word: Span) -> Sequence[int]:
    """The offsets in the text, within the word, at which two clusters meet."""
    clusters: Stretches = passage.inside(word)
    text = passage.text
    if text.isascii() and not passage.tokens:
        return clusters.starts[1:]
    pairs = zip(clusters.ends, clusters.starts[1:], strict=False)
    return [start for end, start in pairs if end == start]


@dataclass(frozen=True, slots=True)
class _Splits(Sequence[str]):
    """A word with a space at each of some places."""

    word: str
    start: int
    places: Sequence[int]

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return _Splits(self.word, self.start, self.places[index])
        place = self.places[index] - self.start
        return f"{self.word[:place]} {self.word[place:]}"
