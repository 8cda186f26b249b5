"""A verdict as JUnit XML, in the elements that CI systems agree on (the schema of Jenkins' xUnit plugin, junit-10.xsd).

Each score is a test case: evidence of a loss is a failure, and so is an open margin where the policy lets nothing
inconclusive pass; otherwise it is skipped.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

from reports.gate.verdict import Answer, Judged, Scope, State, Verdict

SUITE = "xrobust gate"
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document can hold, not even escaped."""


def render_junit(verdict: Verdict) -> str:
    """The verdict as an XML document."""
    failed = [_fails(item, verdict) for item in verdict.judged]
    skipped = sum(not fails and _unsure(item) for item, fails in zip(verdict.judged, failed, strict=True))
    counts = {
        "tests": str(len(verdict.judged)),
        "failures": str(sum(failed)),
        "errors": "0",
    }
    root = ElementTree.Element("testsuites", {"name": SUITE, **counts})
    suite = ElementTree.SubElement(root, "testsuite", {"name": SUITE, **counts, "skipped": str(skipped)})
    properties = ElementTree.SubElement(suite, "properties")
    told = {"answer": verdict.answer.value, "scope": verdict.scope, **verdict.settings}
    for name, value in told.items():
        ElementTree.SubElement(properties, "property", {"name": legal(name), "value": legal(value)})
    for item, fails in zip(verdict.judged, failed, strict=True):
        _case(suite, item, fails=fails)
    ElementTree.SubElement(suite, "system-out").text = legal(" ".join((verdict.headline, *verdict.notes)))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(suite: ElementTree.Element, item: Judged, *, fails: bool) -> None:
    owner = item.name.partition(",")[0] if item.scope is Scope.CELL else item.scope.value
    case = ElementTree.SubElement(suite, "testcase", {"name": legal(item.name), "classname": legal(owner)})
    told = legal("\n".join(item.sentences))
    interval = f"{100 * item.level:g} % interval {item.low:+.2f} to {item.high:+.2f}"
    message = f"{item.state.value}: loss {item.loss:+.2f} points ({interval})"
    if fails:
        kind = {"message": message, "type": item.state.value}
        ElementTree.SubElement(case, "failure", kind).text = told
    elif _unsure(item):
        ElementTree.SubElement(case, "skipped", {"message": message})
    if not fails:
        ElementTree.SubElement(case, "system-out").text = told


def _fails(item: Judged, verdict: Verdict) -> bool:
    """Whether a score keeps the candidate from passing."""
    if item.state is State.WORSE:
        return True
    # An open margin decides only where nothing else does.
    return verdict.answer is Answer.INCONCLUSIVE and not verdict.passes and item.state is not State.WITHIN


def _unsure(item: Judged) -> bool:
    return item.state in (State.OPEN, State.UNTESTED)


def legal(text: str) -> str:
    """Text without what XML cannot hold, each replaced by U+FFFD."""
    return FORBIDDEN.sub("\ufffd", text)
