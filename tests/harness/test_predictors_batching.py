"""Batches by token budget, padding and windows, without a model."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.predictors.batching import join_sequences, pad, token_budget_batches
from harness.predictors.forward import distinct
from harness.predictors.prediction import Inference
from harness.predictors.windows import cut, first_pieces
from perturbations.errors import UsageError

LENGTHS = st.lists(st.integers(1, 40), max_size=60)


@given(LENGTHS, st.integers(1, 200))
def test_batches_hold_every_sequence_once_within_the_budget(lengths: list[int], budget: int) -> None:
    batches = token_budget_batches(lengths, budget)
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[index] for index in batch) <= budget


@given(LENGTHS, st.integers(1, 200))
def test_batches_run_from_long_to_short_and_keep_the_order_of_equals(lengths: list[int], budget: int) -> None:
    order = [index for batch in token_budget_batches(lengths, budget) for index in batch]
    assert order == sorted(range(len(lengths)), key=lambda index: (-lengths[index], index))


@given(LENGTHS, st.integers(1, 200))
def test_no_batch_could_have_taken_the_next_sequence(lengths: list[int], budget: int) -> None:
    batches = token_budget_batches(lengths, budget)
    for batch in batches[:-1]:
        assert (len(batch) + 1) * lengths[batch[0]] > budget


def test_a_budget_of_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="at least 1, got 0"):
        token_budget_batches([1], 0)


@given(st.lists(st.lists(st.integers(5, 90), min_size=1, max_size=12), min_size=1, max_size=9), st.randoms())
def test_padded_rows_hold_their_sequence_and_padding(rows: list[list[int]], random: object) -> None:
    arrays = [np.array(row, dtype=np.int64) for row in rows]
    sequences = join_sequences(arrays, [array % 2 for array in arrays])
    indices = list(range(len(rows)))
    random.shuffle(indices)
    batch = pad(sequences, indices, padding=1)
    longest = max(map(len, rows))
    for line, index in enumerate(indices):
        rest = longest - len(rows[index])
        assert batch.pieces[line].tolist() == rows[index] + [1] * rest
        assert batch.types[line].tolist() == [piece % 2 for piece in rows[index]] + [0] * rest
        assert batch.mask[line].tolist() == [1] * len(rows[index]) + [0] * rest
    assert sequences.pieces[batch.source].tolist() == [piece for index in indices for piece in rows[index]]


@given(st.lists(st.sampled_from("abcd")))
def test_distinct_inputs_lead_back_to_the_examples(inputs: list[str]) -> None:
    found = distinct(inputs, [str(number) for number in range(len(inputs))])
    assert [found.values[number] for number in found.numbers] == inputs
    assert found.values == list(dict.fromkeys(inputs))
    assert [inputs.index(value) for value in found.values] == [int(name) for name in found.names]
    assert found.counts.tolist() == [inputs.count(value) for value in found.values]


@given(st.lists(st.integers(1, 9), max_size=30), st.integers(2, 12))
def test_windows_are_full_whole_tokens_in_order(counts: list[int], room: int) -> None:
    owners = np.repeat(np.arange(len(counts)), counts)
    ranges = cut(owners, room)
    heads = set(first_pieces(owners).tolist())
    assert all(start in heads and 0 < end - start <= room for start, end in ranges)
    assert heads == {head for start, end in ranges for head in heads if start <= head < end}, "no first piece is lost"
    for (start, end), (following, _) in itertools.pairwise(ranges):
        assert end == following or end - start == room, "only a token longer than a window loses pieces"
        size = counts[int(owners[following])]
        assert following - start + size > room, "the next token would not have fitted"
    if max(counts, default=0) <= room:
        assert [piece for start, end in ranges for piece in range(start, end)] == list(range(len(owners)))


def test_without_a_limit_a_sentence_is_one_window() -> None:
    assert cut(np.repeat(np.arange(1000), 3), None) == [(0, 3000)]
    assert cut(np.zeros(0, dtype=np.int64), None) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"token_budget": 0}, "token budget must be at least 1, got 0"),
        ({"max_pieces": 0}, "max_pieces must be at least 1, got 0"),
        ({"precision": "fp16"}, "unknown precision 'fp16': use one of fp32, bf16"),
        ({"device": "tpu"}, "unknown device 'tpu': use one of auto, cpu, cuda"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Inference(**options)
