"""Tatoeba: which share of the time goes to search, in every language that the data has.

    python -m benchmarks.tatoeba --data DIRECTORY

One call of `harness.score`: clean and one kind of noise, in each language. Search is timed inside the run; each pool
has to be encoded once, whatever the number of cells that search it. The fewer layers, the larger the share of search.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

import click

from benchmarks.machine import load, provenance
from benchmarks.material import write_checkpoint
from benchmarks.stopwatch import NOTHING, Cost, timed
from harness.plan import Plan
from harness.predictors import retrieval
from harness.predictors.retrieval import Retriever
from harness.predictors.search import Nearest, search
from harness.run import score
from perturbations.errors import XRobustError
from suites.examples import Pool
from suites.task import Request, find_task

TASK = "tatoeba"
NOISE = "character-swap"
SHARE = 0.05
"""Bound: of the time of the run, what search may take."""
DISTRIBUTIONS = ("xrobust", "torch", "transformers", "tokenizers", "numpy")


class Watch:
    """Counts what search costs and how often a pool is encoded."""

    def __init__(self) -> None:
        self.cost = NOTHING
        self.pools: list[str] = []
        self.encode = Retriever.over

    def search(self, queries: retrieval.Floats, pool: retrieval.Floats, *, depth: int) -> Nearest:
        """The search of the package, timed."""
        cost, nearest = timed(lambda: search(queries, pool, depth=depth))
        self.cost += cost
        return nearest

    def over(self, retriever: Retriever, pool: Pool) -> Retriever:
        """The encoding of the package, counted."""
        self.pools.append(pool.name)
        return self.encode(retriever, pool)


def sentences(data: Path) -> tuple[list[str], list[str]]:
    """The languages that the data has, and their queries."""
    task = find_task(TASK)
    languages: list[str] = []
    found: list[str] = []
    for language in task.languages:
        try:
            examples = task.read(Request(data, language, "test", dict(task.options)))
        except XRobustError as error:
            click.echo(f"without {language}: {error}", err=True)
            continue
        languages.append(language)
        found += [text.text for example in examples for text in example.texts.values()]
    return languages, found


def measure(encoder: Path, data: Path, languages: Sequence[str], folder: Path) -> tuple[Cost, Watch, dict[str, float]]:
    """One run: what it costs in all, what search does of that, and the seconds of its stages."""
    plan = Plan(
        checkpoints=(str(encoder),), tasks=(TASK,), data=str(data), languages=tuple(languages), perturbations=(NOISE,)
    )
    watch = Watch()

    def over(retriever: Retriever, pool: Pool) -> Retriever:
        # A function, which becomes a method of the class; a bound method would not be given the retriever.
        return watch.over(retriever, pool)

    with patch("harness.predictors.retrieval.search", watch.search), patch.object(Retriever, "over", over):
        cost, run = timed(lambda: score(plan, store=folder / "run"))
    return cost, watch, dict(run.timing)


@click.command()
@click.option("--data", envvar="XROBUST_DATA", required=True, help="Directory with tatoeba/.  [env: XROBUST_DATA]")
@click.option("--encoder", type=click.Path(path_type=Path), help="Local checkpoint; default: one made on the spot.")
@click.option("--layers", type=click.IntRange(min=1), default=6, show_default=True, help="Of the one made on the spot.")
@click.option("--threads", type=click.IntRange(min=1), default=os.cpu_count, help="Default: one a core.")
@click.option("--report-only", is_flag=True, help="Exit 0 even where a bound is broken.")
def main(data: str, encoder: Path | None, layers: int, threads: int, *, report_only: bool) -> None:
    """Tell the share of search; exit 1 if it is too large or a pool was encoded twice."""
    os.environ["RAYON_NUM_THREADS"] = str(threads)
    import torch

    torch.set_num_threads(threads)
    for name, value in provenance(DISTRIBUTIONS, threads=threads).items():
        print(f"{name:<12}{value}")
    languages, texts = sentences(Path(data))
    with tempfile.TemporaryDirectory() as folder:
        shape = str(encoder) if encoder else write_checkpoint(Path(folder) / "encoder", texts, layers=layers)
        print(f"{'model':<12}{shape}")
        print(f"{'texts':<12}{len(texts):,} queries in {len(languages)} languages, clean and under {NOISE}")
        cost, watch, stages = measure(encoder or Path(folder) / "encoder", Path(data), languages, Path(folder))
    for stage, seconds in sorted(stages.items(), key=lambda item: -item[1]):
        print(f"  {stage:<24}{seconds:>9.2f} s")
    share = (watch.cost / cost).wall
    broken = share > SHARE or len(watch.pools) != len(languages)
    print(f"search      {watch.cost.wall:.2f} s of {cost.wall:.2f} s: {share:.2%} (at most {SHARE:.0%})")
    print(f"pools       {len(watch.pools)} encoded for {len(languages)} languages")
    print(f"bounds: {'BROKEN' if broken else 'kept'}; load at the end {load()}")
    sys.exit(1 if broken and not report_only else 0)


if __name__ == "__main__":
    main()
