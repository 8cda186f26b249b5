"""LAReQA: sentences with their paragraphs as candidates, targets in every language, borders that move, real files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from perturbations import Edit, Edits
from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UsageError
from suites import Example, Request, find_task
from suites.examples import Pool, transport
from suites.retrieval import recut
from suites.xtreme_r.lareqa import LANGUAGES
from tests.suites.squad_files import article, counts, question, squad

REAL = ("ar", "de", "en", "es", "tr", "vi", "zh")
PRESENT = {"pool": "present"}
CONTEXT = "Ann came. Bob left. Ann came."
BREAKS = [[0, 9], [10, 19], [20, 29]]
BORDER = question("c", "Who?", ("Bob left. Ann", 10))


def paragraph(context: str, breaks: list[list[int]], *items: dict[str, Any]) -> dict[str, Any]:
    found = article((context, list(items)), title="T")
    sentences = [context[start:end] for start, end in breaks]
    found["paragraphs"][0] |= {"sentence_breaks": breaks, "sentences": sentences}
    return found


def write(root: Path, *codes: str, breaks: list[list[int]] = BREAKS) -> None:
    items = (question("a", "Who?", ("Bob", 10)), question("b", "Who came?", ("Ann", 20)), BORDER)
    for code in codes:
        squad(root / "lareqa" / "xquad-r" / f"{code}.json", paragraph(CONTEXT, breaks, *items))


def read(root: Path, language: str = "en", **options: str) -> list[Example]:
    return find_task("lareqa").read(Request(root, language, "test", options))


def pool(root: Path, language: str = "en", **options: str) -> Pool:
    make = find_task("lareqa").pool
    assert make is not None
    return make(Request(root, language, "test", options))


def test_a_candidate_is_a_sentence_with_its_paragraph(tmp_path: Path):
    write(tmp_path, "en")
    found = pool(tmp_path, **PRESENT)
    assert [candidate.id for candidate in found.candidates] == ["en_1_0", "en_1_1", "en_1_2"]
    assert [candidate.texts["sentence"].text for candidate in found.candidates] == [
        "Ann came.",
        "Bob left.",
        "Ann came.",
    ]
    assert {candidate.texts["context"].text for candidate in found.candidates} == {CONTEXT}
    assert len({candidate.texts["context"].key for candidate in found.candidates}) == 1


def test_the_sentence_in_which_the_answer_begins_is_right_and_any_with_its_words(tmp_path: Path):
    write(tmp_path, "en", "de")
    found = {example.id: example.targets for example in read(tmp_path, **PRESENT)}
    assert found["a"] == found["c"] == ("de_1_1", "en_1_1")
    assert found["b"] == ("de_1_0", "de_1_2", "en_1_0", "en_1_2")
    assert [example.targets for example in read(tmp_path, "de", **PRESENT)] == list(found.values())


def test_the_pool_is_of_all_languages_unless_those_present_are_asked_for(tmp_path: Path):
    write(tmp_path, "en", "de")
    for ask in (read, pool):
        with pytest.raises(ResourceError, match=r"searches the sentences of all its languages, and ar, el, .* are not"):
            ask(tmp_path)
    assert pool(tmp_path, **PRESENT).name == "lareqa (de en)"
    write(tmp_path, *LANGUAGES)
    assert pool(tmp_path) == pool(tmp_path, "vi")
    assert len(pool(tmp_path).candidates) == 33
    assert {len(example.targets) for example in read(tmp_path)} == {11, 22}


def test_sentence_borders_move_with_the_edits_of_the_paragraph(tmp_path: Path):
    write(tmp_path, "en")
    candidates = pool(tmp_path, **PRESENT).candidates
    edits = Edits(CONTEXT, (Edit(0, 3, "Joanna"), Edit(10, 13, "B")))
    moved = [recut(transport(candidate, {"context": edits})[0]) for candidate in candidates]
    assert [candidate.texts["sentence"].text for candidate in moved] == ["Joanna came.", "B left.", "Ann came."]
    assert [recut(candidate) for candidate in candidates] == list(candidates)


@pytest.mark.parametrize(
    ("breaks", "message"),
    [
        ([[0, 9], [8, 19], [20, 29]], r"the sentence break \[8, 19\] overlaps the one before"),
        ([[0, 9], [10, 19], [20, 30]], r"\[20, 30\] overlaps .* leaves the context of 29 characters"),
        ([[0, 9], [20, 29]], "question 'a': its answer begins in no sentence of the paragraph"),
    ],
)
def test_breaks_that_cannot_be_are_refused(tmp_path: Path, breaks: list[list[int]], message: str):
    write(tmp_path, "en", breaks=breaks)
    with pytest.raises(DataError, match=message):
        read(tmp_path, **PRESENT)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("sentences", ["Ann came.", "Bob left.", "Ann came!"], "1 sentences are not what stands between their breaks"),
        ("sentences", ["Ann came."], "1 sentences and 3 sentence breaks"),
        ("sentences", [1, 2, 3], "'sentences' holds something else than texts"),
        ("sentence_breaks", [[0], [10, 19], [20, 29]], r"a sentence break is \[0\] instead of a start and an end"),
    ],
)
def test_sentences_that_do_not_fit_their_breaks_are_refused(tmp_path: Path, field: str, value: Any, message: str):
    found = paragraph(CONTEXT, BREAKS, question("a", "Who?", ("Bob", 10)))
    found["paragraphs"][0][field] = value
    squad(tmp_path / "en.json", found)
    with pytest.raises(DataError, match=message):
        read(tmp_path, **PRESENT)


def test_xquad_itself_and_blanked_copies_will_not_do(tmp_path: Path):
    squad(tmp_path / "en.json", article((CONTEXT, [question("a", "Who?", ("Bob", 10))])))
    with pytest.raises(UsageError, match="has no sentence breaks: it is XQuAD itself"):
        read(tmp_path, **PRESENT)
    squad(tmp_path / "en.json", paragraph(CONTEXT, BREAKS, question("a", "Who?", ("", 0))))
    with pytest.raises(StrippedLabelsError):
        read(tmp_path, **PRESENT)


def test_an_impossible_request_is_refused(tmp_path: Path):
    with pytest.raises(UsageError, match="no language 'ro'"):
        read(tmp_path, "ro")
    with pytest.raises(ResourceError, match=r"no test file of 'de'.*de\.json"):
        read(tmp_path, "de")
    with pytest.raises(ResourceError, match="is in no repository of the hub"):
        find_task("lareqa").read(Request(None, "en"))


def test_every_real_sentence_is_a_candidate_and_every_question_has_a_target_in_each_language(data: Path):
    found = pool(data, **PRESENT)
    assert found.name == f"lareqa ({' '.join(REAL)})"
    wanted: dict[str, str] = {}
    for code in REAL:
        raw = json.loads((data / "lareqa" / "xquad-r" / f"{code}.json").read_text(encoding="utf-8"))
        paragraphs = [inner for part in raw["data"] for inner in part["paragraphs"]]
        for number, inner in enumerate(paragraphs, start=1):
            for place, (start, end) in enumerate(inner["sentence_breaks"]):
                wanted[f"{code}_{number}_{place}"] = inner["context"][start:end]
    assert {candidate.id: candidate.texts["sentence"].text for candidate in found.candidates} == wanted
    for example in read(data, **PRESENT):
        assert [target.partition("_")[0] for target in example.targets] == list(REAL)


@pytest.mark.parametrize("language", REAL)
def test_the_real_questions_of_a_language_are_those_of_xquad(data: Path, language: str):
    examples = read(data, language, **PRESENT)
    assert len(examples) == counts(data)[f"lareqa/xquad-r/{language}.json"] == 1190
    others = find_task("xquad").read(Request(data, language))
    assert [(e.id, e.group, e.texts["question"]) for e in examples] == [
        (e.id, e.group, e.texts["question"]) for e in others
    ]


def test_77_real_answers_cross_a_border_and_count_for_the_sentence_in_which_they_begin(data: Path):
    sentences = {candidate.id: candidate.texts["context"].spans[0] for candidate in pool(data, **PRESENT).candidates}
    targets = {example.id: example.targets for example in read(data, **PRESENT)}
    crossing = 0
    for language in REAL:
        for example in find_task("xquad").read(Request(data, language)):
            (own,) = (target for target in targets[example.id] if target.startswith(f"{language}_"))
            (answer,) = example.texts["context"].spans
            assert sentences[own].start <= answer.start < sentences[own].end
            crossing += answer.end > sentences[own].end
    assert crossing == 77
