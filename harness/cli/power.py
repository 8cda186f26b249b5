"""`xrobust power`: what a run can show, before it is made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cli._inputs import input_options

if TYPE_CHECKING:
    from harness.forecast.forecast import Assumed
    from harness.forecast.sizes import TaskSizes

FORMATS = ("text", "json")
OWN = ("ids", "language_count", "cluster_size", "apart", "discordance", "icc", "margin", "alpha", "power")
"""Options that are no part of a plan."""
EXAMPLES = """
\b
Examples:
  xrobust power -t xnli --data download --margin 1
  xrobust power --n 1000 --languages 15 --cluster-size 3 --discordance 0.12 --icc 0.3
  xrobust power --plan plan.toml --pilot runs/small --margin 1
"""


@click.command(short_help="Tell what effect a run could show, before it is made.", epilog=EXAMPLES)
@input_options
@click.option("--n", "ids", type=int, help="Ids of each language, in place of the data of a plan.")
@click.option("--languages", "language_count", type=int, default=1, show_default=True, help="With --n: how many.")
@click.option("--cluster-size", type=float, default=1.0, show_default=True, help="With --n: ids drawn together.")
@click.option("--apart", is_flag=True, help="With --n: the languages share no ids.")
@click.option("--discordance", type=float, help="Share of the answers that change.  [default: 0.1]")
@click.option("--icc", type=float, help="Correlation of the changes of one id or cluster.  [default: 0.2]")
@click.option("--pilot", type=click.Path(path_type=Path), multiple=True, help="Run to take these from, or two runs.")
@click.option("--margin", type=float, help="Points: how many ids show that a loss is smaller.")
@click.option("--alpha", type=float, default=0.05, show_default=True, help="Two-sided for effects, else one-sided.")
@click.option("--power", type=float, default=0.8, show_default=True, help="Of effects and margins.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
def command(plan: Path | None, form: str, pilot: tuple[Path, ...], **given: Any) -> None:
    """Tell the minimum detectable effect of each cell, mean over languages and of the whole of a planned run.

    The sizes are read from the plan's data, or given by --n. A margin is what `xrobust gate` certifies.
    """
    from harness.forecast.forecast import forecast
    from harness.statistics.sample import Settings
    from reports.forecast import Table, render_json, render_text

    tasks = _by_hand(given) if given["ids"] is not None else _planned(plan, given)
    assumed, told = _assumed(tasks, pilot, given)
    settings = Settings(alpha=given["alpha"], power=given["power"])
    found = forecast(tasks, assumed, settings=settings, margin=given["margin"])
    levels = (
        f"Effects at two-sided {100 * settings.alpha:g} %, margins at one-sided {100 * settings.alpha:g} %, "
        f"both with {100 * settings.power:g} % power."
    )
    table = Table(rows=tuple(found), assumed=(*told, levels), margin=given["margin"])
    click.echo(render_json(table) if form == "json" else render_text(table), nl=False)


def _by_hand(given: dict[str, Any]) -> list[TaskSizes]:
    from harness.cli._noise import noise_values
    from harness.configuration import Configuration
    from harness.forecast.sizes import sizes_by_hand
    from harness.plan import asked_rates, check_rates
    from perturbations.registry import expand, is_control

    asked = noise_values(given, {})
    configuration = Configuration(variants=asked.get("variants", {}), parameters=asked.get("parameters", {}))
    noises = configuration.noises(expand(given["perturbations"] or ("core",))).values()
    rates = asked_rates(given["rates"], given["severities"])
    check_rates(rates)
    conditions = sum(not is_control(noise.name) for noise in noises) * len(rates)
    return [
        sizes_by_hand(
            given["ids"],
            languages=given["language_count"],
            conditions=conditions,
            cluster_size=given["cluster_size"],
            parallel=not given["apart"],
        )
    ]


def _planned(plan: Path | None, given: dict[str, Any]) -> list[TaskSizes]:
    from harness.cli._options import merge
    from harness.forecast.sizes import sizes_of_plan

    return sizes_of_plan(merge(plan, {name: value for name, value in given.items() if name not in OWN}))


def _assumed(
    tasks: Sequence[TaskSizes], runs: Sequence[Path], given: dict[str, Any]
) -> tuple[dict[str, Assumed], list[str]]:
    """What is assumed of each task: as given, else as the pilot shows, else the defaults; and that in words."""
    from harness.forecast.forecast import Assumed
    from harness.forecast.pilot import pilot

    defaults = Assumed()
    icc = defaults.icc if given["icc"] is None else given["icc"]
    shown = pilot(runs, icc=icc) if runs else {}
    found: dict[str, Assumed] = {}
    told: list[str] = []
    for task in tasks:
        like = task.name if task.name in shown else next(iter(shown)) if len(shown) == 1 else None
        base = defaults if like is None else shown[like]
        whence = "assumed" if like is None else f"of the pilot's {like}"
        values = {name: getattr(base, name) if given[name] is None else given[name] for name in ("discordance", "icc")}
        found[task.name] = Assumed(**values)
        sources = {name: whence if given[name] is None else "given" for name in values}
        told.append(
            f"{task.name}: {100 * values['discordance']:.3g} % of the answers change ({sources['discordance']}), "
            f"intraclass correlation {values['icc']:.2g} ({sources['icc']})."
        )
    return found, told
