"""The page of `xrobust difficulty`: values by task, what is lacking, and whether the measures agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.difficulty.agreement import Concordance, Pair
from harness.difficulty.difficulties import Difficulties
from harness.difficulty.measures import CORRECTNESS, MEASURES, UNLEARNED, VARIABILITY, Measure, TaskDifficulty
from harness.statistics.contrast import show_p
from reports import values
from reports.columns import Column, named, p_value, plain
from reports.pages import Page, Panel
from reports.report import Row

WIDE = (VARIABILITY, CORRECTNESS, UNLEARNED)
"""Measures for which a terminal has no room."""
WORDS = {"higher": "higher is harder", "lower": "lower is harder", None: "no difficulty, a property"}


def difficulty_page(found: Difficulties) -> Page:
    """What is shown of them."""
    signature = {
        "statistics": f"alpha {found.settings.alpha:g}, R {found.settings.resamples}, seed {found.settings.seed}"
    }
    return Page(
        title=f"Difficulty of {', '.join(task.name for task in found.tasks)}",
        panels=(_values(found.tasks), *_lacking(found.tasks), *_agreement(found)),
        signature=signature,
        alpha=found.settings.alpha,
    )


def _values(tasks: Sequence[TaskDifficulty]) -> Panel:
    rows: list[Row] = [{"task": t.name, "note": None, **{n: t.values.get(n) for n in MEASURES}} for t in tasks]
    columns = {name: _column(measure) for name, measure in MEASURES.items()}
    return Panel(
        title="Measures",
        said=(" ".join(f"{note}." for task in tasks for note in task.notes),) if any(t.notes for t in tasks) else (),
        columns=(named("task", "task", "the intermediate task"), *columns.values()),
        rows=tuple(rows),
        wide=frozenset(columns[measure.name] for measure in WIDE),
    )


def _column(measure: Measure) -> Column:
    definition = f"{measure.name}: {measure.definition}, in {measure.unit}; {WORDS[measure.harder]} ({measure.source})"

    def show(value: object) -> str:
        return (
            values.count(value)
            if measure.unit == "examples"
            else values.fixed(value, 3 if measure.unit == "0–1" else 2)
        )

    return Column(
        measure.heading,
        definition,
        (measure.name,),
        lambda row, _: show(row[measure.name]),
        absent="the table of what is lacking says why",
    )


def _lacking(tasks: Sequence[TaskDifficulty]) -> Iterator[Panel]:
    reasons: dict[tuple[str, str], list[str]] = {}
    for task in tasks:
        for measure, why in task.lacking.items():
            reasons.setdefault((measure, why), []).append(task.name)
    if reasons:
        rows: list[Row] = [
            {"measure": measure, "tasks": ", ".join(names), "why": why} for (measure, why), names in reasons.items()
        ]
        columns = (named("measure", "measure", ""), named("tasks", "tasks", ""), named("why", "why", ""))
        yield Panel(title="What is lacking", columns=columns, rows=tuple(rows))


def _agreement(found: Difficulties) -> Iterator[Panel]:
    said = (
        "Every measure is turned so that more is harder. The task is the unit: few tasks show only strong agreement.",
        _together(found.together),
    )
    if not found.kendall:
        yield Panel(title="Agreement", said=(*said, "No two measures share three tasks, so that no pair is compared."))
        return
    rows = tuple(_pair(tau, rho) for tau, rho in zip(found.kendall, found.spearman, strict=True))
    yield Panel(
        title="Agreement",
        said=said,
        columns=PAIRS,
        rows=rows,
        sentences=tuple(pair.contrast.sentence() for pair in found.kendall if pair.contrast.significant()),
    )


def _together(found: Concordance | str) -> str:
    if isinstance(found, str):
        return f"Kendall's W: none; {found}."
    drawn = "all orders counted" if found.resamples is None else f"{found.resamples:,} orders, seed {found.random_seed}"
    return (
        f"Kendall's W of {', '.join(found.measures)} over the tasks that have them all ({', '.join(found.tasks)}): "
        f"{found.w:.2f}, {show_p(found.p)} ({drawn})."
    )


def _pair(tau: Pair, rho: Pair) -> Row:
    return {
        "first": tau.first,
        "second": tau.second,
        "tasks": tau.contrast.n,
        "tau": tau.contrast.estimate,
        "tau_p": tau.contrast.p,
        "tau_adjusted": tau.contrast.adjusted_p,
        "rho": rho.contrast.estimate,
        "rho_p": rho.contrast.p,
        "rho_adjusted": rho.contrast.adjusted_p,
        "needed": tau.contrast.needed,
        "note": tau.contrast.reason,
    }


PAIRS = (
    named("measure", "first", "one measure"),
    named("and", "second", "the other"),
    plain("tasks", "tasks", "tasks that have both", show=values.count),
    plain("τ", "tau", "Kendall's τ-b, −1 to 1", show=values.effect),
    p_value("p of τ", "tau_p", "two-sided p over all orders of the tasks (drawn orders above ten)"),
    p_value("adj. p of τ", "tau_adjusted", "the same after Holm over all pairs"),
    Column(
        "needed",
        "the smallest |τ| that would have been significant without correction",
        ("needed",),
        lambda row, _: values.effect(row["needed"]),
        absent="so few tasks that no τ can be significant",
    ),
    plain("ρ", "rho", "Spearman's ρ, −1 to 1", show=values.effect),
    p_value("p of ρ", "rho_p", "two-sided p as for τ"),
    p_value("adj. p of ρ", "rho_adjusted", "the same after Holm over all pairs"),
)
