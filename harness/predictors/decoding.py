"""Decoding of a text-to-text model: the probability of given words, and greedy writing, free or held to a form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from transformers.modeling_outputs import BaseModelOutput

from harness.checkpoints.loading import Loaded
from harness.predictors.batching import Batch, Sequences, pad, token_budget_batches
from harness.predictors.forward import check_numbers
from harness.predictors.tag_tree import Walk

LOGITS = 2**26
"""Most logits that are held at a time, 256 MiB: large vocabularies make them the bulk of the memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Inputs that the encoder has read.

    Args:
        states: `(inputs, pieces, dimensions)`.
        mask: `(inputs, pieces)` 1 at pieces, 0 at padding.
    """

    states: torch.Tensor
    mask: torch.Tensor


class Written(NamedTuple):
    """What a model wrote.

    Args:
        pieces: ids, without the end piece.
        score: natural logarithm of its probability, among what was allowed.
    """

    pieces: list[int]
    score: float


def read(loaded: Loaded, sequences: Sequences, *, budget: int) -> Iterator[tuple[Batch, Source]]:
    """Run the encoder over all sequences, the longest first."""
    model: Any = loaded.model
    for indices in token_budget_batches(sequences.lengths, budget):
        batch = pad(sequences, indices, padding=loaded.padding)
        pieces, mask = (torch.as_tensor(array, device=loaded.device) for array in (batch.pieces, batch.mask))
        with torch.inference_mode():
            states = model.get_encoder()(input_ids=pieces, attention_mask=mask).last_hidden_state
        yield batch, Source(states, mask)


def score_words(loaded: Loaded, source: Source, words: Sequence[Sequence[int]]) -> torch.Tensor:
    """The natural logarithm of the probability of each word, `(inputs, words)`.

    Args:
        loaded: the model.
        source: what the words answer.
        words: `(words,)` the pieces of each, end piece included.

    Raises:
        CheckpointError: the outputs are not numbers.
    """
    model: Any = loaded.model
    scores = torch.zeros((len(source.states), len(words)), device=loaded.device)
    rows = max(1, LOGITS // (max(map(len, words)) * model.config.vocab_size))
    for start in range(0, len(scores), rows):
        part = slice(start, start + rows)
        for column, word in enumerate(words):
            wanted = torch.tensor([word], device=loaded.device).expand(len(scores[part]), -1)
            given = torch.cat([torch.full_like(wanted[:, :1], model.config.decoder_start_token_id), wanted], dim=1)
            logits, _ = _decode(loaded, Source(source.states[part], source.mask[part]), given[:, :-1])
            chosen = logits.gather(-1, wanted[:, :, None])[:, :, 0]
            scores[part, column] = (chosen - logits.logsumexp(dim=-1)).sum(dim=-1)
    return scores


def write(loaded: Loaded, source: Source, *, most: int, walks: Sequence[Walk] | None = None) -> list[Written]:
    """Write an answer to each input, always the likeliest piece.

    Args:
        loaded: the model.
        source: the inputs.
        most: pieces of an answer, end piece included; a longer one is cut off.
        walks: `(inputs,)` the form that each answer is held to, told of every piece; none lets a model write freely.

    Raises:
        CheckpointError: the outputs are not numbers.
    """
    model: Any = loaded.model
    count, end = len(source.states), model.config.eos_token_id
    last = torch.full((count, 1), model.config.decoder_start_token_id, device=loaded.device)
    pieces: list[list[int]] = [[] for _ in range(count)]
    scores, open_ = [0.0] * count, [True] * count
    cache: Any = None
    for _ in range(most):
        logits, cache = _decode(loaded, source, last, cache=cache, keep=True)
        best, shares = _choose(logits[:, -1], walks, end)
        for row in range(count):
            if not open_[row]:
                continue
            scores[row] += shares[row]
            open_[row] = best[row] != end
            if walks is not None:
                walks[row].take(best[row], shares[row])
            if open_[row]:
                pieces[row].append(best[row])
        if not any(open_):
            break
        last = torch.tensor(best, device=loaded.device)[:, None]
    return [Written(*pair) for pair in zip(pieces, scores, strict=True)]


def _choose(logits: torch.Tensor, walks: Sequence[Walk] | None, end: int) -> tuple[list[int], list[float]]:
    """The likeliest piece of each answer, and the logarithm of its share among those allowed."""
    if walks is None:
        values, places = logits.max(dim=-1)
        shared = values - logits.logsumexp(dim=-1)
        return [int(place) for place in places], [float(share) for share in shared]
    best: list[int] = []
    shares: list[float] = []
    for row, walk in zip(logits, walks, strict=True):
        allowed = walk.allowed(end)
        scores = row[allowed].log_softmax(dim=-1)
        place = int(scores.argmax())
        best.append(allowed[place])
        shares.append(float(scores[place]))
    return best, shares


def _decode(
    loaded: Loaded, source: Source, given: torch.Tensor, *, cache: Any = None, keep: bool = False
) -> tuple[torch.Tensor, Any]:
    """Logits behind each piece given, `(inputs, pieces, vocabulary)`, and if kept what the next step needs to go on.

    Raises:
        CheckpointError: they are not numbers.
    """
    states: Any = source.states
    with torch.inference_mode():
        output = loaded.model(
            encoder_outputs=BaseModelOutput(last_hidden_state=states),
            attention_mask=source.mask,
            decoder_input_ids=given,
            past_key_values=cache,
            use_cache=keep,
        )
        logits: torch.Tensor = output.logits.float()
    check_numbers(loaded, bool(torch.isfinite(logits).all()))
    return logits, output.past_key_values
