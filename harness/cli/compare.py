"""`xrobust compare`: what the factors of training do to clean scores and to robustness."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

FORMATS = ("terminal", "markdown", "json")
EXAMPLES = """
\b
Examples:
  xrobust compare runs/xnli
  xrobust compare runs/direct runs/after-mnli runs/after-siqa --difficulty difficulty.json
  xrobust compare runs/* --factor learning_rate --reference scale=base --out comparison.md
  xrobust compare runs/a runs/b --manifest lineages.toml --format json
"""


@click.command(short_help="Compare checkpoints by the factors of their training.", epilog=EXAMPLES)
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--manifest", type=click.Path(path_type=Path), help="File with the lineage of checkpoints; wins.")
@click.option("--factor", "factors", multiple=True, help="Further free factor of the lineages; repeat.")
@click.option("--reference", "references", multiple=True, metavar="FACTOR=LEVEL", help="Level to hold others against.")
@click.option("--difficulty", type=click.Path(path_type=Path), help="File written by `xrobust difficulty --out`.")
@click.option("-t", "--task", "tasks", multiple=True, help="Only this task; repeat.")
@click.option("-l", "--language", "languages", multiple=True, help="Only this language; repeat.")
@click.option("-p", "--perturbation", "perturbations", multiple=True, help="Only this one; default: all but controls.")
@click.option(
    "--scale",
    type=click.Choice(("logit", "linear")),
    default="logit",
    show_default=True,
    help="On which the line of effective robustness is straight.",
)
@click.option("--alpha", type=float, default=0.05, show_default=True, help="Two-sided level of the tests, 0-1.")
@click.option("--correction", default="bh", show_default=True, help="Below overall: bh or holm. Overall it is holm.")
@click.option("--resamples", type=int, default=9_999, show_default=True, help="R, where orders or seeds are drawn.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of these draws.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True)
@click.option("--rows", type=click.IntRange(1), default=20, show_default=True, help="Rows of a table in the terminal.")
@click.option("--out", type=click.Path(path_type=Path), help="File for the whole page in Markdown.")
def command(
    runs: tuple[Path, ...], references: tuple[str, ...], form: str, rows: int, out: Path | None, **given: Any
) -> None:
    """Compare the checkpoints of RUNS, directories written by `xrobust score --out`.

    Checkpoints that differ in their seed only are one arm. Levels of each factor are held against a reference level
    among arms that are alike in all else; factors come from the lineages.
    """
    from harness.cli._console import console
    from harness.cli._noise import pairs
    from harness.comparing.asked import Asked
    from harness.comparing.content import content
    from harness.comparing.page import study_page
    from harness.comparing.study import compare_runs
    from harness.files import write_text
    from harness.statistics.sample import Settings
    from reports.pages import page_markdown, page_terminal

    names = ("alpha", "correction", "resamples", "seed")
    settings = Settings(**{name: given.pop(name) for name in names})
    study = compare_runs(
        runs, Asked(references=pairs("references", references, "FACTOR=LEVEL"), settings=settings, **given)
    )
    page = study_page(study)
    if out is not None:
        write_text(out, page_markdown(page))
    if form == "json":
        click.echo(json.dumps(content(study), ensure_ascii=False, indent=1, allow_nan=False))
    elif form == "markdown":
        click.echo(page_markdown(page), nl=False)
    else:
        page_terminal(page, console(), limit=rows, where="" if out is None else str(out))
    if out is not None:
        click.echo(f"Kept in {out}", err=True)
