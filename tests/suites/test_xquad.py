"""XQuAD: both layouts, questions in another language, and the real files."""

from __future__ import annotations

from pathlib import Path

import pytest

from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UsageError
from suites import Example, Request, find_task
from suites.examples import ANSWER
from tests.suites.squad_files import article, blanked, counts, question, squad, squad_rows, table

REAL = ("ar", "de", "en", "es", "hi", "ro", "ru", "tr", "vi", "zh")
ENGLISH = (
    article((" Ann met Bob.", [question("a", " Who? ", ("Ann", 1)), question("b", "Whom?", ("Bob", 9))]), title="A"),
    article(("Bob left.", [question("c", "Who?", ("Bob", 0), ("Bob", 0))]), title="B"),
)
GERMAN = (
    article((" Ann traf Bob.", [question("a", "Wer?", ("Ann", 1)), question("b", "Wen?", ("Bob", 10))]), title="A"),
    article(("Bob ging.", [question("c", "Wer?", ("Bob", 0))]), title="B"),
)


def read(root: Path, language: str = "en", split: str = "test", **options: str) -> list[Example]:
    return find_task("xquad").read(Request(root, language, split, options))


def both(root: Path) -> None:
    squad(root / "xquad" / "xquad.en.json", *ENGLISH)
    squad(root / "xquad" / "xquad.de.json", *GERMAN)


def answers(example: Example) -> set[str]:
    context = example.texts["context"]
    assert all(span.label == ANSWER for span in context.spans)
    return {context.text[span.start : span.end] for span in context.spans}


def test_a_question_has_its_paragraph_untouched_with_the_answers_as_spans(tmp_path: Path):
    both(tmp_path)
    first, second, third = read(tmp_path)
    assert list(first.texts) == ["question", "context"]
    assert (first.texts["question"].text, first.texts["context"].text) == ("Who?", " Ann met Bob.")
    assert [answers(example) for example in (first, second, third)] == [{"Ann"}, {"Bob"}, {"Bob"}]
    assert [example.id for example in (first, second, third)] == ["a", "b", "c"]


def test_clusters_are_the_articles_and_a_paragraph_has_one_key_for_all_its_questions(tmp_path: Path):
    both(tmp_path)
    first, second, third = read(tmp_path)
    assert [example.group for example in (first, second, third)] == ["0", "0", "1"]
    assert first.texts["context"].key == second.texts["context"].key != third.texts["context"].key
    assert first.texts["question"].key == third.texts["question"].key != first.texts["context"].key


def test_a_question_may_be_put_in_another_language(tmp_path: Path):
    both(tmp_path)
    first = read(tmp_path, "de", question="en")[0]
    assert (first.texts["question"].text, first.texts["question"].language) == ("Who?", "en")
    assert (first.texts["context"].text, first.texts["context"].language) == (" Ann traf Bob.", "de")
    assert first.texts["question"].key == read(tmp_path)[0].texts["question"].key
    assert first.texts["context"].key == read(tmp_path, "de")[0].texts["context"].key
    assert read(tmp_path, "de", question="de") == read(tmp_path, "de")


def test_two_languages_with_other_ids_are_no_pair(tmp_path: Path):
    both(tmp_path)
    squad(tmp_path / "xquad" / "xquad.en.json", ENGLISH[0])
    with pytest.raises(DataError, match="its ids are not those of the en questions"):
        read(tmp_path, "de", question="en")


def test_a_whole_table_gives_the_same_examples_as_the_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path / "cache"))
    articles = [
        article(*((f"Ann met {n}-{m}.", [question(f"{n}-{m}", "Who?", ("Ann", 0))]) for m in range(5)), title=str(n))
        for n in range(48)
    ]
    squad(tmp_path / "xquad.en.json", *articles)
    table(tmp_path / "xquad.en" / "validation-00000-of-00001.parquet", squad_rows(*articles))
    assert read(tmp_path, layout="parquet") == read(tmp_path, layout="original") == read(tmp_path)
    table(tmp_path / "xquad.en" / "validation-00000-of-00001.parquet", squad_rows(*articles[:-1]))
    with pytest.raises(DataError, match="the table has 235 paragraphs instead of 240"):
        read(tmp_path, layout="parquet")


def test_the_copies_that_the_benchmark_blanks_are_stripped(tmp_path: Path):
    squad(tmp_path / "xquad.en.json", *blanked(*ENGLISH))
    with pytest.raises(StrippedLabelsError, match=r"xquad\.en\.json holds blank answers only.*google-deepmind/xquad"):
        read(tmp_path)


def test_a_missing_language_says_what_was_looked_for(tmp_path: Path):
    with pytest.raises(ResourceError, match=r"no test file of 'de'.*xquad\.de\.json.*xquad\.de/validation\*\.parquet"):
        read(tmp_path, "de")


@pytest.mark.parametrize(
    ("language", "split", "options", "message"),
    [
        ("sw", "test", {}, "no language 'sw'"),
        ("de", "dev", {}, r"no split 'dev', only 'test': train and tune on SQuAD v1\.1"),
        ("de", "test", {"question": "sw"}, "sw"),
        ("de", "test", {"layout": "xtreme"}, "xtreme"),
    ],
)
def test_an_impossible_request_is_refused(tmp_path: Path, language: str, split: str, options, message: str):
    with pytest.raises(UsageError, match=message):
        read(tmp_path, language, split, **options)


@pytest.mark.parametrize("language", REAL)
def test_a_real_language_is_whole_and_parallel_to_english(data: Path, language: str):
    examples = read(data, language)
    assert len(examples) == counts(data)[f"xquad/xquad.{language}.json"] == 1190
    assert len({example.group for example in examples}) == 48
    assert len({example.texts["context"].key for example in examples}) == 240
    assert all(answers(example) and all(answers(example)) for example in examples)
    assert [(example.id, example.group) for example in examples] == [(e.id, e.group) for e in read(data, "en")]


def test_a_real_pair_of_languages_asks_the_questions_of_one_on_the_paragraphs_of_the_other(data: Path):
    pairs = read(data, "zh", question="tr")
    assert [e.texts["context"] for e in pairs] == [e.texts["context"] for e in read(data, "zh")]
    assert [e.texts["question"] for e in pairs] == [e.texts["question"] for e in read(data, "tr")]
