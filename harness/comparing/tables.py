"""The tables of a comparison: their columns, and the rows that they show."""

from __future__ import annotations

from collections.abc import Sequence

from harness.comparing.arms import Arm
from harness.comparing.effective import Effective
from harness.comparing.gains import GAINS as GAINED
from harness.comparing.study import Gain
from harness.comparing.trends import Trend
from harness.difficulty.measures import MEASURES
from harness.statistics.contrast import Contrast
from harness.statistics.trend import LeftOut
from reports import values
from reports.columns import Column, named, p_value, plain
from reports.report import Row

ONCE = "clean texts are the same for all perturbations: the overall row has their gain"
"""Why there is no clean gain in a row about one perturbation."""


def arms(found: Sequence[Arm]) -> tuple[Column, ...]:
    """The columns of the table of arms."""
    return (
        named("arm", "arm", "checkpoints that differ in their training seed only"),
        named("seeds", "seeds", "training seeds, of the task that has most of them"),
        *(named(name, f"factor {name}", "") for name in found[0].factors),
        named("checkpoints", "checkpoints", "the names of the checkpoints"),
    )


def _contrast(prefix: str, contrast: Contrast | None) -> Row:
    names = ("estimate", "low", "high", "p", "adjusted_p", "mde")
    # What is missing in a row prints as missing.
    return {f"{prefix}_{name}": None if contrast is None else getattr(contrast, name) for name in names}


def gain(found: Gain) -> Row:
    """A row of gains."""
    robust = found.robustness
    both = (("clean gain", found.clean), ("robustness gain", robust))
    reasons = [f"{word}: {contrast.reason}" for word, contrast in both if contrast and contrast.reason]
    return {
        "match": found.match,
        "scope": str(found.scope),
        "n": robust.n,
        "clusters": robust.clusters,
        "seeds": " and ".join(map(str, robust.training_seeds)) or "fixed",
        "method": robust.method,
        "note": "; ".join(reasons) or None,
        **_contrast("clean", found.clean),
        **_contrast("robust", robust),
    }


def _gain_column(prefix: str, heading: str, definition: str) -> Column:
    keys = (f"{prefix}_estimate", f"{prefix}_low", f"{prefix}_high")

    def show(row: Row, _: float) -> str:
        if row[keys[0]] is None:
            return values.MISSING
        return f"{values.effect(row[keys[0]])} {values.interval(row[keys[1]], row[keys[2]])}"

    return Column(heading, definition, keys, show, absent=ONCE)


def _adjusted_column(prefix: str, heading: str, definition: str) -> Column:
    key = f"{prefix}_adjusted_p"

    def show(row: Row, alpha: float) -> str:
        estimate = values.number(row[f"{prefix}_estimate"])
        # A gain is a drop turned round: the marks mean better and worse, as everywhere.
        mark = values.verdict(None if estimate is None else -estimate, row[key], alpha)
        return " ".join(filter(None, (values.probability(row[key], alpha), mark)))

    return Column(heading, definition, (key,), show, absent=ONCE)


N = plain("n", "n", "example ids, counted once for each language", show=values.count)
UNITS = plain("units", "clusters", "independent ids or clusters", show=values.count)
SEEDS = named("seeds", "seeds", "training seeds of candidate and baseline; fixed: the claim is about these checkpoints")
METHOD = named("test", "method", "the test and interval of the robustness gain")
P = p_value("raw p", "robust_p", "two-sided p of the robustness gain, uncorrected")
MDE = Column(
    "MDE",
    "minimum detectable effect: the true robustness gain, in points, found with the power in the signature (80 % by "
    "default)",
    ("robust_mde",),
    lambda row, _: values.effect(row["robust_mde"]),
    absent="not even the largest robustness gain would be seen",
)
MEASURED = (
    _gain_column("robust", "robustness gain", "what the candidate loses less under noise, in points, and its interval"),
    _adjusted_column(
        "robust",
        "p (robust)",
        f"two-sided p of the robustness gain, corrected; {values.GAIN} significantly better, {values.LOSS} worse",
    ),
    MDE,
    _gain_column("clean", "clean gain", "candidate minus baseline on clean texts, in points, with its interval"),
    _adjusted_column("clean", "p (clean)", "two-sided p of the clean gain, corrected"),
    *(P, N, UNITS, SEEDS, METHOD),
)
GAINS = (named("match", "match", "candidate and baseline, alike in everything else"), *MEASURED)
SCOPED = (named("scope", "scope", "over what the gain is averaged"), *MEASURED)
WIDE = frozenset({P, N, UNITS, SEEDS, METHOD})
"""Columns that a terminal does without."""


def effective(found: Effective, scope: str) -> Row:
    """A row of effective robustness."""
    return {
        "arm": found.arm,
        "scope": scope,
        "clean": found.clean,
        "perturbed": found.perturbed,
        "residual": found.residual,
        "least": found.least,
        "most": found.most,
        "line": found.line,
        "note": found.reason,
    }


def _range(row: Row, _: float) -> str:
    return values.MISSING if row["least"] is None else values.interval(row["least"], row["most"])


EFFECTIVE = (
    named("arm", "arm", "the arm"),
    named("scope", "scope", "over what scores are averaged"),
    plain("clean", "clean", "clean score in points, training seeds averaged", show=values.score),
    plain("perturbed", "perturbed", "perturbed score in points, training seeds averaged", show=values.score),
    plain("effective robustness", "residual", "points above the line through all other arms", show=values.effect),
    Column("of its seeds", "least and most of its training seeds", ("least", "most"), _range),
    plain("line", "line", "checkpoints that the line is drawn through", show=values.count),
)


def named_trend(found: Trend) -> Row:
    """What names a trend in a row."""
    return {
        "measure": found.measure,
        "harder": MEASURES[found.measure].harder,
        "outcome": found.outcome,
        "context": found.context or None,
    }


def trend(rho: Trend, tau: Trend) -> Row:
    """A row of a trend by both coefficients."""
    contrast = rho.contrast
    return {
        **named_trend(rho),
        "tasks": contrast.n,
        "rho": contrast.estimate,
        "low": contrast.low,
        "high": contrast.high,
        "p": contrast.p,
        "adjusted": contrast.adjusted_p,
        "needed": contrast.needed,
        "detectable": contrast.mde,
        "tau": tau.contrast.estimate,
        "tau_p": tau.contrast.p,
        "tau_adjusted": tau.contrast.adjusted_p,
        "note": contrast.reason,
    }


def without(found: Trend, left: LeftOut) -> Row:
    """A row of a trend without one task."""
    return {**named_trend(found), "task": left.name, "rho": left.coefficient, "p": left.p}


NAMED = (
    named("measure", "measure", "what is known of the intermediate tasks"),
    Column(
        "harder",
        "whether a higher or a lower value of the measure means a harder task",
        ("harder",),
        lambda row, _: values.name(row["harder"]),
        absent="a property of the task, no difficulty",
        right=False,
    ),
    named("outcome", "outcome", "the gain over the arm without intermediate tasks"),
    named("context", "context", "what the arms have in common"),
)
RHO = plain("ρ", "rho", "Spearman's ρ, −1 to 1", show=values.effect)
TRENDS = (
    *NAMED,
    plain("tasks", "tasks", "intermediate tasks, the unit", show=values.count),
    RHO,
    p_value("p", "p", "two-sided p over all orders (drawn orders above ten tasks)"),
    p_value("adj. p", "adjusted", "the same after Holm over all trends"),
    Column(
        "needed",
        "the smallest |ρ| that would have been significant without correction",
        ("needed",),
        lambda row, _: values.effect(row["needed"]),
        absent="so few tasks that no ρ can be significant",
    ),
    Column(
        "detectable",
        "the true correlation that so many tasks show with the power in the signature (80 % by default)",
        ("detectable",),
        lambda row, _: values.effect(row["detectable"]),
        absent="so few tasks that no correlation would be found with that power",
    ),
    Column(
        "interval", "Fisher-z interval of ρ", ("low", "high"), lambda row, _: values.interval(row["low"], row["high"])
    ),
    plain("τ", "tau", "Kendall's τ-b, −1 to 1", show=values.effect),
    p_value("p of τ", "tau_p", "two-sided p of τ, as for ρ"),
    p_value("adj. p of τ", "tau_adjusted", "the same after Holm over all trends"),
)
TASK = named("task", "task", "intermediate task")


def points(measures: Sequence[str]) -> tuple[Column, ...]:
    """The columns of the table of what trends go through."""
    return (
        TASK,
        named("context", "context", "what the arms have in common"),
        plain("robustness gain", GAINED["drop"], "gain over the arm without intermediate tasks", show=values.effect),
        plain("clean gain", GAINED["clean"], "the same in clean score", show=values.effect),
        *map(_measured, measures),
    )


def _measured(name: str) -> Column:
    definition = MEASURES[name].definition
    return Column(name, definition, (name,), lambda row, _: _value(row[name]), absent="not in the file of difficulties")


def _value(value: object) -> str:
    found = values.number(value)
    return values.count(value) if found is not None and found.is_integer() else values.fixed(value, 3)


WITHOUT = (*NAMED, named("without", "task", "the task left out"), RHO, p_value("p", "p", "two-sided p without it"))
