"""BIO tags after their tokens were deleted or moved: what continues a chunk that has lost its beginning begins it.

Tags without the prefixes `B-` and `I-` (parts of speech) are left alone.
"""

from __future__ import annotations

from collections.abc import Sequence

BEGIN, INSIDE = "B-", "I-"


def surviving_bio(tags: Sequence[str], survivors: Sequence[int]) -> tuple[str, ...]:
    """The tags of the tokens that survive, each chunk beginning where its first survivor stands.

    A token begins a chunk where the survivor before it is not of its own chunk, and continues it where it is, so that
    two words swapped within a name remain one name. Where all survive in order, nothing changes.

    Args:
        tags: `(tokens,)` before, one each.
        survivors: `(survivors,)` indices into `tags`, in the new order, as `suites.examples.transport` returns them.

    Returns:
        `(survivors,)` tags.
    """
    chunks = _chunks(tags)
    carried: list[str] = []
    before: int | None = None
    for index in survivors:
        tag, chunk = tags[index], chunks[index]
        first = chunk is None or chunk == index
        if chunk is not None and chunk == before:
            tag = f"{INSIDE}{_name(tag)}"
        elif not first:
            tag = f"{BEGIN}{_name(tag)}"
        carried.append(tag)
        before = chunk
    return tuple(carried)


def mentions(tags: Sequence[str]) -> list[tuple[int, int]]:
    """The chunks of a sequence, each as its first token and one past its last.

    Args:
        tags: `(tokens,)`; those without the prefixes `B-` and `I-` belong to none.
    """
    found: dict[int, int] = {}
    for index, first in enumerate(_chunks(tags)):
        if first is not None:
            found[first] = index + 1
    return list(found.items())


def _name(tag: str) -> str | None:
    return tag[len(BEGIN) :] if tag.startswith((BEGIN, INSIDE)) else None


def _chunks(tags: Sequence[str]) -> list[int | None]:
    """For each token the index of the first token of its chunk, None outside of chunks."""
    chunks: list[int | None] = []
    name_before: str | None = None
    for index, tag in enumerate(tags):
        name = _name(tag)
        if name is None:
            chunks.append(None)
        else:
            continues = tag.startswith(INSIDE) and name == name_before
            chunks.append(chunks[-1] if continues else index)
        name_before = name
    return chunks
