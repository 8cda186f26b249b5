"""Run: the stored records of a plan, held against one another: what dropped, by how much, and whether it is real."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from harness.benchmark_tables import benchmark_rows
from harness.cell import Planned
from harness.checkpoints.lineage import Lineage, parse_lineage
from harness.compared import CellResult, MeanResult
from harness.comparison import compare_cells, compare_means
from harness.plan import Plan, plan_from
from harness.robust import RobustResult, compare_robust
from harness.run_notes import run_notes
from harness.runfile import FORMAT, RUN_FILE, damaged, read_planned, read_run_file
from harness.store import Store
from reports.report import BENCHMARK_COLUMNS, CELL_COLUMNS, MEAN_COLUMNS, ROBUST_COLUMNS, Report, Skip, records


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
        lineages: by name of the checkpoint, how it came to be; none for predictions made elsewhere.
    """

    plan: Plan
    directory: Path
    planned: tuple[Planned, ...]
    gaps: tuple[Gap, ...]
    skipped: tuple[Skip, ...]
    signature: Mapping[str, str]
    timing: tuple[tuple[str, float], ...]
    lineages: Mapping[str, Lineage] = field(default_factory=dict[str, Lineage])

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
                "lineages": {name: asdict(lineage) for name, lineage in self.lineages.items()},
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

    @cached_property
    def worst_cases(self) -> tuple[RobustResult, ...]:
        """The worst case over the perturbations for each checkpoint, task, language and rate."""
        return compare_robust(self.plan, Store(self.directory), self.planned)

    @cached_property
    def benchmark_lines(self) -> tuple[dict[str, object], ...]:
        """The rows of `benchmark_scores`."""
        return tuple(benchmark_rows(self.plan, Store(self.directory), self.planned))

    def table(self) -> pd.DataFrame:
        """`(cells, columns)`: one row a checkpoint, task, language, perturbation and rate, scores in points (0–100)."""
        rows = [result.row() for result in self.cells]
        for gap in self.gaps:
            told: dict[str, object] = asdict(gap)
            # What a row does not name is missing in it.
            rows += [told | {"rate": rate, "severity": self.plan.severity(rate)} for rate in self.plan.every_rate]
        return _frame(rows, CELL_COLUMNS)

    def means(self) -> pd.DataFrame:
        """`(means, columns)`: one row a checkpoint, task, perturbation and rate, the mean over its languages."""
        return _frame([result.row() for result in self.language_means], MEAN_COLUMNS)

    def robust(self) -> pd.DataFrame:
        """`(places, columns)`: one row a checkpoint, task, language and rate, the worst case over its perturbations."""
        return _frame([result.row() for result in self.worst_cases], ROBUST_COLUMNS)

    def benchmark_scores(self) -> pd.DataFrame:
        """`(scores, columns)`: tasks, groups and overall scores of each benchmark that the run has a task of.

        One row a benchmark, system, perturbation (`"clean"` first), rate and score, in points; a score is missing
        where a language or task is, and the row says which.
        """
        return _frame(self.benchmark_lines, BENCHMARK_COLUMNS)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table of the run by name: `cells`, `means`, `robust`, `benchmarks`, and what was `skipped`."""
        return {
            "cells": self.table(),
            "means": self.means(),
            "robust": self.robust(),
            "benchmarks": self.benchmark_scores(),
            "skipped": _frame([asdict(skip) for skip in self.skipped], ("what", "why")),
        }

    def write_tables(self) -> None:
        """Put every table beside the cells, as `tables/NAME.parquet` and all of them in `tables.json`."""
        store, tables = Store(self.directory), self.tables()
        for name, frame in tables.items():
            store.write_table(f"tables/{name}.parquet", frame)
        store.write_json("tables.json", plain_tables(tables))

    def report(self) -> Report:
        """Everything that a page shows of the run."""
        checkpoints = list(dict.fromkeys(item.checkpoint for item in self.planned))
        return Report(
            title=f"Robustness of {', '.join(checkpoints)}",
            cells=self.table(),
            means=self.means(),
            robust=self.robust(),
            benchmarks=self.benchmark_scores(),
            notes=tuple(run_notes(self.plan, benchmarks=bool(self.benchmark_lines))),
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
    content = read_run_file(directory)
    planned = read_planned(directory, content)
    try:
        return Run(
            plan=plan_from(content["plan"]),
            directory=directory,
            planned=planned,
            gaps=tuple(Gap(**gap) for gap in content["gaps"]),
            skipped=tuple(Skip(**item) for item in content["skipped"]),
            signature=content["signature"],
            timing=tuple((stage, seconds) for stage, seconds in content["timing"]),
            lineages=_lineages(content.get("lineages", {}), directory),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise damaged(directory, error) from error


def plain_tables(tables: Mapping[str, pd.DataFrame]) -> dict[str, list[dict[str, object]]]:
    """Tables as plain values for JSON, one mapping a row, what is missing as None."""
    return {name: [dict(row) for row in records(frame)] for name, frame in tables.items()}


def _lineages(tables: dict[str, dict[str, object]], directory: Path) -> dict[str, Lineage]:
    return {name: parse_lineage(tables[name], where=f"{directory / RUN_FILE}: {name!r}") for name in tables}


def _frame(rows: Sequence[dict[str, object]], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=[*columns], dtype=object).infer_objects()
