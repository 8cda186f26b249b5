"""What a reader should see first: how many drops are real for each checkpoint and task, and what hurts most."""

from __future__ import annotations

from collections.abc import Sequence

from reports import values
from reports.columns import ADJUSTED, CHECKPOINT, CLEAN, PERTURBED, Column, named, plain
from reports.report import TESTED, Report, Row, groups, records

NO_MEAN = "no mean over languages was computed"

SUMMARY_TABLE = (
    CHECKPOINT,
    named("task", "task", "what was asked"),
    plain("tested", "tested", "cells (language × perturbation × rate) whose drop was tested", show=values.count),
    plain("drops", "losses", "of these, drops that are significant after correction", show=values.count),
    plain("gains", "gains", "of these, gains that are significant after correction", show=values.count),
    plain("not tested", "untested", "cells without a test; the notes in the table of cells say why", show=values.count),
    Column(
        "hardest on average",
        "the perturbation and rate with the largest mean drop; chosen by looking, so read it as a description",
        ("perturbation", "rate"),
        lambda row, _: _hardest(row),
        NO_MEAN,
        right=False,
    ),
    CLEAN,
    PERTURBED,
    Column(
        "mean drop",
        "clean − perturbed as a mean over its languages, in points",
        ("drop",),
        lambda row, _: values.effect(row["drop"]),
    ),
    ADJUSTED,
)
"""The columns of the summary; the scores are those of the hardest perturbation, as means over its languages."""


def _hardest(row: Row) -> str:
    if row["perturbation"] is None:
        return values.MISSING
    return f"{values.name(row['perturbation'])} {values.rate(row['rate'], row['severity'])}"


def summary(report: Report) -> list[Row]:
    """One row a checkpoint and task, for `SUMMARY_TABLE`."""
    means = groups(records(report.means), "checkpoint", "task")
    cells = groups(records(report.cells), "checkpoint", "task")
    return [_row(key, cells.get(key, []), means.get(key, []), report.alpha) for key in dict.fromkeys([*cells, *means])]


def _row(key: tuple[str, ...], cells: Sequence[Row], means: Sequence[Row], alpha: float) -> Row:
    tested = [row for row in cells if row["status"] == TESTED]
    verdicts = [values.verdict(row["drop"], row["adjusted_p"], alpha) for row in tested]
    known = [row for row in means if values.number(row["drop"]) is not None]
    worst = max(known, key=lambda row: values.number(row["drop"]) or 0.0, default=None)
    shared = ("perturbation", "rate", "severity", "clean", "perturbed", "drop", "adjusted_p", "note")
    return {
        "checkpoint": key[0],
        "task": key[1],
        "tested": len(tested),
        "losses": verdicts.count(values.LOSS),
        "gains": verdicts.count(values.GAIN),
        "untested": len(cells) - len(tested),
        **{name: worst[name] if worst else None for name in shared},
    }


def headline(report: Report) -> str:
    """One sentence on the whole run: how many drops of how many tested cells are real, and at which level."""
    rows = summary(report)
    if not rows:
        return "No cell was scored."
    total = {
        key: sum(int(values.number(row[key]) or 0) for row in rows) for key in ("tested", "losses", "gains", "untested")
    }
    if not total["tested"]:
        return f"None of {total['untested']:,} cells could be tested."
    return (
        f"Of {total['tested']:,} tested {'cell' if total['tested'] == 1 else 'cells'}, {total['losses']:,} lose and "
        f"{total['gains']:,} gain significantly after correction at the {values.share(report.alpha)} level; "
        f"{total['untested']:,} were not tested. Intervals hold at {values.share(1 - report.alpha)}. A drop that is "
        "not significant is no proof of robustness: the MDE of its cell says what could have been found."
    )


def tested_of(row: Row, _: float) -> str:
    """How many cells were tested, of how many, for a row of the summary."""
    tested, untested = (int(values.number(row[name]) or 0) for name in ("tested", "untested"))
    return f"{tested:,} of {tested + untested:,}"


def only_rate(report: Report) -> str:
    """The rate of all cells as it is shown; empty where they have several."""
    rates = {values.rate(row["rate"], row.get("severity")) for row in records(report.cells)}
    return rates.pop() if len(rates) == 1 else ""
