"""The retriever against vectors from one forward pass a text, and exact search against a full sort."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from harness.checkpoints.checkpoint import Checkpoint, open_checkpoint
from harness.predictors import search as searching
from harness.predictors.make import make_predictor
from harness.predictors.prediction import Inference
from harness.predictors.retrieval import Retriever
from harness.predictors.search import search
from perturbations.errors import DataError, UsageError
from suites.examples import Example, Pool, Text
from suites.task import Kind, Task
from tests.harness.conftest import SENTENCES, toy_task

MakeCheckpoint = Callable[..., Path]
PAIRS = [*SENTENCES, "the cat", "a dog", "the cat"]


def named(number: int, *texts: str) -> Example:
    return Example(f"c{number}", "g", {f"text{place}": Text(text, "en", text) for place, text in enumerate(texts)})


POOL = Pool("toy", tuple(named(number, text) for number, text in enumerate(PAIRS)))


@pytest.fixture(scope="module")
def checkpoint(make_checkpoint: MakeCheckpoint) -> Checkpoint:
    # A fine-tuned checkpoint serves too: its head is left aside.
    return open_checkpoint(str(make_checkpoint("ForQuestionAnswering")))


@pytest.fixture(scope="module")
def retrieving() -> Task:
    return toy_task(Kind.RETRIEVAL, (), metric="accuracy@1")


def make(checkpoint: Checkpoint, task: Task, **options: str) -> Retriever:
    made = make_predictor(checkpoint, task, Inference(device="cpu", token_budget=64), options)
    assert isinstance(made, Retriever)
    return made


@pytest.mark.parametrize(("layer", "number"), [("0", 0), ("1", 1), ("middle", 1), ("last", 2)])
@pytest.mark.parametrize("pooling", ["mean", "first"])
@pytest.mark.parametrize("normalise", ["yes", "no"])
def test_vectors_are_the_pooled_states_of_the_layer(
    checkpoint: Checkpoint, retrieving: Task, layer: str, number: int, pooling: str, normalise: str
) -> None:
    import transformers

    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(checkpoint.directory)
    model: Any = transformers.AutoModel.from_pretrained(checkpoint.directory).eval()
    vectors, pieces, truncated = make(checkpoint, retrieving, layer=layer, pooling=pooling, normalise=normalise).encode(
        POOL.candidates
    )
    for text, vector, count, cut in zip(PAIRS, vectors, pieces, truncated, strict=True):
        encoded = tokenizer(text, return_tensors="pt")
        with torch.no_grad():
            states = model(**encoded, output_hidden_states=True).hidden_states[number][0]
        wanted = states[0] if pooling == "first" else states.mean(dim=0)
        wanted = wanted / wanted.norm() if normalise == "yes" else wanted
        np.testing.assert_allclose(vector, wanted.numpy(), atol=1e-5)
        assert (count, cut) == (len(encoded["input_ids"][0]) - 2, False)


def test_every_candidate_finds_itself_and_the_list_is_by_similarity(checkpoint: Checkpoint, retrieving: Task) -> None:
    told: list[int] = []
    retriever = make(checkpoint, retrieving, depth="3").over(POOL)
    answers = retriever.predict(POOL.candidates, on_batch=told.append)
    for number, answer in enumerate(answers):
        assert answer.label[0] == f"c{PAIRS.index(PAIRS[number])}"
        assert len(answer.label) == 3
        assert list(answer.probabilities) == sorted(answer.probabilities, reverse=True)
        assert answer.probabilities[0] == pytest.approx(1, abs=1e-5)
    assert sum(told) == len(POOL.candidates)


def test_the_margin_is_that_of_its_definition(checkpoint: Checkpoint, retrieving: Task) -> None:
    queries = POOL.candidates[:4]
    retriever = make(checkpoint, retrieving, margin="ratio", neighbours="2", depth="10")
    vectors = retriever.encode(POOL.candidates)[0]
    similar = vectors[:4] @ vectors.T
    forth = np.sort(similar, axis=1)[:, -2:].mean(axis=1)[:, None]
    back = np.sort(similar, axis=0)[-2:].mean(axis=0)
    margins = similar / ((forth + back) / 2)
    for row, answer in zip(margins, retriever.over(POOL).predict(queries), strict=True):
        np.testing.assert_allclose(answer.probabilities, np.sort(row)[::-1], atol=1e-5)
        assert row[int(answer.label[0][1:])] == pytest.approx(row.max(), abs=1e-6)


@given(
    queries=st.integers(0, 5),
    candidates=st.integers(1, 40),
    depth=st.integers(1, 12),
    block=st.integers(1, 12),
    seed=st.integers(0, 99),
)
def test_search_in_blocks_is_a_full_sort(queries: int, candidates: int, depth: int, block: int, seed: int) -> None:
    draws = np.random.default_rng(seed)
    asked = draws.normal(size=(queries, 4)).astype(np.float32)
    pool = draws.normal(size=(candidates, 4)).astype(np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "BLOCK", block)
        patch.setattr(searching, "ROWS", 2)
        nearest = search(asked, pool, depth=depth)
    similar = (asked.astype(np.float64) @ pool.T.astype(np.float64)).astype(np.float32)
    order = np.argsort(-similar, axis=1, kind="stable")[:, : min(depth, candidates)]
    np.testing.assert_array_equal(nearest.indices, order)
    np.testing.assert_allclose(nearest.similarities, np.take_along_axis(similar, order, axis=1), atol=1e-6)


@given(copies=st.integers(2, 9), block=st.integers(1, 40), seed=st.integers(0, 99))
def test_equal_candidates_are_equally_similar_and_found_in_their_order(copies: int, block: int, seed: int) -> None:
    draws = np.random.default_rng(seed)
    pool = np.tile(draws.normal(size=(5, 33)).astype(np.float32), (copies, 1))
    asked = draws.normal(size=(7, 33)).astype(np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "BLOCK", block)
        nearest = search(asked, pool, depth=copies)
        alone = search(asked[3:4], pool, depth=copies)
    for row, similar in zip(nearest.indices, nearest.similarities, strict=True):
        assert len(set(similar.tolist())) == 1
        assert row.tolist() == [row[0] + 5 * number for number in range(copies)]
    np.testing.assert_array_equal(nearest.similarities[3:4], alone.similarities)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layer": "3"}, "hidden layers 0 to 2"),
        ({"layer": "-1"}, "hidden layers 0 to 2"),
        ({"pooling": "max"}, "option pooling is 'max'"),
        ({"margin": "distance"}, "option margin is 'distance'"),
        ({"depth": "0"}, "option depth is '0'"),
    ],
)
def test_options_that_cannot_be_are_refused(
    checkpoint: Checkpoint, retrieving: Task, options: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        make(checkpoint, retrieving, **options)


def test_a_retriever_without_a_pool_and_an_example_of_three_texts_are_refused(
    checkpoint: Checkpoint, retrieving: Task
) -> None:
    retriever = make(checkpoint, retrieving)
    with pytest.raises(UsageError, match="no pool to search"):
        retriever.predict(POOL.candidates)
    with pytest.raises(DataError, match="'c0' has 3 texts"):
        retriever.encode([named(0, "a", "b", "c")])
