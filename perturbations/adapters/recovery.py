"""Recovery: the edits that lead from a passage to a text that foreign code made of it, counted in our own units.

Adjacent units that changed places are one edit that keeps both. In a passage of tokens, edits that no label can follow
are dropped, as are edits of protected spans everywhere; `adapters.harm` tells what was broken.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from perturbations.adapters.alignment import Column, align
from perturbations.edits import Edit, Kept, Span
from perturbations.eligibility import visible
from perturbations.passage import Level, Passage
from perturbations.segmentation import graphemes, words
from perturbations.stretches import Stretches

CAME, WENT = 1, 2


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch in which the two texts differ: its edits, and what stood and stands there.

    Args:
        edits: ascending, disjoint.
        before: the stretch of the source.
        after: the stretch of the result.
        pieces: the grapheme clusters or words, and what lies between them, that make up `before`.
        spaces: how many pieces of white space came, went or changed.
    """

    edits: tuple[Edit, ...]
    before: str
    after: str
    pieces: tuple[str, ...]
    spaces: int


@dataclass(frozen=True, slots=True)
class _Sides:
    """The pieces of both texts, with the offset at which each begins and the units of the source."""

    before: list[str]
    after: list[str]
    starts: list[int]
    units: frozenset[int]

    def unit(self, index: int) -> bool:
        return self.starts[index] in self.units

    def spaced(self, column: Column) -> bool:
        """Whether a column is one of white space that is not the same on both sides."""
        piece = self.before[column.before] if column.before >= 0 else self.after[column.after]
        return not column.equal and piece.isspace()

    def source(self, columns: Sequence[Column]) -> tuple[str, ...]:
        return tuple(self.before[column.before] for column in columns if column.before >= 0)

    def result(self, columns: Sequence[Column]) -> str:
        return "".join(self.after[column.after] for column in columns if column.after >= 0)


def changes(passage: Passage, after: str, level: Level) -> list[Change]:
    """The stretches in which `after` differs from the passage, by ascending offset.

    Args:
        passage: the source.
        after: what foreign code made of it.
        level: whether grapheme clusters or words are held against one another.
    """
    units = passage.units(level)
    borders = [*_borders(passage.text, units), len(passage.text)]
    cut = [*_borders(after, Stretches(*_made(after, passage, level))), len(after)]
    before = [passage.text[start:end] for start, end in pairwise(borders)]
    pieces = [after[start:end] for start, end in pairwise(cut)]
    sides = _Sides(before, pieces, borders, frozenset(units.starts))
    return list(_stretches(sides, align(before, pieces)))


def _made(after: str, passage: Passage, level: Level) -> tuple[list[int], list[int]]:
    """The borders of the words of the result; those of its grapheme clusters follow by themselves."""
    found = words(after, passage.writing) if level is Level.WORD else []
    return [start for start, _ in found], [end for _, end in found]


def _borders(text: str, units: Stretches) -> list[int]:
    """Where the pieces of a text begin: at each unit and, between two of them, at each grapheme cluster."""
    borders = {*units.starts, *units.ends}
    for cluster in graphemes(text):
        unit = bisect_right(units.starts, cluster) - 1
        if unit < 0 or cluster >= units.ends[unit]:
            borders.add(cluster)
    return sorted(borders - {len(text)})


def _stretches(sides: _Sides, columns: Sequence[Column]) -> Iterator[Change]:
    """Every move and every row of unequal columns."""
    at = offset = 0
    while at < len(columns):
        length = _moved(sides, columns, at)
        if not length and columns[at].equal:
            at, offset = at + 1, columns[at].before + 1
            continue
        end = at + length if length else _row(sides, columns, at)
        row = columns[at:end]
        source, result = sides.source(row), sides.result(row)
        if "".join(source) != result:
            grows = at > 0 and columns[at - 1].equal and sides.unit(offset - 1)
            edits = _move(sides, row) if length else tuple(_edits(sides, row, offset, grows=grows))
            yield Change(edits, "".join(source), result, source, sum(sides.spaced(column) for column in row))
        at, offset = end, offset + len(source)


def _row(sides: _Sides, columns: Sequence[Column], at: int) -> int:
    """Where the row of unequal columns that begins at `at` ends: at an equal one or at a move."""
    end = at + 1
    while end < len(columns) and not columns[end].equal and not _moved(sides, columns, end):
        end += 1
    return end


def _moved(sides: _Sides, columns: Sequence[Column], at: int) -> int:
    """The number of columns from `at` on in which two adjacent units change places; 0 if they do not."""
    last = len(columns) - 1
    first = columns[at]
    if at == last or first.equal or min(first) < 0 or sides.spaced(first):
        return 0
    other = at + 1
    while other < last and columns[other].equal and not sides.unit(columns[other].before):
        other += 1
    second = columns[other]
    same = _alike(sides.before[first.before], sides.before[second.before])
    if second.equal or min(second) < 0 or sides.spaced(second) or same:
        return 0
    crossed = _alike(sides.before[first.before], sides.after[second.after])
    return (other + 1 - at) * (crossed and _alike(sides.before[second.before], sides.after[first.after]))


def _alike(one: str, other: str) -> bool:
    """Whether two units are the same but for capitals."""
    return one.casefold() == other.casefold()


def _move(sides: _Sides, row: Sequence[Column]) -> tuple[Edit, ...]:
    """The edit by which two units change places, with what lies between them; it keeps nothing if one was rewritten."""
    source, result = sides.source(row), sides.result(row)
    first = next(column.before for column in row if column.before >= 0)
    start, between = sides.starts[first], "".join(source[1:-1])
    middle, end = start + len(source[0]), start + sum(map(len, source))
    if result != source[-1] + between + source[0]:
        return (Edit(start, end, result),)
    gap = len(source[-1])
    kept = (
        Kept(end - gap, end, 0),
        *((Kept(middle, end - gap, gap),) if between else ()),
        Kept(start, middle, gap + len(between)),
    )
    return (Edit(start, end, result, kept),)


def _edits(sides: _Sides, row: Sequence[Column], following: int, *, grows: bool) -> Iterator[Edit]:
    """The edits of a row of unequal columns that begins before piece `following`.

    One for each piece that was replaced, one for each run of pieces that went. Text that came is added to the edit
    before it or, where `grows`, to the unit before it, so that a token keeps its growth; not so if it has white space.
    """
    if len(sides.source(row)) == 1:
        yield Edit(sides.starts[following], sides.starts[following + 1], sides.result(row))
        return
    pending = _unchanged(sides, following - 1) if grows else None
    for kind, group in groupby(row, key=_kind):
        for run in [list(group)] if kind else [[column] for column in group]:
            start, new = sides.starts[following], sides.result(run)
            following += len(sides.source(run))
            if kind == CAME and pending is not None and not any(map(str.isspace, new)):
                pending = pending._replace(text=pending.text + new)
                continue
            if pending is not None and not _idle(pending):
                yield pending
            pending = Edit(start, sides.starts[following], new)
    if pending is not None and not _idle(pending):
        yield pending


def _kind(column: Column) -> int:
    """Whether a piece was replaced (0), came or went."""
    return CAME if column.before < 0 else WENT if column.after < 0 else 0


def _unchanged(sides: _Sides, index: int) -> Edit:
    """The edit that keeps a unit as it is, ready to grow."""
    start, end = sides.starts[index], sides.starts[index + 1]
    return Edit(start, end, sides.before[index], (Kept(start, end, 0),))


def _idle(edit: Edit) -> bool:
    return bool(edit.kept) and len(edit.text) == edit.end - edit.start


def touched(units: Stretches, edits: Sequence[Edit], level: Level) -> int:
    """How many of the units the edits touch; text put between units counts as one where it holds one itself."""
    found: set[int] = set()
    added = 0
    for edit in edits:
        first, last = bisect_right(units.ends, edit.start), bisect_left(units.starts, edit.end)
        whole = len(edit.kept) == 1 and edit.kept[0][:2] == (edit.start, edit.end)
        if first < last and not whole:
            found.update(range(first, last))
        else:
            kept = edit.end - edit.start
            added += any(map(str.isalnum if level is Level.WORD else visible, edit.text[kept:]))
    return min(len(units), len(found) + added)


def followed(passage: Passage, edit: Edit) -> bool:
    """Whether the labels of a passage of tokens can follow an edit, and nothing protected is touched by it."""
    if not passage.free(edit.start, edit.end):
        return False
    tokens = passage.tokens
    if not tokens:
        return True
    first = bisect_right(tokens, edit.start, key=lambda token: token.end)
    last = bisect_left(tokens, edit.end, key=lambda token: token.start)
    if first == last - 1 and tokens[first].start <= edit.start and edit.end <= tokens[first].end:
        return True
    struck = tokens[first:last]
    whole = bool(struck) and edit.start <= struck[0].start and struck[-1].end <= edit.end
    if edit.kept:
        return whole and all(any(_inside(token, kept) for kept in edit.kept) for token in struck)
    # Whole tokens that go must leave a gap between those that stay.
    joins = first > 0 and last < len(tokens) and tokens[first - 1].end == edit.start and tokens[last].start == edit.end
    return whole and not edit.text and not joins


def _inside(token: Span, kept: Kept) -> bool:
    return kept.start <= token.start and token.end <= kept.end
