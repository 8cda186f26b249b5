"""Answers and snapshots for the tests of the gate, made without a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from harness.cell import CLEAN
from harness.gate.snapshot import Items, Kept, Outline, Place, Scoring, Snapshot
from harness.statistics.sample import Floats


def place(
    language: str = "en", perturbation: str = "character-swap", *, task: str = "xnli", rate: float = 0.1
) -> Place:
    return Place(task, language, perturbation, 0.0 if perturbation == CLEAN else rate)


def snapshot(
    answers: Mapping[Place, Floats], *, clustered: bool = False, parallel: bool = True, group: int = 3
) -> Snapshot:
    """A snapshot of right and wrong `(trainings, ids)` by place."""
    cells: dict[Place, Kept] = {}
    items: dict[tuple[str, str], Items] = {}
    for where, values in answers.items():
        clean = np.atleast_2d(answers[Place(where.task, where.language, CLEAN, 0.0)])
        right = np.atleast_2d(values)
        cells[where] = Kept(*(np.stack([side, np.ones_like(side)], axis=2) for side in (right, clean)), noise_seeds=1)
        names = tuple(f"id{number}" for number in range(right.shape[1]))
        groups = tuple(f"g{number // group}" for number in range(right.shape[1])) if clustered else names
        items[where.task, where.language] = Items(names, groups)
    trainings = len(next(iter(cells.values())).statistic)
    scorings = {where.task: Scoring("accuracy", clustered, parallel) for where in answers}
    return Snapshot(
        trainings=tuple(f"model {number}" for number in range(trainings)),
        outline=Outline(scorings, {where: {"data": "d"} for where in answers}),
        items=items,
        cells=cells,
    )


def with_vectors(reference: Floats, perturbed: Floats, *, metric: str) -> Snapshot:
    """A snapshot of one perturbed cell from statistic vectors `(ids, k)`."""
    names = tuple(f"id{number}" for number in range(len(reference)))
    cells = {
        place("en", CLEAN): Kept(reference[None], reference[None], 1),
        place(): Kept(perturbed[None], reference[None], 1),
    }
    return Snapshot(
        trainings=("model",),
        outline=Outline({"xnli": Scoring(metric, clustered=False, parallel=True)}, {where: {} for where in cells}),
        items={("xnli", "en"): Items(names, names)},
        cells=cells,
    )


def answers(
    ids: int, *, languages: Sequence[str] = ("en", "de"), wrong: float = 0.0, seed: int = 0, changed: float = 0.1
) -> dict[Place, Floats]:
    """Right and wrong answers whose perturbed side is another draw for a share `changed` of the ids.

    Two calls that differ in `seed` answer alike but for that share, and are as good as one another; `wrong` is the
    share of further ids that a perturbed answer loses.
    """
    found: dict[Place, Floats] = {}
    for number, language in enumerate(languages):
        fixed = np.random.Generator(np.random.PCG64((99, number)))
        own = np.random.Generator(np.random.PCG64((seed, number, 1)))
        before, after = (fixed.random(ids) < 0.8), (fixed.random(ids) < 0.6)
        for name, right, lost in ((CLEAN, before, 0.0), ("character-swap", after, wrong)):
            drawn = np.where(own.random(ids) < changed, own.random(ids) < right.mean(), right)
            kept = drawn & (own.random(ids) >= lost)
            found[place(language, name)] = kept.astype(np.float64)
    return found
