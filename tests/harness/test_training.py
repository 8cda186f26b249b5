import json
import random
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from harness.checkpoints.checkpoint import open_checkpoint
from harness.checkpoints.lineage import Lineage, read_lineage
from harness.predictors.make import make_predictor
from harness.training.collating import Collator
from harness.training.encoding import IGNORED, encode_training_set
from harness.training.fine_tune import fine_tune
from harness.training.settings import Settings
from harness.training.trainer import length_batches, seeded
from harness.training.training_set import TrainingSet
from harness.training.whole import whole_directory
from perturbations.errors import CheckpointError, DataError, UsageError
from suites.examples import Example, Text
from suites.miniature.nli import MINIATURE_NLI
from suites.miniature.qa import MINIATURE_QA
from suites.miniature.tagging import MINIATURE_TAGGING
from suites.task import Kind, Request, Task

BRIEF = Settings(learning_rate=1e-3, epochs=1, batch_size=8, max_pieces=48, seed=3)
LINEAGE = Lineage("base", ("miniature-qnli",), "miniature-nli", 3, {"synthetic": True, "scale": "tiny"})


def some(task: Task, count: int = 24) -> list[Example]:
    return task.read(Request(None, "en", "train"))[:count]


def training_set(task: Task, examples: list[Example] | None = None) -> TrainingSet:
    return TrainingSet(task, tuple(some(task) if examples is None else examples))


@pytest.fixture(scope="module")
def base(make_checkpoint: Any) -> Path:
    return make_checkpoint("ForMaskedLM", 2)


@pytest.fixture(scope="module")
def trained(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("trained") / "direct"
    return fine_tune(base, training_set(MINIATURE_NLI), out, settings=BRIEF, lineage=LINEAGE)


@pytest.mark.parametrize("task", [MINIATURE_NLI, MINIATURE_TAGGING], ids=str)
def test_a_trained_checkpoint_serves_its_task(task: Task, base: Path, tmp_path: Path) -> None:
    out = fine_tune(base, training_set(task), tmp_path / "model", settings=BRIEF, lineage=LINEAGE)
    checkpoint = open_checkpoint(str(out))
    assert checkpoint.lineage == LINEAGE
    assert len(make_predictor(checkpoint, task).predict(some(task, 4))) == 4
    config = json.loads((out / "config.json").read_text(encoding="utf-8"))
    assert list(config["id2label"].values()) == list(task.labels)
    assert config["label2id"] == {label: number for number, label in enumerate(task.labels)}
    assert {"model.safetensors", "tokenizer.json", "lineage.json"} <= {path.name for path in out.iterdir()}


def test_training_changes_the_weights_and_frozen_embeddings_stay(base: Path, trained: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    settings = Settings(learning_rate=1e-3, epochs=1, batch_size=8, max_pieces=48, freeze_embeddings=True)
    out = tmp_path / "frozen"
    fine_tune(base, training_set(MINIATURE_NLI), out, settings=settings, lineage=LINEAGE)
    before, free, frozen = (load_file(path / "model.safetensors") for path in (base, trained, out))
    words, layer = "roberta.embeddings.word_embeddings.weight", "roberta.encoder.layer.0.attention.self.query.weight"
    assert not torch.equal(before[words], free[words])
    assert torch.equal(before[words], frozen[words])
    assert not torch.equal(before[layer], frozen[layer])


def test_the_same_seed_gives_the_same_weights_and_leaves_the_generators_alone(
    base: Path, trained: Path, tmp_path: Path
) -> None:
    torch.manual_seed(99)
    random.seed(99)
    expected = (torch.rand(1).item(), random.random())
    torch.manual_seed(99)
    random.seed(99)
    fine_tune(base, training_set(MINIATURE_NLI), tmp_path / "again", settings=BRIEF, lineage=LINEAGE)
    assert (torch.rand(1).item(), random.random()) == expected
    assert open_checkpoint(str(tmp_path / "again")).fingerprint == open_checkpoint(str(trained)).fingerprint


def test_another_seed_gives_other_weights(base: Path, trained: Path, tmp_path: Path) -> None:
    settings = Settings(learning_rate=1e-3, epochs=1, batch_size=8, max_pieces=48, seed=4)
    fine_tune(base, training_set(MINIATURE_NLI), tmp_path / "other", settings=settings, lineage=LINEAGE)
    assert open_checkpoint(str(tmp_path / "other")).fingerprint != open_checkpoint(str(trained)).fingerprint


def test_the_head_of_an_earlier_task_is_dropped_even_where_it_would_fit(trained: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    still = Settings(learning_rate=1e-12, epochs=1, batch_size=8, max_pieces=48, weight_decay=0.0)
    out = fine_tune(
        trained, training_set(MINIATURE_NLI, some(MINIATURE_NLI, 8)), tmp_path / "next", settings=still, lineage=LINEAGE
    )
    before, after = (load_file(path / "model.safetensors") for path in (trained, out))
    body, head = "roberta.encoder.layer.0.attention.self.query.weight", "classifier.dense.weight"
    assert torch.allclose(before[body], after[body], atol=1e-6)
    assert not torch.allclose(before[head], after[head], atol=1e-2)


def test_a_training_that_breaks_off_leaves_nothing_behind(base: Path, tmp_path: Path) -> None:
    broken = [*some(MINIATURE_NLI, 4), Example("x", "x", {"premise": Text("a", "en", "a")}, "perhaps")]
    with pytest.raises(DataError, match="perhaps"):
        fine_tune(base, training_set(MINIATURE_NLI, broken), tmp_path / "model", settings=BRIEF, lineage=LINEAGE)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    with whole_directory(tmp_path / "model") as draft:
        (draft / "weights").write_text("half")
        assert not (tmp_path / "model").exists()
    assert (tmp_path / "model" / "weights").read_text() == "half"
    with pytest.raises(UsageError, match="there already"), whole_directory(tmp_path / "model"):
        pytest.fail("a directory that is there must not be written to")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_nothing_is_trained_over_a_checkpoint_that_is_there(base: Path, trained: Path) -> None:
    with pytest.raises(UsageError, match="there already"):
        fine_tune(base, training_set(MINIATURE_NLI), trained, settings=BRIEF, lineage=LINEAGE)
    assert read_lineage(trained) == LINEAGE


def test_a_base_that_is_none_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CheckpointError, match="empty"):
        fine_tune(tmp_path / "empty", training_set(MINIATURE_NLI), tmp_path / "out", settings=BRIEF, lineage=LINEAGE)


@pytest.mark.parametrize(("task", "pieces"), [(MINIATURE_NLI, 5), (MINIATURE_TAGGING, 5), (MINIATURE_QA, 12)], ids=str)
def test_a_limit_that_leaves_no_room_is_refused_and_not_passed_over(
    task: Task, pieces: int, base: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=f"max_pieces {pieces} leaves"):
        fine_tune(
            base, training_set(task), tmp_path / "out", settings=replace(BRIEF, max_pieces=pieces), lineage=LINEAGE
        )
    settings = replace(BRIEF, max_pieces=pieces + 1)
    assert fine_tune(base, training_set(task), tmp_path / "out", settings=settings, lineage=LINEAGE).is_dir()


def test_a_base_whose_tokenizer_cannot_pad_or_does_not_suit_it_is_refused(base: Path, tmp_path: Path) -> None:
    import transformers

    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(base)
    larger, bare = tmp_path / "larger", tmp_path / "bare"
    for directory in (larger, bare):
        shutil.copytree(base, directory)
    tokenizer.add_tokens(["☂"])
    tokenizer.save_pretrained(larger)
    tokenizer.pad_token = None
    tokenizer.save_pretrained(bare)
    for directory, said in ((larger, "larger.* do not belong together"), (bare, "bare.* without a padding token")):
        with pytest.raises(CheckpointError, match=said):
            fine_tune(directory, training_set(MINIATURE_NLI), tmp_path / "out", settings=BRIEF, lineage=LINEAGE)


def test_training_without_examples_is_refused(base: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no example"):
        fine_tune(base, training_set(MINIATURE_NLI, []), tmp_path / "out", settings=BRIEF, lineage=LINEAGE)


@pytest.mark.parametrize(
    "values",
    [
        *({"learning_rate": value} for value in (0.0, float("nan"), float("inf"))),
        *({"epochs": 0}, {"warm_up": 1.5}, {"batch_size": -1}, {"weight_decay": -0.1}, {"seed": -1}, {"seed": 2**32}),
    ],
    ids=str,
)
def test_settings_that_no_training_can_have_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=next(iter(values))):
        Settings(**values)


def test_a_tag_is_learned_at_the_first_piece_of_its_word_alone(tokenizer: Any) -> None:
    (example,) = some(MINIATURE_TAGGING, 1)
    (encoded,) = encode_training_set(tokenizer, training_set(MINIATURE_TAGGING, [example]), max_pieces=62)
    assert isinstance(encoded.labels, tuple)
    spans = example.texts["text"].spans
    learned = [MINIATURE_TAGGING.labels[label] for label in encoded.labels if label != IGNORED]
    assert learned == [span.label for span in spans]
    pieces = [len(tokenizer.tokenize(span.of(example.texts["text"].text))) for span in spans]
    firsts = [1 + sum(pieces[:number]) for number in range(len(spans))]
    assert [place for place, label in enumerate(encoded.labels) if label != IGNORED] == firsts


def test_a_pair_is_encoded_as_the_predictor_encodes_it(tokenizer: Any) -> None:
    examples = some(MINIATURE_NLI, 8)
    encoded = encode_training_set(tokenizer, training_set(MINIATURE_NLI, examples), max_pieces=62)
    for row, example in zip(encoded, examples, strict=True):
        premise, hypothesis = (text.text for text in example.texts.values())
        assert list(row.pieces) == tokenizer.backend_tokenizer.encode(premise, hypothesis).ids[:62]
        assert MINIATURE_NLI.labels[int(str(row.labels))] == example.target


def test_a_batch_is_padded_and_its_padding_masked(tokenizer: Any) -> None:
    rows = encode_training_set(tokenizer, training_set(MINIATURE_TAGGING, some(MINIATURE_TAGGING, 5)), max_pieces=62)
    batch = Collator(Kind.TAGGING, padding=1, typed=True)([rows])
    lengths = [len(row.pieces) for row in rows]
    assert batch["attention_mask"].sum(dim=1).tolist() == lengths
    assert batch["input_ids"].shape == batch["labels"].shape == batch["token_type_ids"].shape == (5, max(lengths))
    assert (batch["labels"][batch["attention_mask"] == 0] == IGNORED).all()


def test_every_epoch_reads_every_row_once() -> None:
    rows = ["x" * (number % 7) for number in range(100)]
    batches = length_batches(list(enumerate(rows)), lambda row: len(row[1]), Settings(epochs=2, batch_size=8, seed=1))
    read = [row for batch in batches for row in batch]
    assert sorted(read[:100]) == sorted(read[100:]) == list(enumerate(rows))
    assert read[:100] != read[100:]


def test_the_seed_is_put_back_after_an_error() -> None:
    random.seed(5)
    expected = random.random()
    random.seed(5)
    with pytest.raises(ZeroDivisionError), seeded(1):
        raise ZeroDivisionError
    assert random.random() == expected
