"""Tokenizer: a vocabulary of subword pieces learned from words, in the form of XLM-R's (Conneau et al. 2020).

Pieces are learned by merging (Sennrich et al. 2016) and told apart by their frequency, as in a unigram model (Kudo
2018): so the best cut is found also in scripts without spaces. Unigram's own trainer never proposes a piece as long as
a whole word unless the word recurs inside another, which in a small lexicon it does not.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Any, cast

import tokenizers
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
BEGINNING, PADDING, END, UNKNOWN, MASK = range(len(SPECIAL))
SPACE = "▁"
"""What stands for a space at the beginning of a piece."""

MERGES = 100_000
"""More merges than any small lexicon allows: pieces grow until they are whole words."""


def train_tokenizer(words: Counter[str], *, letters: Iterable[str], parts: int, longest: int) -> Any:
    """A fast tokenizer whose vocabulary holds every letter, every word, and parts of words.

    Args:
        words: words with their counts; those that follow a space begin with `SPACE`.
        letters: further letters that must be known by themselves.
        parts: how many of the most frequent parts of words to keep.
        longest: most pieces of an input of the model.
    """
    normalizer = normalizers.NFKC()
    counts: Counter[str] = Counter()
    for word, count in words.items():
        counts[normalizer.normalize_str(word)] += count
    known = {normalizer.normalize_str(letter) for letter in letters}
    alphabet = sorted({letter for item in (*counts, *known) for letter in item} | {SPACE})
    pieces = _pieces(counts, alphabet, parts)
    backend: Any = tokenizers.Tokenizer(
        models.Unigram([*((name, 0.0) for name in SPECIAL), *pieces], unk_id=UNKNOWN, byte_fallback=False)
    )
    backend.normalizer = normalizer
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always")]
    )
    backend.decoder = decoders.Metaspace(replacement=SPACE, prepend_scheme="always")
    backend.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B:0 </s>:0", special_tokens=[("<s>", BEGINNING), ("</s>", END)]
    )
    return _wrapped(backend, longest)


def _pieces(counts: Counter[str], alphabet: list[str], parts: int) -> list[tuple[str, float]]:
    """The pieces with their log probabilities, the likeliest first."""
    merger: Any = tokenizers.Tokenizer(models.BPE(unk_token=SPECIAL[UNKNOWN]))
    trainer = trainers.BpeTrainer(
        vocab_size=MERGES, special_tokens=[], initial_alphabet=alphabet, min_frequency=1, show_progress=False
    )
    # The trainer counts repetitions; it takes no counts.
    merger.train_from_iterator((word for word, count in sorted(counts.items()) for _ in range(count)), trainer)
    used: Counter[str] = Counter()
    for word, count in counts.items():
        for piece in merger.encode(word).tokens:
            used[piece] += count
    order = cast("dict[str, int]", merger.get_vocab())
    spare = sorted((piece for piece in order if piece not in used and len(piece) > 1), key=order.__getitem__)[:parts]
    total = used.total()
    kept = {*used, *alphabet, *spare}
    # A piece that no word needs in full counts as seen half a time.
    return sorted(
        ((piece, math.log((used[piece] or 0.5) / total)) for piece in kept), key=lambda pair: (-pair[1], pair)
    )


def _wrapped(backend: Any, longest: int) -> Any:
    """The tokenizer as transformers saves and loads it."""
    names = dict(zip(("bos_token", "pad_token", "eos_token", "unk_token", "mask_token"), SPECIAL, strict=True))
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        **names,
        cls_token=SPECIAL[BEGINNING],
        sep_token=SPECIAL[END],
        model_max_length=longest,
        model_input_names=["input_ids", "attention_mask"],
    )
