"""Calibration of a gate: its alarms where nothing changed, what it certifies exactly at the margin, its power curve.

The gate is any function from a release to one of its three answers. Baseline and candidate answer the same ids, and the
true loss of the candidate is known: the mean over languages of what it answers right less often.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from benchmarks.calibration_verdicts import Check, chunks, generator_for
from benchmarks.calibration_world import World, answers
from harness.statistics.sample import Floats

Answer = Literal["certified", "regression", "inconclusive"]
CURVE = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
"""True losses of the power curve, as multiples of the margin."""


@dataclass(frozen=True, slots=True, eq=False)
class Release:
    """What a gate sees.

    Args:
        baseline: `(seeds, languages, ids)` right and wrong answers under perturbation, 1 and 0.
        candidate: `(seeds, languages, ids)` those of the candidate to the same inputs; its seeds are others.
        margin: loss that is tolerated, 0–1.
    """

    baseline: Floats
    candidate: Floats
    margin: float


Gate = Callable[[Release], Answer]


def gate_checks(
    gate: Gate, *, name: str, margin: float, repetitions: int, alpha: float = 0.05, world: World | None = None
) -> list[Check]:
    """How often a gate gives each of its answers.

    Args:
        gate: decides on one release.
        name: of the gate.
        margin: loss that is tolerated, above 0.
        repetitions: for the two promises; the curve takes a tenth of them.
        alpha: what the gate promises of either error, 0–1.
        world: the sizes; by default eight languages of 500 ids and one checkpoint a side, to which the claim is
            confined. With `seed_spread` the claim is about trainings.

    Returns:
        The alarm rate without change and the certification rate at the margin, each from above, then the curve.
    """
    world = World(ids=500, languages=8) if world is None else world
    trained = f"{world.seeds} training{'s' * (world.seeds > 1)} a side" if world.seed_spread else "these checkpoints"
    unchanged = _count(gate, world, loss=0.0, margin=margin, repetitions=repetitions)
    at_margin = _count(gate, world, loss=margin, margin=margin, repetitions=repetitions)
    checks = [
        Check(f"{name}, {trained}: no change", "alarms", alpha, unchanged["regression"], repetitions, "at most"),
        Check(f"{name}, {trained}: at the margin", "certified", alpha, at_margin["certified"], repetitions, "at most"),
    ]
    fewer = max(1, repetitions // 10)
    for multiple in CURVE:
        counts = _count(gate, world, loss=multiple * margin, margin=margin, repetitions=fewer)
        for answer in ("certified", "regression"):
            place = f"{name}, {trained}: loss {100 * multiple * margin:.2g} points"
            checks.append(Check(place, answer, None, counts[answer], fewer, "shown"))
    return checks


def naive_checks(gates: Sequence[tuple[str, Gate]], *, margin: float, repetitions: int, world: World) -> list[Check]:
    """What other rules certify exactly at the margin, shown beside the gate."""
    return [
        Check(
            f"  naive: {name}, at the margin",
            "certified",
            0.05,
            _count(gate, world, loss=margin, margin=margin, repetitions=repetitions)["certified"],
            repetitions,
            "shown",
        )
        for name, gate in gates
    ]


def _count(gate: Gate, world: World, *, loss: float, margin: float, repetitions: int) -> Counter[str]:
    generator, effect = generator_for(f"gate {loss:.6f} {world.seeds}"), world.effect_of(loss)
    counts = Counter[str]()
    for size in chunks(repetitions, 50):
        sides = answers(world, generator, size, effect=effect)
        counts.update(gate(Release(before, after, margin)) for before, after in zip(*sides, strict=True))
    return counts
