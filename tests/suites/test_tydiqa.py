"""TyDiQA-GoldP: its layouts, ids that recur, clusters, and the real files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UsageError
from suites import Example, Request, find_task
from tests.suites.squad_files import article, blanked, counts, question, squad, squad_rows, table

REAL = ("ar", "bn", "en", "fi", "id", "ko", "ru", "sw", "te")
TRAIN = ("en", "ko", "sw")
SWAHILI = (
    article(("Ann alikuja.", [question("swahili-1-4", "Nani?", ("Ann", 0), ("Ann alikuja", 0))]), title="Ann"),
    article(("Bob alikuja.", [question("swahili-2-4", "Nani?", ("Bob", 0))]), title="Ann"),
    article(("Bob alikuja.", [question("swahili-3-0", "Nani?", ("Bob", 0))]), title="Bob"),
)
KOREAN = (article(("Ann 왔다.", [question("korean-1-0", "누구?", ("Ann", 0))]), title="Ann"),)


def read(root: Path, language: str = "sw", split: str = "test", **options: str) -> list[Example]:
    return find_task("tydiqa").read(Request(root, language, split, options))


def test_all_layouts_give_the_same_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path / "cache"))
    found = [
        read(squad(tmp_path / str(number) / name, *articles).parent, layout=layout)
        for number, (layout, name, articles) in enumerate(
            [
                ("original", "tydiqa-goldp-dev-swahili.json", SWAHILI),
                ("original", "tydiqa-goldp-v1.1-dev.json", KOREAN + SWAHILI),
                ("xtreme", "tydiqa.goldp.sw.dev.json", SWAHILI),
            ]
        )
    ]
    table(tmp_path / "tydiqa" / "validation-00000-of-00001.parquet", squad_rows(*KOREAN, *SWAHILI))
    assert found[0] == found[1] == found[2] == read(tmp_path, layout="parquet")
    assert [example.id for example in found[0]] == ["swahili-1-4", "swahili-2-4", "swahili-3-0"]


def test_clusters_are_the_articles_and_equal_paragraphs_have_one_key(tmp_path: Path):
    squad(tmp_path / "tydiqa.goldp.sw.dev.json", *SWAHILI)
    first, second, third = read(tmp_path)
    assert [example.group for example in (first, second, third)] == ["Ann", "Ann", "Bob"]
    assert first.texts["context"].key != second.texts["context"].key == third.texts["context"].key
    assert [(span.start, span.end) for span in first.texts["context"].spans] == [(0, 3), (0, 11)]


def test_ids_of_the_benchmarks_training_files_recur_and_are_numbered(tmp_path: Path):
    items = [
        question("4", "Nani?", ("Bob", 0)),
        question("4", "Lini?", ("alikuja", 4)),
        question("4", "Nani?", ("Z", 0)),
    ]
    articles = [article((context, [item])) for context, item in zip(["Bob alikuja."] * 2 + ["Z"], items, strict=True)]
    squad(tmp_path / "tydiqa.goldp.sw.train.json", *articles)
    examples = read(tmp_path, split="train")
    assert [(example.id, example.group) for example in examples] == [("0:4", "0:4"), ("1:4", "0:4"), ("2:4", "2:4")]


def test_ids_that_recur_elsewhere_are_refused(tmp_path: Path):
    squad(tmp_path / "tydiqa.goldp.sw.dev.json", SWAHILI[0], SWAHILI[0])
    with pytest.raises(DataError, match="question 'swahili-1-4' is already at"):
        read(tmp_path)


def test_a_file_of_all_languages_needs_ids_that_name_them(tmp_path: Path):
    squad(tmp_path / "tydiqa-goldp-v1.1-dev.json", *SWAHILI, article(("Bob.", [question("4", "Who?", ("Bob", 0))])))
    with pytest.raises(DataError, match=r"the id '4' does not begin with a language \(arabic, "):
        read(tmp_path)


def test_the_copies_that_the_benchmark_blanks_are_stripped(tmp_path: Path):
    squad(tmp_path / "tydiqa" / "tydiqa-goldp-v1.1-dev" / "tydiqa.goldp.sw.dev.json", *blanked(*SWAHILI))
    with pytest.raises(
        StrippedLabelsError, match=r"sw\.dev\.json holds blank answers only.*tydiqa-goldp-v1\.1-dev\.tgz"
    ):
        read(tmp_path)


def test_the_development_set_is_the_test_set_and_no_other(tmp_path: Path):
    with pytest.raises(UsageError, match="no split 'dev', only 'test' and 'train': its development set is what is"):
        read(tmp_path, split="dev")


def test_a_missing_language_says_what_was_looked_for(tmp_path: Path):
    with pytest.raises(ResourceError, match=r"tydiqa-goldp-dev-swahili\.json.*tydiqa\.goldp\.sw\.dev\.json.*parquet"):
        read(tmp_path)


def gold(path: Path) -> list[tuple[str, set[str]]]:
    raw = json.loads(path.read_text(encoding="utf-8"))
    items = [item for inner in raw["data"] for paragraph in inner["paragraphs"] for item in paragraph["qas"]]
    return [(item["id"], {answer["text"] for answer in item["answers"]}) for item in items]


def check(examples: list[Example], wanted: list[set[str]]) -> None:
    for example, answers in zip(examples, wanted, strict=True):
        context = example.texts["context"]
        assert {context.text[span.start : span.end] for span in context.spans} == answers


@pytest.mark.parametrize("language", REAL)
def test_a_real_labelled_language_is_whole_and_its_answers_stand_at_their_offsets(data: Path, language: str):
    path = f"tydiqa/tydiqa-goldp-v1.1-dev-labelled/tydiqa.goldp.{language}.dev.json"
    examples = read(data, language)
    assert len(examples) == counts(data)[path]
    wanted = gold(data / path)
    assert [example.id for example in examples] == [name for name, _ in wanted]
    check(examples, [answers for _, answers in wanted])


@pytest.mark.parametrize("language", REAL)
def test_a_real_blanked_language_is_stripped_but_has_the_questions_of_the_labelled_one(data: Path, language: str):
    folder = data / "tydiqa" / "tydiqa-goldp-v1.1-dev"
    with pytest.raises(StrippedLabelsError):
        read(folder, language)
    names = [name for name, _ in gold(folder / f"tydiqa.goldp.{language}.dev.json")]
    assert names == [example.id for example in read(data, language)][: len(names)]


@pytest.mark.parametrize("language", TRAIN)
def test_a_real_training_file_gets_ids_of_its_own(data: Path, language: str):
    path = f"tydiqa/tydiqa-goldp-v1.1-train/tydiqa.goldp.{language}.train.json"
    examples = read(data, language, "train")
    wanted = gold(data / path)
    assert len({example.id for example in examples}) == counts(data)[path] == len(wanted)
    assert len({name for name, _ in wanted}) < len(wanted)
    check(examples, [answers for _, answers in wanted])
