"""Tatoeba: aligned pairs of files, sorted copies, and the real files."""

from __future__ import annotations

from pathlib import Path

import pytest

from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UsageError
from suites import Example, Request, find_task
from suites.examples import Pool
from suites.xtreme_r.tatoeba import CODES
from tests.suites.squad_files import counts, table

REAL = tuple(code for code in CODES if code not in ("fa", "ka", "ml"))
AFRIKAANS = ["Ann het gekom.", " Bob is hier. ", "Waar is Ann?"]
ENGLISH = ["Ann came.", "Bob is here.", "Where is Ann?"]


def read(root: Path, language: str = "af", **options: str) -> list[Example]:
    return find_task("tatoeba").read(Request(root, language, "test", options))


def pool(root: Path, language: str = "af", **options: str) -> Pool:
    make = find_task("tatoeba").pool
    assert make is not None
    return make(Request(root, language, "test", options))


def write(path: Path, sentences: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{sentence}\n" for sentence in sentences), encoding="utf-8", newline="")


def original(root: Path, foreign: list[str] = AFRIKAANS, english: list[str] = ENGLISH) -> None:
    write(root / "tatoeba" / "v1" / "tatoeba.afr-eng.afr", foreign)
    write(root / "tatoeba" / "v1" / "tatoeba.afr-eng.eng", english)


def texts(examples: list[Example]) -> list[str]:
    return [example.texts["sentence"].text for example in examples]


def test_line_i_searches_line_i_of_the_english_side(tmp_path: Path):
    original(tmp_path)
    queries, candidates = read(tmp_path), pool(tmp_path).candidates
    assert texts(queries) == ["Ann het gekom.", "Bob is hier.", "Waar is Ann?"]
    assert [(query.id, query.targets) for query in queries] == [("0", ("0",)), ("1", ("1",)), ("2", ("2",))]
    assert texts(list(candidates)) == ENGLISH
    assert [candidate.id for candidate in candidates] == ["0", "1", "2"]
    assert {query.texts["sentence"].language for query in queries} == {"af"}
    assert {candidate.texts["sentence"].language for candidate in candidates} == {"en"}


def test_the_english_side_may_search_as_in_the_benchmarks_script(tmp_path: Path):
    original(tmp_path)
    assert texts(read(tmp_path, direction="from-english")) == ENGLISH
    searched = pool(tmp_path, direction="from-english")
    assert list(searched.candidates) == [
        candidate for candidate in searched.candidates if candidate.texts["sentence"].language == "af"
    ]
    assert searched.name != pool(tmp_path).name


def test_equal_sentences_share_their_noise(tmp_path: Path):
    original(tmp_path, ["Ja.", "Nee.", "Ja."])
    first, second, third = (query.texts["sentence"].key for query in read(tmp_path))
    assert first == third != second


def test_the_benchmarks_sorted_copies_are_refused_and_unsorted_ones_read(tmp_path: Path):
    english = [f"{letter} came." for letter in "hgfedcba"]
    write(tmp_path / "af-en.af", [f"{letter} het gekom." for letter in "hgfedcba"])
    write(tmp_path / "af-en.en", sorted(english))
    with pytest.raises(
        StrippedLabelsError, match=r"af-en\.af: the English side is sorted, as the benchmark does.*LASER"
    ):
        read(tmp_path)
    with pytest.raises(StrippedLabelsError):
        pool(tmp_path)
    write(tmp_path / "af-en.en", english)
    assert texts(list(pool(tmp_path).candidates)) == english


def test_the_original_files_win_over_the_copies(tmp_path: Path):
    original(tmp_path)
    write(tmp_path / "af-en.af", AFRIKAANS[:1])
    write(tmp_path / "af-en.en", ENGLISH[:1])
    assert len(read(tmp_path)) == 3
    assert len(read(tmp_path, layout="xtreme")) == 1


def test_a_table_gives_the_same_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path / "cache"))
    original(tmp_path)
    pairs = zip(AFRIKAANS, ENGLISH, strict=True)
    rows = [{"source_sentence": foreign, "target_sentence": english} for foreign, english in pairs]
    table(tmp_path / "tatoeba.afr" / "validation-00000-of-00001.parquet", rows)
    assert read(tmp_path, layout="parquet") == read(tmp_path, layout="original")


def test_sides_of_different_length_and_empty_lines_are_refused(tmp_path: Path):
    original(tmp_path, AFRIKAANS, ENGLISH[:2])
    with pytest.raises(DataError, match=r"eng\.afr has 3 lines and .*eng\.eng 2: line by line"):
        read(tmp_path)
    original(tmp_path, AFRIKAANS, ["a", " ", "c"])
    with pytest.raises(DataError, match="pair 1: an empty sentence"):
        read(tmp_path)
    original(tmp_path, [], [])
    with pytest.raises(DataError, match="holds no sentence"):
        read(tmp_path)


def test_an_impossible_request_is_refused(tmp_path: Path):
    with pytest.raises(UsageError, match="no language 'en'"):
        read(tmp_path, "en")
    with pytest.raises(UsageError, match="no split 'dev', only 'test'"):
        find_task("tatoeba").read(Request(tmp_path, "af", "dev"))
    with pytest.raises(ResourceError, match=r"tatoeba\.ukr-eng\.ukr with tatoeba\.ukr-eng\.eng, uk-en\.uk with"):
        read(tmp_path, "uk")
    with pytest.raises(UsageError, match="google/xtreme has no Tatoeba pairs of 'uk'"):
        find_task("tatoeba").read(Request(None, "uk"))


def test_there_are_41_languages():
    assert len(CODES) == 41


@pytest.mark.parametrize("language", REAL)
def test_a_real_pair_is_whole_and_aligned_line_by_line(data: Path, language: str):
    queries, candidates = read(data, language), pool(data, language).candidates
    stem = f"tatoeba/v1/tatoeba.{CODES[language]}-eng"
    size = counts(data)[f"{stem}.{CODES[language]}"]
    assert len(queries) == len(candidates) == size == counts(data)[f"{stem}.eng"]
    assert [query.targets for query in queries] == [(candidate.id,) for candidate in candidates]
    assert len({candidate.id for candidate in candidates}) == size
    for side, examples in ((CODES[language], queries), ("eng", list(candidates))):
        assert texts(examples) == (data / f"{stem}.{side}").read_bytes().decode().removesuffix("\n").split("\n")


def test_a_real_pair_sorted_as_the_benchmark_does_it_is_refused(data: Path, tmp_path: Path):
    write(tmp_path / "sw-en.sw", texts(read(data, "sw")))
    write(tmp_path / "sw-en.en", sorted(texts(list(pool(data, "sw").candidates))))
    with pytest.raises(StrippedLabelsError):
        read(tmp_path, "sw")
