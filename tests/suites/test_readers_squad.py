"""SQuAD's JSON: answers at their offsets, unanswerable questions, stripped and unaligned answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perturbations import Span
from perturbations.errors import DataError, StrippedLabelsError
from suites.examples import ANSWER
from suites.readers.squad import Question, checked, read_squad
from tests.suites.squad_files import article, counts, question, squad

CONTEXT = "Ann met Bob. Bob left."
SQUAD = {  # file: its questions
    "english/squad/dev-v1.1.json": 2000,
    "english/squad/dev-v2.0.json": 1500,
    "english/squad/train-v1.1.json": 4000,
    "translated/squad-zh/dev-v1.1-zh.json": 1200,
}
UNALIGNED = {  # translation: what is said of its first answer that does not stand at its offset
    "translated/squad-es/dev-v1.1-es_small.json": r"the answer '' does not stand at offset -1",
    "translated/squad-it/SQuAD_it-test.json": r"'Il Regno Unito' .* the context has 'il Regno Unito'",
}


def read(path: Path, **options: bool) -> tuple[Question, ...]:
    return checked(read_squad(path), source=str(path), gold="take the original", **options)


def one(root: Path, *items: dict[str, Any], context: str = CONTEXT) -> Path:
    return squad(root / "a.json", article((context, list(items))))


def spans(*places: tuple[int, int]) -> tuple[Span, ...]:
    return tuple(Span(start, end, ANSWER) for start, end in places)


def test_answers_are_spans_each_once_and_ascending(tmp_path: Path):
    path = one(tmp_path, question("a", "Who?", ("Bob", 13), ("Bob", 8), ("Bob", 13), ("Ann met Bob", 0)))
    assert [item.answers for item in read(path)] == [spans((0, 11), (8, 11), (13, 16))]


@given(text=st.text(st.characters(codec="utf-8"), min_size=1), start=st.integers(0), length=st.integers(1, 5))
def test_offsets_count_code_points_in_any_script(tmp_path_factory: pytest.TempPathFactory, text, start, length):
    start %= len(text)
    answer = text[start : start + length]
    path = one(tmp_path_factory.mktemp("squad"), question("a", "Who?", (answer, start)), context=text + ".")
    found = read(path)[0]
    (span,) = found.answers
    assert found.entry.context[span.start : span.end] == answer


@pytest.mark.parametrize(
    "answer", [("Bob", 9), ("bob", 8), ("left..", 17), ("Bob", -1), ("Bob", 99), ("", 3), ("", -1)]
)
def test_an_answer_that_does_not_stand_at_its_offset_is_refused_with_its_question(tmp_path: Path, answer):
    path = one(tmp_path, question("good", "Who?", ("Ann", 0)), question("x7", "Who?", answer))
    message = (
        rf"{path} article 0 paragraph 0 question 'x7': the answer '{answer[0]}' does not stand at offset {answer[1]}"
    )
    with pytest.raises(DataError, match=message):
        read(path)


def test_a_file_whose_answers_are_all_blank_is_stripped(tmp_path: Path):
    path = one(tmp_path, question("a", "Who?", ("", 0)), question("b", "Who?", ("", 0)))
    with pytest.raises(StrippedLabelsError, match=rf"{path} holds blank answers only .*; take the original"):
        read(path)


def test_one_blank_answer_among_good_ones_is_no_stripped_file(tmp_path: Path):
    path = one(tmp_path, question("a", "Who?", ("", 0)), question("b", "Who?", ("Ann", 0)))
    with pytest.raises(DataError, match="question 'a': the answer '' does not stand") as caught:
        read(path)
    assert not isinstance(caught.value, StrippedLabelsError)


def test_an_impossible_question_has_no_answer_and_its_plausible_ones_do_not_count(tmp_path: Path):
    plausible = [{"text": "Ann", "answer_start": 0}]
    path = one(tmp_path, question("a", "Who?", is_impossible=True, plausible_answers=plausible))
    assert [item.answers for item in read(path)] == [()]


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (question("a", "Who?", ("Ann", 0), is_impossible=True), "answers though it is marked impossible"),
        (question("a", "Who?"), "no answer though it is not impossible"),
        (question("a", "Who?", is_impossible="true"), "'is_impossible' is 'true' instead of true or false"),
        (question("a", " ", ("Ann", 0)), "the question or its context is empty"),
        ({"id": 7, "question": "Who?", "answers": []}, "'id' is a JSON number instead of a string"),
        ({"id": "a", "question": "Who?"}, "there is no 'answers' where a JSON list is due"),
        ({"id": "a", "question": "Who?", "answers": [{"text": "Ann"}]}, "question 'a': no 'answer_start'"),
        ({"id": "a", "question": "\ud83d", "answers": []}, "lone surrogate"),
    ],
)
def test_a_question_that_breaks_the_layout_is_refused(tmp_path: Path, item: dict[str, Any], message: str):
    path = one(tmp_path, question("good", "Who?", ("Ann", 0)), item)
    with pytest.raises(DataError, match=message):
        read(path)


def test_an_id_twice_is_refused_with_both_places_and_numbered_on_request(tmp_path: Path):
    items = [question("12", "Who?", ("Ann", 0)), question("12", "Whom?", ("Bob", 8))]
    path = squad(tmp_path / "a.json", *(article((CONTEXT, [item])) for item in items))
    with pytest.raises(DataError, match=rf"article 1 paragraph 1: question '12' is already at {path} article 0"):
        read(path)
    assert [item.id for item in read(path, numbered=True)] == ["0:12", "1:12"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "a JSON list instead of an object"),
        ('{"version": "1.1"}', "there is no 'data' where a JSON list is due"),
        ('{"data": {}}', "'data' is a JSON object where a JSON list is due"),
        ('{"data": []}', "holds no question"),
        ('{"data": [{"paragraphs": [', "no JSON"),
        ('{"data": [{"title": 3, "paragraphs": []}]}', "'title' is a JSON number instead of a string"),
    ],
)
def test_a_file_in_another_layout_is_refused(tmp_path: Path, content: str, message: str):
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(DataError, match=message):
        read(tmp_path / "a.json")


def test_paragraphs_are_counted_over_the_file_and_keep_the_title_of_their_article(tmp_path: Path):
    item = [question("a", "Who?", ("Ann", 0))]
    other = [question("b", "Who?", ("Ann", 0))]
    path = squad(tmp_path / "a.json", article((CONTEXT, []), (CONTEXT, item), title="T"), article((CONTEXT, other)))
    found = [(q.entry.title, q.entry.article, q.entry.paragraph) for q in read(path)]
    assert found == [("T", 0, 1), (None, 1, 2)]


@pytest.mark.parametrize("name", SQUAD)
def test_a_real_file_is_whole_and_its_answers_stand_at_their_offsets(data: Path, name: str):
    found = read(data / name)
    assert len(found) == SQUAD[name] == counts(data)[name]
    raw = json.loads((data / name).read_text(encoding="utf-8"))
    texts = {
        item["id"]: {answer["text"] for answer in item["answers"]}
        for inner in raw["data"]
        for paragraph in inner["paragraphs"]
        for item in paragraph["qas"]
    }
    for item in found:
        taken = {item.entry.context[span.start : span.end] for span in item.answers}
        assert taken == texts[item.id]
        assert bool(taken) != item.entry.impossible


@pytest.mark.parametrize("name", UNALIGNED)
def test_the_unaligned_answers_of_a_real_translation_are_refused(data: Path, name: str):
    with pytest.raises(DataError, match=UNALIGNED[name]):
        read(data / name)
