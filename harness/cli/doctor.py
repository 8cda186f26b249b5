"""`xrobust doctor`: what is installed, what is found, what is missing and how to get it."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from suites.task import Task

FOUND, MISSING, NOTE = "found", "missing", "note"
Line = tuple[str, str, str]
"""State, what, detail."""


@click.command(short_help="Tell what is installed, found and missing.")
@click.option("--data", envvar="XROBUST_DATA", help="Directory with the tasks' files.  [env: XROBUST_DATA]")
def command(data: str | None) -> None:
    """Tell what is installed, which test sets are found under --data, and what is missing and how to get it.

    Exits with 1 if something is missing without which nothing can be scored.
    """
    from rich.text import Text

    from harness.cli._console import console

    screen = console()
    broken = False
    styles = {FOUND: "green", MISSING: "red", NOTE: "yellow"}
    for heading, lines in (
        ("Packages", _packages()),
        ("Devices", _devices()),
        ("Languages", _languages()),
        ("Resources", _resources()),
        ("Adapters", _adapters()),
        ("Data", _data(data)),
    ):
        screen.print(Text(heading, style="bold"))
        for state, what, detail in lines:
            broken = broken or (state == MISSING and heading == "Packages")
            screen.print(Text.assemble("  ", (f"{state:8}", styles[state]), f"{what:24} {detail}"), soft_wrap=True)
    if broken:
        raise SystemExit(1)


def _packages() -> Iterator[Line]:
    """Every distribution that xrobust requires, by its own metadata."""
    from importlib.metadata import PackageNotFoundError, requires, version

    import regex

    yield FOUND, "python", f"{platform.python_version()} ({platform.platform()})"
    for requirement in requires("xrobust") or ():
        if "extra ==" in requirement:
            continue
        match = regex.match(r"[\w.-]+", requirement)
        name = match.group() if match else requirement
        try:
            yield FOUND, name, version(name)
        except PackageNotFoundError:
            yield MISSING, name, f"pip install '{requirement}'"


def _devices() -> Iterator[Line]:
    import torch

    yield FOUND, "cpu", f"{torch.get_num_threads()} threads, torch {torch.__version__}"
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            yield FOUND, f"cuda:{index}", torch.cuda.get_device_name(index)
    else:
        yield NOTE, "cuda", "torch sees no accelerator: everything runs on the cpu"


def _languages() -> Iterator[Line]:
    import icu4py

    from perturbations import all_perturbations, languages
    from perturbations.segmentation import words

    split = all(len(words(text, languages()[code])) > 1 for code, text in (("th", "ฉันกินข้าว"), ("zh", "我今天去学校")))
    state = FOUND if split else MISSING
    yield state, "word dictionaries", f"ICU {icu4py.icu_version}: th zh ja my"
    yield FOUND, "languages", f"{len(languages())}: {' '.join(languages())}"
    yield FOUND, "perturbations", f"{len(all_perturbations())}: `xrobust list perturbations` tells what each supports"


def _resources() -> Iterator[Line]:
    """Which tables of others are found, for which languages, and who provides the rest."""
    from perturbations import languages
    from perturbations.lexica.frequencies import missing_frequencies
    from perturbations.resources import inventory

    for holding in inventory():
        asked, files = holding.resource, holding.files
        names = " ".join(name for name in files if name)
        if files:
            folders = ", ".join(sorted({str(path.parent) for path in files.values()}))
            yield FOUND, asked.name, f"{asked.title}{f': {names}' if names else ''}; in {folders}"
        else:
            yield NOTE, asked.name, f"{asked.title}: none found; provided by {asked.provider}"
    listed = [code for code, language in languages().items() if missing_frequencies(language) is None]
    unlisted = " ".join(code for code in languages() if code not in listed)
    detail = f"word frequencies for {len(listed)} languages: {' '.join(listed)}; none for {unlisted or 'no other'}"
    yield (FOUND if listed else NOTE), "plausibility", detail


def _adapters() -> Iterator[Line]:
    """Which libraries of augmenters are installed, and how many of their augmenters lack something."""
    from importlib import import_module
    from importlib.metadata import PackageNotFoundError, version

    from perturbations.adapters.entries import entries
    from perturbations.registry import ADAPTERS

    for library, module in ADAPTERS.items():
        try:
            found = version(library)
        except PackageNotFoundError:
            yield NOTE, library, f"not installed: pip install 'xrobust[{library}]'; docs/adapters.md"
            continue
        named = import_module(module).named
        lacking = [reason for name in entries(library) if (reason := named(name).wanting())]
        known = len(entries(library))
        yield FOUND, library, f"{found}; {known - len(lacking)} of {known} augmenters have what they need to be made"
        for reason in lacking:
            yield NOTE, "", reason


def _data(data: str | None) -> Iterator[Line]:
    """Which languages of each task have files, and which files are damaged."""
    from harness.plan import HUB
    from suites import tasks

    if data is None:
        yield NOTE, "data directory", "none: give --data or set XROBUST_DATA; synthetic tasks need none"
    for task in sorted(tasks().values(), key=lambda task: task.name):
        if not task.synthetic and data in (None, HUB):
            yield NOTE, task.name, f"not looked for; originals: {task.source.url}; hub: {task.source.hub}"
        else:
            yield from _holdings(task, Path(data) if data and not task.synthetic else None)


def _holdings(task: Task, root: Path | None) -> Iterator[Line]:
    """The languages of a task that some split can be read of."""
    found: list[str] = []
    absent: dict[str, str] = {}
    damaged: dict[str, str] = {}
    for language in task.languages:
        state, fault = _readable(task, root, language)
        if state == FOUND:
            found.append(language)
        else:
            (absent if state == NOTE else damaged)[language] = fault
    detail = f"{len(found)} of {len(task.languages)} languages read"
    yield (FOUND if found else MISSING), task.name, detail + (f"; without {' '.join(absent)}" if absent else "")
    for fault in list(absent.values())[:1]:
        yield NOTE, "", fault
    for fault in damaged.values():
        yield MISSING, "", fault


def _readable(task: Task, root: Path | None, language: str) -> tuple[str, str]:
    """Whether a language can be read in one of its splits; if not, whether it is absent (a note) or damaged."""
    from perturbations.errors import DataError, ResourceError, UsageError
    from suites import Request
    from suites.requests import SPLITS

    reason = ""
    for split in SPLITS:
        try:
            task.read(Request(root, language, split, task.options))
        except DataError as error:
            return MISSING, str(error)
        except ResourceError as error:
            reason = reason or str(error)
        except UsageError:
            # The task has no such split.
            continue
        else:
            return FOUND, ""
    return NOTE, reason
