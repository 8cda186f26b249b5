"""The machine: predict, score, keep, compare.

The public names are loaded when first used, so that `import harness` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.plan import Plan
    from harness.planfile import read_plan
    from harness.predictors.prediction import Inference
    from harness.results import Run, load_run
    from harness.run import score
    from harness.statistics.sample import Settings

__all__ = ["Inference", "Plan", "Run", "Settings", "load_run", "read_plan", "score"]

_HOMES = {
    "Inference": "harness.predictors.prediction",
    "Plan": "harness.plan",
    "Run": "harness.results",
    "Settings": "harness.statistics.sample",
    "load_run": "harness.results",
    "read_plan": "harness.planfile",
    "score": "harness.run",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'harness' has no attribute {name!r}")
