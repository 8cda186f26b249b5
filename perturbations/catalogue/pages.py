"""Pages: the catalogue in Markdown, an overview and a page for each perturbation."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from importlib import resources as package
from pathlib import Path
from typing import Any

from perturbations.catalogue.cells import RATES, SEED, Cell, State, catalogued, cells, needs, rate_of
from perturbations.catalogue.drawing import drawn
from perturbations.languages import find_language, languages
from perturbations.passage import Level
from perturbations.perturbation import Noise, Perturbation, Scope
from perturbations.resources import Library, Resource, known, libraries

OVERVIEW = "perturbations.md"
FOLDER = "perturbations"
COMMAND = "python -m perturbations.catalogue docs"
WRITTEN = f"<!-- Written by `{COMMAND}`; do not edit. -->"
UNITS = {Level.CHARACTER: "grapheme clusters", Level.WORD: "words"}
LEFT_OUT = {
    State.UNPROVIDED: "Nobody is known to provide what it needs",
    State.UNSUPPORTED: "Unsupported (the language has no such thing)",
}
"""What is said of the languages that do without."""
LOOKS_ALIKE = "visual"
"""The preset whose examples are told apart by their code points only."""


def pages(directory: Path) -> Mapping[str, str]:
    """Every page by its path below the documentation.

    Args:
        directory: an empty one to work in.

    Raises:
        DataError: a perturbation supports a language and finds no place in its texts.
    """
    found = {noise.name: cells(noise, directory) for noise in catalogued()}
    written = {f"{FOLDER}/{noise.name}.md": _page(noise, found[noise.name], directory) for noise in catalogued()}
    return {OVERVIEW: _overview(found), **written}


def _page(noise: Noise, row: Mapping[str, Cell], directory: Path) -> str:
    """The page of one perturbation."""
    return "\n".join(
        (
            WRITTEN,
            f"# {noise.name}",
            "",
            *_description(noise),
            "",
            *_facts(noise, row, directory),
            "",
            *_examples(noise, row),
            "",
            f"[All perturbations](../{OVERVIEW})",
            "",
        )
    )


def _description(noise: Noise) -> Iterator[str]:
    """What it does, from the docstring, with its parameters."""
    text, _, rest = (inspect.getdoc(type(noise)) or "").partition("\n\nArgs:\n")
    yield text
    arguments = _arguments(rest.partition("\n\n")[0])
    for name, default in _parameters(noise):
        if name == next(iter(arguments), name):
            yield from ("", "Parameters:", "")
        yield f"- `{name}` = `{default!r}`: {arguments[name]}"


def _parameters(noise: Noise) -> Iterator[tuple[str, Any]]:
    for item in fields(noise) if is_dataclass(noise) else ():
        if item.default is not MISSING:
            yield item.name, item.default


def _arguments(section: str) -> Mapping[str, str]:
    """The parameters of a docstring with what is said of each, on one line."""
    entries = re.split(r"\n(?=    \w+: )", section)
    pairs = (entry.strip().partition(": ") for entry in entries if entry.strip())
    return {name: " ".join(text.split()) for name, _, text in pairs}


def _facts(noise: Noise, row: Mapping[str, Cell], directory: Path) -> Iterator[str]:
    """Level, scope, presets, languages, source and tables, an item each."""
    touched = {0: "touches none", 1: "touches one"}.get(noise.touches, f"touches {noise.touches}")
    if isinstance(noise, Perturbation) and noise.varying:
        touched = "touches all of its site, one or more"
    scope = "a text is struck as a whole" if noise.scope is Scope.TEXT else f"an edit {touched}"
    yield f"- Level: {noise.level.value}; the rate counts {UNITS[noise.level]}, {scope}."
    yield f"- Presets: {', '.join((*noise.presets, 'full'))}."
    lacking = [code for code, cell in row.items() if cell.state is State.UNSUPPORTED]
    yield f"- Languages: {len(row) - len(lacking)} of {len(row)}."
    yield f"- Source: {noise.source}."
    for name in noise.tables:
        yield f"- {_table(name)}"
    yield from _wanting(noise, row, directory)


def _table(name: str) -> str:
    if name in known():
        return f"Looks up: {known()[name].title}, [found, not shipped](../{OVERVIEW}#what-others-provide)."
    if name in libraries():
        return f"Looks up: {libraries()[name].title} ({libraries()[name].licence}, {libraries()[name].provider})."
    return f"Looks up: [`{name}`](../{OVERVIEW}#{name.replace('.', '')}), shipped."


def _wanting(noise: Noise, row: Mapping[str, Cell], directory: Path) -> Iterator[str]:
    """What is said where nothing but xrobust is installed."""
    code = next((code for code, cell in row.items() if cell.state is State.NEEDS), None)
    if code is not None:
        language = find_language(code)
        told = needs(noise, language, directory / "empty")
        yield f"- Without it the status is `unavailable`; in {language.name}: “{told}”."
        yield "- The examples are struck with a made-up table or model, which shows the edit and no word of theirs."


def _examples(noise: Noise, row: Mapping[str, Cell]) -> Iterator[str]:
    """A row for each language, and a line for those without."""
    shown = {code: cell for code, cell in row.items() if cell.edits.edits}
    if shown:
        pointed = LOOKS_ALIKE in noise.presets
        yield f"Rate {rate_of(noise):.4g}, seed {SEED}:"
        yield ""
        yield f"| language | before | after |{' first edit |' if pointed else ''}"
        yield f"|---|---|---|{'---|' if pointed else ''}"
        for code, cell in shown.items():
            example = drawn(cell.edits)
            points = f" {example.points} |" if pointed else ""
            yield f"| {find_language(code).name} `{code}` | {example.before} | {example.after} |{points}"
    for state, told in LEFT_OUT.items():
        found = [f"{find_language(code).name} `{code}`" for code, cell in row.items() if cell.state is state]
        if found:
            yield from ("", f"{told}: {', '.join(found)}.")
    if not shown:
        yield "Every text of every language stays as it is."


def _overview(found: Mapping[str, Mapping[str, Cell]]) -> str:
    """The page with the matrix, the list, the texts and the tables."""
    return "\n".join(
        (
            WRITTEN,
            "# Perturbations",
            "",
            f"What each of {len(found)} perturbations does in each of {len(languages())} languages, with a page for",
            f"each, written from the registry by `{COMMAND}`.",
            "A test writes the pages anew and strikes every text again.",
            "",
            *_legend(),
            "",
            "## Overview",
            "",
            *_matrix(found),
            "",
            *_list(found),
            "",
            "## How the examples are made",
            "",
            *_method(),
            "",
            "## What is shipped",
            "",
            *_shipped(),
            "## What others provide",
            "",
            *_provided(),
            "",
        )
    )


def _legend() -> Iterator[str]:
    yield f"- `{State.SHOWN}` works with what is shipped"
    yield f"- `{State.NEEDS}` works where a table or model of others is found or given; `unavailable` until then"
    yield f"- `{State.UNPROVIDED}` works with a table of your own: nobody is known to provide one of the language"
    yield f"- `{State.UNSUPPORTED}` unsupported: the language has no such thing (casing in Thai)"
    yield f"- `{State.IDLE}` a control that changes nothing"


def _matrix(found: Mapping[str, Mapping[str, Cell]]) -> Iterator[str]:
    """Perturbations by languages, a sign each, the codes of the languages read downwards."""
    width = max(map(len, found))
    yield "```text"
    for letters in zip(*languages(), strict=True):
        yield f"{'':{width}}  {''.join(letters)}"
    for name, row in found.items():
        yield f"{name:{width}}  {''.join(cell.state for cell in row.values())}"
    yield "```"


def _list(found: Mapping[str, Mapping[str, Cell]]) -> Iterator[str]:
    yield "| perturbation | level | presets besides `full` | languages | source |"
    yield "|---|---|---|---|---|"
    for noise in catalogued():
        states = [cell.state for cell in found[noise.name].values()]
        count = len(states) - states.count(State.UNSUPPORTED)
        link = f"[{noise.name}]({FOLDER}/{noise.name}.md)"
        yield f"| {link} | {noise.level.value} | {', '.join(noise.presets) or '–'} | {count} | {noise.source} |"


def _method() -> Iterator[str]:
    character, word = (RATES[level] for level in (Level.CHARACTER, Level.WORD))
    yield f"Seed {SEED}; rate {character} for characters and {word} for words, times the units that one edit touches; 1"
    yield "for whole texts. The text is the key. Every text, with its source, stands in"
    yield "`perturbations/data/showcase.toml`: the one of the language, or, where it has no place for the perturbation,"
    yield "its decomposed form (NFD), a further one of the language, or one that all share. Struck places are"
    yield "<mark>marked</mark>, as far as letters join. `␣` is a space at the border of a mark, `⟨U+200B⟩` a character"
    yield "that is not seen; `…` stands for what stays as it is. No edit begins or ends within a grapheme cluster."


def _shipped() -> Iterator[str]:
    """The head of each table of `perturbations/data` that a perturbation looks up, which names source and licence."""
    names = sorted({name for noise in catalogued() for name in noise.tables} - {*known(), *libraries()})
    for name in names:
        yield from (f"### {name}", "", "```text", *_head(name), "```", "")


@cache
def _head(name: str) -> Sequence[str]:
    """The comment at the head of a table."""
    text = package.files("perturbations").joinpath("data", name).read_text(encoding="utf-8")
    lines = text.splitlines()
    end = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    return [line.removeprefix("#").removeprefix(" ") for line in lines[:end]]


def _provided() -> Iterator[str]:
    yield "`xrobust doctor` lists what is found. `{code}` stands for the language, `{other}` for the one to switch to."
    yield ""
    yield "| name | what | files looked for | provided by | licence | languages |"
    yield "|---|---|---|---|---|---|"
    asked: list[Resource | Library] = [*known().values(), *libraries().values()]
    for one in asked:
        files = ", ".join(f"`{name}`" for name in one.files) if isinstance(one, Resource) else "–"
        covers = " ".join(one.covers) if isinstance(one, Resource) else "all"
        yield f"| {one.name} | {one.title} | {files} | {one.provider} | {one.licence} | {covers} |"
