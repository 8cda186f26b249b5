"""What edits must keep, checked with the library's own clusters and nothing of the code under test."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import regex

from perturbations import Edits, Level, Passage


@lru_cache(maxsize=4096)
def borders(text: str) -> frozenset[int]:
    """Where grapheme clusters begin and end."""
    return frozenset((0, *(match.end() for match in regex.finditer(r"\X", text))))


def hard_borders(passage: Passage) -> frozenset[int]:
    """The borders of clusters in a passage: within its tokens, if it has any."""
    if not passage.tokens:
        return borders(passage.text)
    return frozenset(token.start + place for token in passage.tokens for place in borders(token.of(passage.text)))


def survivors(edits: Edits) -> Iterator[tuple[int, int, int]]:
    """Start and end in the source, and place in the new text, of each piece that is still there."""
    reached, moved = 0, 0
    for edit in edits.edits:
        yield reached, edit.start, reached + moved
        for start, end, at in edit.kept:
            yield start, end, edit.start + moved + at
        moved += len(edit.text) - (edit.end - edit.start)
        reached = edit.end
    yield reached, len(edits.source), reached + moved


def check_applied(text: str, edits: Edits) -> None:
    """The edits are in order, disjoint, change something, and are applied and undone exactly."""
    places = [(edit.start, edit.end) for edit in edits.edits]
    assert places == sorted(places)
    assert all(end <= start for (_, end), (start, _) in pairwise(places))
    # From the last to the first, so that no offset moves before its turn.
    characters = list(text)
    for edit in reversed(edits.edits):
        assert edit.text != text[edit.start : edit.end]
        characters[edit.start : edit.end] = edit.text
    after = edits.apply()
    assert after == "".join(characters)
    back = edits.invert()
    assert (back.source, back.apply()) == (after, text)
    assert back.invert().apply() == after


def check_whole(passage: Passage, edits: Edits) -> None:
    """No edit begins or ends within a grapheme cluster, and what is still there has no new border inside."""
    whole = hard_borders(passage)
    assert {place for edit in edits.edits for place in (edit.start, edit.end)} <= whole
    assert {place for edit in edits.edits for kept in edit.kept for place in kept[:2]} <= whole
    after = borders(edits.apply())
    for start, end, at in survivors(edits):
        assert {place - at + start for place in after if at < place < at + end - start} <= whole


def units_struck(passage: Passage, level: Level, edits: Edits) -> int:
    """The units that share a character with an edit, or in which one puts something; an edit of none counts as one."""
    units = list(passage.units(level))
    struck = [
        {place for place, unit in enumerate(units) if unit.start < edit.end and edit.start < unit.end}
        for edit in edits.edits
    ]
    return len(set[int]().union(*struck)) + sum(not places for places in struck)
