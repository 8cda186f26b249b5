"""Word merging: the space between two words left out (Náplava et al. 2021; Dhole et al. 2021)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from perturbations.edits import Edit, Kept, Span
from perturbations.languages import Language
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.stretches import Stretches


@dataclass(frozen=True, slots=True)
class WordMerge(Perturbation):
    """Leave out the space between two words: `a lot of` becomes `alot of`.

    In a passage of tokens the two become one token under the first one's tag; the second one's tag is gone.
    """

    name: ClassVar[str] = "word-merge"
    level: ClassVar[Level] = Level.WORD
    source: ClassVar[str] = "Náplava et al. 2021; Dhole et al. 2021"
    presets: ClassVar[tuple[str, ...]] = ("words",)
    touches: ClassVar[int] = 2

    def supports(self, language: Language) -> bool:
        """Whether words are set apart by spaces."""
        return language.spaces

    def sites(self, passage: Passage) -> Sequence[Span]:
        """Pairs of words with white space between them, but no line break."""
        text, words = passage.text, passage.words
        starts: list[int] = []
        ends: list[int] = []
        for start, middle, after, end in zip(words.starts, words.ends, words.starts[1:], words.ends[1:], strict=False):
            gap = text[middle:after]
            if gap.isspace() and len(gap.splitlines()) == 1 and not gap.endswith(("\n", "\r")):
                starts.append(start)
                ends.append(end)
        return Stretches(starts, ends)

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        """The two without what stands between them."""
        middle, after = _gap(passage, site)
        return (passage.text[site.start : middle] + passage.text[after : site.end],)

    def edit(self, passage: Passage, site: Span, text: str) -> Edit:
        """Both words live on side by side; of two tokens only the first, to which the new token belongs."""
        middle, after = _gap(passage, site)
        first = Kept(site.start, middle, 0)
        second = Kept(after, site.end, middle - site.start)
        return Edit(site.start, site.end, text, (first,) if passage.tokens else (first, second))


def _gap(passage: Passage, site: Span) -> tuple[int, int]:
    """Where the first word of a pair ends and the second begins."""
    first = passage.word_at(site.start)
    return passage.words.ends[first], passage.words.starts[first + 1]
