"""Making: the snapshot of runs for a baseline, scored as their plans say, or for a candidate, as the baseline says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.gate.capture import Source, capture, open_source
from harness.gate.compatible import check_same, chosen
from harness.gate.decision import comparable
from harness.gate.policy import Policy
from harness.gate.snapshot import Scoring, Snapshot
from harness.runfile import damaged, read_run_file
from harness.typed import table
from perturbations.errors import UsageError
from suites.task import find_task

UNKNOWN = Scoring(metric="", clustered=False, parallel=False)
"""Of a task that the other side lacks, which the comparison of places tells before any score is read."""


def capture_runs(directories: Sequence[Path], *, checkpoints: Sequence[str] = ()) -> Snapshot:
    """The snapshot of runs, each metric as its plan names it.

    Args:
        directories: of finished runs, one for each training seed.
        checkpoints: which of their checkpoints count; empty for all.

    Raises:
        XRobustError: a directory without a run, runs that differ in more than the checkpoint, or no perturbed cell.
    """
    sources = [open_source(directory, checkpoints=checkpoints) for directory in directories]
    metrics = _metrics(directories[0])
    scorings = {task: _scoring(task, metrics) for task in sources[0].tasks}
    outline = sources[0].outline(scorings)
    if all(place.clean for place in outline.facts):
        raise UsageError(f"{directories[0]} holds no perturbed cell, so that there is nothing to guard")
    check_different(sources)
    for source in sources[1:]:
        others = source.outline({task: scorings.get(task, UNKNOWN) for task in source.tasks})
        check_same(outline, others, names=(str(directories[0]), str(source.directory)))
    return capture(sources, outline)


def capture_candidate(
    directories: Sequence[Path], baseline: Snapshot, policy: Policy, *, checkpoints: Sequence[str] = ()
) -> Snapshot:
    """The snapshot of a candidate's runs: the places that the policy compares, by the metrics of the baseline.

    Args:
        directories: of finished runs, one for each training seed.
        baseline: what the candidate is held against.
        policy: names what is compared.
        checkpoints: which of their checkpoints count; empty for all.

    Raises:
        XRobustError: as `capture_runs`; or a run that differs from the baseline, each difference named.
    """
    sources = [open_source(directory, checkpoints=checkpoints) for directory in directories]
    check_different(sources)
    for source in sources:
        scorings = {task: baseline.outline.scorings.get(task, UNKNOWN) for task in source.tasks}
        comparable(baseline.outline, source.outline(scorings), policy)
    return capture(sources, chosen(baseline.outline, policy))


def check_different(sources: Sequence[Source]) -> None:
    """Make sure that training seeds are different checkpoints.

    Raises:
        UsageError: one was given twice, which would pass for a seed that agrees.
    """
    names = [source.name for source in sources]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"{name} was given {names.count(name)} times: training seeds are different checkpoints")


def _metrics(directory: Path) -> Mapping[str, object]:
    """By task, the metric that the plan of a run names."""
    content = read_run_file(directory)
    try:
        return table(content["plan"].get("metrics", {}), f"{directory}: metrics")
    except (KeyError, AttributeError) as error:
        raise damaged(directory, error) from error


def _scoring(name: str, metrics: Mapping[str, object]) -> Scoring:
    task = find_task(name)
    return Scoring(str(metrics.get(name, task.metric)), task.cluster is not None, task.parallel)
