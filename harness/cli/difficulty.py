"""`xrobust difficulty`: how hard intermediate tasks are, by every measure whose inputs are there."""

from __future__ import annotations

import json
from pathlib import Path

import click

FORMATS = ("terminal", "markdown", "json")
EXAMPLES = """
\b
Examples:
  xrobust difficulty tasks.toml
  xrobust difficulty tasks.toml --out difficulty.json
  xrobust compare runs/* --difficulty difficulty.json
"""


@click.command(short_help="Measure how hard intermediate tasks are.", epilog=EXAMPLES)
@click.argument("tasks", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True)
@click.option("--alpha", type=float, default=0.05, show_default=True, help="Two-sided level of the tests, 0-1.")
@click.option("--resamples", type=int, default=9_999, show_default=True, help="Orders drawn above ten tasks.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of these draws.")
@click.option("--out", type=click.Path(path_type=Path), help="File for `xrobust compare --difficulty` (JSON).")
def command(tasks: Path, form: str, alpha: float, resamples: int, seed: int, out: Path | None) -> None:
    """Measure the difficulty of the tasks that the TOML file TASKS lists.

    What has no inputs is not computed, and the page says what is lacking. Beside the values: whether the measures put
    the tasks in one order.
    """
    from harness.cli._console import console
    from harness.difficulty.difficulties import difficulties
    from harness.difficulty.file import content, write_difficulties
    from harness.difficulty.page import difficulty_page
    from harness.statistics.sample import Settings
    from reports.pages import page_markdown, page_terminal

    found = difficulties(tasks, settings=Settings(alpha=alpha, resamples=resamples, seed=seed))
    if form == "json":
        click.echo(json.dumps(content(found), ensure_ascii=False, indent=1, allow_nan=False))
    elif form == "markdown":
        click.echo(page_markdown(difficulty_page(found)), nl=False)
    else:
        page_terminal(difficulty_page(found), console())
    if out is not None:
        write_difficulties(out, found)
        click.echo(f"Kept in {out}", err=True)
