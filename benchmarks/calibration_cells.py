"""Calibration of one cell: McNemar, Tango, sign flips, clustered t, F1 by jackknife, randomisation and bootstrap."""

from __future__ import annotations

import numpy as np

from benchmarks.calibration_verdicts import Check, chunks, covered, generator_for
from benchmarks.calibration_world import World, drops, f1, tagged
from harness.statistics.batch import MeanBatch, SumBatch
from harness.statistics.batch_closed import closed_drops, closed_pairs
from harness.statistics.batch_resampled import bootstrap_batch
from harness.statistics.power import clustered_mde, paired_mde
from harness.statistics.resampling import bootstrap_t_interval, randomisation_test
from harness.statistics.sample import PairedSample, Settings
from harness.statistics.signflip import lattice_sign_flip

ALPHA, LEVEL = 0.05, 0.95
RESAMPLES = 999
"""(b + 1)/(R + 1) then reaches 0.05 exactly."""


def paired_binary(repetitions: int) -> list[Check]:
    """One language, independent ids, one seed."""
    generator, world, effect = generator_for("paired binary"), World(ids=400), 0.25
    truth = float(world.true_drops(effect)[0])
    mid = exact = inside = 0
    for size in chunks(repetitions):
        null = MeanBatch(name="null", differences=drops(world, generator, size)[:, 0, 0], binary=True)
        mid += int(np.sum(closed_pairs(null, Settings()).p <= ALPHA))
        exact += int(np.sum(closed_pairs(null, Settings(exact=True)).p <= ALPHA))
        moved = drops(world, generator, size, effect=effect)[:, 0, 0]
        pairs = closed_pairs(MeanBatch(name="moved", differences=moved, binary=True), Settings())
        inside += covered(pairs.low, pairs.high, truth)
    return [
        Check("McNemar mid-p, 400 ids", "false alarms", ALPHA, mid, repetitions, "at most"),
        Check("McNemar exact, 400 ids", "false alarms", ALPHA, exact, repetitions, "at most"),
        Check("Tango interval, 400 ids", "coverage", LEVEL, inside, repetitions),
    ]


def paired_power(repetitions: int) -> list[Check]:
    """McNemar's test where the true drop is the minimum detectable one of its discordance."""
    generator, ids, discordance = generator_for("paired power"), 1_000, 0.1
    effect = (paired_mde(discordance, ids) or np.nan) / 100
    chances = [(discordance + effect) / 2, (discordance - effect) / 2, 1 - discordance]
    found = 0
    for size in chunks(repetitions):
        moves = generator.multinomial(ids, chances, size)
        rows = np.repeat(np.tile([1.0, -1.0, 0.0], size), moves.ravel()).reshape(size, ids)
        found += int(np.sum(closed_pairs(MeanBatch(name="x", differences=rows, binary=True), Settings()).p <= ALPHA))
    # Connor's formula is an approximation, here for a test that is discrete: a point of power is what it leaves open.
    return [Check("McNemar mid-p at its minimum detectable effect", "power", 0.79, found, repetitions, "at least")]


def several_noise_seeds(repetitions: int) -> list[Check]:
    """Right or wrong averaged over three noise seeds: exact flips; graded: the bootstrap-t."""
    generator, world, effect = generator_for("noise seeds"), World(ids=150, seeds=3), 0.25
    truth = float(world.true_drops(effect)[0])
    alarms = inside = 0
    for size in chunks(repetitions):
        for row in drops(world, generator, size).sum(axis=1)[:, 0]:
            alarms += lattice_sign_flip(row.astype(np.int64)) <= ALPHA
        for row in drops(world, generator, size, effect=effect).mean(axis=1)[:, 0]:
            # Draws of their own for each: shared ones would make the repetitions depend on each other.
            seed = int(generator.integers(2**62))
            ends = bootstrap_t_interval(row, level=LEVEL, resamples=RESAMPLES, seed=seed)
            inside += ends is not None and ends[0] <= truth <= ends[1]
    return [
        Check("exact sign flips, 150 ids × 3 noise seeds", "false alarms", ALPHA, alarms, repetitions, "at most"),
        Check("bootstrap-t, 150 ids × 3 noise seeds", "coverage", LEVEL, inside, repetitions),
    ]


def premises(repetitions: int) -> list[Check]:
    """Three hypotheses to a premise: the clustered t, and McNemar's test for which they are independent."""
    generator, world, effect = generator_for("premises"), World(ids=200, rows=3), 0.25
    codes = np.arange(600) // 3
    truth = float(world.true_drops(effect)[0])
    alarms = naive = inside = 0
    for size in chunks(repetitions):
        null = MeanBatch(name="x", differences=drops(world, generator, size)[:, 0, 0], codes=codes, binary=True)
        alarms += int(np.sum(closed_drops(null).p_values() <= ALPHA))
        naive += int(np.sum(closed_pairs(null, Settings()).p <= ALPHA))
        moved = MeanBatch(name="x", differences=drops(world, generator, size, effect=effect)[:, 0, 0], codes=codes)
        inside += covered(*closed_drops(moved).intervals(LEVEL), truth)
    return [
        Check("clustered t, 200 premises × 3 rows", "false alarms", ALPHA, alarms, repetitions),
        Check("clustered t interval, 200 premises × 3 rows", "coverage", LEVEL, inside, repetitions),
        Check("  naive: McNemar over the 600 rows", "false alarms", ALPHA, naive, repetitions, "shown"),
    ]


def normal_power(repetitions: int) -> list[Check]:
    """The clustered t where the true effect is the minimum detectable one: exact for normal cluster means."""
    generator, ids = generator_for("normal power"), 40
    effect = (clustered_mde(0.1 / np.sqrt(ids), ids - 1.0) or np.nan) / 100
    found = 0
    for size in chunks(repetitions):
        rows = effect + 0.1 * generator.normal(size=(size, ids))
        found += int(np.sum(closed_drops(MeanBatch(name="x", differences=rows)).p_values() <= ALPHA))
    return [Check("t(39) at its minimum detectable effect", "power", 0.8, found, repetitions)]


def tagging(repetitions: int) -> list[Check]:
    """Entity F1 over 300 sentences."""
    generator, world, effect = generator_for("tagging"), World(ids=300), 0.3
    truth = _true_f1(generator, effect)
    alarms = swapped = inside = resampled = 0
    settings = Settings(resamples=RESAMPLES)
    for size in chunks(repetitions):
        before, after = tagged(world, generator, size)
        alarms += int(
            np.sum(closed_drops(SumBatch(name="x", reference=before, perturbed=after, score=f1)).p_values() <= ALPHA)
        )
        for clean, perturbed in zip(before, after, strict=True):
            sample = PairedSample(reference=clean, perturbed=perturbed, score=f1, binary=False, additive=False)
            test = randomisation_test(sample, resamples=RESAMPLES, seed=int(generator.integers(2**62)))
            swapped += test.p <= ALPHA
        before, after = tagged(world, generator, size, effect=effect)
        moved = SumBatch(name="x", reference=before, perturbed=after, score=f1)
        inside += covered(*closed_drops(moved).intervals(LEVEL), truth)
        # A few repetitions share their draws, most do not.
        for start in range(0, size, 10):
            few = SumBatch(
                name="x", reference=before[start : start + 10], perturbed=after[start : start + 10], score=f1
            )
            found = bootstrap_batch(few, settings, seed=int(generator.integers(2**62))).cells
            resampled += covered(found.low, found.high, truth)
    return [
        Check("F1, jackknife t, 300 sentences", "false alarms", ALPHA, alarms, repetitions),
        Check("F1, randomisation, 300 sentences", "false alarms", ALPHA, swapped, repetitions),
        Check("F1, jackknife t interval, 300 sentences", "coverage", LEVEL, inside, repetitions),
        Check("F1, bootstrap BCa, 300 sentences", "coverage", LEVEL, resampled, repetitions),
    ]


def _true_f1(generator: np.random.Generator, effect: float) -> float:
    """The drop of F1 in four million sentences: its own error is a thirtieth of that of 300."""
    sums = [
        [side.sum(axis=(0, 1)) for side in tagged(World(ids=100_000), generator, 1, effect=effect)] for _ in range(40)
    ]
    clean, perturbed = np.sum(sums, axis=0)
    return float(f1(clean) - f1(perturbed))


CELL_CHECKS = (paired_binary, paired_power, several_noise_seeds, premises, normal_power, tagging)
