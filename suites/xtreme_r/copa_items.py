"""What COPA and its translations share: a premise, what is asked of it, and two choices.

Source of the presentation: `third_party/run_xcopa.py` of google-research/xtreme puts `{premise} What was the
{question}?` before each choice, in English whatever the language of the premise, where `question` is `cause` or
`effect`. So the text `question` is that sentence; a model reads premise and question, joined by a space, and then a
choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from perturbations.errors import DataError, StrippedLabelsError
from suites.examples import Example, keyed_text
from suites.readers.files import unique
from suites.readers.jsonl import read_jsonl

LABELS = ("0", "1")
FIELDS = ("premise", "choice1", "choice2")
QUESTIONS = {"cause": "What was the cause?", "effect": "What was the effect?"}
ASKED_IN = "en"
"""The language of the question."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a file.

    Args:
        where: file and place, for messages.
        index: the number of the item, the same in every language.
        texts: premise and choices.
        question: `"cause"` or `"effect"`.
        label: the number of the right choice.
    """

    where: str
    index: int
    texts: tuple[str, str, str]
    question: str
    label: int


def read_items(path: Path) -> list[Item]:
    """The rows of a JSONL file, in order.

    Raises:
        DataError: a line that breaks the format, an empty text, a question or label that there is not, an index twice,
            no row at all.
        ResourceError: the file cannot be opened.
    """
    items = [
        checked_item(Item(record.where, index, (premise, first, second), question, label))
        for record in read_jsonl(path, texts=(*FIELDS, "question"), numbers=("idx", "label"))
        for premise, first, second, question in [record.texts]
        for index, label in [record.numbers]
    ]
    return complete(items, str(path))


def checked_item(item: Item) -> Item:
    """The item with its texts stripped of the space around them.

    Raises:
        DataError: an empty text, a question or label that there is not.
    """
    premise, first, second = (text.strip() for text in item.texts)
    for name, text in zip(FIELDS, (premise, first, second), strict=True):
        if not text:
            raise DataError(f"{item.where}: {name} is empty; an item has a premise and two choices, restore it")
    if item.question not in QUESTIONS:
        raise DataError(f"{item.where}: the question {item.question!r} is not one of {', '.join(QUESTIONS)}")
    if str(item.label) not in LABELS:
        raise DataError(f"{item.where}: the label {item.label} is not one of {', '.join(LABELS)}")
    return replace(item, texts=(premise, first, second))


def complete(items: list[Item], source: str) -> list[Item]:
    """The items if there are any and no index stands twice.

    Raises:
        DataError: names the source and what is wrong.
    """
    if not items:
        raise DataError(f"{source} holds no item; the file is empty or was cut")
    unique(((str(item.index), item.where) for item in items), what="item")
    return items


def blanked(items: Iterable[Item]) -> bool:
    """Whether every label is 0, as in the benchmark's copies of the test files; really, half of them are."""
    return all(item.label == 0 for item in items)


def healed(items: Sequence[Item], source: str, labelled: Iterable[Path], *, gold: str) -> list[Item]:
    """The items with the labels of the same indices in another language.

    Args:
        items: whose labels are blanked.
        source: where they are from, for messages.
        labelled: files of other languages that may hold the labels; blanked ones are passed over.
        gold: where labels can be had if there are none, as a clause.

    Raises:
        StrippedLabelsError: no other file has labels.
        DataError: a labelled file has other indices, or two of them disagree.
    """
    labels: dict[int, int] = {}
    for path in labelled:
        others = read_items(path)
        if blanked(others):
            continue
        found = {other.index: other.label for other in others}
        if found.keys() != {item.index for item in items}:
            raise DataError(
                f"{path} has other items than {source}, whose labels are blanked; the labels of another language fit "
                "only if both files are whole"
            )
        if labels and labels != found:
            raise DataError(f"{path} has other labels than the files before it; an item has one label in all languages")
        labels = found
    if not labels:
        raise StrippedLabelsError(
            f"{source} has the label 0 on every item: the benchmark blanks the labels of its test files so, and scores "
            f"against them would be at chance; {gold}"
        )
    return [replace(item, label=labels[item.index]) for item in items]


def example(item: Item, language: str) -> Example:
    """The item as an example; its question is a text that is not perturbed by default."""
    premise, first, second = item.texts
    question = QUESTIONS[item.question]
    texts = {
        name: keyed_text(text, language=code, name=name)
        for name, text, code in (
            ("premise", premise, language),
            ("question", question, ASKED_IN),
            ("choice1", first, language),
            ("choice2", second, language),
        )
    }
    return Example(str(item.index), str(item.index), texts, str(item.label))
