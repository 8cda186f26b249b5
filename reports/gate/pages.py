"""The formats of a verdict by name, and the exit status of each answer."""

from __future__ import annotations

from collections.abc import Callable

from perturbations.errors import UnknownNameError
from reports.gate.annotations import render_annotations
from reports.gate.junit import render_junit
from reports.gate.plain import render_json
from reports.gate.text import render_text
from reports.gate.verdict import Answer, Verdict


def _markdown(verdict: Verdict) -> str:
    # Imported late: its tables need rich, which the other formats do without.
    from reports.gate.markdown import render_markdown

    return render_markdown(verdict)


PAGES: dict[str, Callable[[Verdict], str]] = {
    "text": render_text,
    "json": render_json,
    "junit": render_junit,
    "markdown": _markdown,
    "github": render_annotations,
}
STATUSES = {Answer.CERTIFIED: 0, Answer.REGRESSION: 1, Answer.INCONCLUSIVE: 3}
"""Exit status of each answer; 2 is bad usage."""


def render(verdict: Verdict, form: str) -> str:
    """A verdict in one of the formats.

    Raises:
        UnknownNameError: there is no such format.
    """
    if form not in PAGES:
        raise UnknownNameError("format of a gate", form, PAGES)
    return PAGES[form](verdict)
