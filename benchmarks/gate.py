"""Gate: how long `xrobust gate` takes from start to answer, and how large its baseline is.

    python -m benchmarks.gate

Two runs of 500 perturbed cells of 1,000 ids are made, with 100 clean cells beside them: 10 tasks × 10 languages × 5
perturbations. Of the tasks three are parallel with clusters of three ids, five parallel with independent ids, two have
languages that share no ids. The baseline of one run is written; the command holds the other against it in a process of
its own, as CI would. With `--trainings 3` there are three runs on each side, as training seeds. The command runs on one
thread: whoever waits for a thread that was put aside burns processor time, and neither clock means much.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import numpy as np

from benchmarks.gate_runs import write_run
from benchmarks.machine import load, provenance
from harness.cell import CLEAN
from harness.gate.baseline import write_baseline
from harness.gate.capture import capture, open_source
from harness.gate.snapshot import Place, Scoring
from harness.statistics.sample import Floats

IDS, TASKS, LANGUAGES, PERTURBATIONS = 1_000, 10, 10, 5
BOUND = 3.0
"""Seconds by the wall, start included."""
DISTRIBUTIONS = ("xrobust", "numpy", "scipy", "pyarrow", "click")
COMMAND = "from harness.cli.main import main; main()"


def scorings() -> dict[str, Scoring]:
    """How each task is scored: three in clusters, two whose languages share no ids."""
    return {
        f"task-{number}": Scoring("accuracy", clustered=number < 3, parallel=number < TASKS - 2)
        for number in range(TASKS)
    }


def answers(training: int) -> dict[Place, Floats]:
    """Right and wrong answers of a training seed: a fifth of the ids are drawn anew."""
    found: dict[Place, Floats] = {}
    for task in scorings():
        for language in range(LANGUAGES):
            for number in range(1 + PERTURBATIONS):
                name = f"perturbation-{number}" if number else CLEAN
                place = Place(task, f"l{language}", name, 0.1 if number else 0.0)
                fixed = np.random.Generator(np.random.PCG64(list(str(place).encode())))
                own = np.random.Generator(np.random.PCG64([training, *str(place).encode()]))
                right, again = fixed.random(IDS) < 0.7, own.random(IDS) < 0.7
                found[place] = np.where(own.random(IDS) < 0.2, again, right).astype(np.float64)
    return found


def prepare(directory: Path, trainings: int) -> tuple[Path, list[Path]]:
    """A baseline and the candidate's runs."""
    runs = [
        write_run(directory / f"run-{number}", answers(number), checkpoint=f"model-{number}")
        for number in range(2 * trainings)
    ]
    sources = [open_source(run) for run in runs[:trainings]]
    baseline = directory / "baseline.parquet"
    write_baseline(capture(sources, sources[0].outline(scorings())), baseline)
    return baseline, runs[trainings:]


@click.command()
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True, help="The fastest counts.")
@click.option("--trainings", type=click.IntRange(min=1), default=1, show_default=True, help="Training seeds a side.")
@click.option("--clock", type=click.Choice(["wall", "cpu"]), default="wall", show_default=True, help="What is bounded.")
@click.option("--report-only", is_flag=True, help="Exit 0 even where the bound is broken.")
def main(rounds: int, trainings: int, clock: str, *, report_only: bool) -> None:
    """Make runs and a baseline, time the gate, and exit 1 if it takes too long."""
    for name, value in provenance(DISTRIBUTIONS, threads=1).items():
        print(f"{name:<12}{value}", flush=True)
    with tempfile.TemporaryDirectory() as place:
        baseline, candidates = prepare(Path(place), trainings)
        print(f"{'baseline':<12}{baseline.stat().st_size / 1024:,.0f} KiB, {TASKS * LANGUAGES * PERTURBATIONS} cells")
        arguments = ["gate", *map(str, candidates), "--baseline", str(baseline), "--format", "json"]
        spent: list[float] = []
        for _ in range(rounds):
            used, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", COMMAND, *arguments],
                capture_output=True,
                check=False,
                env=os.environ | {"OMP_NUM_THREADS": "1"},
            )
            wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
            if done.returncode not in (0, 1, 3):
                sys.exit(done.stderr.decode())
            processor = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
            print(f"gate        {wall:.2f} s by the wall, {processor:.2f} s of processor time", flush=True)
            spent.append(wall if clock == "wall" else processor)
        print(f"peak memory {after.ru_maxrss / 1024:,.0f} MiB")
    kept = min(spent) <= BOUND
    print(f"fastest     {min(spent):.2f} s, at most {BOUND:g}: {'kept' if kept else 'BROKEN'}; load {load()}")
    sys.exit(0 if kept or report_only else 1)


if __name__ == "__main__":
    main()
