"""Overhead: what `score` takes beside the bare forward passes of its own batches, and beside the usual ways to predict.

    python -m benchmarks.overhead

One call of `harness.score` goes through the clean pairs and four kinds of noise, in several languages. Whenever it has
finished a cell its clock stands still, and the same batches, tensors ready, pass the same model bare; then
`transformers.pipeline` and a plain loop predict a share of the same inputs (over all rounds: each input once). What is
compared is thus never more than seconds apart, so that other work on the machine weighs on both sides.

Counted for `score`: reading the data, hashing and loading the checkpoint, perturbing, tokenising, predicting, scoring,
storing. Not counted: the statistics of `run.table()`, which stand in a line of their own. Inputs that noise left
unchanged and inputs that occur twice are not predicted again; they count for nobody.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from unittest.mock import patch

import click

from benchmarks.machine import load, provenance
from benchmarks.material import Material, make_material
from benchmarks.peers import BATCH, Peer, make_peers
from benchmarks.stopwatch import NOTHING, Cost, timed
from benchmarks.watching import Watch
from harness.plan import Plan
from harness.run import score

PERTURBATIONS = ("character-swap", "character-insertion", "word-deletion", "word-swap")
RATE = 0.1
AIM, BOUND, LEAD = 1.10, 1.25, 2.5
"""Of `score` against the bare passes: what is aimed at and what is allowed; of the peers against `score`: at least."""
DISTRIBUTIONS = ("xrobust", "torch", "transformers", "tokenizers", "numpy", "pyarrow")


def measure(
    material: Material, peers: Sequence[Peer], *, share: tuple[int, int], limit: int | None = None
) -> tuple[Watch, Cost]:
    """One round: a whole run with a fresh store; and what its statistics cost.

    Args:
        material: what is scored.
        peers: who else predicts the inputs.
        share: which share of each cell's inputs the peers take, from 0, and of how many.
        limit: the first so many pairs of each language, None for all.
    """
    plan = Plan(
        checkpoints=(str(material.checkpoint),),
        tasks=("xnli",),
        data=str(material.data),
        languages=material.languages,
        perturbations=PERTURBATIONS,
        rates=(RATE,),
        limit=limit,
    )
    watch = Watch(peers, share=share)
    with tempfile.TemporaryDirectory() as store, patch("harness.run.make_predictor", watch.make_predictor):
        watch.begin()
        run = score(plan, store=store, progress=watch)
        watch.end(run)
        statistics, _ = timed(run.table)
    return watch, statistics


def tell_setting(material: Material, watch: Watch, *, pairs: int) -> None:
    """Print what was measured, once it has been measured."""
    print(f"{'model':<12}{material.shape}")
    print(f"{'texts':<12}{material.origin}: {pairs:,} pairs in {len(material.languages)} languages")
    print(
        f"{'cells':<12}clean, {', '.join(PERTURBATIONS)} at rate {RATE}: {5 * pairs:,} predictions from "
        f"{watch.inputs:,} inputs, {watch.pieces / watch.inputs:.1f} pieces each"
    )
    ours, each, across = watch.places
    print(
        f"{'places':<12}for each piece: {ours:.2f} in the batches of score; in random ones of {BATCH} {each:.2f} "
        f"within cells, {across:.2f} over all"
    )
    print(f"\n{'round':<8}{'score':>9}{'bare':>9}{'ratio':>8}{'ratio of CPU':>14}{'with run.table()':>18}   (wall s)")


def tell_round(number: int, watch: Watch, statistics: Cost) -> None:
    """Print the ratios of one round."""
    ratio, with_table = watch.score / watch.bare, (watch.score + statistics) / watch.bare
    print(
        f"{number:<8}{watch.score.wall:>9.2f}{watch.bare.wall:>9.2f}{ratio.wall:>8.3f}"
        f"{ratio.cpu:>14.3f}{with_table.wall:>18.3f}",
        flush=True,
    )


def tell_median(watches: Sequence[Watch]) -> float:
    """Print the median ratio to the bare passes and return it, by the wall clock."""
    ratios = [watch.score / watch.bare for watch in watches]
    wall = median(ratio.wall for ratio in ratios)
    print(
        f"{'median':<26}{wall:>8.3f}{median(ratio.cpu for ratio in ratios):>14.3f}"
        f"   aim {AIM:.2f}, bound {BOUND:.2f}: {'kept' if wall <= BOUND else 'BROKEN'}"
    )
    return wall


def tell_stages(watches: Sequence[Watch]) -> None:
    """Print where the time of `score` goes, all rounds together, as shares of the bare passes."""
    bare = sum(watch.bare.wall for watch in watches)
    total = sum(watch.score.wall for watch in watches)
    stages: dict[str, float] = {"forward passes": sum(watch.passes.wall for watch in watches)}
    for watch in watches:
        for name, seconds in watch.timing.items():
            stages[name] = stages.get(name, 0.0) + seconds
    # The passes happen within this stage: what is left is tokenising, sorting, padding and reading the outputs.
    stages["encoding and batching"] = stages.pop("predicting") - stages["forward passes"]
    stages["all else"] = total - sum(stages.values())
    print("\nwhere score's time goes, in % of the bare passes")
    for name, seconds in stages.items():
        print(f"  {name:<24}{100 * seconds / bare:>7.2f}")


def tell_peers(watches: Sequence[Watch], peers: Sequence[Peer]) -> list[float]:
    """Print how much longer each peer takes for an input; returns the ratios by the wall clock."""
    count = sum(watch.inputs for watch in watches)
    own = sum((watch.score for watch in watches), NOTHING) / count
    print(f"\n{'for one input':<44}{'ms':>8}{'to score':>10}{'of CPU':>8}")
    print(f"{'score (reads, perturbs, predicts, keeps)':<44}{1000 * own.wall:>8.2f}")
    ratios: list[float] = []
    for peer in peers:
        cost = sum((watch.theirs[peer.name] for watch in watches), NOTHING)
        each = cost / sum(watch.asked[peer.name] for watch in watches)
        ratio = each / own
        ratios.append(ratio.wall)
        verdict = "kept" if ratio.wall >= LEAD else "BROKEN"
        print(f"{peer.name:<44}{1000 * each.wall:>8.2f}{ratio.wall:>10.2f}{ratio.cpu:>8.2f}   from {LEAD}: {verdict}")
    return ratios


@click.command()
@click.option("--pairs", type=click.IntRange(min=40), default=2000, show_default=True, help="Over all languages.")
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True, help="Runs of score.")
@click.option("--threads", type=click.IntRange(min=1), default=os.cpu_count, help="Default: one a core.")
@click.option("--data", envvar="XROBUST_DATA", help="Directory with the tasks' files.  [env: XROBUST_DATA]")
@click.option("--report-only", is_flag=True, help="Exit 0 even where a bound is broken.")
def main(pairs: int, rounds: int, threads: int, data: str | None, *, report_only: bool) -> None:
    """Compare score with bare forward passes, transformers.pipeline and a plain loop; exit 1 if a bound is broken."""
    # Read by the tokenizers' pool of threads when it is first used.
    os.environ["RAYON_NUM_THREADS"] = str(threads)
    import torch

    torch.set_num_threads(threads)
    for name, value in provenance(DISTRIBUTIONS, threads=threads).items():
        print(f"{name:<12}{value}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        material = make_material(Path(folder), Path(data) if data else None, pairs=pairs)
        peers = make_peers(material.checkpoint)
        # Warm-up: every library, cache and kernel is used once before anything counts.
        measure(material, peers, share=(0, 1), limit=5)
        watches: list[Watch] = []
        for number in range(rounds):
            watch, statistics = measure(material, peers, share=(number, rounds))
            if not watches:
                tell_setting(material, watch, pairs=pairs)
            tell_round(number + 1, watch, statistics)
            watches.append(watch)
    wall = tell_median(watches)
    tell_stages(watches)
    ratios = tell_peers(watches, peers)
    print(f"\nload at the end {load()}")
    broken = wall > BOUND or any(ratio < LEAD for ratio in ratios)
    sys.exit(1 if broken and not report_only else 0)


if __name__ == "__main__":
    main()
