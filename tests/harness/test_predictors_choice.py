"""The chooser against transformers' own multiple choice model, an example at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from harness.checkpoints.checkpoint import Checkpoint, open_checkpoint
from harness.predictors.make import make_predictor
from harness.predictors.prediction import Inference
from perturbations.errors import CheckpointError, DataError
from suites.examples import Example, Text
from suites.task import Kind, Task
from tests.harness.conftest import toy_task

MakeCheckpoint = Callable[..., Path]
ITEMS = [
    ("the cat sat on the mat", "What was the cause?", ("a dog barked", "the mat")),
    ("แมวนั่งบนเสื่อ", "What happened as a result?", ("และมองดูสุนัข", "")),
    ("кошка сидела на коврике", "", ("猫坐在垫子上看着狗", "на собаку", "a dog")),
    ("the dog looked at the cat . " * 3, "What was the cause?", ("der Hund bellte", "the postman ran away ! " * 2)),
]


def item(number: int, premise: str, question: str, choices: tuple[str, ...]) -> Example:
    texts = {"premise": premise, "question": question}
    texts |= {f"choice{place}": choice for place, choice in enumerate(choices, start=1)}
    return Example(str(number), str(number), {name: Text(text, "en", text) for name, text in texts.items()}, "0")


@pytest.fixture(scope="module")
def checkpoint(make_checkpoint: MakeCheckpoint) -> Checkpoint:
    return open_checkpoint(str(make_checkpoint("ForMultipleChoice")))


@pytest.fixture(scope="module")
def choosing() -> Task:
    return toy_task(Kind.MULTIPLE_CHOICE, ("0", "1"))


def test_choices_get_the_probabilities_of_transformers_own_model(checkpoint: Checkpoint, choosing: Task) -> None:
    import transformers

    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(checkpoint.directory)
    model: Any = transformers.AutoModelForMultipleChoice.from_pretrained(checkpoint.directory).eval()
    told: list[int] = []
    predictor = make_predictor(checkpoint, choosing, Inference(device="cpu", token_budget=64))
    answers = predictor.predict([item(number, *parts) for number, parts in enumerate(ITEMS)], on_batch=told.append)
    for (premise, question, choices), answer in zip(ITEMS, answers, strict=True):
        encoded = tokenizer(
            [f"{premise} {question}"] * len(choices),
            list(choices),
            truncation="longest_first",
            max_length=62,
            padding=True,
            return_tensors="pt",
        )
        with torch.no_grad():
            wanted = model(**{name: tensor[None] for name, tensor in encoded.items()}).logits.softmax(-1)[0].tolist()
        assert answer.probabilities == pytest.approx(wanted, abs=1e-5)
        assert answer.label == str(wanted.index(max(wanted)))
        parts = (f"{premise} {question}", *choices)
        assert answer.pieces == sum(len(tokenizer(part, add_special_tokens=False).input_ids) for part in parts)
    assert [answer.truncated for answer in answers] == [False, False, False, True]
    assert sum(told) == len(ITEMS)


def test_a_checkpoint_without_the_head_is_refused(make_checkpoint: MakeCheckpoint, choosing: Task) -> None:
    other = open_checkpoint(str(make_checkpoint("ForSequenceClassification")))
    with pytest.raises(CheckpointError, match="ForMultipleChoice"):
        make_predictor(other, choosing)


@pytest.mark.parametrize("names", [("premise", "choice1"), ("choice1", "choice2")])
def test_an_example_without_context_or_choice_is_refused(
    checkpoint: Checkpoint, choosing: Task, names: tuple[str, ...]
) -> None:
    broken = Example("x", "x", {name: Text("a", "en", "a") for name in names}, "0")
    with pytest.raises(DataError, match="example 'x' has"):
        make_predictor(checkpoint, choosing).predict([broken])
