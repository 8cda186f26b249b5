"""Columns: what the statistics and measures need of a stored cell, as arrays over its examples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow
from numpy.typing import NDArray

from harness.metrics.registry import find_metric
from perturbations.errors import StoreError

# pyarrow comes without types.
pa: Any = pyarrow


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What the statistics need of a cell, as arrays over its examples.

    Args:
        ids: `(examples,)` example ids.
        groups: `(examples,)` the cluster of each.
        statistic: `(examples, k)` vectors under the cell's input.
        reference: `(examples, k)` vectors of the clean predictions on the surviving tokens.
        realised_rate: `(examples,)` 0–1.
        proposed: `(examples,)` edits that were drawn.
        collisions: `(examples,)` of these, how many would make another word of the language.
        damage: `(examples, kinds)` how often each kind of `Damage` was done.
        lost: `(examples,)` 0–1, share of tokens lost.
        truncated: `(examples,)` 1 where the input was cut, else 0; NaN where predictions made elsewhere do not tell.
        pieces: `(examples,)` subword pieces of the input; NaN as for truncated.
        words: `(examples,)` words of the input.
        answers: `(examples,)` answers that the prediction gives.
        changed: `(examples,)` of these, how many differ from the clean prediction.
        statuses: `(examples,)` values of `Status`.
        strays: how many outputs of a text-to-text model are no label.
        stray: the first of them, None where there is none.
    """

    ids: NDArray[np.str_]
    groups: NDArray[np.str_]
    statistic: NDArray[np.float64]
    reference: NDArray[np.float64]
    realised_rate: NDArray[np.float64]
    proposed: NDArray[np.int32]
    collisions: NDArray[np.int32]
    damage: NDArray[np.int32]
    lost: NDArray[np.float64]
    truncated: NDArray[np.float64]
    pieces: NDArray[np.float64]
    words: NDArray[np.int32]
    answers: NDArray[np.int32]
    changed: NDArray[np.int32]
    statuses: NDArray[np.str_]
    strays: int
    stray: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """A column of lists, one list an example.

    Args:
        values: `(values,)` of all lists, one after the other.
        lengths: `(examples,)` how many each list has.
    """

    values: NDArray[Any]
    lengths: NDArray[np.int64]


def lists_of(column: Any) -> Lists:
    """The lists of a column of pyarrow, `(examples,)`."""
    whole = column.combine_chunks()
    return Lists(_values(whole.flatten()), np.diff(_values(whole.offsets)).astype(np.int64))


def _values(array: Any) -> NDArray[Any]:
    """An array of pyarrow as one of numpy. Its own way loads pandas, which takes longer than reading a run."""
    plain = pa.types.is_floating(array.type) or pa.types.is_integer(array.type)
    return np.from_dlpack(array) if plain and not array.null_count else array.to_numpy(zero_copy_only=False)


def matrix(lists: Lists) -> NDArray[Any]:
    """Lists of one length as the rows of an array, `(examples, length)`."""
    return lists.values.reshape(len(lists.lengths), int(lists.lengths[0]) if len(lists.lengths) else 0)


def metric_columns(stored: Sequence[str], metric: str, where: str) -> slice:
    """Where the vector of a metric stands among those that a cell holds, one after the other.

    Args:
        stored: the metrics of the cell.
        metric: one of them.
        where: what to call the cell in a message.

    Raises:
        StoreError: the cell does not hold it.
    """
    start = 0
    for name in stored:
        width = len(find_metric(name).columns)
        if name == metric:
            return slice(start, start + width)
        start += width
    raise StoreError(f"the cells of {where} hold {', '.join(stored)} and not {metric}: score again")
