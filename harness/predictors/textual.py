"""The textual form of a task: what a text-to-text model is asked, and what its words mean.

Sources: classification, `xnli: premise: … hypothesis: …` with the number of the label, questions, `question: …
context: …`, and entities, `tag: …` answered by `PER: rick $$ LOC: rome`, are the forms of mT5 (Xue et al. 2021,
`preprocessors.py` of google-research/multilingual-t5; the spaces that it puts around the punctuation of questions and
contexts are left out). Choices, `copa choice1: … choice2: … premise: … question: …` with the name of the choice, are
T5's (Raffel et al. 2020). One tag for each token, where tags are no entities, is the "tag only" form of Raman et al.
(2022).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from harness.predictors.tagging import NO_TAG
from perturbations.errors import DataError, UsageError
from suites.bio import BEGIN, INSIDE
from suites.examples import Example
from suites.task import Kind, Task

PREFIXES = {Kind.CLASSIFICATION: "{}:", Kind.MULTIPLE_CHOICE: "{}:", Kind.TAGGING: "tag:", Kind.QUESTION_ANSWERING: ""}
"""What each kind of prompt begins with unless told otherwise; braces stand for the name of the task."""
OWN = "own"
"""Value of the option `prefix` for that of the kind."""
NAMES, NUMBERS = "names", "numbers"
"""Values of the option `words`: labels by their names, or by their numbers in the task's order, from 0."""
DELIMITER = "$$"
OUTSIDE = "O"
CHOICE = "choice"


class Question(NamedTuple):
    """What a model is asked.

    Args:
        prompt: the input.
        tokens: the tokens of a sentence to be tagged, or of a part of it.
        choices: how many words there are to choose among.
    """

    prompt: str
    tokens: tuple[str, ...] = ()
    choices: int = 0


class Reading(NamedTuple):
    """What words mean.

    Args:
        tags: one a token.
        understood: whether all of them meant something.
    """

    tags: tuple[str, ...]
    understood: bool


def find_prefix(task: Task, value: str) -> str:
    """What the prompts of a task begin with, the option's value or that of the kind."""
    return PREFIXES[task.kind].format(task.name) if value == OWN else value


def find_words(task: Task, value: str) -> tuple[str, ...]:
    """The word for each label of a task.

    Raises:
        UsageError: not one a label, an empty one, or one twice.
    """
    labels = task.labels
    if value == NUMBERS:
        return tuple(str(number) for number in range(len(labels)))
    if value == NAMES:
        # What a choice is called is the name of its text; its label is a number.
        choosing = task.kind is Kind.MULTIPLE_CHOICE
        return tuple(f"{CHOICE}{number + 1}" for number in range(len(labels))) if choosing else labels
    words = tuple(word.strip() for word in value.split(","))
    if len(words) != len(labels) or len(set(words)) != len(words) or "" in words:
        raise UsageError(
            f"option words is {value!r}: give {NAMES}, {NUMBERS}, or a different word for each of the {len(labels)} "
            f"labels of {task.name} ({', '.join(labels)}), separated by commas"
        )
    return words


def named_texts(example: Example, prefix: str, *, first: str = "") -> str:
    """The texts of an example behind their names.

    Args:
        example: its texts stand in the order in which a model reads them.
        prefix: what the prompt begins with.
        first: texts whose names begin so stand before the others, unless empty.
    """
    names = sorted(example.texts, key=lambda name: not (first and name.startswith(first)))
    return " ".join(filter(None, (prefix, *(f"{name}: {example.texts[name].text}" for name in names))))


def choice_question(example: Example, prefix: str, *, most: int) -> Question:
    """Choices before what they are about.

    Raises:
        DataError: fewer than two choices, or more than there are words for.
    """
    choices = sum(name.startswith(CHOICE) for name in example.texts)
    if not 2 <= choices <= most:
        raise DataError(f"example {example.id!r} has {choices} choices, and its task has words for 2 to {most}")
    return Question(named_texts(example, prefix, first=CHOICE), choices=choices)


def tagging_question(tokens: Sequence[str], prefix: str) -> Question:
    """Tokens, joined by spaces."""
    return Question(" ".join(filter(None, (prefix, *tokens))), tuple(tokens))


def reading_question(question: str, context: str, prefix: str) -> Question:
    """A question and what answers it."""
    return Question(" ".join(filter(None, (prefix, f"question: {question} context: {context}"))))


def read_tags(text: str, tokens: Sequence[str], labels: Sequence[str]) -> Reading:
    """One tag for each token, as they come; what is no tag stays as it is, and where there are too few, none stands.

    Args:
        text: what the model wrote.
        tokens: `(tokens,)`.
        labels: the tags that there are.
    """
    found = text.split()
    understood = len(found) == len(tokens) and set(found) <= set(labels)
    return Reading((*found[: len(tokens)], *[NO_TAG] * (len(tokens) - len(found))), understood)


def read_entities(text: str, tokens: Sequence[str], labels: Sequence[str]) -> Reading:
    """BIO tags from a list of entities, each given to the first place at which its tokens stand and are free.

    Args:
        text: what the model wrote, `PER: rick $$ LOC: rome`.
        tokens: `(tokens,)`.
        labels: the tags that there are.
    """
    tags = [OUTSIDE] * len(tokens)
    understood = True
    for entry in filter(None, (part.strip() for part in text.split(DELIMITER))):
        kind, _, entity = entry.partition(":")
        start = _find(entity.split(), tokens, tags)
        if BEGIN + kind.strip() not in labels or start is None:
            understood = False
            continue
        for place in range(start, start + len(entity.split())):
            tags[place] = (BEGIN if place == start else INSIDE) + kind.strip()
    return Reading(tuple(tags), understood)


def _find(entity: Sequence[str], tokens: Sequence[str], tags: Sequence[str]) -> int | None:
    """Where an entity first stands among the tokens that have no tag yet."""
    for start in range(len(tokens) - len(entity) + 1):
        end = start + len(entity)
        if entity and list(tokens[start:end]) == list(entity) and set(tags[start:end]) == {OUTSIDE}:
            return start
    return None
