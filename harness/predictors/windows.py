"""Windows: sentences beyond a model's limit, split between tokens, and what it takes to join the parts again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.checkpoints.loading import Loaded
from harness.predictors.batching import Integers, Sequences, join_sequences
from perturbations.errors import CheckpointError

PROBE = "a"


@dataclass(frozen=True, slots=True)
class Sentence:
    """An encoded sentence.

    Args:
        pieces: `(pieces,)` ids, without special tokens.
        owners: `(pieces,)` the token that each belongs to, ascending.
    """

    pieces: Integers
    owners: Integers


@dataclass(frozen=True, slots=True)
class Frame:
    """The special pieces around every window, with their types."""

    before: Integers
    after: Integers
    types_before: Integers
    types_after: Integers


@dataclass(frozen=True, slots=True)
class Windows:
    """What a model reads of a set of sentences.

    Args:
        sequences: the windows, special tokens included.
        slots: `(pieces,)` for each first piece of a token, that token's place among the tokens of all sentences; -1
            for other pieces.
        sentences: `(windows,)` the sentence that each is of.
        first: `(windows,)` whether it is the first of its sentence.
        truncated: `(sentences,)` whether a token by itself is longer than a window and was cut.
    """

    sequences: Sequences
    slots: Integers
    sentences: Integers
    first: NDArray[np.bool_]
    truncated: list[bool]


def make_windows(sentences: Sequence[Sentence], sizes: Sequence[int], *, frame: Frame, limit: int | None) -> Windows:
    """Cut sentences to windows.

    Args:
        sentences: `(sentences,)`.
        sizes: `(sentences,)` tokens of each, those without a piece included.
        frame: what stands around a window.
        limit: most pieces of a window, frame included; None for no limit.
    """
    around = len(frame.before) + len(frame.after)
    pieces: list[Integers] = []
    types: list[Integers] = []
    slots: list[Integers] = []
    sentence_of: list[int] = []
    truncated: list[bool] = []
    start = 0
    for number, (sentence, size) in enumerate(zip(sentences, sizes, strict=True)):
        ranges = cut(sentence.owners, None if limit is None else limit - around)
        for begin, end in ranges:
            inner = np.zeros(end - begin, dtype=np.int64)
            owners = sentence.owners[begin:end]
            heads = first_pieces(owners)
            places = np.full(end - begin + around, -1, dtype=np.int64)
            places[heads + len(frame.before)] = start + owners[heads]
            pieces.append(np.concatenate((frame.before, sentence.pieces[begin:end], frame.after)))
            types.append(np.concatenate((frame.types_before, inner, frame.types_after)))
            slots.append(places)
        sentence_of += [number] * len(ranges)
        truncated.append(sum(end - begin for begin, end in ranges) < len(sentence.pieces))
        start += size
    numbers = np.array(sentence_of, dtype=np.int64)
    first = np.diff(numbers, prepend=-1) != 0
    joined = np.concatenate([np.zeros(0, dtype=np.int64), *slots])
    return Windows(join_sequences(pieces, types), joined, numbers, first, truncated)


def cut(owners: Integers, room: int | None) -> list[tuple[int, int]]:
    """The ranges of pieces that the windows of a sentence take, each as full as can be without splitting a token.

    Args:
        owners: `(pieces,)` the token that each piece belongs to, ascending.
        room: most pieces of a window; None for no limit. A token with more keeps its first ones only.
    """
    if room is None or len(owners) <= room:
        return [(0, len(owners))] if len(owners) else []
    heads = first_pieces(owners).tolist()
    ranges: list[tuple[int, int]] = []
    start = 0
    for head, end in zip(heads, [*heads[1:], len(owners)], strict=True):
        if end - start > room and head > start:
            ranges.append((start, head))
            start = head
        if end - start > room:
            ranges.append((start, start + room))
            start = end
    return [*ranges, (start, len(owners))] if start < len(owners) else ranges


def first_pieces(owners: Integers) -> Integers:
    """Where a new token begins, `(tokens,)` offsets into `owners`."""
    return np.flatnonzero(np.diff(owners, prepend=-1))


def find_frame(loaded: Loaded) -> Frame:
    """The special pieces that a tokenizer puts around one text.

    Raises:
        CheckpointError: it cannot be told which stand before and which behind.
    """
    probe = loaded.tokenizer.encode([PROBE], is_pretokenized=True)
    special = np.array(probe.special_tokens_mask)
    inner = np.flatnonzero(special == 0)
    if not len(inner):
        raise CheckpointError(f"{loaded.where} has a tokenizer that leaves nothing of {PROBE!r}: give another")
    ids, types = np.array(probe.ids, dtype=np.int64), np.array(probe.type_ids, dtype=np.int64)
    first, last = int(inner[0]), int(inner[-1]) + 1
    return Frame(ids[:first], ids[last:], types[:first], types[last:])
