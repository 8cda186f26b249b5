"""Tagging F1: chunks found and missed, micro-averaged, in the two behaviours of seqeval that matter.

`f1` is that of seqeval 0.0.12, current when XTREME's numbers were published; `f1-seqeval-1.2.2` is that of the newest
release (see `harness.metrics.chunks` for where they part).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.metrics.chunks import State, find_chunks, name_after_last_hyphen, name_after_mark
from harness.metrics.metric import Answer, check_lengths, check_sets, ratio


@dataclass(frozen=True, slots=True)
class ChunkF1:
    """Micro-averaged F1 over chunks.

    Args:
        name: as users type it.
        name_of: how a tag names its chunk.
        carries: whether the rules' state goes on from sentence to sentence, as it does where seqeval joins a set by
            single `O` tags. It matters only where a tag has the chunk name of `O` itself (UPOS `X` under 1.2.2's
            reading): at the start of a sentence such a chunk reaches back to where the last one began. It is counted
            in the sentence in which it ends.
    """

    name: str
    name_of: Callable[[str], str]
    carries: bool
    columns: tuple[str, ...] = ("tp", "fp", "fn")
    binary: bool = False
    additive: bool = False

    def statistic(self, gold: Answer, predicted: Answer) -> tuple[float, ...]:
        """Chunks right, found in vain and missed in one sentence by itself.

        Raises:
            ValueError: the two differ in length.
        """
        right, vain, missed = self.statistics([gold], [predicted])[0].tolist()
        return (right, vain, missed)

    def statistics(self, gold: Sequence[Answer], predicted: Sequence[Answer]) -> NDArray[np.float64]:
        """The counts of a set in its order, `(sentences, 3)`; their sum gives exactly seqeval's score of the set.

        Raises:
            ValueError: the sets, or two sentences in them, differ in length.
        """
        check_sets(gold, predicted)
        counts = np.zeros((len(gold), 3))
        state: tuple[State | None, State | None] = (None, None)
        offset = 0
        for row, (true, found) in enumerate(zip(gold, predicted, strict=True)):
            check_lengths(true, found)
            wanted, after_gold = find_chunks(true, name_of=self.name_of, state=state[0], offset=offset)
            got, after_found = find_chunks(found, name_of=self.name_of, state=state[1], offset=offset)
            right = len(wanted & got)
            counts[row] = right, len(got) - right, len(wanted) - right
            if self.carries:
                state = after_gold, after_found
                offset += len(true) + 1
        return counts

    def score(self, totals: NDArray[np.float64]) -> NDArray[np.float64]:
        """F1, 0–1, of summed counts `(..., 3)`."""
        doubled = 2 * totals[..., 0]
        return ratio(doubled, doubled + totals[..., 1] + totals[..., 2])


F1 = ChunkF1("f1", name_after_last_hyphen, carries=False)
F1_NEW = ChunkF1("f1-seqeval-1.2.2", name_after_mark, carries=True)
