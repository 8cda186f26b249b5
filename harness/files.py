"""Files: written whole or not at all, and TOML that is read with a line on what is wrong with it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from perturbations.errors import DataError, StoreError


def write_whole(path: Path, put: Callable[[IO[bytes]], object]) -> None:
    """Write a file beside its place, flush it to the disk and move it into it: whole, or what was there before.

    Args:
        path: the file; a device or pipe is written to as it is.
        put: writes the content.

    Raises:
        StoreError: it cannot be written.
    """
    special = path.exists() and not path.is_file()
    unfinished = path if special else path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    try:
        with unfinished.open("wb") as file:
            put(file)
            file.flush()
            if not special:
                os.fsync(file.fileno())
        if not special:
            unfinished.replace(path)
    except OSError as error:
        raise StoreError(
            f"{path} could not be written: {error.strerror or error}; what was stored before is whole: make room or "
            "give another place, and run the same command again"
        ) from error
    finally:
        if not special:
            unfinished.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text as UTF-8, whole or not at all; raises as `write_whole` does."""
    write_whole(path, lambda file: file.write(text.encode()))


def read_toml(path: Path, *, what: str) -> dict[str, Any]:
    """The content of a TOML file.

    Args:
        path: the file.
        what: what it is, as a message calls it (`"plan"`).

    Raises:
        DataError: it cannot be read or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{what} {path} cannot be read: {error.strerror}; give the path of a TOML file") from error
    except ValueError as error:
        raise DataError(f"{what} {path} is not TOML: {error}") from error
