"""Runs: what is tabulated, loaded again and reported, and what never stands in a page."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness import Plan, Run, load_run, score
from harness.comparison import compare_cells
from harness.metrics.registry import find_metric
from harness.results import RUN_FILE
from harness.statistics.macro import macro_estimate
from harness.store import Store
from perturbations.errors import StoreError
from reports.markdown import render_markdown
from reports.report import CELL_COLUMNS, MEAN_COLUMNS, records
from suites.task import find_task

PlanOf = Callable[..., Plan]


def plain(frame: Any) -> list[dict[str, object]]:
    return [dict(row) for row in records(frame)]


def test_a_run_comes_back_from_its_directory(both_run: Run) -> None:
    again = load_run(both_run.directory)
    assert again.plan == both_run.plan
    assert again.planned == both_run.planned
    assert (again.skipped, dict(again.signature)) == (both_run.skipped, dict(both_run.signature))
    assert plain(again.table()) == plain(both_run.table())
    assert plain(again.means()) == plain(both_run.means())
    assert render_markdown(again.report()) == render_markdown(both_run.report())
    assert [item.cell.key for item in again.planned] == [item.key for item in both_run.planned]


def test_the_tables_have_the_columns_that_the_reports_read(both_run: Run) -> None:
    assert tuple(both_run.table().columns) == CELL_COLUMNS
    assert tuple(both_run.means().columns) == MEAN_COLUMNS
    rows = plain(both_run.table())
    assert len(rows) == 2 * 2 * 7, "one a task, language and perturbation, the seeds taken together"
    assert {row["seeds"] for row in rows} == {2}
    keys = [(row["checkpoint"], row["task"], row["language"], row["perturbation"], row["rate"]) for row in rows]
    assert len(set(keys)) == len(keys)


def test_numbers_are_points_shares_and_whole_and_fit_together(both_run: Run) -> None:
    for row in plain(both_run.table()):
        clean, perturbed, drop, low, high = (
            float(str(row[name])) for name in ("clean", "perturbed", "drop", "low", "high")
        )
        assert 0 <= clean <= 100
        assert 0 <= perturbed <= 100
        assert drop == pytest.approx(clean - perturbed, abs=1e-9)
        assert -100 <= low <= high <= 100
        assert all(0 <= float(str(row[name])) <= 1 for name in ("realised_rate", "saturated", "truncated"))
        assert (row["lost"] is None) == (row["task"] == "xnli"), "a classification has no tokens to lose"
        if row["perturbation"] == "identity":
            assert (drop, row["realised_rate"]) == (0, 0)
            assert clean == perturbed


def test_seeds_are_averaged_within_an_example(both_run: Run) -> None:
    store = Store(both_run.directory)
    for result in both_run.cells:
        checkpoint, task, language, perturbation, _ = result.place
        keys = [
            item.key
            for item in both_run.planned
            if (item.checkpoint, item.cell.task, item.cell.language, item.cell.perturbation)
            == (checkpoint, task, language, perturbation)
        ]
        assert len(keys) == 2
        metric = find_metric(find_task(task).metric)
        width = len(metric.columns)
        totals = [np.array([record.statistic for record in store.read(key)])[:, :width].sum(axis=0) for key in keys]
        assert result.row()["perturbed"] == pytest.approx(100 * float(metric.score(sum(totals) / 2)))
        rates = [record.realised_rate for key in keys for record in store.read(key)]
        assert result.realised_rate == pytest.approx(math.fsum(rates) / len(rates))


def test_mcnemar_stands_beside_the_clustered_test_of_one_seed(plan_of: PlanOf, tmp_path: Path) -> None:
    run = score(plan_of(), store=tmp_path)
    for row in plain(run.table()):
        assert "clustered t(7)" in str(row["method"])
        assert row["clusters"] == 8
        assert str(row["beside_method"]).startswith("McNemar mid-p")
        assert (row["beside_p"] is None) == (row["perturbation"] == "identity")
    flat = score(plan_of(limit=2), store=tmp_path)
    assert {row["clusters"] for row in plain(flat.table())} == {1}
    assert {row["status"] for row in plain(flat.table())} == {"untestable"}, "one premise tells nothing"


def test_cells_that_cannot_be_tested_leave_the_family(both_run: Run) -> None:
    primaries = [result.contrast.primary for result in both_run.cells]
    tested = [contrast for contrast in primaries if contrast.p is not None]
    assert len(tested) < len(primaries)
    assert {contrast.family_size for contrast in primaries} == {len(tested)}
    for row in plain(both_run.table()):
        untestable = row["p"] is None
        assert untestable or row["perturbation"] != "identity"
        assert (row["status"] == "untestable") == untestable
        assert (row["p"] is None) == (row["adjusted_p"] is None) == untestable
        assert bool(row["note"]) == untestable
    means = [mean.contrast for mean in both_run.language_means]
    assert {contrast.correction for contrast in means} == {"Holm"}
    assert {contrast.family_size for contrast in means} == {sum(contrast.p is not None for contrast in means)}


def test_the_mean_shares_items_where_the_task_is_parallel_and_not_elsewhere(both_run: Run) -> None:
    for mean in both_run.language_means:
        _, task, perturbation, _ = mean.place
        results = [result for result in both_run.cells if result.place[1] == task and result.place[3] == perturbation]
        samples = [result.sample for result in results]
        assert mean.languages == len(results) == 2
        parallel = find_task(task).parallel
        assert ("items shared" in mean.contrast.method) == parallel == (task == "xnli")
        assert mean.contrast.estimate == pytest.approx(
            np.mean([result.contrast.primary.estimate for result in results])
        )
        assert mean.clean == pytest.approx(np.mean([100 * sample.scores()[0] for sample in samples]))
        if parallel:
            codes = np.arange(24) // 3
            expected = macro_estimate([[replace(sample, clusters=codes) for sample in samples]])
        else:
            expected = macro_estimate([[sample] for sample in samples])
        if expected.p is not None:
            assert mean.contrast.p == pytest.approx(expected.p)
            assert mean.contrast.clusters == expected.units == 8


def test_another_metric_that_was_kept_is_reported_without_computing(
    both_plan: Plan, both_run: Run, tmp_path: Path, watcher: Any
) -> None:
    plan = replace(both_plan, metrics={"udpos": "token-accuracy"})
    run = score(plan, store=both_run.directory, progress=watcher)
    try:
        assert watcher.computed == []
        for row in plain(run.table()):
            if row["task"] == "udpos" and row["perturbation"] == "identity":
                key = next(
                    item.key
                    for item in run.planned
                    if (item.cell.task, item.cell.language) == ("udpos", row["language"]) and item.cell.clean
                )
                right, tokens = np.array([record.statistic for record in Store(run.directory).read(key)])[:, 3:5].sum(
                    axis=0
                )
                assert row["clean"] == pytest.approx(100 * right / tokens)
        assert run.signature["udpos metric"] == "token-accuracy"
    finally:
        both_run.save()


def test_the_columns_of_a_stored_cell_are_those_it_was_stored_with(
    both_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = plain(both_run.table())
    turned = replace(find_task("udpos"), metric="f1", also=("f1-seqeval-1.2.2", "token-accuracy"))
    tasks = {"xnli": find_task("xnli"), "udpos": turned}
    monkeypatch.setattr("harness.comparison.find_task", tasks.__getitem__)
    plan = replace(both_run.plan, metrics={"udpos": "token-accuracy"})
    found = compare_cells(plan, Store(both_run.directory), both_run.planned)
    assert [result.sample.reference.shape[1] for result in found if result.place[1] == "udpos"] == [2] * 14
    assert plain(load_run(both_run.directory).table()) == before
    tasks["udpos"] = replace(turned, metric="accuracy")
    with pytest.raises(StoreError, match=r"hold f1, token-accuracy, f1-seqeval-1\.2\.2 and not accuracy: score again"):
        compare_cells(both_run.plan, Store(both_run.directory), both_run.planned)


def test_no_page_shows_what_is_not_a_number(both_run: Run) -> None:
    page = render_markdown(both_run.report())
    for word in ("nan", "None", "inf", "NaT", "<NA>"):
        assert not any(word in cell.split() for line in page.splitlines() for cell in line.split("|")), word
    for skip in both_run.skipped:
        assert skip.what in page
    for value in both_run.signature.values():
        assert value.split(",")[0] in page
    for title in ("Summary", "Means over languages", "Every cell", "Skipped", "What reproduces it"):
        assert f"## {title}" in page


def test_the_page_says_how_little_was_scored(plan_of: PlanOf, tmp_path: Path) -> None:
    run = score(plan_of(limit=9, languages=("en",), fields={"xnli": ("hypothesis",)}), store=tmp_path)
    page = render_markdown(run.report())
    assert "Only the first 9 examples of each language were scored." in page
    assert "perturbed: hypothesis;" in page
    assert run.table()["n"].unique().tolist() == [9]


def test_the_signature_pins_what_shaped_the_numbers(both_run: Run, plan_of: PlanOf, tmp_path: Path) -> None:
    signature = both_run.signature
    fingerprints = {item.cell.checkpoint for item in both_run.planned}
    assert fingerprints == {value for name, value in signature.items() if name.startswith("checkpoint ")}
    assert signature["perturbations"] == ", ".join(both_run.plan.perturbations)
    assert signature["noise seeds"] == "0, 1"
    assert signature["device"] == "cpu"
    assert signature["udpos options"].startswith("layout = auto, multiword = xtreme"), "defaults too"
    for name in ("xrobust", "torch", "transformers", "tokenizers", "numpy", "python", "unicode", "noise"):
        assert signature[name]
    fewer = score(plan_of(limit=6, perturbations=("identity",)), store=tmp_path).signature
    assert fewer["xnli data"] != signature["xnli data"]
    assert score(plan_of(perturbations=("identity",)), store=tmp_path).signature["xnli data"] == signature["xnli data"]


def test_loading_makes_nothing_and_names_what_is_missing(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "absent"):
        with pytest.raises(StoreError, match=r"holds no run.json: give the --out directory of a score"):
            load_run(place)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda content: {**content, "format": 99}, "has format 99, this version reads 2"),
        (lambda _: [], "has format none"),
        (lambda content: {name: value for name, value in content.items() if name != "cells"}, "is damaged"),
        (lambda content: {**content, "cells": [{"checkpoint": "x"}]}, "is damaged"),
        (lambda content: {**content, "timing": [1]}, "is damaged"),
        (lambda content: {**content, "plan": {**content["plan"], "tasks": ["gone"]}}, "unknown task 'gone'"),
    ],
)
def test_a_damaged_run_is_refused_in_one_line(
    both_run: Run, tmp_path: Path, change: Callable[[dict[str, Any]], Any], said: str
) -> None:
    content = json.loads((both_run.directory / RUN_FILE).read_text(encoding="utf-8"))
    (tmp_path / RUN_FILE).write_text(json.dumps(change(content)), encoding="utf-8")
    from perturbations.errors import XRobustError

    with pytest.raises(XRobustError) as caught:
        load_run(tmp_path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_run_whose_cells_are_gone_says_so(both_run: Run, tmp_path: Path) -> None:
    (tmp_path / RUN_FILE).write_bytes((both_run.directory / RUN_FILE).read_bytes())
    run = load_run(tmp_path)
    with pytest.raises(StoreError, match="is not there: run `xrobust score` again"):
        run.table()
