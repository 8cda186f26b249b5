"""The metrics by name: every `Metric` value in a module of this folder, found when first asked for."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import harness.metrics as folder
from harness.metrics.metric import Metric, Multilingual
from perturbations.errors import UnknownNameError, UsageError


@cache
def metrics() -> dict[str, Metric]:
    """Every metric by name.

    Raises:
        UsageError: two metrics claim one name.
    """
    found: dict[str, Metric] = {}
    for module in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}."):
        if module.name == __name__:
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Metric) and not isinstance(value, type) and found.get(value.name) is not value:
                if value.name in found:
                    raise UsageError(f"metric {value.name!r} of {module.name} is already registered: rename one")
                found[value.name] = value
    return found


def find_metric(name: str, *, language: str | None = None) -> Metric:
    """The metric of that name.

    Args:
        name: as users type it.
        language: of the answers, for the metrics that compare them as their language asks.

    Raises:
        UnknownNameError: there is none; the nearest name is given.
    """
    try:
        metric = metrics()[name]
    except KeyError:
        raise UnknownNameError("metric", name, metrics()) from None
    return metric.in_language(language) if language and isinstance(metric, Multilingual) else metric
