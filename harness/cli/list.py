"""`xrobust list`: tasks, languages and perturbations, with what each supports."""

from __future__ import annotations

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
        screen.print(makers[name]())


def _table(title: str, *headings: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for place, heading in enumerate(headings):
        # A name that breaks over two lines can be neither searched nor copied.
        table.add_column(heading, overflow="fold", no_wrap=place == 0)
    return table


def _tasks() -> Table:
    from suites import tasks

    table = _table("Tasks", "task", "kind", "languages", "perturbed", "metrics", "options", "source")
    for task in sorted(tasks().values(), key=lambda task: task.name):
        options = "; ".join(
            f"{name} = {value} ({' or '.join(task.choices.get(name, ('any',)))})"
            for name, value in task.options.items()
        )
        source = task.source.cite
        languages = f"{len(task.languages)}: {' '.join(task.languages)}"
        row = (
            task.name,
            task.kind.value,
            languages,
            " and ".join(task.fields),
            ", ".join(task.metrics),
            options,
            source,
        )
        table.add_row(*row)
    return table


def _languages() -> Table:
    from perturbations import all_perturbations, languages
    from suites import tasks

    table = _table("Languages", "code", "language", "family", "script", "words", "tasks", "perturbations")
    for language in languages().values():
        covering = " ".join(sorted(task.name for task in tasks().values() if language.code in task.languages))
        lacking = [item.name for item in all_perturbations() if not item.supports(language)]
        count = f"all but {', '.join(lacking)}" if lacking else "all"
        words = "by spaces" if language.spaces else "by dictionary"
        scripts = ", ".join(language.scripts)
        table.add_row(language.code, language.name, language.family, scripts, words, covering or "–", count)
    return table


def _perturbations() -> Table:
    from harness.configuration import parameter_defaults
    from perturbations import Scope, all_perturbations, languages

    headings = ("perturbation", "rate of", "presets", "languages", "parameters", "source")
    table = _table("Perturbations", *headings)
    for noise in all_perturbations():
        supported = [code for code, language in languages().items() if noise.supports(language)]
        lacking = [code for code in languages() if code not in supported]
        named = f": {' '.join(supported)}" if len(supported) < len(lacking) else f", not {' '.join(lacking)}"
        covered = f"{len(supported)}{named if lacking else ''}"
        presets = " ".join((*noise.presets, "full"))
        taken = "; ".join(f"{name} = {_written(value)}" for name, value in parameter_defaults(noise).items())
        drawn = "texts" if noise.scope is Scope.TEXT else f"{noise.level.value}s"
        table.add_row(noise.name, drawn, presets, covered, taken, noise.source)
    return table


def _written(value: object) -> str:
    """A default as a plan would say it."""
    if value is None or value == "":
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
