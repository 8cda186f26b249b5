"""Run of a training: from a plan to a checkpoint that `score` takes, with a lineage that says how it came to be."""

from __future__ import annotations

from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from harness.checkpoints.checkpoint import Checkpoint
from harness.checkpoints.lineage import Factor, Lineage
from harness.training.base import open_base
from harness.training.fine_tune import fine_tune
from harness.training.plan import LANGUAGE, TrainingPlan, read_training_set
from harness.training.trainer import Watch, watched
from harness.training.training_set import TrainingSet
from perturbations.errors import UsageError
from suites.task import find_task

LIBRARIES = ("xrobust", "torch", "transformers", "tokenizers")
"""Distributions whose version may change what comes out."""


def train_checkpoint(plan: TrainingPlan, out: Path, *, watch: Watch | None = None) -> Lineage:
    """Fine-tune a model as a plan says and write it with its tokenizer and lineage.

    Args:
        plan: from what, on what, how.
        out: the directory to make; it is there complete or not at all.
        watch: told after each step how many of how many are done.

    Returns:
        What stands in the checkpoint's `lineage.json`.

    Raises:
        UsageError: `out` is there already, or the plan asks for what cannot be.
        XRobustError: whatever is wrong with the data or the base.
    """
    if out.exists():
        raise UsageError(f"{out} is there already: remove it or give another directory")
    training_set = read_training_set(plan)
    base = open_base(plan.base)
    lineage = trace(base, plan, training_set)
    with watched(watch):
        fine_tune(base.directory, training_set, out, settings=plan.settings, lineage=lineage)
    return lineage


def trace(base: Checkpoint, plan: TrainingPlan, training_set: TrainingSet) -> Lineage:
    """The lineage of what comes out: that of the base, the task of whose head becomes an intermediate one.

    Free factors of the base (its scale, that it is synthetic) are handed on; those of this training are written anew.

    Raises:
        UsageError: intermediate tasks are given for a base that tells its own.
    """
    before = base.lineage
    told = (*before.intermediate_tasks, *([before.target_task] if before.target_task else []))
    if told and plan.intermediate:
        raise UsageError(
            f"base {base.name!r} tells by its lineage that it was trained on {', '.join(told)}: leave out the "
            f"intermediate tasks given, {', '.join(plan.intermediate)}"
        )
    return Lineage(
        base_model=before.base_model or base.name,
        intermediate_tasks=told or plan.intermediate,
        target_task="+".join(plan.tasks),
        seed=plan.settings.seed,
        factors={**before.factors, **_factors(base, plan, training_set)},
    )


def _factors(base: Checkpoint, plan: TrainingPlan, training_set: TrainingSet) -> dict[str, Factor]:
    """Everything of this training that shapes the weights and has no place of its own in a lineage."""
    factors: dict[str, Factor] = {
        "start": base.name if base.revision is None else f"{base.name}@{base.revision}",
        "start_fingerprint": base.fingerprint,
        "training_language": LANGUAGE,
        "training_splits": " ".join(f"{name}:{plan.split(name)}" for name in plan.tasks),
        "training_options": " ".join(
            f"{name}.{option}={value}"
            for name in plan.tasks
            for option, value in {**find_task(name).options, **plan.options.get(name, {})}.items()
        ),
        "training_examples": len(training_set.examples),
        "training_data": training_set.digest,
        "libraries": " ".join(f"{name}=={version(name)}" for name in LIBRARIES),
    }
    if any(find_task(name).synthetic for name in plan.tasks):
        factors["synthetic"] = True
    settings: dict[str, Factor] = asdict(plan.settings)
    del settings["seed"]
    return factors | settings
