"""Calibration of claims about a margin: non-inferiority and equivalence where the true loss is exactly the margin."""

from __future__ import annotations

import numpy as np

from benchmarks.calibration_verdicts import Check, chunks, generator_for
from benchmarks.calibration_world import World, drops
from harness.statistics.batch import MeanBatch
from harness.statistics.batch_closed import closed_drops, closed_means, closed_pairs
from harness.statistics.clustered import ClusteredEstimate
from harness.statistics.distributions import normal_probability
from harness.statistics.intervals import tango_score
from harness.statistics.noninferiority import Margin, bound_margin_p
from harness.statistics.power import noninferiority_required_n
from harness.statistics.sample import Settings

ALPHA, POINTS = 0.05, 2.0
MARGIN, EQUIVALENCE = Margin(points=POINTS), Margin(points=POINTS, both=True)


def one_cell(repetitions: int) -> list[Check]:
    """Tango's score z in one language, and the rule that passes whatever is not significantly worse."""
    generator, world = generator_for("margin of a cell"), World(ids=600)
    effect = world.effect_of(MARGIN.share)
    certified = passed = 0
    for size in chunks(repetitions):
        batch = MeanBatch(name="x", differences=drops(world, generator, size, effect=effect)[:, 0, 0], binary=True)
        pairs = closed_pairs(batch, Settings())
        certified += int(np.sum(normal_probability(tango_score(pairs.lost, pairs.gained, 600, MARGIN.share)) <= ALPHA))
        passed += int(np.sum(~((pairs.p <= ALPHA) & (pairs.lost > pairs.gained))))
    return [
        Check("Tango score z, 600 ids, loss of exactly the margin", "certified", ALPHA, certified, repetitions),
        Check("  naive: passes unless significantly worse", "certified", ALPHA, passed, repetitions, "shown"),
    ]


def mean_of_languages(repetitions: int) -> list[Check]:
    """The bound of the clustered t for the mean of parallel languages, against one margin and against both."""
    few, many = World(ids=200, languages=8), World(ids=4_000, languages=2)
    certified = _within(few, MARGIN, repetitions)
    equivalent = _within(many, EQUIVALENCE, repetitions)
    return [
        Check("t bound, 8 × 200 ids, loss of exactly the margin", "certified", ALPHA, certified, repetitions),
        Check("two one-sided tests, 2 × 4,000 ids, same loss", "equivalent", ALPHA, equivalent, repetitions),
    ]


def _within(world: World, margin: Margin, repetitions: int) -> int:
    """How often a loss of exactly the margin is taken for less."""
    generator, effect = generator_for(f"margin of {world.languages} languages"), world.effect_of(margin.share)
    shown = 0
    for size in chunks(repetitions, 50):
        rows = drops(world, generator, size, effect=effect)[:, 0].reshape(size * world.languages, -1)
        groups = list(np.arange(len(rows)).reshape(size, world.languages))
        means = closed_means(closed_drops(MeanBatch(name="x", differences=rows)), groups)
        for estimate, error, freedom in zip(means.estimates, means.errors, means.freedom, strict=True):
            loss = ClusteredEstimate(float(estimate), float(error), means.units, float(freedom))
            shown += bound_margin_p(loss, margin) <= ALPHA
    return shown


def required_ids(repetitions: int) -> list[Check]:
    """Tango's score z without any loss, with as many ids as 80 % power is said to need."""
    generator, discordance = generator_for("required ids"), 0.1
    ids = noninferiority_required_n(POINTS, discordance)
    lost, gained, _ = generator.multinomial(ids, [discordance / 2, discordance / 2, 1 - discordance], repetitions).T
    found = int(np.sum(normal_probability(tango_score(lost, gained, ids, MARGIN.share)) <= ALPHA))
    # The formula takes the variance without loss for that at the margin: half a point of power is what it leaves open.
    return [Check(f"Tango score z, {ids:,} ids, no loss", "certified", 0.795, found, repetitions, "at least")]


MARGIN_CHECKS = (one_cell, mean_of_languages, required_ids)
