"""A run with a text-to-text model that writes freely: what is no label is wrong, counted, and shown in the report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness import Plan, Run, load_run, score
from harness.store import Store
from reports.markdown import render_markdown
from tests.harness.conftest import NLI
from tests.harness.families import FAMILIES


@pytest.fixture(scope="module")
def run(plan_of: Callable[..., Plan], tmp_path_factory: pytest.TempPathFactory) -> Run:
    directory = tmp_path_factory.mktemp("free")
    checkpoint = FAMILIES["mt5"].write(directory / "mt5", "ForConditionalGeneration")
    plan = plan_of(
        checkpoints=(str(checkpoint),), languages=("en",), perturbations=("character-swap",), seeds=(0, 1),
        options={"xnli": {"decoding": "free", "longest": "6", "words": "names"}},
    )  # fmt: skip
    return score(plan, store=directory / "run")


def test_outputs_that_are_no_label_are_kept_and_wrong(run: Run) -> None:
    for item in run.planned:
        records = Store(run.directory).read(item.key)
        assert any(record.output for record in records), "random weights write no label"
        for record in records:
            if record.output is not None:
                assert record.prediction == (record.output,)
                assert record.output not in NLI
                assert record.statistic[0] == 0


def test_they_are_counted_and_shown(run: Run) -> None:
    counts = [sum(record.output is not None for record in Store(run.directory).read(item.key)) for item in run.planned]
    clean, first, second = counts
    (row,) = run.table().to_dict("records")
    wanted = f"of the outputs, {clean} clean and {(first + second) / 2:.10g} perturbed are no label and count as wrong"
    assert wanted in row["note"]
    assert wanted in render_markdown(run.report())
    assert load_run(run.directory).table().equals(run.table())


def test_a_second_run_finds_the_same_in_the_store(run: Run) -> None:
    assert score(run.plan, store=run.directory).table().equals(run.table())


def test_nothing_is_said_where_labels_are_chosen(plan_of: Callable[..., Plan], run: Run, tmp_path: Path) -> None:
    again = score(plan_of(checkpoints=run.plan.checkpoints, languages=("en",)), store=tmp_path)
    notes = again.table()["note"].dropna()
    assert not notes.str.contains("no label").any()
