"""Encoding of one text or a pair to pieces, cut at the model's limit where they are too long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harness.checkpoints.loading import Loaded
from harness.predictors.batching import Sequences, join_sequences
from harness.predictors.forward import Distinct, encode
from perturbations.errors import DataError
from suites.examples import Example

Input = str | tuple[str, str]
"""A text, or a pair of texts."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Inputs as a model reads them.

    Args:
        sequences: their pieces, special tokens included, cut at the limit.
        pieces: `(inputs,)` how many each has before it is cut, special tokens not counted.
        truncated: `(inputs,)` whether it was cut.
    """

    sequences: Sequences
    pieces: list[int]
    truncated: list[bool]


def one_text_or_two(example: Example) -> Input:
    """The text or the pair of texts of an example, in the order in which a model reads them.

    Raises:
        DataError: it has no text, or more than two.
    """
    texts = [text.text for text in example.texts.values()]
    if len(texts) == 1:
        return texts[0]
    if len(texts) == 2:
        return texts[0], texts[1]
    raise DataError(f"example {example.id!r} has {len(texts)} texts, and a model reads one or two at a time")


def encode_inputs(loaded: Loaded, inputs: Distinct[Input]) -> Encoded:
    """Encode texts and pairs; of a pair that is too long the longer text is cut first.

    Raises:
        DataError: a text that cannot be encoded.
    """
    tokenizer, limit = loaded.tokenizer, loaded.limit
    encodings = encode(tokenizer.encode_batch_fast, inputs)
    special = [tokenizer.num_special_tokens_to_add(pair) for pair in (False, True)]
    lengths = [len(encoding.ids) for encoding in encodings]
    pieces = [length - special[isinstance(item, tuple)] for length, item in zip(lengths, inputs.values, strict=True)]
    truncated = [limit is not None and length > limit for length in lengths]
    if limit is not None and any(truncated):
        tokenizer.enable_truncation(limit, strategy="longest_first")
        indices: list[int] = np.flatnonzero(truncated).tolist()
        again = tokenizer.encode_batch_fast([inputs.values[index] for index in indices])
        tokenizer.no_truncation()
        for index, encoding in zip(indices, again, strict=True):
            encodings[index] = encoding
    sequences = join_sequences(
        [np.array(encoding.ids, dtype=np.int64) for encoding in encodings],
        [np.array(encoding.type_ids, dtype=np.int64) for encoding in encodings],
    )
    return Encoded(sequences, pieces, truncated)
