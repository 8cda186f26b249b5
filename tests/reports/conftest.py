"""Made-up reports in the shapes that the renderers have to bear; no number here was measured."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pandas as pd
import pytest

from reports.report import BENCHMARK_COLUMNS, CELL_COLUMNS, MEAN_COLUMNS, ROBUST_COLUMNS, Report, Skip

LANGUAGES = ("ar", "de", "en", "hi", "th", "zh")
KINDS = ("identity", "swap", "delete")


def cell_row(generator: random.Random, **given: object) -> dict[str, object]:
    """A row of `cells` whose numbers fit together; `given` replaces what it names."""
    clean, drop = generator.uniform(40, 90), generator.uniform(-2, 15)
    row: dict[str, object] = dict.fromkeys(CELL_COLUMNS)
    row |= {"seeds": (1, 2, 3), "n": generator.randint(300, 20_000), "clean": clean, "perturbed": clean - drop}
    row |= {"drop": drop, "low": drop - 1.5, "high": drop + 1.5, "p": 0.5**drop if drop > 0 else 0.4, "mde": 1.62}
    row |= {"adjusted_p": min(1.0, 3 * 0.5**drop) if drop > 0 else 1.0, "method": "clustered t", "clusters": 1670}
    row |= {"realised_rate": 0.0987, "saturated": 0.013, "status": "tested", "note": None}
    row |= {"relative_drop": drop / clean, "flip_rate": 0.21, "truncated": 0.004}
    row |= {"calibration_clean": 3.25, "calibration_perturbed": 5.5, "calibration_change": 2.25}
    row |= {"pieces_clean": 1.8, "pieces_perturbed": 2.4}
    row |= {"beside_method": "McNemar mid-p, Tango", "beside_p": 0.012, "beside_low": drop - 1, "beside_high": drop + 1}
    return row | given


def untested_row(generator: random.Random, **given: object) -> dict[str, object]:
    """A row of `cells` for which no test was possible."""
    gone = ("drop", "low", "high", "p", "adjusted_p", "mde", "method", "beside_method", "beside_p", "beside_low")
    return cell_row(generator, **dict.fromkeys((*gone, "beside_high"))) | given


def mean_row(generator: random.Random, **given: object) -> dict[str, object]:
    row = cell_row(generator, languages=6)
    return {name: row.get(name) for name in MEAN_COLUMNS} | given


def robust_row(generator: random.Random, **given: object) -> dict[str, object]:
    clean, loss = generator.uniform(40, 90), generator.uniform(0, 30)
    row: dict[str, object] = {"severity": None, "perturbations": 3, "n": 900, "clean": clean}
    return row | {"robust": clean - loss, "drop": loss} | given


def benchmark_rows(perturbation: str, scores: dict[str, float | None], **given: object) -> list[dict[str, object]]:
    """One task, one group of it and the overall score of a made-up benchmark."""
    levels = {"mini-nli": "task", "sorting": "group", "overall": "overall"}
    row: dict[str, object] = {"benchmark": "MINI", "system": "direct", "perturbation": perturbation, "severity": None}
    row |= {"rate": 0.0 if perturbation == "clean" else 0.1, "missing": None} | given
    return [row | {"level": level, "name": name, "score": scores.get(name)} for name, level in levels.items()]


def frame(rows: Sequence[dict[str, object]], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))


def whole_report() -> Report:
    """Two checkpoints, a classification and a tagging task, six languages, a control and two perturbations."""
    generator = random.Random(7)
    cells: list[dict[str, object]] = []
    robust: list[dict[str, object]] = []
    means: list[dict[str, object]] = []
    for checkpoint in ("direct", "after-nli"):
        for task in ("mini-nli", "mini-pos"):
            tagging = {"lost": 0.021, "clusters": None, "method": "randomisation"} if task == "mini-pos" else {}
            for kind in KINDS:
                names = {
                    "checkpoint": checkpoint,
                    "task": task,
                    "perturbation": kind,
                    "rate": 0.1 if kind != "identity" else 0,
                }
                for language in LANGUAGES:
                    key = names | {"language": language}
                    if kind == "identity":
                        cells.append(untested_row(generator, **key, **tagging, status="untestable", drop=0.0))
                    elif kind == "swap" and language == "zh":
                        note = "no two adjacent letters of one script"
                        cells.append(
                            untested_row(generator, **key, **tagging, status="unsupported", note=note, perturbed=None)
                        )
                    else:
                        cells.append(cell_row(generator, **key, **tagging))
                if kind != "identity":
                    means.append(mean_row(generator, **names))
            for language in LANGUAGES:
                place = {"checkpoint": checkpoint, "task": task, "language": language, "rate": 0.1}
                robust.append(robust_row(generator, **place))
    benchmarks = [
        *benchmark_rows("clean", {"mini-nli": 71.25, "sorting": 71.25, "overall": 71.25}),
        *benchmark_rows("swap", {}, missing="mini-nli lacks zh"),
    ]
    return Report(
        title="Robustness of 2 checkpoints",
        subtitle="mini-nli, mini-pos in 6 languages",
        notes=("Synthetic data: the miniature suite is a generated world, not a benchmark.",),
        cells=frame(cells, CELL_COLUMNS),
        means=frame(means, MEAN_COLUMNS),
        robust=frame(robust, ROBUST_COLUMNS),
        benchmarks=frame(benchmarks, BENCHMARK_COLUMNS),
        skipped=(Skip("mini-nli, zh, swap", "the perturbation does not exist in this language"),),
        signature={
            "xrobust": "0.1.0",
            "task": "mini-nli@1,mini-pos@1",
            "checkpoint direct": "0123456789abcdef" * 4,
            "seeds": "1,2,3",
            "rates": "0.1",
            "correction": "holm over 40",
        },
        timing=(("training", 93.2), ("forward passes", 41.7), ("statistics", 0.8)),
    )


@pytest.fixture
def report() -> Report:
    return whole_report()


@pytest.fixture
def build() -> Callable[..., Report]:
    """Makes a report of given rows of `cells` and `means`."""

    def made(
        cells: Sequence[dict[str, object]] = (), means: Sequence[dict[str, object]] = (), **given: object
    ) -> Report:
        values: dict[str, object] = {"title": "A run", **given}
        for name, columns in (("robust", ROBUST_COLUMNS), ("benchmarks", BENCHMARK_COLUMNS)):
            if name in given:
                values[name] = frame(given[name], columns)
        return Report(cells=frame(cells, CELL_COLUMNS), means=frame(means, MEAN_COLUMNS), **values)

    return made


@pytest.fixture
def cell() -> Callable[..., dict[str, object]]:
    """Makes a row of `cells`, always the same but for what is given."""
    return lambda **given: cell_row(random.Random(1), **given)
