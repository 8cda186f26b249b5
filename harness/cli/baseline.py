"""`xrobust baseline`: what a gate needs of a run, as one small file that can be committed."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="Keep a run as the baseline of a gate.")
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File to write (.parquet).")
@click.option("--checkpoint", "checkpoints", multiple=True, help="Checkpoint of the run that counts; repeat.")
def command(runs: tuple[Path, ...], out: Path, checkpoints: tuple[str, ...]) -> None:
    """Write the statistic vectors of RUNS, directories of `xrobust score --out`, to one file for `xrobust gate`.

    Several runs are training seeds of one recipe, scored alike.
    """
    from harness.gate.baseline import write_baseline
    from harness.gate.making import capture_runs

    snapshot = capture_runs(runs, checkpoints=checkpoints)
    write_baseline(snapshot, out)
    perturbed = sum(not place.clean for place in snapshot.cells)
    seeds = len(snapshot.trainings)
    click.echo(
        f"{out}: {perturbed} perturbed cells and {len(snapshot.cells) - perturbed} clean ones of "
        f"{' | '.join(snapshot.trainings)}, {out.stat().st_size / 1024:,.0f} KiB"
        + (f"; {seeds} training seeds" if seeds > 1 else "")
    )
