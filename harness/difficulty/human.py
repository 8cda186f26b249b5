"""Human scores: what a cited table says of how well people do on a task."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class HumanScore:
    """How well people do on a task.

    Args:
        metric: what was measured (`"accuracy"`).
        score: points, 0–100.
        source: publication and table.
    """

    metric: str
    score: float
    source: str


@cache
def human_scores() -> dict[str, tuple[HumanScore, ...]]:
    """Every score of the table, by task; read when first asked."""
    text = resources.files("harness.difficulty").joinpath("human.toml").read_text(encoding="utf-8")
    found: dict[str, tuple[HumanScore, ...]] = {}
    for entry in tomllib.loads(text)["score"]:
        score = HumanScore(entry["metric"], float(entry["score"]), entry["source"])
        found[entry["task"]] = (*found.get(entry["task"], ()), score)
    return found


def find_human(task: str, metric: str) -> HumanScore | None:
    """What the table has for a task under a metric; None where it has nothing."""
    return next((score for score in human_scores().get(task, ()) if score.metric == metric), None)
