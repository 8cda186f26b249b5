"""What the English sets of multiple choice share: texts, a few choices, and a letter for the right one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from perturbations.errors import DataError, StrippedLabelsError
from suites.examples import Example, Text, keyed_text
from suites.readers.files import unique

LETTERS = ("A", "B", "C", "D", "E")


@dataclass(frozen=True, slots=True)
class MultipleChoiceItem:
    """One row of a file, unchecked.

    Args:
        where: file and place, for messages.
        id: unique in its file.
        texts: what is read before each choice, by name, in order.
        choices: the choices, in order.
        answer: the letter of the right one, empty where the file has none.
        group: its cluster, None if it is one by itself.
    """

    where: str
    id: str
    texts: Mapping[str, str]
    choices: tuple[str, ...]
    answer: str
    group: str | None = None


def letter(number: str) -> str:
    """The letter of the choice that a file gives by its number, from 0; whatever is none is left as it is."""
    numbers = {str(place): name for place, name in enumerate(LETTERS)}
    return numbers.get(number.strip(), number.strip())


def multiple_choice_examples(
    rows: Iterable[MultipleChoiceItem], *, choices: int, source: str, gold: str
) -> list[Example]:
    """The rows as examples.

    Args:
        rows: in the order of the file.
        choices: how many choices every row must have.
        source: file or repository, for messages.
        gold: where answers can be had if these are stripped, as a clause.

    Raises:
        StrippedLabelsError: no row has an answer.
        DataError: no row, an id twice, an empty text, another number of choices, an answer that is none of them.
    """
    found = list(rows)
    if not found:
        raise DataError(f"{source} holds no question; the file is empty or was cut")
    if not any(row.answer for row in found):
        raise StrippedLabelsError(f"{source} has no answer to any question: they are stripped; {gold}")
    unique(((row.id, row.where) for row in found), what="question")
    return [_example(row, LETTERS[:choices]) for row in found]


def _example(row: MultipleChoiceItem, letters: Sequence[str]) -> Example:
    if len(row.choices) != len(letters):
        raise DataError(f"{row.where}: {len(row.choices)} choices instead of {len(letters)}; restore the row")
    if row.answer not in letters:
        raise DataError(f"{row.where}: the answer {row.answer!r} is not one of {', '.join(letters)}")
    named = {**row.texts, **{f"choice{number}": choice for number, choice in enumerate(row.choices, start=1)}}
    texts: dict[str, Text] = {}
    for name, text in named.items():
        if not text.strip():
            raise DataError(f"{row.where}: {name} is empty; restore the row")
        texts[name] = keyed_text(text.strip(), language="en", name=name)
    return Example(row.id, row.group or row.id, texts, str(letters.index(row.answer)))
