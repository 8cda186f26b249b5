"""Capture: from the directories of runs to a snapshot, one run for each training seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness.cell import NONE, Cell, Planned
from harness.columns import lists_of, matrix, metric_columns
from harness.gate.snapshot import Items, Kept, Outline, Place, Scoring, Snapshot
from harness.runfile import read_planned, read_run_file
from harness.statistics.sample import Floats
from harness.store import Store
from perturbations.errors import UnknownNameError, UsageError

PREDICTING = ("xrobust", "torch", "transformers", "tokenizers")
"""Versions that move predictions and not inputs: they may differ between sides."""


@dataclass(frozen=True, slots=True)
class Source:
    """A run directory, laid out by place.

    Args:
        directory: of the run.
        cells: by place its cells, one for each noise seed in their order.
    """

    directory: Path
    cells: Mapping[Place, tuple[Planned, ...]]

    @property
    def name(self) -> str:
        """What was scored, by name and fingerprint."""
        found = {f"{item.checkpoint} ({item.cell.checkpoint[:12]})" for cells in self.cells.values() for item in cells}
        return " + ".join(sorted(found))

    def outline(self, scorings: Mapping[str, Scoring]) -> Outline:
        """What its cells must agree on with another side."""
        facts = {place: _facts([item.cell for item in cells]) for place, cells in self.cells.items()}
        return Outline({task: scorings[task] for task in self.tasks}, facts)

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of the tasks, in the order of the run."""
        return tuple(dict.fromkeys(place.task for place in self.cells))

    @property
    def beside(self) -> dict[str, str]:
        """What moves predictions and not inputs."""
        cells = [item.cell for items in self.cells.values() for item in items]
        found = {"precision": {cell.precision for cell in cells}, "device": {cell.device for cell in cells}}
        found["longest input"] = {"the model's" if cell.max_pieces is None else str(cell.max_pieces) for cell in cells}
        for name in PREDICTING:
            found[name] = {cell.versions.get(name, NONE) for cell in cells}
        return {name: ", ".join(sorted(values)) for name, values in found.items()}


def open_source(directory: Path, *, checkpoints: Sequence[str] = ()) -> Source:
    """The cells of a finished run.

    Args:
        directory: written by `xrobust score --out`.
        checkpoints: which of its checkpoints count; empty for all.

    Raises:
        StoreError: no run, a damaged one, or one of another version.
        UsageError: a checkpoint that is not there, or a task that two of them were scored on.
    """
    planned = read_planned(directory, read_run_file(directory))
    names = dict.fromkeys(item.checkpoint for item in planned)
    for name in checkpoints:
        if name not in names:
            raise UnknownNameError(f"checkpoint of {directory}", name, names)
    chosen = [item for item in planned if not checkpoints or item.checkpoint in checkpoints]
    scored: dict[str, dict[str, None]] = {}
    cells: dict[Place, list[Planned]] = {}
    for item in chosen:
        scored.setdefault(item.cell.task, {})[item.checkpoint] = None
        place = Place(item.cell.task, item.cell.language, item.perturbation, item.cell.rate)
        cells.setdefault(place, []).append(item)
    for task, several in scored.items():
        if len(several) > 1:
            raise UsageError(
                f"{directory}: {task} was scored with {', '.join(several)}: name one by --checkpoint, or score each "
                "training seed in a run of its own"
            )
    return Source(directory, {place: tuple(sorted(found, key=_seed)) for place, found in cells.items()})


def capture(sources: Sequence[Source], outline: Outline) -> Snapshot:
    """Read the vectors of runs that agree with one another.

    Args:
        sources: one for each training seed.
        outline: what to read: its places, by its metrics; all sources must agree with it (see `compatible`).

    Raises:
        StoreError: a cell is missing or damaged, or does not hold the metric.
        UsageError: an id twice or empty, or other ids in one cell, or run, than in another.
    """
    stores = [Store(source.directory) for source in sources]
    items: dict[tuple[str, str], Items] = {}
    cells: dict[Place, Kept] = {}
    for place in sorted(outline.facts, key=lambda place: not place.clean):
        scoring = outline.scorings[place.task]
        for number, (source, store) in enumerate(zip(sources, stores, strict=True)):
            statistic, reference, found = _read(store, source.cells[place], scoring)
            known = items.setdefault((place.task, place.language), found)
            if known != found:
                raise UsageError(f"{source.directory}: {place} holds other ids than its clean cell, or other clusters")
            if number == 0:
                cells[place] = Kept(
                    np.empty((len(sources), *statistic.shape)),
                    np.empty((len(sources), *statistic.shape)),
                    len(source.cells[place]),
                )
            cells[place].statistic[number], cells[place].reference[number] = statistic, reference
    return Snapshot(
        trainings=tuple(source.name for source in sources),
        outline=outline,
        items=items,
        cells={place: cells[place] for place in outline.facts},
        beside=sources[0].beside,
    )


def _seed(item: Planned) -> int:
    return item.cell.seed


def _read(store: Store, cells: Sequence[Planned], scoring: Scoring) -> tuple[Floats, Floats, Items]:
    """The vectors of a place, averaged over noise seeds, and its examples."""
    first = cells[0].cell
    columns = metric_columns(first.metrics, scoring.metric, f"{first.task} {first.language}")
    tables = [store.table(item.key, "id", "group", "statistic", "reference") for item in cells]
    if any(not table["id"].equals(tables[0]["id"]) for table in tables):
        raise UsageError(f"{store.directory}: {first.task} {first.language}: noise seeds hold different ids")
    ids = tuple(tables[0]["id"].to_pylist())
    groups = tuple(tables[0]["group"].to_pylist()) if scoring.clustered else ids
    statistic, reference = (
        np.mean([matrix(lists_of(table[name]))[:, columns] for table in tables], axis=0)
        for name in ("statistic", "reference")
    )
    _check_ids(ids, f"{store.directory}: {first.task} {first.language}")
    if not (np.isfinite(statistic).all() and np.isfinite(reference).all()):
        raise UsageError(f"{store.directory}: {first.task} {first.language} holds scores that are no numbers")
    return statistic, reference, Items(ids, groups)


def _check_ids(ids: Sequence[str], where: str) -> None:
    if not all(ids):
        raise UsageError(f"{where}: {ids.count('')} examples have no id: name them and score again")
    if len(set(ids)) < len(ids):
        twice = next(name for name in ids if ids.count(name) > 1)
        raise UsageError(f"{where}: {len(ids) - len(set(ids))} ids come again, the first is {twice!r}: name each once")


def _facts(cells: Sequence[Cell]) -> dict[str, str]:
    """Everything that shaped the inputs of a place, as names and values."""
    first = cells[0]
    found = {
        "data": first.data,
        "split": first.split,
        "task version": str(first.task_version),
        **{f"option {name}": value for name, value in first.options.items()},
    }
    if first.clean:
        return found
    return found | {
        "noise seeds": ", ".join(str(cell.seed) for cell in cells),
        "perturbed texts": ", ".join(first.fields),
        "perturbation": first.perturbation,
        "policy": first.policy,
        "protection": first.protection,
        "plausibility": first.plausibility,
        **{f"parameter {name}": value for name, value in first.parameters.items()},
        **{f"version of {name}": value for name, value in first.versions.items() if name not in PREDICTING},
    }
