"""Passage: a text ready to be perturbed, its units computed once and reused by every perturbation that strikes it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from perturbations.clusters import CLUSTER_CLASSES, SEEN, Clusters, clusters, single, within
from perturbations.edits import Span
from perturbations.eligibility import ALPHANUMERIC, VISIBLE, Codes, Eligible, codes_of, where
from perturbations.errors import UsageError
from perturbations.languages import Language, find_language
from perturbations.lazy import lazily
from perturbations.segmentation import SURROGATE
from perturbations.stretches import Guard, Stretches, places
from perturbations.word_borders import word_borders

Owner = TypeVar("Owner")
Found = TypeVar("Found")


class Level(StrEnum):
    """What a perturbation counts in: the unit of its rate."""

    CHARACTER = "character"
    WORD = "word"


@dataclass(frozen=True)
class Passage:
    """A text with its language and key; what is computed from it is computed once, when first asked for.

    Args:
        text: any string.
        language: language code; its table says what the text is written with.
        key: what seeds the noise beside the seed and the perturbation; the text itself where empty.
        tokens: hard borders: if given, graphemes and words are looked for inside these spans only, never over the
            space that joins two of them, and a token that holds a letter or digit is one word. Disjoint, ascending.
        protected: spans that no edit may touch.

    Raises:
        UnknownNameError: the language has no table.
        UsageError: a token reaches past the text.
    """

    text: str
    language: str
    key: str = ""
    tokens: tuple[Span, ...] = field(default=())
    protected: tuple[Span, ...] = field(default=())

    writing: Language = field(init=False, repr=False, compare=False)
    """How the language is written."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "writing", find_language(self.language))
        if self.tokens and self.tokens[-1].end > len(self.text):
            raise UsageError(f"{self.tokens[-1]} reaches past the text of {len(self.text)} code points")

    def __reduce__(self) -> tuple[type[Passage], tuple[object, ...]]:
        # What was computed is computed anew by whoever gets a copy.
        return Passage, (self.text, self.language, self.key, self.tokens, self.protected)

    @lazily
    def encodable(self) -> bool:
        """Whether the text has a UTF-8 form: no lone surrogate."""
        return self.text.isascii() or SURROGATE.search(self.text) is None

    @lazily
    def seed(self) -> bytes:
        """What seeds the noise beside the seed of the run and the perturbation."""
        return (self.key or self.text).encode(errors="surrogatepass")

    @lazily
    def codes(self) -> Codes:
        """The code points."""
        return codes_of(self.text)

    @lazily
    def graphemes(self) -> Stretches:
        """The extended grapheme clusters that begin with neither white space nor an ASCII control, in order."""
        if self.plain:
            return self._masked(self._visible)
        starts = places(self._inside.starts)
        return Stretches(starts, width=1) if self.single else Stretches(starts, places(b"\0" + self._inside.ends))

    @lazily
    def _clusters(self) -> Clusters:
        """The clusters of the text as a whole, whatever its tokens are."""
        return clusters(self.text, self._kinds)

    @lazily
    def _inside(self) -> Clusters:
        """The clusters of each token by itself, or of the whole text if it has none."""
        return within(self.tokens, self.text, self._kinds) if self.tokens else self._clusters

    @lazily
    def initial_codes(self) -> Codes:
        """The code points by which graphemes are chosen: the first of each, or all of a plain passage."""
        return self.codes if self.plain else where(self.codes, self._inside.starts)

    @lazily
    def composed(self) -> Sequence[int]:
        """The numbers of the graphemes of several code points."""
        return self.graphemes.wider(1)

    @lazily
    def plain(self) -> bool:
        """Whether every code point is looked at by itself: no tokens, and no cluster of several but CR LF."""
        return not self.tokens and self.single

    @lazily
    def single(self) -> bool:
        """Whether no cluster has several code points, but for CR LF."""
        return self.text.isascii() or single(self._kinds)

    @lazily
    def _kinds(self) -> bytes:
        return CLUSTER_CLASSES.of(self.codes)

    def beginning_with(self, eligible: Eligible) -> Stretches:
        """The graphemes whose first code point is eligible."""
        return self._masked(eligible.of(self.initial_codes))

    def _masked(self, mask: bytes) -> Stretches:
        found = self._chosen.get(mask)
        if found is None:
            found = Stretches(places(mask), width=1) if self.plain else self.graphemes.masked(mask)
            self._chosen[mask] = found
        return found

    @lazily
    def _chosen(self) -> dict[bytes, Stretches]:
        """Graphemes by the mask that chose them: many perturbations want the same ones."""
        return {}

    @lazily
    def letters(self) -> Stretches:
        """The grapheme clusters that begin with a letter or a digit."""
        return self.beginning_with(ALPHANUMERIC)

    @lazily
    def words(self) -> Stretches:
        """The words, as the language writes them: no punctuation, no spaces."""
        if self.tokens:
            text = self.text
            tokens = Stretches([token.start for token in self.tokens], [token.end for token in self.tokens])
            return tokens.where(lambda start, end: any(map(str.isalnum, text[start:end])))
        return Stretches(*word_borders(self.text, self.codes, self.writing))

    def grapheme_end(self, start: int) -> int:
        """Where the grapheme cluster that begins at `start` ends."""
        return self.graphemes.ends[bisect_left(self.graphemes.starts, start)]

    def word_at(self, start: int) -> int:
        """The index of the word that begins at `start`."""
        return bisect_left(self.words.starts, start)

    def parts(self, offset: int) -> bool:
        """Whether a grapheme cluster, white space included, begins or the text ends at `offset`."""
        around = self.text[max(0, offset - 1) : offset + 1]
        # Two ASCII characters never belong together but for CR LF.
        if around.isascii() or self.single:
            return around != "\r\n"
        return offset == len(self.text) or bool(self._clusters.borders[offset])

    def inside(self, span: Span) -> Stretches:
        """The grapheme clusters that begin within `span`."""
        first, last = (bisect_left(self.graphemes.starts, offset) for offset in (span.start, span.end))
        return self.graphemes[first:last]

    def protecting(self, spans: tuple[Span, ...]) -> Passage:
        """This passage with further protected spans; what was computed of its text is shared."""
        other = Passage(self.text, self.language, self.key, self.tokens, (*self.protected, *spans))
        own = {*self.__dataclass_fields__, "_guard", "_held"}
        computed = {name: value for name, value in vars(self).items() if name not in own}
        vars(other).update(computed)
        return other

    def free(self, start: int, end: int) -> bool:
        """Whether nothing in `[start, end)` is protected."""
        return not self.protected or self._guard.leaves(start, end)

    @lazily
    def _guard(self) -> Guard:
        return Guard(self.protected)

    def hold(self, owner: Owner, find: Callable[[Passage, Owner], Found]) -> Found:
        """What `find` makes of this passage for an owner, remembered until another owner asks.

        A run strikes with one perturbation at all its rates and seeds before the next one. The sites of all of them
        would take many times the room of the text.
        """
        held = self._held
        if held is None or held[0] is not owner:
            held = self.__dict__["_held"] = owner, find(self, owner)
        return held[1]

    @lazily
    def _held(self) -> tuple[object, Any] | None:
        return None

    def count(self, level: Level) -> int:
        """How many units a rate at `level` counts; no list is made of what is only counted."""
        return self._characters if level is Level.CHARACTER else len(self.words)

    @lazily
    def _characters(self) -> int:
        return self._visible.count(1) if self.plain else len(self.graphemes.starts)

    @lazily
    def _visible(self) -> bytes:
        """The code points that a grapheme begins with where each is one by itself."""
        return VISIBLE.of(self.codes) if self.text.isascii() else self._kinds.translate(SEEN)

    def units(self, level: Level) -> Stretches:
        """The units that a rate at `level` counts."""
        return self.graphemes if level is Level.CHARACTER else self.words
