"""Prequential (online) code length: how many bits it takes to send the labels to someone who has the inputs.

Sources: Blier & Ollivier 2018 ("The description length of deep learning models"), Voita & Titov 2020
("Information-theoretic probing with minimum description length"): the labels of the first block are sent by the uniform
code, those of each further block by the model that was trained on all blocks before it,
L = t₁·log₂ K − Σᵢ log₂ p_{θᵢ}(y of block i+1 | x). A task that is learnt from few examples has a short code.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from harness.difficulty.probabilities import read_lines
from perturbations.errors import DataError, UsageError
from suites.readers.files import unique


@dataclass(frozen=True, slots=True)
class Code:
    """The code of one task's labels.

    Args:
        bits: length of the whole code.
        examples: number of labels that it holds.
    """

    bits: float
    examples: int

    @property
    def bits_per_example(self) -> float:
        """Length of the code, bits a label."""
        return self.bits / self.examples


def read_code(path: Path, *, classes: int) -> Code:
    """The code length of a log.

    Args:
        path: a `.jsonl` or `.csv` file with `id`, `block` (from 0, rising) and `probability` of the gold label under
            the model that was trained on the blocks before; in block 0, where there is none, it is not read.
        classes: number of labels, at least 2.

    Raises:
        UsageError: fewer than two classes.
        DataError: one block only, a block that is missing, an id twice, or whatever is wrong with a row.
        ResourceError: the file cannot be opened.
    """
    if classes < 2:
        raise UsageError(f"{path}: a code for {classes} classes has no length: give at least 2")
    found = list(read_lines(path))
    unique(((line.text("id"), line.where) for line in found), what="example")
    blocks = [line.whole("block") for line in found]
    if sorted(set(blocks)) != list(range(max(blocks) + 1)) or max(blocks) == 0:
        names = ", ".join(map(str, sorted(set(blocks))))
        raise DataError(f"{path} holds the blocks {names}: they are counted from 0 without gaps, and at least 2")
    first = blocks.count(0)
    coded = (line.probability() for line, block in zip(found, blocks, strict=True) if block > 0)
    return Code(first * math.log2(classes) - sum(map(math.log2, coded)), len(found))
