"""Parts that all Markdown pages have: the notes at the top, what reproduces the numbers, what the columns mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reports import values
from reports.columns import Column
from reports.tables import escape, fenced


def note_block(notes: Sequence[str]) -> Iterator[str]:
    """What has to be known before any number, as a quotation in bold; nothing where there is nothing to know."""
    if notes:
        yield "\n>\n".join(f"> **{escape(note)}**" for note in notes)


def numbered(notes: Sequence[str]) -> Iterator[str]:
    """The footnotes of a table, if it has any."""
    if notes:
        yield "\n".join(f"{number}. {escape(note)}" for number, note in enumerate(notes, 1))


def signature_block(signature: Mapping[str, str]) -> str:
    """Names and values of a signature, a line each."""
    width = max(map(len, signature))
    return fenced("\n".join(f"{key:<{width}} = {' '.join(value.split())}" for key, value in signature.items()))


def definitions(columns: Iterable[Column]) -> Iterator[str]:
    """The heading and the list of what columns mean; nothing where none has a definition."""
    lines = [f"- **{escape(column.heading)}**: {escape(column.definition)}" for column in columns if column.definition]
    if lines:
        yield "## Columns"
        yield "\n".join([*lines, f"- `{values.MISSING}`: no value; the notes of the row say why"])
