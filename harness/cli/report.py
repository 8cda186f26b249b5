"""`xrobust report`: print or convert the report of a run."""

from __future__ import annotations

import json
from pathlib import Path

import click

FORMATS = ("terminal", "markdown", "csv", "json")
TABLES = ("cells", "means", "robust", "benchmarks", "skipped")


@click.command(short_help="Print the report of a run, or its tables.")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True)
@click.option("--table", type=click.Choice(TABLES), default="cells", show_default=True, help="The table of csv.")
@click.option("--rows", type=click.IntRange(1), default=20, show_default=True, help="Rows of a table in the terminal.")
def command(run: Path, form: str, table: str, rows: int) -> None:
    """Print the report of RUN, a directory written by `xrobust score --out`.

    `markdown` is the whole report, `json` every table by its name, `csv` one of them (scores in points 0–100).
    """
    from harness.cli._console import console
    from harness.results import load_run, plain_tables
    from reports.markdown import render_markdown
    from reports.terminal import render_terminal

    found = load_run(run)
    if form == "terminal":
        render_terminal(found.report(), console(), limit=rows, where=str(run / "report.md"))
    elif form == "markdown":
        click.echo(render_markdown(found.report()), nl=False)
    elif form == "csv":
        click.echo(found.tables()[table].to_csv(index=False), nl=False)
    else:
        # Not pandas' own writer: it rounds to decimal places, and a small p would become 0.
        click.echo(json.dumps(plain_tables(found.tables()), ensure_ascii=False, indent=1, allow_nan=False))
