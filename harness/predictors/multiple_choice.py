"""Choice among several texts, by a multiple choice head: the context is read with each choice by itself.

As in SWAG (Zellers et al. 2018) and the benchmark's XCOPA script: a context, which may hold a question, paired with one
choice after the other, and a softmax over the choices of an example. Padding is that of the single pairs, so that a
long choice costs the others nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from harness.checkpoints.checkpoint import Checkpoint
from harness.checkpoints.loading import Loaded
from harness.predictors.encoding import Encoded, Input, encode_inputs
from harness.predictors.forward import Distinct, distinct, forward, load_model, numbers
from harness.predictors.prediction import Inference, Prediction, Predictor
from perturbations.errors import DataError
from suites.examples import Example
from suites.task import Task

CHOICE = "choice"
"""How the names of the texts begin that are to be chosen among; the others are the context."""


def load(checkpoint: Checkpoint, task: Task, settings: Inference) -> Predictor:
    """The predictor of a multiple choice task (see `harness.predictors.make.make_predictor`)."""
    loaded = load_model(checkpoint, task, settings)
    return Chooser(loaded, settings.token_budget)


@dataclass(frozen=True, slots=True)
class Chooser:
    """A loaded model with a multiple choice head.

    Args:
        loaded: model and tokenizer.
        token_budget: pieces in a batch, padding included.
    """

    loaded: Loaded
    token_budget: int

    def predict(
        self, examples: Sequence[Example], *, on_batch: Callable[[int], None] | None = None
    ) -> list[Prediction]:
        """See `Predictor`. The label is the number of the choice, from 0; pieces count the context once."""
        pairs = [model_input(example) for example in examples]
        names = [example.id for example, choices in zip(examples, pairs, strict=True) for _ in choices]
        inputs = distinct([pair for choices in pairs for pair in choices], names)
        encoded = encode_inputs(self.loaded, inputs)
        scores = self._run(encoded, inputs, len(examples), on_batch)
        contexts = self._contexts(pairs, [example.id for example in examples])
        answers: list[Prediction] = []
        start = 0
        for choices, context in zip(pairs, contexts, strict=True):
            rows = inputs.numbers[start : start + len(choices)]
            shares: NDArray[np.float32] = torch.softmax(torch.as_tensor(scores[rows]), dim=0).numpy()
            pieces = sum(encoded.pieces[row] for row in rows) - (len(choices) - 1) * context
            cut = any(encoded.truncated[row] for row in rows)
            answers.append(Prediction(str(int(shares.argmax())), tuple(shares.tolist()), pieces, cut))
            start += len(choices)
        return answers

    def _contexts(self, pairs: Sequence[Sequence[Input]], names: Sequence[str]) -> list[int]:
        """The pieces of the context of each example."""
        contexts: list[Input] = [choices[0][0] for choices in pairs]
        inputs = distinct(contexts, names)
        pieces = encode_inputs(self.loaded, inputs).pieces
        return [pieces[number] for number in inputs.numbers]

    def _run(
        self, encoded: Encoded, inputs: Distinct[Input], examples: int, on_batch: Callable[[int], None] | None
    ) -> NDArray[np.float32]:
        """The logit of each distinct pair, `(pairs,)`."""
        scores = np.zeros(len(inputs.values), dtype=np.float32)
        read, told = 0, 0
        for batch, logits in forward(self.loaded, encoded.sequences, budget=self.token_budget):
            scores[batch.indices] = numbers(self.loaded, logits[:, 0])
            read += len(batch.indices)
            if on_batch:
                # The pairs of an example may be far apart in length; so many pairs are worth so many examples.
                on_batch(examples * read // len(scores) - told)
                told = examples * read // len(scores)
        return scores


def model_input(example: Example) -> list[Input]:
    """The context with each choice, in their order.

    Raises:
        DataError: it has no context, or fewer than two choices.
    """
    texts = [(name.startswith(CHOICE), text.text) for name, text in example.texts.items()]
    context = " ".join(text for choice, text in texts if not choice)
    choices = [text for choice, text in texts if choice]
    if len(choices) == len(texts) or len(choices) < 2:
        raise DataError(
            f"example {example.id!r} has {len(choices)} choices and {len(texts) - len(choices)} other texts, and a "
            "multiple choice model reads a context with two choices or more"
        )
    return [(context, choice) for choice in choices]
