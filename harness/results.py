"""Run: the stored records of a plan, held against one another: what dropped, by how much, and whether it is real."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import pandas as pd

from harness.cell import Cell, Planned
from harness.compared import CellResult, MeanResult
from harness.comparison import compare_cells, compare_means
from harness.plan import Plan, plan_from
from harness.store import Store
from perturbations.errors import StoreError
from perturbations.protection import Protection
from reports.report import CELL_COLUMNS, MEAN_COLUMNS, Report, Skip
from suites.task import find_task

RUN_FILE = "run.json"
FORMAT = 2


@dataclass(frozen=True, slots=True)
class Gap:
    """A perturbation that could not be done in a language.

    Args:
        checkpoint: the checkpoint's name.
        task: name of the task.
        language: language code.
        perturbation: the name under which the run shows it.
        status: `"unsupported"` where the language has no such thing, `"unavailable"` where something is not installed.
        note: why, in words.
    """

    checkpoint: str
    task: str
    language: str
    perturbation: str
    status: str
    note: str


@dataclass(frozen=True)
class Run:
    """A finished run.

    Args:
        plan: what was asked.
        directory: where its store is.
        planned: every cell, clean ones included, in the order of computation.
        gaps: what could not be done in a language.
        skipped: what was left out besides.
        signature: what reproduces it.
        timing: stages and the seconds that each took when the run was last computed.
    """

    plan: Plan
    directory: Path
    planned: tuple[Planned, ...]
    gaps: tuple[Gap, ...]
    skipped: tuple[Skip, ...]
    signature: Mapping[str, str]
    timing: tuple[tuple[str, float], ...]

    def save(self) -> None:
        """Write `run.json` beside the cells, so that `load_run` finds the run again."""
        Store(self.directory).write_json(
            RUN_FILE,
            {
                "format": FORMAT,
                "plan": asdict(self.plan),
                "cells": [asdict(item) for item in self.planned],
                "gaps": [asdict(gap) for gap in self.gaps],
                "skipped": [asdict(skip) for skip in self.skipped],
                "signature": dict(self.signature),
                "timing": self.timing,
            },
        )

    def write(self, name: str, text: str) -> None:
        """Put a page beside the cells, whole or not at all."""
        Store(self.directory).write_text(name, text)

    @cached_property
    def cells(self) -> tuple[CellResult, ...]:
        """One result for each checkpoint, task, language, perturbation and rate; seeds are averaged within examples."""
        return compare_cells(self.plan, Store(self.directory), self.planned)

    @cached_property
    def language_means(self) -> tuple[MeanResult, ...]:
        """The mean over languages for each checkpoint, task, perturbation and rate."""
        return compare_means(self.plan, self.cells)

    def table(self) -> pd.DataFrame:
        """`(cells, columns)`: one row a checkpoint, task, language, perturbation and rate, scores in points (0–100)."""
        rows: list[dict[str, object]] = [result.row() for result in self.cells]
        for gap in self.gaps:
            told: dict[str, object] = asdict(gap)
            # What a row does not name is missing in it.
            rows += [told | {"rate": rate, "severity": self.plan.severity(rate)} for rate in self.plan.every_rate]
        return pd.DataFrame(rows, columns=[*CELL_COLUMNS], dtype=object).infer_objects()

    def means(self) -> pd.DataFrame:
        """`(means, columns)`: one row a checkpoint, task, perturbation and rate, the mean over its languages."""
        rows = [result.row() for result in self.language_means]
        return pd.DataFrame(rows, columns=[*MEAN_COLUMNS], dtype=object).infer_objects()

    def report(self) -> Report:
        """Everything that a page shows of the run."""
        tasks = [find_task(name) for name in self.plan.tasks]
        checkpoints = list(dict.fromkeys(item.checkpoint for item in self.planned))
        notes = [
            f"{task.name}: {self.plan.metrics.get(task.name, task.metric)} on the {self.plan.split} split; "
            f"perturbed: {' and '.join(self.plan.fields.get(task.name, task.fields))}; {task.source.cite}; "
            f"licence of the data: {task.source.licence}."
            for task in tasks
        ]
        if synthetic := [task.name for task in tasks if task.synthetic]:
            notes.insert(
                0, f"Synthetic data ({', '.join(synthetic)}): generated texts, no score here is about a real language."
            )
        notes += _asked(self.plan)
        if self.plan.limit is not None:
            notes.insert(0, f"Only the first {self.plan.limit} examples of each language were scored.")
        return Report(
            title=f"Robustness of {', '.join(checkpoints)}",
            cells=self.table(),
            means=self.means(),
            notes=tuple(notes),
            skipped=self.skipped,
            signature=self.signature,
            timing=self.timing,
            alpha=self.plan.statistics.alpha,
        )


def load_run(directory: Path | str) -> Run:
    """A run from its directory.

    Raises:
        StoreError: the directory holds no run, a damaged one, or one of another version.
    """
    directory = Path(directory)
    if not (directory / RUN_FILE).is_file():
        raise StoreError(f"{directory} holds no {RUN_FILE}: give the --out directory of a score that was finished")
    read = Store(directory).read_json(RUN_FILE)
    content = cast("dict[str, Any]", read) if isinstance(read, dict) else {}
    found = content.get("format", "none")
    if found != FORMAT:
        raise StoreError(f"{directory / RUN_FILE} has format {found}, this version reads {FORMAT}: score again")
    try:
        return Run(
            plan=plan_from(content["plan"]),
            directory=directory,
            planned=tuple(map(_planned, content["cells"])),
            gaps=tuple(Gap(**gap) for gap in content["gaps"]),
            skipped=tuple(Skip(**item) for item in content["skipped"]),
            signature=content["signature"],
            timing=tuple((stage, seconds) for stage, seconds in content["timing"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{directory / RUN_FILE} is damaged ({error!r}): run `xrobust score` again") from error


def _asked(plan: Plan) -> Iterator[str]:
    """What was asked for besides the defaults, as far as it shapes the noise."""
    for name, behind in plan.variants.items():
        yield f"{name} is {behind} with other parameters."
    for name, values in plan.parameters.items():
        yield f"{name}: {', '.join(f'{parameter} = {value}' for parameter, value in values.items())}."
    if plan.protection != Protection():
        yield f"Protected from every edit: {plan.protection}."
    if plan.plausibility is not None:
        refused = "was refused (of augmenters of others: counted)"
        done = refused if plan.plausibility.refuses else "was made and counted"
        yield (
            f"An edit of characters that makes another word of the language (Zipf frequency from "
            f"{plan.plausibility.least:g}) {done}; edits of words and of whole texts were not judged."
        )


def _planned(values: dict[str, Any]) -> Planned:
    cell: dict[str, Any] = values["cell"]
    lists: dict[str, Any] = {name: tuple(cell[name]) for name in ("metrics", "fields")}
    return Planned(values["checkpoint"], values["perturbation"], Cell(**{**cell, **lists}), values["key"])
