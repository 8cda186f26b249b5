"""Scores of benchmarks from the cells of a run: a generated run with every task and language, and what is left out."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from harness import Plan, Run, score
from harness.cell import CLEAN, Planned, Record
from harness.metrics.registry import find_metric
from harness.plan import plan_from
from harness.store import Store
from perturbations.errors import UnknownNameError, UsageError
from reports.markdown import render_markdown
from reports.report import CELL_COLUMNS, MEAN_COLUMNS, Report, Row, records
from reports.terminal import render_terminal
from suites.benchmarks import XTREME, XTREME_R, Benchmark
from suites.task import Kind, find_task
from tests.harness.stored import CELL, record

PlanOf = Callable[..., Plan]
SYSTEMS = ("one", "two")
NOISE = (("word-swap", 0.1, 0), ("word-swap", 0.1, 1))
TASKS = tuple(dict.fromkeys((*XTREME.tasks, *XTREME_R.tasks)))


def cell_records(metrics: Sequence[str], draws: random.Random) -> list[Record]:
    """Two examples with random vectors: shares beside an n of 1, or counts."""
    vectors: list[tuple[float, ...]] = []
    for _ in range(2):
        parts = [find_metric(name).columns for name in metrics]
        vectors.append(tuple(
            1.0 if name == "n" else float(draws.randint(0, 1)) if len(own) == 2 else float(draws.randint(0, 9))
            for own in parts for name in own
        ))  # fmt: skip
    return [record(number, statistic=vector, reference=(1.0,) * len(vector)) for number, vector in enumerate(vectors)]


def cells(system: str) -> Iterator[Planned]:
    """Every cell of both benchmarks."""
    for name in TASKS:
        task = find_task(name)
        for language in task.languages:
            for perturbation, rate, seed in ((CLEAN, 0.0, 0), *NOISE):
                cell = replace(CELL, checkpoint=system, task=name, language=language, perturbation=perturbation,
                               rate=rate, seed=seed, metrics=task.metrics)  # fmt: skip
                yield Planned(system, perturbation, cell, cell.key)


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of one system with a made-up number for every cell of XTREME and XTREME-R."""
    store, draws = Store(tmp_path_factory.mktemp("complete")), random.Random(3)
    planned = tuple(cells("one"))
    for item in planned:
        store.write(item.cell, cell_records(item.cell.metrics, draws))
    plan = Plan(checkpoints=("one",), tasks=TASKS, data="download", perturbations=("word-swap",),
                severities=("moderate",), seeds=(0, 1))  # fmt: skip
    return Run(plan, store.directory, planned, (), (), {}, ())


def language_score(run: Run, task: str, language: str, perturbation: str) -> float:
    """The score of a language as the benchmark defines it, from the records."""
    kept = [
        Store(run.directory).read(item.key)
        for item in run.planned
        if (item.cell.task, item.cell.language, item.perturbation) == (task, language, perturbation)
    ]
    vectors = [[sum(values) for values in zip(*(item.statistic for item in seed), strict=True)] for seed in kept]
    total = [fmean(values) for values in zip(*vectors, strict=True)]
    if find_task(task).kind is Kind.QUESTION_ANSWERING:
        # (EM, n, F1, n): exact match and F1 in either order.
        return 100 * (total[0] / total[1] + total[2] / total[3]) / 2
    if task in ("udpos", "panx", "bucc2018"):
        return 100 * 2 * total[0] / (2 * total[0] + total[1] + total[2])
    return 100 * total[0] / total[1]


def by_name(run: Run, benchmark: Benchmark, perturbation: str, system: str = "one") -> dict[str, Row]:
    return {
        str(row["name"]): row
        for row in records(run.benchmark_scores())
        if (row["benchmark"], row["perturbation"], row["system"]) == (benchmark.title, perturbation, system)
    }


@pytest.mark.parametrize("benchmark", [XTREME, XTREME_R], ids=lambda benchmark: benchmark.name)
@pytest.mark.parametrize("perturbation", [CLEAN, "word-swap"])
def test_a_complete_run_has_every_score_as_the_benchmark_defines_it(
    complete: Run, benchmark: Benchmark, perturbation: str
) -> None:
    found = by_name(complete, benchmark, perturbation)
    wanted = {
        task: fmean(language_score(complete, task, code, perturbation) for code in benchmark.languages(task))
        for task in benchmark.tasks
    }
    for task, value in wanted.items():
        assert found[task]["score"] == pytest.approx(value, abs=1e-9)
    for group, names in benchmark.groups.items():
        assert found[group]["score"] == pytest.approx(fmean(wanted[name] for name in names), abs=1e-9)
    assert found["overall"]["score"] == pytest.approx(fmean(wanted.values()), abs=1e-9)
    assert {row["missing"] for row in found.values()} == {None}
    assert {row["severity"] for row in found.values()} == {None if perturbation == CLEAN else "moderate"}


def test_a_metric_that_is_reported_instead_changes_no_benchmark_score(complete: Run) -> None:
    other = replace(complete, plan=replace(complete.plan, metrics={"udpos": "token-accuracy", "xquad": "squad-em"}))
    assert records(other.benchmark_scores()) == records(complete.benchmark_scores())


def test_the_overall_score_stands_in_the_page_with_the_rows_of_each_perturbation(complete: Run) -> None:
    overall = {name: by_name(complete, XTREME_R, name)["overall"]["score"] for name in (CLEAN, "word-swap")}
    cells, means = (pd.DataFrame(columns=[*columns]) for columns in (CELL_COLUMNS, MEAN_COLUMNS))
    report = Report("complete", cells, means, benchmarks=complete.benchmark_scores())
    page = render_markdown(report)
    board = page.split("### XTREME-R, one")[1].split("###")[0]
    heading, _, *lines = [line.split("|")[1:] for line in board.splitlines() if line.startswith("|")]
    place = [name.strip() for name in heading].index("overall")
    shown = {line[0].strip(): float(line[place]) for line in lines}
    for name, value in overall.items():
        assert shown[name] == pytest.approx(value, abs=0.051)
    assert "no overall score" not in page
    console = Console(file=io.StringIO(), width=100, color_system=None)
    render_terminal(report, console, where="report.md")
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    for value in overall.values():
        assert f"{value:.1f}" in text
    assert "more scores, see report.md" in text
    assert max(map(len, text.splitlines())) <= 100


def test_what_is_missing_under_a_perturbation_alone_leaves_the_clean_score(complete: Run) -> None:
    gone = ("panx", "yo", "word-swap")
    left = [item for item in complete.planned if (item.cell.task, item.cell.language, item.perturbation) != gone]
    run = replace(complete, planned=tuple(left))
    assert by_name(run, XTREME_R, CLEAN)["overall"]["score"] is not None
    found = by_name(run, XTREME_R, "word-swap")
    for name in ("panx", "structured prediction", "overall"):
        assert (found[name]["score"], found[name]["missing"]) == (None, "panx lacks yo")
    assert found["retrieval"]["score"] is not None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"split": "dev"}, "its scores are of the test split, this is dev"),
        ({"limit": 9}, "its scores are of whole test sets, these are the first 9 examples of each language"),
    ],
)
def test_scores_of_another_split_or_of_a_part_are_not_the_benchmarks(
    complete: Run, changes: dict[str, Any], said: str
) -> None:
    run = replace(complete, plan=replace(complete.plan, **changes))
    rows = records(run.benchmark_scores())
    assert {(row["name"], row["score"]) for row in rows} == {("overall", None)}
    assert {row["missing"] for row in rows} == {said}


def test_checkpoints_that_share_no_task_are_one_system_and_others_one_each(complete: Run) -> None:
    half, clean = len(TASKS) // 2, [item for item in complete.planned if item.cell.clean]
    split = [replace(item, checkpoint="first" if item.cell.task in TASKS[:half] else "second") for item in clean]
    joined = replace(complete, planned=tuple(split))
    overall = by_name(complete, XTREME_R, CLEAN)["overall"]["score"]
    assert by_name(joined, XTREME_R, CLEAN, "first + second")["overall"]["score"] == overall
    again = [replace(item, checkpoint="third") for item in clean if item.cell.task == "tatoeba"]
    apart = replace(complete, planned=(*split, *again))
    assert {row["system"] for row in records(apart.benchmark_scores())} == {"first", "second", "third"}
    systems = {"all": ("first", "second", "third"), "swapped": ("third", "second", "first"), "no": ("absent",)}
    named = replace(apart, plan=replace(complete.plan, systems=systems))
    assert {row["system"] for row in records(named.benchmark_scores())} == {"all", "swapped"}
    for system in ("all", "swapped"):
        assert by_name(named, XTREME_R, CLEAN, system)["overall"]["score"] == overall


def test_a_system_of_a_checkpoint_that_is_not_scored_is_refused(
    plan_of: PlanOf, tmp_path: Path, classifier: Path
) -> None:
    with pytest.raises(UnknownNameError, match="unknown checkpoint of this plan 'other'"):
        score(plan_of(systems={"mine": (classifier.name, "other")}), store=tmp_path)
    assert not list(tmp_path.iterdir())
    content = {"checkpoints": ["a"], "tasks": ["miniature-nli"], "systems": {"mine": ["a", "b"]}}
    assert plan_from(content).systems == {"mine": ("a", "b")}
    with pytest.raises(UsageError, match=r"no systems\.mine given"):
        plan_from({**content, "systems": {"mine": []}})


def test_a_small_run_says_in_one_line_a_benchmark_what_is_missing(
    plan_of: PlanOf, tmp_path: Path, watcher: Any
) -> None:
    options = {"xnli": {"layout": "original"}}
    run = score(plan_of(perturbations=("word-swap",), options=options), store=tmp_path, progress=watcher)
    page = render_markdown(run.report())
    lines = [line for line in page.splitlines() if "no overall score" in line]
    assert len(lines) == 2
    assert lines[1].endswith("9 of 10 tasks were not scored; xnli lacks 13 of 15 languages.")
    assert "### XTREME" not in page
    assert "The benchmark scores are with xnli.layout = original, which are not the defaults." in page
    xnli = by_name(run, XTREME_R, CLEAN, run.plan.checkpoints[0].rpartition("/")[2])["xnli"]
    assert (xnli["score"], xnli["missing"]) == (None, "xnli lacks 13 of 15 languages")
