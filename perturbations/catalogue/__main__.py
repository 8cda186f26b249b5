"""Write the pages of the catalogue: `python -m perturbations.catalogue docs`."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from perturbations.catalogue.pages import COMMAND, FOLDER, pages
from perturbations.errors import UsageError, XRobustError


def main(arguments: list[str]) -> None:
    """Write every page below the directory that is named, and take away the pages that are no more.

    Raises:
        UsageError: not one directory is named, or it is not there.
    """
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        raise UsageError(f"name the one directory to write into: {COMMAND}")
    target = Path(arguments[0])
    with TemporaryDirectory() as directory:
        written = pages(Path(directory))
    (target / FOLDER).mkdir(exist_ok=True)
    for old in (target / FOLDER).glob("*.md"):
        if f"{FOLDER}/{old.name}" not in written:
            old.unlink()
    for name, content in written.items():
        (target / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except XRobustError as error:
        sys.exit(str(error))
