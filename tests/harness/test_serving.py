"""Whether a checkpoint serves a task, told by its config, in agreement with what loading says."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.checkpoints.checkpoint import open_checkpoint
from harness.checkpoints.serving import HEADS, check_serves
from harness.predictors.make import make_predictor
from harness.predictors.prediction import Searcher
from perturbations.errors import CheckpointError
from suites.task import Kind, Task
from tests.harness.conftest import toy_task

MakeCheckpoint = Callable[..., Path]
NLI = ("entailment", "neutral", "contradiction")


def changed(directory: Path, **values: Any) -> Path:
    path = directory / "config.json"
    config = json.loads(path.read_text(encoding="utf-8")) | values
    path.write_text(json.dumps(config), encoding="utf-8")
    return directory


def test_every_task_kind_names_its_head() -> None:
    assert set(HEADS) == set(Kind)


def test_the_outputs_are_found_by_name_in_the_order_of_the_task(
    make_checkpoint: MakeCheckpoint, classification: Task
) -> None:
    names = ("Neutral", "CONTRADICTORY", " entailment")
    checkpoint = open_checkpoint(str(make_checkpoint("ForSequenceClassification", names)))
    assert check_serves(checkpoint, classification) == (2, 0, 1)


def test_outputs_are_numbered_as_numbers(make_checkpoint: MakeCheckpoint, tagging: Task) -> None:
    names = [f"T{number}" for number in range(11)]
    directory = make_checkpoint("ForTokenClassification", tuple(names))
    shuffled = {str(number): names[number] for number in (10, 2, 0, 1, 3, 9, 4, 8, 5, 7, 6)}
    checkpoint = open_checkpoint(str(changed(directory, id2label=shuffled)))
    task = replace(tagging, labels=tuple(names))
    assert check_serves(checkpoint, task) == tuple(range(11)), "10 comes after 9, not after 1"


@pytest.mark.parametrize(
    ("head", "labels", "said"),
    [
        ("ForTokenClassification", NLI, "no head for toy: its config names XLMRobertaForTokenClassification"),
        ("ForMaskedLM", NLI, "no head for toy"),
        ("ForSequenceClassification", 3, "does not say what its 3 outputs mean"),
        ("ForSequenceClassification", 2, "does not say what its 2 outputs mean"),
        ("ForSequenceClassification", ("entailment", "not_entailment"), "missing: 'contradiction', 'neutral'"),
        ("ForSequenceClassification", (*NLI, "other"), "unknown: 'other'"),
        ("ForSequenceClassification", ("entailment", "neutral", "neutral"), "twice: 'neutral'"),
    ],
)
def test_a_checkpoint_that_does_not_serve_is_refused_as_loading_refuses_it(
    make_checkpoint: MakeCheckpoint, classification: Task, head: str, labels: Any, said: str
) -> None:
    checkpoint = open_checkpoint(str(make_checkpoint(head, labels)))
    with pytest.raises(CheckpointError) as caught:
        check_serves(checkpoint, classification)
    assert said in str(caught.value)
    assert checkpoint.name in str(caught.value)
    with pytest.raises(CheckpointError):
        make_predictor(checkpoint, classification)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "cannot be read as the config of a model"),
        ("{", "cannot be read as the config of a model"),
        ('{"architectures": ["XForSequenceClassification"], "id2label": ["a"]}', "cannot be read as the config"),
        ('{"architectures": ["XForSequenceClassification"], "id2label": {"a": "b"}}', "cannot be read as the config"),
        ('{"architectures": null}', "names no architecture"),
        ("{}", "names no architecture"),
    ],
)
def test_a_config_that_is_none_is_refused_in_one_line(
    make_checkpoint: MakeCheckpoint, classification: Task, content: str, said: str
) -> None:
    directory = make_checkpoint("ForSequenceClassification", NLI)
    (directory / "config.json").write_text(content, encoding="utf-8")
    with pytest.raises(CheckpointError) as caught:
        check_serves(open_checkpoint(str(directory)), classification)
    assert said in str(caught.value)


def test_a_task_without_a_head_asks_for_no_architecture(make_checkpoint: MakeCheckpoint) -> None:
    task = toy_task(Kind.RETRIEVAL, (), metric="accuracy@1")
    directory = changed(make_checkpoint("Model"), architectures=None)
    checkpoint = open_checkpoint(str(directory))
    assert check_serves(checkpoint, task) == ()
    assert isinstance(make_predictor(checkpoint, task), Searcher)


def test_labels_of_a_manifest_stand_for_outputs_without_names(
    make_checkpoint: MakeCheckpoint, classification: Task, tmp_path: Path
) -> None:
    directory = make_checkpoint("ForSequenceClassification", 3)
    manifest = tmp_path / "manifest.toml"
    manifest.write_text(f'["{directory.name}"]\nlabels = ["neutral", "entailment", "contradiction"]\n')
    checkpoint = open_checkpoint(str(directory), manifest=manifest)
    assert check_serves(checkpoint, classification) == (1, 0, 2)
