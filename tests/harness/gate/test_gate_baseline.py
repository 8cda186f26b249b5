"""From runs to snapshots and baseline files; what cannot be compared gets a line that names it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from benchmarks.gate_runs import write_run
from harness.cell import CLEAN
from harness.gate.baseline import KEY, read_baseline, write_baseline
from harness.gate.files import decide_files
from harness.gate.making import capture_candidate, capture_runs
from harness.gate.policy import Policy
from harness.gate.snapshot import Snapshot
from perturbations.errors import StoreError, UnknownNameError, UsageError
from tests.harness.gate.made import answers, place


def run(directory: Path, name: str = "base", **given: object) -> Path:
    made = {key: given.pop(key) for key in ("seed", "wrong", "languages") if key in given}
    return write_run(directory / name, answers(60, **made), checkpoint=name, **given)


def equal(first: Snapshot, second: Snapshot) -> bool:
    return (
        (first.trainings, first.outline, first.items, first.beside)
        == (second.trainings, second.outline, second.items, second.beside)
        and list(first.cells) == list(second.cells)
        and all(
            np.array_equal(first.cells[where].statistic, second.cells[where].statistic)
            and np.array_equal(first.cells[where].reference, second.cells[where].reference)
            and first.cells[where].noise_seeds == second.cells[where].noise_seeds
            for where in first.cells
        )
    )


def test_a_baseline_file_gives_back_what_was_written(tmp_path: Path) -> None:
    runs = [run(tmp_path, "a"), run(tmp_path, "b", seed=1)]
    taken = capture_runs(runs)
    write_baseline(taken, tmp_path / "kept.parquet")
    found = read_baseline(tmp_path / "kept.parquet")
    assert sorted(found.cells) == sorted(taken.cells)
    ordered = Snapshot(
        taken.trainings, taken.outline, taken.items, {p: taken.cells[p] for p in found.cells}, taken.beside
    )
    assert equal(found, ordered)
    assert found.trainings == ("a (610000000000)", "b (620000000000)")


def test_the_same_runs_give_the_same_bytes(tmp_path: Path) -> None:
    taken = capture_runs([run(tmp_path)])
    for name in ("first", "second"):
        write_baseline(taken, tmp_path / name)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()
    assert (tmp_path / "first").stat().st_size < 20_000


def test_clusters_and_metrics_are_those_of_the_task(tmp_path: Path) -> None:
    taken = capture_runs([run(tmp_path)])
    scoring = taken.outline.scorings["xnli"]
    assert (scoring.metric, scoring.clustered, scoring.parallel) == ("accuracy", True, True)
    assert taken.items["xnli", "en"].groups[:4] == ("g0", "g0", "g0", "g1")


def test_noise_seeds_are_averaged_within_an_id(tmp_path: Path) -> None:
    made = answers(60, languages=("en",))
    two = np.stack([made[place()], np.ones(60)])
    taken = capture_runs([write_run(tmp_path / "run", made | {place(): two})])
    kept = taken.cells[place()]
    assert kept.noise_seeds == 2
    assert np.array_equal(kept.statistic[0, :, 0], two.mean(axis=0))


def refused(tmp_path: Path, candidate: Path, policy: Policy | None = None) -> str:
    before = capture_runs([run(tmp_path)])
    with pytest.raises(UsageError) as caught:
        capture_candidate([candidate], before, policy or Policy())
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"data": "e" * 32}, "data: "),
        ({"versions": {"noise": "n2"}}, "version of noise: 'n1' in the baseline, 'n2' in the candidate"),
        ({"protection": "numbers"}, "protection: 'none' in the baseline, 'numbers' in the candidate"),
        ({"plausibility": "refused from 3"}, "plausibility: "),
        ({"parameters": {"top": "5"}}, "parameter top: 'none' in the baseline, '5' in the candidate"),
        ({"options": {"multiword": "x"}}, "option multiword: 'none' in the baseline, 'x' in the candidate"),
        ({"fields": ("premise",)}, "perturbed texts: 'hypothesis' in the baseline, 'premise' in the candidate"),
        ({"task_version": 2}, "task version: '1' in the baseline, '2' in the candidate"),
        ({"split": "dev"}, "split: 'test' in the baseline, 'dev' in the candidate"),
    ],
)
def test_runs_that_were_made_differently_are_told_apart_by_name(
    tmp_path: Path, changes: dict[str, object], told: str
) -> None:
    message = refused(tmp_path, run(tmp_path, "other", **changes))
    assert told in message
    assert "(xnli en, character-swap at 0.1 and 1 more cell)" in message


def test_other_noise_seeds_are_told(tmp_path: Path) -> None:
    made = answers(60)
    two = {where: right if where.clean else np.stack([right, right]) for where, right in made.items()}
    assert "noise seeds: '0' in the baseline, '0, 1' in the candidate" in refused(
        tmp_path, write_run(tmp_path / "two", two)
    )


def test_languages_perturbations_and_tasks_on_one_side_only_are_told_one_by_one(tmp_path: Path) -> None:
    message = refused(tmp_path, run(tmp_path, "fewer", languages=("en",)))
    assert message.endswith("cannot be compared: language de of xnli is only in the baseline")
    made = answers(60)
    for code in ("en", "de"):
        made[place(code, "word-swap", rate=0.2)] = made[place(code)]
        made |= {place(code, name, task="pawsx"): made[place(code)] for name in (CLEAN, "character-swap")}
    message = refused(tmp_path, write_run(tmp_path / "more", made))
    assert "task pawsx is only in the candidate; word-swap at 0.2 is only in the candidate" in message
    narrow = Policy(tasks=("xnli",), perturbations=("character-swap",))
    before = capture_runs([tmp_path / "base"])
    assert len(capture_candidate([tmp_path / "more"], before, narrow).cells) == 4


def test_ids_must_be_the_same(tmp_path: Path) -> None:
    before = tmp_path / "baseline.parquet"
    write_baseline(capture_runs([run(tmp_path)]), before)
    other = run(tmp_path, "other", ids=[f"id{number}" for number in range(1, 61)])
    with pytest.raises(UsageError, match="must hold the same ids; 1 of 60 are only in xnli de of the baseline: 'id0'"):
        decide_files([other], before, None)
    turned = run(tmp_path, "turned", ids=["id1", "id0", *(f"id{number}" for number in range(2, 60))])
    with pytest.raises(UsageError, match="hold their ids in another order, from 'id0' on"):
        decide_files([turned], before, None)
    regrouped = run(tmp_path, "regrouped", group=2)
    with pytest.raises(UsageError, match="put the same ids into other clusters"):
        decide_files([regrouped], before, None)


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        (["", *(f"id{number}" for number in range(1, 60))], "1 examples have no id"),
        (["id1", *(f"id{number}" for number in range(1, 60))], "1 ids come again, the first is 'id1'"),
    ],
)
def test_ids_that_are_missing_or_come_twice_are_refused(tmp_path: Path, ids: list[str], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        capture_runs([run(tmp_path, ids=ids)])


def test_scores_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    made = answers(60)
    made[place("de")][3] = np.nan
    with pytest.raises(UsageError, match="xnli de holds scores that are no numbers"):
        capture_runs([write_run(tmp_path / "run", made)])


def test_a_run_without_a_perturbed_cell_is_no_baseline(tmp_path: Path) -> None:
    clean = {where: right for where, right in answers(60).items() if where.clean}
    with pytest.raises(UsageError, match="holds no perturbed cell"):
        capture_runs([write_run(tmp_path / "run", clean)])


def test_a_checkpoint_is_named_where_several_were_scored(tmp_path: Path) -> None:
    first, second = run(tmp_path, "a"), run(tmp_path, "b", seed=1)
    content = json.loads((first / "run.json").read_text())
    content["cells"] += json.loads((second / "run.json").read_text())["cells"]
    (first / "run.json").write_text(json.dumps(content))
    with pytest.raises(UsageError, match="xnli was scored with a, b: name one by --checkpoint"):
        capture_runs([first])
    assert capture_runs([first], checkpoints=("a",)).trainings == ("a (610000000000)",)
    with pytest.raises(UnknownNameError, match=r"unknown checkpoint of .* 'c': known: a, b"):
        capture_runs([first], checkpoints=("c",))


def test_one_checkpoint_is_not_two_training_seeds(tmp_path: Path) -> None:
    one = run(tmp_path)
    with pytest.raises(UsageError, match="was given 2 times: training seeds are different checkpoints"):
        capture_runs([one, one])


def test_runs_of_one_baseline_must_be_made_alike(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"split: 'test' in .*a, 'dev' in .*b"):
        capture_runs([run(tmp_path, "a"), run(tmp_path, "b", split="dev")])


def test_a_file_that_is_no_baseline_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "baseline.parquet"
    with pytest.raises(StoreError, match="is no file: give a baseline"):
        read_baseline(path)
    path.write_text("nothing")
    with pytest.raises(StoreError, match="is no baseline, or a damaged one"):
        read_baseline(path)
    cell = next((run(tmp_path) / "cells").iterdir())
    with pytest.raises(StoreError, match="is no baseline: write it by `xrobust baseline RUN --out FILE`"):
        read_baseline(cell)


def rewritten(path: Path, head: dict[str, object]) -> None:
    table = pq.read_table(path)
    pq.write_table(table.replace_schema_metadata({KEY: json.dumps(head)}), path)


def test_a_baseline_of_another_version_or_a_damaged_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "baseline.parquet"
    write_baseline(capture_runs([run(tmp_path)]), path)
    head = json.loads(pq.read_schema(path).metadata[KEY])
    rewritten(path, head | {"format": 99})
    with pytest.raises(StoreError, match="has format 99, this version reads 1: write it again"):
        read_baseline(path)
    rewritten(path, {"format": 1})
    with pytest.raises(StoreError, match="is damaged"):
        read_baseline(path)


def test_a_baseline_is_whole_or_not_there(tmp_path: Path) -> None:
    taken = capture_runs([run(tmp_path)])
    with pytest.raises(StoreError, match="could not be written"):
        write_baseline(taken, tmp_path / "missing" / "baseline.parquet")
    assert not list(tmp_path.glob("*.unfinished"))


def test_a_directory_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"holds no run\.json"):
        capture_runs([tmp_path])
