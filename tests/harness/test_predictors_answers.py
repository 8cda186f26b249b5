"""The reader of contexts against a slow search over every span of every window, asked one window at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from harness.checkpoints.checkpoint import Checkpoint, open_checkpoint
from harness.predictors.make import make_predictor
from harness.predictors.prediction import Inference
from harness.predictors.question_answering import Reader
from harness.predictors.spans import best_spans, make_passages
from perturbations.errors import CheckpointError, DataError, UsageError
from suites.examples import Example, Text
from suites.task import Kind, Task
from tests.harness.conftest import toy_task

MakeCheckpoint = Callable[..., Path]
OPTIONS = {"window": "40", "stride": "10", "question_length": "12", "answer_length": "6", "best": "200"}
QUESTIONS = [
    ("who sat ?", "the cat sat on the mat and looked at the dog " * 3),
    ("кто ?", "кошка сидела на коврике и смотрела на собаку"),
    ("ใคร", "แมวนั่งบนเสื่อ และมองดูสุนัข แมวนั่งบนเสื่อ"),
    ("谁", "猫坐在垫子上看着狗😀𠮷野猫坐在垫子上看着狗" * 4),
    ("a very long question about the cat and the dog and the postman ?", "der Hund bellte den Postboten an ."),
    ("who ?", ""),
]


def asked(number: int, question: str, context: str) -> Example:
    texts = {"question": Text(question, "en", question), "context": Text(context, "en", context)}
    return Example(str(number), str(number), texts)


@pytest.fixture(scope="module")
def checkpoint(make_checkpoint: MakeCheckpoint) -> Checkpoint:
    return open_checkpoint(str(make_checkpoint("ForQuestionAnswering")))


@pytest.fixture(scope="module")
def reading() -> Task:
    return toy_task(Kind.QUESTION_ANSWERING, (), metric="squad-f1")


@pytest.fixture(scope="module")
def oracle(checkpoint: Checkpoint) -> Callable[[str, str], list[tuple[float, str]]]:
    """Score and text of every admissible span, from one window at a time, the best first."""
    import transformers

    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(checkpoint.directory)
    model: Any = transformers.AutoModelForQuestionAnswering.from_pretrained(checkpoint.directory).eval()

    def ask(question: str, context: str) -> list[tuple[float, str]]:
        first = tokenizer(question, add_special_tokens=False)["input_ids"][:12]
        second = tokenizer(context, add_special_tokens=False, return_offsets_mapping=True)
        pieces, offsets = second["input_ids"], second["offset_mapping"]
        room = 40 - 4 - len(first)
        starts = [0]
        while starts[-1] + room < len(pieces):
            starts.append(starts[-1] + min(10, room))
        windows = [range(start, min(start + room, len(pieces))) for start in starts]
        found: list[tuple[float, str]] = []
        for window in windows:
            ids = [0, *first, 2, 2, *(pieces[place] for place in window), 2]
            with torch.no_grad():
                out = model(input_ids=torch.tensor([ids]))
            begin, end = ([*row[len(first) + 3 :].tolist()] for row in (out.start_logits[0], out.end_logits[0]))
            for left in window:
                contexts = [
                    min(left - other[0], other[-1] - left) + 0.01 * len(other) if left in other else -1
                    for other in windows
                ]
                if windows[contexts.index(max(contexts))] != window:
                    continue
                for right in range(left, min(left + 6, window[-1] + 1)):
                    if all(offsets[place][0] < offsets[place][1] for place in (left, right)):
                        score = begin[left - window[0]] + end[right - window[0]]
                        if text := context[offsets[left][0] : offsets[right][1]].strip():
                            found.append((score, text))
        return sorted(found, key=lambda pair: -pair[0])

    return ask


def test_the_best_span_of_all_windows_is_found(
    checkpoint: Checkpoint, reading: Task, oracle: Callable[[str, str], list[tuple[float, str]]]
) -> None:
    told: list[int] = []
    predictor = make_predictor(checkpoint, reading, Inference(device="cpu", token_budget=100), OPTIONS)
    examples = [asked(number, *pair) for number, pair in enumerate(QUESTIONS)]
    answers = predictor.predict(examples, on_batch=told.append)
    for (question, context), answer in zip(QUESTIONS, answers, strict=True):
        spans = oracle(question, context)
        best = {text for score, text in spans if spans and score > spans[0][0] - 1e-4}
        assert answer.label in (best or {""})
        assert answer.label in context
    assert sum(told) == len(QUESTIONS)
    assert [answer.truncated for answer in answers] == [False, False, False, False, True, False]


def test_batching_and_order_change_no_answer(checkpoint: Checkpoint, reading: Task) -> None:
    examples = [asked(number, *pair) for number, pair in enumerate(QUESTIONS)]
    one, many = (
        make_predictor(checkpoint, reading, Inference(device="cpu", token_budget=budget), OPTIONS)
        for budget in (1, 999)
    )
    assert [answer.label for answer in one.predict(examples)] == [
        answer.label for answer in reversed(many.predict(examples[::-1]))
    ]


def test_the_empty_answer_competes_only_where_questions_may_have_none(
    make_checkpoint: MakeCheckpoint, reading: Task
) -> None:
    empty: list[bool] = []
    for change in (None, prefer_nothing):
        checkpoint = open_checkpoint(str(make_checkpoint("ForQuestionAnswering", change=change)))
        spans, maybe = (
            make_predictor(checkpoint, reading, Inference(device="cpu"), OPTIONS | {"unanswerable": answer})
            for answer in ("no", "yes")
        )
        for question, context in QUESTIONS[:5]:
            example = asked(0, question, context)
            nothing, best = scores(checkpoint, question, context)
            assert spans.predict([example])[0].label != ""
            assert (maybe.predict([example])[0].label == "") is (nothing > best)
            empty.append(nothing > best)
    assert len(set(empty)) == 2


def prefer_nothing(model: Any) -> None:
    """Train the model to answer nothing, whatever it reads."""
    draws = torch.Generator().manual_seed(3)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    first = torch.zeros(16, dtype=torch.long)
    for _ in range(40):
        pieces = torch.randint(3, model.config.vocab_size, (16, 40), generator=draws)
        pieces[:, 0] = 0
        model(input_ids=pieces, start_positions=first, end_positions=first).loss.backward()
        optimiser.step()
        optimiser.zero_grad()


def scores(checkpoint: Checkpoint, question: str, context: str) -> tuple[float, float]:
    """The least score of the empty answer over all windows, and the best of a span."""
    loaded = make_predictor(
        checkpoint, toy_task(Kind.QUESTION_ANSWERING, (), metric="squad-f1"), Inference(device="cpu"), OPTIONS
    )
    assert isinstance(loaded, Reader)
    encodings = [[loaded.loaded.tokenizer.encode(text, add_special_tokens=False)] for text in (question, context)]
    passages = make_passages(loaded.loaded, *encodings, reading=loaded.reading)
    empty: list[float] = []
    best = -1e9
    for window in range(len(passages.windows)):
        start, length = int(passages.sequences.starts[window]), int(passages.sequences.lengths[window])
        ids = torch.as_tensor(passages.sequences.pieces[start : start + length])[None]
        with torch.no_grad():
            out = loaded.loaded.model(input_ids=ids)
        table = torch.stack([out.start_logits[0], out.end_logits[0]], dim=-1).numpy()
        empty.append(float(table[0].sum()))
        found = best_spans(table, passages, window, loaded.reading)
        best = max([best, *(span.score for span in found if context[span.start : span.end].strip())])
    return min(empty), best


@given(text=st.text(max_size=60))
def test_any_context_gives_a_part_of_itself(checkpoint: Checkpoint, reading: Task, text: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in text):
        return
    predictor = make_predictor(checkpoint, reading, Inference(device="cpu"), OPTIONS)
    assert predictor.predict([asked(0, "who ?", text)])[0].label in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"window": "15"}, "no room for a context"),
        ({"stride": "0"}, "option stride is '0'"),
        ({"unanswerable": "maybe"}, "option unanswerable is 'maybe'"),
        ({"strid": "5"}, "did you mean 'stride'"),
    ],
)
def test_options_that_cannot_be_are_refused(
    checkpoint: Checkpoint, reading: Task, options: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        make_predictor(checkpoint, reading, Inference(device="cpu"), OPTIONS | options).predict([asked(0, "who", "he")])


def test_a_model_without_a_span_head_or_an_example_without_context_is_refused(
    make_checkpoint: MakeCheckpoint, checkpoint: Checkpoint, reading: Task
) -> None:
    with pytest.raises(CheckpointError, match="ForQuestionAnswering"):
        make_predictor(open_checkpoint(str(make_checkpoint("ForTokenClassification"))), reading)
    with pytest.raises(DataError, match="no text 'context'"):
        make_predictor(checkpoint, reading).predict([Example("x", "x", {"question": Text("a", "en", "a")})])
