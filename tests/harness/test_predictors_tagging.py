"""The tagger against one forward pass a sentence through transformers' own tokenizer call."""

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
from perturbations.errors import DataError
from suites.examples import Example, Text, token_text
from suites.task import Task

MakeCheckpoint = Callable[..., Path]
CONFIG_ORDER = ("X", "VERB", "ADJ", "PUNCT", "NOUN")
SENTENCES = [
    ["the", "dog", "barked", "at", "the", "postman", "!"],
    ["кошка", "сидела", "на", "коврике"],
    ["không gian", "rộng", "lớn"],
    ["แมว", "นั่ง", "😀", "𠮷野", "猫坐在垫子上看着狗"],
    ["the"],
]


def sentence(number: int, words: list[str]) -> Example:
    text = token_text(words, ["X"] * len(words), language="en", key=str(number))
    return Example(str(number), str(number), {"tokens": text})


@pytest.fixture(scope="module")
def checkpoint(make_checkpoint: MakeCheckpoint) -> Checkpoint:
    return open_checkpoint(str(make_checkpoint("ForTokenClassification", CONFIG_ORDER)))


@pytest.fixture(scope="module")
def predictor(checkpoint: Checkpoint, tagging: Task) -> Predictor:
    return make_predictor(checkpoint, tagging, Inference(device="cpu"))


@pytest.fixture(scope="module")
def shortsighted(make_checkpoint: MakeCheckpoint) -> Checkpoint:
    """A model that reads each piece by itself: no attention, no positions, and so no difference between windows."""

    def blind(model: Any) -> None:
        model.roberta.embeddings.position_embeddings.weight.data.zero_()
        for layer in model.roberta.encoder.layer:
            layer.attention.output.dense.weight.data.zero_()
            layer.attention.output.dense.bias.data.zero_()

    return open_checkpoint(str(make_checkpoint("ForTokenClassification", CONFIG_ORDER, change=blind)))


@pytest.fixture(scope="module")
def oracle(checkpoint: Checkpoint) -> Callable[[list[str]], tuple[tuple[str, ...], tuple[float, ...]]]:
    """Tag and probability at the first piece of each word, from one unpadded sentence at a time."""
    import transformers

    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(checkpoint.directory)
    model: Any = transformers.AutoModelForTokenClassification.from_pretrained(checkpoint.directory).eval()

    def ask(words: list[str]) -> tuple[tuple[str, ...], tuple[float, ...]]:
        encoded = tokenizer(words, is_split_into_words=True, return_tensors="pt")
        with torch.no_grad():
            shares = model(**encoded).logits.softmax(-1)[0]
        owners = encoded.word_ids()
        rows = [shares[owners.index(number)] for number in range(len(words))]
        return tuple(CONFIG_ORDER[int(row.argmax())] for row in rows), tuple(float(row.max()) for row in rows)

    return ask


def test_each_token_gets_the_tag_at_its_first_piece(
    predictor: Predictor, oracle: Callable[[list[str]], tuple[tuple[str, ...], tuple[float, ...]]]
) -> None:
    answers = predictor.predict([sentence(number, words) for number, words in enumerate(SENTENCES)])
    for words, answer in zip(SENTENCES, answers, strict=True):
        tags, shares = oracle(words)
        assert answer.label == tags
        assert answer.probabilities == pytest.approx(shares, abs=1e-5)
        assert answer.pieces >= len(words)
        assert not answer.truncated


WORDS = st.lists(st.text(st.sampled_from("thedogкошแม猫😀 \u200b\x07"), min_size=1, max_size=9), max_size=40)


@settings(max_examples=30)
@given(sentences=st.lists(WORDS, max_size=8), budget=st.sampled_from([1, 70, 10_000]))
def test_the_budget_and_the_neighbours_change_nothing(
    predictor: Predictor, sentences: list[list[str]], budget: int
) -> None:
    other: Any = replace(predictor, token_budget=budget)
    examples = [sentence(number, words) for number, words in enumerate(sentences)]
    finished: list[int] = []
    together = other.predict(examples, on_batch=finished.append)
    assert sum(finished) == len(examples)
    for words, example, answer in zip(sentences, examples, together, strict=True):
        alone = predictor.predict([example])[0]
        assert len(answer.label) == len(answer.probabilities) == len(words)
        assert answer.probabilities == pytest.approx(alone.probabilities, abs=1e-5)
        assert (answer.pieces, answer.truncated) == (alone.pieces, alone.truncated)


@given(words=WORDS, limit=st.integers(8, 30))
def test_a_sentence_split_is_tagged_as_if_whole_where_context_does_not_matter(
    shortsighted: Checkpoint, tagging: Task, words: list[str], limit: int
) -> None:
    whole, parts = cached(shortsighted, tagging, None), cached(shortsighted, tagging, limit)
    example = sentence(0, words)
    expected, answer = whole.predict([example])[0], parts.predict([example])[0]
    assert answer.label == expected.label
    assert answer.probabilities == pytest.approx(expected.probabilities, abs=1e-5)
    assert answer.pieces == expected.pieces


_PREDICTORS: dict[int | None, Predictor] = {}


def cached(checkpoint: Checkpoint, task: Task, limit: int | None) -> Predictor:
    if limit not in _PREDICTORS:
        _PREDICTORS[limit] = make_predictor(checkpoint, task, Inference(max_pieces=limit, device="cpu"))
    return _PREDICTORS[limit]


def test_a_long_sentence_is_tagged_whole_in_windows_of_whole_tokens(
    predictor: Predictor, oracle: Callable[[list[str]], tuple[tuple[str, ...], tuple[float, ...]]]
) -> None:
    words = [f"{word}" for _ in range(12) for word in SENTENCES[0]]
    answer = predictor.predict([sentence(0, words)])[0]
    assert len(answer.label) == len(words)
    assert answer.pieces > 62
    assert not answer.truncated
    first = next(
        size for size in range(len(words), 0, -1) if predictor.predict([sentence(1, words[:size])])[0].pieces <= 60
    )
    assert answer.label[:first] == oracle(words[:first])[0], "the first window takes as many tokens as fit"


def test_a_token_longer_than_a_window_is_cut_and_flagged(predictor: Predictor) -> None:
    answer = predictor.predict([sentence(0, ["the", "dogcat" * 40, "dog"])])[0]
    assert answer.truncated
    assert answer.pieces > 62
    assert all(answer.label)
    assert answer.label[2] == predictor.predict([sentence(1, ["dog"])])[0].label[0], "a window of its own follows"


def test_a_token_of_which_nothing_is_left_is_read_as_unknown(predictor: Predictor, oracle: Any) -> None:
    answer = predictor.predict([sentence(0, ["the", "\x07", "dog", "\x08"])])[0]
    assert answer.label == oracle(["the", "<unk>", "dog", "<unk>"])[0]


def test_without_an_unknown_piece_such_a_token_gets_no_tag(predictor: Any) -> None:
    lacking = replace(predictor, loaded=replace(predictor.loaded, unknown=None))
    finished: list[int] = []
    answers = lacking.predict(
        [sentence(0, ["the", "\x07", "dog"]), sentence(1, ["\x07"]), sentence(2, [])], on_batch=finished.append
    )
    assert [tag == "" for tag in answers[0].label] == [False, True, False]
    assert answers[0].probabilities[1] == 0
    assert (answers[1].label, answers[1].pieces) == (("",), 0)
    assert (answers[2].label, answers[2].probabilities) == ((), ())
    assert sum(finished) == 3


def test_sentences_without_tokens_and_no_sentences_are_answered(predictor: Predictor) -> None:
    assert predictor.predict([]) == []
    answers = predictor.predict([sentence(0, []), sentence(1, ["dog"]), sentence(2, [])])
    assert [len(answer.label) for answer in answers] == [0, 1, 0]


def test_equal_sentences_are_read_once(predictor: Any) -> None:
    calls: list[int] = []
    model = predictor.loaded.model
    handle = model.register_forward_hook(lambda _module, _inputs, output: calls.append(len(output.logits)))
    try:
        answers = predictor.predict([sentence(number, SENTENCES[number % 2]) for number in range(10)])
    finally:
        handle.remove()
    assert sum(calls) == 2
    assert answers[:2] * 5 == answers


def test_an_example_that_no_tagger_can_read_is_named(predictor: Predictor) -> None:
    with pytest.raises(DataError, match="'5' is not one text of tokens"):
        predictor.predict([Example("5", "5", {"text": Text("the dog", "en", "k")})])
    with pytest.raises(DataError, match=r"'6' cannot be encoded.*surrogate"):
        predictor.predict([sentence(0, ["a"]), sentence(6, ["a", "\udfff"])])
