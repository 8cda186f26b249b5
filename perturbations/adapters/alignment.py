"""Alignment: which pieces of a text changed on the way to another, by the fewest insertions, removals and replacements.

Levenshtein's distance over whole pieces (grapheme clusters or words), computed by RapidFuzz; white space follows the
pieces around it and is never held against a letter. Texts of more than `WINDOW` pieces are aligned window by window, so
that the cost grows with the length and not with its square; what comes out is exact all the same, and minimal as long
as nothing longer than half a window was inserted or removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, groupby, zip_longest
from operator import attrgetter
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

WINDOW = 1024
"""Pieces on either side that are aligned at once."""
STEADY = 8
"""Equal pieces in a row after which an alignment is trusted and the next window begins."""

MOST = 4096
"""Pairs of pieces of one row of unequal ones up to which their characters are held against one another."""


class Column(NamedTuple):
    """One step of an alignment: a piece before, a piece after, or one of each; -1 for none.

    Args:
        before: index of the piece of the source.
        after: index of the piece of the result.
        equal: whether both are there and the same.
    """

    before: int
    after: int
    equal: bool


def align(before: Sequence[str], after: Sequence[str]) -> list[Column]:
    """Every piece of both sides, in order, with what it became.

    Args:
        before: `(pieces,)` the source; a piece is white space altogether or begins with something else.
        after: `(pieces,)` what came of it.
    """
    columns: list[Column] = []
    first, second, changed = 0, 0, False
    for column in _solid(before, after):
        one, other = column.before, column.after
        if one < 0 or other < 0:
            continue
        columns += _between(before, after, range(first, one), range(second, other), changed=changed)
        columns.append(Column(one, other, column.equal))
        first, second, changed = one + 1, other + 1, not column.equal
    columns += _between(before, after, range(first, len(before)), range(second, len(after)), changed=changed)
    return columns


def _solid(before: Sequence[str], after: Sequence[str]) -> Iterator[Column]:
    """The columns of everything but white space.

    What stands between two spaces is aligned as a whole first, so that nothing moves over a space by chance; only where
    the number of such stretches changed, or two of them have nothing in common, are the pieces of a row of stretches
    held against one another all together.
    """
    left, right = _parted(before), _parted(after)
    whole, result = ["".join(part) for part in _texts(before, left)], ["".join(part) for part in _texts(after, right)]
    for equal, group in groupby(_crossed(_numbered(whole, result), whole, result), key=attrgetter("equal")):
        row = list(group)
        befores = [left[column.before] for column in row if column.before >= 0]
        afters = [right[column.after] for column in row if column.after >= 0]
        if len(befores) != len(afters) or not all(map(_akin, _texts(before, befores), _texts(after, afters))):
            befores, afters = [list(chain(*befores))], [list(chain(*afters))]
        for ones, others in zip(befores, afters, strict=True):
            if equal and len(ones) == len(others):
                yield from (Column(one, other, equal) for one, other in zip(ones, others, strict=True))
                continue
            (one,), (other,) = _texts(before, [ones]), _texts(after, [others])
            for column in _paired(_numbered(one, other), one, other):
                yield Column(
                    ones[column.before] if column.before >= 0 else -1,
                    others[column.after] if column.after >= 0 else -1,
                    column.equal,
                )


def _texts(pieces: Sequence[str], parts: Sequence[Sequence[int]]) -> Iterator[list[str]]:
    return ([pieces[index] for index in part] for part in parts)


def _akin(before: list[str], after: list[str]) -> bool:
    """Whether two stretches have a piece in common."""
    return not set(before).isdisjoint(after)


def _parted(pieces: Sequence[str]) -> list[list[int]]:
    """The indices of the pieces between every two pieces of white space."""
    groups = groupby(range(len(pieces)), key=lambda index: pieces[index].isspace())
    return [list(group) for blank, group in groups if not blank]


def _numbered(before: Sequence[str], after: Sequence[str]) -> list[Column]:
    """The columns of two sequences of strings."""
    numbers: dict[str, int] = {}
    left = [numbers.setdefault(piece, len(numbers)) for piece in before]
    return list(_columns(left, [numbers.setdefault(piece, len(numbers)) for piece in after]))


def _paired(columns: Sequence[Column], before: Sequence[str], after: Sequence[str]) -> Iterator[Column]:
    """The columns, in each row of unequal ones as many of them with two sides as can be: it costs no more.

    Args:
        columns: an alignment of the pieces.
        before: `(pieces,)` the source without its white space.
        after: `(pieces,)` what came of it, without its white space.
    """
    for equal, group in groupby(_crossed(columns, before, after), key=attrgetter("equal")):
        if equal:
            yield from group
            continue
        row = list(group)
        left = [column.before for column in row if column.before >= 0]
        right = [column.after for column in row if column.after >= 0]
        owners = _owners([before[one] for one in left], [after[other] for other in right])
        pairs: list[tuple[int, int]] = []
        first = second = 0
        for place, owner in enumerate(owners):
            if owner >= first:
                # Of what stands before the two, nothing is shared.
                pairs += zip_longest(left[first:owner], right[second:place], fillvalue=-1)
                pairs.append((left[owner], right[place]))
                first, second = owner + 1, place + 1
            elif owner >= 0:
                pairs += [(-1, other) for other in right[second : place + 1]]
                second = place + 1
        pairs += zip_longest(left[first:], right[second:], fillvalue=-1)
        yield from (Column(one, other, equal) for one, other in pairs)


def _crossed(columns: Sequence[Column], before: Sequence[str], after: Sequence[str]) -> Iterator[Column]:
    """The columns, with `y` put before `x` and taken away behind it written as two replacements: it costs no more."""
    at = 0
    while at < len(columns):
        first, middle, last = (*columns[at : at + 3], *[columns[at]] * 2)[:3]
        if middle.equal and not first.equal and not last.equal:
            if first.before < 0 and last.after < 0 and after[first.after] == before[last.before]:
                yield Column(middle.before, first.after, first.equal)
                yield Column(last.before, middle.after, first.equal)
                at += 3
                continue
            if first.after < 0 and last.before < 0 and before[first.before] == after[last.after]:
                yield Column(first.before, middle.after, first.equal)
                yield Column(middle.before, last.after, first.equal)
                at += 3
                continue
        yield first
        at += 1


def _owners(before: Sequence[str], after: Sequence[str]) -> list[int]:
    """For each piece after, the piece before of which it holds most characters, -1 where of none; ascending.

    Only asked where the numbers differ: `doesn't it` becomes `doesn ' t ist`, and `ist` is what came of `it`.
    """
    if len(before) == len(after) or not before or not after or len(before) * len(after) > MOST:
        return [-1] * len(after)
    left = [index for index, piece in enumerate(before) for _ in piece]
    right = [index for index, piece in enumerate(after) for _ in piece]
    shared = [dict[int, int]() for _ in after]
    for block in Levenshtein.opcodes("".join(before), "".join(after)):
        if block.tag == "equal":
            sides = zip(left[block.src_start : block.src_end], right[block.dest_start : block.dest_end], strict=True)
            for one, other in sides:
                shared[other][one] = shared[other].get(one, 0) + 1
    return [max(counts, key=lambda one: (counts[one], -one)) if counts else -1 for counts in shared]


def _between(before: Sequence[str], after: Sequence[str], left: range, right: range, *, changed: bool) -> list[Column]:
    """The columns of what stands between two pieces that have two sides: white space, and what came or went.

    Where white space could be the same in several ways, what came goes to the piece before it if that one changed
    (`changed`): `don't go` becomes `don ' t go`.
    """
    turn = -1 if changed else 1
    numbers: dict[str, int] = {}
    befores = [numbers.setdefault(before[index], len(numbers)) for index in left]
    afters = [numbers.setdefault(after[index], len(numbers)) for index in right]
    found: list[Column] = []
    for one, other, equal in _window(befores[::turn], afters[::turn], 0, 0):
        pair = (left[::turn][one] if one >= 0 else -1, right[::turn][other] if other >= 0 else -1)
        if min(pair) < 0 or equal or (before[pair[0]].isspace() and after[pair[1]].isspace()):
            found.append(Column(*pair, equal))
        else:
            found += (Column(pair[0], -1, equal), Column(-1, pair[1], equal))
    return found[::turn]


def _columns(left: list[int], right: list[int]) -> Iterator[Column]:
    """The columns of two sequences of numbers, window by window."""
    first = second = 0
    while first < len(left) or second < len(right):
        last = len(left) - first <= WINDOW and len(right) - second <= WINDOW
        found = _window(left[first : first + WINDOW], right[second : second + WINDOW], first, second)
        settled = len(found) if last else _steady(found)
        yield from found[:settled]
        for column in found[:settled]:
            first += column.before >= 0
            second += column.after >= 0


def _window(left: list[int], right: list[int], first: int, second: int) -> list[Column]:
    """The columns of one window whose sides begin at `first` and `second`."""
    found: list[Column] = []
    for step in Levenshtein.opcodes(left, right):
        befores = range(first + step.src_start, first + step.src_end)
        afters = range(second + step.dest_start, second + step.dest_end)
        if step.tag in ("equal", "replace"):
            equal = step.tag == "equal"
            found += [Column(one, other, equal) for one, other in zip(befores, afters, strict=True)]
        else:
            found += [Column(one, -1, equal=False) for one in befores]
            found += [Column(-1, other, equal=False) for other in afters]
    return found


def _steady(columns: Sequence[Column]) -> int:
    """How many columns of a window that is not the last are kept.

    Up to the end of the last row of equal pieces in its second half, since what follows was aligned with pieces that
    may belong to the next window; three quarters where there is no such row.
    """
    row = 0
    for index in range(len(columns) - 1, len(columns) // 2, -1):
        row = row + 1 if columns[index].equal else 0
        if row == STEADY:
            return index + STEADY
    return max(1, len(columns) * 3 // 4)
