"""The classifier against one forward pass an example through transformers' own tokenizer call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.checkpoints.checkpoint import Checkpoint, open_checkpoint
from harness.predictors.make import make_predictor
from harness.predictors.prediction import Inference, Predictor
from perturbations.errors import CheckpointError, DataError
from suites.examples import Example, Text
from suites.task import Task

MakeCheckpoint = Callable[..., Path]
CONFIG_ORDER = ("contradiction", "entailment", "neutral")
PAIRS = [
    ("the cat sat on the mat", "a dog barked"),
    ("кошка сидела на коврике", "猫坐在垫子上看着狗"),
    ("แมวนั่งบนเสื่อ", ""),
    ("", ""),
    ("\u200b\x07", "😀 𠮷野"),
    ("the dog looked at the cat . " * 3, "der Hund bellte"),
]


def pair(number: int, *texts: str) -> Example:
    names = ("premise", "hypothesis", "more")
    named = {name: Text(text, "en", text) for name, text in zip(names, texts, strict=False)}
    return Example(str(number), str(number), named, "neutral")


@pytest.fixture(scope="module")
def checkpoint(make_checkpoint: MakeCheckpoint) -> Checkpoint:
    return open_checkpoint(str(make_checkpoint("ForSequenceClassification", CONFIG_ORDER)))


@pytest.fixture(scope="module")
def predictor(checkpoint: Checkpoint, classification: Task) -> Predictor:
    return make_predictor(checkpoint, classification, Inference(device="cpu"))


@pytest.fixture(scope="module")
def oracle(checkpoint: Checkpoint, classification: Task) -> Callable[..., list[float]]:
    """Probabilities in the task's order, from one unpadded sequence at a time."""
    import transformers

    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(checkpoint.directory)
    model: Any = transformers.AutoModelForSequenceClassification.from_pretrained(checkpoint.directory).eval()

    def ask(*texts: str, limit: int = 62) -> list[float]:
        # As lists: asked about one pair, transformers drops an empty second text; asked about many, it keeps it.
        encoded = tokenizer(
            *([text] for text in texts), truncation="longest_first", max_length=limit, return_tensors="pt"
        )
        with torch.no_grad():
            shares = model(**encoded).logits.softmax(-1)[0]
        return [float(shares[CONFIG_ORDER.index(label)]) for label in classification.labels]

    return ask


def test_pairs_get_the_probabilities_of_one_pass_each_in_their_order(
    predictor: Predictor, classification: Task, oracle: Callable[..., list[float]]
) -> None:
    answers = predictor.predict([pair(number, *texts) for number, texts in enumerate(PAIRS)])
    for texts, answer in zip(PAIRS, answers, strict=True):
        expected = oracle(*texts)
        assert answer.probabilities == pytest.approx(expected, abs=1e-5)
        assert sum(answer.probabilities) == pytest.approx(1, abs=1e-6)
        assert answer.label == classification.labels[expected.index(max(expected))]


@settings(max_examples=30)
@given(
    pairs=st.lists(
        st.tuples(*[st.text(st.sampled_from("the cat dog кошка猫แม \u200b<s>"), max_size=40)] * 2), max_size=12
    ),
    budget=st.sampled_from([1, 30, 64, 500, 10_000]),
)
def test_the_budget_and_the_neighbours_change_nothing(
    predictor: Predictor, pairs: list[tuple[str, str]], budget: int
) -> None:
    other: Any = replace(predictor, token_budget=budget)
    examples = [pair(number, *texts) for number, texts in enumerate(pairs)]
    together = other.predict(examples)
    for example, answer in zip(examples, together, strict=True):
        alone = predictor.predict([example])[0]
        assert answer.probabilities == pytest.approx(alone.probabilities, abs=1e-5)
        assert (answer.pieces, answer.truncated) == (alone.pieces, alone.truncated)


def test_single_texts_are_read_without_a_second(predictor: Predictor, oracle: Callable[..., list[float]]) -> None:
    mixed = predictor.predict([pair(0, "the cat"), pair(1, "the cat", ""), pair(2, "the cat", "sat")])
    for texts, answer in zip([("the cat",), ("the cat", ""), ("the cat", "sat")], mixed, strict=True):
        assert answer.probabilities == pytest.approx(oracle(*texts), abs=1e-5)


def test_what_is_cut_is_flagged_and_cut_as_transformers_would(
    checkpoint: Checkpoint, classification: Task, oracle: Callable[..., list[float]]
) -> None:
    predictor = make_predictor(checkpoint, classification, Inference(max_pieces=16, device="cpu"))
    long, short = "the dog looked at the cat and barked at the postman", "a cat"
    answers = predictor.predict(
        [pair(0, long, short), pair(1, short, long), pair(2, short, short), pair(3, long, long)]
    )
    assert [answer.truncated for answer in answers] == [True, True, False, True]
    for texts, answer in zip([(long, short), (short, long), (short, short), (long, long)], answers, strict=True):
        assert answer.probabilities == pytest.approx(oracle(*texts, limit=16), abs=1e-5)
    assert answers[0].pieces == answers[1].pieces > 12, "the pieces of the whole input, cut or not"
    again = predictor.predict([pair(0, long + " today", long)])
    assert again[0].pieces > answers[3].pieces, "the tokenizer is not left truncating"


def test_equal_inputs_are_read_once_and_progress_counts_examples(predictor: Predictor) -> None:
    examples = [pair(number, *PAIRS[number % 3]) for number in range(12)]
    finished: list[int] = []
    answers = predictor.predict(examples, on_batch=finished.append)
    assert sum(finished) == 12
    assert answers[:3] * 4 == answers
    small: Any = replace(predictor, token_budget=1)
    finished.clear()
    small.predict(examples, on_batch=finished.append)
    assert finished == [4, 4, 4]


def test_nothing_to_predict_gives_no_predictions(predictor: Predictor) -> None:
    assert predictor.predict([]) == []


def test_an_example_that_no_classifier_can_read_is_named(predictor: Predictor) -> None:
    with pytest.raises(DataError, match="'7' has 3 texts"):
        predictor.predict([pair(7, "a", "b", "c")])
    with pytest.raises(DataError, match="'8' has 0 texts"):
        predictor.predict([pair(8)])
    with pytest.raises(DataError, match=r"'9' cannot be encoded.*surrogate"):
        predictor.predict([pair(0, "a", "b"), pair(9, "a", "\ud800")])


def test_predicting_twice_gives_the_same_and_leaves_the_random_state_alone(predictor: Predictor) -> None:
    examples = [pair(number, *texts) for number, texts in enumerate(PAIRS)]
    before = torch.random.get_rng_state()
    assert predictor.predict(examples) == predictor.predict(examples)
    assert torch.equal(before, torch.random.get_rng_state())


def test_an_output_that_the_task_does_not_have_is_never_predicted(
    make_checkpoint: MakeCheckpoint, classification: Task
) -> None:
    def favour_the_first(model: Any) -> None:
        model.classifier.out_proj.bias.data[0] = 100.0

    plain = open_checkpoint(str(make_checkpoint("ForSequenceClassification", 4, change=favour_the_first)))
    told = replace(plain, labels=("", *classification.labels))
    answers = make_predictor(told, classification).predict([pair(number, *texts) for number, texts in enumerate(PAIRS)])
    assert all(sum(answer.probabilities) == pytest.approx(1, abs=1e-6) for answer in answers)
    assert all(max(answer.probabilities) < 1 for answer in answers)


def test_outputs_that_are_not_numbers_are_an_error(make_checkpoint: MakeCheckpoint, classification: Task) -> None:
    def break_weights(model: Any) -> None:
        model.classifier.out_proj.bias.data[0] = float("nan")

    checkpoint = open_checkpoint(str(make_checkpoint("ForSequenceClassification", CONFIG_ORDER, change=break_weights)))
    with pytest.raises(CheckpointError, match="outputs that are not numbers"):
        make_predictor(checkpoint, classification).predict([pair(0, "a", "b")])


def test_half_precision_stays_close(checkpoint: Checkpoint, classification: Task, predictor: Predictor) -> None:
    examples = [pair(number, *texts) for number, texts in enumerate(PAIRS)]
    half = make_predictor(checkpoint, classification, Inference(precision="bf16", device="cpu")).predict(examples)
    for answer, exact in zip(half, predictor.predict(examples), strict=True):
        assert answer.probabilities == pytest.approx(exact.probabilities, abs=0.2)
        assert answer.probabilities != exact.probabilities
