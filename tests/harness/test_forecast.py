"""Power before a run: published figures, simulations of what was forecast, pilots, and the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from benchmarks.gate_runs import write_run
from harness import Plan
from harness.cell import CLEAN
from harness.cli.main import main
from harness.forecast.forecast import Assumed, forecast
from harness.forecast.pilot import pilot
from harness.forecast.sizes import LanguageSizes, TaskSizes, sizes_by_hand, sizes_of_plan
from harness.statistics.clustered import clustered_mean
from harness.statistics.sample import Settings
from perturbations.errors import UsageError
from tests.harness.gate.made import answers, place

SETTINGS = Settings(alpha=0.05, power=0.8)


@pytest.mark.parametrize(("ids", "points"), [(300, 5.1), (1_000, 2.8), (3_000, 1.6), (10_000, 0.9)])
def test_one_binary_cell_has_the_effects_that_connor_1987_gives(ids: int, points: float) -> None:
    task = sizes_by_hand(ids)
    cell = forecast([task], {task.name: Assumed(icc=0.0)}, settings=SETTINGS)[0]
    assert cell.mde == pytest.approx(points, abs=0.06)


@pytest.mark.parametrize(("margin", "needed"), [(2.0, 1_546), (1.0, 6_183)])
def test_a_margin_needs_the_ids_of_the_normal_formula(margin: float, needed: int) -> None:
    task = sizes_by_hand(500)
    assert forecast([task], {task.name: Assumed()}, settings=SETTINGS, margin=margin)[0].needed == needed


def test_clusters_cost_the_design_effect() -> None:
    lone, three = sizes_by_hand(3_000), sizes_by_hand(3_000, cluster_size=3.0)
    given = Assumed(icc=0.4)
    plain, clustered = (forecast([t], {t.name: given}, settings=SETTINGS)[0] for t in (lone, three))
    assert plain.mde is not None
    assert clustered.mde is not None
    assert clustered.units == 1_000
    assert clustered.mde / plain.mde == pytest.approx(np.sqrt(1 + 2 * 0.4), rel=0.01)


def test_languages_that_share_their_ids_add_less_than_those_that_do_not() -> None:
    shared, apart = (sizes_by_hand(400, languages=8, parallel=parallel) for parallel in (True, False))
    found = [forecast([t], {t.name: Assumed(icc=0.3)}, settings=SETTINGS)[-1].mde for t in (shared, apart)]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0] / found[1] == pytest.approx(np.sqrt(1 + 7 * 0.3), rel=0.01)


def test_what_is_forecast_is_detected_with_the_power_that_was_asked_for() -> None:
    """Two tasks, one of three parallel languages, one of two without common ids, two conditions each."""
    tasks = [
        TaskSizes("a", {code: LanguageSizes(120, 40, 2) for code in "xyz"}, 40),
        TaskSizes("b", {"x": LanguageSizes(90, 90, 2), "y": LanguageSizes(60, 60, 2)}, None),
    ]
    given = Assumed(discordance=0.04, icc=0.3)
    mde = forecast(tasks, dict.fromkeys("ab", given), settings=SETTINGS)[-1].mde
    assert mde is not None
    generator = np.random.Generator(np.random.PCG64(1))

    def part(units: int, each: int) -> tuple[np.ndarray, np.ndarray]:
        """Mean and squared error of `each` differences of every unit, with that variance and correlation."""
        shared = generator.normal(size=(2_000, units, 1)) * np.sqrt(given.icc)
        own = generator.normal(size=(2_000, units, each)) * np.sqrt(1 - given.icc)
        values = mde / 100 + np.sqrt(given.discordance) * (shared + own).mean(axis=2)
        return values.mean(axis=1), values.var(axis=1, ddof=1) / units

    parts = [(part(40, 3 * 3 * 2), 0.5), (part(90, 2), 0.25), (part(60, 2), 0.25)]
    mean = sum(weight * found[0] for found, weight in parts)
    error = np.sqrt(sum(weight**2 * found[1] for found, weight in parts))
    detected = np.mean(np.abs(mean / error) > stats.norm.ppf(0.975))
    assert 0.76 < detected < 0.86


def test_a_pilot_shows_how_often_and_how_jointly_answers_change(tmp_path: Path) -> None:
    made = answers(900, changed=0.3)
    runs = [
        write_run(tmp_path / name, side, checkpoint=name) for name, side in (("a", made), ("b", answers(900, seed=1)))
    ]
    within = pilot(runs[:1], icc=0.2)["xnli"]
    changed = [(made[place(code)] != made[place(code, CLEAN)]).mean() for code in ("en", "de")]
    assert within.discordance == pytest.approx(np.mean(changed))
    between = pilot(runs, icc=0.2)["xnli"]
    assert 0.1 < between.discordance < within.discordance
    assert between.icc < 0.1


def test_a_control_tells_nothing_of_how_often_answers_change(tmp_path: Path) -> None:
    found = answers(300)
    control = {place(code, "identity"): found[place(code, CLEAN)] for code in ("en", "de")}
    runs = [write_run(tmp_path / name, made) for name, made in (("without", found), ("with", found | control))]
    assert pilot(runs[:1], icc=0.0) == pilot(runs[1:], icc=0.0)


def test_a_pilot_of_another_task_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write_run(tmp_path / "run", answers(300))
    with pytest.raises(SystemExit, match="0"):
        main(["power", "--n", "500", "--pilot", str(run), "--icc", "0.3"])
    told = capsys.readouterr().out.splitlines()[0]
    assert "(of the pilot's xnli)" in told
    assert "0.3 (given)" in told


def test_a_unit_that_stands_alone_leaves_its_cell_and_means_without_a_forecast() -> None:
    """One passage of five questions: the run will not be able to test it either."""
    lone = TaskSizes("a", {"x": LanguageSizes(5, 1, 2), "y": LanguageSizes(90, 30, 2)}, None)
    found = forecast([lone], {"a": Assumed()}, settings=SETTINGS, margin=2.0)
    assert [row.mde is None for row in found] == [True, False, True, True]
    assert [row.units for row in found] == [1, 30, 31, 31]
    assert [row.needed is None for row in found] == [True, False, True, True]


def test_a_margin_that_no_number_shows_has_none() -> None:
    task = sizes_by_hand(300, cluster_size=3.0)
    cell = forecast([task], {task.name: Assumed()}, settings=SETTINGS, margin=1e-12)[0]
    assert cell.needed is None


def test_a_pilots_correlation_is_that_of_the_clustered_error(tmp_path: Path) -> None:
    generator = np.random.Generator(np.random.PCG64(2))
    together = np.repeat(generator.random(300) < 0.3, 3)
    right = np.where(together, generator.random(900) < 0.2, 1.0).astype(float)
    run = write_run(tmp_path / "run", {place("en", CLEAN): np.ones(900), place(): right})
    found = pilot([run], icc=0.0)["xnli"]
    clustered = clustered_mean(1.0 - right, np.arange(900) // 3)
    variance = float(np.var(1.0 - right)) / 900
    assert 1 + 2 * found.icc == pytest.approx(clustered.error**2 / variance, rel=0.02)


def test_sizes_are_read_from_the_data_of_a_plan_without_its_control(plan_of: Callable[..., Plan]) -> None:
    xnli, udpos = sizes_of_plan(plan_of(tasks=("xnli", "udpos"), checkpoints=()))
    assert xnli == TaskSizes("xnli", dict.fromkeys(("en", "de"), LanguageSizes(24, 8, 2)), 8)
    assert udpos.units is None
    assert udpos.languages["de"] == LanguageSizes(16, 4, 2)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--n", "1"], "power needs 2 ids"),
        (["--n", "10", "--cluster-size", "9"], "power needs 2 clusters or more"),
        (["--n", "10", "--cluster-size", "nan"], "clusters of 1 or more"),
        (["--n", "10", "-p", "identity"], "1 condition (no control)"),
        (["--n", "10", "-p", "word-swop"], "unknown perturbation 'word-swop': did you mean 'word-swap'?"),
        (["--n", "10", "--rate", "7"], "rate 7.0 is not a share"),
        (["--n", "100", "--discordance", "0"], "discordance is 0"),
        (["--n", "100", "--icc", "2"], "intraclass correlation is 2"),
        (["--n", "100", "--margin", "0"], "margin is 0"),
        (["--n", "100", "--alpha", "0.5"], "give a level below 0.5"),
        (["--n", "100", "--alpha", "2"], "'alpha' must lie between 0 and 1"),
        (["--n", "100", "--pilot", "none"], "holds no run.json"),
        ([], "no tasks given"),
    ],
)
def test_bad_input_gets_a_line(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["power", *arguments])
    assert caught.value.code == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_a_pilot_in_which_nothing_changes_is_refused(tmp_path: Path) -> None:
    same = write_run(tmp_path / "run", {place("en", CLEAN): np.ones(30), place(): np.ones(30)})
    with pytest.raises(UsageError, match="no answer to xnli changes"):
        pilot([same], icc=0.2)


def test_the_command_prints_a_table_or_json(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["power", "--n", "1000", "--margin", "2"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "as given: 10 % of the answers change (assumed), intraclass correlation 0.2 (assumed)."
    assert lines[4].split() == ["as", "given", "1", "1,000", "1,000", "2.80", "2.49", "1,546"]
    with pytest.raises(SystemExit):
        main(["power", "--n", "1000", "--languages", "4", "--apart", "--format", "json", "-p", "character-swap"])
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["ids"] for row in rows] == [1000] * 4 + [4000] * 2
    assert rows[-1]["needed"] is None
