"""Answers taken from a context, by a span head: sliding windows, the best spans of all of them, or no answer.

The procedure of BERT's SQuAD script (Devlin et al. 2019) that the benchmark uses: the question is repeated before every
window of the context, windows overlap, a span counts in the window in which its start has most context, and the score
of a span is the sum of its two logits. Answers are cut out of the context by their offsets, so that no script is put
together again from pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from harness.checkpoints.checkpoint import Checkpoint
from harness.checkpoints.loading import Loaded
from harness.checkpoints.slow_tokenizer import Pieces, SlowTokenizer
from harness.predictors.forward import distinct, encode, forward, load_model, numbers
from harness.predictors.prediction import Inference, Prediction, Predictor
from harness.predictors.settings import whole_number, yes_or_no
from harness.predictors.spans import Candidate, Passages, best_spans, has_place_for_nothing, make_passages
from perturbations.errors import CheckpointError, DataError, UsageError
from suites.examples import Example
from suites.task import Task

LENGTHS = ("window", "stride", "question_length", "answer_length", "best")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a context is read.

    Args:
        window: pieces of a window, question and special pieces included; less where the model reads fewer.
        stride: pieces by which a window begins behind the one before it.
        question_length: most pieces of a question; more are cut off.
        answer_length: most pieces of an answer.
        best: spans of a window and of a question that are compared.
        unanswerable: whether the empty answer competes with the spans.
    """

    window: int
    stride: int
    question_length: int
    answer_length: int
    best: int
    unanswerable: bool


def load(checkpoint: Checkpoint, task: Task, settings: Inference, options: Mapping[str, str]) -> Predictor:
    """The predictor of a question answering task (see `harness.predictors.make.make_predictor`).

    Raises:
        CheckpointError: pieces cannot be found in a text.
        UsageError: the model has no piece that stands for no answer, which an option asks for.
    """
    loaded = load_model(checkpoint, task, settings)
    if isinstance(loaded.tokenizer, SlowTokenizer) and not loaded.tokenizer.stands_in_text():
        raise CheckpointError(
            f"{loaded.where} has a slow tokenizer whose pieces do not stand in a text, so that no answer can be cut "
            "out between two of them: give one with a fast tokenizer, or one that writes its answers"
        )
    reading = Reading(
        unanswerable=yes_or_no("unanswerable", options["unanswerable"]),
        **{name: whole_number(name, options[name]) for name in LENGTHS},
    )
    if reading.unanswerable and not has_place_for_nothing(loaded):
        raise UsageError(
            f"{loaded.where} has no piece before the question that could stand for no answer: leave out unanswerable"
        )
    return Reader(loaded, reading, settings.token_budget)


@dataclass(frozen=True, slots=True)
class Reader:
    """A loaded model with a span head.

    Args:
        loaded: model and tokenizer.
        reading: how a context is read.
        token_budget: pieces in a batch, padding included.
    """

    loaded: Loaded
    reading: Reading
    token_budget: int

    def predict(
        self, examples: Sequence[Example], *, on_batch: Callable[[int], None] | None = None
    ) -> list[Prediction]:
        """See `Predictor`. The label is the answer, empty for none; `truncated` means that the question was cut."""
        inputs = distinct([model_input(example) for example in examples], [example.id for example in examples])
        questions, contexts = zip(*inputs.values, strict=True) if inputs.values else ((), ())
        encoded = [self._encode(texts, inputs.names) for texts in (questions, contexts)]
        passages = make_passages(self.loaded, *encoded, reading=self.reading)
        candidates = self._run(passages, inputs.counts, on_batch)
        answers = [
            self._answer(found, context, pieces, cut)
            for found, context, pieces, cut in zip(
                candidates, contexts, passages.pieces, passages.truncated, strict=True
            )
        ]
        return [answers[number] for number in inputs.numbers]

    def _encode(self, texts: Sequence[str], names: Sequence[str]) -> list[Pieces]:
        """The pieces of each text without special ones; equal texts are encoded once."""
        inputs = distinct(texts, names)

        def encode_texts(batch: Sequence[str]) -> Sequence[Pieces]:
            return self.loaded.tokenizer.encode_batch(batch, add_special_tokens=False)

        encodings = encode(encode_texts, inputs)
        return [encodings[number] for number in inputs.numbers]

    def _run(
        self, passages: Passages, counts: NDArray[np.int64], on_batch: Callable[[int], None] | None
    ) -> list[list[Candidate]]:
        """The best spans of each question, the best first."""
        found: list[list[Candidate]] = [[] for _ in range(len(counts))]
        weights = np.where(passages.first, counts[passages.questions], 0)
        for batch, logits in forward(self.loaded, passages.sequences, budget=self.token_budget, read=_span_logits):
            table = numbers(self.loaded, logits)
            for row, window in enumerate(batch.indices.tolist()):
                found[int(passages.questions[window])] += best_spans(table[row], passages, window, self.reading)
            if on_batch:
                on_batch(int(weights[batch.indices].sum()))
        return [sorted(spans, key=lambda span: (-span.score, span.start, span.end)) for spans in found]

    def _answer(self, found: list[Candidate], context: str, pieces: int, cut: bool) -> Prediction:
        """The best span, with its share of the probability among the best ones."""
        # A piece may be the space between two words, and nothing but space is no answer.
        spans = [span for span in found if context[span.start : span.end].strip()][: self.reading.best]
        nothing = [span for span in found if span.start == span.end]
        if self.reading.unanswerable and nothing:
            # A question has no answer if none of its windows holds one: the window least sure of that decides.
            spans = sorted([*spans, nothing[-1]], key=lambda span: -span.score)
        if not spans:
            return Prediction("", (1.0,), pieces, cut)
        shares: NDArray[np.float32] = torch.softmax(torch.tensor([span.score for span in spans]), dim=0).numpy()
        # A piece may begin or end with the space beside its word.
        return Prediction(context[spans[0].start : spans[0].end].strip(), (float(shares[0]),), pieces, cut)


def _span_logits(output: Any) -> torch.Tensor:
    """Logits of a start and of an end at each piece, `(sequences, pieces, 2)`."""
    return torch.stack([output.start_logits, output.end_logits], dim=-1)


def model_input(example: Example) -> tuple[str, str]:
    """Question and context of an example.

    Raises:
        DataError: it lacks one of them.
    """
    try:
        return example.texts["question"].text, example.texts["context"].text
    except KeyError as error:
        raise DataError(
            f"example {example.id!r} has no text {error.args[0]!r}, and a reader needs question and context"
        ) from None
