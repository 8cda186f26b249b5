"""Measures beside the drop, each against a slow way of its own over the stored records and the texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import Plan, Run, score
from harness.cell import Record
from harness.measures import calibration_error, relative_drop, worst_case
from harness.metrics.registry import find_metric
from harness.store import Store
from perturbations import Edits, Passage
from perturbations.edits import Edit, Kept
from perturbations.languages import languages
from perturbations.segmentation import count_words, words
from reports.report import Row, records
from suites.bio import surviving_bio
from suites.examples import Example, transport
from suites.task import Request, find_task

PlanOf = Callable[..., Plan]
ANSWERED = st.lists(st.tuples(st.floats(0, 1) | st.sampled_from([0.0, 0.2, 1 / 15, 14 / 15, 1.0]), st.booleans()),
                    min_size=1, max_size=60)  # fmt: skip


def slow_error(answers: list[tuple[float, bool]], bins: int) -> float:
    """Equation 3 of Guo et al. 2017, bin by bin."""
    total = 0.0
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        inside = [(share, right) for share, right in answers if low < share <= high or share == low == 0]
        if inside:
            accuracy = fmean(float(right) for _, right in inside)
            total += len(inside) / len(answers) * abs(accuracy - fmean(share for share, _ in inside))
    return total


@given(answers=ANSWERED, bins=st.integers(1, 20))
def test_the_calibration_error_is_that_of_guo_et_al_bin_by_bin(answers: list[tuple[float, bool]], bins: int) -> None:
    shares, right = (np.array(side) for side in zip(*answers, strict=True))
    assert calibration_error(shares, right, bins=bins) == pytest.approx(slow_error(answers, bins), abs=1e-9)


def test_the_calibration_error_of_a_few_answers_by_hand() -> None:
    # Of ten bins, two hold answers: |1/2 - 0.65| and |1 - 0.95|, half of the answers each.
    shares, right = np.array([0.62, 0.68, 0.92, 0.98]), np.array([True, False, True, True])
    assert calibration_error(shares, right, bins=10) == pytest.approx(0.5 * 0.15 + 0.5 * 0.05)
    assert calibration_error(np.array([1.0, 1.0]), np.array([True, True])) == 0
    assert calibration_error(np.array([1.0, 1.0]), np.array([False, False])) == 1
    assert calibration_error(np.array([]), np.array([], dtype=bool)) == 0


def test_the_relative_drop_is_a_share_of_the_clean_score_and_missing_where_that_is_zero() -> None:
    assert relative_drop(0.8, 0.6) == pytest.approx(0.25)
    assert relative_drop(0.5, 0.6) == pytest.approx(-0.2)
    assert relative_drop(0.0, 0.0) is None


@given(cells=st.integers(1, 12).flatmap(
    lambda n: st.lists(st.lists(st.booleans(), min_size=n, max_size=n), min_size=1, max_size=5)
))  # fmt: skip
def test_the_worst_case_of_an_accuracy_is_the_share_right_under_every_perturbation(cells: list[list[bool]]) -> None:
    metric = find_metric("accuracy")
    worst = worst_case(metric, [np.array([[float(right), 1.0] for right in cell]) for cell in cells])
    wanted = fmean(float(all(rights)) for rights in zip(*cells, strict=True))
    assert float(metric.score(worst.sum(axis=0))) == pytest.approx(wanted)


@given(cells=st.integers(1, 12).flatmap(
    lambda n: st.lists(st.lists(st.floats(0, 1), min_size=n, max_size=n), min_size=1, max_size=5)
))  # fmt: skip
def test_the_worst_case_of_a_graded_metric_is_the_mean_of_the_lowest_grades(cells: list[list[float]]) -> None:
    metric = find_metric("squad-f1")
    worst = worst_case(metric, [np.array([[grade, 1.0] for grade in cell]) for cell in cells])
    assert float(metric.score(worst.sum(axis=0))) == pytest.approx(fmean(map(min, zip(*cells, strict=True))))


def test_the_worst_case_of_an_f1_takes_errors_before_sentences_without_anything_to_find() -> None:
    metric = find_metric("f1")
    cells = [np.array([[0.0, 0, 0], [1, 1, 0], [0, 0, 1]]), np.array([[0.0, 2, 0], [2, 0, 1], [0, 3, 1]])]
    assert worst_case(metric, cells).tolist() == [[0, 2, 0], [1, 1, 0], [0, 3, 1]]
    assert worst_case(metric, reversed(cells)).tolist() == [[0, 2, 0], [1, 1, 0], [0, 3, 1]]
    with pytest.raises(ValueError, match="of no perturbation"):
        worst_case(metric, [])


@given(text=st.text(max_size=40) | st.sampled_from(["แมวนั่งบนเสื่อ และ cats", "猫坐在垫子上", "a-b c's 1,5"]))
def test_words_are_counted_as_they_are_found(text: str) -> None:
    for code in ("en", "th", "hi", "zh"):
        assert count_words(text, languages()[code]) == len(words(text, languages()[code]))


def place(row: Row, run: Run, *, clean: bool = False) -> list[list[Record]]:
    """The records of a row of the table, a list a seed."""
    asked = (row["checkpoint"], row["task"], row["language"], "clean" if clean else row["perturbation"])
    store = Store(run.directory)
    return [
        store.read(item.key)
        for item in run.planned
        if (item.checkpoint, item.cell.task, item.cell.language, item.perturbation) == asked
        and (clean or item.cell.rate == row["rate"])
    ]


def struck(example: Example, record: Record) -> tuple[Example, dict[str, tuple[int, ...]]]:
    """An example with the edits of a record."""
    stored = json.loads(record.edits or "{}")
    edits = {
        name: Edits(example.texts[name].text,
                    tuple(Edit(a, b, new, tuple(Kept(*piece) for piece in kept)) for a, b, new, kept in own))
        for name, own in stored.items()
    }  # fmt: skip
    return transport(example, edits)


def length(example: Example) -> int:
    return sum(
        len(text.spans) if text.tokens else len(Passage(text.text, text.language).words)
        for text in example.texts.values()
    )


def flips(example: Example, before: Record, after: Record) -> Iterator[bool]:
    """Whether each answer changed, found by replaying the edits."""
    _, survivors = struck(example, after)
    kept = before.prediction
    if example.target is None and "text" in survivors:
        kept = tuple(surviving_bio(before.prediction, survivors["text"]))
    yield from (one != other for one, other in zip(kept, after.prediction, strict=True))


def test_flips_pieces_and_calibration_of_every_cell_are_those_of_its_records(both_run: Run, small_data: Path) -> None:
    rows = records(both_run.table())
    assert {row["flip_rate"] == 0 for row in rows} == {True, False}
    for row in rows:
        examples = find_task(str(row["task"])).read(Request(small_data, str(row["language"])))
        (before,), after = place(row, both_run, clean=True), place(row, both_run)
        assert len(after) == 2
        changed = [
            flip
            for seed in after
            for example, one, other in zip(examples, before, seed, strict=True)
            for flip in flips(example, one, other)
        ]
        assert row["flip_rate"] == pytest.approx(sum(changed) / len(changed))
        assert row["relative_drop"] == pytest.approx(float(str(row["drop"])) / float(str(row["clean"])))
        total = sum(length(struck(*pair)[0]) for seed in after for pair in zip(examples, seed, strict=True))
        assert row["pieces_perturbed"] == pytest.approx(
            sum(item.pieces or 0 for seed in after for item in seed) / total
        )
        clean = sum(item.pieces or 0 for item in before) / sum(map(length, examples))
        assert row["pieces_clean"] == pytest.approx(clean)
        errors = [100 * error_of(examples, seed) for seed in (before, *after)]
        assert row["calibration_clean"] == pytest.approx(errors[0], abs=1e-4)
        assert row["calibration_perturbed"] == pytest.approx(fmean(errors[1:]), abs=1e-4)
        assert row["calibration_change"] == pytest.approx(fmean(errors[1:]) - errors[0], abs=1e-4)


def error_of(examples: list[Example], seed: list[Record]) -> float:
    """The calibration error of a cell, over its labels or the tags of all its tokens."""
    answers: list[tuple[float, bool]] = []
    for example, record in zip(examples, seed, strict=True):
        if example.target is not None:
            answers.append((max(record.probabilities), record.prediction == (example.target,)))
            continue
        moved, _ = struck(example, record)
        gold = [span.label for span in moved.texts["text"].spans]
        answers += zip(record.probabilities, map(str.__eq__, gold, record.prediction), strict=True)
    return slow_error(answers, 15)


def test_the_control_flips_nothing_and_changes_no_measure(both_run: Run) -> None:
    for row in records(both_run.table()):
        if row["perturbation"] == "identity":
            assert (row["flip_rate"], row["relative_drop"], row["calibration_change"]) == (0, 0, 0)
            assert row["pieces_clean"] == row["pieces_perturbed"]


def test_robust_scores_are_the_worst_cases_of_the_records_seed_by_seed(both_run: Run) -> None:
    table = records(both_run.table())
    found = records(both_run.robust())
    assert len(found) == 2 * 2
    for row in found:
        own = [other for other in table if all(other[key] == row[key] for key in ("checkpoint", "task", "language"))]
        assert row["perturbations"] == len(own) == 7
        cells = [place(other, both_run) for other in own]
        if row["task"] == "xnli":
            seeds = [
                fmean(float(all(item.statistic[0] for item in items)) for items in zip(*seed, strict=True))
                for seed in zip(*cells, strict=True)
            ]
            assert row["robust"] == pytest.approx(100 * fmean(seeds))
            assert row["clean"] == pytest.approx(own[0]["clean"])
            assert float(str(row["robust"])) <= min(float(str(other["perturbed"])) for other in own) + 1e-9
        else:
            totals = np.sum(
                [hardest(items) for seed in zip(*cells, strict=True) for items in zip(*seed, strict=True)], 0
            )
            assert row["robust"] == pytest.approx(100 * float(find_metric("f1").score(totals)))
        assert row["drop"] == pytest.approx(float(str(row["clean"])) - float(str(row["robust"])))


def hardest(items: tuple[Record, ...]) -> tuple[float, ...]:
    """The counts of a sentence where its F1 is lowest, and of these the highest."""
    counts = [item.statistic[:3] for item in items]
    return min(counts, key=lambda own: (2 * own[0] / (2 * own[0] + own[1] + own[2]) if sum(own) else 1, -sum(own)))


def test_robust_scores_do_not_hang_on_the_order_of_the_plan(plan_of: PlanOf, tagger: Path, tmp_path: Path) -> None:
    names = ("word-deletion", "character-swap", "word-swap", "character-deletion")
    asked: dict[str, Any] = {"checkpoints": (str(tagger),), "tasks": ("udpos",), "languages": ("en",)}
    one = score(plan_of(perturbations=names, **asked), store=tmp_path)
    other = score(plan_of(perturbations=names[::-1], **asked), store=tmp_path)
    assert records(one.robust()) == records(other.robust())
