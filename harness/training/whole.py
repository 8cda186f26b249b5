"""Whole: directories that are there complete or not at all, whenever the process is killed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from perturbations.errors import UsageError


@contextmanager
def whole_directory(path: Path) -> Generator[Path, None, None]:
    """A directory to write to, which becomes `path` when the block ends without an error and is removed otherwise.

    A process that is killed leaves a directory whose name starts with a dot, which nothing reads and anyone may remove.

    Raises:
        UsageError: `path` is there already.
    """
    if path.exists():
        raise UsageError(f"{path} is there already: remove it or give another directory")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        yield draft
        # mkdtemp makes directories that only their owner may read.
        draft.chmod(path.parent.stat().st_mode & 0o777)
        draft.replace(path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
