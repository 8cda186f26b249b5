"""`xrobust list`: tasks, languages and perturbations, with what each supports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.table import Table

WHAT = ("tasks", "languages", "perturbations")


@click.command("list", short_help="List tasks, languages and perturbations.")
@click.argument("what", type=click.Choice(WHAT), required=False)
def command(what: str | None) -> None:
    """List the tasks, languages and perturbations that are known, with what each supports."""
    from harness.cli._console import console

    makers = {"tasks": _tasks, "languages": _languages, "perturbations": _perturbations}
    screen = console()
    for name in [what] if what else WHAT:
        for table in makers[name]():
            screen.print(table)


def _table(title: str, headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    """A table in whose columns the longest word has room, so that no word breaks over two lines."""
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for place, heading in enumerate(headings):
        longest = max(len(word) for row in rows for word in row[place].split() or [""])
        # A name that breaks over two lines can be neither searched nor copied.
        table.add_column(heading, overflow="fold", no_wrap=place == 0, min_width=max(longest, len(heading)))
    for row in rows:
        table.add_row(*row)
    return table


def _tasks() -> Iterator[Table]:
    from suites import tasks

    known = sorted(tasks().values(), key=lambda task: task.name)
    yield _table(
        "Tasks",
        ("task", "kind", "metrics", "perturbed"),
        [(task.name, _worded(task.kind), ", ".join(task.metrics), _fields(task.fields)) for task in known],
    )
    yield _table(
        "Languages and sources of tasks",
        ("task", "languages", "source"),
        [(task.name, f"{len(task.languages)}: {' '.join(task.languages)}", task.source.cite) for task in known],
    )
    yield _table(
        "Options of the readers of tasks",
        ("task", "option", "default", "values"),
        [
            (task.name, name, value, ", ".join(task.choices.get(name, ("any",))))
            for task in known
            for name, value in task.options.items()
        ],
    )


def _worded(kind: str) -> str:
    return kind.replace("_", " ")


def _fields(fields: tuple[str, ...]) -> str:
    """The names, those of the choices as one: `context, choice1 to choice4`."""
    choices = [name for name in fields if name.removeprefix("choice").isdecimal()]
    others = [name for name in fields if name not in choices]
    return ", ".join([*others, f"{choices[0]} to {choices[-1]}"] if len(choices) > 1 else fields)


def _languages() -> Iterator[Table]:
    from perturbations import all_perturbations, languages
    from suites import tasks

    written: list[tuple[str, ...]] = []
    covered: list[tuple[str, ...]] = []
    for language in languages().values():
        covering = " ".join(sorted(task.name for task in tasks().values() if language.code in task.languages))
        lacking = [item.name for item in all_perturbations() if not item.supports(language)]
        count = f"all but {', '.join(lacking)}" if lacking else "all"
        words = "by spaces" if language.spaces else "by dictionary"
        scripts = ", ".join(language.scripts)
        written.append((language.code, language.name, language.family, scripts, words))
        covered.append((language.code, covering or "–", count))
    yield _table("Languages", ("code", "language", "family", "script", "words"), written)
    yield _table("Tasks and perturbations of languages", ("code", "tasks", "perturbations"), covered)


def _perturbations() -> Iterator[Table]:
    from harness.configuration import parameter_defaults
    from perturbations import Scope, all_perturbations, languages

    drawings: list[tuple[str, ...]] = []
    sources: list[tuple[str, ...]] = []
    for noise in all_perturbations():
        supported = [code for code, language in languages().items() if noise.supports(language)]
        lacking = [code for code in languages() if code not in supported]
        named = f": {' '.join(supported)}" if len(supported) < len(lacking) else f", not {' '.join(lacking)}"
        covered = f"{len(supported)}{named if lacking else ''}"
        presets = " ".join((*noise.presets, "full"))
        taken = "; ".join(f"{name} = {_written(value)}" for name, value in parameter_defaults(noise).items())
        drawn = "texts" if noise.scope is Scope.TEXT else f"{noise.level.value}s"
        drawings.append((noise.name, drawn, presets, covered))
        sources.append((noise.name, taken or "–", noise.source))
    yield _table("Perturbations", ("perturbation", "rate of", "presets", "languages"), drawings)
    yield _table("Parameters and sources of perturbations", ("perturbation", "parameters", "source"), sources)


def _written(value: object) -> str:
    """A default as a plan would say it."""
    if value is None or value == "":
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
