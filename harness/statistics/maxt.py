"""Max-T: p-values of many cells that hold together, from the largest statistic of every resample.

Westfall & Young (1993), "Resampling-based multiple testing", step-down minP/maxT, algorithm 4.1 as given by Ge, Dudoit
& Speed (2003), box 2. Cells that share ids are flipped together, so that their correlation sets the price of the
family: forty copies of one cell cost as much as one. Everything works block by block on a matrix of null statistics
`(rows, cells)`, so that memory stays flat.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from harness.statistics.sample import SMALLEST_P, Floats, Integers
from harness.statistics.signflip import TOLERANCE, blocks, coins, every_subset, listable
from perturbations.errors import UsageError

Tail = Literal["two", "greater"]
"""Which statistics count as extreme: far from 0 on either side, or large."""


def extremeness(statistics: Floats, tail: Tail) -> Floats:
    """How extreme statistics of any shape are: their size, or for one tail themselves."""
    return np.abs(statistics) if tail == "two" else statistics


def descending(observed: Floats) -> Integers:
    """`(cells,)` the order of the cells from the most extreme, `observed` being their extremeness."""
    return np.argsort(-observed, kind="stable").astype(np.int64)


def count_beyond(observed: Floats, block: Floats) -> Integers:
    """How often the largest statistic from each rank on reaches what was observed there.

    Args:
        observed: `(cells,)` extremeness of studentised statistics, most extreme first.
        block: `(rows, cells)` extremeness of null statistics, cells in the same order; it is overwritten.

    Returns:
        `(cells,)` numbers of rows, to be summed over blocks and handed to `step_down`.
    """
    backwards = block[:, ::-1]
    np.maximum.accumulate(backwards, axis=1, out=backwards)
    # Two sums of the same numbers in another order differ in their last digits: those are ties.
    reached = observed - TOLERANCE * np.maximum(1.0, np.abs(observed))
    return np.count_nonzero(block >= reached, axis=0).astype(np.int64)


def step_down(counts: Integers, rows: int, *, exact: bool = False) -> Floats:
    """Adjusted p-values from the counts of all blocks.

    Args:
        counts: `(cells,)` from `count_beyond`, most extreme first.
        rows: null statistics behind them.
        exact: whether they are all that there are, the observed one among them; otherwise they were drawn, and p is
            (b + 1)/(R + 1).

    Returns:
        `(cells,)` p in (0, 1], in the same order, never falling from one rank to the next.
    """
    shares = counts / rows if exact else (counts + 1) / (rows + 1)
    return np.clip(np.maximum.accumulate(shares), SMALLEST_P, 1.0)


def max_t(observed: Floats, null: Iterable[Floats], *, tail: Tail = "two", exact: bool = False) -> Floats:
    """Step-down adjusted p-values of a family.

    Args:
        observed: `(cells,)` statistics on one scale (studentised), finite.
        null: blocks `(rows, cells)` of statistics under the hypothesis, each row from one resample of all cells.
        tail: which statistics are extreme.
        exact: as in `step_down`.

    Returns:
        `(cells,)` adjusted p, in the order given.

    Raises:
        UsageError: no cells, a statistic that is not finite, or no null statistics.
    """
    if observed.ndim != 1 or not observed.size or not np.isfinite(observed).all():
        raise UsageError(
            f"max-T needs finite statistics of at least one cell, not {observed}: leave untestable ones out"
        )
    extreme = extremeness(observed, tail)
    order = descending(extreme)
    counts, rows = np.zeros(len(order), dtype=np.int64), 0
    for block in null:
        counts += count_beyond(extreme[order], extremeness(block, tail)[:, order])
        rows += len(block)
    if rows == 0:
        raise UsageError("max-T needs null statistics: draw at least one block")
    adjusted = np.empty(len(order))
    adjusted[order] = step_down(counts, rows, exact=exact)
    return adjusted


def studentised(values: Floats) -> Floats:
    """Sign-flip weights that put the cells on one scale.

    Args:
        values: `(units, cells)` what each unit (id, cluster) contributes to each cell, 0 where it has no part in it.

    Returns:
        `(units, cells)` values over √Σv². A flip of signs leaves that root alone, so that signs @ weights are
        statistics of variance 1, each a rising function of its cell's t.

    Raises:
        UsageError: a cell in which nothing moves, or a value that is not finite.
    """
    if values.ndim != 2 or not np.isfinite(values).all():
        raise UsageError("max-T needs one finite value for each unit and cell: leave out ids that have no score")
    roots = np.sqrt(np.sum(values**2, axis=0))
    still = np.flatnonzero(roots == 0.0)
    if still.size:
        raise UsageError(f"max-T cannot test cell {still[0]}, in which no id changed: leave untestable cells out")
    return values / roots


def max_t_flips(values: Floats, *, resamples: int, seed: int, tail: Tail = "two") -> Floats:
    """Max-T over cells whose units share their signs: an id's whole vector is flipped.

    Args:
        values: `(units, cells)` contributions as in `studentised`.
        resamples: R; up to R + 1 flips are listed exhaustively instead.
        seed: seed of the signs.
        tail: `"greater"` where only positive contributions (drops) count.

    Returns:
        `(cells,)` adjusted p in (0, 1].

    Raises:
        UsageError: as in `studentised`.
    """
    weights = studentised(values)
    units = len(weights)
    observed = weights.sum(axis=0)
    if listable(units, resamples):
        return max_t(observed, [(1.0 - 2.0 * every_subset(units)) @ weights], tail=tail, exact=True)
    drawn = (observed - 2.0 * (coins(units, rows, seed, block) @ weights) for block, rows in blocks(resamples))
    return max_t(observed, drawn, tail=tail)


def joint_values(columns: Iterable[tuple[Integers, Floats]]) -> Floats:
    """Contributions of several cells laid beside each other by their units.

    Args:
        columns: for each cell `(ids,)` unit codes, which mean the same in every cell, and `(ids,)` differences.

    Returns:
        `(units, cells)` sums of the differences within units, 0 where a cell lacks a unit.
    """
    cells = [(np.asarray(codes), np.asarray(differences)) for codes, differences in columns]
    every: NDArray[np.int64] = np.unique(np.concatenate([codes for codes, _ in cells]))
    table = np.zeros((len(every), len(cells)))
    for column, (codes, differences) in enumerate(cells):
        table[:, column] = np.bincount(np.searchsorted(every, codes), weights=differences, minlength=len(every))
    return table
