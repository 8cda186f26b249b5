"""Training for every kind of task: what is encoded, and checkpoints that learn and serve."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import PreTrainedTokenizerFast

from harness.checkpoints.checkpoint import open_checkpoint
from harness.checkpoints.lineage import Lineage
from harness.gold import gold_answer
from harness.predictors.make import make_predictor
from harness.predictors.pooling import Encoding
from harness.predictors.prediction import Prediction, Searcher
from harness.training.collating import Collator
from harness.training.dual import TEMPERATURE, DualEncoder
from harness.training.encoding import Encoded, Joined, encode_training_set
from harness.training.fine_tune import fine_tune
from harness.training.pretrain import Recipe, pretrain
from harness.training.settings import Settings
from harness.training.training_set import TrainingSet
from perturbations.edits import Span
from perturbations.errors import DataError, UsageError
from suites.examples import ANSWER, Example, Pool, Text
from suites.task import Kind, Request, Task, find_task

TRAINED = tuple(
    find_task(f"miniature-{name}")
    for name in ("nli", "qnli", "copa", "tagging", "ner", "qa", "tydiqa", "lareqa", "mewslix")
)
COPA, QA, LAREQA, MEWSLIX = (find_task(f"miniature-{name}") for name in ("copa", "qa", "lareqa", "mewslix"))
LINEAGE = Lineage("base", (), "some task", 0, {"synthetic": True})
BRIEF = Settings(learning_rate=1e-3, epochs=1, batch_size=8, max_pieces=60)
LONG = Settings(learning_rate=5e-3, epochs=60, batch_size=6, max_pieces=100)


def training_set(task: Task, count: int = 24) -> TrainingSet:
    request = Request(None, "en", "train")
    return TrainingSet(task, tuple(task.read(request)[:count]), task.pool(request) if task.pool else None)


def answers(checkpoint: Path, learned: TrainingSet) -> list[Prediction]:
    predictor = make_predictor(open_checkpoint(str(checkpoint)), learned.task)
    if isinstance(predictor, Searcher) and learned.pool:
        predictor = predictor.over(learned.pool)
    return predictor.predict(learned.examples)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A very small encoder whose pieces are the words of the suite."""
    recipe = Recipe(pairs=96, parallel=64, parts=50, hidden=32, meaning=24, heads=2, inner=32)
    return pretrain(tmp_path_factory.mktemp("pretrained") / "encoder", recipe)


@pytest.fixture(scope="module")
def vocabulary(base: Path) -> Any:
    return PreTrainedTokenizerFast.from_pretrained(base)


@pytest.mark.parametrize("task", TRAINED, ids=str)
def test_a_checkpoint_can_be_trained_for_every_task_that_has_training_data(
    task: Task, base: Path, tmp_path: Path
) -> None:
    learned = training_set(task, 16)
    out = fine_tune(base, learned, tmp_path / "model", settings=BRIEF, lineage=LINEAGE)
    assert len(answers(out, learned)) == 16


@pytest.mark.parametrize("task", [COPA, QA, MEWSLIX], ids=str)
def test_training_learns_what_it_is_shown(task: Task, base: Path, tmp_path: Path) -> None:
    learned = training_set(task, 6)
    if learned.pool:
        # Only what stands in the batch beside it is learned against.
        wanted = {target for example in learned.examples for target in example.targets}
        few = tuple(candidate for candidate in learned.pool.candidates if candidate.id in wanted)
        learned = TrainingSet(task, learned.examples, Pool("few", few))
    out = fine_tune(base, learned, tmp_path / "model", settings=LONG, lineage=LINEAGE)
    found = [item.label if isinstance(item.label, str) else item.label[:1] for item in answers(out, learned)]
    gold = [gold_answer(example) for example in learned.examples]
    right = [answer == true or (answer,) == true for answer, true in zip(found, gold, strict=True)]
    assert sum(right) >= 5


def test_the_head_has_the_outputs_of_its_kind_whatever_the_base_had(
    make_checkpoint: Callable[..., Path], tmp_path: Path
) -> None:
    import json

    three = make_checkpoint("ForSequenceClassification", ("a", "b", "c"))
    for task, settings in ((QA, BRIEF), (LAREQA, BRIEF)):
        out = fine_tune(three, training_set(task, 8), tmp_path / task.name, settings=settings, lineage=LINEAGE)
        config = json.loads((out / "config.json").read_text(encoding="utf-8"))
        assert "a" not in (config.get("id2label") or {}).values()
        assert not config.get("output_hidden_states")
        answers(out, training_set(task, 2))


def test_an_answer_is_learned_at_its_first_and_last_piece(vocabulary: Any) -> None:
    learned = training_set(QA, 40)
    rows = encode_training_set(vocabulary, learned, max_pieces=400)
    assert len(rows) == 40
    for row, example in zip(rows, learned.examples, strict=True):
        assert isinstance(row, Encoded)
        assert isinstance(row.labels, tuple)
        first, last = row.labels
        (gold,) = gold_answer(example)
        assert vocabulary.decode(row.pieces[first : last + 1]).strip() == gold


def test_a_context_that_is_too_long_is_cut_to_windows_and_the_answer_is_in_some(vocabulary: Any) -> None:
    learned = training_set(QA, 12)
    rows = encode_training_set(vocabulary, learned, max_pieces=36)
    assert len(rows) > 12
    held = [row for row in rows if isinstance(row, Encoded) and row.labels != (0, 0)]
    assert 12 <= len(held) < len(rows)
    assert all(len(row.pieces) <= 36 for row in rows)
    golds = {answer for example in learned.examples for answer in gold_answer(example)}
    for row in held:
        assert isinstance(row.labels, tuple)
        assert vocabulary.decode(row.pieces[row.labels[0] : row.labels[1] + 1]).strip() in golds


def test_a_question_without_an_answer_points_to_the_first_piece(vocabulary: Any) -> None:
    texts = {"question": Text("who barked ?", "en", "a"), "context": Text("the cat sat on the mat", "en", "b")}
    (row,) = encode_training_set(vocabulary, TrainingSet(QA, (Example("0", "0", texts),)), max_pieces=60)
    assert isinstance(row, Encoded)
    assert row.labels == (0, 0)


def test_a_long_question_leaves_half_of_the_window_to_the_context(vocabulary: Any) -> None:
    context = Text("the cat sat on the mat", "en", "b", (Span(4, 7, ANSWER),))
    texts = {"question": Text("who barked at the postman " * 20, "en", "a"), "context": context}
    rows = encode_training_set(vocabulary, TrainingSet(QA, (Example("0", "0", texts),)), max_pieces=40)
    assert any(isinstance(row, Encoded) and row.labels != (0, 0) for row in rows)
    assert all(len(row.pieces) <= 40 for row in rows)


def test_each_choice_is_read_behind_premise_and_question(vocabulary: Any) -> None:
    learned = training_set(COPA, 5)
    rows = encode_training_set(vocabulary, learned, max_pieces=200)
    for row, example in zip(rows, learned.examples, strict=True):
        assert isinstance(row, Joined)
        texts = {name: text.text for name, text in example.texts.items()}
        context = f"{texts['premise']} {texts['question']}"
        pairs = [vocabulary.backend_tokenizer.encode(context, texts[name]).ids for name in ("choice1", "choice2")]
        assert [list(part.pieces) for part in row.parts] == pairs
        assert str(row.label) == example.target


def test_a_query_is_learned_beside_its_target(vocabulary: Any) -> None:
    learned = training_set(LAREQA, 5)
    assert learned.pool is not None
    rows = encode_training_set(vocabulary, learned, max_pieces=400)
    for row, example in zip(rows, learned.examples, strict=True):
        assert isinstance(row, Joined)
        candidate = learned.pool.candidates[row.label]
        assert (candidate.id,) == example.targets
        texts = [tuple(text.text for text in item.texts.values()) for item in (example, candidate)]
        encode = vocabulary.backend_tokenizer.encode
        assert [list(part.pieces) for part in row.parts] == [encode(*given).ids for given in texts]


def test_of_targets_in_several_languages_that_in_the_language_of_the_query_is_learned(vocabulary: Any) -> None:
    request = Request(None, "en", "dev")
    pool = LAREQA.pool(request) if LAREQA.pool else None
    (row,) = encode_training_set(vocabulary, TrainingSet(LAREQA, tuple(LAREQA.read(request)[:1]), pool), max_pieces=60)
    assert isinstance(row, Joined)
    assert pool is not None
    assert pool.candidates[row.label].id == "en_1_0"


def test_joined_rows_are_padded_to_one_block(vocabulary: Any) -> None:
    rows = encode_training_set(vocabulary, training_set(COPA, 5), max_pieces=200)
    batch = Collator(Kind.MULTIPLE_CHOICE, padding=1, typed=True)([rows])
    longest = max(len(row.pieces) for row in rows)
    assert batch["input_ids"].shape == batch["attention_mask"].shape == batch["token_type_ids"].shape == (5, 2, longest)
    lengths = [[len(part.pieces) for part in row.parts] for row in rows if isinstance(row, Joined)]
    assert batch["attention_mask"].sum(dim=2).tolist() == lengths
    assert batch["labels"].tolist() == [row.label for row in rows if isinstance(row, Joined)]


def test_spans_of_a_batch_become_starts_and_ends(vocabulary: Any) -> None:
    rows = encode_training_set(vocabulary, training_set(QA, 4), max_pieces=200)
    batch = Collator(Kind.QUESTION_ANSWERING, padding=1, typed=False)([rows])
    places = [row.labels for row in rows if isinstance(row, Encoded)]
    pairs = list(zip(batch["start_positions"].tolist(), batch["end_positions"].tolist(), strict=True))
    assert pairs == places
    assert "labels" not in batch


class Fixed(torch.nn.Module):
    """An encoder whose last states are what it is given."""

    def __init__(self, vectors: torch.Tensor) -> None:
        super().__init__()
        self.vectors = vectors

    def forward(self, **_: Any) -> Any:
        from types import SimpleNamespace

        return SimpleNamespace(hidden_states=(self.vectors[:, None],))


def test_the_loss_of_a_dual_encoder_is_that_of_a_softmax_without_a_candidate_twice() -> None:
    draws = torch.Generator().manual_seed(3)
    vectors = torch.randn(8, 5, generator=draws)
    labels = torch.tensor([4, 2, 4, 9])
    ids = torch.ones(4, 2, 1, dtype=torch.long)
    model = DualEncoder(Fixed(vectors), Encoding(layer=0, pooling="first", normalise=True))
    found = model(ids, ids, labels)["loss"].item()
    length = [vector / vector.norm() for vector in vectors]
    losses: list[float] = []
    for query in range(4):
        scores = {
            other: float(length[2 * query] @ length[2 * other + 1]) / TEMPERATURE
            for other in range(4)
            if other == query or labels[other] != labels[query]
        }
        total = sum(torch.tensor(score).exp().item() for score in scores.values())
        losses.append(-torch.log(torch.tensor(scores[query]).exp() / total).item())
    assert found == pytest.approx(sum(losses) / 4, rel=1e-4)


def test_what_cannot_be_learned_is_an_error_that_names_it(vocabulary: Any) -> None:
    blank = Example("7", "7", dict(training_set(COPA, 1).examples[0].texts))
    with pytest.raises(DataError, match=r"'7'.*which choice is right"):
        encode_training_set(vocabulary, TrainingSet(COPA, (blank,)), max_pieces=60)
    query = Example("q", "q", dict(training_set(MEWSLIX, 1).examples[0].texts), targets=("nobody",))
    with pytest.raises(DataError, match="'nobody'"):
        encode_training_set(vocabulary, TrainingSet(MEWSLIX, (query,), training_set(MEWSLIX, 1).pool), max_pieces=60)
    with pytest.raises(UsageError, match="'mining'"):
        TrainingSet(find_task("bucc2018"), ())
