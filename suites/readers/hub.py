"""Parquet repositories of the Hugging Face hub, from the hub by pinned commit or from a local copy.

Through `datasets`, which is imported when a repository is read. The library runs no loading scripts any more, so the
repository has to hold Parquet files (`de/test-00000-of-00001.parquet`).
"""

from __future__ import annotations

import importlib
import logging
import re
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UsageError

SPLITS: Mapping[str, tuple[str, ...]] = {"test": ("test",), "dev": ("validation", "dev"), "train": ("train",)}
"""Names that the splits have in most repositories, the usual one first."""
ONLY = "data"
"""The folder of a repository that has one configuration without a name."""


class Number(str):
    """The name of a column whose whole numbers mean themselves (the number of a choice), not labels."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Repository:
    """A dataset repository at one commit.

    Args:
        name: `owner/name`.
        revision: the full commit hash; a branch may move and is refused.

    Raises:
        UsageError: a revision that is not 40 hexadecimal digits.
    """

    name: str
    revision: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9a-f]{40}", self.revision):
            raise UsageError(
                f"{self.name} is asked for at revision {self.revision!r}: data is pinned by a full commit hash "
                "(40 hexadecimal digits), since branches and tags move"
            )


XTREME = Repository("google/xtreme", "ec5f1f46e9af79639a90684a7a70a956c4998f04")
"""The tasks of the first XTREME, processed, from which several are read."""


def parquet_files(
    folders: Iterable[Path], config: str | None, split: str, *, splits: Mapping[str, tuple[str, ...]] = SPLITS
) -> list[Path]:
    """The files of one configuration and split in the first local copy of a repository that has any, in order.

    Args:
        folders: where a copy may lie.
        config: name of the configuration, None for the only one of a repository.
        split: `"test"`, `"dev"` or `"train"`.
        splits: what the repository calls them, the usual name first.

    Returns:
        The files; none if no folder has any.

    Raises:
        DataError: a copy that lacks some of the files, or has those of two versions.
    """
    for folder in folders:
        for name in splits[split]:
            inner = folder / (config or ONLY)
            shard = re.compile(rf"{name}(?:-\d+-of-(\d+))?\.parquet")
            found = {path: match[1] for path in inner.glob(f"{name}*.parquet") if (match := shard.fullmatch(path.name))}
            if found:
                _check_whole(found.values(), f"{inner} ({name})")
                return sorted(found)
    return []


def _check_whole(totals: Collection[str | None], source: str) -> None:
    """Make sure that a split has all of its files and no other.

    Args:
        totals: of how many files each says that it is one, None for a file that is the only one.
        source: folder and split, for messages.
    """
    wanted = {int(total or 1) for total in totals}
    if wanted != {len(totals)}:
        raise DataError(
            f"{source}: {len(totals)} Parquet files, and by their names there are "
            f"{' or '.join(map(str, sorted(wanted)))}; download the folder again, into an empty one"
        )


def read_folder(
    files: Sequence[Path], *, columns: Sequence[str], unlabelled: str | None = None
) -> Iterator[tuple[Any, ...]]:
    """The rows of Parquet files that were written in one piece.

    Args:
        files: the shards of one split, in order.
        columns: the columns wanted; class labels come as names, a `Number` as it is.
        unlabelled: what stands for the label -1 of a few rows without one; None refuses them.

    Raises:
        DataError: no Parquet, a column that is not there, labels without names, a null, text that is not UTF-8.
        ResourceError: a file cannot be opened, or the cache of `datasets` cannot be written.
    """
    source = str(files[0].parent)
    with _library() as library, _reading(source):
        table = library.load_dataset("parquet", data_files={"rows": [str(path) for path in files]}, split="rows")
        yield from _rows(table, columns, source, unlabelled)


def read_repository(
    repository: Repository,
    config: str | None,
    split: str,
    *,
    columns: Sequence[str],
    splits: Mapping[str, tuple[str, ...]] = SPLITS,
    unlabelled: str | None = None,
) -> Iterator[tuple[Any, ...]]:
    """The rows of one configuration and split of a repository on the hub, or in the local cache of it.

    Args:
        repository: name and commit.
        config: name of the configuration (`"de"`, `"udpos.German"`), None for the only one of a repository.
        split: `"test"`, `"dev"` or `"train"`.
        columns: the columns wanted; class labels come as names, a `Number` as it is.
        splits: what the repository calls them, the usual name first.
        unlabelled: what stands for the label -1 of a few rows without one; None refuses them.

    Raises:
        ResourceError: the hub cannot be reached and the cache does not have it; says what to download.
        DataError: no such configuration or split, a column that is not there, labels without names, a null.
    """
    source = f"{repository.name} ({f'{config}, ' if config else ''}{split})"
    with _library() as library, _reading(source):
        try:
            table = library.load_dataset(repository.name, config, split=splits[split][0], revision=repository.revision)
        except OSError as error:
            raise ResourceError(
                f"{source} cannot be read from the hub: {error}. Where there is a connection, run `hf download "
                f"{repository.name} --repo-type dataset --revision {repository.revision} --include "
                f"'{config or ONLY}/*' --local-dir FOLDER` and give FOLDER as the data directory"
            ) from error
        yield from _rows(table, columns, source, unlabelled)


@contextmanager
def _library() -> Generator[Any]:
    """The `datasets` module with its progress bars off, as they were before afterwards."""
    library: Any = importlib.import_module("datasets")
    were_off = library.are_progress_bars_disabled()
    library.disable_progress_bars()
    # Retries without a network would be told one by one; the error that ends them says all there is to say.
    logger = logging.getLogger("huggingface_hub")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield library
    finally:
        logger.setLevel(level)
        if not were_off:
            library.enable_progress_bars()


@contextmanager
def _reading(source: str) -> Generator[None]:
    """Turn what the library raises over content into errors of ours."""
    generation: Any = importlib.import_module("datasets.exceptions").DatasetGenerationError
    try:
        yield
    except UnicodeDecodeError as error:
        raise DataError(f"{source}: text that is not UTF-8, such as a lone surrogate ({error})") from error
    except (ValueError, generation) as error:
        # The library's own message often says no more than that something went wrong.
        raise DataError(f"{source} cannot be read: {error.__cause__ or error}") from error
    except OSError as error:
        raise ResourceError(f"{source} cannot be read or cached: {error}") from error


def _rows(table: Any, columns: Sequence[str], source: str, unlabelled: str | None) -> Iterator[tuple[Any, ...]]:
    missing = [name for name in columns if name not in table.column_names]
    if missing:
        raise DataError(
            f"{source} has no column {', '.join(map(repr, missing))}, only {', '.join(map(repr, table.column_names))}; "
            "it is not the layout that is read here"
        )
    values = cast("dict[str, list[Any]]", table.select_columns(list(columns))[:])
    named = [
        _named(values[name], table.features[name], f"{source}, column {name!r}", unlabelled)
        if type(name) is not Number
        else _numbers(values[name], f"{source}, column {str(name)!r}")
        for name in columns
    ]
    return zip(*named, strict=True)


def _numbers(values: list[Any], source: str) -> list[Any]:
    if any(type(value) is not int for value in values):
        raise DataError(f"{source} holds something else than whole numbers; it is not the layout that is read here")
    return values


def _named(values: list[Any], feature: Any, source: str, unlabelled: str | None) -> list[Any]:
    """The values of a column, class labels as names; numbers whose names are lost are refused rather than guessed."""
    inner = getattr(feature, "feature", feature)
    names = cast("list[str] | None", getattr(inner, "names", None))
    if names is None:
        if "int" in str(getattr(inner, "dtype", "")):
            raise DataError(
                f"{source} holds numbers without their label names: the files lost their schema; download them again"
            )
        if (hole := next((row for row, value in enumerate(values) if _lacking(value)), None)) is not None:
            raise DataError(f"{source} row {hole}: a null instead of a text; restore the row or download it again")
        return values
    flat = [number for value in values for number in (cast("list[int]", value) if isinstance(value, list) else [value])]
    if flat and all(number == -1 for number in flat):
        raise StrippedLabelsError(f"{source} holds no labels (all are -1): they are stripped from this copy")
    known = dict(enumerate(names)) if unlabelled is None else {-1: unlabelled, **dict(enumerate(names))}
    if any(number not in known for number in flat):
        raise DataError(f"{source} holds a label that is not one of 0 to {len(names) - 1}")
    return [
        [known[number] for number in cast("list[int]", value)] if isinstance(value, list) else known[value]
        for value in values
    ]


def _lacking(value: Any) -> bool:
    """Whether a value, or one inside of it, is null."""
    if isinstance(value, dict):
        return any(map(_lacking, cast("dict[str, Any]", value).values()))
    return any(map(_lacking, cast("list[Any]", value))) if isinstance(value, list) else value is None
