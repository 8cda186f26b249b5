"""Peers: the ways in which people predict without xrobust."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
import transformers

from harness.checkpoints.loading import quiet

BATCH = 32

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Peer:
    """A way to predict.

    Args:
        name: as tables call it.
        predict: from pairs of texts to the probability of the most probable class of each, in order.
    """

    name: str
    predict: Callable[[Sequence[Pair]], list[float]]


def random_batches(count: int) -> list[list[int]]:
    """The numbers of so many inputs in random batches, always the same ones."""
    order = list(range(count))
    Random(1).shuffle(order)
    return [order[start : start + BATCH] for start in range(0, count, BATCH)]


def random_places(lengths: Sequence[int]) -> int:
    """The places that random batches of inputs have, padding included, from the pieces of each input."""
    return sum(len(batch) * max(lengths[index] for index in batch) for batch in random_batches(len(lengths)))


def make_peers(checkpoint: Path) -> list[Peer]:
    """The peers, each with the model of a checkpoint loaded."""
    library: Any = transformers
    with quiet():
        pipeline = library.pipeline("text-classification", model=str(checkpoint), device="cpu")
        model = library.AutoModelForSequenceClassification.from_pretrained(checkpoint).eval()
        tokenizer = library.AutoTokenizer.from_pretrained(checkpoint)

    def by_pipeline(pairs: Sequence[Pair]) -> list[float]:
        inputs = [{"text": premise, "text_pair": hypothesis} for premise, hypothesis in pairs]
        return [answer["score"] for answer in pipeline(inputs, batch_size=BATCH, truncation=True)]

    def by_loop(pairs: Sequence[Pair]) -> list[float]:
        found = [0.0] * len(pairs)
        for chosen in random_batches(len(pairs)):
            batch = tokenizer([pairs[index] for index in chosen], padding=True, truncation=True, return_tensors="pt")
            with torch.inference_mode():
                shares: Any = torch.softmax(model(**batch).logits, dim=-1).max(dim=-1).values
            for index, share in zip(chosen, shares.tolist(), strict=True):
                found[index] = share
        return found

    return [
        Peer(f"transformers.pipeline, batch_size={BATCH}", by_pipeline),
        Peer(f"loop over random batches of {BATCH}", by_loop),
    ]
