"""Edits: what a perturbation did to a text, and where every piece of the text is now.

The model follows the standoff tradition: an edit is a replacement of one stretch of the source, with the pieces of
the source that live on inside the replacement named one by one. Labels, the realised rate, the diff of a report and
the way back all follow from it. Offsets count Unicode code points. What a text has many of is a named tuple, which is
made in a third of the time of a frozen dataclass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeVar

Made = TypeVar("Made", bound="tuple[object, ...]")


class _Make(Protocol):
    def __call__(self, kind: type[Made], values: tuple[object, ...], /) -> Made: ...


make: _Make = vars(tuple)["__new__"]
"""`make(Edit, (start, end, text, kept))` is `Edit(start, end, text, kept)` in half the time; all values are given."""


class Status(StrEnum):
    """What became of a text that was to be perturbed."""

    DONE = "done"
    SATURATED = "saturated"
    """Fewer disjoint sites than the rate may ask for: the realised rate falls short."""
    UNSUPPORTED = "unsupported"
    """The language has no such thing (casing in Thai)."""
    UNAVAILABLE = "unavailable"
    """Something that the perturbation needs for the language is not installed or was not given."""
    UNENCODABLE = "unencodable"
    """The text holds a lone surrogate and has no UTF-8 form; it is left alone."""


class Damage(StrEnum):
    """What foreign code did to a text besides the noise that was asked of it; our own perturbations do none of it."""

    MARKS = "marks"
    """Grapheme clusters torn: a mark parted from its letter, or one of the two gone or changed."""
    SPACING = "spacing"
    """Spaces that came, went or changed where no word did."""
    WORDS = "words"
    """Words of the text that it did not take for one word each: cut, or joined with others."""
    DROPPED = "dropped"
    """Its edits that were taken back, since they touch a protected span or would part labels from their tokens."""


class Harm(NamedTuple):
    """How often a kind of damage was done to one text: `cases` is above 0."""

    kind: Damage
    cases: int


class Span(NamedTuple):
    """A labelled stretch of text `[start, end)`: a token with its tag, an answer, a mention."""

    start: int
    end: int
    label: str = ""

    def of(self, text: str) -> str:
        """The stretch of `text` that the span covers."""
        return text[self.start : self.end]


class Kept(NamedTuple):
    """A slice `[start, end)` of the source that stands, unchanged, at offset `at` of a replacement."""

    start: int
    end: int
    at: int


class Edit(NamedTuple):
    """Replace `source[start:end]` by `text`; `kept` lists the pieces of the source that live on inside `text`."""

    start: int
    end: int
    text: str
    kept: tuple[Kept, ...] = ()


def exchange(text: str, first: tuple[int, int], second: tuple[int, int]) -> Edit:
    """The edit that puts two stretches `[start, end)` at one another's place, what stands between them as it was."""
    (start, middle), (after, end) = first, second
    kept = make(Kept, (after, end, 0)), make(Kept, (start, middle, end - middle))
    return make(Edit, (start, end, text[after:end] + text[middle:after] + text[start:middle], kept))


def check(source: str, edits: Iterable[Edit]) -> None:
    """Refuse what cannot be the edits of a text.

    Raises:
        ValueError: edits that overlap, run backwards, leave the source, or keep what is not there.
    """
    size, reached = len(source), 0
    for edit in edits:
        first, last, text, kept = edit
        if not reached <= first <= last <= size:
            raise ValueError(f"{edit} overlaps the edit before it or leaves the source of {size} code points")
        for start, end, at in kept:
            if not first <= start <= end <= last or text[at : at + end - start] != source[start:end]:
                raise ValueError(f"{edit} keeps [{start}, {end}), which does not stand at {at} of its text")
        reached = last


def in_order(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The edits, disjoint: two neighbouring words that go would both take the space between them."""
    settled: list[Edit] = []
    reached = 0
    for edit in edits:
        settled.append(edit._replace(start=reached) if edit.start < reached else edit)
        reached = edit.end
    return tuple(settled)


@dataclass(frozen=True, slots=True)
class Edits:
    """The ordered edits of one source.

    Args:
        source: the text before.
        edits: disjoint edits by ascending offset; several may start at one offset and apply in the order given.
        units: number of non-space units (grapheme clusters or words) of the source.
        touched: how many of them the edits touch; an adjacent swap touches two, and a text that is struck as a whole
            (`Scope.TEXT`) counts as touched in all its units.
        status: whether the text could be perturbed as asked.
        collisions: proposed edits that would have made another word of the language, refused or not; 0 where nobody
            looked.
        damage: what foreign code broke, each kind at most once; empty for perturbations of our own.

    Raises:
        ValueError: edits that overlap, run backwards, leave the source, or keep what is not there.
    """

    source: str
    edits: tuple[Edit, ...] = ()
    units: int = 0
    touched: int = 0
    status: Status = Status.DONE
    collisions: int = 0
    damage: tuple[Harm, ...] = ()

    def __post_init__(self) -> None:
        check(self.source, self.edits)

    @property
    def rate(self) -> float:
        """The realised rate: units touched over all units, 0 for a text without units."""
        return self.touched / self.units if self.units else 0.0

    def apply(self) -> str:
        """The text after all edits."""
        pieces: list[str] = []
        reached = 0
        source, add = self.source, pieces.append
        for start, end, text, _ in self.edits:
            add(source[reached:start])
            add(text)
            reached = end
        pieces.append(source[reached:])
        return "".join(pieces)

    def pieces(self, span: Span) -> list[Span]:
        """Where the text of `span` is now, piece by piece, in the order of the new text.

        An edit of which the span holds everything that is kept belongs to it with all its text: one that lies inside
        the span, one that keeps nothing, one that keeps of two tokens the first. Of any other the kept pieces are
        followed. Text inserted exactly at a border stays outside.
        """
        found: list[Span] = []
        reached, moved = 0, 0
        for edit in self.edits:
            self._unedited(found, span, reached, edit.start, moved)
            at = edit.start + moved
            touches = edit.start < span.end and span.start < edit.end
            holds_all = all(span.start <= start and end <= span.end for start, end, _ in edit.kept)
            insertion = edit.start == edit.end and span.start < edit.start < span.end
            if insertion or (touches and holds_all):
                found.append(Span(at, at + len(edit.text), span.label))
            elif touches:
                for start, end, place in edit.kept:
                    self._unedited(found, span, start, end, at + place - start)
            moved += len(edit.text) - (edit.end - edit.start)
            reached = edit.end
        self._unedited(found, span, reached, len(self.source), moved)
        return sorted((piece for piece in found if piece.start < piece.end), key=lambda piece: piece.start)

    @staticmethod
    def _unedited(found: list[Span], span: Span, start: int, end: int, moved: int) -> None:
        """Add the part of `span` within `[start, end)`, shifted by `moved`."""
        first, last = max(start, span.start), min(end, span.end)
        if first < last:
            found.append(Span(first + moved, last + moved, span.label))

    def carry(self, span: Span) -> Span | None:
        """The stretch of the new text that `span` covers: the hull of its pieces, or None where all of it is gone."""
        pieces = self.pieces(span)
        if not pieces:
            return None
        return Span(pieces[0].start, max(piece.end for piece in pieces), span.label)

    def invert(self) -> Edits:
        """The edits that lead from the new text back to the source, exactly."""
        return replace(self, source=self.apply(), edits=tuple(self._inverted()))

    def _inverted(self) -> Iterator[Edit]:
        moved = 0
        for edit in self.edits:
            at = edit.start + moved
            kept = tuple(
                Kept(at + place, at + place + end - start, start - edit.start) for start, end, place in edit.kept
            )
            yield Edit(at, at + len(edit.text), self.source[edit.start : edit.end], kept)
            moved += len(edit.text) - (edit.end - edit.start)


_new = object.__new__
_set_source, _set_edits, _set_units, _set_touched, _set_status, _set_collisions, _set_damage = (
    getattr(Edits, field.name).__set__ for field in fields(Edits)
)


def trusted(source: str, edits: tuple[Edit, ...], units: int, touched: int, status: Status) -> Edits:
    """The `Edits` of what is known to be right: unchecked, and made in a third of the time."""
    made = _new(Edits)
    _set_source(made, source)
    _set_edits(made, edits)
    _set_units(made, units)
    _set_touched(made, touched)
    _set_status(made, status)
    _set_collisions(made, 0)
    _set_damage(made, ())
    return made
