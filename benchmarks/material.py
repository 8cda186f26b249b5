"""Material: pairs of sentences in several languages and a checkpoint of a size that people use, both made on the spot.

The pairs are real XNLI test items where the data is there, else sentences of the miniature suite's generated world.
The checkpoint has the shape of XLM-R with 6 layers of width 384, random weights, and a Unigram tokenizer trained on
the pairs: speed does not depend on what the weights have learnt.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

from harness.checkpoints.loading import quiet
from suites.miniature import sentences, world
from suites.task import Request, find_task

REAL_LANGUAGES = ("ar", "de", "en", "hi", "ru", "tr", "vi", "zh")
GENERATED_LANGUAGES = ("ar", "de", "en", "hi", "ru", "th", "tr", "zh")
VOCABULARY = 16_000
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
SHAPE = {"hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12, "intermediate_size": 1536}

Row = tuple[str, str, str]
"""Premise, hypothesis and label."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a benchmark of `score` runs on.

    Args:
        data: directory in the layout of the benchmark's processed XNLI files.
        checkpoint: directory of the model.
        languages: those that the data has.
        origin: where the sentences come from, in words.
        shape: the model, in words.
    """

    data: Path
    checkpoint: Path
    languages: tuple[str, ...]
    origin: str
    shape: str


def make_material(folder: Path, source: Path | None, *, pairs: int) -> Material:
    """Write data and checkpoint.

    Args:
        folder: an empty directory.
        source: a directory with XNLI's test files, or None to generate sentences.
        pairs: how many in all; each language has an equal share, the last one the rest as well.
    """
    languages = REAL_LANGUAGES if source else GENERATED_LANGUAGES
    shares = [pairs // len(languages)] * len(languages)
    shares[-1] += pairs - sum(shares)
    rows: list[Row] = []
    place = folder / "data" / "xnli"
    place.mkdir(parents=True)
    for language, share in zip(languages, shares, strict=True):
        taken = list(islice(_real(source, language) if source else _generated(language), share))
        if len(taken) < share:
            raise SystemExit(f"{language} has {len(taken)} pairs and {share} are wanted: ask for fewer --pairs")
        with (place / f"test-{language}.tsv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter="\t").writerows(taken)
        rows += taken
    shape = _write_checkpoint(folder / "checkpoint", [text for row in rows for text in row[:2]])
    origin = "XNLI test items" if source else "generated sentences of the miniature suite (XROBUST_DATA is not set)"
    return Material(folder / "data", folder / "checkpoint", languages, origin, shape)


def _real(source: Path, language: str) -> Iterator[Row]:
    """The first pairs of a test file, read as `score` reads them."""
    task = find_task("xnli")
    for example in task.read(Request(source, language, "test", dict(task.options))):
        yield example.texts["premise"].text, example.texts["hypothesis"].text, str(example.target)


def _generated(language: str) -> Iterator[Row]:
    """Three hypotheses to a premise, as XNLI has them; the labels mean nothing."""
    random = Random(language)
    while True:
        premise = sentences.sentence(world.draw(random, "test"), language)
        for label in find_task("xnli").labels:
            yield premise, sentences.sentence(world.draw(random, "test"), language), label


def _write_checkpoint(folder: Path, texts: Sequence[str]) -> str:
    """Save model and tokenizer; returns the model in words."""
    tokenizer = _tokenizer(texts)
    labels = find_task("xnli").labels
    config = transformers.XLMRobertaConfig(
        **SHAPE,
        vocab_size=len(tokenizer),
        max_position_embeddings=514,
        type_vocab_size=1,
        pad_token_id=1,
        # Wide enough that predictions differ between inputs, so that two ways of predicting can be held together.
        initializer_range=0.1,
        id2label=dict(enumerate(labels)),
    )
    with torch.random.fork_rng(), quiet():
        torch.manual_seed(1)
        model: Any = transformers.XLMRobertaForSequenceClassification(config).eval()
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    return (
        f"XLM-R architecture, {config.num_hidden_layers} layers, hidden {config.hidden_size}, "
        f"{model.num_parameters() / 1e6:.1f}M parameters, random weights, fp32; Unigram, {len(tokenizer):,} pieces"
    )


def _tokenizer(texts: Sequence[str]) -> Any:
    """A tokenizer with XLM-R's special tokens, normaliser and template."""
    backend: Any = Tokenizer(models.Unigram())
    backend.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=VOCABULARY, special_tokens=list(SPECIAL), unk_token="<unk>", show_progress=False
    )
    backend.train_from_iterator(dict.fromkeys(texts), trainer)
    backend.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B:0 </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    names = ("bos_token", "pad_token", "eos_token", "unk_token", "mask_token", "cls_token", "sep_token")
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=backend,
        model_max_length=512,
        model_input_names=["input_ids", "attention_mask"],
        **dict(zip(names, (*SPECIAL, "<s>", "</s>"), strict=True)),
    )
