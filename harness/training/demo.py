"""The demo's checkpoints: one fine-tuned directly, one after each of two intermediate tasks, and a tagger.

The three phases are those of Phang et al. 2020: masked language modelling in all languages, an intermediate task in
English, the target task in English. Everything is trained on the miniature suite, which is synthetic.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, cast

import torch

from harness.checkpoints.lineage import Lineage
from harness.training.fine_tune import fine_tune
from harness.training.pretrain import pretrain
from harness.training.settings import Settings
from harness.training.training_set import TrainingSet
from suites.miniature.ner import MINIATURE_NER
from suites.miniature.nli import MINIATURE_NLI
from suites.miniature.qnli import MINIATURE_QNLI
from suites.miniature.source import TRAINING_LANGUAGE
from suites.miniature.tagging import MINIATURE_TAGGING
from suites.task import Request, Task

Report = Callable[[str, float], None]
ENCODER = "encoder"
SETTINGS = Settings(learning_rate=1e-3, epochs=1, batch_size=32, freeze_embeddings=True)
INTERMEDIATE = (MINIATURE_QNLI, MINIATURE_NER)
SHAPING = ("torch", "transformers", "tokenizers", "numpy")
"""Libraries whose version may change what comes out."""
RECIPE = ("harness.training", "suites.miniature")
"""Packages whose files are the recipe: sentences, labels, objectives and settings."""


def build_demo(directory: Path, *, report: Report) -> list[Path]:
    """The three classifiers of the demo, trained where they are not there yet.

    Args:
        directory: holds one folder a recipe, so that nothing trained by another recipe is ever taken.
        report: is told every stage that was carried out and the seconds that it took; nothing for what was there.

    Returns:
        The directories of the checkpoints `direct`, `after-qnli` and `after-ner`.
    """
    place = directory / recipe_digest()[:12]
    encoder = _encoder(place, report)
    built = [_stage(place / "direct", encoder, MINIATURE_NLI, (), report)]
    for task in INTERMEDIATE:
        short = task.name.removeprefix("miniature-")
        between = _stage(place / f"on-{short}", encoder, task, (), report)
        built.append(_stage(place / f"after-{short}", between, MINIATURE_NLI, (task.name,), report))
    return built


def build_tagger(directory: Path, *, report: Report) -> Path:
    """The tagger of the demo, trained where it is not there yet; arguments as for `build_demo`."""
    place = directory / recipe_digest()[:12]
    return _stage(place / "tagger", _encoder(place, report), MINIATURE_TAGGING, (), report)


def recipe_digest() -> str:
    """Hex digest of all that shapes the checkpoints: our files and the versions of the libraries."""
    digest = hashlib.sha256()
    for package in RECIPE:
        for name, content in _contents(files(package), package):
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
    for library in SHAPING:
        digest.update(f"{library} {version(library)}\0".encode())
    return digest.hexdigest()


def _contents(folder: Traversable, name: str) -> list[tuple[str, bytes]]:
    """Every source and data file below a folder with its name, sorted."""
    found: list[tuple[str, bytes]] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        path = f"{name}/{entry.name}"
        if entry.is_dir() and entry.name != "__pycache__":
            found += _contents(entry, path)
        elif entry.name.endswith((".py", ".toml")):
            found.append((path, entry.read_bytes()))
    return found


def _encoder(place: Path, report: Report) -> Path:
    path = place / ENCODER
    if not path.is_dir():
        _timed(f"pretrain {ENCODER}", report, lambda: pretrain(path))
    return path


def _stage(path: Path, base: Path, task: Task, intermediate: tuple[str, ...], report: Report) -> Path:
    """A model fine-tuned on the English training data of a task, unless it is there."""
    if not path.is_dir():
        lineage = Lineage(ENCODER, intermediate, task.name, SETTINGS.seed, {"synthetic": True})
        examples = tuple(task.read(Request(None, TRAINING_LANGUAGE, "train")))
        _timed(
            f"train {path.name}",
            report,
            lambda: fine_tune(base, TrainingSet(task, examples), path, settings=SETTINGS, lineage=lineage),
        )
    return path


def _timed(stage: str, report: Report, work: Callable[[], Path]) -> None:
    started = time.perf_counter()
    with _one_thread():
        work()
    report(stage, time.perf_counter() - started)


@contextmanager
def _one_thread() -> Generator[None, None, None]:
    """Compute with one thread for the time being.

    The matrices are so small that on a busy machine two threads, waiting for each other, take many times as long; and
    what comes out does not depend on the number of cores.
    """
    library = cast("Any", torch)
    before: int = library.get_num_threads()
    library.set_num_threads(1)
    try:
        yield
    finally:
        library.set_num_threads(before)
