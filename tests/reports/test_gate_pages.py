"""The pages of a gate's verdict: what they say, and that nothing in a name can break their formats."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from perturbations.errors import UnknownNameError
from reports.gate.annotations import command, render_annotations
from reports.gate.junit import render_junit
from reports.gate.markdown import render_markdown
from reports.gate.pages import PAGES, render
from reports.gate.plain import render_json
from reports.gate.text import render_text
from reports.gate.verdict import Answer, Judged, Scope, State, Verdict

NASTY = 'a|b <i>x</i> `c` 100%\r\n::error:: ]]> \x00 & "q", d: e'
SCHEMA = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, {"testsuite"}, set()),
    "testsuite": (
        {"name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname", "id", "package"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
        {"name", "tests", "failures", "errors"},
    ),
    "properties": (set(), {"property"}, set()),
    "property": ({"name", "value"}, set(), {"name", "value"}),
    "testcase": (
        {"name", "time", "classname", "group"},
        {"skipped", "error", "failure", "system-out", "system-err"},
        {"name"},
    ),
    "failure": ({"type", "message"}, set(), set()),
    "skipped": ({"type", "message"}, set(), set()),
    "system-out": (set(), set(), set()),
}
"""By element the attributes and children that junit-10.xsd of Jenkins' xUnit plugin allows, and what it requires."""


def judged(state: State = State.WITHIN, *, name: str = "xnli de, swap at 0.1", scope: Scope = Scope.CELL) -> Judged:
    return Judged(
        name=name,
        scope=scope,
        state=state,
        baseline=80.0,
        candidate=79.0,
        loss=1.0,
        low=-0.5,
        high=2.5,
        level=0.9,
        p=None if state is State.UNTESTED else 0.00001,
        adjusted_p=None,
        within_p=0.04,
        margin=10.0,
        mde=2.0,
        n=1000,
        clusters=500,
        sentences=(f"{name}: lost.", f"{name}: margin."),
        claims=({"method": "t", "alpha": 0.025}, {"method": "Tango", "alpha": 0.05}),
    )


def verdict(*cells: Judged, answer: Answer = Answer.CERTIFIED, passes: bool = True) -> Verdict:
    return Verdict(
        answer=answer,
        passes=passes,
        headline="The answer.",
        scope="About two.",
        judged=(judged(name="mean", scope=Scope.MEAN), *cells),
        notes=("A note.",),
        settings={"policy": "the defaults"},
    )


REGRESSION = verdict(
    judged(),
    judged(State.OPEN, name="open"),
    judged(State.WORSE, name=NASTY),
    judged(State.UNTESTED, name="lone"),
    answer=Answer.REGRESSION,
    passes=False,
)


def test_cells_that_need_attention_come_first() -> None:
    assert [cell.state for cell in REGRESSION.cells] == [State.WORSE, State.OPEN, State.UNTESTED, State.WITHIN]


def test_text_tells_the_means_and_every_cell_that_is_not_within_its_margin() -> None:
    text = render_text(REGRESSION)
    assert text.startswith(
        "The answer.\nAbout two.\nA note.\n\nmean: 80.00 → 79.00, within margin\n  lost.\n  margin.\n"
    )
    assert "4 cells: 1 worse, 1 within margin, 1 open, 1 untested." in text
    assert "xnli de, swap" not in text
    assert "… and 1 more cells" in render_text(REGRESSION, most=2)


def test_json_holds_every_number_and_no_nan() -> None:
    content = json.loads(render_json(REGRESSION))
    assert content["answer"] == "regression"
    assert [item["p"] for item in content["judged"]] == [1e-05, 1e-05, 1e-05, 1e-05, None]
    with pytest.raises(ValueError, match="JSON compliant"):
        render_json(replace(REGRESSION, judged=(replace(judged(), loss=float("nan")),)))


def check(element: ElementTree.Element) -> None:
    attributes, children, wanted = SCHEMA[element.tag]
    assert wanted <= set(element.attrib) <= attributes
    for child in element:
        assert child.tag in children
        check(child)


@pytest.mark.parametrize(
    ("page", "failures", "skipped"),
    [
        (verdict(judged()), 0, 0),
        (REGRESSION, 1, 2),
        (verdict(judged(State.OPEN), answer=Answer.INCONCLUSIVE, passes=False), 1, 0),
        (verdict(judged(State.OPEN), answer=Answer.INCONCLUSIVE, passes=True), 0, 1),
    ],
    ids=["certified", "regression", "inconclusive fails", "inconclusive passes"],
)
def test_junit_keeps_to_its_schema_and_counts_what_it_holds(page: Verdict, failures: int, skipped: int) -> None:
    root = ElementTree.fromstring(render_junit(page))
    check(root)
    suite = root[0]
    assert len(root.findall(".//testcase")) == int(suite.attrib["tests"]) == len(page.judged)
    assert len(root.findall(".//failure")) == int(suite.attrib["failures"]) == failures
    assert len(root.findall(".//skipped")) == int(suite.attrib["skipped"]) == skipped


def test_what_xml_cannot_hold_is_replaced() -> None:
    root = ElementTree.fromstring(render_junit(REGRESSION))
    names = [case.attrib["name"] for case in root.findall(".//testcase")]
    assert any("\ufffd" in name and "<i>" in name for name in names)


def test_annotations_stay_on_their_line_and_are_escaped_as_the_runner_undoes_it() -> None:
    lines = render_annotations(REGRESSION).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::error", "::warning", "::warning"]
    assert command("error", "a: b, c", "50 %\nnext") == "::error title=a%3A b%2C c::50 %25%0Anext"
    assert "\r" not in "".join(lines)
    for line in lines:
        title, message = line.split(" title=", 1)[1].split("::", 1)
        assert ":" not in title
        assert "," not in title
        assert "%0D%0A" in message or "A note" in message or "lost" in message


def test_no_more_annotations_than_github_shows() -> None:
    many = verdict(*(judged(State.WORSE, name=f"cell {n}") for n in range(40)), answer=Answer.REGRESSION, passes=False)
    assert render_annotations(many).count("::error ") == 10


@pytest.mark.parametrize(
    ("answer", "passes", "kind"),
    [
        (Answer.CERTIFIED, True, "notice"),
        (Answer.INCONCLUSIVE, True, "warning"),
        (Answer.INCONCLUSIVE, False, "error"),
    ],
)
def test_the_answer_is_annotated_by_what_it_means(answer: Answer, passes: bool, kind: str) -> None:
    assert render_annotations(verdict(answer=answer, passes=passes)).startswith(f"::{kind} title=Robustness%3A")


def test_markdown_is_a_table_in_which_no_name_breaks_out() -> None:
    page = render_markdown(REGRESSION)
    shown = MarkdownIt("commonmark").enable("table").render(page)
    assert shown.count("<table>") == 2
    rows = shown.split("<tbody>")[2].split("</tbody>")[0]
    assert rows.count("<tr>") == 3
    assert rows.count("<td") == 3 * 11
    assert "<i>" not in shown
    assert "<code>" not in shown
    assert "A note." in shown
    assert "<details>" in page


def test_markdown_prints_a_p_as_every_table_does_and_never_across_its_level() -> None:
    close = replace(judged(State.OPEN, name="close"), p=0.0004, adjusted_p=0.0251, within_p=0.0503)
    (row,) = [line for line in render_markdown(verdict(close)).splitlines() if line.startswith("| close")]
    assert [cell.strip() for cell in row.split("|")][6:9] == ["<0.001", "0.0251", "0.0503"]


def test_every_format_has_its_page_and_another_is_refused() -> None:
    for form in PAGES:
        assert render(REGRESSION, form)
    with pytest.raises(UnknownNameError, match="did you mean 'junit'"):
        render(REGRESSION, "junits")
