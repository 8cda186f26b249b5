"""The demo: three small checkpoints, trained here on the miniature suite, scored in twelve languages.

One is fine-tuned directly, the others after an English intermediate task each (Phang et al. 2020). Everything in it is
synthetic: it shows the machine at work and says nothing about a real language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from harness.plan import Plan
from harness.progress import Progress
from harness.results import Run
from harness.run import score
from harness.statistics.distributions import above_chance
from harness.training.demo import build_demo
from reports.report import Report

TASK = "miniature-nli"
PERTURBATIONS = (
    "identity",
    "character-swap",
    "character-deletion",
    "character-insertion",
    "character-substitution",
    "word-deletion",
    "word-swap",
)
CHANCE, ALPHA = 1 / 3, 0.01
"""Accuracy of guessing one of three labels, and the level at which a language is said to be above it."""


def run_demo(directory: Path, progress: Progress) -> tuple[Run, Report]:
    """Train the checkpoints that are not there yet, score them, and write the report.

    Args:
        directory: holds checkpoints and run; what is there is used again.
        progress: told how far the scoring is.

    Returns:
        The run, and its report with the time of the training and what the demo shows.
    """
    trained: list[tuple[str, float]] = []
    checkpoints = build_demo(directory / "checkpoints", report=lambda stage, seconds: trained.append((stage, seconds)))
    plan = Plan(checkpoints=tuple(map(str, checkpoints)), tasks=(TASK,), perturbations=PERTURBATIONS)
    run = score(plan, store=directory / "run", progress=progress)
    report = run.report()
    report = replace(
        report,
        title="xrobust demo: three checkpoints on the miniature suite",
        notes=(*report.notes, *_shown(run)),
        timing=(*trained, *report.timing),
    )
    return run, report


def _shown(run: Run) -> Iterator[str]:
    """What each checkpoint reaches: English, transfer, and how many drops are significant."""
    table = run.table()
    for checkpoint, rows in table.groupby("checkpoint", sort=False):
        clean = rows.groupby("language", sort=True)[["clean", "n"]].first()
        accuracy = {str(language): (float(row["clean"]) / 100, int(row["n"])) for language, row in clean.iterrows()}
        english, _ = accuracy.pop("en")
        above = [
            language for language, (share, n) in accuracy.items() if above_chance(round(share * n), n, CHANCE) < ALPHA
        ]
        adjusted = rows["adjusted_p"].dropna()
        drops = int(((rows["adjusted_p"] < run.plan.statistics.alpha) & (rows["drop"] > 0)).sum())
        yield (
            f"{checkpoint}: clean accuracy {100 * english:.1f} in English; {len(above)} of {len(accuracy)} other "
            f"languages above chance (exact binomial p < {ALPHA}): {' '.join(above) or 'none'}; "
            f"{drops} of {len(adjusted)} tested drops significant after correction."
        )
