"""Watching: what a run of `score` hands to its model, timed, and handed to others in the pauses between its cells."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import Any

import torch

from benchmarks.peers import Pair, Peer, random_places
from benchmarks.stopwatch import NOTHING, now, timed
from harness.predictors.classification import Classifier
from harness.predictors.encoding import one_text_or_two
from harness.predictors.make import make_predictor
from harness.predictors.prediction import Prediction, Predictor
from harness.results import Run
from suites.examples import Example

TOLERANCE = 1e-4
"""Between the probabilities of two ways of predicting, which differ in padding and so in rounding."""


class Watch:
    """One run under watch; is its progress, and stands in for its predictor.

    Args:
        peers: who predicts the inputs as well.
        share: `(number, shares)`: the peers take the share with that number of each cell's inputs.
    """

    def __init__(self, peers: Sequence[Peer], *, share: tuple[int, int]) -> None:
        self.peers, self.share = peers, share
        self.score = self.bare = self.passes = NOTHING
        self.theirs = dict.fromkeys((peer.name for peer in peers), NOTHING)
        self.asked = dict.fromkeys((peer.name for peer in peers), 0)
        self.timing: dict[str, float] = {}
        self.lengths: list[list[int]] = []
        self._slots = 0
        self._since = NOTHING
        self._classifier: Classifier | None = None
        self._batches: list[dict[str, torch.Tensor]] = []
        self._answers: list[tuple[Example, Prediction]] = []
        self._watching = True

    @property
    def inputs(self) -> int:
        """Number of inputs that passed the model."""
        return sum(map(len, self.lengths))

    @property
    def pieces(self) -> int:
        """Number of their pieces."""
        return sum(map(sum, self.lengths))

    @property
    def places(self) -> tuple[float, float, float]:
        """Places for each piece, padding included: in these batches, in random ones of each cell, of all cells."""
        each = sum(map(random_places, self.lengths))
        across = random_places([length for cell in self.lengths for length in cell])
        return self._slots / self.pieces, each / self.pieces, across / self.pieces

    def begin(self) -> None:
        """Let the clock of `score` run."""
        self._since = now()

    def end(self, run: Run) -> None:
        """Stop the clock and take the run's own account of its time."""
        self.score += now() - self._since
        self.timing = dict(run.timing)

    def make_predictor(self, *arguments: Any) -> Predictor:
        """As `harness.predictors.make.make_predictor`, with this watch before it."""
        predictor = make_predictor(*arguments)
        if not isinstance(predictor, Classifier):
            raise TypeError(f"the watch knows classifiers only, not a {type(predictor).__name__}")
        predictor.loaded.model.register_forward_pre_hook(self._before, with_kwargs=True)
        predictor.loaded.model.register_forward_hook(self._after)
        self._classifier = predictor
        return self

    def predict(
        self, examples: Sequence[Example], *, on_batch: Callable[[int], None] | None = None
    ) -> list[Prediction]:
        """What the predictor says, kept for the pause."""
        if self._classifier is None:
            raise RuntimeError("asked to predict before a predictor was made")
        predictions = self._classifier.predict(examples, on_batch=on_batch)
        self._answers += zip(examples, predictions, strict=True)
        return predictions

    def start(self, cells: int) -> None:
        """Nothing to prepare."""

    def examples(self, count: int) -> None:
        """Nothing to count."""

    def cell(self, name: str, *, stored: bool) -> None:
        """Stop the clock; replay the cell bare, have the peers predict it; let the clock run again."""
        if stored:
            raise RuntimeError(f"{name} was stored already: the store is not fresh")
        self.score += now() - self._since
        self._watching = False
        self._replay()
        self._ask_peers(name)
        self._batches, self._answers = [], []
        self._watching = True
        self._since = now()

    def _before(self, module: torch.nn.Module, arguments: object, inputs: dict[str, torch.Tensor]) -> None:
        if self._watching:
            self._batches.append(inputs)
            self.passes -= now()

    def _after(self, module: torch.nn.Module, arguments: object, outputs: object) -> None:
        if self._watching:
            self.passes += now()

    def _replay(self) -> None:
        """The batches of the cell, bare."""
        if self._classifier is None:
            raise RuntimeError("a cell was finished before a predictor was made")
        model, batches = self._classifier.loaded.model, self._batches

        def passes() -> None:
            with torch.inference_mode():
                for batch in batches:
                    model(**batch)

        # Garbage of the run is not collected at the expense of the bare passes.
        gc.disable()
        cost, _ = timed(passes)
        gc.enable()
        self.bare += cost
        self.lengths.append([length for batch in batches for length in batch["attention_mask"].sum(dim=1).tolist()])
        self._slots += sum(batch["attention_mask"].numel() for batch in batches)

    def _ask_peers(self, name: str) -> None:
        """Let every peer predict its share of the cell's inputs, and hold its answers against the run's."""
        found: dict[Pair, float] = {}
        for example, prediction in self._answers:
            item = one_text_or_two(example)
            if not isinstance(item, tuple):
                raise TypeError(f"{name}: example {example.id} is no pair")
            found[item] = max(prediction.probabilities)
        rows = sum(len(batch["attention_mask"]) for batch in self._batches)
        if rows != len(found):
            raise RuntimeError(f"{name}: {rows} rows passed the model for {len(found)} distinct inputs")
        number, shares = self.share
        pairs = list(found)[len(found) * number // shares : len(found) * (number + 1) // shares]
        for peer in self.peers:
            cost, answers = timed(lambda peer=peer: peer.predict(pairs))
            self.theirs[peer.name] += cost
            self.asked[peer.name] += len(pairs)
            worst = max((abs(found[pair] - answer) for pair, answer in zip(pairs, answers, strict=True)), default=0.0)
            if worst > TOLERANCE:
                raise RuntimeError(f"{name}: {peer.name} and score differ by {worst:.2g}: not the same predictions")
