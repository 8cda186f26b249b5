from __future__ import annotations

from pathlib import Path

import pytest

from harness.benchmark_scores import BenchmarkScore, benchmark_scores
from suites.benchmarks import BENCHMARKS, XTREME, XTREME_R, Benchmark
from suites.task import tasks

SIZES = {
    "xtreme": {"xnli": 15, "pawsx": 7, "udpos": 33, "panx": 40, "xquad": 11, "mlqa": 7, "tydiqa": 9, "bucc2018": 4,
               "tatoeba": 36},
    "xtreme-r": {"xnli": 15, "xcopa": 11, "udpos": 38, "panx": 48, "xquad": 12, "mlqa": 7, "tydiqa": 9, "tatoeba": 41,
                 "mewslix": 11, "lareqa": 11},
}  # fmt: skip
"""Languages a task, from Hu et al. 2020 (table 1) and Ruder et al. 2021 (table 2)."""
FORTY = set(
    "af ar bg bn de el en es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt ru sw ta te th tl tr ur vi "
    "yo zh".split()
)
"""The languages of XTREME."""


def complete(benchmark: Benchmark) -> dict[str, dict[str, float]]:
    """A number for each language of each task, all different."""
    return {
        task: {code: 10 * place + number for number, code in enumerate(benchmark.languages(task))}
        for place, task in enumerate(benchmark.tasks)
    }


def by_name(scores: tuple[BenchmarkScore, ...]) -> dict[str, BenchmarkScore]:
    return {score.name: score for score in scores}


@pytest.mark.parametrize("benchmark", BENCHMARKS.values(), ids=lambda benchmark: benchmark.name)
def test_a_benchmark_has_its_published_tasks_and_numbers_of_languages(benchmark: Benchmark) -> None:
    assert {task: len(set(benchmark.languages(task))) for task in benchmark.tasks} == SIZES[benchmark.name]
    for task in benchmark.tasks:
        assert set(benchmark.languages(task)) <= set(tasks()[task].languages)


def test_xtreme_has_none_of_the_languages_that_its_successor_added() -> None:
    assert set(XTREME.languages("panx")) == FORTY
    assert set(XTREME.languages("udpos")) == FORTY - {"bn", "jv", "ka", "ml", "ms", "my", "sw"}
    assert set(XTREME.languages("tatoeba")) == FORTY - {"en", "ms", "my", "yo"}
    assert set(XTREME.languages("xquad")) == set("ar de el en es hi ru th tr vi zh".split())


@pytest.mark.parametrize("benchmark", BENCHMARKS.values(), ids=lambda benchmark: benchmark.name)
def test_complete_scores_give_every_mean(benchmark: Benchmark) -> None:
    scores = complete(benchmark)
    found = by_name(benchmark_scores(benchmark, scores))
    means = {task: sum(values.values()) / len(values) for task, values in scores.items()}
    for group, names in benchmark.groups.items():
        assert found[group].score == pytest.approx(sum(means[name] for name in names) / len(names), abs=1e-9)
    assert found["overall"].score == pytest.approx(sum(means.values()) / len(means), abs=1e-9)
    assert not any(score.missing for score in found.values())


def test_a_missing_language_leaves_task_group_and_overall_without_a_score_and_says_so() -> None:
    scores = complete(XTREME_R)
    del scores["xquad"]["th"], scores["xquad"]["el"]
    found = by_name(benchmark_scores(XTREME_R, scores))
    for name in ("xquad", "question answering", "overall"):
        assert found[name].score is None
        assert found[name].missing == "xquad lacks el th"
    assert found["retrieval"].score is not None


def test_a_task_that_was_not_scored_is_named() -> None:
    scores = {name: values for name, values in complete(XTREME).items() if name != "bucc2018"}
    found = by_name(benchmark_scores(XTREME, scores))
    assert found["retrieval"].missing == found["overall"].missing == "bucc2018 was not scored"


def test_what_the_benchmark_does_not_have_changes_nothing() -> None:
    scores = complete(XTREME_R)
    wider = scores | {"pawsx": {"en": 99.0}, "xcopa": scores["xcopa"] | {"en": 99.0}}
    assert benchmark_scores(XTREME_R, wider) == benchmark_scores(XTREME_R, scores)


def accuracies(root: Path, task: str) -> dict[str, float]:
    """By language, the share of equal lines of the benchmark's mock labels and predictions, in percent."""
    found: dict[str, float] = {}
    for path in sorted((root / "labels" / task).glob("test-*.tsv")):
        gold, predicted = (
            [line.split("\t")[0] for line in (place / path.name).read_text(encoding="utf-8").split("\n") if line]
            for place in (path.parent, root / "predictions" / task)
        )
        hits = [left.strip() == right.strip() for left, right in zip(gold, predicted, strict=True)]
        found[path.stem.removeprefix("test-")] = 100 * sum(hits) / len(hits)
    return found


def test_the_means_are_those_of_the_benchmark_s_submission_files(data: Path) -> None:
    mock = data / "xtreme_mock"
    found = {task: accuracies(mock, task) for task in ("pawsx", "tatoeba")}
    scores = by_name(benchmark_scores(XTREME, found))
    assert len(found["pawsx"]) == 7
    assert scores["pawsx"].score == pytest.approx(sum(found["pawsx"].values()) / 7, abs=1e-9)
    assert (scores["tatoeba"].score, scores["tatoeba"].missing) == (None, "tatoeba lacks fa ka ml")
