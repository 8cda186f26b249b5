"""Every English intermediate task trains a head on its real files that is scored on its real dev set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness import Plan, score
from harness.checkpoints.lineage import read_lineage
from harness.training.plan import TrainingPlan
from harness.training.run import train_checkpoint
from harness.training.settings import Settings

MakeCheckpoint = Callable[..., Path]
REST = {"layout": "rest"}
PLANS = (
    (("hellaswag",), {}, {}),
    (("cosmosqa",), {}, {"cosmosqa": REST}),
    (("qqp",), {"qqp": "dev"}, {}),
    (("anli", "mnli", "snli"), {"snli": "dev"}, {"anli": REST}),
)
"""Tasks that are joined, and the splits and options with which the data at hand has something to train on."""


@pytest.mark.parametrize(("tasks", "splits", "options"), PLANS, ids=lambda value: "+".join(value) or "-")
def test_a_head_is_trained_and_scored(
    make_checkpoint: MakeCheckpoint, data: Path, tmp_path: Path, tasks, splits, options
) -> None:
    out = tmp_path / "model"
    plan = TrainingPlan(
        base=str(make_checkpoint("Model")),
        tasks=tasks,
        data=str(data),
        splits=splits,
        options=options,
        limit=4,
        settings=Settings(epochs=1, batch_size=4, max_pieces=60),
    )
    train_checkpoint(plan, out)
    lineage = read_lineage(out)
    assert lineage.target_task == "+".join(tasks)
    assert lineage.factors["training_examples"] == 4 * len(tasks)
    said = str(lineage.factors["training_options"]).split()
    assert ("anli.layout=rest" in said, "cosmosqa.layout=rest" in said) == ("anli" in tasks, "cosmosqa" in tasks)
    scored = Plan(
        checkpoints=(str(out),), tasks=tasks, data=str(data), split="dev", perturbations=("character-swap",), limit=3
    )
    table = score(scored, store=tmp_path / "run").table()
    assert set(table["task"]) == set(tasks)
