"""Calibration of `xrobust gate`: its three answers on simulated releases, beside rules that people use in its place."""

from __future__ import annotations

import numpy as np

from benchmarks.calibration_gate import Answer, Release, gate_checks, naive_checks
from benchmarks.calibration_verdicts import Check
from benchmarks.calibration_world import World
from harness.cell import CLEAN
from harness.gate.claims import claims
from harness.gate.decision import answer_of
from harness.gate.losses import strata
from harness.gate.policy import Margins, Policy
from harness.gate.snapshot import Items, Kept, Outline, Place, Scoring, Snapshot
from harness.statistics.clustered import clustered_mean
from harness.statistics.conclusion import Sizes
from harness.statistics.noninferiority import contrast_worse
from harness.statistics.sample import Floats, Settings

MARGIN = 0.02
CHECKPOINTS = World(ids=500, languages=8)
TRAININGS = World(ids=500, languages=8, seeds=5, seed_spread=0.06, trained_apart=True)
"""Five training seeds a side, whose scores spread by about a point."""
LONE = World(ids=500, languages=8, seed_spread=0.06, trained_apart=True)
"""One training a side: what is said of the checkpoints says little of the training."""


def gate(release: Release) -> Answer:
    """The answer of the gate, by its own policy but for the margin; the clean score is not simulated."""
    policy = Policy(margins=Margins(macro=100 * release.margin, cell=20.0), clean=False, resamples=999)
    sides = [_snapshot(side) for side in (release.baseline, release.candidate)]
    return answer_of(claims(strata(*sides, measure="perturbed"), policy)).value


def not_significantly_worse(release: Release) -> Answer:
    """What passes for a certificate in many places: no significant loss."""
    return "regression" if _worse_p(release) <= 0.05 else "certified"


def _worse_p(release: Release) -> float:
    """One-sided p of a loss in the mean over languages, whole ids as units."""
    losses = (release.baseline - release.candidate).mean(axis=(0, 1))
    estimate = clustered_mean(losses, np.arange(len(losses)))
    sizes = Sizes(n=len(losses), clusters=len(losses), seeds=1)
    return contrast_worse(estimate, sizes, claim="loss", settings=Settings(alpha=0.05)).p or 1.0


def _snapshot(answers: Floats) -> Snapshot:
    """A snapshot of answers `(seeds, languages, ids)` under one perturbation."""
    seeds, languages, ids = answers.shape
    places = [Place("simulated", f"l{number}", "noise", 0.1) for number in range(languages)]
    ones, names = np.ones((seeds, ids)), tuple(map(str, range(ids)))
    cells = {
        place: Kept(np.stack([answers[:, number], ones], axis=2), np.stack([ones, ones], axis=2), 1)
        for number, place in enumerate(places)
    }
    return Snapshot(
        trainings=tuple(f"{CLEAN} {number}" for number in range(seeds)),
        outline=Outline({"simulated": Scoring("accuracy", clustered=False, parallel=True)}, {p: {} for p in places}),
        items={("simulated", place.language): Items(names, names) for place in places},
        cells=cells,
    )


def checkpoints(repetitions: int) -> list[Check]:
    """One checkpoint a side, then what the naive rule certifies at the margin."""
    found = gate_checks(gate, name="gate", margin=MARGIN, repetitions=repetitions, world=CHECKPOINTS)
    naive = [("not significantly worse", not_significantly_worse)]
    return found + naive_checks(naive, margin=MARGIN, repetitions=repetitions, world=CHECKPOINTS)


def trainings(repetitions: int) -> list[Check]:
    """Five training seeds a side; then the alarms of one a side, where its claim is taken for one about training."""
    found = gate_checks(gate, name="gate", margin=MARGIN, repetitions=repetitions, world=TRAININGS)
    alone = gate_checks(gate, name="  naive: gate on one training", margin=MARGIN, repetitions=repetitions, world=LONE)
    return [*found, *(_shown(check) for check in alone[:2])]


def _shown(check: Check) -> Check:
    return Check(check.name, check.kind, check.nominal, check.hits, check.repetitions, "shown")


GATE_CHECKS = (checkpoints, trainings)
