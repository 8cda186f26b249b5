"""Classification of one text or a pair, by a sequence classification head."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.checkpoints.checkpoint import Checkpoint
from harness.checkpoints.loading import Loaded
from harness.predictors.batching import Sequences
from harness.predictors.encoding import encode_inputs, one_text_or_two
from harness.predictors.forward import distinct, forward, load_model, probabilities
from harness.predictors.prediction import Inference, Prediction, Predictor
from suites.examples import Example
from suites.task import Task


def load(checkpoint: Checkpoint, task: Task, settings: Inference) -> Predictor:
    """The predictor of a classification task (see `harness.predictors.make.make_predictor`)."""
    loaded = load_model(checkpoint, task, settings)
    return Classifier(loaded, task.labels, settings.token_budget)


@dataclass(frozen=True, slots=True)
class Classifier:
    """A loaded classifier.

    Args:
        loaded: model and tokenizer.
        labels: the task's labels, in its order.
        token_budget: pieces in a batch, padding included.
    """

    loaded: Loaded
    labels: tuple[str, ...]
    token_budget: int

    def predict(
        self, examples: Sequence[Example], *, on_batch: Callable[[int], None] | None = None
    ) -> list[Prediction]:
        """See `Predictor`. Equal inputs are read once; of a pair that is too long the longer text is cut first."""
        inputs = distinct([one_text_or_two(example) for example in examples], [example.id for example in examples])
        encoded = encode_inputs(self.loaded, inputs)
        shares = self._run(encoded.sequences, inputs.counts, on_batch)
        answers = [
            Prediction(self.labels[int(row.argmax())], tuple(row.tolist()), count, cut)
            for row, count, cut in zip(shares, encoded.pieces, encoded.truncated, strict=True)
        ]
        return [answers[number] for number in inputs.numbers]

    def _run(
        self, sequences: Sequences, counts: NDArray[np.int64], on_batch: Callable[[int], None] | None
    ) -> NDArray[np.float32]:
        """Probabilities `(inputs, labels)`; `counts` is how many examples each input stands for."""
        shares = np.zeros((len(sequences.lengths), len(self.labels)), dtype=np.float32)
        for batch, logits in forward(self.loaded, sequences, budget=self.token_budget):
            shares[batch.indices] = probabilities(self.loaded, logits)
            if on_batch:
                on_batch(int(counts[batch.indices].sum()))
        return shares
