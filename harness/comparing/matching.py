"""Matching: which arms are held against which, so that nothing but one factor differs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

from harness.checkpoints.lineage import Factor
from harness.comparing.arms import Arm
from harness.comparing.entrants import INTERMEDIATE, NONE
from harness.comparing.gains import Match
from perturbations.errors import UsageError

NUMBER = "number of intermediate tasks"
"""A factor that follows from the intermediate tasks."""
Context = tuple[tuple[str, Factor], ...]


def find_matches(arms: Sequence[Arm], references: Mapping[str, str]) -> tuple[list[tuple[str, Match]], list[str]]:
    """Every level of every factor against its reference level, among arms that are alike in all other factors.

    Args:
        arms: all of them.
        references: by factor, the level that others are held against; else "none" where there is one, else the first.

    Returns:
        Factors with their matches, and the levels for which there is none.

    Raises:
        UsageError: a factor or level that no arm has.
    """
    found: list[tuple[str, Match]] = []
    unmatched: list[str] = []
    for factor in references:
        if factor not in arms[0].factors:
            raise UsageError(f"no factor {factor!r} to take a reference of: there are {', '.join(arms[0].factors)}")
    for factor in arms[0].factors:
        reference = _reference(arms, factor, references)
        for level in _levels(arms, factor):
            if level == reference:
                continue
            match = _matched(arms, factor, level, reference)
            if match is None:
                unmatched.append(
                    f"{factor} {level}: no arm with {reference} is alike in everything else; see the pairs"
                )
            else:
                found.append((factor, match))
    return [*found, *((NUMBER, match) for match in _by_number(arms))], unmatched


def find_pairs(arms: Sequence[Arm]) -> list[Match]:
    """Every two arms, the later one as the candidate."""
    return [
        Match(f"{second.label} against {first.label}", (second,), (first,))
        for first, second in itertools.combinations(arms, 2)
    ]


def _matched(arms: Sequence[Arm], factor: str, level: Factor, reference: Factor) -> Match | None:
    """One level against another: in each context that has both there is one arm of each."""
    candidates = _by_context(arms, factor, lambda arm: arm.factors[factor] == level)
    baselines = _by_context(arms, factor, lambda arm: arm.factors[factor] == reference)
    both = [context for context in candidates if context in baselines]
    if not both:
        return None
    title = f"{factor} {level} against {reference}{_told(both, arms)}"
    sides = [tuple(arm for context in both for arm in side[context]) for side in (candidates, baselines)]
    return Match(title, sides[0], sides[1])


def _by_number(arms: Sequence[Arm]) -> list[Match]:
    """Arms with so many intermediate tasks against those with the fewest, context by context."""
    if len(_levels(arms, INTERMEDIATE)) < 3:
        return []
    fewest = min(len(arm.intermediate) for arm in arms)
    found: list[Match] = []
    for count in sorted({len(arm.intermediate) for arm in arms} - {fewest}):
        candidates = _by_context(arms, INTERMEDIATE, lambda arm, count=count: len(arm.intermediate) == count)
        baselines = _by_context(arms, INTERMEDIATE, lambda arm: len(arm.intermediate) == fewest)
        for context in candidates:
            if context in baselines:
                title = f"{NUMBER} {count} against {fewest}{_told([context], arms)}"
                found.append(Match(title, tuple(candidates[context]), tuple(baselines[context])))
    return found


def _by_context(arms: Sequence[Arm], factor: str, chosen: Callable[[Arm], bool]) -> dict[Context, list[Arm]]:
    found: dict[Context, list[Arm]] = {}
    for arm in filter(chosen, arms):
        found.setdefault(arm.context(factor), []).append(arm)
    return found


def _told(contexts: Sequence[Context], arms: Sequence[Arm]) -> str:
    """What the arms of a match have in common, where there are others."""
    names = [name for name, _ in contexts[0] if len(_levels(arms, name)) > 1]
    told = [" ".join(f"{name} {level}" for name, level in context if name in names) for context in contexts]
    return f" ({' and '.join(told)})" if names else ""


def _levels(arms: Sequence[Arm], factor: str) -> list[Factor]:
    """The levels of a factor, in the order in which the arms come."""
    return list(dict.fromkeys(arm.factors[factor] for arm in arms))


def _reference(arms: Sequence[Arm], factor: str, given: Mapping[str, str]) -> Factor:
    levels = _levels(arms, factor)
    if factor in given:
        for level in levels:
            if str(level) == given[factor]:
                return level
        raise UsageError(f"no checkpoint has {factor} {given[factor]!r}: they have {', '.join(map(str, levels))}")
    return NONE if NONE in levels else levels[0]
