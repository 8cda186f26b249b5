"""Retrieval by sentence vectors: a hidden layer of the encoder, pooled, and the nearest candidates of a pool.

As in XTREME's Tatoeba and BUCC (Hu et al. 2020): mean over the pieces of a middle layer, normalised, cosine. With a
margin, the similarity of a pair is divided by the mean similarity of both to their nearest neighbours on the other side
(Artetxe and Schwenk 2019).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from harness.checkpoints.checkpoint import Checkpoint
from harness.checkpoints.loading import Loaded
from harness.predictors.encoding import encode_inputs, one_text_or_two
from harness.predictors.forward import distinct, forward, load_model, numbers
from harness.predictors.pooling import Encoding, find_encoding, pool_states
from harness.predictors.prediction import Inference, Prediction
from harness.predictors.search import Floats, search
from harness.predictors.settings import one_of, whole_number
from perturbations.errors import UsageError
from suites.examples import Example, Pool
from suites.task import Task


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """A pool that was encoded.

    Args:
        ids: `(candidates,)`.
        vectors: `(candidates, dimensions)`.
    """

    ids: tuple[str, ...]
    vectors: Floats


def load(checkpoint: Checkpoint, task: Task, settings: Inference, options: Mapping[str, str]) -> Retriever:
    """The predictor of a retrieval task, which is given its pool by `over`.

    Raises:
        UsageError: an option that the model does not have, such as a layer beyond its last.
    """
    margin = one_of("margin", options["margin"]) == "ratio"
    return replace(
        load_encoder(checkpoint, task, settings, options),
        depth=whole_number("depth", options["depth"]),
        neighbours=whole_number("neighbours", options["neighbours"]) if margin else 0,
    )


def load_encoder(checkpoint: Checkpoint, task: Task, settings: Inference, options: Mapping[str, str]) -> Retriever:
    """An encoder of texts that has no pool yet.

    Raises:
        UsageError: an option that the model does not have, such as a layer beyond its last.
    """
    loaded = load_model(checkpoint, task, settings)
    encoding = find_encoding(loaded.model, options, where=loaded.where)
    cast("Any", loaded.model).config.output_hidden_states = True
    return Retriever(loaded, encoding, settings.token_budget)


@dataclass(frozen=True, slots=True, eq=False)
class Retriever:
    """A loaded encoder that searches a pool.

    Args:
        loaded: model and tokenizer.
        encoding: how a text becomes a vector.
        token_budget: pieces in a batch, padding included.
        depth: candidates in a list.
        neighbours: of the margin; 0 for none.
        candidates: the encoded pool; None until one is given.
    """

    loaded: Loaded
    encoding: Encoding
    token_budget: int
    depth: int = 1
    neighbours: int = 0
    candidates: Candidates | None = None

    @property
    def joint(self) -> bool:
        """A margin looks at what else is asked."""
        return self.neighbours > 0

    @property
    def held(self) -> int:
        """Bytes of the vectors of its pool."""
        return self.candidates.vectors.nbytes if self.candidates else 0

    def over(self, pool: Pool) -> Retriever:
        """The same, searching a pool; its candidates are encoded now, once."""
        vectors, _, _ = self.encode(pool.candidates)
        return replace(self, candidates=Candidates(tuple(item.id for item in pool.candidates), vectors))

    def predict(
        self, examples: Sequence[Example], *, on_batch: Callable[[int], None] | None = None
    ) -> list[Prediction]:
        """See `Predictor`. The label holds the ids of the nearest candidates, the probabilities their similarities.

        Raises:
            UsageError: no pool was given.
        """
        if self.candidates is None:
            raise UsageError(f"{self.loaded.where} has no pool to search: give it one by `over`")
        vectors, pieces, truncated = self.encode(examples, on_batch=on_batch)
        indices, similarities = self._ranked(vectors, self.candidates.vectors)
        ids, found = self.candidates.ids, cast("list[list[int]]", indices.tolist())
        values = cast("list[list[float]]", similarities.tolist())
        return [
            Prediction(tuple(ids[index] for index in row), tuple(similar), count, cut)
            for row, similar, count, cut in zip(found, values, pieces, truncated, strict=True)
        ]

    def encode(
        self, examples: Sequence[Example], *, on_batch: Callable[[int], None] | None = None
    ) -> tuple[Floats, list[int], list[bool]]:
        """Vectors `(examples, dimensions)`, the pieces of each example, and whether it was cut."""
        inputs = distinct([one_text_or_two(example) for example in examples], [example.id for example in examples])
        encoded = encode_inputs(self.loaded, inputs)
        vectors: Floats | None = None
        for batch, states in forward(self.loaded, encoded.sequences, budget=self.token_budget, read=self._hidden):
            pooled = numbers(self.loaded, self._pooled(states, batch.mask))
            if vectors is None:
                vectors = np.zeros((len(inputs.values), pooled.shape[1]), dtype=np.float32)
            vectors[batch.indices] = pooled
            if on_batch:
                on_batch(int(inputs.counts[batch.indices].sum()))
        every = np.zeros((0, 1), dtype=np.float32) if vectors is None else vectors[inputs.numbers]
        pieces = [encoded.pieces[number] for number in inputs.numbers]
        return every, pieces, [encoded.truncated[number] for number in inputs.numbers]

    def _hidden(self, output: Any) -> torch.Tensor:
        """The states of the chosen layer, `(sequences, pieces, dimensions)`."""
        return output.hidden_states[self.encoding.layer]

    def _pooled(self, states: torch.Tensor, mask: NDArray[np.int64]) -> torch.Tensor:
        """One vector a sequence, `(sequences, dimensions)`."""
        return pool_states(states, torch.as_tensor(mask, device=states.device), self.encoding)

    def _ranked(self, queries: Floats, pool: Floats) -> tuple[NDArray[np.int64], Floats]:
        """The best candidates of each query and their similarities, `(queries, depth)` both."""
        if not self.neighbours:
            nearest = search(queries, pool, depth=self.depth)
            return nearest.indices, nearest.similarities
        forth = search(queries, pool, depth=max(self.depth, self.neighbours))
        back = search(pool, queries, depth=self.neighbours)
        around = forth.similarities[:, : self.neighbours].mean(axis=1)[:, None]
        margins = forth.similarities / ((around + back.similarities.mean(axis=1)[forth.indices]) / 2)
        order = np.argsort(-margins, axis=1, kind="stable")[:, : self.depth]
        return np.take_along_axis(forth.indices, order, axis=1), np.take_along_axis(margins, order, axis=1)
