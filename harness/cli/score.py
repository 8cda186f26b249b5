"""`xrobust score`: clean against perturbed, for checkpoints, tasks and languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harness.cli._inputs import input_options

EXAMPLES = """
\b
Examples:
  xrobust score models/xlmr-mnli --task xnli --data download --out runs/xnli
  xrobust score models/a models/b -t xnli -t udpos -l de -l th -p character-swap --rate 0.05 --rate 0.1
  xrobust score MoritzLaurer/multilingual-MiniLMv2-L6-mnli-xnli -t xnli --data hub --device cuda
  xrobust score models/a -t xnli -p typing --severity light --severity heavy --protect numbers --plausible
  xrobust score models/a -t xnli -p to-de --variant to-de=code-switching --parameter to-de.target=de
  xrobust score --plan plan.toml
  xrobust score --predictions outputs/my-system --data download --out runs/my-system
"""


@click.command(short_help="Score checkpoints on clean and perturbed inputs.", epilog=EXAMPLES)
@click.argument("checkpoints", nargs=-1)
@input_options
@click.option("--predictions", multiple=True, help="Directory of predictions for what `export` wrote; repeat.")
@click.option("--metric", "metrics", multiple=True, metavar="TASK=NAME", help="Metric to report for a task.")
@click.option("--manifest", help="File with the lineage (and labels) of checkpoints.")
@click.option("--precision", help="fp32 or bf16.  [default: fp32]")
@click.option("--device", help="auto, cpu or cuda.  [default: auto]")
@click.option("--max-pieces", type=int, help="Longest sequence in pieces; default: the model's limit.")
@click.option("--token-budget", type=int, help="Pieces in a batch, padding included.  [default: 2048]")
@click.option("--resamples", type=int, help="R of bootstraps and randomisation tests.  [default: 9999]")
@click.option("--correction", help="Over the cells: bh or holm.  [default: bh]")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("runs/score"), show_default=True, help="Directory."
)
def command(checkpoints: tuple[str, ...], plan: Path | None, out: Path, **given: Any) -> None:
    """Score CHECKPOINTS (directories or hub ids, `id@revision` pins one) on clean and perturbed inputs.

    With --predictions, what other systems answered to the files of `xrobust export`; its plan is taken along.

    Prints the drops with their intervals and tests, and writes them to OUT/report.md. What OUT holds already is not
    computed again: a run that was stopped goes on where it stopped.
    """
    from harness.cli._console import Bar, console
    from harness.cli._options import merge
    from harness.run import score
    from reports.markdown import render_markdown
    from reports.terminal import render_terminal

    wanted = merge(plan, {"checkpoints": checkpoints, **given})
    with Bar() as bar:
        run = score(wanted, store=out, progress=bar)
    report = run.report()
    run.write("report.md", render_markdown(report))
    run.write_tables()
    render_terminal(report, console(), where=str(out / "report.md"))
    click.echo(f"\nKept in {out}: the whole report is {out / 'report.md'}")
