"""Inputs beyond a model's limit: split, read in windows or cut, and what was cut is counted, whatever the kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.checkpoints.checkpoint import open_checkpoint
from harness.predictors.make import make_predictor
from harness.predictors.prediction import Inference, Prediction
from suites.examples import Example, Pool, Text, token_text
from suites.task import Kind, Task
from tests.harness.conftest import NLI, SENTENCES, TAGS, toy_task
from tests.harness.families import FAMILIES

LIMIT = 24
SHORT, LONG = "the cat", " ".join(SENTENCES * 2)
CLASSES = toy_task(Kind.CLASSIFICATION, NLI)
CHOICES = toy_task(Kind.MULTIPLE_CHOICE, ("0", "1"))
READING = toy_task(Kind.QUESTION_ANSWERING, (), metric="squad-f1")
TAGGED = toy_task(Kind.TAGGING, TAGS, metric="f1")
SEARCH = toy_task(Kind.RETRIEVAL, (), metric="accuracy@1")
MINING = toy_task(Kind.MINING, (), metric="bucc-f1")
HEADS = {
    Kind.CLASSIFICATION: ("ForSequenceClassification", NLI),
    Kind.TAGGING: ("ForTokenClassification", TAGS),
    Kind.MULTIPLE_CHOICE: ("ForMultipleChoice", ()),
    Kind.QUESTION_ANSWERING: ("ForQuestionAnswering", ()),
}
Write = Callable[[str, str, tuple[str, ...]], Path]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Write:
    made: dict[tuple[str, str], Path] = {}

    def write(family: str, head: str, labels: tuple[str, ...]) -> Path:
        if (family, head) not in made:
            directory = tmp_path_factory.mktemp("long") / f"{family}{head}"
            made[family, head] = FAMILIES[family].write(directory, head, labels)
        return made[family, head]

    return write


def example(**texts: str) -> Example:
    return Example("one", "g", {name: Text(text, "en", text) for name, text in texts.items()})


def sentence(*words: str) -> Example:
    return Example("one", "g", {"text": token_text(list(words), ["X"] * len(words), language="en", key="k")})


def ask(directory: Path, task: Task, asked: Example, **options: str) -> Prediction:
    inference = Inference(device="cpu", max_pieces=LIMIT)
    predictor: Any = make_predictor(open_checkpoint(str(directory)), task, inference, options)
    if task.kind in (Kind.RETRIEVAL, Kind.MINING):
        predictor = predictor.over(Pool("toy", (example(sentence=SHORT), Example("two", "g", asked.texts))))
    (found,) = predictor.predict([asked])
    return found


@pytest.mark.parametrize(
    ("task", "short", "long"),
    [
        (CLASSES, example(premise=SHORT, hypothesis=SHORT), example(premise=LONG, hypothesis=SHORT)),
        (CLASSES, example(premise=SHORT), example(premise=LONG)),
        (
            CHOICES,
            example(premise=SHORT, choice1=SHORT, choice2="a dog"),
            example(premise=SHORT, choice1=SHORT, choice2=LONG),
        ),
        # A context is read in windows and a sentence is split between tokens: only a question or a token can be cut.
        (READING, example(question=SHORT, context=LONG), example(question=LONG, context=SHORT)),
        (TAGGED, sentence(*LONG.split()), sentence("o" * 60, "cat")),
        (SEARCH, example(sentence=SHORT), example(sentence=LONG)),
        (MINING, example(sentence=SHORT), example(sentence=LONG)),
    ],
    ids=lambda value: value.kind.value if isinstance(value, Task) else "",
)
@pytest.mark.parametrize("family", ["xlm-r", "mbert"])
def test_what_a_head_does_not_see_is_counted(
    written: Write, family: str, task: Task, short: Example, long: Example
) -> None:
    head, labels = HEADS.get(task.kind, ("ForMaskedLM", ()))
    options = {
        Kind.QUESTION_ANSWERING: {"question_length": "12", "stride": "4"},
        Kind.MINING: {"threshold": "1", "neighbours": "1"},
    }.get(task.kind, {})
    whole, cut = (ask(written(family, head, labels), task, asked, **options) for asked in (short, long))
    assert (whole.truncated, cut.truncated) == (False, True)
    assert cut.pieces is not None
    assert cut.pieces > LIMIT, "counted before anything is cut"


@pytest.mark.parametrize(
    ("task", "short", "long"),
    [
        (CLASSES, example(premise="a"), example(premise=LONG)),
        (CHOICES, example(premise="a", choice1="b", choice2="c"), example(premise=LONG, choice1="b", choice2="c")),
        # One prompt holds question and context, so that a long context is cut.
        (READING, example(question="a", context="b"), example(question="a", context=LONG)),
        (TAGGED, sentence("a", "b"), sentence("猫" * 60, "a")),
    ],
    ids=lambda value: value.kind.value if isinstance(value, Task) else "",
)
def test_what_a_model_that_writes_does_not_see_is_counted(
    written: Write, task: Task, short: Example, long: Example
) -> None:
    directory = written("mt5", "ForConditionalGeneration", ())
    inference = Inference(device="cpu", max_pieces=48)
    predictor = make_predictor(open_checkpoint(str(directory)), task, inference, {"longest": "4"})
    whole, cut = predictor.predict([short, long])
    assert (whole.truncated, cut.truncated) == (False, True)
    assert whole.pieces is not None
    assert cut.pieces is not None
    assert cut.pieces > 47 >= whole.pieces
