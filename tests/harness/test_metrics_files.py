"""Metrics on the benchmark's own submission files, and on random corruptions of them, against independent scores."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from harness.metrics.mining import BUCC_F1
from harness.metrics.ranking import ACCURACY_AT_1, MAP_20, MRR_20
from harness.metrics.registry import find_metric
from tests.harness.tagging_oracles import corpus_score, seqeval_f1, slow_f1

ROUNDS = 5


def corruptions(found: Sequence[str], choices: Sequence[str], seed: int) -> Iterator[list[str]]:
    """The predictions as they are, then with more and more of them drawn anew."""
    draws = random.Random(seed)
    for count in range(ROUNDS):
        yield [draws.choice(choices) if draws.random() < count / ROUNDS else value for value in found]


def pairs_of_files(data: Path, task: str) -> list[tuple[Path, Path]]:
    labels = sorted((data / "xtreme_mock" / "labels" / task).iterdir())
    assert labels
    return [(path, data / "xtreme_mock" / "predictions" / task / path.name) for path in labels]


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split()


def sentences(path: Path) -> list[list[str]]:
    rows = path.read_text(encoding="utf-8").split("\n")
    return [list(group) for filled, group in groupby(rows, key=bool) if filled]


@pytest.mark.parametrize("task", ["xnli", "pawsx", "tatoeba"])
def test_accuracy_in_the_files_is_that_of_scikit_learn(data: Path, task: str) -> None:
    metric = ACCURACY_AT_1 if task == "tatoeba" else find_metric("accuracy")
    for gold_file, found_file in pairs_of_files(data, task):
        gold, handed_in = lines(gold_file), lines(found_file)
        for found in corruptions(handed_in, gold, len(gold_file.name)):
            pairs = [((a,), (b,)) if task == "tatoeba" else (a, b) for a, b in zip(gold, found, strict=True)]
            vectors = np.array([metric.statistic(a, b) for a, b in pairs])
            assert float(metric.score(vectors.sum(axis=0))) == pytest.approx(accuracy_score(gold, found), abs=1e-9)


@pytest.mark.parametrize("task", ["udpos", "panx"])
@pytest.mark.parametrize(("name", "oracle"), [("f1", slow_f1), ("f1-seqeval-1.2.2", seqeval_f1)])
def test_f1_in_the_files_is_that_of_both_versions_of_seqeval(
    data: Path, task: str, name: str, oracle: Callable[[list[list[str]], list[list[str]]], float]
) -> None:
    for gold_file, found_file in pairs_of_files(data, task):
        gold, handed_in = sentences(gold_file), sentences(found_file)
        flat = [tag for line in handed_in for tag in line]
        choices = sorted({*flat, *(tag for line in gold for tag in line)})
        for tags in corruptions(flat, choices, len(gold_file.name)):
            left = iter(tags)
            found = [[next(left) for _ in line] for line in gold]
            assert corpus_score(find_metric(name), gold, found) == pytest.approx(oracle(gold, found), abs=1e-9)
            flat_gold = [tag for line in gold for tag in line]
            accuracy = corpus_score(find_metric("token-accuracy"), gold, found)
            assert accuracy == pytest.approx(accuracy_score(flat_gold, tags), abs=1e-9)


def average_precision(relevant: Sequence[str], ranked: Sequence[str]) -> float:
    """Its definition, a rank at a time: the precision at each relevant item among the first 20."""
    precisions = [
        len(set(ranked[:rank]) & set(relevant)) / rank
        for rank in range(1, 21)
        if ranked[rank - 1 : rank][0] in relevant
    ]
    return sum(precisions) / min(len(relevant), 20)


def test_rankings_in_the_files_score_by_their_definitions(data: Path) -> None:
    draws = random.Random(1)
    for gold_file, found_file in pairs_of_files(data, "mewslix"):
        gold = json.loads(gold_file.read_text(encoding="utf-8"))
        handed_in = json.loads(found_file.read_text(encoding="utf-8"))
        for number in range(ROUNDS):
            found = {
                name: draws.sample(listed, len(listed)) if number else listed for name, listed in handed_in.items()
            }
            for metric, oracle in (
                (MAP_20, average_precision),
                (
                    MRR_20,
                    lambda wanted, listed: max((1 / (listed.index(w) + 1) for w in wanted if w in listed), default=0),
                ),
            ):
                got = metric.statistics([tuple(gold[name]) for name in gold], [tuple(found[name]) for name in gold])
                wanted = np.mean([oracle(gold[name], found[name]) for name in gold])
                assert float(metric.score(got.sum(axis=0))) == pytest.approx(wanted, abs=1e-9)


def test_mined_pairs_in_the_files_score_as_scikit_learn_scores_them(data: Path) -> None:
    draws = random.Random(2)
    for gold_file, found_file in pairs_of_files(data, "bucc2018"):
        gold, handed_in = (
            [tuple(line.split("\t")) for line in path.read_text(encoding="utf-8").split("\n") if line]
            for path in (gold_file, found_file)
        )
        for number in range(ROUNDS):
            kept = [pair for pair in handed_in if draws.random() >= number / ROUNDS]
            found = sorted({*kept, *draws.sample(gold, number)})
            pairs = sorted({*gold, *found})
            wanted = f1_score([pair in gold for pair in pairs], [pair in found for pair in pairs], zero_division=0)
            sources = sorted({pair[0] for pair in pairs})
            sides = [
                [tuple(pair[1] for pair in side if pair[0] == source) for source in sources] for side in (gold, found)
            ]
            got = BUCC_F1.score(BUCC_F1.statistics(*sides).sum(axis=0))
            assert float(got) == pytest.approx(wanted, abs=1e-9)
