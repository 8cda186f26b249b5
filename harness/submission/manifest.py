"""Manifest: what was exported, cell by cell, so that predictions that come back can be told apart and checked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from harness.cell import Planned
from harness.plan import HUB, Plan
from harness.typed import build, table
from perturbations.errors import DataError, UsageError
from suites.readers.files import lines
from suites.readers.json import parsed
from suites.task import SUFFIX

MANIFEST = "manifest.json"
FORMAT = 1
"""Counts changes of the layout; a manifest of another format is refused."""
ASKED = (
    *("tasks", "languages", "perturbations", "rates", "severities", "seeds", "variants", "parameters", "protection"),
    *("plausibility", "split", "limit", "fields", "options"),
)
"""The fields of a plan that shape the inputs; the others are asked for when predictions are scored."""
OUTSIDE = re.compile(r"[^\w.-]+")
"""What a name may hold and the name of a folder does not."""


@dataclass(frozen=True, slots=True)
class Part:
    """One cell as it was exported, and as its predictions have to come back.

    Args:
        path: of its files, relative to the directory, without suffix.
        task: name of the task.
        language: language code.
        perturbation: the name under which the run shows it, or `"clean"`.
        rate: 0–1; 0 for clean.
        seed: of the noise.
        options: of the reader and about the pool.
        examples: how many there are.
        data: digest of the clean examples and their pool.
        inputs: digest of the examples as they were exported, perturbed.
        pool: file with the candidates of a retrieval or mining task, relative to the directory.
    """

    path: str
    task: str
    language: str
    perturbation: str
    rate: float
    seed: int
    options: Mapping[str, str]
    examples: int
    data: str
    inputs: str
    pool: str | None = None


@dataclass(frozen=True)
class Manifest:
    """What an export holds.

    Args:
        format: version of the layout.
        version: version of xrobust that wrote it.
        plan: the fields of the plan that shape the inputs.
        files: its cells.
    """

    format: int
    version: str
    plan: Mapping[str, object]
    files: tuple[Part, ...]

    def find(self, planned: Planned) -> Part | None:
        """The part that holds a cell, None where it was not exported."""
        cell = planned.cell
        return self._by_place.get((cell.task, cell.language, planned.perturbation, cell.rate, cell.seed))

    @cached_property
    def _by_place(self) -> dict[tuple[str, str, str, float, int], Part]:
        return {(part.task, part.language, part.perturbation, part.rate, part.seed): part for part in self.files}


def path_of(planned: Planned) -> str:
    """Where the files of a cell lie, without suffix: `clean/xnli/test-de`, `word-swap/rate-0.1/seed-0/xnli/test-de`."""
    cell = planned.cell
    noise = [] if cell.clean else [f"rate-{cell.rate}", f"seed-{cell.seed}"]
    return "/".join((folder(planned.perturbation), *noise, folder(cell.task), f"{cell.split}-{cell.language}"))


def folder(name: str) -> str:
    """A name as that of a folder; of a task that a TOML file describes, the file's without suffix."""
    bare = Path(name).name.removesuffix(SUFFIX) if name.endswith(SUFFIX) else name
    return OUTSIDE.sub("-", bare)


def asked(plan: Plan) -> dict[str, object]:
    """The fields of a plan that shape the inputs, the place of the data only where it is the hub.

    A directory is another one on another machine.
    """
    values = asdict(plan)
    found: dict[str, object] = {name: values[name] for name in ASKED}
    return found | {"data": plan.data} if plan.data == HUB else found


def manifest_text(manifest: Manifest) -> str:
    """The manifest as JSON."""
    return json.dumps(asdict(manifest), ensure_ascii=False, indent=1) + "\n"


def read_manifest(directory: Path) -> Manifest:
    """The manifest of a directory of predictions, a copy of that of the export.

    Raises:
        DataError: there is none, it is damaged, or of another format.
    """
    path = directory / MANIFEST
    if not path.is_file():
        raise DataError(
            f"{directory} holds no {MANIFEST}: copy it from what `xrobust export` wrote, beside predictions"
        )
    where = str(path)
    content: Any = parsed("".join(line for _, line in lines(path, keep_ends=True)), where)
    try:
        values = table(content, where)
        if values.get("format") != FORMAT:
            raise DataError(f"{path} has format {values.get('format')!r}, this version reads {FORMAT}: export again")
        return build(Manifest, values, where=where)
    except UsageError as error:
        raise DataError(f"{error}; copy it from the export again") from error
