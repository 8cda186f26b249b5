"""A verdict as annotations of GitHub: workflow commands on the standard output, escaped as its runner undoes it.

Source: "Workflow commands for GitHub Actions" and `toolkit/packages/core/src/command.ts`: of the message %, CR and LF
are escaped, of a property : and , as well. GitHub shows ten errors and ten warnings of a step.
"""

from __future__ import annotations

from collections.abc import Iterator

from reports.gate.verdict import Answer, Judged, State, Verdict

SHOWN = 10
"""Annotations of one kind that GitHub shows for a step."""
KINDS = {Answer.CERTIFIED: "notice", Answer.REGRESSION: "error", Answer.INCONCLUSIVE: "error"}


def render_annotations(verdict: Verdict) -> str:
    """The verdict as workflow commands, one a line: the answer, then what keeps the candidate from passing."""
    return "".join(f"{line}\n" for line in _lines(verdict))


def _lines(verdict: Verdict) -> Iterator[str]:
    kind = "warning" if verdict.answer is Answer.INCONCLUSIVE and verdict.passes else KINDS[verdict.answer]
    message = " ".join((verdict.headline, verdict.scope, *verdict.notes))
    yield command(kind, f"Robustness: {verdict.answer.value}", message)
    worse = [item for item in (*verdict.means, *verdict.cells) if item.state is State.WORSE]
    unsure = [item for item in (*verdict.means, *verdict.cells) if item.state in (State.OPEN, State.UNTESTED)]
    # The answer takes one of the ten places of its kind.
    yield from (_told("error", item) for item in worse[: SHOWN - 1])
    yield from (_told("warning", item) for item in unsure[: SHOWN - 1])


def _told(kind: str, item: Judged) -> str:
    return command(kind, f"{item.name}: {item.state.value}", " ".join(item.sentences))


def command(kind: str, title: str, message: str) -> str:
    """One workflow command.

    Args:
        kind: `"notice"`, `"warning"` or `"error"`.
        title: of the annotation.
        message: what it says.
    """
    return f"::{kind} title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
