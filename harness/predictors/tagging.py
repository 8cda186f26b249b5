"""Tagging of tokens, by a token classification head, under the benchmark's conventions.

A token's tag is read from its first piece. A token of which the tokenizer leaves nothing is given the unknown piece,
as the benchmark's script does. A sentence beyond the limit is split between tokens, each part as full as can be, and
put together again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from harness.checkpoints.checkpoint import Checkpoint
from harness.checkpoints.loading import Loaded
from harness.checkpoints.slow_tokenizer import Pieces
from harness.predictors.forward import Distinct, distinct, encode, forward, load_model, probabilities
from harness.predictors.prediction import Inference, Prediction, Predictor
from harness.predictors.windows import Sentence, Windows, find_frame, make_windows
from perturbations.errors import DataError
from suites.examples import Example
from suites.task import Task

NO_TAG = ""
"""The tag of a token without a piece, where the tokenizer has no unknown piece to stand for it: never right."""
Words = tuple[str, ...]


def load(checkpoint: Checkpoint, task: Task, settings: Inference) -> Predictor:
    """The predictor of a tagging task (see `harness.predictors.make.make_predictor`)."""
    loaded = load_model(checkpoint, task, settings)
    return Tagger(loaded, task.labels, settings.token_budget)


@dataclass(frozen=True, slots=True)
class Tagger:
    """A loaded tagger.

    Args:
        loaded: model and tokenizer.
        labels: the task's tags, in its order.
        token_budget: pieces in a batch, padding included.
    """

    loaded: Loaded
    labels: tuple[str, ...]
    token_budget: int

    def predict(
        self, examples: Sequence[Example], *, on_batch: Callable[[int], None] | None = None
    ) -> list[Prediction]:
        """See `Predictor`. Equal sentences are read once; `truncated` means that a token by itself is too long."""
        inputs = distinct([model_input(example) for example in examples], [example.id for example in examples])
        sentences = self._encode(inputs)
        sizes = [len(words) for words in inputs.values]
        windows = make_windows(sentences, sizes, frame=find_frame(self.loaded), limit=self.loaded.limit)
        tags, shares = self._run(windows, inputs.counts, sum(sizes), on_batch)
        answers: list[Prediction] = []
        start = 0
        for size, sentence, cut in zip(sizes, sentences, windows.truncated, strict=True):
            end = start + size
            answers.append(Prediction(tuple(tags[start:end]), tuple(shares[start:end]), len(sentence.pieces), cut))
            start = end
        return [answers[number] for number in inputs.numbers]

    def _encode(self, inputs: Distinct[Words]) -> list[Sentence]:
        """The pieces of each sentence and the tokens they belong to, an unknown piece where a token has none."""
        tokenizer, unknown = self.loaded.tokenizer, self.loaded.unknown

        def encode_words(batch: Sequence[Words]) -> Sequence[Pieces]:
            return tokenizer.encode_batch(batch, is_pretokenized=True, add_special_tokens=False)

        sentences: list[Sentence] = []
        for words, encoding in zip(inputs.values, encode(encode_words, inputs), strict=True):
            pieces = np.array(encoding.ids, dtype=np.int64)
            owners = np.array(encoding.word_ids, dtype=np.int64)
            absent = np.setdiff1d(np.arange(len(words)), owners)
            if len(absent) and unknown is not None:
                places = np.searchsorted(owners, absent)
                pieces, owners = np.insert(pieces, places, unknown), np.insert(owners, places, absent)
            sentences.append(Sentence(pieces, owners))
        return sentences

    def _run(
        self, windows: Windows, counts: NDArray[np.int64], tokens: int, on_batch: Callable[[int], None] | None
    ) -> tuple[list[str], list[float]]:
        """The tag of every token of all sentences in one list, and its probability."""
        best = np.full(tokens, -1, dtype=np.int64)
        shares = np.zeros(tokens, dtype=np.float32)
        # A sentence counts as finished with its first window; one without a piece needs none.
        weights = np.where(windows.first, counts[windows.sentences], 0)
        if on_batch and (unread := int(counts.sum() - weights.sum())):
            on_batch(unread)
        for batch, logits in forward(self.loaded, windows.sequences, budget=self.token_budget):
            slots = windows.slots[batch.source]
            read = slots >= 0
            rows, columns = (torch.as_tensor(axis[read], device=logits.device) for axis in np.nonzero(batch.mask))
            table = probabilities(self.loaded, logits[rows, columns])
            best[slots[read]] = table.argmax(axis=1)
            shares[slots[read]] = table.max(axis=1)
            if on_batch:
                on_batch(int(weights[batch.indices].sum()))
        names = (*self.labels, NO_TAG)
        return [names[index] for index in best.tolist()], shares.tolist()


def model_input(example: Example) -> Words:
    """The tokens of an example.

    Raises:
        DataError: it has not exactly one text, or that one is not of tokens.
    """
    texts = list(example.texts.values())
    if len(texts) != 1 or not texts[0].tokens:
        raise DataError(f"example {example.id!r} is not one text of tokens, which is what a tagger reads")
    return tuple(span.of(texts[0].text) for span in texts[0].spans)
