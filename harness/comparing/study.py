"""Study: from runs to every comparison of the checkpoints in them.

Levels of a factor are held against its reference level among arms that are alike in all other factors; beside them
stand every two arms, effective robustness, and trends over the intermediate tasks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.checkpoints.lineage import read_manifest
from harness.comparing.arms import Arm, find_arms, mixed
from harness.comparing.asked import Asked, choose
from harness.comparing.effective import Effective, effective_robustness
from harness.comparing.entrants import find_entrants
from harness.comparing.gains import Match, ValueCache, contrast_match, contrast_seeds, shared_seeds
from harness.comparing.matching import find_matches, find_pairs
from harness.comparing.samples import Condition, load
from harness.comparing.scopes import OVERALL, PERTURBATION, Scope, find_scopes
from harness.comparing.trends import Trend, find_trend_arms, find_trends
from harness.difficulty.file import read_difficulties
from harness.results import Run, load_run
from harness.statistics.contrast import Contrast, count
from harness.statistics.multiplicity import correct
from harness.statistics.sample import Settings
from perturbations.errors import UsageError


@dataclass(frozen=True, slots=True)
class Gain:
    """One match over one scope.

    Args:
        factor: the factor whose levels differ; empty for two arms.
        match: title of the match.
        scope: over what.
        clean: the gain in clean score; None for one perturbation, which leaves clean texts as they are for all.
        robustness: the gain in robustness.
        seeds: the latter by seeds alone; None where a side has one seed, or below the overall scope.
    """

    factor: str
    match: str
    scope: Scope
    clean: Contrast | None
    robustness: Contrast
    seeds: Contrast | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Everything that was compared.

    Args:
        asked: how.
        arms: in the order of the runs.
        conditions: by task, the cells that were compared.
        levels: levels of factors, overall first.
        pairs: every two arms, overall.
        effective: by task, and overall where there are several tasks, effective robustness of each arm.
        trends: over the intermediate tasks.
        notes: what a reader has to know.
        signature: what reproduces it.
    """

    asked: Asked
    arms: tuple[Arm, ...]
    conditions: Mapping[str, tuple[Condition, ...]]
    levels: tuple[Gain, ...]
    pairs: tuple[Gain, ...]
    effective: Mapping[str, tuple[Effective, ...]]
    trends: tuple[Trend, ...]
    notes: tuple[str, ...]
    signature: Mapping[str, str]


def compare_runs(directories: Sequence[Path], asked: Asked) -> Study:
    """Compare the checkpoints of some runs.

    Args:
        directories: of runs; one run may hold several checkpoints.
        asked: what and how.

    Raises:
        XRobustError: a run that cannot be read or is given twice, checkpoints that were not asked the same, or nothing
            to compare.
    """
    for place, directory in enumerate(directories):
        if directory.resolve() in [other.resolve() for other in directories[:place]]:
            raise UsageError(f"the run {directory} is given twice: give each once")
    runs = {str(directory): load_run(directory) for directory in directories}
    manifest = read_manifest(asked.manifest) if asked.manifest else {}
    entrants = find_entrants(runs, manifest=manifest, named=asked.factors)
    chosen = choose(entrants, asked)
    arms = find_arms(entrants, chosen.serves)
    if len(arms) == 1:
        raise UsageError(
            f"{count(len(entrants), 'checkpoint')} of one arm, {', '.join(map(str, arms))}: a comparison takes two "
            "arms, which differ in more than their seed; tell what sets them apart by --factor or --manifest"
        )
    common = {task: found for task, found in chosen.conditions.items() if all(task in arm.tasks for arm in arms)}
    notes = [*chosen.notes, *(_partial(task, arms) for task in chosen.conditions if task not in common)]
    if not common:
        raise UsageError(f"no task was scored with every arm ({', '.join(map(str, arms))}): {'; '.join(notes)}")
    cache = ValueCache(
        {(entrant, task): load(entrant, task, common[task]) for task in common for entrant in chosen.serves[task]}
    )
    notes += [*mixed(arms), *_unpaired(arms, common)]
    return _study(cache, arms, common, asked, tuple(notes), signature=_signature(runs, common, asked))


def _study(
    cache: ValueCache,
    arms: tuple[Arm, ...],
    conditions: Mapping[str, tuple[Condition, ...]],
    asked: Asked,
    notes: tuple[str, ...],
    *,
    signature: Mapping[str, str],
) -> Study:
    scopes = find_scopes(conditions)
    whole, settings = scopes[0], asked.settings
    matches, unmatched = find_matches(arms, asked.references)
    found = [_gain(cache, factor, match, scope, settings) for factor, match in matches for scope in scopes]
    every = [_gain(cache, "", match, whole, settings) for match in find_pairs(arms)]
    difficulty = read_difficulties(asked.difficulty) if asked.difficulty else ()
    effective = {
        str(scope): tuple(effective_robustness(cache, arms, scope, scale=asked.scale))
        for scope in scopes
        if scope.kind in (OVERALL, "task")
    }
    groups = find_trend_arms(arms)
    told = {task.name for task in difficulty}
    unknown = sorted({task for group in groups for task in group.by_task if task not in told})
    if difficulty and unknown:
        notes = (*notes, f"{asked.difficulty} tells nothing of {', '.join(unknown)}: no part of a trend")
    return Study(
        asked=asked,
        arms=arms,
        conditions=conditions,
        levels=tuple(_corrected(found, settings, what="levels")),
        pairs=tuple(_corrected(every, settings, what="pairs")),
        effective=effective,
        trends=find_trends(cache, groups, whole, difficulty, settings=replace(settings, correction="holm")),
        notes=(*notes, *unmatched),
        signature=signature,
    )


def _gain(cache: ValueCache, factor: str, match: Match, scope: Scope, settings: Settings) -> Gain:
    whole = scope.kind == OVERALL
    return Gain(
        factor,
        match.title,
        scope,
        clean=None if scope.kind == PERTURBATION else contrast_match(cache, match, scope, "clean", settings=settings),
        robustness=contrast_match(cache, match, scope, "drop", settings=settings),
        seeds=contrast_seeds(cache, match, scope, settings=settings) if whole else None,
    )


def _corrected(gains: Sequence[Gain], settings: Settings, *, what: str) -> list[Gain]:
    """The gains with corrected p: overall ones are claims (Holm), those below a screen; clean and robustness apart."""
    corrected = list(gains)
    for whole in (True, False):
        places = [place for place, gain in enumerate(gains) if (gain.scope.kind == OVERALL) == whole]
        used = replace(settings, correction="holm") if whole else settings
        family = f"{what}, {'overall' if whole else 'by task, group, family and perturbation'}"
        robust = correct([gains[place].robustness for place in places], used, family=f"robustness gains of {family}")
        for place, contrast in zip(places, robust, strict=True):
            corrected[place] = replace(corrected[place], robustness=contrast)
        found = {place: contrast for place in places if (contrast := gains[place].clean) is not None}
        clean = correct(list(found.values()), used, family=f"clean gains of {family}")
        for place, contrast in zip(found, clean, strict=True):
            corrected[place] = replace(corrected[place], clean=contrast)
    return corrected


def _partial(task: str, arms: Sequence[Arm]) -> str:
    having = [arm.label for arm in arms if task in arm.tasks]
    return f"{task} is left out: only {', '.join(having)} {'was' if len(having) == 1 else 'were'} scored on it"


def _unpaired(arms: Sequence[Arm], conditions: Mapping[str, object]) -> Iterator[str]:
    """Training seeds that an arm lacks on some task, so that they count there only."""
    for arm in arms:
        common = shared_seeds((arm,), tuple(conditions))
        lost = sorted({str(seed) for task in conditions for seed in arm.seeds(task) if seed not in common})
        if lost and common:
            yield f"{arm.label}: training seeds {', '.join(lost)} are not there on every task and count only by task"
        elif lost:
            yield f"{arm.label}: its tasks share no training seed, so that seeds are averaged over several tasks"


def _signature(runs: Mapping[str, Run], conditions: Mapping[str, Sequence[Condition]], asked: Asked) -> dict[str, str]:
    settings = asked.settings
    noise = next(iter(runs.values())).signature
    values = {
        "runs": ", ".join(runs),
        **{
            f"{task} cells": f"{len({language for language, _, _ in found})} languages, "
            f"{', '.join(dict.fromkeys(name for _, name, _ in found))}, "
            f"rates {', '.join(f'{rate:g}' for rate in dict.fromkeys(rate for _, _, rate in found))}"
            for task, found in conditions.items()
        },
        "effective robustness": f"least squares on the {asked.scale} scale",
        "statistics": f"alpha {settings.alpha:g}, power {settings.power:g}, R {settings.resamples}, "
        f"seed {settings.seed}, {settings.correction} below overall",
    }
    kept = ("noise", "unicode", "xrobust")
    return values | {name: noise[name] for name in kept if name in noise}
