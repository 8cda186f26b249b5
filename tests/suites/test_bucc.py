"""BUCC 2018: sentences, gold pairs, both names of the splits, and the real files."""

from __future__ import annotations

from pathlib import Path

import pytest

from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UsageError
from suites import Example, Request, find_task
from suites.examples import Pool
from tests.suites.squad_files import counts

FILES = {"de": "de-1\tAnn kam.\nde-2\tBob kam.\n", "en": "en-1\tBob came.\nen-2\tRain.\n", "gold": "de-2\ten-1\n"}


def read(root: Path, language: str = "de", split: str = "dev", **options: str) -> list[Example]:
    return find_task("bucc2018").read(Request(root, language, split, options))


def pool(root: Path, language: str = "de", split: str = "dev") -> Pool:
    make = find_task("bucc2018").pool
    assert make is not None
    return make(Request(root, language, split))


def write(root: Path, stem: str = "bucc2018/de-en.dev", **changed: str) -> None:
    for ending, content in {**FILES, **changed}.items():
        path = root / f"{stem}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="")


def test_each_sentence_has_the_ids_of_its_translations_and_most_have_none(tmp_path: Path):
    write(tmp_path)
    first, second = read(tmp_path)
    assert (first.id, first.texts["sentence"].text, first.targets) == ("de-1", "Ann kam.", ())
    assert (second.id, second.texts["sentence"].text, second.targets) == ("de-2", "Bob kam.", ("en-1",))
    found = [
        (item.id, item.texts["sentence"].text, item.texts["sentence"].language) for item in pool(tmp_path).candidates
    ]
    assert found == [("en-1", "Bob came.", "en"), ("en-2", "Rain.", "en")]


def test_a_sentence_may_have_several_translations_and_a_pair_that_is_given_twice_counts_once(tmp_path: Path):
    write(tmp_path, gold="de-2\ten-1\nde-2\ten-2\nde-2\ten-1\n")
    assert [example.targets for example in read(tmp_path)] == [(), ("en-1", "en-2")]


@pytest.mark.parametrize(
    ("split", "stem"),
    [
        ("dev", "bucc2018/de-en/de-en.sample"),
        ("dev", "de-en.dev"),
        ("test", "bucc2018/de-en/de-en.training"),
        ("test", "bucc2018/de-en.test"),
    ],
)
def test_sample_is_dev_and_training_is_test(tmp_path: Path, split: str, stem: str):
    write(tmp_path, stem)
    assert [example.targets for example in read(tmp_path, split=split)] == [(), ("en-1",)]


def test_without_the_gold_pairs_that_the_benchmark_deletes_the_sentences_are_stripped(tmp_path: Path):
    write(tmp_path, "bucc2018/de-en.test")
    (tmp_path / "bucc2018" / "de-en.test.gold").unlink()
    with pytest.raises(StrippedLabelsError, match=r"de-en\.test\.gold is not beside de-en\.test\.de"):
        read(tmp_path, split="test")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"gold": "de-2\ten-9\n"}, r"gold line 1: no sentence 'en-9'"),
        ({"gold": "de-9\ten-1\n"}, r"gold line 1: no sentence 'de-9'"),
        ({"de": "de-1\tAnn\nde-1\tBob\n"}, r"de line 2: sentence 'de-1' is already at .* line 1"),
        ({"en": "en-1\t \n"}, r"en line 1: sentence 'en-1' is empty"),
        ({"en": "en-1 Bob\n"}, r"en line 1: 1 tab-separated column instead of 2"),
    ],
)
def test_files_that_break_the_format_are_refused(tmp_path: Path, changed: dict[str, str], message: str):
    write(tmp_path, **changed)
    with pytest.raises(DataError, match=message):
        read(tmp_path)


def test_an_impossible_request_is_refused(tmp_path: Path):
    with pytest.raises(UsageError, match="no split 'train', only 'test' and 'dev'"):
        read(tmp_path, split="train")
    with pytest.raises(UsageError, match="no language 'en'"):
        read(tmp_path, "en")
    with pytest.raises(ResourceError, match=r"looked for fr-en\.sample\.fr .*fr-en\.dev\.fr"):
        read(tmp_path, "fr")
    with pytest.raises(ResourceError, match="task 'bucc2018' is in no repository of the hub"):
        find_task("bucc2018").read(Request(None, "de"))


def test_the_real_pair_is_whole_and_every_gold_pair_is_kept(data: Path):
    queries, candidates = read(data, "zh"), pool(data, "zh").candidates
    sizes = [counts(data)[f"bucc2018/zh-en.dev.{ending}"] for ending in ("zh", "en", "gold")]
    assert [len(queries), len(candidates), sum(len(query.targets) for query in queries)] == sizes == [2225, 2212, 257]
    known = {candidate.id for candidate in candidates}
    assert all(known.issuperset(query.targets) for query in queries)
