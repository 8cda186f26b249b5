"""Runs that were never computed: records written straight into a store, with effects that are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from harness.cell import CLEAN, Cell, Planned, Record
from harness.checkpoints.lineage import Lineage
from harness.metrics.registry import find_metric
from harness.plan import Plan
from harness.results import Run
from harness.store import Store
from perturbations.edits import Damage, Status
from suites.task import find_task

PREMISES, ROWS = 60, 3
NOISES = ("character-swap", "word-swap")
LANGUAGES = ("en", "de", "th")


@dataclass(frozen=True)
class Made:
    """One checkpoint that is made up.

    Args:
        name: of the checkpoint.
        lineage: its history.
        clean: probability of a right answer to a clean text.
        kept: probability that a right answer survives noise.
        task: what it was scored on.
        key: seed of its answers.
    """

    name: str
    lineage: Lineage = field(default_factory=Lineage)
    clean: float = 0.8
    kept: float = 0.8
    task: str = "xnli"
    key: int = 0


def lineage(
    *intermediate: str, seed: int | None = 0, base: str = "xlm-r", target: str = "xnli", **free: Any
) -> Lineage:
    return Lineage(base, intermediate, target, seed, free)


def run_of(
    directory: Path,
    checkpoints: Sequence[Made],
    *,
    languages: Sequence[str] = LANGUAGES,
    noises: Sequence[str] = NOISES,
    change: Mapping[str, Any] | None = None,
    premises: int = PREMISES,
    noise_seeds: Sequence[int] = (0,),
) -> Run:
    """A run that holds the made-up records of some checkpoints, saved.

    Args:
        directory: of the run.
        checkpoints: what was scored.
        languages: codes.
        noises: names of perturbations.
        change: fields of the perturbed cells that are other than usual.
        premises: clusters of three examples each.
        noise_seeds: seeds of the noise.
    """
    store = Store(directory)
    planned: list[Planned] = []
    for made in checkpoints:
        for language in languages:
            clean = answers(made, language, premises)
            planned.append(_write(store, made, _cell(made, language, CLEAN, 0), clean, clean))
            for noise in noises:
                for seed in noise_seeds:
                    cell = replace(_cell(made, language, noise, seed), **(change or {}))
                    planned.append(_write(store, made, cell, clean, noisy(made, language, noise, seed, premises)))
    plan = Plan(
        checkpoints=tuple(made.name for made in checkpoints),
        tasks=tuple(dict.fromkeys(made.task for made in checkpoints)),
        data="made up",
        perturbations=tuple(noises),
        seeds=tuple(noise_seeds),
    )
    lineages = {made.name: made.lineage for made in checkpoints}
    run = Run(plan, directory, tuple(planned), (), (), {"noise": "made"}, (), lineages)
    run.save()
    return run


def answers(made: Made, language: str, premises: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """`(ids,)` whether each clean text is answered right; ids and languages share how hard an item is."""
    return _draw("item", premises, 0) * 0.5 + _draw(f"{made.name} {language}", premises, made.key) * 0.5 < _cut(
        made.clean
    )


def noisy(
    made: Made, language: str, noise: str, seed: int, premises: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """`(ids,)` the same under noise."""
    survives = _draw(f"{made.name} {language} {noise} {seed}", premises, made.key) < made.kept
    return answers(made, language, premises) & survives


def _cut(share: float) -> float:
    """Below what a mean of two uniform numbers falls with this probability."""
    return float(np.sqrt(share / 2) if share <= 0.5 else 1 - np.sqrt((1 - share) / 2))


def _draw(name: str, premises: int, key: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    words = np.frombuffer(name.encode().ljust(-(-len(name.encode()) // 4) * 4), dtype=np.uint32)
    return np.random.Generator(np.random.PCG64([key, *words.tolist()])).random(premises * ROWS)


def _cell(made: Made, language: str, noise: str, seed: int) -> Cell:
    task = find_task(made.task)
    clean = noise == CLEAN
    return Cell(
        checkpoint=made.name,
        task=made.task,
        language=language,
        perturbation=noise,
        rate=0.0 if clean else 0.1,
        seed=seed,
        metrics=task.metrics,
        fields=() if clean else task.fields,
        policy="none" if clean else "random",
        protection="none",
        plausibility="none",
        parameters={},
        task_version=1,
        options={},
        split="test",
        data=f"{made.task} {language}",
        precision="fp32",
        device="cpu",
        max_pieces=None,
        versions={"noise": "made", "torch": "2"},
    )


def _write(store: Store, made: Made, cell: Cell, clean: Any, found: Any) -> Planned:
    metrics = [find_metric(name) for name in cell.metrics]
    records = [
        _record(number, metrics, bool(before), bool(after))
        for number, (before, after) in enumerate(zip(clean, found, strict=True))
    ]
    store.write(cell, records)
    return Planned(made.name, cell.perturbation, cell, cell.key)


def _record(number: int, metrics: Sequence[Any], before: bool, after: bool) -> Record:
    return Record(
        id=f"id-{number:05}",
        group=f"premise-{number // ROWS:05}",
        prediction=("entailment",),
        probabilities=(1.0,),
        statistic=_vector(metrics, after),
        reference=_vector(metrics, before),
        edits="",
        realised_rate=0.1,
        proposed=1,
        collisions=0,
        damage=(0,) * len(Damage),
        lost=0.0,
        pieces=9,
        truncated=False,
        words=5,
        answers=1,
        changed=int(before != after),
        correct=(after,),
        status=Status.DONE,
    )


def _vector(metrics: Sequence[Any], right: bool) -> tuple[float, ...]:
    """The statistic of one example: for F1 a chunk found, or one missed and another found in vain."""
    found: list[float] = []
    for metric in metrics:
        if metric.columns == ("tp", "fp", "fn"):
            found += [1.0, 0.0, 0.0] if right else [0.0, 1.0, 1.0]
        else:
            found += [float(right), *[1.0] * (len(metric.columns) - 1)]
    return tuple(found)
