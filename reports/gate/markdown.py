"""A verdict as Markdown, for the summary of a CI job."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports import values
from reports.gate.verdict import Answer, Judged, Verdict, counted, troubled
from reports.tables import escape, render_table

SIGNS = {Answer.CERTIFIED: "✅", Answer.REGRESSION: "❌", Answer.INCONCLUSIVE: "❔"}
MOST = 30
"""Cells in the table; a summary of a job is cut at 1 MiB."""
TOLD = 100
"""Cells whose sentences are given."""
HEAD = ("score", "baseline", "candidate", "loss", "interval", "p", "adjusted p", "p of margin", "margin", "n", "found")
RIGHT = (False, *(True,) * 9, False)


def render_markdown(verdict: Verdict) -> str:
    """The verdict as Markdown of GitHub's kind, its texts escaped."""
    return "\n".join(_lines(verdict)) + "\n"


def _lines(verdict: Verdict) -> Iterator[str]:
    yield f"## {SIGNS[verdict.answer]} Robustness: {verdict.answer.value}"
    yield ""
    yield f"{escape(verdict.headline)} {escape(verdict.scope)}"
    yield ""
    yield from (f"- {escape(note)}" for note in verdict.notes)
    yield ""
    yield _table(verdict.means)
    yield ""
    yield f"{counted(verdict)}."
    yield ""
    found = troubled(verdict.cells)
    if found:
        yield _table(found[:MOST])
        yield ""
    if len(found) > MOST:
        yield f"… and {len(found) - MOST} more cells."
        yield ""
    yield from _folded("The claims in words", [s for item in _told(verdict) for s in item.sentences])
    yield from _folded("What reproduces this", [f"{name}: {value}" for name, value in verdict.settings.items()])


def _told(verdict: Verdict) -> Sequence[Judged]:
    return (*verdict.means, *verdict.cells[:TOLD])


def _table(items: Sequence[Judged]) -> str:
    return render_table(HEAD, [_row(item) for item in items], RIGHT)


def _row(item: Judged) -> tuple[str, ...]:
    alarm, certificate = item.alphas
    return (
        escape(item.name),
        values.effect(item.baseline),
        values.effect(item.candidate),
        values.effect(item.loss),
        f"{values.interval(item.low, item.high)} ({values.share(item.level)})",
        values.probability(item.p, alarm),
        values.probability(item.adjusted_p, alarm),
        values.probability(item.within_p, certificate),
        f"{item.margin:g}",
        values.count(item.n),
        item.state.value,
    )


def _folded(title: str, lines: Sequence[str]) -> Iterator[str]:
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield from (f"- {escape(line)}" for line in lines)
    yield ""
    yield "</details>"
    yield ""
