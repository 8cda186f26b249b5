"""Corrections over a family of tests: Holm for few confirmatory claims, Benjamini–Hochberg for a screen.

Claims that could not be tested leave the family before anything is computed: `statsmodels` would count a NaN (Holm)
or spread it over all results (Benjamini–Hochberg).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from harness.statistics.contrast import Contrast
from harness.statistics.sample import SMALLEST_P, Correction, Floats, Settings
from perturbations.errors import UsageError

METHODS: dict[Correction, tuple[str, str]] = {"holm": ("Holm", "holm"), "bh": ("Benjamini–Hochberg", "fdr_bh")}
"""Name in print and name in `statsmodels` of each correction."""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Corrected p-values.

    Args:
        values: one for each p given, in order; None where there was none.
        family_size: number of p-values that were corrected together.
    """

    values: tuple[float | None, ...]
    family_size: int


def adjust(p_values: Sequence[float | None], *, correction: Correction) -> Adjusted:
    """Correct p-values for being one family.

    Args:
        p_values: p in (0, 1], None for what could not be tested.
        correction: `"holm"` or `"bh"`.

    Raises:
        UsageError: a p outside (0, 1] or not a number.
    """
    tested = [(index, p) for index, p in enumerate(p_values) if p is not None]
    for index, p in tested:
        if not 0.0 < p <= 1.0:
            raise UsageError(f"p-value {index} of the family must lie in (0, 1], not {p}; pass None if untestable")
    values: list[float | None] = [None] * len(p_values)
    if tested:
        adjusted = _multipletests(np.array([p for _, p in tested]), METHODS[correction][1])
        for (index, p), value in zip(tested, adjusted, strict=True):
            # Rounding may take a product a hair below the raw p or above 1.
            values[index] = min(1.0, max(float(value), p, SMALLEST_P))
    return Adjusted(tuple(values), len(tested))


def correct(contrasts: Sequence[Contrast], settings: Settings, *, family: str) -> list[Contrast]:
    """The contrasts with their corrected p, in order.

    Args:
        contrasts: one family: everything that a reader would scan for significance together.
        settings: names the correction.
        family: what the family is, in words (`"cells of base on xnli"`).
    """
    adjusted = adjust([contrast.p for contrast in contrasts], correction=settings.correction)
    name = METHODS[settings.correction][0]
    return [
        replace(contrast, adjusted_p=value, family=family, family_size=adjusted.family_size, correction=name)
        for contrast, value in zip(contrasts, adjusted.values, strict=True)
    ]


def correct_by_bonferroni(contrasts: Sequence[Contrast], *, family: str) -> list[Contrast]:
    """The contrasts with p times the number of tests: any is significant exactly where any is by Holm.

    For whoever asks only that, and cannot wait for `statsmodels` to load.

    Args:
        contrasts: one family; those without a p are left out of it and stay untested.
        family: what the family is, in words.
    """
    size = sum(contrast.p is not None for contrast in contrasts)
    return [
        replace(
            contrast,
            adjusted_p=None if contrast.p is None else min(1.0, size * contrast.p),
            family=family,
            family_size=size,
            correction="Bonferroni",
        )
        for contrast in contrasts
    ]


def _multipletests(p_values: Floats, method: str) -> Floats:
    # Imported late: statsmodels takes longer to load than most commands take to run.
    module = importlib.import_module("statsmodels.stats.multitest")
    function = cast(Callable[..., tuple[Any, ...]], module.multipletests)
    return np.asarray(function(p_values, method=method)[1], dtype=np.float64)
