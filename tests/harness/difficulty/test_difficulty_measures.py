"""Measures of difficulty against values worked out by hand from their papers' formulas."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from harness.difficulty.codelength import read_code
from harness.difficulty.dynamics import read_dynamics
from harness.difficulty.human import find_human, human_scores
from harness.difficulty.information import pointwise_information, usable_information
from harness.difficulty.probabilities import read_gold
from perturbations.errors import DataError, ResourceError, UsageError
from suites.task import tasks


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


LOG = """id,epoch,probability,correct,loss
a,0,0.2,false,1.6
b,0,0.9,true,0.1
c,0,0.1,0,2.3
a,1,0.6,true,0.5
b,1,0.7,1,0.3
c,1,0.2,FALSE,1.6
a,2,0.4,false,0.9
b,2,0.8,True,0.2
c,2,0.3,false,1.2
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    return tmp_path / "log.csv"


def test_pointwise_information_is_the_bits_that_the_input_adds(tmp_path: Path) -> None:
    model = read_gold(write(tmp_path / "m.jsonl", [{"id": 1, "probability": 0.5}, {"id": "x", "probability": 0.25}]))
    null = read_gold(write(tmp_path / "n.jsonl", [{"id": "x", "probability": 0.5}, {"id": 1, "probability": 0.125}]))
    # By hand: log2(0.5) - log2(0.125) = 2 and log2(0.25) - log2(0.5) = -1.
    assert pointwise_information(model, null) == pytest.approx([2.0, -1.0])
    assert usable_information(model, null) == pytest.approx(0.5)


def test_information_is_zero_where_the_input_says_nothing_and_the_entropy_where_it_says_all(tmp_path: Path) -> None:
    uniform = read_gold(write(tmp_path / "u.jsonl", [{"id": n, "probability": 0.25} for n in range(8)]))
    certain = read_gold(write(tmp_path / "c.jsonl", [{"id": n, "probability": 1.0} for n in range(8)]))
    assert usable_information(uniform, uniform) == 0.0
    assert usable_information(certain, uniform) == pytest.approx(2.0)


def test_probabilities_of_other_examples_are_refused_with_their_ids(tmp_path: Path) -> None:
    model = read_gold(write(tmp_path / "m.jsonl", [{"id": "a", "probability": 0.5}, {"id": "b", "probability": 0.5}]))
    null = read_gold(write(tmp_path / "n.jsonl", [{"id": "a", "probability": 0.5}, {"id": "z", "probability": 0.5}]))
    with pytest.raises(UsageError, match=r"must hold the same ids; 1 of 2 are only in .*m\.jsonl: 'b'"):
        usable_information(model, null)


def test_dynamics_are_those_of_the_paper_worked_out_by_hand(log: Path) -> None:
    dynamics = read_dynamics(log)
    assert dynamics.ids == ("a", "b", "c")
    assert dynamics.confidence() == pytest.approx([0.4, 0.8, 0.2])
    # Deviations of 0.2, 0.1 and 0.1 around the mean in two of three epochs.
    assert dynamics.variability() == pytest.approx([math.sqrt(0.08 / 3), math.sqrt(0.02 / 3), math.sqrt(0.02 / 3)])
    assert dynamics.correctness() == pytest.approx([1 / 3, 1.0, 0.0])
    assert dynamics.forgetting().tolist() == [1, 0, 0]
    assert dynamics.learnt().tolist() == [True, True, False]


def test_forgetting_counts_each_fall_from_right_to_wrong_and_nothing_else(tmp_path: Path) -> None:
    pattern = [True, False, True, True, False, False, True]
    rows: list[dict[str, object]] = [
        {"id": "a", "epoch": epoch, "probability": 0.5, "correct": right} for epoch, right in enumerate(pattern)
    ]
    assert read_dynamics(write(tmp_path / "log.jsonl", rows)).forgetting().tolist() == [2]


def test_the_layout_of_the_cartography_code_is_read_by_its_softmax(tmp_path: Path) -> None:
    for epoch, logits in enumerate(([0.0, math.log(3.0)], [math.log(4.0), 0.0], [1.0, 1.0])):
        write(tmp_path / f"dynamics_epoch_{epoch}.jsonl", [{"guid": 7, f"logits_epoch_{epoch}": logits, "gold": 1}])
    dynamics = read_dynamics(tmp_path)
    assert dynamics.probabilities == pytest.approx(np.array([[0.75, 0.2, 0.5]]))
    assert dynamics.correct.tolist() == [[True, False, False]]  # a tie is no answer


def test_the_code_of_labels_is_the_uniform_one_and_what_each_model_adds(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        *({"id": n, "block": 0} for n in range(2)),
        {"id": 2, "block": 1, "probability": 0.5},
        {"id": 3, "block": 1, "probability": 0.25},
        {"id": 4, "block": 2, "probability": 1.0},
    ]
    code = read_code(write(tmp_path / "o.jsonl", rows), classes=4)
    # By hand: 2 labels of log2(4) bits, then 1 + 2 + 0 bits; the uniform code of all five takes 10.
    assert code.bits == pytest.approx(7.0)
    assert code.bits_per_example == pytest.approx(1.4)


def test_a_model_that_only_guesses_compresses_nothing(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"id": n, "block": n // 5, "probability": 1 / 3} for n in range(20)]
    assert read_code(write(tmp_path / "o.jsonl", rows), classes=3).bits_per_example == pytest.approx(math.log2(3))


def test_every_human_score_has_a_source_and_stands_once() -> None:
    every = [(task, score.metric) for task, scores in human_scores().items() for score in scores]
    assert len(every) == len(set(every)) >= 20
    for scores in human_scores().values():
        for score in scores:
            assert 50 < score.score <= 100
            assert "20" in score.source
    assert find_human("mnli", "f1") is None
    found = find_human("squad", "squad-f1")
    assert found is not None
    assert found.score == 91.2


def test_tasks_that_are_known_are_scored_by_a_metric_that_they_have() -> None:
    known = {name: scores for name, scores in human_scores().items() if name in tasks()}
    assert {"mnli", "qqp", "copa", "siqa", "commonsenseqa", "squad"} <= set(known)
    for name, scores in known.items():
        assert {score.metric for score in scores} & set(tasks()[name].metrics), name


BAD = [
    ("g.jsonl", "", "holds no example"),
    ("g.csv", "id,probability\n", "holds no example"),
    ("g.txt", "a", "must end in .jsonl or .csv"),
    ("g.jsonl", '{"id": "a", "probability": 0}\n', "a probability lies above 0 and at most at 1"),
    ("g.jsonl", '{"id": "a", "probability": 1.5}\n', "a probability lies above 0 and at most at 1"),
    ("g.jsonl", '{"id": "a", "probability": NaN}\n', "give a finite number"),
    ("g.jsonl", '{"id": "a", "probability": "x"}\n', "give a finite number"),
    ("g.jsonl", '{"id": "a", "probability": true}\n', "give a finite number"),
    ("g.jsonl", '{"id": "a"}\n', "no 'probability', only 'id'"),
    ("g.jsonl", '{"id": ["a"], "probability": 0.5}\n', "give a name or a whole number"),
    ("g.jsonl", "[1]\n", "give one object a line"),
    ("g.jsonl", "{\n", "no JSON"),
    ("g.jsonl", '{"id": 1, "probability": 0.5}\n{"id": "1", "probability": 0.5}\n', "example '1' is already at"),
    ("g.csv", "id,probability\na,\n", "no 'probability', only 'id'"),
    ("g.csv", "id,probability\na,0.5,1\n", "3 comma-separated columns instead of 2"),
]


@pytest.mark.parametrize(("name", "content", "message"), BAD)
def test_a_bad_file_of_probabilities_gets_a_line_that_names_it(
    tmp_path: Path, name: str, content: str, message: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_gold(tmp_path / name)
    assert message in str(caught.value)
    assert name in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id,epoch,probability,correct\na,0,0.5,true\n", "holds 1 epoch"),
        ("id,epoch,probability,correct\na,0,0.5,true\na,2,0.5,true\n", "one between them is missing"),
        ("id,epoch,probability,correct\na,0,0.5,true\na,1,0.5,true\nb,1,0.5,true\n", "'b' is missing in epoch 0"),
        ("id,epoch,probability,correct\na,0,0.5,true\na,0,0.5,true\na,1,0.5,true\n", "'a' stands twice in epoch 0"),
        ("id,epoch,probability,correct\na,0,0.5,perhaps\na,1,0.5,true\n", "give true or false"),
        ("id,epoch,probability,correct\na,0.5,0.5,true\na,1,0.5,true\n", "give a whole number from 0"),
    ],
)
def test_a_bad_log_gets_a_line_that_names_it(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "log.csv").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"log\.csv") as caught:
        read_dynamics(tmp_path / "log.csv")
    assert message in str(caught.value)


def test_a_directory_of_logs_must_hold_epochs_with_logits(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no dynamics_epoch_"):
        read_dynamics(tmp_path)
    for epoch in (0, 1):
        write(tmp_path / f"dynamics_epoch_{epoch}.jsonl", [{"guid": 1, f"logits_epoch_{epoch}": [0.1], "gold": 1}])
    with pytest.raises(DataError, match="must be a list of finite numbers that has a place 1"):
        read_dynamics(tmp_path)
    write(tmp_path / "dynamics_epoch_x.jsonl", [])
    (tmp_path / "dynamics_epoch_0.jsonl").unlink()
    (tmp_path / "dynamics_epoch_1.jsonl").unlink()
    with pytest.raises(DataError, match="the name must tell the epoch"):
        read_dynamics(tmp_path)


@pytest.mark.parametrize(("blocks", "classes"), [([0, 0], 2), ([0, 2], 2), ([1, 2], 2)])
def test_blocks_with_gaps_are_refused(tmp_path: Path, blocks: list[int], classes: int) -> None:
    rows: list[dict[str, object]] = [{"id": n, "block": b, "probability": 0.5} for n, b in enumerate(blocks)]
    with pytest.raises(DataError, match="counted from 0 without gaps, and at least 2"):
        read_code(write(tmp_path / "o.jsonl", rows), classes=classes)
    with pytest.raises(UsageError, match="at least 2"):
        read_code(tmp_path / "o.jsonl", classes=1)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match=r"absent\.jsonl"):
        read_gold(tmp_path / "absent.jsonl")
