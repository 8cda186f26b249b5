"""The page of `xrobust compare`: arms, gains by factor and by pair, effective robustness, trends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.comparing import tables
from harness.comparing.arms import Arm
from harness.comparing.scopes import OVERALL
from harness.comparing.study import Gain, Study
from harness.comparing.trends import FEWEST, Trend
from reports.pages import Page, Panel
from reports.report import Row

SAID = (
    "A gain is candidate minus baseline in points: of the clean score, and in robustness, where it is what the "
    "candidate loses less under the same noise (a difference-in-differences, one contrast for each id). Tasks count "
    "alike."
)
DESCRIPTIVE = (
    "Perturbed score above what the clean score leads one to expect, by a line through the checkpoints of the other "
    "arms (Taori et al. 2020). Descriptive: it has no test."
)


def study_page(study: Study) -> Page:
    """What is shown of a comparison."""
    return Page(
        title=f"Comparison of {', '.join(map(str, study.arms))}",
        notes=tuple(f"{note}." for note in study.notes),
        panels=(
            _arms(study),
            *_levels(study.levels),
            *_pairs(study),
            *_effective(study),
            *_trends(study),
            *_scopes(study.levels),
        ),
        signature=study.signature,
        alpha=study.asked.settings.alpha,
    )


def _arms(study: Study) -> Panel:
    said = "Checkpoints that differ in their training seed only make one arm."
    rows = [_arm(arm, study) for arm in study.arms]
    return Panel(title="Arms", said=(said,), columns=tables.arms(study.arms), rows=tuple(rows))


def _arm(arm: Arm, study: Study) -> Row:
    seeds = {task: arm.seeds(task) for task in study.conditions}
    most = max(seeds.values(), key=len)
    return {
        "arm": arm.label,
        "seeds": ", ".join("–" if seed is None else str(seed) for seed in most),
        "checkpoints": ", ".join(dict.fromkeys(member.name for member in arm.members.values())),
        **{f"factor {name}": str(level) for name, level in arm.factors.items()},
    }


def _levels(gains: Sequence[Gain]) -> Iterator[Panel]:
    whole = [gain for gain in gains if gain.scope.kind == OVERALL]
    if whole:
        yield Panel(
            title="Levels of factors",
            said=(SAID,),
            columns=tables.GAINS,
            rows=tuple(map(tables.gain, whole)),
            wide=tables.WIDE,
            sentences=tuple(_sentences(whole)),
        )


def _pairs(study: Study) -> Iterator[Panel]:
    # Two arms that differ in one factor stand above already.
    if len(study.arms) > 2 or not study.levels:
        yield Panel(
            title="Every two arms",
            said=(SAID,) if not study.levels else (),
            columns=tables.GAINS,
            rows=tuple(map(tables.gain, study.pairs)),
            wide=tables.WIDE,
            sentences=() if study.levels else tuple(_sentences(study.pairs)),
        )


def _sentences(gains: Sequence[Gain]) -> Iterator[str]:
    for gain in gains:
        yield gain.robustness.sentence()
        if gain.seeds is not None:
            yield gain.seeds.sentence()


def _effective(study: Study) -> Iterator[Panel]:
    rows = [tables.effective(found, scope) for scope, every in study.effective.items() for found in every]
    yield Panel(title="Effective robustness", said=(DESCRIPTIVE,), columns=tables.EFFECTIVE, rows=tuple(rows))


def _trends(study: Study) -> Iterator[Panel]:
    if study.asked.difficulty is None:
        return
    if not study.trends:
        said = (
            f"A trend takes {FEWEST} arms with one intermediate task each, an arm without any, and a measure of these."
        )
        yield Panel(title="Trends over intermediate tasks", said=(said,))
        return
    first = [trend for trend in study.trends if trend.coefficient == "spearman"]
    second = [trend for trend in study.trends if trend.coefficient == "kendall"]
    rows = [tables.trend(rho, tau) for rho, tau in zip(first, second, strict=True)]
    yield Panel(
        title="Trends over intermediate tasks",
        said=("The intermediate task is the unit, training seeds averaged. A trend is an association.",),
        columns=tables.TRENDS,
        rows=tuple(rows),
        sentences=tuple(trend.contrast.sentence() for trend in first),
    )
    measures = list(dict.fromkeys(trend.measure for trend in first))
    rows = _points(first, measures)
    yield Panel(title="What the trends go through", columns=tables.points(measures), rows=tuple(rows))
    left = [tables.without(trend, found) for trend in first for found in trend.without]
    if left:
        yield Panel(title="Trends without one task", columns=tables.WITHOUT, rows=tuple(left))


def _points(trends: Sequence[Trend], measures: Sequence[str]) -> list[Row]:
    """One row a context and intermediate task: its gains, and what is known of it."""
    found: dict[tuple[str, str], dict[str, object]] = {}
    for trend in trends:
        for task, (value, gain) in trend.points.items():
            row = found.setdefault(
                (trend.context, task),
                {"task": task, "context": trend.context or None, "note": None, **dict.fromkeys(measures)},
            )
            row |= {trend.measure: value, trend.outcome: gain}
    return list(found.values())


def _scopes(gains: Sequence[Gain]) -> Iterator[Panel]:
    matches = dict.fromkeys(gain.match for gain in gains)
    for match in matches:
        below = [gain for gain in gains if gain.match == match and gain.scope.kind != OVERALL]
        if below:
            yield Panel(
                title=f"{match}: by task, group, language family and perturbation",
                columns=tables.SCOPED,
                rows=tuple(map(tables.gain, below)),
                wide=tables.WIDE,
            )
