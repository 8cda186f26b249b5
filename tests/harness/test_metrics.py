"""Metrics against seqeval, scikit-learn and a slow retelling of seqeval 0.0.12's published rules."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score

from harness.metrics.metric import Metric
from harness.metrics.registry import find_metric, metrics
from perturbations.errors import UnknownNameError
from tests.harness.tagging_oracles import corpus_score, seqeval_f1, slow_f1

UPOS = ["ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON"]
UPOS += ["PROPN", "PUNCT", "SCONJ", "SYM", "VERB", "X"]
NAMES = "accuracy accuracy@1 bucc-f1 f1 f1-seqeval-1.2.2 map@20 mlqa-em mlqa-f1 mrr@20 squad-em squad-f1 token-accuracy"
BIO = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-GEO-LOC", "I-GEO-LOC", "E-PER", "S-LOC"]
Sentences = list[list[tuple[str, str]]]


def sentences(tags: list[str]) -> st.SearchStrategy[Sentences]:
    """Sentences of (gold, predicted) tags, the two equal more often than not."""
    equal = st.sampled_from(tags).map(lambda tag: (tag, tag))
    token = equal | equal | st.tuples(st.sampled_from(tags), st.sampled_from(tags))
    return st.lists(st.lists(token, max_size=8), min_size=1, max_size=8)


def split(pairs: Sentences) -> tuple[list[list[str]], list[list[str]]]:
    return [[gold for gold, _ in line] for line in pairs], [[found for _, found in line] for line in pairs]


@pytest.mark.parametrize("tags", [UPOS, BIO], ids=["upos", "bio"])
@pytest.mark.parametrize(("name", "oracle"), [("f1", slow_f1), ("f1-seqeval-1.2.2", seqeval_f1)])
def test_summed_counts_give_the_oracles_f1(
    name: str, oracle: Callable[[list[list[str]], list[list[str]]], float], tags: list[str]
) -> None:
    @given(sentences(tags))
    @example([[("NOUN", "NOUN"), ("X", "X")], [("X", "X"), ("VERB", "VERB")], [("X", "X"), ("X", "NOUN")]])
    def check(pairs: Sentences) -> None:
        gold, found = split(pairs)
        assert corpus_score(find_metric(name), gold, found) == pytest.approx(oracle(gold, found), abs=1e-12)

    check()


@given(sentences(BIO))
def test_on_chunks_with_simple_names_both_behaviours_agree_with_seqeval(pairs: Sentences) -> None:
    gold, found = split(pairs)
    plain = [[tag.replace("GEO-", "") for tag in line] for line in gold]
    guessed = [[tag.replace("GEO-", "") for tag in line] for line in found]
    assert corpus_score(find_metric("f1"), plain, guessed) == pytest.approx(seqeval_f1(plain, guessed), abs=1e-12)


def test_the_two_behaviours_part_where_a_tag_ends_like_another() -> None:
    gold, found = [["NOUN", "CCONJ", "VERB"]], [["NOUN", "SCONJ", "VERB"]]
    assert corpus_score(find_metric("f1"), gold, found) == pytest.approx(2 / 3)
    assert corpus_score(find_metric("f1-seqeval-1.2.2"), gold, found) == 1.0


def test_pos_f1_is_not_token_accuracy() -> None:
    gold, found = [["DET", "NOUN", "NOUN", "VERB"]], [["DET", "NOUN", "ADJ", "VERB"]]
    assert corpus_score(find_metric("f1"), gold, found) == pytest.approx(0.571, abs=5e-4)
    assert corpus_score(find_metric("token-accuracy"), gold, found) == 0.75


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1))
def test_accuracy_is_that_of_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    gold, found = [gold for gold, _ in pairs], [found for _, found in pairs]
    metric = find_metric("accuracy")
    assert float(metric.score(metric.statistics(gold, found).sum(axis=0))) == accuracy_score(gold, found)


@given(sentences(UPOS).filter(any))
def test_token_accuracy_is_scikit_learns_accuracy_over_all_tokens(pairs: Sentences) -> None:
    gold, found = split(pairs)
    assert corpus_score(find_metric("token-accuracy"), gold, found) == pytest.approx(
        accuracy_score([tag for line in gold for tag in line], [tag for line in found for tag in line]), abs=1e-12
    )


@pytest.mark.parametrize("name", ["f1", "f1-seqeval-1.2.2", "token-accuracy"])
def test_a_token_without_a_predicted_tag_is_wrong(name: str) -> None:
    metric = find_metric(name)
    whole, lacking = ["NOUN", "VERB", "PUNCT"], ["NOUN", "", "PUNCT"]
    assert corpus_score(metric, [whole], [lacking]) < corpus_score(metric, [whole], [whole]) == 1.0
    assert metric.statistic(["O"], [""]) == ((0, 1) if name == "token-accuracy" else (0, 0, 0))


@pytest.mark.parametrize("metric", metrics().values(), ids=metrics())
def test_scores_of_nothing_are_zero_and_scores_of_many_totals_come_at_once(metric: Metric) -> None:
    width = len(metric.columns)
    assert metric.score(np.zeros(width)) == 0.0
    totals = np.arange(24.0).reshape(-1, 2, width)
    scores = metric.score(totals)
    assert scores.shape == totals.shape[:-1]
    assert scores[1, 1] == metric.score(totals[1, 1])
    assert metric.statistics([], []).shape == (0, width)


@pytest.mark.parametrize("name", ["f1", "f1-seqeval-1.2.2", "token-accuracy"])
def test_tags_of_different_lengths_are_refused(name: str) -> None:
    metric = find_metric(name)
    with pytest.raises(ValueError, match="2 gold tags against 1"):
        metric.statistic(["NOUN", "VERB"], ["NOUN"])
    with pytest.raises(ValueError, match="sequences of tags"):
        metric.statistic("NOUN", "NOUN")
    with pytest.raises(ValueError, match="1 gold answers against 2"):
        metric.statistics([["NOUN"]], [["NOUN"], ["NOUN"]])


@given(sentences(UPOS))
def test_rows_are_those_of_the_sentences_one_by_one(pairs: Sentences) -> None:
    gold, found = split(pairs)
    for name in ("f1", "token-accuracy"):
        metric = find_metric(name)
        rows = [metric.statistic(true, guessed) for true, guessed in zip(gold, found, strict=True)]
        assert metric.statistics(gold, found).tolist() == [list(row) for row in rows]


def test_an_unknown_metric_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'accuracy'"):
        find_metric("acuracy")


def test_every_metric_of_the_folder_is_found_under_its_own_name() -> None:
    assert {name: metric.name for name, metric in metrics().items()} == {name: name for name in NAMES.split()}
