"""Start: the values that a tiny encoder begins pretraining with, so that two minutes on a laptop are enough.

Three aids from the literature take the place of the weeks that a real encoder trains:

- pieces begin where the sentences they occur in put them: a piece is described by the ids of the parallel sentences
  that contain it, whatever their language, reduced by singular value decomposition ("inverted indexing", Søgaard et
  al. 2015), so that a word and its translations begin close together;
- positions begin as sinusoids (Vaswani et al. 2017) in a subspace of their own;
- the first layer begins with queries equal to keys and values that are taken back ("mimetic initialisation", Trockman
  and Kolter 2023), so that equal meanings find each other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

Floats = NDArray[np.float32]
COMMON = 0.05
"""Length under which a piece occurs too evenly to be placed by its sentences."""
MATCHING = 1.2
"""Scale of the first layer's queries and keys."""
SLOWEST = 60.0
"""Positions in a radian of the slowest sinusoid: about as many as the longest input has."""


def place_by_sentences(sentences: Sequence[Sequence[int]], vocabulary: int, dimensions: int) -> Floats:
    """A unit vector for each piece, near for pieces that occur in the same sentences.

    Args:
        sentences: for each sentence the pieces of its versions in all languages.
        vocabulary: number of pieces.
        dimensions: of the vectors.

    Returns:
        `(vocabulary, dimensions)`; zeros where a piece does not occur, or occurs everywhere alike.
    """
    counts = np.zeros((vocabulary, len(sentences)), dtype=np.float32)
    for column, pieces in enumerate(sentences):
        counts[:, column] = np.bincount(pieces, minlength=vocabulary)
    centred = counts - counts.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    centred /= np.where(lengths > 0, lengths, 1)
    # The leading directions of all sentences, by way of their products: one dense problem of their number.
    # Left to torch, whose threads the caller counts: rounding, and so every weight, follows from their number.
    table = torch.tensor(centred)
    _, directions = cast("Any", torch).linalg.eigh(table.T @ table)
    vectors: Floats = (table @ directions[:, -dimensions:]).numpy()
    vectors *= np.where(vectors.sum(axis=0) < 0, -1, 1)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.where(norms > COMMON, vectors / np.maximum(norms, COMMON), 0).astype(np.float32)


def initialise(encoder: Any, places: Floats) -> None:
    """Set the embeddings and the first layer of an XLM-R encoder.

    Args:
        encoder: `XLMRobertaModel`; changed in place, drawing from torch's generator.
        places: `(vocabulary, dimensions)` from `place_by_sentences`; the dimensions that it leaves are for positions.
    """
    hidden: int = encoder.config.hidden_size
    meaning = places.shape[1]
    basis = _rotation(hidden)
    meanings, positions = basis[:meaning], basis[meaning:]
    with torch.no_grad():
        _initialise_embeddings(encoder.embeddings, torch.tensor(places), meanings, positions)
        _initialise_matching(encoder.encoder.layer[0].attention, meanings, encoder.config.num_attention_heads)


def _initialise_embeddings(
    embeddings: Any, places: torch.Tensor, meanings: torch.Tensor, positions: torch.Tensor
) -> None:
    scattered = torch.nn.functional.normalize(torch.randn_like(places), dim=1)
    placed = torch.where(places.any(dim=1, keepdim=True), places, scattered) @ meanings
    placed[embeddings.word_embeddings.padding_idx] = 0
    embeddings.word_embeddings.weight.copy_(placed)
    table = embeddings.position_embeddings.weight
    rates = torch.exp(torch.linspace(0, -math.log(SLOWEST), len(positions) // 2))
    angles = torch.arange(len(table))[:, None] * rates
    waves = torch.cat([angles.sin(), angles.cos()], dim=1) / math.sqrt(len(rates))
    table.copy_(waves @ positions)


def _initialise_matching(attention: Any, meanings: torch.Tensor, heads: int) -> None:
    """Queries equal to keys in as many heads as the meanings fill; values taken back by the output."""
    hidden = meanings.shape[1]
    filled = len(meanings) // (hidden // heads) * (hidden // heads)
    turned = _rotation(len(meanings)) @ meanings
    for part in (attention.self.query, attention.self.key):
        part.weight[:filled] = MATCHING * turned[:filled]
    values = _rotation(hidden)
    attention.self.value.weight.copy_(values)
    attention.output.dense.weight.copy_(-values.transpose(0, 1))


def _rotation(size: int) -> torch.Tensor:
    """A random rotation, `(size, size)`."""
    return cast("Any", torch).linalg.qr(torch.randn(size, size))[0]
