"""Templates of MultiCheckList: one table with a block of rows for each test and one or more wordings for each language.

Source: Ruder et al. 2021; the table `checklist_templates.tsv` is in the benchmark's repository. A language with several
wordings has a column `xx-placeholders` behind each column `xx`: the English values with which the wording goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from perturbations.errors import DataError
from suites.readers.files import lines

PIVOT = "en"
CONDITIONS = "-placeholders"
SEPARATORS = re.compile(r"\s*[,،，၊、]\s*")
"""Commas of the scripts, between the forms of a value and between the values of a condition."""
ARTICLE = re.compile(r"(?:an?|the) ")


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to put a row into words.

    Args:
        text: with placeholders in braces.
        condition: the English values with which it goes; empty for any.
    """

    text: str
    condition: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table in one language.

    Args:
        field: `"Context"`, `"Question"`, `"Answer"` or the name of a placeholder.
        english: the row in English.
        wordings: in the order of the columns; those without a text are left out.
        others: the conditions of all columns, with a text or not.
    """

    field: str
    english: str
    wordings: tuple[Wording, ...]
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BehaviouralTest:
    """One behavioural test in one language.

    Args:
        name: as in the table.
        contexts: templates of the paragraph.
        questions: templates of a question, each with that of its answer.
        values: rows that may fill a placeholder, by its name.
    """

    name: str
    contexts: tuple[Row, ...]
    questions: tuple[tuple[Row, Row], ...]
    values: Mapping[str, tuple[Row, ...]]


def read_templates(path: Path, language: str) -> list[BehaviouralTest]:
    """The tests of one language, in the order of the table.

    A test without values of its own has those of the test before it.

    Raises:
        DataError: another layout, a row of another width, a block that does not begin with its name, a question
            without an answer, no column of the language.
        ResourceError: the file cannot be opened.
    """
    table = [(number, line.split("\t")) for number, line in lines(path)]
    if not table or table[0][1][0] != "Field" or PIVOT not in table[0][1]:
        raise DataError(f"{path} line 1: the header does not begin with 'Field' and name 'en'; it is another table")
    header = table[0][1]
    if language not in header:
        raise DataError(f"{path}: no column {language!r}; the table was cut")
    tests: list[BehaviouralTest] = []
    for name, rows in _blocks(path, table, language):
        test = _test(f"{path} test {name!r}", name, rows)
        tests.append(
            test if test.values or not tests else BehaviouralTest(name, test.contexts, test.questions, tests[-1].values)
        )
    return tests


def _blocks(path: Path, table: Sequence[tuple[int, list[str]]], language: str) -> Iterator[tuple[str, list[Row]]]:
    """The rows of each test with its name."""
    header = table[0][1]
    pivot = header.index(PIVOT)
    columns = [place for place, name in enumerate(header) if name == language]
    name, rows = "", list[Row]()
    for number, cells in table[1:]:
        if len(cells) != len(header):
            raise DataError(
                f"{path} line {number}: {len(cells)} columns instead of {len(header)}; a row was cut or joined"
            )
        field = cells[0].strip()
        if field == "Name":
            if name:
                yield name, rows
            name, rows = cells[pivot].strip(), []
        elif field and not name:
            raise DataError(f"{path} line {number}: a row {field!r} before the first 'Name'; the table was cut")
        elif field and field != "Capability":
            rows.append(_row(field, cells, header, columns, pivot))
    if name:
        yield name, rows


def _row(field: str, cells: list[str], header: list[str], columns: list[int], pivot: int) -> Row:
    found: list[Wording] = []
    others: list[str] = []
    for place in columns:
        after = place + 1
        condition = cells[after].strip() if header[after : after + 1] == [header[place] + CONDITIONS] else ""
        others += [condition] if condition else []
        if text := cells[place].strip():
            found.append(Wording(text, condition))
    return Row(field, cells[pivot].strip(), tuple(found), tuple(others))


def _test(where: str, name: str, rows: list[Row]) -> BehaviouralTest:
    contexts = tuple(row for row in rows if row.field == "Context")
    questions = [row for row in rows if row.field == "Question"]
    answers = [row for row in rows if row.field == "Answer"]
    if not contexts or not questions or len(questions) != len(answers):
        raise DataError(
            f"{where}: {len(contexts)} contexts, {len(questions)} questions and {len(answers)} answers; each question "
            "needs its answer and each test a context"
        )
    values: dict[str, list[Row]] = {}
    for row in rows:
        if row.field not in ("Context", "Question", "Answer"):
            values.setdefault(row.field, []).append(row)
    return BehaviouralTest(
        name,
        contexts,
        tuple(zip(questions, answers, strict=True)),
        {field: tuple(found) for field, found in values.items()},
    )


def forms(text: str) -> list[str]:
    """The forms of a value, which a comma separates; by white space where there is no comma (Thai)."""
    found = [form for form in SEPARATORS.split(text) if form]
    return found if len(found) > 1 else text.split()


def names_of(english: str) -> frozenset[str]:
    """What a condition may call an English value: each of its forms, without its article."""
    return frozenset(ARTICLE.sub("", form) for form in (english, *SEPARATORS.split(english)) if form)


def goes_with(condition: str, *, context: str, chosen: Mapping[str, frozenset[str]], known: Mapping[str, str]) -> bool:
    """Whether a wording goes with what was chosen.

    Args:
        condition: English values, separated by commas, or whole English contexts.
        context: the English context of the case.
        chosen: the names of the chosen value of each placeholder.
        known: the placeholder of each name. Of every placeholder that the condition mentions, one value must be the
            chosen one; what is no name of a value is passed over (the table has some misspelt).
    """
    if "{" in condition:
        return context in condition
    asked: dict[str, bool] = {}
    for token in SEPARATORS.split(condition):
        bare = ARTICLE.sub("", token)
        # Two values without a comma between them (`the sofa a couch`) are known by the last word.
        name = bare if bare in known else bare.rpartition(" ")[2]
        if name in known:
            field = known[name]
            asked[field] = asked.get(field, False) or name in chosen.get(field, frozenset())
    return bool(asked) and all(asked.values())
