"""miniature-qnli: does an English sentence answer a question? A task to train on in between.

Made after QNLI (Wang et al. 2018). Half of the sentences do not answer: they leave out the part that is asked for, or
speak of another person, deed or thing. Questions, and the parts that a sentence tells, have one distribution for both
labels.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from random import Random

from suites.examples import Example
from suites.miniature.lexicon import ASKED
from suites.miniature.questions import ask
from suites.miniature.sentences import sentence
from suites.miniature.source import SOURCE, TRAINING_LANGUAGE, check_request, plain_texts
from suites.miniature.world import Fact, draw, others
from suites.task import Kind, Request, Task

NAME = "miniature-qnli"
LANGUAGES = (TRAINING_LANGUAGE,)
LABELS = ("answered", "unanswered")
QUESTIONS = {"train": 3000, "dev": 100, "test": 300}
OTHER = {"place": "time", "time": "place"}
"""What a sentence tells where it leaves out the part that is asked for."""


def read_qnli(request: Request) -> list[Example]:
    """Questions with a sentence each, half of them answered; every question is grouped by itself.

    Raises:
        UsageError: a language, split or option that the task does not have.
    """
    check_request(request, task=NAME, languages=LANGUAGES)
    examples: list[Example] = []
    for number, (asked, fact, told, label) in enumerate(items(request.split)):
        named = {
            "question": ask(fact.only(frozenset()), asked, request.language),
            "sentence": sentence(told, request.language),
        }
        examples.append(Example(str(number), str(number), plain_texts(named, request.language), label))
    return examples


@lru_cache(maxsize=len(QUESTIONS))
def items(split: str) -> tuple[tuple[str, Fact, Fact, str], ...]:
    """What is asked for, of which fact, what the sentence tells, and the label."""
    random = Random(f"{NAME} {split}")
    found: list[tuple[str, Fact, Fact, str]] = []
    while len(found) < QUESTIONS[split]:
        fact = replace(draw(random, split), negated=False, adjective=None)
        asked, label = random.choice(ASKED), LABELS[len(found) % 2]
        parts = frozenset(random.choice((OTHER, (asked,))))
        told: Fact | None = fact.only(parts)
        if label == "unanswered":
            lacking = len(parts) == 1 and asked in OTHER and random.random() < 0.5
            told = fact.only(frozenset({OTHER[asked]})) if lacking else _other(told, asked, split, random)
        if told:
            found.append((asked, fact, told, label))
    return tuple(found)


def _other(told: Fact, asked: str, split: str, random: Random) -> Fact | None:
    """The fact of another person, deed or thing, whichever is not asked for; None where the split has no such fact."""
    part = random.choice([part for part in ("subject", "verb", "thing") if part != asked])
    facts = others(told, part, split, random)
    return random.choice(facts) if facts else None


MINIATURE_QNLI = Task(
    name=NAME,
    version=1,
    kind=Kind.CLASSIFICATION,
    languages=LANGUAGES,
    labels=LABELS,
    fields=("question", "sentence"),
    metric="accuracy",
    source=SOURCE,
    read=read_qnli,
    synthetic=True,
)
