"""The key of a cell: it changes when, and only when, something changes that could change a number."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from harness.cell import Cell, key_of

BASE = Cell(
    checkpoint="f" * 64,
    task="xnli",
    language="th",
    perturbation="character-swap",
    rate=0.1,
    seed=0,
    metrics=("accuracy",),
    fields=("premise", "hypothesis"),
    policy="random",
    protection="none",
    plausibility="none",
    parameters={"reach": "1", "kind": "'นก'"},
    task_version=1,
    options={"layout": "auto", "other": "x"},
    split="test",
    data="d" * 32,
    precision="fp32",
    device="cpu",
    max_pieces=None,
    versions={"xrobust": "0.1.0", "torch": "2.6"},
)
CHANGED: dict[str, tuple[Any, ...]] = {
    "checkpoint": ("e" * 64,),
    "task": ("paws-x",),
    "language": ("zh",),
    "perturbation": ("clean", "word-swap"),
    "rate": (0.1 + 2**-55, 0.2, 1.0),
    "seed": (1, -1),
    "metrics": ((), ("accuracy", "f1"), ("f1", "accuracy")),
    "fields": (("premise",), ("hypothesis", "premise")),
    "policy": ("search",),
    "protection": ("labels",),
    "plausibility": ("refused from 3", "counted from 3"),
    "parameters": ({}, {"reach": "2", "kind": "'นก'"}, {"reach": "1"}),
    "task_version": (2,),
    "options": ({}, {"layout": "xtreme", "other": "x"}),
    "split": ("dev",),
    "data": ("c" * 32,),
    "precision": ("bf16",),
    "device": ("cuda",),
    "max_pieces": (128, 512),
    "versions": ({"xrobust": "0.1.1", "torch": "2.6"}, {}),
}


def test_every_field_is_varied_below() -> None:
    assert set(CHANGED) == {item.name for item in fields(Cell)}


@pytest.mark.parametrize("name", CHANGED)
def test_the_key_changes_with_each_field(name: str) -> None:
    keys = {replace(BASE, **{name: value}).key for value in CHANGED[name]} | {BASE.key}
    assert len(keys) == len(CHANGED[name]) + 1


def test_the_key_stays_for_equal_fields_in_whatever_order_their_entries_come() -> None:
    turned = {name: dict(reversed(getattr(BASE, name).items())) for name in ("parameters", "options", "versions")}
    assert replace(BASE, **turned) == BASE
    assert replace(BASE, **turned).key == BASE.key == key_of(BASE.description())


def test_the_key_is_the_same_in_every_process() -> None:
    program = "from tests.harness.test_cell import BASE; print(BASE.key)"
    root = Path(__file__).resolve().parents[2]
    for hash_seed in ("0", "1"):
        found = subprocess.run(
            [sys.executable, "-c", program],
            cwd=root,
            env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert found.stdout.strip() == BASE.key


def test_the_key_is_a_name_for_a_file() -> None:
    assert len(BASE.key) == 32
    assert set(BASE.key) <= set("0123456789abcdef")


def test_only_the_clean_cell_says_that_it_is_clean() -> None:
    assert replace(BASE, perturbation="clean").clean
    assert not BASE.clean
