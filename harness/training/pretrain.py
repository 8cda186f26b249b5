"""Pretraining: a tokenizer and a tiny encoder of the XLM-R architecture, from scratch, on the miniature world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import transformers

from harness.checkpoints.lineage import Lineage
from harness.training.fine_tune import save
from harness.training.objectives import EncodedPair, Masker, Pretraining, Weights, encode_pairs
from harness.training.settings import Settings
from harness.training.start import initialise, place_by_sentences
from harness.training.tokenizer import BEGINNING, END, PADDING, SPACE, train_tokenizer
from harness.training.trainer import length_batches, seeded, train
from harness.training.whole import whole_directory
from perturbations.languages import find_language
from suites.miniature.corpus import Mixture, pairs, parallel_lines
from suites.miniature.lexicon import languages
from suites.miniature.sentences import Line

ALPHABET = 200
"""Most letters of an alphabet that the vocabulary holds by themselves; of Han and Hangul it holds those in use."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that shapes a pretrained encoder.

    Args:
        pairs: pairs of sentences, each read once.
        parallel: sentences in all languages, from which vocabulary and first embeddings are made.
        parts: parts of words in the vocabulary, beside words and letters.
        hidden, meaning, layers, heads, inner: sizes of the encoder; `meaning` dimensions of `hidden` begin with the
            meaning of pieces, the others with their position.
        longest: most pieces of an input.
        mixture: what the pairs are made of.
        weights: of the objectives.
        settings: of the training; its epochs go over the same pairs.
    """

    pairs: int = 40_000
    parallel: int = 1500
    parts: int = 400
    hidden: int = 128
    meaning: int = 96
    layers: int = 2
    heads: int = 4
    inner: int = 256
    longest: int = 126
    mixture: Mixture = field(default_factory=Mixture)
    weights: Weights = field(default_factory=Weights)
    settings: Settings = field(default_factory=lambda: Settings(learning_rate=2e-3, epochs=1, batch_size=32))


def pretrain(out: Path, recipe: Recipe | None = None) -> Path:
    """Train tokenizer and encoder and write them, as a masked language model, with their lineage.

    Args:
        out: the directory to make; it is there complete or not at all.
        recipe: what to train on and how.

    Raises:
        UsageError: `out` is there already.
    """
    recipe = recipe or Recipe()
    seed = recipe.settings.seed
    with whole_directory(out) as draft:
        lines = list(parallel_lines(recipe.parallel, seed=seed))
        tokenizer = train_tokenizer(
            count_words(line for versions in lines for line in versions),
            letters=_letters(),
            parts=recipe.parts,
            longest=recipe.longest,
        )
        with seeded(seed):
            model = _model(recipe, tokenizer, lines)
            rows = encode_pairs(tokenizer, list(pairs(recipe.pairs, seed=seed, mixture=recipe.mixture)))
            batches = length_batches(rows, _length, recipe.settings)
            masker = Masker(len(tokenizer), recipe.weights.guessed, seed=seed)
            train(Pretraining(model, recipe.weights), batches, masker, recipe.settings)
        factors = {"synthetic": True, "pairs": recipe.pairs, "languages": len(languages())}
        save(model, tokenizer, draft, Lineage(seed=seed, factors=factors))
    return out


def count_words(lines: Iterable[Line]) -> Counter[str]:
    """The words of lines as a tokenizer meets them: those that follow a space, or begin a line, begin with `SPACE`."""
    words: Counter[str] = Counter()
    for line in lines:
        for start, end, _, _ in line.marks:
            first, *others = line.text[start:end].split(" ")
            marked = start == 0 or line.text[start - 1] == " "
            words.update([SPACE + first if marked else first, *(SPACE + other for other in others)])
    return words


def _length(row: EncodedPair) -> int:
    return len(row.pieces)


def _letters() -> list[str]:
    """The letters of the languages, both cases: noise may put in any of them."""
    alphabets = [find_language(code).alphabet for code in languages()]
    return sorted({form for letters in alphabets if len(letters) <= ALPHABET for form in letters + letters.upper()})


def _model(recipe: Recipe, tokenizer: Any, lines: Sequence[Sequence[Line]]) -> Any:
    """A masked language model that begins with the meanings that parallel sentences give."""
    config = transformers.XLMRobertaConfig(
        vocab_size=len(tokenizer),
        hidden_size=recipe.hidden,
        num_hidden_layers=recipe.layers,
        num_attention_heads=recipe.heads,
        intermediate_size=recipe.inner,
        # The positions of this architecture begin behind the padding id.
        max_position_embeddings=recipe.longest + PADDING + 1,
        type_vocab_size=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        # A narrow layer needs wider values than the 0.02 of the large ones to pass anything on.
        initializer_range=0.08,
        pad_token_id=PADDING,
        bos_token_id=BEGINNING,
        eos_token_id=END,
    )
    model: Any = transformers.XLMRobertaForMaskedLM(config)
    encode = tokenizer.backend_tokenizer.encode_batch
    encodings = [encode([line.text for line in versions], add_special_tokens=False) for versions in lines]
    sentences = [[piece for encoding in versions for piece in encoding.ids] for versions in encodings]
    initialise(model.base_model, place_by_sentences(sentences, len(tokenizer), recipe.meaning))
    with torch.no_grad():
        model.lm_head.bias.zero_()
    return model
