"""Loading checkpoints: heads, labels, limits, and what cannot be loaded."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from harness.checkpoints.checkpoint import Checkpoint, open_checkpoint
from harness.checkpoints.labels import match_labels
from harness.checkpoints.loading import Loaded, load, load_head
from perturbations.errors import CheckpointError, UsageError
from suites.task import Task

MakeCheckpoint = Callable[..., Path]
NLI = ("entailment", "neutral", "contradiction")
CLASSIFIER = "ForSequenceClassification"


def load_directory(directory: Path, task: Task, **changes: Any) -> Loaded:
    settings: dict[str, Any] = {"precision": "fp32", "device": "cpu", "max_pieces": None} | changes
    return load(open_checkpoint(str(directory)), task, **settings)


@pytest.fixture(scope="module")
def good(make_checkpoint: MakeCheckpoint) -> Path:
    return make_checkpoint(CLASSIFIER, ("Contradictory", "ENTAILMENT", " neutral "))


@pytest.fixture
def copy(good: Path, tmp_path: Path) -> Path:
    return shutil.copytree(good, tmp_path / "copy")


def edit_json(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_outputs_are_matched_by_name_whatever_their_order_case_or_alias(good: Path, classification: Task) -> None:
    assert load_directory(good, classification).outputs == (1, 2, 0)


@given(st.permutations(range(5)))
def test_any_order_of_outputs_is_put_right(order: list[int]) -> None:
    labels = ("a", "b", "c", "d", "e")
    outputs = [labels[index].upper() for index in order]
    matched = match_labels(labels, outputs, aliases={}, where="it")
    assert [outputs[index].lower() for index in matched] == list(labels)


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        (("LABEL_0", "LABEL_1", "LABEL_2"), "does not say what its 3 outputs mean.*set id2label.*labels = "),
        (("entailment", "neutral"), "missing: 'contradiction'"),
        (("entailment", "neutral", "positive"), "missing: 'contradiction'; unknown: 'positive'"),
        (("entailment", "neutral", "contradiction", "-"), "unknown: '-'"),
        (("entailment", "neutral", "contradiction", "Neutral"), "twice: 'neutral'"),
        (("entailment", "neutral", "contradiction", ""), "unknown: ''"),
        (("contradictory", "neutral", "contradiction"), "missing: 'entailment'; twice: 'contradiction'"),
    ],
)
def test_outputs_that_are_not_the_tasks_labels_are_refused(outputs: tuple[str, ...], message: str) -> None:
    with pytest.raises(CheckpointError, match=message):
        match_labels(NLI, outputs, aliases={"contradictory": "contradiction"}, where="it")


def test_a_manifest_names_outputs_and_may_leave_some_out(make_checkpoint: MakeCheckpoint, classification: Task) -> None:
    checkpoint = open_checkpoint(str(make_checkpoint(CLASSIFIER, 4)))
    options: dict[str, Any] = {"precision": "fp32", "device": "cpu", "max_pieces": None}
    told = replace(checkpoint, labels=("neutral", "", "contradiction", "entailment"))
    assert load(told, classification, **options).outputs == (3, 0, 2)
    with pytest.raises(CheckpointError, match="4 outputs, the manifest names 3 labels"):
        load(replace(checkpoint, labels=NLI), classification, **options)
    with pytest.raises(CheckpointError, match="does not say what its 4 outputs mean"):
        load(checkpoint, classification, **options)


@pytest.mark.parametrize("head", ["Model", "ForMaskedLM", "ForTokenClassification"])
def test_a_model_without_the_head_is_refused(make_checkpoint: MakeCheckpoint, classification: Task, head: str) -> None:
    with pytest.raises(CheckpointError, match=f"no head for toy.*names XLMRoberta{head}.*ForSequenceClassification"):
        load_directory(make_checkpoint(head, NLI), classification)


def test_a_head_that_would_be_random_is_refused_even_if_the_config_claims_it(
    make_checkpoint: MakeCheckpoint, classification: Task
) -> None:
    directory = make_checkpoint("ForMaskedLM", NLI)
    edit_json(directory / "config.json", architectures=["XLMRobertaForSequenceClassification"])
    with pytest.raises(CheckpointError, match=r"no weights for classifier\.dense\.bias.*at random"):
        load_directory(directory, classification)
    edit_json(directory / "config.json", architectures=None)
    with pytest.raises(CheckpointError, match="names no architecture"):
        load_directory(directory, classification)


def test_a_tokenizer_with_more_pieces_than_the_model_has_embeddings_is_refused(
    make_checkpoint: MakeCheckpoint, classification: Task
) -> None:
    with pytest.raises(CheckpointError, match=r"pieces and embeddings for 90: they do not belong together"):
        load_directory(make_checkpoint(CLASSIFIER, NLI, vocab_size=90), classification)


def cut_weights(directory: Path) -> None:
    path = directory / "model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (cut_weights, "weights do not fit its config"),
        (lambda copy: edit_json(copy / "config.json", hidden_size=16), "weights do not fit its config"),
        (lambda copy: edit_json(copy / "config.json", model_type="no-such"), r"cannot read its config\.json.*no-such"),
        (lambda copy: (copy / "config.json").write_text("{"), r"cannot read its config\.json"),
        (lambda copy: edit_json(copy / "config.json", problem_type="regression"), "trained for regression"),
        (lambda copy: edit_json(copy / "tokenizer_config.json", pad_token=None), "without a padding token"),
        (lambda copy: (copy / "tokenizer.json").write_text("{}"), "cannot load its tokenizer"),
    ],
)
def test_files_that_do_not_load_are_refused_with_a_line_about_the_part(
    copy: Path, classification: Task, spoil: Callable[[Path], object], message: str
) -> None:
    spoil(copy)
    with pytest.raises(CheckpointError, match=message) as caught:
        load_directory(copy, classification)
    assert "\n" not in str(caught.value)


def test_a_slow_tokenizer_fills_no_masks(make_checkpoint: MakeCheckpoint, tmp_path: Path) -> None:
    from transformers import ByT5Tokenizer

    directory = shutil.copytree(make_checkpoint("ForMaskedLM", vocab_size=300), tmp_path / "masked")
    for path in directory.glob("tokenizer*"):
        path.unlink()
    ByT5Tokenizer(extra_ids=0).save_pretrained(directory)
    with pytest.raises(CheckpointError, match=r"it has a slow tokenizer \(ByT5Tokenizer\), and a fast one is needed"):
        load_head(directory, "it", head="ForMaskedLM", precision="fp32")


def test_a_tokenizer_class_of_a_newer_transformers_is_named(
    copy: Path, classification: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    import transformers

    def fail(*_: object, **__: object) -> None:
        raise ValueError("Tokenizer class TokenizersBackend does not exist or is not currently imported.")

    edit_json(copy / "tokenizer_config.json", tokenizer_class="TokenizersBackend")
    monkeypatch.setattr(transformers.AutoTokenizer, "from_pretrained", fail)
    with pytest.raises(CheckpointError, match=r"saved with transformers 5.*PreTrainedTokenizerFast"):
        load_directory(copy, classification)


def test_the_limit_is_the_smaller_of_tokenizer_and_positions(copy: Path, classification: Task) -> None:
    assert load_directory(copy, classification).limit == 62
    edit_json(copy / "tokenizer_config.json", model_max_length=10**30)
    assert load_directory(copy, classification).limit == 62, "64 positions, of which the first two are not for text"
    edit_json(copy / "tokenizer_config.json", model_max_length=20)
    assert load_directory(copy, classification).limit == 20
    assert load_directory(copy, classification, max_pieces=10).limit == 10


@pytest.mark.parametrize(("pieces", "message"), [(63, "reads 62 pieces"), (4, "ask for at least 6")])
def test_a_limit_that_the_model_cannot_have_is_refused(
    good: Path, classification: Task, pieces: int, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        load_directory(good, classification, max_pieces=pieces)


def test_precision_is_that_asked_for(good: Path, classification: Task) -> None:
    for precision, dtype in (("fp32", torch.float32), ("bf16", torch.bfloat16)):
        model = load_directory(good, classification, precision=precision).model
        assert {parameter.dtype for parameter in model.parameters()} == {dtype}
        assert not model.training


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is an accelerator")
def test_an_accelerator_that_is_not_there_is_said_to_be_missing(good: Path, classification: Task) -> None:
    with pytest.raises(UsageError, match="'cuda' was asked for and torch sees none"):
        load_directory(good, classification, device="cuda")
    assert load_directory(good, classification, device="auto").device.type == "cpu"


def test_loading_says_nothing_and_leaves_the_logging_of_transformers_as_it_was(
    good: Path, classification: Task, capfd: pytest.CaptureFixture[str]
) -> None:
    from transformers.utils import logging as transformers_logging

    before = transformers_logging.get_verbosity(), transformers_logging.is_progress_bar_enabled()
    transformers_logging.set_verbosity(logging.INFO)
    try:
        load_directory(good, classification)
        assert transformers_logging.get_verbosity() == logging.INFO
    finally:
        transformers_logging.set_verbosity(before[0])
    assert transformers_logging.is_progress_bar_enabled() == before[1]
    assert capfd.readouterr() == ("", "")


def test_code_from_a_checkpoint_is_never_run(copy: Path, classification: Task) -> None:
    (copy / "trap.py").write_text("raise SystemExit('the checkpoint ran code')\n")
    edit_json(copy / "config.json", model_type="trap", auto_map={"AutoConfig": "trap.TrapConfig"})
    with pytest.raises(CheckpointError, match=r"cannot read its config\.json"):
        load_directory(copy, classification)


def test_a_checkpoint_prints_as_its_name(good: Path) -> None:
    checkpoint: Checkpoint = open_checkpoint(str(good), name="mine")
    assert str(checkpoint) == "mine"
