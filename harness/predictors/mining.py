"""Mining: which sentences of a text are translated in a pool, and by which candidate.

The threshold on the margin is tuned on the clean development set and frozen there (`threshold = "tuned"`), or given as
a number. A pair is taken in the light of all others, so the sentences of a text are always asked together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from harness.checkpoints.checkpoint import Checkpoint
from harness.predictors.pairs import Pairs, best_threshold, mine
from harness.predictors.prediction import Inference, Prediction
from harness.predictors.retrieval import Candidates, Retriever, load_encoder
from harness.predictors.settings import find_threshold, whole_number
from perturbations.errors import UsageError
from suites.examples import Example, Pool
from suites.task import Task


def load(checkpoint: Checkpoint, task: Task, settings: Inference, options: Mapping[str, str]) -> Miner:
    """The predictor of a mining task, which is given its pool by `over` and its threshold by `tuned`.

    Raises:
        UsageError: an option that the model does not have, such as a layer beyond its last.
    """
    encoder = load_encoder(checkpoint, task, settings, options)
    neighbours = whole_number("neighbours", options["neighbours"])
    return Miner(encoder, neighbours, find_threshold(options["threshold"]))


@dataclass(frozen=True, slots=True, eq=False)
class Miner:
    """A loaded encoder that pairs sentences.

    Args:
        encoder: makes the vectors.
        neighbours: of the margin, in either direction.
        threshold: least margin of a pair; None until it is tuned.
        candidates: the encoded pool; None until one is given.
    """

    encoder: Retriever
    neighbours: int
    threshold: float | None
    candidates: Candidates | None = None

    @property
    def joint(self) -> bool:
        """Pairs compete for their sentences."""
        return True

    @property
    def held(self) -> int:
        """Bytes of the vectors of its pool."""
        return self.candidates.vectors.nbytes if self.candidates else 0

    def over(self, pool: Pool) -> Miner:
        """The same, searching a pool; its candidates are encoded now, once."""
        return replace(self, candidates=self.encoder.over(pool).candidates)

    def tuned(self, examples: Sequence[Example], pool: Pool) -> Miner:
        """The same with the threshold at which F1 on these examples is highest."""
        vectors, _, _ = self.encoder.encode(examples)
        others = _pool(self.encoder.over(pool).candidates, self.encoder)
        pairs = mine(vectors, others.vectors, neighbours=self.neighbours)
        couples = _couples(pairs)
        right = np.array(
            [others.ids[target] in examples[source].targets for source, target, _ in couples], dtype=np.bool_
        )
        wanted = sum(len(example.targets) for example in examples)
        return replace(self, threshold=best_threshold(pairs.scores, right, wanted))

    def predict(
        self, examples: Sequence[Example], *, on_batch: Callable[[int], None] | None = None
    ) -> list[Prediction]:
        """See `Predictor`. The label holds the id of the translation, if one was mined.

        The probabilities are the margin of the pair that each sentence is in, if any, and the threshold.

        Raises:
            UsageError: no pool was given, or no threshold.
        """
        candidates = _pool(self.candidates, self.encoder)
        if self.threshold is None:
            raise UsageError(f"{self.encoder.loaded.where} has no threshold: give one, or have it tuned by `tuned`")
        vectors, pieces, truncated = self.encoder.encode(examples, on_batch=on_batch)
        found = {
            source: (candidates.ids[target], score)
            for source, target, score in _couples(mine(vectors, candidates.vectors, neighbours=self.neighbours))
        }
        answers: list[Prediction] = []
        for place, (count, cut) in enumerate(zip(pieces, truncated, strict=True)):
            name, score = found.get(place, ("", 0.0))
            mined = (name,) if name and score >= self.threshold else ()
            answers.append(Prediction(mined, (score, self.threshold), count, cut))
        return answers


def _pool(candidates: Candidates | None, encoder: Retriever) -> Candidates:
    """The encoded pool.

    Raises:
        UsageError: none was given.
    """
    if candidates is None:
        raise UsageError(f"{encoder.loaded.where} has no pool to search: give it one by `over`")
    return candidates


def _couples(pairs: Pairs) -> list[tuple[int, int, float]]:
    """Source, target and score of each pair."""
    columns = (cast("list[int]", pairs.sources.tolist()), cast("list[int]", pairs.targets.tolist()))
    return list(zip(*columns, cast("list[float]", pairs.scores.tolist()), strict=True))
