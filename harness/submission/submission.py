"""Submission: a directory of predictions as a value, and what it answers to the examples of a cell."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from harness.cell import NONE, Planned
from harness.checkpoints.checkpoint import Checkpoint
from harness.checkpoints.fingerprint import combine
from harness.inputs import Inputs, digest
from harness.predictors.prediction import Prediction
from harness.submission.manifest import FORMAT, MANIFEST, Manifest, Part, read_manifest
from harness.submission.reading import SUFFIXES, Answer, Expected, read_answers, suffixes
from perturbations.errors import CheckpointError, DataError
from suites.examples import Example
from suites.task import Kind, Task


@dataclass(frozen=True, slots=True)
class Submission:
    """Predictions that a system elsewhere made for what was exported.

    Args:
        name: as reports call it.
        location: the directory.
        fingerprint: hex digest of every file of predictions in it.
        manifest: what was exported.
        files: the file of each part, by the part's path.
    """

    name: str
    location: str
    fingerprint: str
    manifest: Manifest
    files: Mapping[str, Path]

    def __str__(self) -> str:
        return self.name

    def check_serves(self, task: Task) -> None:
        """Make sure that there are predictions for a task.

        Raises:
            CheckpointError: there are none.
        """
        if not any(part.path in self.files for part in self.manifest.files if part.task == task.name):
            raise CheckpointError(
                f"predictions {self.name!r} have no file for {task.name}: {self.location} is where they are looked for"
            )

    def check(self, cells: Sequence[Planned], inputs: Inputs) -> None:
        """Make sure that the cells of one language of a task have their files, and that ids, labels and candidates fit.

        Raises:
            DataError: names the file and what is wrong.
        """
        expected = _expected(inputs)
        for planned in cells:
            part = self._part(planned, inputs)
            read_answers(self.files[part.path], expected)

    def answers(self, planned: Planned, inputs: Inputs, examples: Sequence[Example]) -> list[Prediction]:
        """The predictions for the examples of a cell; probabilities, pieces and what was cut are not known.

        Args:
            planned: the cell.
            inputs: the clean examples and their pool.
            examples: `(examples,)` of the cell, perturbed.

        Raises:
            DataError: they are not those that were exported; whatever is wrong with the file.
        """
        part = self._part(planned, inputs)
        path = self.files[part.path]
        if digest(examples) != part.inputs:
            raise DataError(
                f"{path}: the perturbed examples made here are not those that were exported (another version of "
                f"xrobust than {self.manifest.version}, other tables or options): export again, or use that version"
            )
        found = read_answers(path, _expected(inputs))
        if inputs.task.kind is Kind.TAGGING:
            _check_tokens(path, found, examples)
        return [Prediction(label, (), None, None) for label in found]

    def _part(self, planned: Planned, inputs: Inputs) -> Part:
        """What was exported of a cell.

        Raises:
            DataError: nothing, or other data, or its predictions are missing.
        """
        part, cell = self.manifest.find(planned), planned.cell
        told = f"{cell.task} {cell.language} {planned.perturbation}"
        told += "" if cell.clean else f" at {cell.rate:g}, seed {cell.seed}"
        if part is None:
            raise DataError(f"{self.location}: {told} was not exported; score what was, or export it too")
        if part.data != inputs.digest:
            raise DataError(
                f"{self.location}: {told} was exported from other data ({part.examples} examples, digest {part.data}) "
                f"than is read now ({len(inputs.examples)} examples, digest {inputs.digest}); give the same --data and "
                "options"
            )
        if part.options != inputs.reading:
            raise DataError(
                f"{self.location}: {told} was exported with the options {dict(part.options)} and is read now with "
                f"{inputs.reading}; give the same options"
            )
        if part.path not in self.files:
            due = " or ".join(f"{part.path}{suffix}" for suffix in suffixes(inputs.task.kind))
            raise DataError(f"{self.location}: there are no predictions for {told}; put them into {due}")
        if self.files[part.path].suffix not in suffixes(inputs.task.kind):
            raise DataError(
                f"{self.files[part.path]}: predictions of {inputs.task.kind.value.replace('_', ' ')} end in "
                f"{' or '.join(suffixes(inputs.task.kind))}"
            )
        return part


Contestant = Checkpoint | Submission
"""What is scored: a checkpoint, or predictions that stand in its place."""


def nobody() -> Submission:
    """The predictions of nobody, for where inputs are made and not yet answered."""
    return Submission(NONE, NONE, NONE, Manifest(FORMAT, version("xrobust"), {}, ()), {})


def open_submission(location: str) -> Submission:
    """Find the predictions of a directory and hash them.

    Raises:
        DataError: there is no manifest or no file that it names, or two files for one cell.
    """
    directory = Path(location).expanduser()
    if not directory.is_dir():
        raise DataError(f"predictions {location}: there is no such directory")
    manifest = read_manifest(directory)
    files: dict[str, Path] = {}
    for part in manifest.files:
        there = [path for suffix in SUFFIXES if (path := directory / f"{part.path}{suffix}").is_file()]
        if len(there) > 1:
            raise DataError(f"{there[0]} and {there[1].name} hold predictions for one cell: keep one of them")
        if there:
            files[part.path] = there[0]
    if not files:
        raise DataError(
            f"{directory} holds no predictions under the paths of its {MANIFEST}, such as {_example(manifest)}"
        )
    hashes = {path.relative_to(directory).as_posix(): _hash(path) for path in files.values()}
    return Submission(directory.resolve().name, location, combine(hashes), manifest, files)


def _example(manifest: Manifest) -> str:
    return next((f"{part.path}{SUFFIXES[0]}" for part in manifest.files), "none: it is empty")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _expected(inputs: Inputs) -> Expected:
    pool = inputs.pool.candidates if inputs.pool else ()
    return Expected(inputs.task, [example.id for example in inputs.examples], frozenset(item.id for item in pool))


def _check_tokens(path: Path, found: Sequence[Answer], examples: Sequence[Example]) -> None:
    """Make sure that each token of the perturbed sentences has a tag.

    Raises:
        DataError: tells how many sentences have another number of tags, and the first.
    """
    wrong = [
        (example.id, len(tags), tokens)
        for example, tags in zip(examples, found, strict=True)
        if len(tags) != (tokens := sum(len(text.spans) for text in example.texts.values() if text.tokens))
    ]
    if wrong:
        name, tags, tokens = wrong[0]
        raise DataError(
            f"{path}: {len(wrong)} sentences have another number of tags than tokens; the first is {name!r} with "
            f"{tags} tags for {tokens} tokens, as the perturbed sentence has them"
        )
