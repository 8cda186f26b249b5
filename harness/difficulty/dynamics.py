"""Training dynamics: what the epochs of one training say about each example.

Sources: Swayamdipta et al. 2020 ("Dataset cartography"): confidence, variability and correctness; Toneva et al. 2019
("An empirical study of example forgetting"): an example is forgotten when it is right in one epoch and wrong in the
next.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harness.difficulty.probabilities import Line, read_lines
from harness.statistics.sample import Floats
from perturbations.errors import DataError

CARTOGRAPHY = "dynamics_epoch_*.jsonl"
"""The files of a directory in the layout of the code of Swayamdipta et al.: `guid`, `logits_epoch_E` and `gold`."""


@dataclass(frozen=True, slots=True, eq=False)
class Dynamics:
    """What a model said of its training examples after each epoch.

    Args:
        ids: `(examples,)` ids.
        probabilities: `(examples, epochs)` of the gold label.
        correct: `(examples, epochs)` whether the gold label was the most probable one.
    """

    ids: tuple[str, ...]
    probabilities: Floats
    correct: NDArray[np.bool_]

    def confidence(self) -> Floats:
        """`(examples,)` mean probability of the gold label over the epochs."""
        return self.probabilities.mean(axis=1)

    def variability(self) -> Floats:
        """`(examples,)` its standard deviation over the epochs, divided by their number and not by one less."""
        return self.probabilities.std(axis=1)

    def correctness(self) -> Floats:
        """`(examples,)` share of the epochs in which the example was right."""
        return self.correct.mean(axis=1)

    def forgetting(self) -> NDArray[np.int64]:
        """`(examples,)` how often an example was right in one epoch and wrong in the next."""
        return np.sum(self.correct[:, :-1] & ~self.correct[:, 1:], axis=1).astype(np.int64)

    def learnt(self) -> NDArray[np.bool_]:
        """`(examples,)` whether an example was right in any epoch."""
        return np.any(self.correct, axis=1)


def read_dynamics(path: Path) -> Dynamics:
    """The log of a training.

    Args:
        path: a `.jsonl` or `.csv` file with `id`, `epoch` (from 0), `probability` of the gold label and `correct`; or a
            directory with `dynamics_epoch_0.jsonl` and so on, as the code of Swayamdipta et al. writes them.

    Raises:
        DataError: fewer than two epochs, an example that an epoch lacks or has twice, or whatever is wrong with a row.
        ResourceError: a file cannot be opened.
    """
    rows = _cartography(path) if path.is_dir() else [_row(line) for line in read_lines(path)]
    return _arranged(rows, str(path))


@dataclass(frozen=True, slots=True)
class _Row:
    where: str
    id: str
    epoch: int
    probability: float
    correct: bool


def _row(line: Line) -> _Row:
    return _Row(line.where, line.text("id"), line.whole("epoch"), line.probability(), line.truth("correct"))


def _cartography(directory: Path) -> list[_Row]:
    files = sorted(directory.glob(CARTOGRAPHY))
    if not files:
        raise DataError(f"{directory} holds no {CARTOGRAPHY}: give the directory of the log, or a file")
    rows: list[_Row] = []
    for path in files:
        number = path.stem.removeprefix("dynamics_epoch_")
        if not number.isdecimal():
            raise DataError(f"{path}: the name must tell the epoch, as in dynamics_epoch_0.jsonl")
        rows += [_scored(line, int(number)) for line in read_lines(path)]
    return rows


def _scored(line: Line, epoch: int) -> _Row:
    """A row of logits: the gold probability is their softmax."""
    key = f"logits_epoch_{epoch}"
    try:
        logits = np.array(line.values.get(key), dtype=np.float64)
    except (TypeError, ValueError):
        logits = np.array([])
    gold = line.whole("gold")
    if logits.ndim != 1 or not np.isfinite(logits).all() or gold >= len(logits):
        raise DataError(f"{line.where}: {key!r} must be a list of finite numbers that has a place {gold}, the gold one")
    shares = np.exp(logits - logits.max())
    # Two equal logits are no decision: only a gold one above all others is right.
    right = bool(np.all(np.delete(logits, gold) < logits[gold]))
    return _Row(line.where, line.text("guid"), epoch, float(shares[gold] / shares.sum()), right)


def _arranged(rows: list[_Row], where: str) -> Dynamics:
    ids = tuple(dict.fromkeys(row.id for row in rows))
    epochs = sorted({row.epoch for row in rows})
    if len(epochs) < 2:
        raise DataError(f"{where} holds {len(epochs)} epoch: training dynamics need at least 2")
    if epochs != list(range(epochs[0], epochs[0] + len(epochs))):
        raise DataError(f"{where} holds the epochs {', '.join(map(str, epochs))}: one between them is missing")
    places = {identity: place for place, identity in enumerate(ids)}
    probabilities = np.full((len(ids), len(epochs)), np.nan)
    correct = np.zeros((len(ids), len(epochs)), dtype=np.bool_)
    for row in rows:
        cell = places[row.id], row.epoch - epochs[0]
        if not np.isnan(probabilities[cell]):
            raise DataError(f"{row.where}: example {row.id!r} stands twice in epoch {row.epoch}; keep one of them")
        probabilities[cell], correct[cell] = row.probability, row.correct
    missing = np.argwhere(np.isnan(probabilities))
    if len(missing):
        example, epoch = missing[0].tolist()
        raise DataError(
            f"{where}: example {ids[example]!r} is missing in epoch {epochs[epoch]}; log all in every epoch"
        )
    return Dynamics(ids, probabilities, correct)
