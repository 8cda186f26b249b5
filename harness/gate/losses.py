"""Losses: the cells of two sides as numbers for each independent unit, laid out by what they share.

A unit (id, premise, passage) pulls each score by its influence (infinitesimal jackknife, exact for a mean); losses and
means over cells are sums of such pulls, so that what cells share through their ids is kept (see `statistics.units`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.gate.policy import Measure
from harness.gate.snapshot import Kept, Place, Scoring, Snapshot
from harness.metrics.metric import Metric
from harness.metrics.registry import find_metric
from harness.statistics.batch import gradients, within_clusters
from harness.statistics.paired import PairedCounts, paired_counts
from harness.statistics.sample import Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The scores of one side in one stratum, in score units (0–1; −1 to 1 for the negated drop).

    Args:
        estimates: `(trainings, cells)`.
        pulls: `(trainings, cells, units)` influences of the units, summing to 0; 0 where a cell lacks a unit.
    """

    estimates: Floats
    pulls: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Stratum:
    """Cells that share their units: the languages of a parallel task, or one language of another.

    Args:
        places: `(cells,)` where each stands.
        baseline: the baseline's scores.
        candidate: the candidate's.
        present: `(cells, units)` whether a cell holds a unit.
        ids: `(cells,)` numbers of example ids.
        noise_seeds: `(cells,)` how many were averaged.
        flips: `(cells, units)` what each unit adds to the loss if its two sides are exchangeable, up to a factor;
            zero-sized where there are several training seeds.
        pairs: by number of the cell, how often both sides are right, where a cell is one of independent binary answers
            with one noise seed.
    """

    places: tuple[Place, ...]
    baseline: Side
    candidate: Side
    present: NDArray[np.bool_]
    ids: Integers
    noise_seeds: Integers
    flips: Floats
    pairs: Mapping[int, PairedCounts]


def strata(baseline: Snapshot, candidate: Snapshot, *, measure: Measure) -> list[Stratum]:
    """The cells of two sides by what they share.

    Args:
        baseline: with the same outline and items as the other.
        candidate: the other side.
        measure: what a perturbed cell is scored by; a clean one by its score.
    """
    groups: dict[tuple[str, str], list[Place]] = {}
    for place in baseline.cells:
        shared = baseline.outline.scorings[place.task].parallel
        groups.setdefault((place.task, "" if shared else place.language), []).append(place)
    return [_stratum(baseline, candidate, tuple(places), measure) for places in groups.values()]


def weights(places: Sequence[Place]) -> dict[Place, float]:
    """How much each place counts in the mean over perturbations, then languages, then tasks, each unweighted."""
    found: dict[Place, float] = {}
    tasks = dict.fromkeys(place.task for place in places)
    for task in tasks:
        languages = dict.fromkeys(place.language for place in places if place.task == task)
        for language in languages:
            here = [place for place in places if (place.task, place.language) == (task, language)]
            found |= dict.fromkeys(here, 1.0 / (len(tasks) * len(languages) * len(here)))
    return found


def _stratum(baseline: Snapshot, candidate: Snapshot, places: tuple[Place, ...], measure: Measure) -> Stratum:
    scoring = baseline.outline.scorings[places[0].task]
    languages = dict.fromkeys(place.language for place in places)
    names = {language: np.array(baseline.items[places[0].task, language].groups) for language in languages}
    every = np.unique(np.concatenate(list(names.values())))
    parts = [
        _language(baseline, candidate, [p for p in places if p.language == language], scoring, measure)
        for language in languages
    ]
    ordered = tuple(place for part in parts for place in part.places)
    present = np.zeros((len(ordered), len(every)), dtype=np.bool_)
    sides = [np.zeros((part.shape[0], len(ordered), len(every))) for part in (parts[0].pulls[0], parts[0].pulls[1])]
    flips = np.zeros((len(ordered), len(every) if parts[0].flips.size else 0))
    pairs: dict[int, PairedCounts] = {}
    start = 0
    for part, groups in zip(parts, names.values(), strict=True):
        own, codes = np.unique(groups, return_inverse=True)
        at, rows = np.searchsorted(every, own), np.arange(start, start + len(part.places))
        present[np.ix_(rows, at)] = True
        for whole, pulls in zip(sides, part.pulls, strict=True):
            whole[:, rows[:, None], at] = within_clusters(pulls, codes)
        if part.flips.size:
            flips[np.ix_(rows, at)] = within_clusters(part.flips, codes)
        if len(own) == len(groups):
            pairs |= {start + number: pair for number, pair in part.pairs.items()}
        start += len(part.places)
    estimates = [np.concatenate([part.estimates[side] for part in parts], axis=1) for side in (0, 1)]
    return Stratum(
        places=ordered,
        baseline=Side(estimates[0], sides[0]),
        candidate=Side(estimates[1], sides[1]),
        present=present,
        ids=np.repeat([len(groups) for groups in names.values()], [len(part.places) for part in parts]),
        noise_seeds=np.array([baseline.cells[place].noise_seeds for place in ordered]),
        flips=flips,
        pairs=pairs,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One language of a stratum, id by id: arrays as in `Stratum`, with `(…, ids)` for `(…, units)`."""

    places: tuple[Place, ...]
    estimates: tuple[Floats, Floats]
    pulls: tuple[Floats, Floats]
    flips: Floats
    pairs: Mapping[int, PairedCounts]


def _language(
    baseline: Snapshot, candidate: Snapshot, places: Sequence[Place], scoring: Scoring, measure: Measure
) -> _Part:
    metric = find_metric(scoring.metric)
    sides = [[side.cells[place] for place in places] for side in (baseline, candidate)]
    vectors = [np.stack([kept.statistic for kept in side], axis=1) for side in sides]
    mean = metric.additive and all(is_mean(metric, side) for side in vectors)
    found = [scored(metric, side, mean=mean) for side in vectors]
    clean = np.array([place.clean for place in places])
    if measure == "drop":
        # What is left of the clean score: the drop with its sign turned, so that more is better here too.
        for side, (estimates, pulls) in zip(sides, found, strict=True):
            before = np.stack([kept.reference for kept in side], axis=1)[:, ~clean]
            less, pulled = scored(metric, before, mean=mean and is_mean(metric, before))
            estimates[:, ~clean] -= less
            pulls[:, ~clean] -= pulled
    single = all(len(side.trainings) == 1 for side in (baseline, candidate))
    flips = np.zeros((len(places), 0))
    if single:
        flips = _flips(metric, sides, clean, mean=mean, measure=measure)
    pairs = dict(_pairs(metric, vectors, sides[0], clean | (measure == "perturbed"))) if single and mean else {}
    return _Part(tuple(places), (found[0][0], found[1][0]), (found[0][1], found[1][1]), flips, pairs)


def is_mean(metric: Metric, vectors: Floats) -> bool:
    """Whether the score of the sums is the mean of the ids' scores: not where ids weigh unequally (token accuracy)."""
    if not metric.additive:
        return False
    means = metric.score(vectors).mean(axis=-1)
    return bool(np.allclose(means, metric.score(vectors.sum(axis=-2)), rtol=0, atol=1e-9))


def scored(metric: Metric, vectors: Floats, *, mean: bool) -> tuple[Floats, Floats]:
    """Scores `(trainings, cells)` of vectors `(trainings, cells, ids, k)`, and what each id pulls them by."""
    totals = vectors.sum(axis=2)
    if mean:
        rows = metric.score(vectors)
        estimates = rows.mean(axis=2)
        return estimates, (rows - estimates[..., None]) / rows.shape[2]
    trainings, cells, width = totals.shape
    slopes = gradients(metric.score, totals.reshape(-1, width)).reshape(trainings, cells, width)
    pulls = np.einsum("tcik,tck->tci", vectors, slopes)
    return metric.score(totals), pulls - pulls.mean(axis=2, keepdims=True)


def _flips(
    metric: Metric, sides: Sequence[Sequence[Kept]], clean: NDArray[np.bool_], *, mean: bool, measure: Measure
) -> Floats:
    """`(cells, ids)` what each id adds to the loss if its two sides are exchangeable, as in `family.flip_values`."""
    ours, theirs = ([kept.statistic[0] for kept in side] for side in sides)
    found = np.stack([_along(metric, a, b, mean=mean) for a, b in zip(ours, theirs, strict=True)])
    if measure == "drop":
        before = [[kept.reference[0] for kept in side] for side in sides]
        against = np.stack([_along(metric, a, b, mean=mean) for a, b in zip(*before, strict=True)])
        found[~clean] -= against[~clean]
    return found


def _along(metric: Metric, ours: Floats, theirs: Floats, *, mean: bool) -> Floats:
    """`(ids,)` ours minus theirs, along the gradient at the totals of both, which no exchange changes."""
    if mean:
        return metric.score(ours) - metric.score(theirs)
    middle = (ours.sum(axis=0) + theirs.sum(axis=0)) / 2
    return (ours - theirs) @ gradients(metric.score, middle[None])[0]


def _pairs(
    metric: Metric, vectors: Sequence[Floats], kept: Sequence[Kept], wanted: NDArray[np.bool_]
) -> Iterator[tuple[int, PairedCounts]]:
    for number, cell in enumerate(kept):
        if metric.binary and wanted[number] and cell.noise_seeds == 1:
            yield number, paired_counts(*(metric.score(side[0, number]) for side in vectors))
