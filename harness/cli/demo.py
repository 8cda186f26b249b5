"""`xrobust demo`: train three small checkpoints, score them on the embedded suite, print the report."""

from __future__ import annotations

import time
from pathlib import Path

import click


@click.command(short_help="Train and score three small checkpoints on the embedded suite.")
@click.option("--out", type=click.Path(path_type=Path), default=Path(".demo"), show_default=True, help="Directory.")
def command(out: Path) -> None:
    """Train three small checkpoints on the synthetic miniature suite and score them in twelve languages.

    One is fine-tuned directly, the others after an English intermediate task each. Needs no network and no files; what
    OUT holds already is used again.
    """
    from harness.cli._console import Bar, console
    from harness.demo import run_demo
    from reports.markdown import render_markdown
    from reports.terminal import render_terminal

    started = time.perf_counter()
    screen = console()
    screen.print("Training what is not there yet (about two minutes the first time), then scoring.", highlight=False)
    with Bar() as bar:
        run, report = run_demo(out, bar)
    run.write("report.md", render_markdown(report))
    render_terminal(report, screen, limit=12, where=str(run.directory / "report.md"))
    screen.print(f"The demo took {time.perf_counter() - started:.0f} s.", highlight=False)
