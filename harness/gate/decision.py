"""Decision: three answers from the claims of a gate, and what a page shows of them.

Regression: evidence of a loss. A quarter of alpha each on the means of the perturbed and the clean score (half on the
first where the clean score is not guarded), the other half on max-T over all cells. Certified: every margin is shown at
alpha, which needs no correction because all of them must hold (intersection-union test, Berger 1982). Inconclusive:
neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace

from harness.gate.claims import MEASURED, Claim, claims
from harness.gate.compatible import check_items, check_policy, check_same, chosen
from harness.gate.losses import strata
from harness.gate.policy import Policy
from harness.gate.snapshot import Outline, Snapshot
from reports.gate.verdict import Answer, Judged, Scope, State, Verdict

NAMES = ("the baseline", "the candidate")


def decide(
    baseline: Snapshot, candidate: Snapshot, policy: Policy, *, settings: Mapping[str, str] | None = None
) -> Verdict:
    """Hold a candidate against a baseline.

    Args:
        baseline: what it must not fall behind.
        candidate: the same cells of the candidate.
        policy: margins, levels, what counts.
        settings: further names and values that reproduce the answer, shown with it.

    Raises:
        UsageError: the two sides do not agree, or have several training seeds on one side only.
    """
    wanted = comparable(baseline.outline, candidate.outline, policy)
    ours, theirs = (narrowed(side, wanted) for side in (baseline, candidate))
    check_items(ours.items, theirs.items, names=NAMES)
    found = claims(strata(ours, theirs, measure=policy.measure), policy)
    answer = answer_of(found)
    return Verdict(
        answer=answer,
        passes=answer is Answer.CERTIFIED or (answer is Answer.INCONCLUSIVE and policy.inconclusive == "pass"),
        headline=_headline(answer, found, policy),
        scope=_scope(len(ours.trainings), len(theirs.trainings)),
        judged=tuple(_judged(claim) for claim in found),
        notes=tuple(_notes(ours, theirs, policy)),
        settings=dict(settings or {}) | _settings(ours, theirs, policy),
    )


def comparable(baseline: Outline, candidate: Outline, policy: Policy) -> Outline:
    """What is compared: the places that the policy names, on which both sides agree.

    Raises:
        UsageError: the baseline lacks what the policy names, or the sides differ; each difference is named.
    """
    check_policy(baseline, policy)
    wanted = chosen(baseline, policy)
    check_same(wanted, chosen(candidate, policy), names=NAMES)
    return wanted


def narrowed(side: Snapshot, wanted: Outline) -> Snapshot:
    """A snapshot without the places that are not compared."""
    read = {(place.task, place.language) for place in wanted.facts}
    return replace(
        side,
        outline=wanted,
        items={where: items for where, items in side.items.items() if where in read},
        cells={place: side.cells[place] for place in wanted.facts},
    )


def answer_of(found: Sequence[Claim]) -> Answer:
    """The answer that follows from all claims; evidence of a loss outweighs every margin."""
    if any(claim.worse.significant() for claim in found):
        return Answer.REGRESSION
    shown = all(claim.within.p is not None and claim.within.significant() for claim in found)
    return Answer.CERTIFIED if shown else Answer.INCONCLUSIVE


def state_of(claim: Claim) -> State:
    """What was found of one score."""
    if claim.worse.significant():
        return State.WORSE
    if claim.within.p is None:
        return State.UNTESTED
    return State.WITHIN if claim.within.significant() else State.OPEN


def _headline(answer: Answer, found: Sequence[Claim], policy: Policy) -> str:
    if answer is Answer.REGRESSION:
        worse = [claim.name for claim in found if claim.worse.significant()]
        more = f" and {len(worse) - 1} more" if len(worse) > 1 else ""
        return f"Regression: the candidate is worse than the baseline in {worse[0]}{more}."
    if answer is Answer.CERTIFIED:
        margins = policy.margins
        clean = f", {margins.clean:g} in the clean score" if policy.clean else ""
        return (
            f"Certified: the candidate does not lose {margins.macro:g} points or more in the {MEASURED[policy.measure]}"
            f"{clean}, nor {margins.cell:g} in any cell."
        )
    missing = [claim for claim in found if claim.within.p is None or not claim.within.significant()]
    more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
    # The claim that needs the largest multiple of its sample decides the whole.
    most = max((claim for claim in missing if claim.needed), key=_multiple, default=None)
    told = f"; {most.needed} ({most.name})" if most else ""
    return (
        f"Inconclusive: there is no evidence of a loss, but one of the margin or more is not ruled out in "
        f"{missing[0].name}{more}{told}."
    )


def _multiple(claim: Claim) -> float:
    """How many times the present sample would decide a claim."""
    return claim.needed.number / claim.needed.present if claim.needed else 0.0


def _scope(ours: int, theirs: int) -> str:
    if ours == 1:
        return "The claim is about these two checkpoints only, not about the way in which they were trained."
    return (
        f"The claim is about the way in which the models are trained: {theirs} training seeds of the candidate against "
        f"{ours} of the baseline."
    )


def _judged(claim: Claim) -> Judged:
    scope = Scope.CELL if claim.place else Scope.CLEAN if claim.clean else Scope.MEAN
    state = state_of(claim)
    decides = (f"{claim.name}: {claim.needed}.",) if claim.needed and state is State.OPEN else ()
    return Judged(
        name=claim.name,
        scope=scope,
        state=state,
        baseline=claim.scores[0],
        candidate=claim.scores[1],
        loss=claim.worse.estimate,
        low=claim.within.low,
        high=claim.within.high,
        level=claim.within.level,
        p=claim.worse.p,
        adjusted_p=claim.worse.adjusted_p,
        within_p=claim.within.p,
        margin=claim.within.margin or 0.0,
        mde=claim.worse.mde,
        n=claim.worse.n,
        clusters=claim.worse.clusters,
        sentences=(claim.worse.sentence(), claim.within.sentence(), *decides),
        claims=(asdict(claim.worse), asdict(claim.within)),
    )


def _notes(ours: Snapshot, theirs: Snapshot, policy: Policy) -> Iterator[str]:
    apart = [
        f"{name} {value} in the baseline, {theirs.beside.get(name, 'unknown')} in the candidate"
        for name, value in ours.beside.items()
        if theirs.beside.get(name) != value
    ]
    if apart:
        yield f"The two sides were predicted differently: {'; '.join(apart)}."
    if policy.releases > 1:
        yield (
            f"Alpha {100 * policy.alpha:g} % is spread over {policy.releases} releases against one baseline: "
            f"{100 * policy.level:.3g} % for this one."
        )
    if not policy.clean:
        yield "The clean score is not guarded."
    metrics = {f"{task} by {scoring.metric}" for task, scoring in ours.outline.scorings.items()}
    yield f"Scored: {', '.join(sorted(metrics))}."


def _settings(ours: Snapshot, theirs: Snapshot, policy: Policy) -> dict[str, str]:
    shares = f"{policy.mean_level:.4g} on each mean, {policy.cell_level:.4g} on all cells"
    return {
        "baseline of": "; ".join(ours.trainings),
        "candidate": "; ".join(theirs.trainings),
        "measure": policy.measure,
        "margins": f"macro {policy.margins.macro:g}, clean {policy.margins.clean:g}, cell {policy.margins.cell:g}",
        "levels": f"alarms {shares}; certificates {policy.level:.4g}",
        "power": f"{policy.power:g}",
        "resamples": f"{policy.resamples}, seed {policy.seed}",
        "tasks": ", ".join(ours.outline.scorings),
    }
