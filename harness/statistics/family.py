"""Families corrected by what they share: max-T over cells that hold the same ids.

Holm takes every cell for a new chance to err; forty perturbations of the same ids are not. Flipping whole ids shows how
large the largest of all statistics gets by chance, and each cell is held against that (see `maxt`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from harness.statistics.clustered import ROUNDING, gradient, sums_within
from harness.statistics.contrast import Contrast
from harness.statistics.maxt import joint_values, max_t_flips
from harness.statistics.sample import Floats, Integers, PairedSample, Settings
from harness.statistics.signflip import listable
from harness.statistics.units import shared_codes
from perturbations.errors import UsageError


def flip_values(sample: PairedSample) -> Floats:
    """`(ids,)` what each id adds to the drop if its two sides are exchangeable, up to a factor.

    For a mean the differences. For a function of sums the differences of the statistic vectors along the gradient at
    the totals of both sides together, which no swap changes.
    """
    if sample.is_mean():
        return sample.differences()
    totals = (sample.reference.sum(axis=0) + sample.perturbed.sum(axis=0)) / 2
    return (sample.reference - sample.perturbed) @ gradient(sample.score, totals)


def correct_jointly(
    contrasts: Sequence[Contrast],
    samples: Sequence[PairedSample],
    settings: Settings,
    *,
    family: str,
) -> list[Contrast]:
    """The contrasts with their p adjusted by max-T step-down, in order.

    Args:
        contrasts: one family; those without a p, or in which no unit moved, are left out of it.
        samples: the cells behind them, in the same order; several need cluster codes that mean the same ids in all.
        settings: R and seed of the flips, which are listed instead where the units are few.
        family: what the family is, in words.

    Raises:
        UsageError: other samples than contrasts, or samples without common codes.
    """
    if len(contrasts) != len(samples):
        raise UsageError(f"a family needs one sample for each of its {len(contrasts)} contrasts, not {len(samples)}")
    codes = shared_codes(samples) if samples else []
    values = [flip_values(sample) for sample in samples]
    # A cell whose changes cancel within every unit has nothing to flip, though some other test may have had.
    tested = [i for i, contrast in enumerate(contrasts) if contrast.p is not None and _moves(codes[i], values[i])]
    adjusted, name = np.full(len(contrasts), np.nan), "max-T step-down"
    if tested:
        table = joint_values((codes[i], values[i]) for i in tested)
        adjusted[tested] = max_t_flips(table, resamples=settings.resamples, seed=settings.seed)
        every = listable(len(table), settings.resamples)
        flips = "all flips" if every else f"{settings.resamples:,} flips of whole ids, seed {settings.seed}"
        name = f"max-T step-down ({flips})"
    return correct_by_max_t(contrasts, adjusted, family=family, name=name)


def correct_by_max_t(
    contrasts: Sequence[Contrast], adjusted: Floats, *, family: str, name: str = "max-T"
) -> list[Contrast]:
    """The contrasts with p that max-T has adjusted, in order; what could not be tested has left the family.

    Args:
        contrasts: one family.
        adjusted: `(contrasts,)` adjusted p, as of `max_t_batches`; NaN where no unit moved.
        family: what the family is, in words.
        name: of the correction.

    Raises:
        UsageError: another number of p than of contrasts.
    """
    if len(contrasts) != len(adjusted):
        raise UsageError(f"a family needs one adjusted p for each of its {len(contrasts)} contrasts: {len(adjusted)}")
    size = sum(c.p is not None and not np.isnan(value) for c, value in zip(contrasts, adjusted, strict=True))
    return [
        replace(
            contrast,
            # The raw p is of another test: correcting must not make it smaller.
            adjusted_p=None if contrast.p is None or np.isnan(value) else max(float(value), contrast.p),
            family=family,
            family_size=size,
            correction=name,
        )
        for contrast, value in zip(contrasts, adjusted, strict=True)
    ]


def _moves(codes: Integers, values: Floats) -> bool:
    return bool(np.any(np.abs(sums_within(values, codes)) > ROUNDING))
