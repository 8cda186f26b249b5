"""Batches: the cells of one task over one set of ids, laid out so that a single matrix product serves them all.

Every resampling of a cell is a vector of weights over its clusters times the cluster sums of its statistics. Cells
that share their ids share the weights: that keeps the correlation between languages, which a macro interval and max-T
need, and turns thousands of small products into one large one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from harness.statistics.clustered import STEP
from harness.statistics.sample import Floats, Integers, Score
from perturbations.errors import UsageError

EXACT_IN_SINGLE = 2**24
"""Whole numbers up to this one, and so their sums, are exact in single precision."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeanBatch:
    """Cells whose score is the mean over ids.

    Args:
        name: the id set in words (`"xnli"`); resamples are drawn by it, so that two id sets of one size are
            resampled independently.
        differences: `(cells, ids)` clean minus perturbed score, −1 to 1.
        codes: `(ids,)` cluster codes 0, 1, … without gaps; None where ids are independent.
        binary: whether every difference is −1, 0 or 1: one seed of right or wrong.

    Raises:
        UsageError: no cells or ids, numbers that are not finite, or not binary where that is said, or wrong codes.
    """

    name: str
    differences: Floats
    codes: Integers | None = None
    binary: bool = False

    def __post_init__(self) -> None:
        _check(self.name, self.differences, self.codes)
        if self.binary and not bool(np.isin(self.differences, (-1.0, 0.0, 1.0)).all()):
            raise UsageError(f"batch {self.name!r} must hold differences of −1, 0 or 1: pass binary=False")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SumBatch:
    """Cells whose score is a function of summed statistic vectors (F1, token accuracy).

    Args:
        name: as for `MeanBatch`.
        reference: `(references, ids, k)` statistic vectors of the clean side.
        perturbed: `(cells, ids, k)` those of the perturbed side.
        score: from totals `(..., k)` to scores `(...)` in 0–1; zero totals must score a finite number.
        clean: `(cells,)` which reference each cell is held against: the perturbations of a language share theirs, and
            what is shared is weighted and scored once; None where each cell has its own, in order.
        codes: as for `MeanBatch`.

    Raises:
        UsageError: no cells or ids, unequal shapes, a reference that is not there, numbers that are not finite, or
            wrong codes.
    """

    name: str
    reference: Floats
    perturbed: Floats
    score: Score
    clean: Integers | None = None
    codes: Integers | None = None

    def __post_init__(self) -> None:
        if self.reference.ndim != 3 or self.reference.shape[1:] != self.perturbed.shape[1:]:
            raise UsageError(
                f"batch {self.name!r} needs two arrays of one shape (…, ids, k), "
                f"not {self.reference.shape} and {self.perturbed.shape}"
            )
        cells, clean = len(self.perturbed), self.against()
        if clean.shape != (cells,) or np.any(clean < 0) or np.any(clean >= len(self.reference)):
            raise UsageError(
                f"batch {self.name!r} needs one of its {len(self.reference)} references for each of {cells} cells: "
                f"{clean.shape}"
            )
        for side in (self.reference, self.perturbed):
            _check(self.name, side[..., 0], self.codes)
            if not np.isfinite(side).all():
                raise UsageError(f"batch {self.name!r} holds statistics that are not finite: leave those ids out")

    def against(self) -> Integers:
        """`(cells,)` the reference of each cell."""
        return np.arange(len(self.reference), dtype=np.int64) if self.clean is None else self.clean


Batch = MeanBatch | SumBatch


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A batch as a matrix, and how weighted totals of its columns become drops.

    Args:
        columns: `(columns, units)` sums within clusters.
        drops: from totals `(columns, ...)` to the drops of the cells `(cells, ...)` in score units.
        shape: cells and units.
    """

    columns: Floats
    drops: Callable[[Floats], Floats]
    shape: tuple[int, int]


def within_clusters(values: Floats, codes: Integers | None) -> Floats:
    """`(..., units)` sums of `values` `(..., ids)` within clusters; the values themselves where ids are independent."""
    if codes is None:
        return values
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    return np.add.reduceat(values[..., order], starts, axis=-1)


def layout(batch: Batch) -> Layout:
    """The matrix of a batch."""
    if isinstance(batch, MeanBatch):
        return _mean_layout(batch)
    sides = (batch.reference, batch.perturbed)
    # (k, cell, unit): what a score reads of one column of totals then lies side by side.
    columns = [within_clusters(np.moveaxis(side, 2, 0), batch.codes) for side in sides]
    width, references, units = columns[0].shape
    clean = batch.against()

    def drops(totals: Floats) -> Floats:
        before, after = (
            batch.score(np.moveaxis(part.reshape(width, -1, *totals.shape[1:]), 0, -1))
            for part in np.split(totals, [width * references])
        )
        return before[clean] - after

    return Layout(np.concatenate([part.reshape(-1, units) for part in columns]), drops, (len(clean), units))


def _mean_layout(batch: MeanBatch) -> Layout:
    cells, ids = batch.differences.shape
    sums = within_clusters(batch.differences, batch.codes)
    units = sums.shape[1]
    sizes = np.bincount(batch.codes).astype(np.float64) if batch.codes is not None else np.ones(ids)
    if np.all(sizes == sizes[0]):
        return Layout(sums, lambda totals: totals / ids, (cells, units))
    # A resample of clusters of unequal sizes holds another number of ids each time.
    return Layout(np.vstack([sums, sizes]), lambda totals: totals[:-1] / totals[-1], (cells, units))


def pooled_influences(batch: Batch) -> Floats:
    """`(cells, units)` what each unit adds to the drop, up to a factor, if its two sides are exchangeable.

    For a mean the cluster sums of the differences. For a function of sums the differences of the statistic vectors
    along the gradient at the totals of both sides together: those totals are the same however sides are swapped, so
    that a swap turns the sign of its unit's value and changes nothing else.
    """
    if isinstance(batch, MeanBatch):
        return within_clusters(batch.differences, batch.codes)
    clean = batch.against()
    middle = (batch.reference.sum(axis=1)[clean] + batch.perturbed.sum(axis=1)) / 2
    slopes = gradients(batch.score, middle)
    along = np.einsum("cik,ck->ci", batch.reference[clean], slopes) - np.einsum("cik,ck->ci", batch.perturbed, slopes)
    return within_clusters(along, batch.codes)


def gradients(score: Score, totals: Floats) -> Floats:
    """`(cells, k)` derivatives of a score at totals `(cells, k)`, as `clustered.gradient` finds them one by one."""
    step = STEP * np.maximum(1.0, np.abs(totals).max(axis=1, keepdims=True))
    shifts = step[:, :, None] * np.eye(totals.shape[1])
    centre = totals[:, None, :]
    slopes = (score(centre + shifts) - score(centre - shifts)) / (2 * step)
    return np.where(np.any(totals, axis=1, keepdims=True), slopes, 0.0)


def product_of(columns: Floats) -> Callable[[Floats | NDArray[np.uint8]], Floats]:
    """A function from weights `(resamples, units)` to totals `(columns, resamples)`.

    Whole numbers whose totals stay below 2**24 are multiplied in single precision: the result is the same to the last
    digit, and takes half the time. Weights must be whole numbers that add up to no more than the number of units.
    """
    reach = float(np.abs(columns).max(initial=0.0)) * columns.shape[1]
    if reach < EXACT_IN_SINGLE and bool(np.all(columns == np.rint(columns))):
        single = columns.astype(np.float32)
        return lambda weights: (single @ weights.astype(np.float32).T).astype(np.float64)
    return lambda weights: columns @ weights.T


def stream(seed: int, name: str) -> int:
    """The seed by which the resamples of an id set are drawn, from the seed of a run and the name of the set."""
    return int.from_bytes(sha256(f"{seed}\n{name}".encode()).digest()[:8], "big")


def check_groups(groups: Sequence[NDArray[np.int64]], cells: int) -> None:
    """Refuse a macro that averages no cell, or one that the batch does not hold."""
    for number, group in enumerate(groups):
        if len(group) == 0 or np.any(group < 0) or np.any(group >= cells):
            raise UsageError(f"macro {number} must average cells 0 to {cells - 1}, at least one; got {list(group)}")


def _check(name: str, values: Floats, codes: Integers | None) -> None:
    if values.ndim != 2 or values.size == 0:
        raise UsageError(f"batch {name!r} needs values of shape (cells, ids), at least one each, not {values.shape}")
    wrong = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if wrong.size:
        raise UsageError(
            f"batch {name!r} has {wrong.size} cells with values that are not finite, first cell {wrong[0]}"
        )
    if codes is None:
        return
    if codes.shape != values.shape[1:] or not np.issubdtype(codes.dtype, np.integer) or codes.min() != 0:
        raise UsageError(f"batch {name!r} needs one code from 0 for each of its {values.shape[1]} ids: {codes.shape}")
    if np.any(np.bincount(codes) == 0):
        raise UsageError(f"batch {name!r} needs cluster codes without gaps: pass those of numpy.unique")
