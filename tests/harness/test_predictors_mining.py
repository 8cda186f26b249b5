"""Mining against a plain retelling of its rules, and a threshold against the best of all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.checkpoints.checkpoint import open_checkpoint
from harness.predictors.make import make_predictor
from harness.predictors.mining import Miner
from harness.predictors.pairs import best_threshold, mine
from harness.predictors.prediction import Inference
from perturbations.errors import UsageError
from suites.examples import Example, Pool, Text
from suites.task import Kind
from tests.harness.conftest import SENTENCES, toy_task

MakeCheckpoint = Callable[..., Path]


def unit(rows: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(rows, 3)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@given(queries=st.integers(1, 8), candidates=st.integers(1, 8), neighbours=st.integers(1, 4), seed=st.integers(0, 999))
def test_pairs_are_those_of_the_rules(queries: int, candidates: int, neighbours: int, seed: int) -> None:
    left, right = unit(queries, seed), unit(candidates, seed + 1000)
    similar = (left @ right.T).astype(np.float64)
    around = np.sort(similar, axis=1)[:, -neighbours:].mean(axis=1)
    about = np.sort(similar, axis=0)[-neighbours:].mean(axis=0)
    margins = similar / ((around[:, None] + about) / 2)
    proposed: set[tuple[float, int, int]] = set()
    for source in range(queries):
        near = np.argsort(-similar[source])[:neighbours]
        target = max(near, key=lambda place: margins[source, place])
        proposed.add((float(margins[source, target]), source, int(target)))
    for target in range(candidates):
        near = np.argsort(-similar[:, target])[:neighbours]
        source = max(near, key=lambda place: margins[place, target])
        proposed.add((float(margins[source, target]), int(source), target))
    wanted: list[tuple[int, int]] = []
    for _, source, target in sorted(proposed, reverse=True):
        if source not in {one for one, _ in wanted} and target not in {other for _, other in wanted}:
            wanted.append((source, target))
    found = mine(left, right, neighbours=neighbours)
    assert set(zip(found.sources.tolist(), found.targets.tolist(), strict=True)) == set(wanted)
    assert (np.diff(found.scores) <= 0).all()


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=12), st.integers(0, 4))
def test_no_threshold_does_better(pairs: list[tuple[int, bool]], unfound: int) -> None:
    pairs = sorted(pairs, key=lambda pair: -pair[0])
    scores = np.array([score for score, _ in pairs], dtype=float)
    right = np.array([hit for _, hit in pairs])
    wanted = int(right.sum()) + unfound

    def value(threshold: float) -> float:
        kept = scores >= threshold
        return 2 * right[kept].sum() / max(1, kept.sum() + wanted)

    threshold = best_threshold(scores, right, wanted)
    assert value(threshold) == pytest.approx(max(value(candidate) for candidate in [*range(8), np.inf]))


def sentence(name: str, text: str, *targets: str) -> Example:
    return Example(name, name, {"sentence": Text(text, "en", text)}, targets=targets)


@pytest.fixture(scope="module")
def miner(make_checkpoint: MakeCheckpoint) -> Miner:
    checkpoint = open_checkpoint(str(make_checkpoint("ForMaskedLM")))
    task = toy_task(Kind.MINING, (), metric="bucc-f1")
    made = make_predictor(checkpoint, task, Inference(device="cpu"), {"neighbours": "2"})
    assert isinstance(made, Miner)
    return made


def test_sentences_find_their_copies_and_nothing_else_after_tuning(miner: Miner) -> None:
    pool = Pool("toy", tuple(sentence(f"e{place}", text) for place, text in enumerate(SENTENCES)))
    asked = [
        *(sentence(f"f{place}", text, f"e{place}") for place, text in enumerate(SENTENCES[:4])),
        sentence("f9", "no such sentence is there at all !"),
    ]
    tuned = miner.tuned(asked, pool).over(pool)
    found = [prediction.label for prediction in tuned.predict(asked)]
    assert found == [("e0",), ("e1",), ("e2",), ("e3",), ()]
    assert {prediction.probabilities[1] for prediction in tuned.predict(asked)} == {tuned.threshold}


def test_without_a_pool_or_a_threshold_nothing_is_mined(miner: Miner) -> None:
    one = [sentence("a", "the cat")]
    with pytest.raises(UsageError, match="no pool"):
        miner.predict(one)
    with pytest.raises(UsageError, match="no threshold"):
        miner.over(Pool("toy", tuple(one))).predict(one)
