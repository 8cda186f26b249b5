"""Masked language models that propose words: which pieces may stand where, and that neighbours change nothing."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from harness.fill import MaskedModel, open_fill
from harness.masked import CheckpointFill
from perturbations import Passage, Span, Status, XRobustError, perturb
from perturbations.words.masked_lm import MaskedLanguageModel

TEXT = "the cat sat on the mat, and looked"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory, tokenizer: Any) -> Path:
    """A masked language model of the XLM-R architecture with random weights."""
    import torch
    from transformers import XLMRobertaConfig, XLMRobertaForMaskedLM

    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("masked")
    config = XLMRobertaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        pad_token_id=1,
    )
    XLMRobertaForMaskedLM(config).save_pretrained(path)
    tokenizer.save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def model(directory: Path) -> MaskedModel:
    return open_fill(directory, device="cpu", top=5)


def spans(text: str) -> list[Span]:
    return list(Passage(text, "en").words)


def test_what_may_follow_a_space_stands_behind_spaces_only(model: MaskedModel) -> None:
    pieces = model.tokenizer.get_vocab()
    (proposals,) = model([TEXT], [spans(TEXT)])
    assert len(proposals) == len(spans(TEXT))
    for found in proposals:
        assert 0 < len(found) <= 5
        assert all(f"▁{word}" in pieces for word in found)
    (directly,) = model(["我们在学校"], [[Span(2, 3)]])
    assert all(word in pieces for word in directly[0])


def test_proposals_are_the_likeliest_pieces_by_the_model_alone(model: MaskedModel) -> None:
    import torch

    span = spans(TEXT)[1]
    encoding = model.tokenizer.encode(f"the {model.mask} sat on the mat, and looked")
    place = encoding.ids.index(model.tokenizer.token_to_id(model.mask))
    with torch.inference_mode():
        logits = model.model(input_ids=torch.tensor([encoding.ids])).logits[0, place]
    order = logits.argsort(descending=True).tolist()
    expected = [model.words[piece] for piece in order if model.opens[piece]][:5]
    assert model([TEXT], [[span]]) == [[expected]]


def test_the_texts_beside_it_change_nothing_about_a_proposal(model: MaskedModel) -> None:
    others = ["a dog", "猫坐在垫子上看着狗", "der Hund " * 30]
    texts = [*others, TEXT]
    together = model(texts, [spans(text) for text in texts])
    assert together[-1] == model([TEXT], [spans(TEXT)])[0]


def test_a_text_beyond_the_limit_is_read_around_the_mask(model: MaskedModel) -> None:
    text = "the cat sat on the mat " * 400
    found = model([text], [[Span(4600, 4603), Span(0, 3), Span(len(text) - 4, len(text) - 1)]])
    assert all(found[0])
    row, place = model._row(text, Span(4600, 4603))  # pyright: ignore[reportPrivateUsage]
    assert len(row) == model.limit
    assert row[place] == model.tokenizer.token_to_id(model.mask)


def test_a_mask_in_the_text_itself_is_not_taken_for_the_place(model: MaskedModel) -> None:
    text = "a <mask> and the cat"
    row, place = model._row(text, Span(17, 20))  # pyright: ignore[reportPrivateUsage]
    assert row[place] == model.tokenizer.token_to_id("<mask>")
    assert row.index(model.tokenizer.token_to_id("<mask>")) < place


def test_words_are_struck_and_the_model_is_recorded_with_the_result(model: MaskedModel) -> None:
    perturbation = MaskedLanguageModel(model=model)
    edits = perturb(Passage(TEXT, "en", "a"), perturbation, rate=0.3, seed=1)
    assert edits.status is Status.DONE
    assert len(edits.edits) in (2, 3)
    assert edits == perturb(Passage(TEXT, "en", "a"), perturbation, rate=0.3, seed=1)
    assert repr(model) in repr(perturbation)
    assert model.fingerprint[:16] in repr(model)


def test_a_checkpoint_without_such_a_head_is_refused(directory: Path, tmp_path: Path, tokenizer: Any) -> None:
    from transformers import XLMRobertaConfig, XLMRobertaForSequenceClassification

    config = XLMRobertaConfig.from_pretrained(directory)
    XLMRobertaForSequenceClassification(config).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    with pytest.raises(XRobustError, match="no weights for lm_head"):
        open_fill(tmp_path, device="cpu")
    with pytest.raises(XRobustError, match="at least 1 proposal"):
        open_fill(directory, top=0)


def test_word_pieces_that_go_on_a_word_are_not_proposed(tmp_path: Path) -> None:
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForMaskedLM, PreTrainedTokenizerFast

    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "dog", "我", "去", ","]
    backend: Any = Tokenizer(models.WordPiece({piece: number for number, piece in enumerate(vocabulary)}))
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    backend.decoder = decoders.WordPiece()
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    names = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=backend, mask_token="[MASK]", **names).save_pretrained(tmp_path)
    torch.manual_seed(0)
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    BertForMaskedLM(BertConfig(vocab_size=len(vocabulary), **shape)).save_pretrained(tmp_path)
    model = open_fill(tmp_path, device="cpu")
    assert {*model(["the cat"], [[Span(4, 7)]])[0][0]} == {"the", "cat", "dog", "我", "去"}


def test_what_is_loaded_from_the_hub_is_the_commit_that_was_hashed(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = tmp_path / ("0" * 40)
    shutil.copytree(directory, commit)
    asked: list[tuple[str, str | None]] = []

    def download(location: str, revision: str | None) -> Path:
        asked.append((location, revision))
        return commit

    monkeypatch.setattr("harness.masked.download", download)
    monkeypatch.setattr("harness.fill.download", download)
    fill = CheckpointFill("owner/model@main", device="cpu")
    assert fill.fingerprint == CheckpointFill(str(directory), device="cpu").fingerprint
    fill.load()
    assert asked[0] == ("owner/model", "main")
    assert set(asked[1:]) == {("owner/model", commit.name)}, "a branch may have moved on in between"
