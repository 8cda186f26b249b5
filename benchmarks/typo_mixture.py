"""Typo mixtures: how far two collections of typos are apart, and which mixture of perturbations is nearest to one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from benchmarks.typo_kinds import LETTERS, SINGLE, Kind, Place, Typo

Weights = Mapping[Typo | None, float]
"""How often each typo occurs, in any unit; None, another word of the language, is never counted."""
Cell = tuple[Kind, Place | None]
CELLS: tuple[Cell, ...] = tuple((kind, place) for kind in SINGLE for place in (*Place, None))
"""What is compared: the kinds made with one edit, by place."""
LETTER_CELLS = tuple(cell for cell in CELLS if cell[0] in LETTERS)
"""Those of them in which letters differ."""
HEAVY = 1e3
"""Weight of the equation that the shares sum to 1, beside which the others weigh 1."""


class _Solve(Protocol):
    def __call__(
        self, matrix: NDArray[np.float64], target: NDArray[np.float64], /
    ) -> tuple[NDArray[np.float64], float]: ...


def shares(weights: Weights, feature: Callable[[Typo], Hashable], among: Sequence[Hashable]) -> NDArray[np.float64]:
    """The shares that `among` have in the typos that have one of them.

    Returns:
        `(among,)` 0–1, summing to 1; all 0 where no typo has any.
    """
    counted: dict[Hashable, float] = dict.fromkeys(among, 0.0)
    for typo, weight in weights.items():
        if typo is not None and (found := feature(typo)) in counted:
            counted[found] += weight
    values = np.array(list(counted.values()))
    return values / values.sum() if values.sum() else values


def cells(weights: Weights, among: Sequence[Cell] = CELLS) -> NDArray[np.float64]:
    """The shares of kinds made with one edit by their place, `(among,)`."""
    return shares(weights, lambda typo: (typo.kind, typo.place), among)


def total_variation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """0–1, the share that would have to be moved to make one distribution of the other."""
    return float(np.abs(one - other).sum() / 2)


def jensen_shannon(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """The divergence of Lin (1991) in bits, 0–1."""
    middle = (one + other) / 2
    return sum(float((part[part > 0] * np.log2(part[part > 0] / middle[part > 0])).sum()) / 2 for part in (one, other))


def total(weights: Weights, among: Sequence[Cell] = CELLS) -> float:
    """How much of the typos is compared."""
    return sum(weight for typo, weight in weights.items() if typo is not None and (typo.kind, typo.place) in among)


def mixed(parts: Sequence[Weights], portions: Sequence[float], among: Sequence[Cell] = CELLS) -> Weights:
    """The typos of several collections, each taken at its portion of what is compared."""
    made: defaultdict[Typo | None, float] = defaultdict(float)
    for weights, portion in zip(parts, portions, strict=True):
        for typo, weight in weights.items() if portion else ():
            made[typo] += portion * weight / total(weights, among)
    return dict(made)


def fit(target: NDArray[np.float64], columns: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The mixture of `columns` nearest to `target` by least squares, no share below 0 (Lawson and Hanson 1974).

    Args:
        target: `(cells,)` a distribution.
        columns: the distributions to mix, `(cells,)` each.

    Returns:
        `(columns,)` shares, summing to 1.
    """
    matrix = np.vstack([np.column_stack(columns), HEAVY * np.ones(len(columns))])
    solve = cast("_Solve", optimize.nnls)  # pyright: ignore[reportUnknownMemberType]
    found, _ = solve(matrix, np.append(target, HEAVY))
    return found / found.sum()
