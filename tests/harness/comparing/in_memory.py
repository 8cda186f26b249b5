"""Arms and their values without runs, for the tests of what is computed of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

import numpy as np

from harness.checkpoints.lineage import Lineage
from harness.comparing.arms import Arm
from harness.comparing.entrants import Entrant
from harness.comparing.gains import ValueCache
from harness.comparing.samples import Scored
from harness.statistics.sample import Floats, PairedSample
from suites.task import find_task
from tests.harness.samples import mean

TOY = "toy"


def sample(drops: Floats, clean: float = 0.5) -> PairedSample:
    """A sample whose ids drop by these numbers from one clean score."""
    ones = np.ones(len(drops))
    sides = [np.stack([side, ones], axis=1) for side in (clean * ones, clean - np.asarray(drops, dtype=float))]
    codes = np.arange(len(drops), dtype=np.int64)
    return PairedSample(reference=sides[0], perturbed=sides[1], score=mean, clusters=codes, binary=False, additive=True)


def arm_of(label: str, seeds: Iterable[int], *intermediate: str, **factors: Any) -> Arm:
    """An arm with members of these seeds on the toy task."""
    levels = {"base": "b", "intermediate": "+".join(intermediate) or "none", **factors}
    members = {
        (TOY, seed): Entrant(f"{label}-{seed}", label, cast("Any", None), Lineage("b", intermediate, TOY, seed), levels)
        for seed in seeds
    }
    return Arm(label, levels, intermediate, members)


def cache_of(
    drops: Mapping[tuple[Arm, int], Floats], *, clean: Mapping[tuple[Arm, int], float] | None = None
) -> ValueCache:
    """The values of arms whose ids drop by these numbers."""
    task = replace(find_task("miniature-nli"), name=TOY, parallel=True)
    scored: dict[tuple[Entrant, str], Scored] = {}
    for (arm, seed), rows in drops.items():
        found = sample(rows, (clean or {}).get((arm, seed), 0.5))
        nothing = replace(found, perturbed=np.zeros_like(found.perturbed))
        scored[arm.members[TOY, seed], TOY] = Scored(task, {"en": nothing}, {("en", "noise", 0.1): found})
    return ValueCache(scored)
