"""What a run and an export hold in memory: the passages of one language at a time."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness import Plan, score
from harness.export.export import export
from harness.noise import Passages
from tests.harness.conftest import Watcher

MADE: weakref.WeakSet[Passages] = weakref.WeakSet()


class Counted(Passages):
    """Passages that are known as long as somebody holds them."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        MADE.add(self)


class Counting(Watcher):
    """Remembers after each cell how many languages have their passages in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[int] = []

    def cell(self, name: str, *, stored: bool) -> None:
        gc.collect()
        self.held.append(len(MADE))


@pytest.mark.parametrize("exported", [False, True], ids=["scored", "exported"])
def test_passages_are_held_for_one_language_at_a_time(
    plan_of: Callable[..., Plan], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, exported: bool
) -> None:
    monkeypatch.setattr("harness.evaluation.Passages", Counted)
    plan, counting = plan_of(languages=("en", "de", "ru")), Counting()
    if exported:
        export(plan, tmp_path / "exported", progress=counting)
    else:
        score(plan, store=tmp_path / "run", progress=counting)
    assert len(counting.held) == 3 * 4
    assert max(counting.held) == 1
