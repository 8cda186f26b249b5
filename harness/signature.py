"""Signature: what one would have to hold fixed to get the same numbers again (after sacrebleu's)."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from importlib import resources
from importlib.metadata import version

from harness.checkpoints.checkpoint import Checkpoint
from harness.plan import Plan

SHAPING = ("xrobust", "torch", "transformers", "tokenizers", "regex", "icu4py")
"""Distributions whose version is part of every cell: another one may round, cut or segment differently."""
LISTED = ("datasets", "numpy", "scipy", "statsmodels", "pandas", "pyarrow")
"""Further distributions whose versions a report lists."""


@cache
def shaping_versions() -> dict[str, str]:
    """Versions of all that can change a stored number, and a digest of the language table."""
    table = resources.files("perturbations").joinpath("languages.toml").read_bytes()
    return {name: version(name) for name in SHAPING} | {"languages": blake2b(table, digest_size=4).hexdigest()}


def signature(plan: Plan, checkpoints: Sequence[Checkpoint]) -> dict[str, str]:
    """Everything that reproduces a run, as names and values in the order in which they are printed."""
    inference, statistics = plan.inference, plan.statistics
    values = {
        "tasks": ", ".join(plan.tasks),
        "split": plan.split,
        "languages": ", ".join(plan.languages) or "all that the data has",
        "limit": "none" if plan.limit is None else str(plan.limit),
        "perturbations": ", ".join(plan.perturbations),
        "rates": ", ".join(f"{rate:g}" for rate in plan.rates),
        "noise seeds": ", ".join(map(str, plan.seeds)),
        "policy": "random",
        "precision": inference.precision,
        "max pieces": "the model's limit" if inference.max_pieces is None else str(inference.max_pieces),
        "token budget": str(inference.token_budget),
        "statistics": f"level {statistics.level:g}, alpha {statistics.alpha:g}, power {statistics.power:g}, "
        f"R {statistics.resamples}, seed {statistics.seed}, {statistics.correction}",
    }
    for task, names in plan.fields.items():
        values[f"fields of {task}"] = ", ".join(names)
    for task, options in plan.options.items():
        values[f"options of {task}"] = ", ".join(f"{name} = {value}" for name, value in options.items())
    for checkpoint in checkpoints:
        at = f" at {checkpoint.revision}" if checkpoint.revision else ""
        values[f"checkpoint {checkpoint.name}"] = f"{checkpoint.fingerprint}{at}"
    values["python"] = f"{platform.python_version()} on {sys.platform} {platform.machine()}"
    return values | shaping_versions() | {name: version(name) for name in LISTED}
