"""Calibration of means over languages and of comparisons: ids in common or not, two checkpoints."""

from __future__ import annotations

import numpy as np

from benchmarks.calibration_verdicts import Check, chunks, covered, generator_for
from benchmarks.calibration_world import World, drops
from harness.statistics.batch import MeanBatch
from harness.statistics.batch_closed import closed_drops, closed_means, means_across
from harness.statistics.batch_resampled import bootstrap_batch
from harness.statistics.sample import Floats, Settings
from harness.statistics.signflip import sign_flip

ALPHA, LEVEL, LANGUAGES, RESAMPLES = 0.05, 0.95, 8, 999


def parallel(repetitions: int) -> list[Check]:
    """The mean over eight languages that share 200 ids."""
    generator, world, effect = generator_for("parallel"), World(ids=200, languages=LANGUAGES), 0.25
    truth = float(world.true_drops(effect).mean())
    alarms = pooled = inside = flipped = resampled = 0
    settings = Settings(resamples=RESAMPLES)
    for size in chunks(repetitions):
        groups = list(np.arange(size * LANGUAGES).reshape(size, LANGUAGES))
        null = drops(world, generator, size)[:, 0]
        means = closed_means(closed_drops(_cells(null)), groups)
        alarms += int(np.sum(means.p_values() <= ALPHA))
        pooled += int(np.sum(closed_drops(MeanBatch(name="x", differences=null.reshape(size, -1))).p_values() <= ALPHA))
        for sums in null.sum(axis=1):
            flipped += sign_flip(sums, resamples=RESAMPLES, seed=int(generator.integers(2**62))).p <= ALPHA
        moved = drops(world, generator, size, effect=effect)[:, 0]
        low, high = closed_means(closed_drops(_cells(moved)), groups).intervals(LEVEL)
        inside += covered(low, high, truth)
        for one in np.array_split(moved, max(1, size // 10)):
            few = list(np.arange(len(one) * LANGUAGES).reshape(len(one), LANGUAGES))
            ends = bootstrap_batch(_cells(one), settings, groups=few, seed=int(generator.integers(2**62))).means
            resampled += covered(ends.low, ends.high, truth)
    return [
        Check("mean of 8 parallel languages, t of whole ids", "false alarms", ALPHA, alarms, repetitions),
        Check("mean of 8 parallel languages, flips of whole ids", "false alarms", ALPHA, flipped, repetitions),
        Check("mean of 8 parallel languages, t interval", "coverage", LEVEL, inside, repetitions),
        Check("mean of 8 parallel languages, bootstrap BCa", "coverage", LEVEL, resampled, repetitions),
        Check("  naive: 8 × 200 answers pooled as independent", "false alarms", ALPHA, pooled, repetitions, "shown"),
    ]


def strata(repetitions: int) -> list[Check]:
    """The mean over four languages without common ids, of unequal sizes."""
    generator, effect, sizes = generator_for("strata"), 0.25, (40, 80, 120, 200)
    worlds = [World(ids=ids) for ids in sizes]
    truth = float(worlds[0].true_drops(effect)[0])
    alarms = inside = 0
    for size in chunks(repetitions):
        null = [_cells(drops(world, generator, size)[:, 0]) for world in worlds]
        alarms += int(np.sum(means_across([closed_drops(part) for part in null]).p_values() <= ALPHA))
        moved = [_cells(drops(world, generator, size, effect=effect)[:, 0]) for world in worlds]
        low, high = means_across([closed_drops(part) for part in moved]).intervals(LEVEL)
        inside += covered(low, high, truth)
    return [
        Check("mean of 4 languages without common ids, stratified t", "false alarms", ALPHA, alarms, repetitions),
        Check("mean of 4 languages without common ids, interval", "coverage", LEVEL, inside, repetitions),
    ]


def two_checkpoints(repetitions: int) -> list[Check]:
    """Two checkpoints that lose equally: one contrast for each id, against one verdict for each checkpoint."""
    generator, world = generator_for("two checkpoints"), World(ids=300)
    # At this drop each checkpoint alone is significant about half of the time.
    effect = 0.3
    alarms = one_alone = 0
    for size in chunks(repetitions):
        first, second = (drops(world, generator, size, effect=effect)[:, 0, 0] for _ in range(2))
        alarms += int(np.sum(closed_drops(MeanBatch(name="x", differences=first - second)).p_values() <= ALPHA))
        alone = [closed_drops(MeanBatch(name="x", differences=side)).p_values() <= ALPHA for side in (first, second)]
        one_alone += int(np.sum(alone[0] != alone[1]))
    return [
        Check("difference-in-differences of two checkpoints, 300 ids", "false alarms", ALPHA, alarms, repetitions),
        Check("  naive: significant in one, not in the other", "false alarms", ALPHA, one_alone, repetitions, "shown"),
    ]


def _cells(table: Floats) -> MeanBatch:
    """A batch of `(repetitions, cells, ids)` differences, every repetition's cells in order."""
    return MeanBatch(name="x", differences=table.reshape(-1, table.shape[-1]))


MEAN_CHECKS = (parallel, strata, two_checkpoints)
