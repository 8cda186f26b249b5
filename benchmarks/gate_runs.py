"""Runs as `score` leaves them, made from right and wrong answers, for the benchmark and the tests of the gate."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from harness.cell import CLEAN, Cell, Planned, Record
from harness.gate.snapshot import Place
from harness.runfile import FORMAT, RUN_FILE
from harness.statistics.sample import Floats
from harness.store import Store
from perturbations.edits import Damage, Status

BASE = Cell(
    checkpoint="0" * 32,
    task="xnli",
    language="en",
    perturbation=CLEAN,
    rate=0.0,
    seed=0,
    metrics=("accuracy",),
    fields=(),
    policy="none",
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
    versions={"noise": "n1", "torch": "2.13.0"},
)


def write_run(
    directory: Path,
    answers: Mapping[Place, Floats],
    *,
    checkpoint: str = "model",
    group: int = 3,
    ids: Sequence[str] | None = None,
    **changes: Any,
) -> Path:
    """Write a run directory.

    Args:
        directory: to make.
        answers: by place, right and wrong `(ids,)`, or `(noise seeds, ids)`; the clean places among them.
        checkpoint: its name, from which its fingerprint is made.
        group: so many ids in a row share a cluster.
        ids: their names; numbered where they are not given.
        changes: fields of every perturbed cell that differ from the ordinary ones.
    """
    store, planned = Store(directory), list[Planned]()
    fingerprint = (checkpoint.encode().hex() + "0" * 32)[:32]
    for place, values in answers.items():
        clean = np.ravel(answers[Place(place.task, place.language, CLEAN, 0.0)])
        for seed, right in enumerate(np.atleast_2d(values)):
            shared = {"task": place.task, "language": place.language, "checkpoint": fingerprint, "rate": place.rate}
            noise = {"policy": "random", "fields": ("hypothesis",), "seed": seed} | changes
            cell = replace(BASE, perturbation=place.perturbation, **(shared if place.clean else shared | noise))
            names = [f"id{number}" for number in range(len(right))] if ids is None else ids
            pairs = enumerate(zip(names, right.tolist(), clean.tolist(), strict=True))
            store.write(cell, [_record(name, f"g{n // group}", answer, before) for n, (name, answer, before) in pairs])
            planned.append(Planned(checkpoint, place.perturbation, cell, cell.key))
    content = {"format": FORMAT, "plan": {"metrics": {}}, "cells": [asdict(item) for item in planned]}
    (directory / RUN_FILE).write_text(json.dumps(content), encoding="utf-8")
    return directory


def _record(name: str, group: str, right: float, clean: float) -> Record:
    return Record(
        id=name,
        group=group,
        prediction=("a",),
        probabilities=(1.0,),
        statistic=(right, 1.0),
        reference=(clean, 1.0),
        edits="",
        realised_rate=0.1,
        proposed=1,
        collisions=0,
        damage=(0,) * len(Damage),
        lost=0.0,
        pieces=5,
        truncated=False,
        words=4,
        answers=1,
        changed=0,
        correct=(bool(right),),
        status=Status.DONE,
    )
