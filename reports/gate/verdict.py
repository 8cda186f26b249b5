"""Verdict: what a gate answers and why, as plain values for the pages that show it.

The harness fills it in and the renderers read it; none of them computes a statistic. Scores, losses, interval ends,
margins and detectable effects are in points (0–100).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import cast


class Answer(StrEnum):
    """What a gate says of a candidate."""

    CERTIFIED = "certified"
    """Not worse by the margins."""
    REGRESSION = "regression"
    """Worse than the baseline."""
    INCONCLUSIVE = "inconclusive"
    """Nobody can tell from this sample."""


class State(StrEnum):
    """What was found of one score."""

    WORSE = "worse"
    """There is evidence of a loss."""
    WITHIN = "within margin"
    """The loss was shown to be below the margin."""
    OPEN = "open"
    """Neither."""
    UNTESTED = "untested"
    """It cannot be tested; the sentence says why."""


class Scope(StrEnum):
    """What a score is of."""

    MEAN = "mean"
    """The mean over tasks, languages and perturbations."""
    CLEAN = "clean"
    """The mean clean score."""
    CELL = "cell"
    """One task, language and condition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One score on both sides.

    Args:
        name: of the score (`"xnli de, character-swap at 0.1"`).
        scope: what it is of.
        state: what was found.
        baseline: score of the baseline.
        candidate: score of the candidate.
        loss: baseline minus candidate; positive where the candidate is worse.
        low: lower end of the interval of the loss.
        high: upper end.
        level: coverage that the interval aims at, 0–1.
        p: one-sided p of a loss, above 0; None where it cannot be tested.
        adjusted_p: the same after the correction of its family; None where there is none.
        within_p: p of a loss of the margin or more; None where it cannot be tested.
        margin: the loss that is tolerated.
        mde: the smallest loss that would have raised an alarm; None where none would.
        n: example ids.
        clusters: independent units.
        sentences: the claims in words: is anything lost, is it less than the margin, what would decide.
        claims: the first two field by field: method, sizes, family, resamples, seed, and what else a contrast has.
    """

    name: str
    scope: Scope
    state: State
    baseline: float
    candidate: float
    loss: float
    low: float
    high: float
    level: float
    p: float | None
    adjusted_p: float | None
    within_p: float | None
    margin: float
    mde: float | None
    n: int
    clusters: int
    sentences: tuple[str, ...]
    claims: tuple[Mapping[str, object], ...]

    @property
    def alphas(self) -> tuple[float, float]:
        """The one-sided levels of the alarm and of the certificate, 0–1."""
        alarm, certificate = (cast("float", claim["alpha"]) for claim in self.claims)
        return alarm, certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer of a gate.

    Args:
        answer: one of three.
        passes: whether the policy lets the candidate pass.
        headline: the answer with its reason, in one sentence.
        scope: what the claim is about: two checkpoints, or how models are trained.
        judged: every score, means first.
        notes: what a reader has to know besides, in sentences.
        settings: what reproduces the answer: baseline, candidate, policy.
    """

    answer: Answer
    passes: bool
    headline: str
    scope: str
    judged: tuple[Judged, ...]
    notes: tuple[str, ...]
    settings: Mapping[str, str]

    @property
    def means(self) -> tuple[Judged, ...]:
        """The means, the guard of the clean score among them."""
        return tuple(item for item in self.judged if item.scope is not Scope.CELL)

    @property
    def cells(self) -> tuple[Judged, ...]:
        """The cells, what needs attention first: evidence of a loss, then what is open, by the size of the loss."""
        order = (State.WORSE, State.OPEN, State.UNTESTED, State.WITHIN)
        found = [item for item in self.judged if item.scope is Scope.CELL]
        return tuple(sorted(found, key=lambda item: (order.index(item.state), -item.loss)))

    def count(self, state: State) -> int:
        """How many cells are in a state."""
        return sum(item.state is state for item in self.cells)


def counted(verdict: Verdict) -> str:
    """How many cells are in each state, in words."""
    told = [f"{number} {state.value}" for state in State if (number := verdict.count(state))]
    total = len(verdict.cells)
    return f"{total} cell{'s' * (total != 1)}: {', '.join(told)}"


def troubled(cells: Sequence[Judged]) -> list[Judged]:
    """The cells that keep a candidate from being certified."""
    return [cell for cell in cells if cell.state is not State.WITHIN]
