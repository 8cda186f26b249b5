"""A cell with its records, as a store is given them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.cell import Cell, Record
from perturbations.edits import Status

CELL = Cell(
    checkpoint="f" * 64,
    task="udpos",
    language="th",
    perturbation="word-deletion",
    rate=0.1,
    seed=0,
    metrics=("f1", "token-accuracy"),
    fields=("text",),
    policy="random",
    protection="none",
    plausibility="none",
    parameters={},
    task_version=1,
    options={},
    split="test",
    data="d" * 32,
    precision="fp32",
    device="cpu",
    max_pieces=None,
)


def record(number: int, **changes: Any) -> Record:
    made = Record(
        id=f"th_pud:{number}",
        group=str(number // 3),
        prediction=("NOUN", "", "VERB"),
        probabilities=(0.25, 0.0, 0.5),
        statistic=(1.0, 2.0, 0.0, 1.0, 3.0),
        reference=(2.0, 1.0, 0.0, 2.0, 3.0),
        edits='{"text":[[0,3,"กน",[]]]}',
        realised_rate=1 / 3,
        proposed=3,
        collisions=1,
        damage=(0, 2, 0, 1),
        lost=0.25,
        pieces=7,
        truncated=number % 2 == 0,
        words=4,
        answers=3,
        changed=1,
        correct=(True, False, False)[: number % 4],
        status=Status.SATURATED,
    )
    return replace(made, **changes)


RECORDS = [record(number) for number in range(6)]


def files(directory: Path) -> dict[str, bytes]:
    """Every file below a directory with its bytes."""
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}
