"""Export: every cell of a plan as files, to be answered by any system and scored by `xrobust score --predictions`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from harness.cell import Planned
from harness.configuration import fills
from harness.evaluation import Evaluation
from harness.export.gold import gold_file
from harness.export.processed import Cell, processed
from harness.export.rows import candidate_row, example_row
from harness.gold import perturbed_gold
from harness.inputs import digest, read_inputs
from harness.noise import Perturbed
from harness.plan import Plan
from harness.progress import Progress, Silence
from harness.results import Gap
from harness.submission.manifest import FORMAT, MANIFEST, Manifest, Part, asked, folder, manifest_text, path_of
from harness.submission.submission import nobody
from perturbations.errors import DataError, StoreError, UsageError
from reports.report import Skip
from suites.examples import Pool
from suites.task import Task

JSONL, PROCESSED, GOLD, POOLS = "jsonl", "processed", "gold", "pools"
"""Folders of an export: examples as JSON, in the benchmark's layouts, what is right, and candidates."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote.

    Args:
        directory: where.
        parts: its cells.
        gaps: perturbations that could not be done in a language.
        skipped: what was left out besides, with the reason: languages, and processed layouts that cannot hold a cell.
    """

    directory: Path
    parts: tuple[Part, ...]
    gaps: tuple[Gap, ...]
    skipped: tuple[Skip, ...]


def export(plan: Plan, directory: Path | str, *, progress: Progress | None = None) -> Exported:
    """Write the clean and perturbed inputs of a plan; the manifest last, so that an export that has one is whole.

    Args:
        plan: what to write; its checkpoints are not looked at.
        directory: made if it is not there; must be empty.
        progress: told how far the export is.

    Raises:
        UsageError: the directory is not empty, or two tasks would share a folder.
        StoreError: a file cannot be written.
        XRobustError: whatever is wrong with the plan or the data.
    """
    place, watcher = Path(directory), progress or Silence()
    inputs, skipped = read_inputs(plan)
    noises = plan.noises()
    evaluations = [Evaluation(plan, noises, nobody(), item) for item in inputs]
    planned = [item for evaluation in evaluations for item in evaluation.planned]
    _check_paths(planned)
    _check_empty(place)
    for fill in fills(noises[item.perturbation] for item in planned if not item.cell.clean):
        fill.load()
    watcher.start(len(planned))
    work = _Work(place, plan.split, list(skipped))
    parts = [part for evaluation in evaluations for part in work.parts(evaluation, watcher)]
    write(place / MANIFEST, manifest_text(Manifest(FORMAT, version("xrobust"), asked(plan), tuple(parts))))
    gaps = tuple(gap for evaluation in evaluations for gap in evaluation.gaps)
    return Exported(place, tuple(parts), gaps, tuple(work.skipped))


@dataclass(frozen=True, slots=True)
class _Work:
    """Where an export writes, and what it has written and left out."""

    directory: Path
    split: str
    skipped: list[Skip]
    pools: set[str] = field(default_factory=set[str])

    def parts(self, evaluation: Evaluation, watcher: Progress) -> Iterator[Part]:
        """Write the cells of an evaluation."""
        for planned in evaluation.planned:
            clean, inputs = planned.cell.clean, evaluation.inputs
            items = [Perturbed(example) for example in inputs.examples] if clean else evaluation.perturb(planned)
            yield self._part(planned, evaluation, items)
            watcher.examples(len(items))
            watcher.cell(path_of(planned), stored=False)
        evaluation.release()

    def _part(self, planned: Planned, evaluation: Evaluation, items: Sequence[Perturbed]) -> Part:
        path, cell, inputs, pool = path_of(planned), planned.cell, evaluation.inputs, evaluation.pool(planned)
        gold = perturbed_gold(items, inputs.examples, evaluation.metrics)
        examples = [item.example for item in items]
        rows = [example_row(item, answer) for item, answer in zip(items, gold, strict=True)]
        write(self.directory / JSONL / f"{path}.jsonl", "".join(rows))
        suffix, labels = gold_file(inputs.task, examples, gold)
        write(self.directory / GOLD / f"{path}{suffix}", labels)
        self._processed(path, Cell(inputs.task, inputs.language, self.split, examples, pool))
        return Part(
            path=path,
            task=cell.task,
            language=cell.language,
            perturbation=planned.perturbation,
            rate=cell.rate,
            seed=cell.seed,
            options=inputs.reading,
            examples=len(examples),
            data=inputs.digest,
            inputs=digest(examples),
            pool=self._pool(inputs.task, pool),
        )

    def _processed(self, path: str, cell: Cell) -> None:
        """Write a cell in the benchmark's layout, or tell why there is none: once a task, or of this cell."""
        try:
            files = processed(cell)
        except UsageError as error:
            skip = Skip(f"{cell.task.name} under {PROCESSED}/", str(error))
            if skip not in self.skipped:
                self.skipped.append(skip)
        except DataError as error:
            self.skipped.append(Skip(f"{PROCESSED}/{path}", str(error)))
        else:
            for name, content in files.items():
                write(self.directory / PROCESSED / Path(path).parent / name, content)

    def _pool(self, task: Task, pool: Pool | None) -> str | None:
        """Write the candidates of a cell, once where several search the same, and return the file's name."""
        if pool is None:
            return None
        path = f"{POOLS}/{folder(task.name)}/{folder(pool.name)}.jsonl"
        if path not in self.pools:
            write(self.directory / path, "".join(map(candidate_row, pool.candidates)))
            self.pools.add(path)
        return path


def _check_paths(planned: Sequence[Planned]) -> None:
    """Make sure that every cell has files of its own.

    Raises:
        UsageError: two tasks or perturbations have one name as folders.
    """
    seen: dict[str, Planned] = {}
    for item in planned:
        # Some file systems do not tell small letters from capitals.
        other = seen.setdefault(path_of(item).lower(), item)
        if other is not item:
            raise UsageError(
                f"{other.cell.task} under {other.perturbation} and {item.cell.task} under {item.perturbation} would "
                f"both be written to {path_of(item)}: export them apart, or give variants other names"
            )


def _check_empty(directory: Path) -> None:
    """Make sure that nothing is there that could be taken for part of the export.

    Raises:
        UsageError: there is.
    """
    if directory.exists() and not (directory.is_dir() and not any(directory.iterdir())):
        raise UsageError(f"{directory} is there and not an empty directory: give a new one, or delete it")


def write(path: Path, content: str) -> None:
    """Write a file and the folders around it.

    Raises:
        StoreError: it cannot be written.
        DataError: half of a character, which no file can hold.
    """
    try:
        raw = content.encode()
    except UnicodeEncodeError as error:
        raise DataError(f"{path}: a text holds a lone surrogate, which UTF-8 cannot hold; take it out") from error
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    except OSError as error:
        raise StoreError(
            f"{path} could not be written: {error.strerror or error}; make room or give another"
        ) from error
