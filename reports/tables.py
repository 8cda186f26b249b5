"""Markdown tables that can be read before they are rendered, and text that cannot break them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len

ACTIVE = re.compile(r"[\\`*|~]|\](?=[(\[:])|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w+;)")
"""Characters that Markdown would act upon; an underscore inside a word, `[1, 2]` and `<0.001` are left alone."""

LEADING = re.compile(r"^(\d*)((?<=\d)[.)](?=\s|$)|(?<!\d)(?:[>#=]|[-+](?=[\s-]|$)))")
"""What would begin a heading, a list or a quotation."""


def escape(text: str) -> str:
    r"""`text` as Markdown that shows exactly it, on one line; line ends become `<br>`.

    A `|` becomes `\|`, as GitHub's tables want it. Control characters, which no page can show, become `\ufffd`.
    """
    lines = [re.sub(r"[\x00-\x1f\x7f]", "\ufffd", line.replace("\t", " ").strip(" ")) for line in text.splitlines()]
    return "<br>".join(LEADING.sub(r"\1\\\2", ACTIVE.sub(lambda found: "\\" + found.group(), line)) for line in lines)


def render_table(headings: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> str:
    """A pipe table whose columns are padded to one width, wide East Asian characters counted as two.

    Args:
        headings: `(columns,)` plain text.
        rows: `(rows, columns)` Markdown, escaped where it came from outside.
        right: `(columns,)` whether a column is aligned to the right.
    """
    widths = [max(3, *(cell_len(row[index]) for row in (headings, *rows))) for index in range(len(headings))]
    columns = list(zip(widths, right, strict=True))
    ruler = ["-" * (width - to_right) + ":" * to_right for width, to_right in columns]

    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(_pad(cell, *column) for cell, column in zip(cells, columns, strict=True))} |"

    return "\n".join([line(headings), line(ruler), *map(line, rows)])


def _pad(cell: str, width: int, to_right: bool) -> str:
    gap = " " * (width - cell_len(cell))
    return gap + cell if to_right else cell + gap


def fenced(text: str) -> str:
    """`text` as a literal block, behind a fence longer than any run of backticks in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"
