"""What a training is asked to do, and the history it writes down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.checkpoints.checkpoint import Checkpoint
from harness.checkpoints.lineage import Lineage
from harness.inputs import digest
from harness.training.plan import TrainingPlan, read_training_set
from harness.training.run import trace
from harness.training.settings import Settings
from harness.training.training_set import TrainingSet
from perturbations.errors import UsageError
from suites.task import Request, find_task

PLAN = TrainingPlan(base="owner/encoder", tasks=("miniature-nli",), limit=6)


def base(**lineage: object) -> Checkpoint:
    return Checkpoint(
        name="owner/encoder",
        location="owner/encoder",
        revision="c0ffee",
        fingerprint="f" * 64,
        lineage=Lineage(**lineage),  # pyright: ignore[reportArgumentType]
        directory=Path("somewhere"),
    )


@pytest.fixture(scope="module")
def training_set() -> TrainingSet:
    return read_training_set(PLAN)


def test_the_examples_are_the_first_of_the_training_split_in_english(training_set: TrainingSet) -> None:
    everything = find_task("miniature-nli").read(Request(None, "en", "train"))
    assert list(training_set.examples) == everything[:6]
    assert training_set.digest == digest(everything[:6])
    assert {text.language for example in training_set.examples for text in example.texts.values()} == {"en"}


def test_the_split_that_is_named_is_read(training_set: TrainingSet) -> None:
    dev = read_training_set(replace(PLAN, splits={"miniature-nli": "dev"}))
    assert list(dev.examples) == find_task("miniature-nli").read(Request(None, "en", "dev"))[:6]
    assert dev.digest != training_set.digest


def test_an_encoder_without_history_begins_one(training_set: TrainingSet) -> None:
    found = trace(base(), replace(PLAN, settings=Settings(seed=5, epochs=2)), training_set)
    assert found.base_model == "owner/encoder"
    assert found.intermediate_tasks == ()
    assert (found.target_task, found.seed) == ("miniature-nli", 5)
    wanted = {"start": "owner/encoder@c0ffee", "synthetic": True, "epochs": 2, "training_data": training_set.digest}
    assert wanted.items() <= dict(found.factors).items()
    assert "seed" not in found.factors


def test_every_setting_stands_among_the_factors(training_set: TrainingSet) -> None:
    settings = set(Settings.__dataclass_fields__) - {"seed"}
    assert settings <= set(trace(base(), PLAN, training_set).factors)


def test_the_tasks_before_are_kept_in_order_and_the_free_factors_handed_on(training_set: TrainingSet) -> None:
    before = base(base_model="xlm-roberta-base", intermediate_tasks=("qqp",), target_task="mnli", factors={"scale": 2})
    found = trace(before, PLAN, training_set)
    assert (found.base_model, found.intermediate_tasks) == ("xlm-roberta-base", ("qqp", "mnli"))
    assert found.factors["scale"] == 2


def test_tasks_before_can_be_told_only_where_nothing_tells_them(training_set: TrainingSet) -> None:
    told = replace(PLAN, intermediate=("qqp",))
    assert trace(base(), told, training_set).intermediate_tasks == ("qqp",)
    with pytest.raises(UsageError, match="leave out the intermediate tasks given, qqp"):
        trace(base(target_task="mnli"), told, training_set)


def test_a_test_split_is_never_trained_on() -> None:
    with pytest.raises(UsageError, match="would void every score on it"):
        replace(PLAN, splits={"miniature-nli": "test"})


def test_the_real_english_sets_of_inference_are_joined(data: Path) -> None:
    plan = TrainingPlan(base="b", tasks=("mnli", "snli"), data=str(data), splits={"snli": "dev"})
    found = read_training_set(plan)
    assert len(found.examples) == 6000
    assert found.task.labels == find_task("xnli").labels
    assert {example.target for example in found.examples} == set(found.task.labels)


def test_a_retrieval_task_brings_its_pool_and_is_trained_on_alone() -> None:
    found = read_training_set(replace(PLAN, tasks=("miniature-mewslix",)))
    assert found.pool is not None
    targets = {target for example in found.examples for target in example.targets}
    assert targets <= {candidate.id for candidate in found.pool.candidates}
    assert found.digest == digest(found.examples, found.pool) != digest(found.examples)
    with pytest.raises(UsageError, match="has a pool of its own: train on it alone"):
        replace(PLAN, tasks=("miniature-mewslix", "miniature-lareqa"))


def test_question_answering_is_joined_over_tasks() -> None:
    found = read_training_set(replace(PLAN, tasks=("miniature-qa", "miniature-tydiqa")))
    assert [example.id for example in found.examples[::6]] == ["0-0", "en-0-0"]


@pytest.mark.parametrize(
    ("task", "why"), [("bucc2018", "nothing is trained for"), ("miniature-tatoeba", "has no 'en'")]
)
def test_what_nothing_is_trained_for_is_refused_before_anything_is_read(task: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        replace(PLAN, tasks=(task,), data="nowhere")
