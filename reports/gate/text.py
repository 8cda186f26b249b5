"""A verdict as plain text: the answer, what was tested, and every claim that keeps the candidate from passing."""

from __future__ import annotations

from collections.abc import Iterator

from reports.gate.verdict import Judged, Verdict, counted, troubled

MOST = 20
"""Cells that are told in full; the other outputs have them all."""


def render_text(verdict: Verdict, *, most: int = MOST) -> str:
    """The verdict as lines of text.

    Args:
        verdict: what was found.
        most: cells that are told in full.
    """
    return "\n".join(_lines(verdict, most)) + "\n"


def _lines(verdict: Verdict, most: int) -> Iterator[str]:
    yield verdict.headline
    yield verdict.scope
    yield from verdict.notes
    for item in verdict.means:
        yield from _told(item)
    yield ""
    yield f"{counted(verdict)}."
    open_ = troubled(verdict.cells)
    for cell in open_[:most]:
        yield from _told(cell)
    if len(open_) > most:
        yield f"\n… and {len(open_) - most} more cells; --format json has them all."
    yield ""
    width = max(len(name) for name in verdict.settings)
    yield from (f"{name:<{width}}  {value}" for name, value in verdict.settings.items())


def _told(item: Judged) -> Iterator[str]:
    yield ""
    yield f"{item.name}: {item.baseline:.2f} → {item.candidate:.2f}, {item.state.value}"
    yield from (f"  {sentence.removeprefix(f'{item.name}: ')}" for sentence in item.sentences)
