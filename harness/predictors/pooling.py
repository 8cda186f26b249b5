"""Pooling: the states of a hidden layer as one vector a text, alike when a retriever is trained and when it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch

from harness.predictors.settings import one_of, yes_or_no
from perturbations.errors import UsageError


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a text becomes a vector.

    Args:
        layer: number of the hidden layer, 0 for the embeddings.
        pooling: `"mean"` over all pieces, or the `"first"`.
        normalise: whether vectors have length 1, so that an inner product is a cosine.
    """

    layer: int
    pooling: str
    normalise: bool


def find_encoding(model: Any, options: Mapping[str, str], *, where: str) -> Encoding:
    """What the predictor options of a task ask of a model.

    Args:
        model: of transformers.
        options: predictor options, complete.
        where: the model, as a message calls it.

    Raises:
        UsageError: an option that the model does not have, such as a layer beyond its last.
    """
    return Encoding(
        layer=_layer(model.config.num_hidden_layers, options["layer"], where),
        pooling=one_of("pooling", options["pooling"]),
        normalise=yes_or_no("normalise", options["normalise"]),
    )


def pool_states(states: torch.Tensor, mask: torch.Tensor, encoding: Encoding) -> torch.Tensor:
    """One vector a text, `(texts, dimensions)`.

    Args:
        states: `(texts, pieces, dimensions)` of the layer that the encoding names.
        mask: `(texts, pieces)` 1 for a piece, 0 for padding.
        encoding: how they become one vector.
    """
    states = states.float()
    if encoding.pooling == "first":
        vectors = states[:, 0]
    else:
        seen = mask[:, :, None].to(states.dtype)
        vectors = (states * seen).sum(dim=1) / seen.sum(dim=1)
    return torch.nn.functional.normalize(vectors, dim=-1) if encoding.normalise else vectors


def _layer(last: int, value: str, where: str) -> int:
    """The number of a hidden layer.

    Raises:
        UsageError: the model does not have it.
    """
    if value in ("last", "middle"):
        return {"last": last, "middle": (last + 1) // 2}[value]
    if not (value.isascii() and value.isdecimal() and int(value) <= last):
        raise UsageError(f"{where} has hidden layers 0 to {last}: layer is {value!r}, give one, last or middle")
    return int(value)
