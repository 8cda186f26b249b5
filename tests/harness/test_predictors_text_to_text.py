"""The text-to-text predictor against transformers' own loss and generation, one example at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from harness.checkpoints.checkpoint import Checkpoint, open_checkpoint
from harness.checkpoints.serving import check_serves
from harness.predictors.make import make_predictor
from harness.predictors.prediction import Inference, Prediction
from harness.predictors.retrieval import Retriever
from perturbations.errors import CheckpointError, DataError, UsageError
from suites.examples import Example, Text, token_text
from suites.task import Kind, Task, find_task
from tests.harness.conftest import NLI, SENTENCES, TAGS, toy_task
from tests.harness.families import FAMILIES

PAIRS = (
    ("the cat sat on the mat", "a dog barked"),
    ("кошка сидела на коврике и смотрела", "猫坐在垫子上看着狗"),
    ("แมวนั่งบนเสื่อ", ""),
    ("the dog", "😀 không gian"),
)
BIO = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
CHOOSING = toy_task(Kind.MULTIPLE_CHOICE, ("0", "1", "2"))
READING = toy_task(Kind.QUESTION_ANSWERING, (), metric="squad-f1")

ROUNDING = 5e-5
"""What single precision may move a probability that is read off several steps of decoding, one upon the other."""


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    directory = tmp_path_factory.mktemp("text") / "mt5"
    return open_checkpoint(str(FAMILIES["mt5"].write(directory, "ForConditionalGeneration")))


@pytest.fixture(scope="module")
def own(checkpoint: Checkpoint) -> tuple[Any, Any]:
    import transformers

    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(checkpoint.directory)
    return tokenizer, transformers.MT5ForConditionalGeneration.from_pretrained(checkpoint.directory).eval()


@pytest.fixture(scope="module")
def generated(own: tuple[Any, Any]) -> Callable[[str], str]:
    """What transformers generates for one prompt, greedily."""
    tokenizer, model = own

    def answer(prompt: str) -> str:
        encoded = tokenizer(prompt, return_tensors="pt")
        pieces = model.generate(**encoded, do_sample=False, num_beams=1, max_new_tokens=12)[0]
        return tokenizer.decode(pieces, skip_special_tokens=True).strip()

    return answer


def likelihoods(own: tuple[Any, Any], prompt: str, words: list[str]) -> list[float]:
    """The shares of the words, from the loss of each on its own."""
    tokenizer, model = own
    scores: list[float] = []
    for word in words:
        labels = tokenizer(word, return_tensors="pt")["input_ids"]
        with torch.inference_mode():
            loss = model(**tokenizer(prompt, return_tensors="pt"), labels=labels).loss
        scores.append(-float(loss) * labels.shape[1])
    return torch.tensor(scores).softmax(0).tolist()


def example(number: int, target: str | None = None, **texts: str) -> Example:
    return Example(str(number), str(number), {name: Text(text, "en", text) for name, text in texts.items()}, target)


def pairs() -> list[Example]:
    return [example(number, premise=first, hypothesis=second) for number, (first, second) in enumerate(PAIRS)]


def sentences() -> list[Example]:
    split = [sentence.split() for sentence in SENTENCES]
    return [
        Example(str(number), "g", {"text": token_text(list(words), ["X"] * len(words), language="en", key="k")})
        for number, words in enumerate(split)
    ]


def ask(
    checkpoint: Checkpoint, task: Task, examples: list[Example], inference: Inference | None = None, **options: str
) -> list[Prediction]:
    inference = inference or Inference(device="cpu", token_budget=100)
    told: list[int] = []
    found = make_predictor(checkpoint, task, inference, options).predict(examples, on_batch=told.append)
    assert sum(told) == len(examples)
    return found


def test_labels_have_the_likelihood_of_their_words(
    checkpoint: Checkpoint, own: tuple[Any, Any], classification: Task
) -> None:
    found = ask(checkpoint, classification, [*pairs(), *pairs()])
    assert found[: len(PAIRS)] == found[len(PAIRS) :]
    for (first, second), answer in zip(PAIRS, found, strict=False):
        wanted = likelihoods(own, f"toy: premise: {first} hypothesis: {second}", list(NLI))
        assert answer.probabilities == pytest.approx(wanted, abs=ROUNDING)
        assert answer.label == NLI[wanted.index(max(wanted))]
        assert answer.output is None


@pytest.mark.parametrize(
    ("name", "texts", "prompt", "words"),
    [
        ("xnli", {"premise": "a", "hypothesis": "b"}, "xnli: premise: a hypothesis: b", ["0", "1", "2"]),
        (
            "pawsx",
            {"sentence1": "a", "sentence2": "b"},
            "paws sentence1: a sentence2: b",
            ["different_meaning", "paraphrase"],
        ),
        (
            "xcopa",
            {"premise": "a", "question": "What was the cause?", "choice1": "b", "choice2": "c"},
            "copa choice1: b choice2: c premise: a question: What was the cause?",
            ["choice1", "choice2"],
        ),
    ],
)
def test_the_tasks_have_the_textual_forms_of_t5_and_mt5(
    checkpoint: Checkpoint, own: tuple[Any, Any], name: str, texts: dict[str, str], prompt: str, words: list[str]
) -> None:
    (answer,) = ask(checkpoint, find_task(name), [example(0, **texts)])
    assert answer.probabilities == pytest.approx(likelihoods(own, prompt, words), abs=ROUNDING)


def test_choices_are_as_many_as_an_example_has(checkpoint: Checkpoint, own: tuple[Any, Any]) -> None:
    texts = {"premise": "the cat sat", "choice1": "on the mat", "choice2": "a dog", "choice3": "он"}
    two = {name: text for name, text in texts.items() if name != "choice3"}
    three, pair = ask(checkpoint, CHOOSING, [example(0, **texts), example(1, **two)])
    prompt = "toy: choice1: on the mat choice2: a dog{} premise: the cat sat"
    for answer, more, count in ((three, " choice3: он", 3), (pair, "", 2)):
        wanted = likelihoods(own, prompt.format(more), [f"choice{number + 1}" for number in range(count)])
        assert answer.probabilities == pytest.approx(wanted, abs=ROUNDING)
        assert answer.label == str(wanted.index(max(wanted)))
    with pytest.raises(DataError, match="example '0' has 1 choices"):
        ask(checkpoint, CHOOSING, [example(0, premise="a", choice1="b")])


def test_answers_are_those_that_transformers_generates(checkpoint: Checkpoint, generated: Callable[[str], str]) -> None:
    asked = [example(number, context=context, question="who sat ?") for number, context in enumerate(SENTENCES)]
    found = ask(checkpoint, READING, asked, longest="12")
    assert [answer.label for answer in found] == [
        generated(f"question: who sat ? context: {context}") for context in SENTENCES
    ]
    assert all(0 < answer.probabilities[0] <= 1 and answer.output is None for answer in found)
    assert len({answer.label for answer in found}) > 1, "the inputs matter"


def test_what_is_written_freely_and_is_no_label_stays_and_is_told(
    checkpoint: Checkpoint, classification: Task, generated: Callable[[str], str]
) -> None:
    written = [generated(f"toy: premise: {first} hypothesis: {second}") for first, second in PAIRS]
    stray = ask(checkpoint, classification, pairs(), decoding="free", longest="12")
    assert [(answer.label, answer.output) for answer in stray] == [(text, text) for text in written]
    known = replace(classification, labels=(*NLI[:2], written[0]))
    found = ask(checkpoint, known, pairs(), decoding="free", longest="12")
    assert (found[0].label, found[0].output) == (written[0], None)
    assert any(answer.output == answer.label for answer in found)


def slow_tags(own: tuple[Any, Any], tokens: list[str], labels: tuple[str, ...]) -> tuple[list[str], list[float]]:
    """Tags piece by piece, everything computed anew for each: the likeliest piece with which the answer can go on."""
    tokenizer, model = own
    encoded = tokenizer(" ".join(["tag:", *tokens]), return_tensors="pt")
    pieces = {label: tuple(tokenizer(label, add_special_tokens=False)["input_ids"]) for label in labels}
    given = [model.config.decoder_start_token_id]
    tags: list[str] = []
    shares: list[float] = []
    for _ in tokens:
        way: tuple[int, ...] = ()
        share = 1.0
        while way not in pieces.values():
            allowed = sorted({tag[len(way)] for tag in pieces.values() if tag[: len(way)] == way})
            with torch.inference_mode():
                logits = model(**encoded, decoder_input_ids=torch.tensor([given])).logits[0, -1, allowed]
            share *= float(logits.softmax(-1).max())
            way = (*way, allowed[int(logits.argmax())])
            given.append(way[-1])
        tags.append(next(label for label, tag in pieces.items() if tag == way))
        shares.append(share)
    return tags, shares


def test_tags_are_held_to_one_for_each_token(checkpoint: Checkpoint, own: tuple[Any, Any], tagging: Task) -> None:
    for item, answer in zip(sentences(), ask(checkpoint, tagging, sentences()), strict=True):
        tags, shares = slow_tags(own, item.texts["text"].text.split(), TAGS)
        assert list(answer.label) == tags
        np.testing.assert_allclose(answer.probabilities, shares, atol=ROUNDING)


def test_entities_are_what_the_model_lists(checkpoint: Checkpoint, generated: Callable[[str], str]) -> None:
    task = toy_task(Kind.TAGGING, BIO, metric="f1")
    for item, answer in zip(sentences(), ask(checkpoint, task, sentences(), longest="12"), strict=True):
        text = item.texts["text"].text
        assert answer.output in (generated(f"tag: {text}"), None)
        assert len(answer.label) == len(text.split()) == len(answer.probabilities)


def test_a_sentence_that_is_too_long_is_split_between_tokens_and_a_prompt_is_cut(
    checkpoint: Checkpoint, own: tuple[Any, Any], tagging: Task, classification: Task
) -> None:
    inference = Inference(device="cpu", max_pieces=24)
    whole = ask(checkpoint, tagging, sentences())
    split = ask(checkpoint, tagging, sentences(), inference)
    count = [len(own[0](f"tag: {sentence}")["input_ids"]) for sentence in SENTENCES]
    assert any(length > 24 for length in count)
    for sentence, length, answer, before in zip(SENTENCES, count, split, whole, strict=True):
        tokens = sentence.split()
        assert answer.pieces == before.pieces == length - 1
        assert len(answer.label) == len(tokens)
        if length <= 24:
            assert answer.label == before.label
        wanted = [tag for part in parts(own, tokens, 24) for tag in slow_tags(own, part, TAGS)[0]]
        if not answer.truncated:
            assert list(answer.label) == wanted
    assert not all(answer.truncated for answer in split)
    (cut,) = ask(checkpoint, classification, [example(0, premise=SENTENCES[0] * 3, hypothesis="a")], inference)
    assert cut.truncated


def parts(own: tuple[Any, Any], tokens: list[str], limit: int) -> Iterator[list[str]]:
    if len(tokens) == 1 or len(own[0](" ".join(["tag:", *tokens]))["input_ids"]) <= limit:
        yield tokens
        return
    middle = len(tokens) // 2
    yield from parts(own, tokens[:middle], limit)
    yield from parts(own, tokens[middle:], limit)


@pytest.mark.parametrize("budget", [1, 1000])
def test_the_budget_changes_nothing(checkpoint: Checkpoint, classification: Task, tagging: Task, budget: int) -> None:
    for task, examples in ((classification, pairs()), (tagging, sentences())):
        found = ask(checkpoint, task, examples, Inference(device="cpu", token_budget=budget))
        for answer, usual in zip(found, ask(checkpoint, task, examples), strict=True):
            assert answer.label == usual.label
            assert answer.probabilities == pytest.approx(usual.probabilities, abs=ROUNDING)


def test_a_text_to_text_checkpoint_searches_with_its_encoder(checkpoint: Checkpoint, own: tuple[Any, Any]) -> None:
    tokenizer, model = own
    task = toy_task(Kind.RETRIEVAL, (), metric="accuracy@1")
    retriever = make_predictor(checkpoint, task, Inference(device="cpu"), {"normalise": "no"})
    assert isinstance(retriever, Retriever)
    vectors = retriever.encode([example(0, sentence=SENTENCES[0])])[0]
    with torch.inference_mode():
        states = model.get_encoder()(**tokenizer(SENTENCES[0], return_tensors="pt")).last_hidden_state[0]
    np.testing.assert_allclose(vectors[0], states.mean(dim=0).numpy(), atol=1e-5)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"words": "yes,no"}, "a different word for each of the 3 labels"),
        ({"words": "a,b,b"}, "a different word"),
        ({"decoding": "beam"}, "option decoding is 'beam'"),
        ({"longest": "0"}, "option longest is '0'"),
        ({"tagging": "entities"}, "name no entities"),
    ],
)
def test_options_that_cannot_be_are_refused(
    checkpoint: Checkpoint, classification: Task, options: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        make_predictor(checkpoint, classification, Inference(device="cpu"), options)


def test_labels_in_a_manifest_and_weights_that_are_broken_are_refused(
    checkpoint: Checkpoint, classification: Task, tmp_path: Path
) -> None:
    with pytest.raises(CheckpointError, match="no outputs that the manifest could label"):
        check_serves(replace(checkpoint, labels=NLI), classification)
    config = (checkpoint.directory / "config.json").read_text()
    (tmp_path / "config.json").write_text(config.replace("MT5ForConditionalGeneration", "MT5ForSomething"))
    with pytest.raises(CheckpointError, match=r"names MT5ForSomething, the task needs one .* or ForConditionalGen"):
        check_serves(replace(checkpoint, directory=tmp_path), classification)
    with pytest.raises(CheckpointError, match="two of ☃, ☂, ☁ are the same"):
        make_predictor(checkpoint, classification, Inference(device="cpu"), {"words": "☃,☂,☁"})
    predictor: Any = make_predictor(checkpoint, classification, Inference(device="cpu"))
    predictor.loaded.model.lm_head.weight.data[0] = math.nan
    with pytest.raises(CheckpointError, match="outputs that are not numbers"):
        predictor.predict(pairs())
