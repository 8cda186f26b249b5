"""Every model family against its own model class in transformers, asked about one example at a time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from harness.checkpoints.checkpoint import open_checkpoint
from harness.predictors.make import make_predictor
from harness.predictors.prediction import Inference, Prediction
from harness.predictors.retrieval import Retriever
from perturbations.errors import CheckpointError, UsageError
from suites.examples import Example, Text, token_text
from suites.task import Kind, Task
from tests.harness.conftest import NLI, SENTENCES, TAGS, toy_task
from tests.harness.families import FAMILIES

Make = Callable[[str, str], Path]
PAIRS = (
    ("the cat sat on the mat", "a dog barked"),
    ("кошка сидела на коврике", "猫坐在垫子上看着狗"),
    ("แมวนั่งบนเสื่อ", ""),
    ("", "😀 không gian"),
)
OUTPUTS = {"ForSequenceClassification": NLI, "ForTokenClassification": TAGS}
CHOICE = [name for name, family in FAMILIES.items() if family.choices]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """A function that writes a checkpoint of a family with a head, once."""

    @cache
    def written(family: str, head: str) -> Path:
        directory = tmp_path_factory.mktemp("families") / f"{family}{head}"
        return FAMILIES[family].write(directory, head, OUTPUTS.get(head, ()))

    return written


@pytest.fixture(params=FAMILIES)
def family(request: pytest.FixtureRequest) -> str:
    return request.param


def answers(
    directory: Path, task: Task, examples: list[Example], *, budget: int = 100, **options: str
) -> list[Prediction]:
    inference = Inference(device="cpu", token_budget=budget)
    return make_predictor(open_checkpoint(str(directory)), task, inference, options).predict(examples)


def own(directory: Path, auto: str) -> tuple[Any, Any]:
    """The tokenizer and the model, as transformers loads them."""
    import transformers

    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(directory)
    return tokenizer, getattr(transformers, auto).from_pretrained(directory).eval()


def example(number: int, target: str | None = None, **texts: str) -> Example:
    return Example(str(number), str(number), {name: Text(text, "en", text) for name, text in texts.items()}, target)


def test_classification_is_that_of_one_pass_each(make: Make, family: str, classification: Task) -> None:
    directory = make(family, "ForSequenceClassification")
    tokenizer, model = own(directory, "AutoModelForSequenceClassification")
    asked = [example(number, premise=first, hypothesis=second) for number, (first, second) in enumerate(PAIRS)]
    found = answers(directory, classification, asked)
    wanted: list[list[float]] = []
    for first, second in PAIRS:
        with torch.inference_mode():
            wanted.append(model(**tokenizer([first], [second], return_tensors="pt")).logits.softmax(-1)[0].tolist())
    np.testing.assert_allclose([answer.probabilities for answer in found], wanted, atol=1e-5)
    assert np.ptp(np.array(wanted), axis=0).max() > 0.01, "the inputs matter"


@pytest.mark.parametrize("family", CHOICE)
def test_multiple_choice_is_that_of_all_choices_in_one_pass(make: Make, family: str) -> None:
    directory = make(family, "ForMultipleChoice")
    tokenizer, model = own(directory, "AutoModelForMultipleChoice")
    choices = ("a dog barked", "the mat and looked at the cat")
    asked = example(0, "0", premise=SENTENCES[0], choice1=choices[0], choice2=choices[1])
    (found,) = answers(directory, toy_task(Kind.MULTIPLE_CHOICE, ("0", "1")), [asked])
    encoded = tokenizer([SENTENCES[0]] * 2, list(choices), padding=True, return_tensors="pt")
    with torch.inference_mode():
        wanted = model(**{name: tensor[None] for name, tensor in encoded.items()}).logits.softmax(-1)[0].tolist()
    assert found.probabilities == pytest.approx(wanted, abs=1e-5)


def test_tags_are_those_of_first_pieces_in_one_pass_each(make: Make, family: str, tagging: Task) -> None:
    directory = make(family, "ForTokenClassification")
    tokenizer, model = own(directory, "AutoModelForTokenClassification")
    sentences = [sentence.split() for sentence in SENTENCES]
    asked = [
        Example(str(number), "g", {"text": token_text(words, ["X"] * len(words), language="en", key="k")})
        for number, words in enumerate(sentences)
    ]
    for words, answer in zip(sentences, answers(directory, tagging, asked), strict=True):
        encoded = tokenizer(words, is_split_into_words=True, return_tensors="pt")
        owners = encoded.word_ids()
        with torch.inference_mode():
            table = model(**encoded).logits.softmax(-1)[0]
        rows = table[[owners.index(number) for number in range(len(words))]]
        assert answer.label == tuple(TAGS[index] for index in rows.argmax(-1).tolist())
        np.testing.assert_allclose(answer.probabilities, rows.max(-1).values.numpy(), atol=1e-5)


def test_answers_are_the_best_spans_of_one_pass_each(make: Make, family: str) -> None:
    directory = make(family, "ForQuestionAnswering")
    tokenizer, model = own(directory, "AutoModelForQuestionAnswering")
    asked = [example(number, question="who sat ?", context=context) for number, context in enumerate(SENTENCES)]
    task = toy_task(Kind.QUESTION_ANSWERING, (), metric="squad-f1")
    found = answers(directory, task, asked, window="64", question_length="12", best="200", answer_length="5")
    for context, answer in zip(SENTENCES, found, strict=True):
        encoded = tokenizer("who sat ?", context, return_offsets_mapping=True, return_tensors="pt")
        owners, offsets = encoded.sequence_ids(), encoded.pop("offset_mapping")[0].tolist()
        with torch.inference_mode():
            output = model(**encoded)
        places = [place for place, owner in enumerate(owners) if owner == 1 and offsets[place][0] < offsets[place][1]]
        scores = [
            (
                float(output.start_logits[0, left] + output.end_logits[0, right]),
                context[offsets[left][0] : offsets[right][1]].strip(),
            )
            for left in places
            for right in places
            if left <= right < left + 5
        ]
        best = max(score for score, text in scores if text)
        assert answer.label in {text for score, text in scores if score > best - 1e-4}


@pytest.mark.parametrize("layer", ["1", "last"])
def test_vectors_are_those_of_the_encoder_in_one_pass_each(make: Make, family: str, layer: str) -> None:
    directory = make(family, "ForQuestionAnswering")
    tokenizer, model = own(directory, "AutoModelForTextEncoding")
    task = toy_task(Kind.RETRIEVAL, (), metric="accuracy@1")
    checkpoint, options = open_checkpoint(str(directory)), {"layer": layer, "normalise": "no"}
    retriever = make_predictor(checkpoint, task, Inference(device="cpu", token_budget=100), options)
    assert isinstance(retriever, Retriever)
    vectors, _, _ = retriever.encode([example(number, sentence=text) for number, text in enumerate(SENTENCES)])
    for text, vector in zip(SENTENCES, vectors, strict=True):
        with torch.inference_mode():
            output = model(**tokenizer(text, return_tensors="pt"), output_hidden_states=True)
        wanted = output.hidden_states[1 if layer == "1" else -1][0].mean(dim=0)
        np.testing.assert_allclose(vector, wanted.numpy(), atol=1e-5, rtol=1e-5)


def test_the_limit_is_that_of_the_positions_and_the_model_reads_as_many(
    make: Make, family: str, classification: Task
) -> None:
    directory = make(family, "ForSequenceClassification")
    pieces = FAMILIES[family].limit
    long = " ".join(SENTENCES * 4)
    (answer,) = answers(directory, classification, [example(0, premise=long, hypothesis="a dog")])
    assert answer.truncated == (pieces is not None)
    if pieces is None:
        return
    checkpoint = open_checkpoint(str(directory))
    made: Any = make_predictor(checkpoint, classification, Inference(max_pieces=pieces, device="cpu"))
    assert made.loaded.limit == pieces
    with pytest.raises(UsageError, match=f"reads {pieces} pieces"):
        make_predictor(checkpoint, classification, Inference(max_pieces=pieces + 1, device="cpu"))


def test_a_family_without_a_head_for_a_kind_is_refused_in_one_line(make: Make, tmp_path: Path) -> None:
    task = toy_task(Kind.MULTIPLE_CHOICE, ("0", "1"))
    directory = make("mt5", "ForQuestionAnswering")
    with pytest.raises(CheckpointError, match="MT5ForQuestionAnswering, the task needs one ForMultipleChoice"):
        make_predictor(open_checkpoint(str(directory)), task)
    claiming = FAMILIES["mt5"].write(tmp_path / "claiming", "ForQuestionAnswering")
    config = json.loads((claiming / "config.json").read_text()) | {"architectures": ["MT5ForMultipleChoice"]}
    (claiming / "config.json").write_text(json.dumps(config))
    with pytest.raises(CheckpointError, match=r"is of the family 'mt5', of which transformers .* no .*MultipleChoice"):
        make_predictor(open_checkpoint(str(claiming)), task)


def test_a_model_that_reads_no_types_is_given_none_whatever_its_tokenizer_says(
    make: Make, tmp_path: Path, classification: Task
) -> None:
    plain = make("distilbert", "ForSequenceClassification")
    directory = shutil.copytree(plain, tmp_path / "typed")
    path = directory / "tokenizer_config.json"
    settings = json.loads(path.read_text()) | {"model_input_names": ["input_ids", "attention_mask", "token_type_ids"]}
    path.write_text(json.dumps(settings))
    asked = [example(number, premise=first, hypothesis=second) for number, (first, second) in enumerate(PAIRS)]
    assert answers(directory, classification, asked) == answers(plain, classification, asked)


def test_a_text_with_the_end_piece_in_it_breaks_no_batch_of_a_family_that_reads_the_last_one(
    make: Make, classification: Task
) -> None:
    directory = make("mt5", "ForSequenceClassification")
    asked = [
        example(0, premise="the cat </s> sat", hypothesis="a dog"),
        example(1, premise="the cat sat", hypothesis="a dog"),
        example(2, premise="the cat sat"),
    ]
    together = answers(directory, classification, asked, budget=1000)
    for item, answer in zip(asked, together, strict=True):
        (alone,) = answers(directory, classification, [item])
        assert answer.probabilities == pytest.approx(alone.probabilities, abs=1e-5)


def test_no_answer_is_refused_where_no_piece_stands_for_it(make: Make) -> None:
    task = toy_task(Kind.QUESTION_ANSWERING, (), metric="squad-f1")
    checkpoint = open_checkpoint(str(make("mt5", "ForQuestionAnswering")))
    with pytest.raises(UsageError, match="no piece before the question"):
        make_predictor(checkpoint, task, Inference(device="cpu"), {"unanswerable": "yes"})
