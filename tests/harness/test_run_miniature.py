"""Runs over the miniature suite: what knows the answers has them all right, and random weights give a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from harness import Inference, Plan, score
from harness.checkpoints.serving import HEADS, NAMED
from harness.gold import gold_answer
from harness.predictors.prediction import Prediction
from suites.examples import Example, Pool
from suites.task import Kind, Task, find_task, tasks

TASKS = [task for _, task in sorted(tasks().items()) if task.synthetic]
NOISE = ("character-swap", "identity", "word-swap")


class Oracle:
    """Says what is right of every example that it is given."""

    joint, held = False, 0

    def over(self, pool: Pool) -> Oracle:
        return self

    def predict(
        self, examples: Sequence[Example], *, on_batch: Callable[[int], None] | None = None
    ) -> list[Prediction]:
        return [Prediction(self.answer(example), (1.0,), 1, False) for example in examples]

    def answer(self, example: Example) -> str | tuple[str, ...]:
        gold = gold_answer(example)
        return gold[0] if "context" in example.texts and not isinstance(gold, str) else gold


@pytest.fixture(scope="module")
def checkpoint(make_checkpoint: Callable[..., Path]) -> Callable[[Task], Path]:
    """A function that makes a checkpoint of random weights with the head of a task."""
    made: dict[object, Path] = {}

    def checkpoint_for(task: Task) -> Path:
        head, labels = HEADS[task.kind] or "ForMaskedLM", task.labels if task.kind in NAMED else 2
        if (head, labels) not in made:
            made[head, labels] = make_checkpoint(head, labels)
        return made[head, labels]

    return checkpoint_for


def plan(checkpoint: Path, task: Task, **changes: Any) -> Plan:
    values: dict[str, Any] = {
        "checkpoints": (str(checkpoint),), "tasks": (task.name,), "perturbations": NOISE, "rates": (0.3,),
        "inference": Inference(device="cpu"),
    }  # fmt: skip
    return Plan(**(values | changes))


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_who_knows_the_answers_scores_100_in_every_language_and_metric(
    task: Task, checkpoint: Callable[[Task], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.run.make_predictor", lambda *_: Oracle())
    for metric in task.metrics:
        asked = plan(checkpoint(task), task, perturbations=("identity",), metrics={task.name: metric})
        table = score(asked, store=tmp_path).table()
        assert set(table["language"]) == set(task.languages)
        assert (table["clean"] == 100).all()
        assert (table["perturbed"] == 100).all()


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_random_weights_score_every_task_clean_and_perturbed(
    task: Task, checkpoint: Callable[[Task], Path], tmp_path: Path
) -> None:
    languages = tuple(dict.fromkeys((task.languages[0], task.languages[-1])))
    table = score(plan(checkpoint(task), task, languages=languages, limit=8), store=tmp_path).table()
    assert set(table["language"]) == set(languages)
    assert set(table["perturbation"]) == set(NOISE)
    assert ((table["clean"] >= 0) & (table["clean"] <= 100)).all()
    assert (table[table["perturbation"] == "identity"]["drop"] == 0).all()
    assert (table[table["perturbation"] == "character-swap"]["realised_rate"] > 0.1).all()


def test_the_suite_has_a_task_of_every_kind_but_mining() -> None:
    assert {task.kind for task in TASKS} == set(Kind) - {Kind.MINING}
    assert find_task("miniature-mlqa").metrics == ("mlqa-f1", "mlqa-em")
