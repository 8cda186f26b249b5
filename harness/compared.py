"""Compared: one cell, and one mean over languages, with its contrast and what a report tells beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.measures import Side, relative_drop
from harness.statistics.cells import CellContrast
from harness.statistics.contrast import Contrast
from harness.statistics.sample import PairedSample
from suites.task import Kind, find_task

SHOWN = 60
"""Characters of an output that is no label, as a note shows it."""
Place = tuple[str, str, str, str, float]
"""Checkpoint, task, language, perturbation as the run shows it, and rate."""


@dataclass(frozen=True, slots=True, eq=False)
class CellResult:
    """Clean against perturbed in one language.

    Args:
        place: checkpoint, task, language, perturbation and rate.
        seeds: number of noise seeds.
        sample: the statistic vectors of both sides.
        groups: `(ids,)` the cluster of each example by name.
        contrast: the drop, tested.
        severity: the name by which the rate was asked for, if by name.
        realised_rate: 0–1, mean over examples and seeds.
        collisions: 0–1, share of the proposed edits that would make another word of the language; None where nobody
            looked or no edit was proposed.
        damage: what foreign code did to the texts besides, each kind with its number of cases a seed; None if nothing.
        lost: 0–1, share of tokens lost.
        saturated: 0–1, share of examples in which the rate could not be reached.
        truncated: 0–1, share of perturbed inputs that were cut at the model's limit; None where predictions made
            elsewhere do not tell.
        unencodable: number of examples that were left alone for a lone surrogate.
        flips: 0–1, share of the answers that differ from the clean ones.
        before: what else was measured of the clean inputs.
        after: the same of the perturbed ones.
    """

    place: Place
    seeds: int
    sample: PairedSample
    groups: NDArray[np.str_]
    contrast: CellContrast
    severity: str | None
    realised_rate: float
    collisions: float | None
    damage: str | None
    lost: float
    saturated: float
    truncated: float | None
    unencodable: int
    flips: float
    before: Side
    after: Side

    def row(self) -> dict[str, object]:
        """The result as a row of the report's table."""
        checkpoint, task, language, perturbation, rate = self.place
        clean, perturbed = self.sample.scores()
        primary, beside = self.contrast.primary, self.contrast.beside
        return {
            "checkpoint": checkpoint,
            "task": task,
            "language": language,
            "perturbation": perturbation,
            "rate": rate,
            "severity": self.severity,
            "seeds": self.seeds,
            "n": primary.n,
            "clusters": primary.clusters,
            "clean": 100 * clean,
            "perturbed": 100 * perturbed,
            "drop": primary.estimate,
            "low": primary.low,
            "high": primary.high,
            "p": primary.p,
            "adjusted_p": primary.adjusted_p,
            "method": primary.method,
            "mde": primary.mde,
            "realised_rate": self.realised_rate,
            "lost": self.lost if find_task(task).kind is Kind.TAGGING else None,
            "saturated": self.saturated,
            "collisions": self.collisions,
            "damage": self.damage,
            "truncated": self.truncated,
            **self._measures(clean, perturbed),
            "status": "untestable" if primary.p is None else "tested",
            "note": "; ".join(self._notes()) or None,
            "beside_method": beside.method if beside else None,
            "beside_p": beside.p if beside else None,
            "beside_low": beside.low if beside else None,
            "beside_high": beside.high if beside else None,
        }

    def _measures(self, clean: float, perturbed: float) -> dict[str, object]:
        """The measures beside the drop; calibration errors in points, as scores are."""
        errors = [None if side.calibration is None else 100 * side.calibration for side in (self.before, self.after)]
        return {
            "relative_drop": relative_drop(clean, perturbed),
            "flip_rate": self.flips,
            "calibration_clean": errors[0],
            "calibration_perturbed": errors[1],
            "calibration_change": None if errors[0] is None or errors[1] is None else errors[1] - errors[0],
            "pieces_clean": self.before.pieces,
            "pieces_perturbed": self.after.pieces,
        }

    def _notes(self) -> list[str]:
        reason = self.contrast.primary.reason
        notes = [reason] if reason else []
        if self.unencodable:
            notes.append(f"{self.unencodable} examples hold a lone surrogate and were left alone")
        stray = self.before.stray if self.after.stray is None else self.after.stray
        if stray is not None:
            notes.append(
                f"of the outputs, {self.before.strays:.10g} clean and {self.after.strays:.10g} perturbed are no label "
                f"and count as wrong, such as {stray[:SHOWN]!r}"
            )
        return notes


@dataclass(frozen=True, slots=True)
class MeanResult:
    """The mean over languages of one checkpoint, task, perturbation and rate.

    Args:
        place: checkpoint, task, perturbation and rate.
        severity: the name by which the rate was asked for, if by name.
        languages: number of languages.
        clean: mean clean score in points.
        perturbed: mean perturbed score in points.
        contrast: the mean drop, tested.
    """

    place: tuple[str, str, str, float]
    severity: str | None
    languages: int
    clean: float
    perturbed: float
    contrast: Contrast

    def row(self) -> dict[str, object]:
        """The result as a row of the report's table."""
        checkpoint, task, perturbation, rate = self.place
        return {
            "checkpoint": checkpoint,
            "task": task,
            "perturbation": perturbation,
            "rate": rate,
            "severity": self.severity,
            "languages": self.languages,
            "clean": self.clean,
            "perturbed": self.perturbed,
            "drop": self.contrast.estimate,
            "low": self.contrast.low,
            "high": self.contrast.high,
            "p": self.contrast.p,
            "adjusted_p": self.contrast.adjusted_p,
            "mde": self.contrast.mde,
            "method": self.contrast.method,
            "note": self.contrast.reason and f"not tested: {self.contrast.reason}",
        }
