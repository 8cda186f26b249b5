"""A verdict as Markdown, for the summary of a CI job."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from reports.gate.verdict import Answer, Judged, Verdict, counted, shown_p, troubled

SIGNS = {Answer.CERTIFIED: "✅", Answer.REGRESSION: "❌", Answer.INCONCLUSIVE: "❔"}
MOST = 30
"""Cells in the table; a summary of a job is cut at 1 MiB."""
TOLD = 100
"""Cells whose sentences are given."""
HEAD = ("score", "baseline", "candidate", "loss", "interval", "p", "corrected p", "within margin", "margin", "n")


def render_markdown(verdict: Verdict) -> str:
    """The verdict as Markdown of GitHub's kind, its texts escaped."""
    return "\n".join(_lines(verdict)) + "\n"


def _lines(verdict: Verdict) -> Iterator[str]:
    yield f"## {SIGNS[verdict.answer]} Robustness: {verdict.answer.value}"
    yield ""
    yield f"{escaped(verdict.headline)} {escaped(verdict.scope)}"
    yield ""
    yield from (f"- {escaped(note)}" for note in verdict.notes)
    yield ""
    yield from _table(verdict.means)
    yield ""
    yield f"{counted(verdict)}."
    yield ""
    found = troubled(verdict.cells)
    if found:
        yield from _table(found[:MOST])
        yield ""
    if len(found) > MOST:
        yield f"… and {len(found) - MOST} more cells."
        yield ""
    yield from _folded("The claims in words", [s for item in _told(verdict) for s in item.sentences])
    yield from _folded("What reproduces this", [f"{name}: {value}" for name, value in verdict.settings.items()])


def _told(verdict: Verdict) -> Sequence[Judged]:
    return (*verdict.means, *verdict.cells[:TOLD])


def _table(items: Sequence[Judged]) -> Iterator[str]:
    yield f"| {' | '.join(HEAD)} | |"
    yield f"|---|{'---:|' * (len(HEAD) - 1)}---|"
    for item in items:
        values = (
            escaped(item.name),
            f"{item.baseline:.2f}",
            f"{item.candidate:.2f}",
            f"{item.loss:+.2f}",
            f"{item.low:+.2f} to {item.high:+.2f} ({100 * item.level:g} %)",
            escaped(shown_p(item.p)),
            escaped(shown_p(item.adjusted_p)),
            escaped(shown_p(item.within_p)),
            f"{item.margin:g}",
            f"{item.n:,}",
            item.state.value,
        )
        yield f"| {' | '.join(values)} |"


def _folded(title: str, lines: Sequence[str]) -> Iterator[str]:
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield from (f"- {escaped(line)}" for line in lines)
    yield ""
    yield "</details>"
    yield ""


def escaped(text: str) -> str:
    """Text that stays text in a table of Markdown: no markup, no column border, no line break."""
    found = html.escape(" ".join(text.split()), quote=False)
    for sign in "\\`*_[]|~":
        found = found.replace(sign, f"\\{sign}")
    return found
