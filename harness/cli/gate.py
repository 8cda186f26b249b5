"""`xrobust gate`: is a candidate worse than a baseline, not worse, or can nobody tell."""

from __future__ import annotations

from pathlib import Path

import click

FORMATS = ("text", "json", "junit", "markdown", "github")
STATUS = """
\b
Exit status:
  0  certified (or inconclusive, where the policy lets that pass)
  1  regression
  2  bad usage or bad input
  3  inconclusive
"""


@click.command(short_help="Certify a candidate against a baseline, or find a regression.", epilog=STATUS)
@click.argument("candidates", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--baseline", type=click.Path(path_type=Path), required=True, help="File of `xrobust baseline`.")
@click.option("--policy", type=click.Path(path_type=Path), help="TOML file: margins, alpha, what counts.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Write that format to a file and print text.")
@click.option("--checkpoint", "checkpoints", multiple=True, help="Checkpoint of the run that counts; repeat.")
def command(
    candidates: tuple[Path, ...],
    baseline: Path,
    policy: Path | None,
    form: str,
    out: Path | None,
    checkpoints: tuple[str, ...],
) -> int:
    """Hold CANDIDATES, directories of `xrobust score --out`, against a baseline.

    Several candidates are training seeds of one recipe; the baseline then has several too.
    """
    from harness.files import write_text
    from harness.gate.files import decide_files
    from reports.gate.pages import STATUSES, render

    verdict = decide_files(candidates, baseline, policy, checkpoints=checkpoints)
    if out is not None:
        write_text(out, render(verdict, form))
    click.echo(render(verdict, form if out is None else "text"), nl=False)
    return 0 if verdict.passes else STATUSES[verdict.answer]
