"""Tokenizers that are written in Python, through every predictor: as the fast ones, or as transformers' own pass.

`make test-textattack` runs this with transformers 4, where BERT has a slow tokenizer; transformers 5 has few slow ones.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file

from harness.checkpoints.checkpoint import open_checkpoint
from harness.checkpoints.lineage import Lineage
from harness.checkpoints.offsets import find_offsets
from harness.checkpoints.slow_tokenizer import SlowTokenizer
from harness.predictors.make import make_predictor
from harness.predictors.prediction import Inference, Prediction
from harness.training.fine_tune import fine_tune
from harness.training.settings import Settings
from harness.training.training_set import TrainingSet
from perturbations.errors import CheckpointError, DataError
from suites.examples import Example, Text, token_text
from suites.task import Kind, Request, Task, find_task
from tests.harness.conftest import NLI, SENTENCES, TAGS, toy_task

FOUR = transformers.__version__.startswith("4.")
needs_four = pytest.mark.skipif(not FOUR, reason="transformers 5 has no slow tokenizer of BERT: make test-textattack")
SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
T5 = {"d_model": 32, "d_kv": 16, "d_ff": 64, "num_layers": 2, "num_heads": 2, "num_decoder_layers": 2}
BLOCK = "encoder.block.0.layer.0.SelfAttention.q.weight"
READING = toy_task(Kind.QUESTION_ANSWERING, (), metric="squad-f1")
TEXTS = (*SENTENCES, "Ångström ﬁnds ½ , Ⅳ and I İ", "ক্ষমা করো", "unbekannt ☃☃ x ☂ y", "", " the  cat ")


def vocabulary() -> list[str]:
    words = " ".join(SENTENCES).split()
    short = sorted({word for word in words if 1 < len(word) < 5})
    letters = sorted({letter for word in words for letter in word})
    return ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *short, *letters, *(f"##{letter}" for letter in letters)]


def save(directory: Path, name: str, config: Any) -> Path:
    with torch.random.fork_rng():
        torch.manual_seed(3)
        model = getattr(transformers, name)(config).eval()
        for weights in model.parameters():
            if weights.ndim > 1:
                torch.nn.init.normal_(weights, std=0.3)
    model.tie_weights()
    model.save_pretrained(directory)
    return directory


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A function that writes a checkpoint of BERT with a vocabulary and no fast tokenizer."""

    @functools.cache
    def made(head: str, labels: tuple[str, ...] = ()) -> Path:
        named = {"id2label": dict(enumerate(labels)), "num_labels": len(labels)} if labels else {}
        sizes = {"vocab_size": len(vocabulary()), "max_position_embeddings": 64}
        directory = tmp_path_factory.mktemp("bert")
        save(directory, f"Bert{head}", transformers.BertConfig(**SMALL, **sizes, **named))
        (directory / "vocab.txt").write_text("\n".join(vocabulary()) + "\n", encoding="utf-8")
        settings = {"tokenizer_class": "BertTokenizer", "do_lower_case": False, "model_max_length": 64}
        (directory / "tokenizer_config.json").write_text(json.dumps(settings))
        return directory

    return made


@pytest.fixture(scope="module")
def byt5(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A function that writes a checkpoint of T5 that reads bytes, whose tokenizer is a slow one everywhere."""

    @functools.cache
    def made(head: str, labels: tuple[str, ...] = ()) -> Path:
        named = {"id2label": dict(enumerate(labels)), "num_labels": len(labels)} if labels else {}
        directory = tmp_path_factory.mktemp("byt5")
        save(directory, f"T5{head}", transformers.T5Config(**T5, vocab_size=384, decoder_start_token_id=0, **named))
        transformers.ByT5Tokenizer().save_pretrained(directory)
        return directory

    return made


def ask(directory: Path, task: Task, examples: list[Example], *, budget: int = 100, **options: str) -> list[Prediction]:
    inference = Inference(device="cpu", token_budget=budget)
    return make_predictor(open_checkpoint(str(directory)), task, inference, options).predict(examples)


def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    load = transformers.AutoTokenizer.from_pretrained
    monkeypatch.setattr(
        transformers.AutoTokenizer, "from_pretrained", lambda *given, **how: load(*given, **how | {"use_fast": False})
    )


def texts(**named: str) -> dict[str, Text]:
    return {name: Text(text, "en", text) for name, text in named.items()}


def pairs() -> list[Example]:
    found = [Example(f"p{n}", "g", texts(premise=text, hypothesis="a dog")) for n, text in enumerate(TEXTS)]
    return [*found, Example("long", "g", texts(premise=" ".join(SENTENCES * 3), hypothesis="the cat"))]


def questions() -> list[Example]:
    return [Example(f"q{n}", "g", texts(question="who sat ?", context=text)) for n, text in enumerate(TEXTS)]


def sentences() -> list[Example]:
    split = [text.split() or ["the"] for text in TEXTS]
    return [
        Example(f"s{n}", "g", {"text": token_text(words, ["X"] * len(words), language="en", key="k")})
        for n, words in enumerate(split)
    ]


def same(fast: list[Prediction], slow: list[Prediction]) -> None:
    for left, right in zip(fast, slow, strict=True):
        assert (left.label, left.pieces, left.truncated) == (right.label, right.pieces, right.truncated)
        assert left.probabilities == pytest.approx(right.probabilities, abs=1e-5)


@needs_four
@pytest.mark.parametrize("kind", [Kind.CLASSIFICATION, Kind.TAGGING, Kind.QUESTION_ANSWERING, Kind.MULTIPLE_CHOICE])
def test_a_slow_tokenizer_serves_as_its_fast_one_does(
    bert: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    choices = [
        Example(f"c{n}", "g", texts(premise=text, choice1="a dog", choice2="кошка")) for n, text in enumerate(TEXTS)
    ]
    directory, task, examples, options = {
        Kind.CLASSIFICATION: (bert("ForSequenceClassification", NLI), toy_task(kind, NLI), pairs(), {}),
        Kind.TAGGING: (bert("ForTokenClassification", TAGS), toy_task(kind, TAGS, metric="f1"), sentences(), {}),
        Kind.QUESTION_ANSWERING: (
            bert("ForQuestionAnswering"), READING, questions(),
            {"question_length": "20", "window": "40", "stride": "8"},
        ),
        Kind.MULTIPLE_CHOICE: (bert("ForMultipleChoice"), toy_task(kind, ("0", "1")), choices, {}),
    }[kind]  # fmt: skip
    fast = ask(directory, task, examples, **options)
    slowly(monkeypatch)
    predictor: Any = make_predictor(open_checkpoint(str(directory)), task, Inference(device="cpu"), options)
    assert isinstance(predictor.loaded.tokenizer, SlowTokenizer)
    same(fast, ask(directory, task, examples, **options))
    assert len({answer.label for answer in fast}) > 1, "the inputs matter"


@needs_four
def test_pieces_stand_where_the_fast_tokenizer_says(bert: Callable[..., Path]) -> None:
    directory = bert("ForQuestionAnswering")
    slow = SlowTokenizer(transformers.BertTokenizer.from_pretrained(directory))
    fast: Any = transformers.BertTokenizerFast.from_pretrained(directory).backend_tokenizer
    for text in TEXTS:
        ours, theirs = slow.encode(text, add_special_tokens=False), fast.encode(text, add_special_tokens=False)
        assert (ours.ids, ours.offsets) == (theirs.ids, theirs.offsets)
        assert slow.encode(text, "a dog").ids == fast.encode(text, "a dog").ids


def test_a_slow_text_to_text_model_answers_as_transformers_own_pass(byt5: Callable[..., Path]) -> None:
    directory = byt5("ForConditionalGeneration")
    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(directory)
    model = transformers.T5ForConditionalGeneration.from_pretrained(directory).eval()
    found = ask(directory, toy_task(Kind.CLASSIFICATION, NLI), pairs()[:8])
    for item, answer in zip(pairs(), found, strict=False):
        prompt = f"toy: premise: {item.texts['premise'].text} hypothesis: a dog"
        scores: list[float] = []
        for label in NLI:
            wanted = tokenizer(label, return_tensors="pt")["input_ids"]
            with torch.inference_mode():
                loss = model(**tokenizer(prompt, return_tensors="pt"), labels=wanted).loss
            scores.append(-float(loss) * wanted.shape[1])
        assert answer.probabilities == pytest.approx(torch.tensor(scores).softmax(0).tolist(), abs=1e-4)
        assert answer.pieces == len(prompt.encode())
    written = ask(directory, READING, questions()[:3], longest="6")
    for item, answer in zip(questions(), written, strict=False):
        prompt = f"question: who sat ? context: {item.texts['context'].text}"
        pieces = model.generate(**tokenizer(prompt, return_tensors="pt"), do_sample=False, max_new_tokens=6)[0]
        assert answer.label == tokenizer.decode(pieces, skip_special_tokens=True).strip()


def test_a_slow_tokenizer_tags_the_first_piece_of_each_token(byt5: Callable[..., Path]) -> None:
    directory = byt5("ForTokenClassification", TAGS)
    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(directory)
    model = transformers.T5ForTokenClassification.from_pretrained(directory).eval()
    found = ask(directory, toy_task(Kind.TAGGING, TAGS, metric="f1"), sentences()[:7])
    for text, answer in zip(SENTENCES, found, strict=False):
        words = text.split()
        encoded = tokenizer(words, is_split_into_words=True, return_tensors="pt")
        starts = [sum(len(word.encode()) for word in words[:number]) for number in range(len(words))]
        with torch.inference_mode():
            table = model(**{name: encoded[name] for name in ("input_ids", "attention_mask")}).logits.softmax(-1)[0]
        rows = table[starts]
        assert answer.label == tuple(TAGS[index] for index in rows.argmax(-1).tolist())
        assert answer.probabilities == pytest.approx(rows.max(-1).values.tolist(), abs=1e-5)


def test_answers_are_refused_where_pieces_do_not_stand_in_the_text(byt5: Callable[..., Path]) -> None:
    with pytest.raises(CheckpointError, match="pieces do not stand in a text") as caught:
        ask(byt5("ForQuestionAnswering"), READING, questions())
    assert "\n" not in str(caught.value)


def test_a_model_that_hashes_characters_is_refused(tmp_path: Path) -> None:
    shape = SMALL | {"num_hash_buckets": 64, "local_transformer_stride": 8, "max_position_embeddings": 64}
    named = {"id2label": dict(enumerate(NLI)), "num_labels": len(NLI)}
    model = transformers.CanineForSequenceClassification(transformers.CanineConfig(**shape, **named))
    model.save_pretrained(tmp_path)
    transformers.CanineTokenizer().save_pretrained(tmp_path)
    with pytest.raises(CheckpointError, match="'canine', which has no table of embeddings"):
        ask(tmp_path, toy_task(Kind.CLASSIFICATION, NLI), pairs())


def test_a_lone_surrogate_is_refused_as_by_fast_tokenizers(byt5: Callable[..., Path]) -> None:
    asked = [Example("s1", "g", texts(premise="a \ud800 b", hypothesis="a"))]
    with pytest.raises(DataError, match="'s1' cannot be encoded, it holds a lone surrogate"):
        ask(byt5("ForConditionalGeneration"), toy_task(Kind.CLASSIFICATION, NLI), asked)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.data())
def test_pieces_that_are_parts_of_a_text_stand_where_they_were_cut(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)))) | {0, len(text)})
    spans = [(start, end) for start, end in itertools.pairwise(cuts) if text[start:end].strip()]
    found = find_offsets(text, [text[start:end] for start, end in spans], unknown=None)
    for (start, end), (first, last) in zip(spans, found, strict=True):
        assert text[first:last] == text[start:end].strip() or len(text[start:end].strip()) == 0


@pytest.mark.parametrize(
    ("text", "pieces", "offsets"),
    [
        ("the cat", ["▁the", "▁ca", "t"], [(0, 3), (4, 6), (6, 7)]),
        ("the ☃ cat", ["the", "[UNK]", "cat"], [(0, 3), (4, 5), (6, 9)]),
        ("☃ ☂", ["[UNK]", "[UNK]"], [(0, 1), (2, 3)]),
        ("☃ ☂", ["[UNK]"], [(0, 3)]),
        ("Ünï", ["un", "##i"], [(0, 2), (2, 3)]),
        ("ﬁne", ["fi", "ne"], [(0, 1), (1, 3)]),
        ("a ## b", ["a", "##", "b"], [(0, 1), (2, 4), (5, 6)]),
        ("ab", ["▁", "ab"], [(0, 0), (0, 2)]),
        ("", [], []),
    ],
)
def test_offsets_survive_markers_unknown_words_and_other_forms(
    text: str, pieces: list[str], offsets: list[tuple[int, int]]
) -> None:
    assert find_offsets(text, pieces, unknown="[UNK]") == offsets


def test_a_slow_tokenizer_is_asked_to_cut_in_no_other_way() -> None:
    tokenizer = SlowTokenizer(transformers.ByT5Tokenizer())
    with pytest.raises(ValueError, match="asked for longest_first only"):
        tokenizer.enable_truncation(5, strategy="only_first")
    tokenizer.enable_truncation(5)
    assert len(tokenizer.encode("the cat", "a dog").ids) == 5
    tokenizer.no_truncation()
    assert len(tokenizer.encode("the cat", "a dog").ids) == 14


def taught(name: str) -> TrainingSet:
    task = find_task(name)
    return TrainingSet(task, tuple(task.read(Request(None, "en", "train"))[:4]))


@pytest.mark.parametrize("name", ["miniature-tagging", "miniature-qa"])
def test_a_slow_tokenizer_is_refused_where_labels_stand_at_places_of_a_text(
    byt5: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    base = byt5("ForConditionalGeneration")
    with pytest.raises(CheckpointError, match=r"byt5.* has a slow tokenizer \(ByT5Tokenizer\)"):
        fine_tune(base, taught(name), tmp_path / "out", settings=Settings(), lineage=Lineage())


def test_embeddings_can_be_frozen_whatever_the_family_calls_them(byt5: Callable[..., Path], tmp_path: Path) -> None:
    base, settings = byt5("ForConditionalGeneration"), Settings(learning_rate=1e-2, freeze_embeddings=True)
    out = fine_tune(base, taught("miniature-nli"), tmp_path / "out", settings=settings, lineage=Lineage())
    before, after = (load_file(directory / "model.safetensors") for directory in (base, out))
    assert torch.equal(before["shared.weight"], after["transformer.shared.weight"])
    assert not torch.equal(before[BLOCK], after[f"transformer.{BLOCK}"])
