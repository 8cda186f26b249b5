"""Samples that the tests of the statistics share."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np

from harness.statistics.sample import Floats, Integers, PairedSample

DIRECTORY = Path(__file__).parents[1] / "references"


def references(name: str) -> dict[str, Any]:
    """The values from outside that stand in one file."""
    return tomllib.loads((DIRECTORY / name).read_text(encoding="utf-8"))


def mean(totals: Floats) -> Floats:
    """Mean of (sum, n); 0 where there is nothing."""
    return totals[..., 0] / np.where(totals[..., 1] > 0, totals[..., 1], 1.0)


def f1(totals: Floats) -> Floats:
    """F1 of (tp, fp, fn), 0 where there is nothing."""
    weight = 2 * totals[..., 0] + totals[..., 1] + totals[..., 2]
    return np.where(weight > 0, 2 * totals[..., 0] / np.where(weight > 0, weight, 1.0), 0.0)


def scored(clean: Floats, perturbed: Floats, clusters: Integers | None = None, **options: Any) -> PairedSample:
    """A sample whose score is the mean of one number for each id."""
    shape: dict[str, Any] = {"binary": False, "additive": True, "score": mean, "clusters": clusters} | options
    ones = np.ones(len(clean))
    return PairedSample(
        reference=np.stack([np.asarray(clean, float), ones], axis=1),
        perturbed=np.stack([np.asarray(perturbed, float), ones], axis=1),
        **shape,
    )


def accuracy(clean: Floats, perturbed: Floats, **options: Any) -> PairedSample:
    """A sample of right and wrong answers."""
    return scored(clean, perturbed, **({"binary": True} | options))


def outcomes(ids: int, *, seed: int = 0, hurt: float = 0.1) -> tuple[Floats, Floats]:
    """Right and wrong answers, clean and perturbed."""
    generator = np.random.Generator(np.random.PCG64(seed))
    clean = (generator.random(ids) < 0.8).astype(float)
    return clean, np.where(generator.random(ids) < hurt, 0.0, clean)


def changed(differences: Floats, clusters: Integers | None = None, **options: Any) -> PairedSample:
    """A sample with these differences, −1 to 1, around one half."""
    return scored(0.5 + differences / 2, 0.5 - differences / 2, clusters, **options)


def table(both: int, lost: int, gained: int, neither: int) -> PairedSample:
    """A binary sample with this 2×2 table."""
    clean = np.repeat([1.0, 1.0, 0.0, 0.0], [both, lost, gained, neither])
    perturbed = np.repeat([1.0, 0.0, 1.0, 0.0], [both, lost, gained, neither])
    return scored(clean, perturbed, binary=True)


def tagged(ids: int, *, seed: int = 0, effect: float = 0.3, clusters: Integers | None = None) -> PairedSample:
    """A sample scored by F1."""
    generator = np.random.Generator(np.random.PCG64(seed))
    clean = generator.integers(0, 5, size=(ids, 3)).astype(np.float64) + np.array([3.0, 0.0, 0.0])
    moved = (generator.random(ids) < effect) * 1.0 - (generator.random(ids) < 0.15) * 1.0
    perturbed = np.maximum(clean + np.stack([-moved, moved, moved], axis=1), 0.0)
    return PairedSample(reference=clean, perturbed=perturbed, score=f1, clusters=clusters, binary=False, additive=False)
