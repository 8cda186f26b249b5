"""Statistics: how long the tests of a large run take, beside `scipy.stats.bootstrap` on a sample of its cells.

    python -m benchmarks.statistics

The run has 10 tasks × 50 languages × 30 perturbations = 15,000 cells of 1,000 ids each: three tasks with right or wrong
answers (one of them in clusters of three), five with graded scores, two with entity F1 from (tp, fp, fn). First the
closed forms of all cells and means, as contrasts with corrected p; then 10,000 resamples: a BCa interval for each cell,
for each mean over languages and over languages and tasks, and max-T over all cells. Peak memory is that of the process
up to here, simulated data included. Last, `scipy.stats.bootstrap` draws as many resamples for a few cells of each kind,
likewise for BCa intervals.

On a machine with other work use `OMP_NUM_THREADS=1` and `--clock cpu`: what one free core would need of processor time,
held to the bounds that are meant for two.
"""

from __future__ import annotations

import os
import resource
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Literal, get_args

import click
import numpy as np
from numpy.typing import NDArray
from scipy import stats

from benchmarks.calibration_world import f1
from benchmarks.machine import load, provenance
from benchmarks.stopwatch import NOTHING, timed
from harness.statistics.batch import Batch, MeanBatch, SumBatch
from harness.statistics.batch_closed import Drops, closed_drops, closed_means, means_across
from harness.statistics.batch_contrasts import contrast_batch, contrast_drops
from harness.statistics.batch_resampled import Intervals, bootstrap_across, bootstrap_batch, max_t_batches
from harness.statistics.multiplicity import correct
from harness.statistics.sample import Floats, Settings

KINDS = ("binary", "clustered", "binary", "graded", "graded", "graded", "graded", "graded", "f1", "f1")
"""The ten tasks by their kind of score."""
IDS = 1_000
CLOSED, RESAMPLED, MEMORY, RATIO = 2.0, 15.0, 1.0, 50.0
"""Bounds: seconds of the closed forms and with resamples, GB (10⁹ bytes), and how many times as long scipy takes."""
Clock = Literal["wall", "cpu"]
CLOCKS = get_args(Clock)
DISTRIBUTIONS = ("xrobust", "numpy", "scipy", "statsmodels")


@dataclass(frozen=True, slots=True)
class Load:
    """How much is computed.

    Args:
        languages: of each task.
        perturbations: of each language.
        settings: levels and resamples.
    """

    languages: int
    perturbations: int
    settings: Settings

    @property
    def cells(self) -> int:
        """Cells of one task."""
        return self.languages * self.perturbations

    def groups(self) -> list[NDArray[np.int64]]:
        """For each perturbation of a task its cells over languages."""
        return [np.arange(self.languages) * self.perturbations + number for number in range(self.perturbations)]


def simulate(kind: str, number: int, work: Load) -> Batch:
    """A task of that kind: ids differ in how easily they break, perturbations in how much they break."""
    generator = np.random.Generator(np.random.PCG64((7, number)))
    fragile = generator.beta(0.6, 3.0, IDS)
    strength = generator.uniform(0.0, 1.0, (work.cells, 1))
    name = f"task {number} ({kind})"
    broken = generator.random((work.cells, IDS)) < fragile * strength
    mended = generator.random((work.cells, IDS)) < 0.03
    if kind == "f1":
        # Each sentence holds two to five entities, of which the clean side misses at most one.
        gold = generator.integers(2, 6, (work.languages, IDS)).astype(np.float64)
        missed, spurious = generator.integers(0, 2, (2, work.languages, IDS)).astype(np.float64)
        clean = np.arange(work.cells) // work.perturbations
        found = (gold - missed)[clean] - broken + np.minimum(mended, missed[clean])
        perturbed = np.stack([found, spurious[clean] + broken, gold[clean] - found], axis=2)
        reference = np.stack([gold - missed, spurious, missed], axis=2)
        return SumBatch(name=name, reference=reference, perturbed=perturbed, score=f1, clean=clean)
    moved = broken.astype(np.float64) - mended
    if kind == "graded":
        return MeanBatch(name=name, differences=moved * generator.random((work.cells, IDS)))
    codes = np.arange(IDS) // 3 if kind == "clustered" else None
    return MeanBatch(name=name, differences=moved, codes=codes, binary=True)


def closed_forms(batches: Sequence[Batch], work: Load) -> int:
    """Every contrast of the run in closed form, corrected; returns how many there are."""
    settings = work.settings
    cells = [
        contrast
        for batch in batches
        for contrast in contrast_batch(batch, [f"{batch.name} {cell}" for cell in range(work.cells)], settings)
    ]
    parts: list[Drops] = [closed_means(closed_drops(batch), work.groups()) for batch in batches]
    names = [f"perturbation {number}" for number in range(work.perturbations)]
    means = [contrast for part in parts for contrast in contrast_drops(part, names, settings, n=IDS)]
    means += contrast_drops(means_across(parts), names, settings, n=IDS * len(batches))
    return len(correct(cells, settings, family="cells")) + len(correct(means, settings, family="means"))


def bootstraps(batches: Sequence[Batch], work: Load) -> tuple[list[Intervals], Intervals]:
    """Intervals of all cells and means over languages, and of the means over languages and tasks."""
    found = [bootstrap_batch(batch, work.settings, groups=work.groups()) for batch in batches]
    return [item.cells for item in found], bootstrap_across([item.kept for item in found], work.settings)


def peer(batch: Batch, cell: int, resamples: int) -> tuple[float, float]:
    """The BCa interval of one cell by scipy, in blocks of resamples that keep its memory flat."""
    options = {"n_resamples": resamples, "method": "BCa", "batch": 1_000, "rng": np.random.default_rng(cell)}
    if isinstance(batch, MeanBatch):
        found = stats.bootstrap((batch.differences[cell],), np.mean, **options)
    else:
        columns = (*batch.reference[batch.against()[cell]].T, *batch.perturbed[cell].T)

        def drop(*sides: Floats, axis: int) -> Floats:
            totals = [side.sum(axis=axis) for side in sides]
            return f1(np.stack(totals[:3], axis=-1)) - f1(np.stack(totals[3:], axis=-1))

        found = stats.bootstrap(columns, drop, paired=True, **options)
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def tell(name: str, value: float, bound: float, *, unit: str, least: bool = False) -> bool:
    """Print a figure beside its bound; whether it is kept."""
    kept = value >= bound if least else value <= bound
    limit = f"at {'least' if least else 'most'} {bound:g}"
    print(f"{name:<44}{value:>9.2f} {unit:<4}{limit:>14}: {'kept' if kept else 'BROKEN'}", flush=True)
    return kept


def measure_peers(
    batches: Sequence[Batch], cells: Sequence[Intervals], work: Load, *, sampled: int, clock: Clock
) -> float:
    """Seconds that scipy would take for all cells, from a few cells of each kind."""
    print(f"\n{'scipy.stats.bootstrap, one cell':<44}{'ms':>9}      widths of its intervals to ours")
    seconds = 0.0
    # scipy draws no clusters: such cells count as if it drew ids.
    for kind, tasks in Counter(kind.replace("clustered", "binary") for kind in KINDS).items():
        place = KINDS.index(kind)
        cost, widths = NOTHING, list[float]()
        for cell in np.linspace(0, work.cells - 1, sampled).astype(int).tolist():
            spent, (low, high) = timed(partial(peer, batches[place], cell, work.settings.resamples))
            cost += spent
            widths.append((high - low) / float(cells[place].high[cell] - cells[place].low[cell]))
        each = getattr(cost, clock) / sampled
        print(f"{kind:<44}{1000 * each:>9.1f} ms   {min(widths):.3f} to {max(widths):.3f}", flush=True)
        seconds += each * tasks * work.cells
    return seconds


def measure(work: Load, sampled: int, clock: Clock) -> bool:
    """Measure and print everything; whether all bounds are kept by that clock."""
    seconds = attrgetter(clock)
    batches = [simulate(kind, number, work) for number, kind in enumerate(KINDS)]
    print(f"{'cells':<12}{len(KINDS)} tasks × {work.languages} languages × {work.perturbations} perturbations")
    print(f"{'ids':<12}{IDS:,} a cell\n{'resamples':<12}{work.settings.resamples:,}\n{'clock':<12}{clock}\n")
    closed, number = timed(lambda: closed_forms(batches, work))
    kept = tell(f"closed forms: {number:,} contrasts, corrected", seconds(closed), CLOSED, unit="s")
    drawn, (cells, _) = timed(lambda: bootstraps(batches, work))
    print(f"{'intervals of cells and means':<44}{seconds(drawn):>9.2f} s", flush=True)
    flipped, _ = timed(lambda: max_t_batches(batches, work.settings))
    print(f"{'max-T over all cells':<44}{seconds(flipped):>9.2f} s", flush=True)
    kept &= tell("intervals and max-T together", seconds(drawn + flipped), RESAMPLED, unit="s")
    kept &= tell("peak memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9, MEMORY, unit="GB")
    theirs = measure_peers(batches, cells, work, sampled=sampled, clock=clock)
    return tell("scipy for all cells, to our intervals", theirs / seconds(drawn), RATIO, unit="", least=True) and kept


@click.command()
@click.option("--languages", type=click.IntRange(min=1), default=50, show_default=True, help="Of each task.")
@click.option("--perturbations", type=click.IntRange(min=1), default=30, show_default=True, help="Of each language.")
@click.option("--resamples", type=click.IntRange(min=99), default=10_000, show_default=True)
@click.option("--sampled", type=click.IntRange(min=1), default=4, show_default=True, help="Cells of a kind for scipy.")
@click.option("--clock", type=click.Choice(CLOCKS), default="wall", show_default=True, help="Which one is judged.")
@click.option("--report-only", is_flag=True, help="Exit 0 even where a bound is broken.")
def main(languages: int, perturbations: int, resamples: int, sampled: int, *, clock: Clock, report_only: bool) -> None:
    """Measure closed forms, resampled intervals and max-T of a large run; exit 1 if a bound is broken."""
    for name, value in provenance(DISTRIBUTIONS, threads=os.cpu_count() or 1).items():
        print(f"{name:<12}{value}", flush=True)
    kept = measure(Load(languages, perturbations, Settings(resamples=resamples, correction="bh")), sampled, clock)
    print(f"\nload at the end {load()}")
    sys.exit(0 if kept or report_only else 1)


if __name__ == "__main__":
    main()
