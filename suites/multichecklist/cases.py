"""Cases of a behavioural test: which values fill its placeholders, drawn once for all languages, and put into words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from random import Random

from perturbations.errors import UsageError
from perturbations.languages import Language, upper
from suites.multichecklist.templates import BehaviouralTest, Row, Wording, forms, goes_with, names_of

PROPERTY = "property"
"""The placeholder whose values name further placeholders: of two of them (color, size) a case has a value each."""
PLACEHOLDER = re.compile(r"\{(?:[a-z]:)?([a-z_.]+\d?)(?:\[(\d)\])?\}")
NAMES = {"first_name": 0, "first_name1": 1, "first_name2": 1}
"""Which of the two people of a case a placeholder stands for."""
FIELDS = {"s": "state"}
"""Placeholders that are called otherwise than the rows that fill them."""
PUNCTUATION = ",. "
"""What may end an answer and is no part of it, as in the published comparison."""
BEGINS_SENTENCE = re.compile(r"(?:^|[.!?।]\s+)$")


@dataclass(frozen=True, slots=True)
class Case:
    """What was drawn: numbers of rows, which are the same in every language.

    Args:
        people: numbers of two different names.
        rows: the number of the row by placeholder.
        properties: for two properties, the number of the property's row and of the value's.
    """

    people: tuple[int, int]
    rows: Mapping[str, int]
    properties: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Fill:
    """Where a placeholder was filled in a text."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template put into words.

    Args:
        text: the words.
        fills: where its placeholders stand, ascending.
    """

    text: str
    fills: tuple[Fill, ...]


@dataclass(frozen=True, slots=True)
class Speaker:
    """A language with the names of its people."""

    language: Language
    people: Sequence[str]


@dataclass(frozen=True, slots=True)
class Filler:
    """A test, one of its cases, and who words it."""

    test: BehaviouralTest
    case: Case
    speaker: Speaker
    known: Mapping[str, str] = field(default_factory=dict[str, str])


def draw(test: BehaviouralTest, *, cases: int, people: int, random: Random) -> list[Case]:
    """Distinct cases of a test, in the order drawn.

    Args:
        test: in any language.
        cases: how many.
        people: how many names there are.
        random: the source of chance.

    Raises:
        UsageError: more cases than there are.
    """
    kinds = [row.english for row in test.values.get(PROPERTY, ())]
    plain = {name: len(rows) for name, rows in test.values.items() if name != PROPERTY and name not in kinds}
    sizes = [len(test.values[kind]) for kind in kinds]
    pairs = sum(sizes) ** 2 - sum(size**2 for size in sizes) if kinds else 1
    if cases > (most := people * (people - 1) * prod(plain.values()) * pairs):
        raise UsageError(f"test {test.name!r} has {most} cases, and {cases} are asked for: ask for fewer")
    found: dict[tuple[object, ...], Case] = {}
    while len(found) < cases:
        one, other = random.sample(range(people), 2)
        rows = {name: random.randrange(size) for name, size in plain.items()}
        chosen = random.sample(range(len(kinds)), 2) if kinds else []
        properties = tuple((kind, random.randrange(sizes[kind])) for kind in chosen)
        found.setdefault((one, other, *rows.values(), properties), Case((one, other), rows, properties))
    return list(found.values())


def vocabulary(test: BehaviouralTest) -> dict[str, str]:
    """The placeholder of everything that a condition may name."""
    return {name: place for place, rows in test.values.items() for row in rows for name in names_of(row.english)}


def worded(filler: Filler, row: Row, *, context: Row, asked: int | None = None) -> Iterator[Rendered]:
    """A template in words, in every wording that goes with the case, those made for it first.

    Args:
        filler: test, case and language.
        row: the template.
        context: the paragraph of the case.
        asked: for a question or answer, which of the two properties it is about (0 or 1).
    """
    for wording in _matching(filler, row, context=context, asked=asked):
        # Some translations name a person or thing twice and another not at all, or ask for the other property.
        if row is context and placeholders(wording.text) != placeholders(row.english):
            continue
        if asked is not None and re.search(rf"\{{p\.[pv]{2 - asked}\}}", wording.text):
            continue
        rendered = _filled(filler, wording.text, context=context)
        if rendered is not None:
            yield rendered


def placeholders(template: str) -> frozenset[str]:
    """The names of what a template leaves open, whatever form of it."""
    return frozenset(match[1] for match in PLACEHOLDER.finditer(template))


def answers(filler: Filler, row: Row, *, context: Row) -> Iterator[Rendered]:
    """An answer in words; the conditions of an answer may be wordings for other contexts themselves (Quechua)."""
    texts = [*(wording.text for wording in row.wordings), *(other for other in row.others if "{" in other)]
    for text in texts:
        rendered = _filled(filler, text.rstrip(PUNCTUATION), context=context)
        if rendered is not None:
            yield rendered


def _matching(filler: Filler, row: Row, *, context: Row, asked: int | None) -> list[Wording]:
    chosen = {name: names_of(filler.test.values[name][number].english) for name, number in filler.case.rows.items()}
    if filler.case.properties:
        # A paragraph names both properties; as in the published generator the first decides on its wording.
        kind, _ = filler.case.properties[asked or 0]
        chosen[PROPERTY] = names_of(filler.test.values[PROPERTY][kind].english)
    made = [
        wording
        for wording in row.wordings
        if wording.condition
        and goes_with(wording.condition, context=context.english, chosen=chosen, known=filler.known)
    ]
    return made + [wording for wording in row.wordings if not wording.condition]


def _filled(filler: Filler, template: str, *, context: Row) -> Rendered | None:
    """The template with its placeholders filled, None where the language has no words for one."""
    text, end = "", 0
    fills: list[Fill] = []
    for match in PLACEHOLDER.finditer(template):
        text += template[end : match.start()]
        end = match.end()
        value = _value(filler, match[1], match[2], context=context)
        if value is None:
            return None
        if BEGINS_SENTENCE.search(text):
            value = upper(value[0], filler.speaker.language) + value[1:]
        fills.append(Fill(match[1], len(text), len(text) + len(value)))
        text += value
    return Rendered(text + template[end:], tuple(fills))


def _value(filler: Filler, name: str, form: str | None, *, context: Row) -> str | None:
    if name in NAMES:
        return filler.speaker.people[filler.case.people[NAMES[name]]]
    row = _row(filler, name)
    if row is None:
        return None
    found = _matching(filler, row, context=context, asked=None)
    if not found or form is None:
        return found[0].text if found else None
    parts = forms(found[0].text)
    return parts[int(form)] if int(form) < len(parts) else None


def _row(filler: Filler, name: str) -> Row | None:
    """The row that fills a placeholder: `p.p1` a property's name, `p.v1` its value."""
    values, case = filler.test.values, filler.case
    if name.startswith("p."):
        kind, value = case.properties[int(name[-1]) - 1]
        named = values[PROPERTY][kind]
        return named if name[2] == "p" else values[named.english][value]
    place = FIELDS.get(name, name)
    return values[place][case.rows[place]] if place in case.rows else None
