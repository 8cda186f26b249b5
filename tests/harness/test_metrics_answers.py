"""Metrics of answers, rankings and mined pairs against slow retellings of the published procedures.

The retellings follow `evaluate-v1.1.py` of SQuAD, `mlqa_evaluation_v1.py` of facebookresearch/MLQA and `evaluate.py` of
google-research/xtreme (commit 091824888a60), a step a line as they stand there.
"""

from __future__ import annotations

import json
import random
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score

from harness.metrics.answers import MLQA_EXACT_MATCH, MLQA_F1, SQUAD_EXACT_MATCH, SQUAD_F1, AnswerMetric
from harness.metrics.metric import Answer, Metric
from harness.metrics.mining import BUCC_F1
from harness.metrics.ranking import ACCURACY_AT_1, MAP_20, MRR_20
from harness.metrics.registry import find_metric
from perturbations.errors import UnknownNameError

MLQA_LANGUAGES = ("ar", "de", "en", "es", "hi", "vi", "zh")
WORDS = (
    "the a an der die das el la los của là ال البيت बड़ा घर 北京 在2008年 x-y don't ein, U.S. «quoted» $5 ß İ".split()
)
texts = st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=6).map(" ".join)
Compare = Callable[[str, str], float]


def squad_normal(text: str, language: str = "en") -> str:
    text = text.lower()
    text = "".join(character for character in text if character not in set(string.punctuation))
    text = re.sub(r"\b(a|an|the)\b", " ", text)
    return " ".join(text.split())


def mlqa_normal(text: str, language: str) -> str:
    text = text.lower()
    marks = {c for c in text if unicodedata.category(c).startswith("P")} | set(string.punctuation)
    text = "".join(character for character in text if character not in marks)
    if language == "en":
        text = re.sub(r"\b(a|an|the)\b", " ", text)
    elif language == "es":
        text = re.sub(r"\b(un|una|unos|unas|el|la|los|las)\b", " ", text)
    elif language == "vi":
        text = re.sub(r"\b(của|là|cái|chiếc|những)\b", " ", text)
    elif language == "de":
        text = re.sub(r"\b(ein|eine|einen|einem|eines|einer|der|die|das|den|dem|des)\b", " ", text)
    elif language == "ar":
        text = re.sub(r"\sال^|ال", " ", text)
    if language != "zh":
        return " ".join(text.split())
    pieces: list[str] = []
    held = ""
    for character in text:
        if re.search(r"[\u4e00-\u9fa5]", character):
            pieces += [*held.split(), character]
            held = ""
        else:
            held += character
    return " ".join([*pieces, *held.split()])


def slow_f1(normal: Callable[[str, str], str], gold: str, found: str, language: str) -> float:
    wanted, got = normal(gold, language).split(), normal(found, language).split()
    shared = sum((Counter(got) & Counter(wanted)).values())
    if shared == 0:
        return 0
    precision, recall = shared / len(got), shared / len(wanted)
    return 2 * precision * recall / (precision + recall)


def slow_em(normal: Callable[[str, str], str], gold: str, found: str, language: str) -> float:
    return float(normal(gold, language) == normal(found, language))


def score(metric: Metric, gold: Sequence[Answer], found: Sequence[Answer]) -> float:
    return float(metric.score(metric.statistics(gold, found).sum(axis=0)))


@given(gold=st.lists(texts, min_size=1, max_size=3), found=texts)
def test_squad_scores_are_those_of_the_published_procedure(gold: list[str], found: str) -> None:
    for metric, slow in ((SQUAD_F1, slow_f1), (SQUAD_EXACT_MATCH, slow_em)):
        wanted = max(slow(squad_normal, answer, found, "en") for answer in gold)
        for code in ("en", "th"):
            value, count = metric.in_language(code).statistic(tuple(gold), found)
            assert (value, count) == (pytest.approx(wanted, abs=1e-12), 1)


@pytest.mark.parametrize("code", MLQA_LANGUAGES)
@given(gold=texts, found=texts)
def test_mlqa_scores_are_those_of_the_published_procedure(code: str, gold: str, found: str) -> None:
    for metric, slow in ((MLQA_F1, slow_f1), (MLQA_EXACT_MATCH, slow_em)):
        value, _ = metric.in_language(code).statistic((gold,), found)
        assert value == pytest.approx(slow(mlqa_normal, gold, found, code), abs=1e-12)


def answers(path: Path) -> dict[str, tuple[str, ...]]:
    content = json.loads(path.read_text(encoding="utf-8"))
    return {
        question["id"]: tuple(answer["text"] for answer in question["answers"])
        for article in content["data"]
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    }


def corrupted(text: str, draws: random.Random) -> str:
    words = text.split() or [text]
    return " ".join(draws.sample(words, draws.randint(1, len(words)))) + draws.choice(["", ".", " the", "ها"])


@pytest.mark.parametrize(
    ("task", "metrics", "normal"),
    [
        ("xquad", (SQUAD_F1, SQUAD_EXACT_MATCH), squad_normal),
        ("tydiqa", (SQUAD_F1, SQUAD_EXACT_MATCH), squad_normal),
        ("mlqa", (MLQA_F1, MLQA_EXACT_MATCH), mlqa_normal),
    ],
)
def test_the_benchmark_s_submission_files_of_answers_score_as_its_script_scores_them(
    data: Path, task: str, metrics: tuple[AnswerMetric, AnswerMetric], normal: Callable[[str, str], str]
) -> None:
    draws = random.Random(3)
    files = sorted((data / "xtreme_mock" / "labels" / task).glob("test-*.json"))
    assert files
    for path in files:
        code = path.stem.removeprefix("test-")
        gold = answers(path)
        handed_in = json.loads((data / "xtreme_mock" / "predictions" / task / path.name).read_text(encoding="utf-8"))
        for found in (handed_in, {name: corrupted(texts[0], draws) for name, texts in gold.items()}):
            for metric, slow in zip(metrics, (slow_f1, slow_em), strict=True):
                wanted = [max(slow(normal, text, found[name], code) for text in gold[name]) for name in gold]
                got = score(metric.in_language(code), list(gold.values()), [found[name] for name in gold])
                assert got == pytest.approx(np.mean(wanted), abs=1e-9)


def test_a_question_without_an_answer_is_right_only_if_nothing_is_predicted() -> None:
    for metric in (SQUAD_F1, SQUAD_EXACT_MATCH, MLQA_F1):
        assert metric.statistic((), "") == (1, 1)
        assert metric.statistic((), "x") == (0, 1)
        assert metric.statistic(("x",), "") == (0, 1)


def test_a_language_that_mlqa_does_not_have_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="language of MLQA's procedure 'th'"):
        MLQA_F1.in_language("th").statistic(("x",), "x")


rankings = st.tuples(
    st.sets(st.sampled_from("abcdefgh"), min_size=1), st.permutations(list("abcdefghijklmnopqrstuvwxyz"))
)


@given(rankings)
def test_rankings_score_as_their_definitions_say(case: tuple[set[str], list[str]]) -> None:
    targets, ranked = case
    top = ranked[:20]
    precisions = [
        sum(item in targets for item in top[: rank + 1]) / (rank + 1) for rank in range(20) if top[rank] in targets
    ]
    ranks = [rank for rank, item in enumerate(top, start=1) if item in targets]
    assert MAP_20.statistic(tuple(targets), ranked)[0] == pytest.approx(sum(precisions) / min(len(targets), 20))
    assert MRR_20.statistic(tuple(targets), ranked)[0] == (1 / ranks[0] if ranks else 0)
    assert ACCURACY_AT_1.statistic(tuple(targets), ranked)[0] == (ranked[0] in targets)


@given(st.lists(st.booleans(), min_size=1, max_size=20).filter(any))
def test_average_precision_is_scikit_learn_s_where_every_target_is_in_the_list(relevant: list[bool]) -> None:
    ranked = [str(index) for index in range(len(relevant))]
    targets = tuple(name for name, right in zip(ranked, relevant, strict=True) if right)
    wanted = average_precision_score(relevant, [-index for index in range(len(relevant))])
    assert MAP_20.statistic(targets, ranked)[0] == pytest.approx(wanted, abs=1e-12)


def test_with_one_target_average_precision_is_the_reciprocal_rank_in_the_benchmark_s_files(data: Path) -> None:
    files = sorted((data / "xtreme_mock" / "labels" / "mewslix").glob("test-*.json"))
    assert files
    for path in files:
        gold = json.loads(path.read_text(encoding="utf-8"))
        found = json.loads((data / "xtreme_mock" / "predictions" / "mewslix" / path.name).read_text(encoding="utf-8"))
        for name, targets in gold.items():
            rank = found[name].index(targets[0]) + 1 if targets[0] in found[name] else None
            wanted = 1 / rank if rank and rank <= 20 else 0
            for metric in (MAP_20, MRR_20):
                assert metric.statistic(tuple(targets), found[name])[0] == pytest.approx(wanted, abs=1e-12)


def test_mined_pairs_score_as_the_benchmark_s_script_scores_them(data: Path) -> None:
    files = sorted((data / "xtreme_mock" / "labels" / "bucc2018").glob("test-*.tsv"))
    assert files
    for path in files:
        gold, found = (
            [tuple(line.split("\t")) for line in (place / path.name).read_text(encoding="utf-8").split("\n") if line]
            for place in (path.parent, data / "xtreme_mock" / "predictions" / "bucc2018")
        )
        pairs = sorted({*gold, *found})
        wanted = f1_score([pair in gold for pair in pairs], [pair in found for pair in pairs])
        sources = sorted({pair[0] for pair in pairs})
        sides = [[[pair[1] for pair in side if pair[0] == source] for source in sources] for side in (gold, found)]
        assert score(BUCC_F1, *sides) == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "gold", "predicted"),
    [
        ("squad-f1", "one", "one"),
        ("squad-em", ("one",), ("one",)),
        ("map@20", "one", ("one",)),
        ("map@20", (), ("one",)),
        ("mrr@20", ("one",), ("one", "one")),
        ("bucc-f1", "one", ("one",)),
    ],
)
def test_answers_of_another_shape_are_refused(name: str, gold: Answer, predicted: Answer) -> None:
    with pytest.raises(ValueError, match=r"compared with|stands twice"):
        find_metric(name).statistic(gold, predicted)
