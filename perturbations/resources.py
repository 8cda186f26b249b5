"""Resources: where the large tables of others are found, which are used but not shipped.

They are looked for in the directories of the environment variable `XROBUST_RESOURCES` (parted as in `PATH`), in that of
`XROBUST_DATA`, and where the platform keeps them; `data/resources.toml` says how the files are called and who provides
them. A directory is searched once a process.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

import regex

from perturbations.errors import ResourceError, UnknownNameError
from perturbations.tables import load

TABLE = "resources.toml"

DIRECTORIES = ("XROBUST_RESOURCES", "XROBUST_DATA")
"""The environment variables that name directories, the preferred one first."""

_REGION = regex.compile(r"_(?P<language>[a-z]{2,3})_(?P<region>[A-Z]{2})(?![A-Za-z])")

_ONLY: ContextVar[Path | None] = ContextVar("_ONLY", default=None)
"""The one directory that is searched, if a caller has said so."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of file that others provide.

    Args:
        name: as it is asked for (`"thesaurus"`).
        title: what it is.
        files: paths below a directory, with `{code}` and `{other}` for languages and `*` for anything within a name.
        codes: code as written in the file names, to the language code of xrobust.
        only: the language that a file without `{code}` is about; empty where it is about many.
        places: where a platform keeps the files.
        covers: the languages that the provider is known to have; for a lexicon, together with English.
        provider: who gives the files and how to get them.
        licence: of the files.
    """

    name: str
    title: str
    files: tuple[str, ...]
    codes: Mapping[str, str]
    only: str
    places: tuple[str, ...]
    covers: tuple[str, ...]
    provider: str
    licence: str


@dataclass(frozen=True, slots=True)
class Library:
    """A package of others that perturbations read their tables from.

    Args:
        name: of the distribution.
        title: what it is.
        provider: who gives it and how to get it.
        licence: of its tables.
    """

    name: str
    title: str
    provider: str
    licence: str


@dataclass(frozen=True, slots=True)
class Holding:
    """What was found of a resource.

    Args:
        resource: the kind of file.
        files: the path for each language (`"de"`) or pair of languages (`"en-de"`), in alphabetical order; `""` for a
            file about many languages. Empty where nothing was found.
    """

    resource: Resource
    files: Mapping[str, Path]


@cache
def known() -> Mapping[str, Resource]:
    """Every resource by its name, in alphabetical order; read when first asked."""
    long: Mapping[str, list[str]] = load(TABLE)["long"]
    codes = {
        "long": {code: language for language, written in long.items() for code in written},
        "short": {language: language for language in long},
    }
    return MappingProxyType(
        {
            name: Resource(
                name=name,
                title=entry["title"],
                files=tuple(entry["files"]),
                codes=MappingProxyType(codes[entry["codes"]]),
                only=entry.get("only", ""),
                places=tuple(entry["places"]),
                covers=tuple(entry["covers"].split()),
                provider=entry["provider"],
                licence=entry["licence"],
            )
            for name, entry in sorted(load(TABLE)["resources"].items())
        }
    )


@cache
def libraries() -> Mapping[str, Library]:
    """Every package that tables are read from, by its name; read when first asked."""
    return MappingProxyType({name: Library(name, **entry) for name, entry in load(TABLE)["libraries"].items()})


@contextmanager
def only(directory: Path) -> Generator[None]:
    """Within the block resources are found below `directory` alone: the same on every machine.

    Neither the environment nor the platform's own places are asked, and no library counts as installed.
    """
    token = _ONLY.set(directory)
    try:
        yield
    finally:
        _ONLY.reset(token)


def installed(library: str) -> bool:
    """Whether a package that tables are read from is there to be asked."""
    return _ONLY.get() is None and _importable(library)


@cache
def _importable(library: str) -> bool:
    return find_spec(library) is not None


def resource(name: str) -> Resource:
    """The resource of that name.

    Raises:
        UnknownNameError: no resource has it.
    """
    if name not in known():
        raise UnknownNameError("resource", name, known())
    return known()[name]


def find(name: str, language: str = "", other: str = "") -> Path | None:
    """The file of a resource, or None where nobody has it.

    Args:
        name: of the resource.
        language: language code; may be empty for a file about many languages.
        other: the second language of a bilingual file.

    Raises:
        UnknownNameError: no resource has the name.
    """
    asked = resource(name)
    found = _found(name, _directories(asked))
    return found.get(f"{language}-{other}" if other else language) or ("" if asked.only else found.get("")) or None


def require(name: str, language: str = "", other: str = "") -> Path:
    """The file of a resource.

    Raises:
        ResourceError: nobody has it; the message says what provides it and how to get it.
    """
    path = find(name, language, other)
    if path is None:
        raise ResourceError(message(name, language, other))
    return path


def message(name: str, language: str = "", other: str = "") -> str:
    """One line on a file that was not found: its name, what provides it and how to get it."""
    asked = resource(name)
    if asked.only and language != asked.only:
        return f"{asked.title} is about {asked.only!r} only, not {language!r}"
    first = asked.files[0].replace("{code}", _written(asked, language)).replace("{other}", _written(asked, other))
    about = "-".join(filter(None, (language, other)))
    return (
        f"{asked.title}{f' for {about}' if about else ''}: no file {first!r} in $XROBUST_RESOURCES, $XROBUST_DATA"
        f"{''.join(f', {place}' for place in asked.places)}; provided by {asked.provider}"
    )


def inventory() -> list[Holding]:
    """What is found of every resource, in alphabetical order of their names."""
    return [Holding(asked, dict(sorted(_found(asked.name, _directories(asked)).items()))) for asked in known().values()]


def _written(asked: Resource, language: str) -> str:
    """The code of a language in the file names of a resource."""
    return next((code for code, known_as in asked.codes.items() if known_as == language), language)


def _directories(asked: Resource) -> tuple[str, ...]:
    """Where a resource is looked for, the preferred place first."""
    if (directory := _ONLY.get()) is not None:
        return (str(directory),)
    named = (os.environ.get(variable, "") for variable in DIRECTORIES)
    return (*(directory for value in named for directory in value.split(os.pathsep) if directory), *asked.places)


@lru_cache(maxsize=256)
def _found(name: str, directories: tuple[str, ...]) -> Mapping[str, Path]:
    """The files of a resource by language or pair; the first directory and the first path that has one wins.

    Of files for several regions (`th_de_CH_v2.dat`, `th_de_DE_v2.dat`) that is the one where most who speak it live.
    """
    asked = resource(name)
    found: dict[str, Path] = {}
    for directory in directories:
        for template in asked.files:
            for key, path in _matches(asked, Path(directory), template):
                found.setdefault(key, path)
    return MappingProxyType(found)


def _matches(asked: Resource, directory: Path, template: str) -> Iterator[tuple[str, Path]]:
    """The files below `directory` that a template describes, each with its language or pair."""
    pattern = regex.escape(template, literal_spaces=True).replace(r"\*", "[^/]*")
    for field in ("code", "other"):
        pattern = pattern.replace(rf"\{{{field}\}}", rf"(?P<{field}>[a-z]+)")
    glob = template.replace("{code}", "*").replace("{other}", "*")
    for path in sorted(directory.glob(glob), key=lambda path: (not _at_home(path), path)):
        match = regex.fullmatch(pattern, path.relative_to(directory).as_posix())
        if match is None or not path.is_file():
            continue
        codes = [asked.codes.get(code) for code in match.groupdict().values()]
        if None not in codes:
            yield "-".join(filter(None, codes)) or asked.only, path


def _at_home(path: Path) -> bool:
    """Whether a file's name has a language with the region that the likely subtags of CLDR give it."""
    named = _REGION.search(path.name)
    if named is None:
        return True
    import langcodes

    return langcodes.Language.get(named["language"]).maximize().territory == named["region"]
