"""Calibration: do the tests, intervals and corrections keep their promises on simulated multilingual data?

    python -m benchmarks.calibration

Right and wrong answers, graded scores and entity counts are simulated with effects of ids, languages and training
seeds (`calibration_world.py`), so that the truth is known. How often a procedure raises a false alarm, covers the truth
or finds an effect is judged by exact binomial bounds (`calibration_verdicts.py`); conservative tests are held to them
from above only. What people do instead stands beside it, marked naive. Seeds are fixed: the same figures every time.
"""

from __future__ import annotations

import os
import sys

import click

from benchmarks.calibration_cells import CELL_CHECKS
from benchmarks.calibration_decisions import GATE_CHECKS
from benchmarks.calibration_families import FAMILY_CHECKS
from benchmarks.calibration_margins import MARGIN_CHECKS
from benchmarks.calibration_means import MEAN_CHECKS
from benchmarks.calibration_seeds import SEED_CHECKS
from benchmarks.machine import provenance
from benchmarks.stopwatch import timed

PARTS = {
    "cells": CELL_CHECKS,
    "means": MEAN_CHECKS,
    "margins": MARGIN_CHECKS,
    "families": FAMILY_CHECKS,
    "seeds": SEED_CHECKS,
    "gate": GATE_CHECKS,
}
DISTRIBUTIONS = ("xrobust", "numpy", "scipy", "statsmodels")


@click.command()
@click.option("--repetitions", type=click.IntRange(min=20), default=10_000, show_default=True)
@click.option("--part", "parts", type=click.Choice(list(PARTS)), multiple=True, help="Default: all.")
@click.option("--report-only", is_flag=True, help="Exit 0 even where a bound is broken.")
def main(repetitions: int, parts: tuple[str, ...], *, report_only: bool) -> None:
    """Simulate, judge and print; exit 1 if a procedure leaves its bounds."""
    for name, value in provenance(DISTRIBUTIONS, threads=os.cpu_count() or 1).items():
        print(f"{name:<12}{value}", flush=True)
    print(f"{'repetitions':<12}{repetitions:,}\n\n{'':<66}{'':<14}{'%':>7}   bounds")
    broken, total, seconds = 0, 0, 0.0
    for part in parts or tuple(PARTS):
        for checks in PARTS[part]:
            cost, found = timed(lambda checks=checks: checks(repetitions))
            for check in found:
                print(check.line(), flush=True)
            total += sum(check.judge != "shown" for check in found)
            broken += sum(not check.kept for check in found)
            seconds += cost.cpu
    print(f"\n{total - broken} of {total} checks kept, {seconds:.0f} s of processor time")
    sys.exit(1 if broken and not report_only else 0)


if __name__ == "__main__":
    main()
