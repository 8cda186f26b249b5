"""Calibration with training seeds (crossed components, Welch, permutations) and of trends over tasks (Spearman)."""

from __future__ import annotations

import numpy as np
from scipy import stats

from benchmarks.calibration_verdicts import Check, chunks, generator_for
from benchmarks.calibration_world import World, drops
from harness.statistics.arms import permute_arms, welch
from harness.statistics.batch import MeanBatch
from harness.statistics.batch_closed import closed_drops
from harness.statistics.crossed import crossed_estimate
from harness.statistics.ranks import exact_counts, needed_statistic, rank_statistic, statistics_of
from harness.statistics.sample import Floats

ALPHA, LEVEL, SEEDS, TASKS = 0.05, 0.95, 5, 9


def crossed_seeds(repetitions: int) -> list[Check]:
    """A drop over new ids and new seeds: five training seeds, 300 ids in common."""
    generator = generator_for("crossed")
    world, effect = World(ids=300, seeds=SEEDS, seed_spread=0.1), 0.25
    truth = float(world.true_drops(effect)[0])
    inside = seeds_alone = ids_alone = 0
    for size in chunks(repetitions):
        tables = drops(world, generator, size, effect=effect)[:, :, 0]
        for table in tables:
            ends = crossed_estimate([[table.T]]).interval(LEVEL)
            inside += ends is not None and ends[0] <= truth <= ends[1]
        seeds_alone += _missed(tables.mean(axis=2), truth)
        ids_alone += _missed(tables[:, 0], truth)
    return [
        # By construction its variance is never below that through ids or seeds alone: conservative.
        Check("crossed components, 300 ids × 5 seeds", "coverage", LEVEL, inside, repetitions, "at least"),
        Check("  naive: t over 5 seed means, ids forgotten", "false alarms", ALPHA, seeds_alone, repetitions, "shown"),
        Check("  naive: t over ids, one seed for all", "false alarms", ALPHA, ids_alone, repetitions, "shown"),
    ]


def crossed_arms(repetitions: int) -> list[Check]:
    """Two arms of five seeds each that lose alike, on the same 300 ids."""
    generator, world = generator_for("arms"), World(ids=300, seeds=2 * SEEDS, seed_spread=0.1)
    alarms = welched = permuted = one_each = 0
    for size in chunks(repetitions):
        for table in drops(world, generator, size, effect=0.25)[:, :, 0]:
            arms = [[table[:SEEDS].T], [table[SEEDS:].T]]
            p = crossed_estimate(arms).p
            alarms += p is not None and p <= ALPHA
            means = table.mean(axis=1)
            p = welch(means[:SEEDS], means[SEEDS:]).p
            welched += p is not None and p <= ALPHA
            permuted += permute_arms(means[:SEEDS], means[SEEDS:], resamples=999, seed=0).p <= ALPHA
            p = closed_drops(MeanBatch(name="x", differences=(table[0] - table[-1])[None])).p_values()[0]
            one_each += bool(p <= ALPHA)
    return [
        Check("crossed components, 5 against 5 seeds", "false alarms", ALPHA, alarms, repetitions, "at most"),
        Check("Welch over seeds, 5 against 5, ids given", "false alarms", ALPHA, welched, repetitions),
        Check("permutation of seeds, 5 against 5, ids given", "false alarms", ALPHA, permuted, repetitions, "at most"),
        Check("  naive: one seed against one, for all seeds", "false alarms", ALPHA, one_each, repetitions, "shown"),
    ]


def trends(repetitions: int) -> list[Check]:
    """Nine tasks without a trend, five seeds each whose results share the task's own luck."""
    generator = generator_for("trends")
    order = np.arange(TASKS, dtype=np.float64)
    statistic = rank_statistic(order, order, "spearman")
    needed = needed_statistic(exact_counts(statistic, "spearman"), ALPHA) or 0
    luck = generator.normal(size=(repetitions, TASKS, 1))
    results = luck + 0.7 * generator.normal(size=(repetitions, TASKS, SEEDS))
    ranks = stats.rankdata(results.mean(axis=2), axis=1).astype(np.int64)
    sizes = np.abs(statistics_of(statistic.first, 2 * ranks, "spearman"))
    difficulty = np.repeat(order, SEEDS)
    points = stats.rankdata(results.reshape(repetitions, -1), axis=1)
    centred = [values - values.mean(axis=-1, keepdims=True) for values in (stats.rankdata(difficulty), points)]
    scale = np.sqrt((centred[0] ** 2).sum() * (centred[1] ** 2).sum(axis=1))
    correlation = (centred[1] @ centred[0]) / scale
    freedom = TASKS * SEEDS - 2
    p = 2 * stats.t.sf(np.abs(correlation) * np.sqrt(freedom / (1 - correlation**2)), freedom)
    return [
        Check(
            "Spearman over 9 tasks, all orders",
            "false alarms",
            ALPHA,
            int(np.sum(sizes >= needed)),
            repetitions,
            "at most",
        ),
        Check(
            "  naive: 9 tasks × 5 seeds as 45 points",
            "false alarms",
            ALPHA,
            int(np.sum(p <= ALPHA)),
            repetitions,
            "shown",
        ),
    ]


def _missed(values: Floats, truth: float) -> int:
    """How many t intervals over `(repetitions, units)` values miss the truth."""
    low, high = closed_drops(MeanBatch(name="x", differences=values)).intervals(LEVEL)
    return int(np.sum((truth < low) | (high < truth)))


SEED_CHECKS = (crossed_seeds, crossed_arms, trends)
