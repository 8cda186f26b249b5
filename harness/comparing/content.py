"""A comparison as plain values for JSON: every claim with all that it carries."""

from __future__ import annotations

from dataclasses import asdict

from harness.comparing.study import Gain, Study
from harness.comparing.trends import Trend
from harness.statistics.contrast import Contrast

FORMAT = 1


def content(study: Study) -> dict[str, object]:
    """Everything that was compared, effects in points."""
    return {
        "format": FORMAT,
        "notes": list(study.notes),
        "arms": [
            {
                "label": arm.label,
                "factors": dict(arm.factors),
                "members": [
                    {"task": task, "seed": seed, "checkpoint": member.name, "run": str(member.run.directory)}
                    for (task, seed), member in arm.members.items()
                ],
            }
            for arm in study.arms
        ],
        "levels": [_gain(gain) for gain in study.levels],
        "pairs": [_gain(gain) for gain in study.pairs],
        "effective_robustness": [
            {"scope": scope, **asdict(found)} for scope, every in study.effective.items() for found in every
        ],
        "trends": [_trend(trend) for trend in study.trends],
        "signature": dict(study.signature),
    }


def _gain(gain: Gain) -> dict[str, object]:
    return {
        "factor": gain.factor or None,
        "match": gain.match,
        "scope": gain.scope.kind,
        "name": gain.scope.name,
        "tasks": list(gain.scope.tasks),
        "clean_gain": None if gain.clean is None else _contrast(gain.clean),
        "robustness_gain": _contrast(gain.robustness),
        "by_seeds_alone": None if gain.seeds is None else _contrast(gain.seeds),
    }


def _trend(trend: Trend) -> dict[str, object]:
    return {
        "measure": trend.measure,
        "outcome": trend.outcome,
        "context": trend.context or None,
        "coefficient": trend.coefficient,
        "points": {task: {"value": value, "gain": gain} for task, (value, gain) in trend.points.items()},
        "contrast": _contrast(trend.contrast),
        "without": [asdict(left) for left in trend.without],
    }


def _contrast(contrast: Contrast) -> dict[str, object]:
    return {**asdict(contrast), "sentence": contrast.sentence()}
