"""Chunks of a tag sequence under conlleval's rules, as two releases of seqeval apply them.

Both read the first character of a tag as its mark (B, I, E, S or O), so that a bare part-of-speech tag is a chunk of
its own name that merges with an equal neighbour, unless its first letter is S. They differ in the name:
release 0.0.12 takes what follows the last hyphen, release 1.2.2 what follows the first hyphen after the mark. A bare
tag thereby keeps its name in the former and loses its first letter in the latter: CCONJ and SCONJ become one name, and
X becomes the name of O.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

OUTSIDE = "O"
Chunk = tuple[str, int, int]
"""Name, first and last token."""


@dataclass(frozen=True, slots=True)
class State:
    """What the rules remember from one token to the next.

    Args:
        mark: first character of the tag before.
        name: its chunk name.
        begun: where the last chunk began.
    """

    mark: str
    name: str
    begun: int


def name_after_last_hyphen(tag: str) -> str:
    """The chunk name as seqeval 0.0.12 reads it: `GEO-LOC` of `B-GEO-LOC` is `LOC`, `NOUN` stays whole."""
    return tag.rpartition("-")[2]


def name_after_mark(tag: str) -> str:
    """The chunk name as seqeval 1.2.2 reads it: `GEO-LOC` of `B-GEO-LOC`, `OUN` of `NOUN`, `_` of `X` and `O`."""
    return tag[1:].split("-", maxsplit=1)[-1] or "_"


def find_chunks(
    tags: Iterable[str], *, name_of: Callable[[str], str], state: State | None = None, offset: int = 0
) -> tuple[set[Chunk], State]:
    """The chunks of one sentence, closed by a tag outside, and the state behind it.

    Args:
        tags: `(tokens,)`; an empty tag (nothing predicted) is outside.
        name_of: how a tag names its chunk.
        state: the state behind the sentence before, None at the start of a set.
        offset: position of the first token.
    """
    chunks: set[Chunk] = set()
    mark, name, begun = (state.mark, state.name, state.begun) if state else (OUTSIDE, "", 0)
    for position, tag in enumerate((*(tag or OUTSIDE for tag in tags), OUTSIDE), offset):
        new_mark, new_name = tag[0], name_of(tag)
        if ends(mark, name, new_mark, new_name):
            chunks.add((name, begun, position - 1))
        if starts(mark, name, new_mark, new_name):
            begun = position
        mark, name = new_mark, new_name
    return chunks, State(mark, name, begun)


def ends(mark: str, name: str, new_mark: str, new_name: str) -> bool:
    """Whether a chunk ends between a token and the next one."""
    if mark in "ES" or (mark in "BI" and new_mark in "BSO"):
        return True
    return mark not in "O." and name != new_name


def starts(mark: str, name: str, new_mark: str, new_name: str) -> bool:
    """Whether a chunk starts at a token, given the one before it."""
    if new_mark in "BS" or (mark in "ESO" and new_mark in "EI"):
        return True
    return new_mark not in "O." and name != new_name
