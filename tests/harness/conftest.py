"""Tiny checkpoints of the XLM-R architecture, made here (random weights, a tokenizer trained on a few sentences), small
data in the layouts that users download, and runs over both."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from math import log
from pathlib import Path
from typing import Any

import pytest

from harness import Inference, Plan, Run, Settings, score
from suites.task import Kind, Source, Task
from tests.harness.calling import Call, caller

SENTENCES = (
    "the cat sat on the mat and looked at the dog",
    "a dog barked at the postman , who ran away !",
    "der Hund bellte den Postboten an , der weglief .",
    "кошка сидела на коврике и смотрела на собаку",
    "แมวนั่งบนเสื่อ และมองดูสุนัข",
    "猫坐在垫子上看着狗",
    "không gian rộng lớn và thời gian",
)
SEVEN = (
    "identity",
    "character-swap",
    "character-deletion",
    "character-insertion",
    "character-substitution",
    "word-deletion",
    "word-swap",
)
NLI = ("entailment", "neutral", "contradiction")
TAGS = ("ADJ", "NOUN", "PUNCT", "VERB", "X")
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")

MakeCheckpoint = Callable[..., Path]


def toy_task(kind: Kind, labels: tuple[str, ...], **changes: Any) -> Task:
    settings: dict[str, Any] = {"fields": ("text",), "metric": "accuracy", "languages": ("en",)} | changes
    source = Source(cite="written for the tests", licence="Apache-2.0")
    return Task(name="toy", version=1, kind=kind, labels=labels, source=source, read=lambda _: [], **settings)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run the command line in this process: exit status, standard output, standard error."""
    return caller(capsys, monkeypatch)


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
    # The trainer finds the same pieces each time, but numbers and weighs them otherwise: so they are counted here.
    pieces = sorted(set(backend.get_vocab()) - set(SPECIAL))
    marked = ["▁" + sentence.replace(" ", "▁") for sentence in SENTENCES]
    counted = [(piece, log(1 + sum(text.count(piece) for text in marked)) - 9) for piece in pieces]
    specials = [(piece, 0.0) for piece in SPECIAL]
    backend.model = models.Unigram([*specials, *counted], list(SPECIAL).index("<unk>"), byte_fallback=False)
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


UPOS = (
    *("ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ"),
    *("SYM", "VERB", "X"),
)
WORDS = {
    "en": "the cat sat on a mat and looked at dog barked postman who ran away".split(),
    "de": "der Hund bellte den Postboten an weglief Katze Straße und über".split(),
    "ru": "кошка сидела на коврике и смотрела собаку".split(),
}
PREMISES, TREEBANK_SENTENCES = 8, 16


def _write_xnli(directory: Path) -> None:
    """The original layout: one file of all languages, 19 columns, three rows to a premise, gold labels."""
    names = "language gold_label " + " ".join(f"unused{number}" for number in range(4)) + " sentence1 sentence2 "
    names += "promptID pairID " + " ".join(f"more{number}" for number in range(9))
    rows = ["\t".join(names.split())]
    for language, words in WORDS.items():
        draws = random.Random(language)
        for premise in range(PREMISES):
            text = " ".join(draws.choices(words, k=7))
            for row in range(3):
                hypothesis = " ".join(draws.choices(words, k=4))
                number = 3 * premise + row
                values = [
                    language,
                    NLI[(number * 5 + premise) % 3],
                    *"----",
                    text,
                    hypothesis,
                    "0",
                    str(number),
                    *"-" * 9,
                ]
                rows.append("\t".join(values))
    (directory / "XNLI-1.0").mkdir(parents=True)
    (directory / "XNLI-1.0" / "xnli.test.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def _write_treebank(directory: Path, language: str, name: str) -> None:
    """A CoNLL-U treebank of documents of four sentences."""
    draws = random.Random(f"{language} trees")
    lines: list[str] = []
    for number in range(TREEBANK_SENTENCES):
        lines += [f"# newdoc id = doc{number // 4}"] if number % 4 == 0 else []
        lines.append(f"# sent_id = s{number}")
        for token in range(draws.randint(2, 8)):
            form = draws.choice([*WORDS[language], ".", "!"])
            tag = "PUNCT" if form in ".!" else draws.choice(("NOUN", "VERB", "ADJ", "DET"))
            lines.append(f"{token + 1}\t{form}\t_\t{tag}\t_\t_\t0\t_\t_\t_")
        lines.append("")
    place = directory / "udpos" / f"UD_{name}-Toy"
    place.mkdir(parents=True)
    (place / f"{language}_toy-ud-test.conllu").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory in the layouts that users download: XNLI in en, de and ru, UD-POS in en and de."""
    directory = tmp_path_factory.mktemp("data")
    _write_xnli(directory)
    _write_treebank(directory, "en", "English")
    _write_treebank(directory, "de", "German")
    return directory


@pytest.fixture(scope="session")
def classifier(make_checkpoint: MakeCheckpoint) -> Path:
    """A checkpoint with a head for XNLI."""
    return make_checkpoint("ForSequenceClassification", NLI)


@pytest.fixture(scope="session")
def tagger(make_checkpoint: MakeCheckpoint) -> Path:
    """A checkpoint with a head for UD-POS."""
    return make_checkpoint("ForTokenClassification", UPOS)


@pytest.fixture(scope="session")
def plan_of(small_data: Path, classifier: Path) -> Callable[..., Plan]:
    """A function that makes a small plan, with what is given in place of its own."""

    def made(**given: Any) -> Plan:
        values: dict[str, Any] = {
            "checkpoints": (str(classifier),),
            "tasks": ("xnli",),
            "data": str(small_data),
            "languages": ("en", "de"),
            "perturbations": ("identity", "character-swap", "word-deletion"),
            "rates": (0.3,),
            "inference": Inference(device="cpu"),
            "statistics": Settings(correction="bh", resamples=199),
        }
        return Plan(**(values | given))

    return made


@pytest.fixture(scope="session")
def both_plan(plan_of: Callable[..., Plan], classifier: Path, tagger: Path) -> Plan:
    """Both tasks, both checkpoints, two seeds, every core perturbation."""
    return plan_of(
        checkpoints=(str(classifier), str(tagger)), tasks=("xnli", "udpos"), perturbations=SEVEN, seeds=(0, 1)
    )


@pytest.fixture(scope="session")
def both_run(both_plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """`both_plan`, scored."""
    return score(both_plan, store=tmp_path_factory.mktemp("run"))


class Watcher:
    """Remembers what a run tells."""

    def __init__(self) -> None:
        self.planned = 0
        self.computed: list[str] = []
        self.stored: list[str] = []
        self.passed = 0

    def start(self, cells: int) -> None:
        self.planned = cells

    def cell(self, name: str, *, stored: bool) -> None:
        (self.stored if stored else self.computed).append(name)

    def examples(self, count: int) -> None:
        self.passed += count


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()
