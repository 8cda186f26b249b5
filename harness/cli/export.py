"""`xrobust export`: the clean and perturbed inputs of a plan as files, for systems that run elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harness.cli._inputs import input_options

EXAMPLES = """
\b
Examples:
  xrobust export -t xnli -l de -l th -p character-swap --data download --out exported
  xrobust export --plan plan.toml --out exported
"""


@click.command(short_help="Write clean and perturbed inputs for systems that run elsewhere.", epilog=EXAMPLES)
@input_options
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Directory to make, new or empty.")
def command(plan: Path | None, out: Path, **given: Any) -> None:
    """Write the inputs that `xrobust score` would ask a checkpoint, clean and perturbed, to OUT.

    jsonl/ has every example with its id, texts, gold answer and edits, processed/ the benchmark's layouts, gold/ its
    label files, pools/ the candidates of retrieval, manifest.json what each file is. Put predictions beside a copy of
    the manifest, under the same paths, and score them with `xrobust score --predictions`.
    """
    from harness.cli._console import Bar, console
    from harness.cli._options import merge
    from harness.export.export import export

    wanted = merge(plan, given)
    with Bar() as bar:
        found = export(wanted, out, progress=bar)
    screen = console()
    for gap in found.gaps:
        told = f"{gap.task} {gap.language} {gap.perturbation}: {gap.status}: {gap.note}"
        screen.print(told, soft_wrap=True, markup=False, highlight=False)
    for skip in found.skipped:
        screen.print(f"left out: {skip.what}: {skip.why}", soft_wrap=True, markup=False, highlight=False)
    examples = sum(part.examples for part in found.parts)
    click.echo(f"{out}: {len(found.parts)} cells, {examples} examples; {out / 'manifest.json'} lists them")
