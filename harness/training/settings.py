"""Settings: how a model is trained, as values that are written down beside the weights."""

from __future__ import annotations

import math
from dataclasses import dataclass

from perturbations.errors import UsageError

SEEDS = 2**32
"""How many seeds there are to transformers, which hands them to numpy."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model is trained.

    Args:
        learning_rate: at the end of the warm-up; it falls to 0 linearly.
        epochs: passes over the examples.
        batch_size: examples of a step.
        max_pieces: most pieces of an input, special tokens included; the rest is cut off.
        warm_up: share of all steps, 0–1, in which the learning rate rises.
        weight_decay: of AdamW, from 0.
        seed: of the order, dropout and the new head: 0 to 2³² − 1.
        freeze_embeddings: leave the embeddings as they are, so that languages that the training does not show stay
            where pretraining put them (Wu and Dredze 2019 freeze lower layers to the same end).

    Raises:
        UsageError: a value that no training can have.
    """

    learning_rate: float = 2e-5
    epochs: int = 3
    batch_size: int = 32
    max_pieces: int = 128
    warm_up: float = 0.1
    weight_decay: float = 0.01
    seed: int = 0
    freeze_embeddings: bool = False

    def __post_init__(self) -> None:
        for name in ("learning_rate", "epochs", "batch_size", "max_pieces"):
            if not 0 < getattr(self, name) < math.inf:
                raise UsageError(f"training setting {name} must be above 0 and finite, got {getattr(self, name)}")
        if not 0 <= self.warm_up <= 1:
            raise UsageError(f"training setting warm_up is a share of the steps from 0 to 1, got {self.warm_up}")
        if not 0 <= self.weight_decay < math.inf:
            raise UsageError(f"training setting weight_decay must be from 0 and finite, got {self.weight_decay}")
        if not 0 <= self.seed < SEEDS:
            raise UsageError(f"training setting seed must be from 0 to {SEEDS - 1}, got {self.seed}")
