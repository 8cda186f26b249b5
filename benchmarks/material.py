"""Material: pairs of sentences in several languages and a checkpoint of a size that people use, both made on the spot.

The pairs are real XNLI test items where the data is there, else sentences of the miniature suite's generated world.
The checkpoint has the shape of XLM-R with 6 layers of width 384, random weights, and a Unigram tokenizer trained on
the pairs: speed does not depend on what the weights have learnt.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

from harness.checkpoints.loading import quiet
from suites.task import Request, find_task

LANGUAGES = ("ar", "de", "en", "hi", "ru", "tr", "vi", "zh")
VOCABULARY = 16_000
"""Most pieces of the tokenizer, of which 2,000 pairs bear about half."""
LEAST = 250
"""Pairs of each language that the tokenizer is trained on at least, so that few pairs are not cut finer than many."""
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
    share = pairs // len(LANGUAGES)
    place = folder / "data" / "xnli"
    place.mkdir(parents=True)
    texts: list[str] = []
    for language in LANGUAGES:
        rows = _rows(source, language)
        wanted = share if language != LANGUAGES[-1] else pairs - share * (len(LANGUAGES) - 1)
        if len(rows) < wanted:
            raise SystemExit(f"{language} has {len(rows):,} pairs and {wanted:,} are wanted: ask for fewer --pairs")
        with (place / f"test-{language}.tsv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter="\t").writerows(rows[:wanted])
        texts += [text for row in rows[: max(wanted, LEAST)] for text in row[:2]]
    shape = write_checkpoint(folder / "checkpoint", texts)
    origin = "XNLI test items" if source else "generated sentences of the miniature suite (XROBUST_DATA is not set)"
    return Material(folder / "data", folder / "checkpoint", LANGUAGES, origin, shape)


def _rows(source: Path | None, language: str) -> list[Row]:
    """The test items of a language."""
    task = find_task("xnli" if source else "miniature-nli")
    examples = task.read(Request(source, language, "test", dict(task.options)))
    return [(item.texts["premise"].text, item.texts["hypothesis"].text, str(item.target)) for item in examples]


def write_checkpoint(folder: Path, texts: Sequence[str], *, layers: int = SHAPE["num_hidden_layers"]) -> str:
    """Save model and tokenizer.

    Args:
        folder: to be made.
        texts: what the tokenizer is trained on.
        layers: of the model.

    Returns:
        The model in words.
    """
    tokenizer = _tokenizer(texts)
    labels = find_task("xnli").labels
    library: Any = transformers
    seeds: Any = torch.random
    config = library.XLMRobertaConfig(
        **SHAPE | {"num_hidden_layers": layers},
        vocab_size=len(tokenizer),
        max_position_embeddings=514,
        type_vocab_size=1,
        pad_token_id=1,
        # Wide enough that predictions differ between inputs, so that two ways of predicting can be held together.
        initializer_range=0.1,
        id2label=dict(enumerate(labels)),
    )
    with quiet():
        seeds.manual_seed(1)
        model = library.XLMRobertaForSequenceClassification(config).eval()
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
