"""Asked: what is compared, and the cells of the runs that this leaves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.cell import CLEAN
from harness.comparing.compatible import cells_of, check_compatible
from harness.comparing.effective import Scale
from harness.comparing.entrants import Entrant
from harness.comparing.samples import Condition
from harness.statistics.sample import Settings
from perturbations.errors import UsageError
from perturbations.registry import is_control


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of the runs is compared.

    Args:
        conditions: by task, the perturbed cells.
        serves: by task, the checkpoints that were scored on it.
        notes: what differs in how predictions were computed.
    """

    conditions: Mapping[str, tuple[Condition, ...]]
    serves: Mapping[str, tuple[Entrant, ...]]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is compared, and how.

    Args:
        manifest: file with the lineage of checkpoints that have none.
        factors: further free factors of the lineages.
        references: by factor, the level that others are held against.
        difficulty: file of `xrobust difficulty`.
        tasks: only these; empty for all.
        languages: only these; empty for all.
        perturbations: only these; empty for all but controls.
        scale: on which effective robustness is a residual.
        settings: levels, resamples, seed; the correction is that of the screen by task, group, family and perturbation.
    """

    manifest: Path | None = None
    factors: tuple[str, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict[str, str])
    difficulty: Path | None = None
    tasks: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    perturbations: tuple[str, ...] = ()
    scale: Scale = "logit"
    settings: Settings = field(default_factory=lambda: Settings(correction="bh"))


def choose(entrants: Sequence[Entrant], asked: Asked) -> Chosen:
    """The cells that are compared.

    Raises:
        UsageError: checkpoints that were not asked the same on a task, a name that no run has, or nothing left.
    """
    planned = [item for entrant in entrants for item in entrant.run.planned]
    names = list(dict.fromkeys(item.cell.task for item in planned))
    _check_known("task", asked.tasks, names)
    _check_known("language", asked.languages, {item.cell.language for item in planned})
    _check_known("perturbation", asked.perturbations, {item.perturbation for item in planned} - {CLEAN})
    conditions: dict[str, tuple[Condition, ...]] = {}
    serves: dict[str, tuple[Entrant, ...]] = {}
    notes: list[str] = []
    for task in asked.tasks or names:
        serves[task] = tuple(entrant for entrant in entrants if cells_of(entrant, task))
        notes += check_compatible(serves[task], task)
        places = cells_of(serves[task][0], task)
        every = dict.fromkeys((place[:3], cell.perturbation) for place, (cell, _) in places.items())
        conditions[task] = tuple(condition for condition, behind in every if _wanted(condition, behind, asked))
    empty = [task for task, found in conditions.items() if not found]
    if empty:
        raise UsageError(f"nothing is left to compare on {', '.join(empty)}: ask for a perturbation that the runs have")
    return Chosen(conditions, serves, tuple(notes))


def _wanted(condition: Condition, behind: str, asked: Asked) -> bool:
    """Whether a cell is compared; controls, which edit nothing, only where they are asked for."""
    language, perturbation, _ = condition
    if behind == CLEAN or (asked.languages and language not in asked.languages):
        return False
    if asked.perturbations:
        return perturbation in asked.perturbations
    return not is_control(behind)


def _check_known(kind: str, given: Sequence[str], known: Collection[str]) -> None:
    for name in given:
        if name not in known:
            raise UsageError(f"no run has the {kind} {name!r}: they have {', '.join(sorted(known))}")
