"""Tiny checkpoints of each model family: its own model class, config class and kind of tokenizer, random weights."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.harness.conftest import SENTENCES

PIECES = 160
SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
TEXT_TO_TEXT = {"d_model": 32, "d_kv": 16, "d_ff": 64, "num_layers": 2, "num_heads": 2, "num_decoder_layers": 2}
MORE = (
    "xnli: premise: hypothesis: question: context: tag: toy: choice1: choice2 choice3",
    "0 1 2 B-PER I-PER B-LOC I-LOC O PER: LOC: $$ ADJ NOUN PUNCT VERB X",
    "entailment neutral contradiction different_meaning paraphrase",
)
"""What the textual forms of tasks need besides the sentences."""


@dataclass(frozen=True, slots=True)
class Family:
    """How checkpoints of a family are made.

    Args:
        prefix: of its classes in transformers.
        tokenizer: makes its kind of tokenizer.
        shape: its settings beside the size of the vocabulary and the padding id.
        limit: pieces that it reads, special ones included; None for any number.
        choices: whether transformers has a multiple choice head of it.
    """

    prefix: str
    tokenizer: Callable[[], Any]
    shape: Mapping[str, Any] = field(default_factory=dict[str, Any])
    limit: int | None = 64
    choices: bool = True

    def write(self, directory: Path, head: str, labels: tuple[str, ...] = (), **settings: Any) -> Path:
        """Write a checkpoint whose class is the family's with `head` for a suffix."""
        import torch
        import transformers

        tokenizer = self.tokenizer()
        named = {"id2label": dict(enumerate(labels)), "num_labels": len(labels)} if labels else {}
        values = {"vocab_size": len(tokenizer), "pad_token_id": tokenizer.pad_token_id} | self.shape | named | settings
        config = getattr(transformers, f"{self.prefix}Config")(**values)
        with torch.random.fork_rng():
            torch.manual_seed(11)
            model = getattr(transformers, f"{self.prefix}{head}")(config).eval()
            for weights in model.parameters():
                # Random at a scale at which the inputs matter; every family's own start is near zero.
                if weights.ndim > 1:
                    torch.nn.init.normal_(weights, std=0.3)
        model.tie_weights()
        model.save_pretrained(directory)
        tokenizer.save_pretrained(directory)
        return directory


@cache
def unigram() -> tuple[tuple[str, float], ...]:
    """Pieces and scores of a SentencePiece-like vocabulary, without special ones."""
    import tokenizers
    from tokenizers import models, pre_tokenizers, trainers

    backend: Any = tokenizers.Tokenizer(models.Unigram())
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=PIECES, special_tokens=["<unk>"], show_progress=False)
    backend.train_from_iterator([*SENTENCES, *MORE], trainer)
    vocabulary = json.loads(backend.to_str())["model"]["vocab"]
    return tuple((piece, score) for piece, score in vocabulary if piece != "<unk>")


def _special(*names: str) -> list[tuple[str, float]]:
    return [(name, 0.0) for name in names]


def _xlm_roberta() -> Any:
    from transformers import XLMRobertaTokenizerFast as Tokenizer

    return Tokenizer(vocab=[*_special("<s>", "<pad>", "</s>", "<unk>"), *unigram(), ("<mask>", 0.0)])


def _deberta() -> Any:
    from transformers import DebertaV2TokenizerFast as Tokenizer

    return Tokenizer(vocab=[*_special("[PAD]", "[CLS]", "[SEP]", "[UNK]"), *unigram(), ("[MASK]", 0.0)])


def _rembert() -> Any:
    from transformers import RemBertTokenizerFast as Tokenizer

    # Its class takes the third piece for the unknown one.
    return Tokenizer(vocab=[*_special("<pad>", "[CLS]", "<unk>", "[SEP]"), *unigram(), ("[MASK]", 0.0)])


def _t5() -> Any:
    from transformers import T5TokenizerFast as Tokenizer

    return Tokenizer(vocab=[*_special("<pad>", "</s>", "<unk>"), *unigram()], extra_ids=4)


def _word_pieces() -> dict[str, int]:
    """Short words whole, others to be spelt; not trained, because the trainer is not the same every time."""
    words = " ".join(SENTENCES).split()
    short = sorted({word for word in words if 1 < len(word) < 5})
    letters = sorted({letter for word in words for letter in word})
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *short, *letters, *(f"##{letter}" for letter in letters)]
    return {piece: number for number, piece in enumerate(pieces)}


def _bert() -> Any:
    from transformers import BertTokenizerFast as Tokenizer

    return Tokenizer(vocab=_word_pieces(), do_lower_case=False)


def _distilbert() -> Any:
    from transformers import DistilBertTokenizerFast as Tokenizer

    return Tokenizer(vocab=_word_pieces(), do_lower_case=False)


FAMILIES = {
    # Its positions are counted from behind the padding id, so that two of the 66 are not for text.
    "xlm-r": Family("XLMRoberta", _xlm_roberta, SMALL | {"max_position_embeddings": 66, "type_vocab_size": 1}),
    "mbert": Family("Bert", _bert, SMALL | {"max_position_embeddings": 64}),
    "distilbert": Family(
        "DistilBert",
        _distilbert,
        {"dim": 32, "n_layers": 2, "n_heads": 2, "hidden_dim": 64, "max_position_embeddings": 64},
    ),
    "mdeberta-v3": Family(
        "DebertaV2",
        _deberta,
        SMALL
        | {
            "max_position_embeddings": 64,
            "type_vocab_size": 0,
            "relative_attention": True,
            "position_buckets": 8,
            "norm_rel_ebd": "layer_norm",
            "share_att_key": True,
            "pos_att_type": ["p2c", "c2p"],
            "max_relative_positions": -1,
            "position_biased_input": False,
            "pooler_hidden_size": 32,
        },
    ),
    "rembert": Family(
        "RemBert",
        _rembert,
        SMALL | {"input_embedding_size": 16, "output_embedding_size": 24, "max_position_embeddings": 64},
    ),
    "mt5": Family("MT5", _t5, TEXT_TO_TEXT, limit=None, choices=False),
}
"""By name, the families that the tests exercise."""
