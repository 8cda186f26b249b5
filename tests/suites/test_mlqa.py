"""MLQA: pairs of languages, clusters that hold in all of them, and the real files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UsageError
from suites import Example, Request, find_task
from tests.suites.squad_files import article, blanked, counts, question, squad, squad_rows, table

REAL = ("ar", "de", "en", "es", "hi", "vi", "zh")
PAIRS = (("de", "zh"), ("es", "zh"), ("zh", "ar"))
ENGLISH = (
    article(("Ann met Bob.", [question("a", "Who?", ("Ann", 0)), question("b", "Whom?", ("Bob", 8))]), title="Ann"),
    article(("Bob left.", [question("c", "Who?", ("Bob", 0))]), title="Bob"),
)
GERMAN = (article(("Bob ging.", [question("c", "Wer?", ("Bob", 0))]), title="Bob (Figur)"),)
PAIR = (article(("Bob ging.", [question("c", "谁?", ("Bob", 0))]), title="Bob (Figur)"),)


def read(root: Path, language: str = "de", split: str = "dev", **options: str) -> list[Example]:
    return find_task("mlqa").read(Request(root, language, split, options))


def name(context: str, asked: str, split: str = "dev") -> str:
    return f"{split}-context-{context}-question-{asked}.json"


def original(root: Path) -> Path:
    folder = root / "mlqa" / "MLQA_V1" / "dev"
    squad(folder / name("en", "en"), *ENGLISH)
    squad(folder / name("de", "de"), *GERMAN)
    squad(folder / name("de", "zh"), *PAIR)
    return folder


def test_clusters_are_the_english_articles_in_every_language(tmp_path: Path):
    original(tmp_path)
    assert [(example.id, example.group) for example in read(tmp_path, "en")] == [
        ("a", "Ann"),
        ("b", "Ann"),
        ("c", "Bob"),
    ]
    assert [(example.id, example.group) for example in read(tmp_path, "de")] == [("c", "Bob")]


def test_a_pair_of_languages_is_a_file_of_its_own(tmp_path: Path):
    original(tmp_path)
    (example,) = read(tmp_path, "de", question="zh")
    assert [(text.text, text.language) for text in example.texts.values()] == [("谁?", "zh"), ("Bob ging.", "de")]
    assert example.texts["context"] == read(tmp_path, "de")[0].texts["context"]
    with pytest.raises(ResourceError, match=r"dev-context-de-question-ar\.json"):
        read(tmp_path, "de", question="ar")


def test_the_root_may_be_the_folder_of_the_split_or_any_above_it(tmp_path: Path):
    folder = original(tmp_path)
    expected = read(tmp_path)
    assert expected == read(folder) == read(folder.parent) == read(folder.parent.parent)


def test_a_table_gives_the_same_examples_as_the_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path / "cache"))
    original(tmp_path)
    for config, articles in (("en.en", ENGLISH), ("de.zh", PAIR)):
        table(tmp_path / f"MLQA.{config}" / "validation-00000-of-00001.parquet", squad_rows(*articles))
    pairs = read(tmp_path, question="zh", layout="parquet")
    assert pairs == read(tmp_path, question="zh", layout="original")
    with pytest.raises(ResourceError, match=r"MLQA\.de\.de/dev\*\.parquet"):
        read(tmp_path, layout="parquet")


def test_an_item_that_english_does_not_have_is_refused(tmp_path: Path):
    squad(original(tmp_path) / name("en", "en"), ENGLISH[0])
    with pytest.raises(DataError, match="question 'c' is not among the English ones of the split"):
        read(tmp_path)


def test_without_the_english_file_there_are_no_clusters(tmp_path: Path):
    (original(tmp_path) / name("en", "en")).unlink()
    with pytest.raises(ResourceError, match=r"no dev file of 'en'.*dev-context-en-question-en\.json"):
        read(tmp_path)


def test_an_english_file_without_titles_names_no_clusters(tmp_path: Path):
    squad(original(tmp_path) / name("en", "en"), *blanked(*ENGLISH))
    with pytest.raises(DataError, match=r"has no titles, by which the items of all languages are clustered"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("split", "options", "message"),
    [("train", {}, "no split 'train', only 'test' and 'dev'"), ("dev", {"question": "tr"}, "tr")],
)
def test_an_impossible_request_is_refused(tmp_path: Path, split: str, options, message: str):
    with pytest.raises(UsageError, match=message):
        read(tmp_path, "de", split, **options)


@pytest.mark.parametrize(("language", "asked"), [*zip(REAL, REAL, strict=True), *PAIRS])
def test_a_real_file_is_whole_and_its_answers_stand_at_their_offsets(data: Path, language: str, asked: str):
    path = f"mlqa/MLQA_V1/dev/{name(language, asked)}"
    examples = read(data, language, question=asked)
    assert len(examples) == counts(data)[path]
    raw = json.loads((data / path).read_text(encoding="utf-8"))
    gold = {
        item["id"]: item["answers"][0]["text"]
        for inner in raw["data"]
        for paragraph in inner["paragraphs"]
        for item in paragraph["qas"]
    }
    for example in examples:
        context, (span,) = example.texts["context"], example.texts["context"].spans
        assert context.text[span.start : span.end] == gold[example.id]
        assert (example.texts["question"].language, context.language) == (asked, language)


def test_real_clusters_match_the_articles_of_each_language_one_to_one(data: Path):
    for language in REAL:
        raw = json.loads((data / "mlqa/MLQA_V1/dev" / name(language, language)).read_text(encoding="utf-8"))
        own = {
            item["id"]: inner["title"]
            for inner in raw["data"]
            for paragraph in inner["paragraphs"]
            for item in paragraph["qas"]
        }
        pairs = {(example.group, own[example.id]) for example in read(data, language)}
        assert len(pairs) == len({group for group, _ in pairs}) == len({title for _, title in pairs})


def test_the_real_test_slice_that_the_benchmark_blanked_is_stripped(data: Path):
    with pytest.raises(StrippedLabelsError, match=r"test-context-es-question-de\.json holds blank answers only"):
        read(data, "es", "test", question="de")
