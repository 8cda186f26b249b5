import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from harness.checkpoints.lineage import read_lineage
from harness.training import demo
from harness.training.encoding import IGNORED
from harness.training.objectives import Masker, Weights, encode_pairs
from harness.training.pretrain import Recipe, count_words, pretrain
from harness.training.settings import Settings
from harness.training.start import place_by_sentences
from harness.training.tokenizer import MASK, SPACE, train_tokenizer
from suites.miniature.corpus import Mixture, pairs, parallel_lines
from suites.miniature.lexicon import languages
from suites.task import Kind, Request, Task, tasks

TINY = Recipe(
    pairs=96,
    parallel=64,
    parts=50,
    hidden=32,
    meaning=24,
    heads=2,
    inner=32,
    settings=Settings(learning_rate=1e-3, epochs=1, batch_size=32),
)


SYNTHETIC = [task for _, task in sorted(tasks().items()) if task.synthetic]
SENTENCE_END = re.compile(r"(?<=[.।。])\s*|(?<=[\u0e00-\u0e7f]) ")
"""A stop, or the space behind a Thai letter."""


@pytest.fixture(scope="module")
def pretrained_on() -> set[str]:
    seen = {line.text for versions in parallel_lines(1500, seed=0) for line in versions}
    return seen | {line.text for pair in pairs(5000, seed=0, mixture=Mixture()) for line in (pair.first, pair.second)}


@pytest.fixture(scope="module")
def lines() -> list[Any]:
    return list(parallel_lines(200, seed=1))


@pytest.fixture(scope="module")
def vocabulary(lines: list[Any]) -> Any:
    words = count_words(line for versions in lines for line in versions)
    return train_tokenizer(words, letters="abcdefghijklmnopqrstuvwxyz", parts=50, longest=126)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pretrain(tmp_path_factory.mktemp("pretrained") / "encoder", TINY)


def test_pretraining_writes_a_masked_language_model_that_transformers_loads(encoder: Path) -> None:
    from transformers import AutoModelForMaskedLM, AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(encoder)
    model: Any = AutoModelForMaskedLM.from_pretrained(encoder)
    output = tokenizer("Anna buys the apple.", "安娜买苹果。", return_tensors="pt")
    assert set(output) == {"input_ids", "attention_mask"}
    assert model(**output).logits.shape == (1, output["input_ids"].shape[1], len(tokenizer))
    assert model.config.model_type == "xlm-roberta"
    assert read_lineage(encoder).factors["synthetic"] is True


def test_pretraining_twice_gives_the_same_encoder(encoder: Path, tmp_path: Path) -> None:
    again = pretrain(tmp_path / "encoder", TINY)
    for name in ("model.safetensors", "tokenizer.json"):
        assert (again / name).read_bytes() == (encoder / name).read_bytes()


def test_words_of_the_lexica_are_pieces_and_misspelled_ones_fall_apart(vocabulary: Any) -> None:
    assert vocabulary.tokenize("Anna buys") == [f"{SPACE}Anna", f"{SPACE}buys"]
    assert vocabulary.tokenize("安娜没有买苹果。")[1:] == ["没有", "买", "苹果", "。"]
    assert len(vocabulary.tokenize("bsuy")) > 1
    assert vocabulary.unk_token_id not in vocabulary("zyxw vut")["input_ids"]
    assert vocabulary.unk_token_id in vocabulary("ꙮ")["input_ids"]


def test_words_are_counted_as_the_tokenizer_cuts_them(lines: list[Any]) -> None:
    thai = languages().index("th")
    running = [versions[thai] for versions in lines if " " not in versions[thai].text]
    words = count_words(running[:1])
    assert [word.startswith(SPACE) for word in words] == [True] + [False] * (len(words) - 1)
    vietnamese = count_words([versions[languages().index("vi")] for versions in lines])
    assert not any(" " in word for word in vietnamese)


def test_a_word_is_placed_beside_its_translations(lines: list[Any], vocabulary: Any) -> None:
    sentences = [
        [piece for line in versions for piece in vocabulary(line.text, add_special_tokens=False)["input_ids"]]
        for versions in lines
    ]
    places = place_by_sentences(sentences, len(vocabulary), 64)
    lengths = np.linalg.norm(places, axis=1)
    assert np.all((lengths == 0) | (np.abs(lengths - 1) < 1e-5))
    number = vocabulary.convert_tokens_to_ids
    english, german, other = (places[number(f"{SPACE}{word}")] for word in ("horse", "Pferd", "hammer"))
    assert english @ german > 0.8
    assert abs(english @ other) < 0.4


def test_pairs_are_parallel_unless_they_are_altered_and_stay_in_the_training_part() -> None:
    plain = Mixture(monolingual=0, altered=0, switched=0)
    assert all(pair.same for pair in pairs(50, seed=1, mixture=plain))
    altered = list(pairs(200, seed=1, mixture=Mixture(altered=1, switched=0)))
    assert sum(pair.same for pair in altered) < 100
    one_language = Mixture(monolingual=1, altered=0, switched=0)
    assert all(
        Counter(mark.concept for mark in pair.first.marks) == Counter(mark.concept for mark in pair.second.marks)
        for pair in pairs(50, seed=1, mixture=one_language)
    )


def test_switched_lines_hold_words_of_several_scripts() -> None:
    import regex

    lines = [pair.first.text for pair in pairs(100, seed=1, mixture=Mixture(switched=1, phrases=1))]
    scripts = [
        sum(bool(regex.search(rf"\p{{{name}}}", line)) for name in ("Latin", "Han", "Thai", "Greek")) for line in lines
    ]
    assert max(scripts) >= 3


@pytest.mark.parametrize("language", languages())
def test_marks_stand_where_their_words_are(language: str, lines: list[Any]) -> None:
    for versions in lines[:50]:
        line = versions[languages().index(language)]
        words = [line.text[start:end] for start, end, _, _ in line.marks]
        assert "".join(words).replace(" ", "") == line.text.replace(" ", "")
        assert all(words)


def test_a_piece_has_a_counterpart_where_the_other_sentence_says_the_same(vocabulary: Any) -> None:
    drawn = list(pairs(100, seed=2, mixture=Mixture(switched=0)))
    for pair, row in zip(drawn, encode_pairs(vocabulary, drawn), strict=True):
        assert len(row.pieces) == len(row.words) == len(row.counterparts)
        asked = [value for value in row.counterparts if value != IGNORED]
        if pair.same:
            assert set(asked) == {1}
        phrases = len({(mark.role, mark.concept) for mark in pair.first.marks})
        assert max(row.words) >= phrases


def test_whole_phrases_are_hidden_and_only_hidden_ones_are_guessed(vocabulary: Any) -> None:
    rows = encode_pairs(vocabulary, list(pairs(64, seed=3, mixture=Mixture())))
    masker = Masker(len(vocabulary), Weights().guessed, seed=1)
    batch = masker([rows])
    guessed = batch["guesses"] != IGNORED
    assert 0.1 < guessed.sum() / batch["attention_mask"].sum() < 0.2
    assert (batch["input_ids"][~guessed] != MASK).all()
    assert 0.6 < (batch["input_ids"][guessed] == MASK).float().mean() < 0.95
    assert (batch["counterparts"][guessed] == IGNORED).all()
    for number, row in enumerate(rows):
        hidden = {word for word, out in zip(row.words, guessed[number].tolist(), strict=False) if out}
        assert all(out == (word in hidden) for word, out in zip(row.words, guessed[number].tolist(), strict=False))
    assert torch.equal(batch["input_ids"], Masker(len(vocabulary), Weights().guessed, seed=1)([rows])["input_ids"])


def test_the_demo_trains_what_is_missing_and_reuses_the_rest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    threads: set[int] = set()
    before = torch.get_num_threads()

    def tiny(path: Path) -> Path:
        threads.add(torch.get_num_threads())
        return pretrain(path, TINY)

    monkeypatch.setattr(demo, "pretrain", tiny)
    monkeypatch.setattr(demo, "SETTINGS", Settings(learning_rate=1e-3, epochs=1, batch_size=512))
    told: list[str] = []
    built = demo.build_demo(tmp_path, report=lambda stage, seconds: told.append(stage))
    assert [path.name for path in built] == ["direct", "after-qnli", "after-ner"]
    assert len(told) == 6
    assert threads == {1}
    assert torch.get_num_threads() == before
    lineages = [read_lineage(path) for path in built]
    assert [lineage.intermediate_tasks for lineage in lineages] == [(), ("miniature-qnli",), ("miniature-ner",)]
    assert {lineage.target_task for lineage in lineages} == {"miniature-nli"}
    assert demo.build_demo(tmp_path, report=lambda stage, seconds: told.append(stage)) == built
    assert len(told) == 6


def test_a_changed_recipe_is_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    before = demo.recipe_digest()
    assert demo.recipe_digest() == before
    monkeypatch.setattr(demo, "version", lambda library: "0")
    assert demo.recipe_digest() != before


def test_the_demo_teaches_one_target_after_two_kinds_of_intermediate_task() -> None:
    assert {task.kind for task in demo.INTERMEDIATE} == {Kind.CLASSIFICATION, Kind.TAGGING}


@pytest.mark.parametrize("task", SYNTHETIC, ids=str)
def test_no_sentence_of_a_test_set_is_pretrained_on_in_any_language(task: Task, pretrained_on: set[str]) -> None:
    for language in task.languages:
        examples = task.read(Request(None, language))
        texts = {text.text for example in examples for name, text in example.texts.items() if name != "context"}
        # A question leaves open what says to which split its fact belongs; a paragraph is taken apart.
        assert texts.isdisjoint(pretrained_on)
        contexts = [example.texts["context"].text for example in examples if "context" in example.texts]
        assert not {part for text in contexts for part in SENTENCE_END.split(text)} & pretrained_on
