"""Tiny checkpoints of the XLM-R architecture, made here: random weights, a tokenizer trained on a few sentences."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from suites.task import Kind, Source, Task

SENTENCES = (
    "the cat sat on the mat and looked at the dog",
    "a dog barked at the postman , who ran away !",
    "der Hund bellte den Postboten an , der weglief .",
    "кошка сидела на коврике и смотрела на собаку",
    "แมวนั่งบนเสื่อ และมองดูสุนัข",
    "猫坐在垫子上看着狗",
    "không gian rộng lớn và thời gian",
)
NLI = ("entailment", "neutral", "contradiction")
TAGS = ("ADJ", "NOUN", "PUNCT", "VERB", "X")
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")

MakeCheckpoint = Callable[..., Path]


def toy_task(kind: Kind, labels: tuple[str, ...], **changes: Any) -> Task:
    settings: dict[str, Any] = {"fields": ("text",), "metric": "accuracy", "languages": ("en",)} | changes
    source = Source(cite="written for the tests", licence="Apache-2.0")
    return Task(name="toy", version=1, kind=kind, labels=labels, source=source, read=lambda _: [], **settings)


@pytest.fixture(scope="session")
def classification() -> Task:
    return toy_task(Kind.CLASSIFICATION, NLI, aliases={"contradictory": "contradiction"})


@pytest.fixture(scope="session")
def tagging() -> Task:
    return toy_task(Kind.TAGGING, TAGS, metric="f1")


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    """A tokenizer with XLM-R's special tokens, normaliser and template."""
    import tokenizers
    from tokenizers import models, normalizers, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    backend: Any = tokenizers.Tokenizer(models.Unigram())
    backend.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=160, special_tokens=list(SPECIAL), unk_token="<unk>", show_progress=False
    )
    backend.train_from_iterator(SENTENCES, trainer)
    backend.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B:0 </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        unk_token="<unk>",
        pad_token="<pad>",
        mask_token="<mask>",
        model_max_length=62,
        model_input_names=["input_ids", "attention_mask"],
    )


@pytest.fixture(scope="session")
def make_checkpoint(tmp_path_factory: pytest.TempPathFactory, tokenizer: Any) -> MakeCheckpoint:
    """A function that writes a checkpoint and returns its directory.

    `head` is the class suffix in transformers, `labels` the names of its outputs (an int: that many without names),
    `change` may alter the model before it is saved, further settings go to the config.
    """
    import torch
    import transformers

    numbers = itertools.count()

    def make(
        head: str, labels: tuple[str, ...] | int = 2, *, change: Callable[[Any], None] | None = None, **settings: Any
    ) -> Path:
        count = labels if isinstance(labels, int) else len(labels)
        names = {} if isinstance(labels, int) else {"id2label": dict(enumerate(labels))}
        shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
        sizes = {"vocab_size": len(tokenizer), "max_position_embeddings": 64, "type_vocab_size": 1}
        config = transformers.XLMRobertaConfig(
            **(shape | sizes | {"num_labels": count, "pad_token_id": 1, "initializer_range": 0.4} | names | settings)
        )
        with torch.random.fork_rng():
            torch.manual_seed(7)
            model = getattr(transformers, f"XLMRoberta{head}")(config).eval()
        if change:
            change(model)
        directory = tmp_path_factory.mktemp("checkpoints") / f"tiny-{next(numbers)}"
        model.save_pretrained(directory)
        tokenizer.save_pretrained(directory)
        return directory

    return make
