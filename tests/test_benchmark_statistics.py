"""`benchmarks/statistics.py` in small: it measures what it says, and a bound that is broken ends it with 1."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from benchmarks import statistics
from benchmarks.statistics import KINDS, Load, bootstraps, closed_forms, peer, simulate
from harness.statistics.sample import Settings

SMALL = Load(languages=2, perturbations=3, settings=Settings(resamples=999))


def run(*options: str) -> Result:
    sizes = ("--languages", "1", "--perturbations", "2", "--resamples", "99", "--sampled", "1", "--clock", "cpu")
    return CliRunner().invoke(statistics.main, [*sizes, *options])


def test_all_cells_and_means_of_the_load_get_a_contrast() -> None:
    batches = [simulate(kind, number, SMALL) for number, kind in enumerate(KINDS)]
    # Six cells a task; of each perturbation a mean over languages for each task, and one over tasks.
    assert closed_forms(batches, SMALL) == 10 * 6 + 3 * 10 + 3


def test_the_intervals_that_are_timed_are_those_of_scipy_but_for_chance() -> None:
    batches = [simulate(kind, number, SMALL) for number, kind in enumerate(KINDS)]
    cells, _ = bootstraps(batches, SMALL)
    for place in (KINDS.index("binary"), KINDS.index("graded"), KINDS.index("f1")):
        low, high = peer(batches[place], 1, 999)
        spread = high - low
        assert float(cells[place].low[1]) == pytest.approx(low, abs=0.15 * spread)
        assert float(cells[place].high[1]) == pytest.approx(high, abs=0.15 * spread)


def test_a_broken_bound_ends_it_with_1_unless_it_only_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    for bound, value in (("CLOSED", 1e9), ("RESAMPLED", 1e9), ("MEMORY", 1e9), ("RATIO", 0.0)):
        monkeypatch.setattr(statistics, bound, value)
    kept = run()
    assert kept.exit_code == 0, kept.output
    assert "BROKEN" not in kept.output
    monkeypatch.setattr(statistics, "RATIO", 1e9)
    assert run().exit_code == 1
    assert run("--report-only").exit_code == 0
