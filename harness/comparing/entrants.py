"""Entrants: every checkpoint of the runs that are compared, with the factors of its training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.checkpoints.lineage import Entry, Factor, Lineage
from harness.results import Run
from perturbations.errors import UsageError

BASE, INTERMEDIATE, CHECKPOINT = "base", "intermediate", "checkpoint"
KNOWN = ("scale", "augmentation")
"""Free factors of a lineage that count wherever one of the checkpoints has them."""
NONE = "none"
"""The level of a checkpoint that has nothing of a factor."""


@dataclass(frozen=True, slots=True, eq=False)
class Entrant:
    """One checkpoint in one run.

    Args:
        name: as tables call it; with its run where several runs have a checkpoint of that name.
        checkpoint: its name in the run.
        run: where it was scored.
        lineage: how it came to be; empty where nobody tells.
        factors: the level of each factor but the seed; the same factors for all entrants.
    """

    name: str
    checkpoint: str
    run: Run
    lineage: Lineage
    factors: Mapping[str, Factor]

    @property
    def seed(self) -> int | None:
        """The training seed; None where nobody tells."""
        return self.lineage.seed

    @property
    def intermediate(self) -> tuple[str, ...]:
        """The tasks trained on before the target, in order."""
        return self.lineage.intermediate_tasks


def find_entrants(
    runs: Mapping[str, Run], *, manifest: Mapping[str, Entry] | None = None, named: Sequence[str] = ()
) -> tuple[Entrant, ...]:
    """Every checkpoint of some runs.

    A checkpoint of which nobody tells a lineage is a level of its own, under the factor `checkpoint`.

    Args:
        runs: by the name that tells them apart.
        manifest: lineages by name of a checkpoint, which win over those of the runs.
        named: further free factors of the lineages to tell checkpoints apart by.

    Raises:
        UsageError: a factor that no checkpoint has, or an entry of the manifest for none.
    """
    manifest = manifest or {}
    found = [(key, run, name) for key, run in runs.items() for name in _checkpoints(run)]
    unknown = sorted(set(manifest) - {name for _, _, name in found})
    if unknown:
        known = ", ".join(sorted({name for _, _, name in found}))
        raise UsageError(f"the manifest has an entry for {unknown[0]!r}, which no run holds: they hold {known}")
    lineages = [_lineage(run, name, manifest) for _, run, name in found]
    for factor in named:
        if not any(factor in lineage.factors for lineage in lineages):
            known = ", ".join(sorted({name for lineage in lineages for name in lineage.factors})) or "no free factor"
            raise UsageError(f"no checkpoint has a factor {factor!r} in its lineage: they have {known}")
    free = [name for name in (*KNOWN, *named) if any(name in lineage.factors for lineage in lineages)]
    lone = any(_untold(lineage) for lineage in lineages)
    times = Counter(name for _, _, name in found)
    return tuple(
        Entrant(
            name if times[name] == 1 else f"{key}/{name}",
            name,
            run,
            lineage,
            _factors(name, lineage, free=tuple(dict.fromkeys(free)), lone=lone),
        )
        for (key, run, name), lineage in zip(found, lineages, strict=True)
    )


def _checkpoints(run: Run) -> list[str]:
    return list(dict.fromkeys(item.checkpoint for item in run.planned))


def _lineage(run: Run, name: str, manifest: Mapping[str, Entry]) -> Lineage:
    entry = manifest.get(name)
    told = None if entry is None else entry.lineage
    return run.lineages.get(name, Lineage()) if told is None else told


def _untold(lineage: Lineage) -> bool:
    return lineage == Lineage()


def _factors(name: str, lineage: Lineage, *, free: Sequence[str], lone: bool) -> dict[str, Factor]:
    factors: dict[str, Factor] = {
        BASE: lineage.base_model or NONE,
        INTERMEDIATE: "+".join(lineage.intermediate_tasks) or NONE,
    }
    factors |= {factor: lineage.factors.get(factor, NONE) for factor in free}
    if lone:
        factors[CHECKPOINT] = name if _untold(lineage) else NONE
    return factors
