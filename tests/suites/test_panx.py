"""PAN-X: its layouts and traps, and the real files of all 48 languages against the manifest."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UsageError
from suites import Example, Request, find_task
from suites.xtreme_r.panx import LATER, TAGS

TASK = find_task("panx")
ORIGINAL = "sw:Rais\tO\nsw:Nyerere\tB-PER\n\nsw:''\tO\nsw:Dar\tB-LOC\nsw:es\tI-LOC\n\n"
ORPHANS = {"ja": 20, "zh": 20}
"""Tokens of the real dev files that continue a name which has not begun."""


def write(root: Path, name: str, content: str) -> Path:
    path = root / "panx" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8"))
    return path


def read(root: Path, language: str = "sw", split: str = "test", **options: str) -> list[Example]:
    return TASK.read(Request(root, language, split, options))


def tagged(example: Example) -> list[tuple[str, str]]:
    text = example.texts["text"]
    return [(span.of(text.text), span.label) for span in text.spans]


@pytest.mark.parametrize("name", ["sw-test", "sw/test", "panx_dataset/sw-test"])
def test_the_original_files_lose_the_language_before_each_token(tmp_path: Path, name: str):
    write(tmp_path, name, ORIGINAL)
    first, second = read(tmp_path)
    assert tagged(first) == [("Rais", "O"), ("Nyerere", "B-PER")]
    assert tagged(second) == [("''", "O"), ("Dar", "B-LOC"), ("es", "I-LOC")]
    assert (first.id, first.group, second.id) == ("0", "0", "1")
    assert second.texts["text"].text == "'' Dar es"
    assert second.texts["text"].tokens


def test_a_sentence_has_the_same_key_in_every_layout(tmp_path: Path):
    write(tmp_path, "sw-test", ORIGINAL)
    write(tmp_path, "test-sw.tsv", ORIGINAL.replace("sw:", ""))
    assert read(tmp_path, layout="original") == read(tmp_path, layout="xtreme") == read(tmp_path)


def test_a_colon_inside_a_token_belongs_to_it(tmp_path: Path):
    write(tmp_path, "sw-test", "sw:10:30\tO\nsw::\tO\n")
    assert tagged(read(tmp_path)[0]) == [("10:30", "O"), (":", "O")]


def test_an_original_file_of_another_language_is_refused(tmp_path: Path):
    path = write(tmp_path, "sw-test", ORIGINAL.replace("sw:Dar", "so:Dar"))
    with pytest.raises(DataError, match=rf"{path} line 4: the token 'so:Dar' does not begin with 'sw:'"):
        read(tmp_path)


def test_an_original_token_without_characters_is_refused(tmp_path: Path):
    write(tmp_path, "sw-test", "sw:Rais\tO\nsw:\tO\n")
    with pytest.raises(DataError, match="a token without characters"):
        read(tmp_path)


def test_an_original_file_under_a_processed_name_is_read_as_what_it_is(tmp_path: Path):
    write(tmp_path, "dev-sw.tsv", ORIGINAL)
    assert tagged(read(tmp_path, split="dev")[0]) == [("Rais", "O"), ("Nyerere", "B-PER")]


def test_a_processed_token_may_begin_like_a_language(tmp_path: Path):
    write(tmp_path, "dev-sw.tsv", "sw:\tO\nRais\tO\n")
    assert tagged(read(tmp_path, split="dev")[0]) == [("sw:", "O"), ("Rais", "O")]


def test_double_blank_lines_make_no_empty_sentence(tmp_path: Path):
    write(tmp_path, "dev-sw.tsv", "\nRais\tO\n\n\nDar\tB-LOC\n\n\n")
    assert [tagged(example) for example in read(tmp_path, split="dev")] == [[("Rais", "O")], [("Dar", "B-LOC")]]


def test_stripped_test_labels_are_refused_with_the_place_of_the_gold(tmp_path: Path):
    path = write(tmp_path, "test-sw.tsv", "Rais\nNyerere\n\nDar\n")
    with pytest.raises(StrippedLabelsError, match=rf"{path} holds tokens without tags.*mmner, files xx-test"):
        read(tmp_path)


def test_a_labelled_copy_beside_a_stripped_file_is_read(tmp_path: Path):
    write(tmp_path, "test-sw.tsv", "Rais\nNyerere\n\n'\n")
    write(tmp_path, "test-sw.labelled.tsv", "Rais\tO\r\nNyerere\tB-PER\r\n\r\n'\tO\r\n")
    assert [tagged(example) for example in read(tmp_path)] == [[("Rais", "O"), ("Nyerere", "B-PER")], [("'", "O")]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("Rais\tO\nMkapa\tB-PER\n\n'\tO\n", r"labelled\.tsv line 1: other tokens than at .*test-sw\.tsv line 1"),
        ("Rais\tO\nNyerere\tB-PER\n", r"labelled\.tsv has 1 sentences and .*test-sw\.tsv has 2"),
    ],
)
def test_a_labelled_copy_with_other_sentences_is_refused(tmp_path: Path, content: str, message: str):
    write(tmp_path, "test-sw.tsv", "Rais\nNyerere\n\n'\n")
    write(tmp_path, "test-sw.labelled.tsv", content)
    with pytest.raises(DataError, match=message):
        read(tmp_path)


def test_a_tag_that_is_none_of_the_seven_is_refused(tmp_path: Path):
    path = write(tmp_path, "dev-sw.tsv", "Rais\tO\nNyerere\tB-MISC\n")
    with pytest.raises(DataError, match=rf"{path} line 1: the tag 'B-MISC' is not one of B-LOC, B-ORG"):
        read(tmp_path, split="dev")


def test_a_missing_language_says_what_was_looked_for(tmp_path: Path):
    write(tmp_path, "dev-sw.tsv", "Rais\tO\n")
    message = r"sw-test \(.*sw/test.*test-sw\.labelled\.tsv.*test-sw\.tsv.*PAN-X\.sw/test\*\.parquet.*sw/test\*"
    with pytest.raises(ResourceError, match=message):
        read(tmp_path)
    with pytest.raises(ResourceError, match=r"looked for sw-test \([^)]*\), sw/test \([^)]*\); download"):
        read(tmp_path, layout="original")


def test_a_language_that_the_hub_lacks_is_refused_before_it_is_asked():
    with pytest.raises(UsageError, match="google/xtreme has no 'qu': give a directory"):
        TASK.read(Request(None, "qu"))


def test_the_task_has_the_languages_and_tags_of_the_benchmark():
    assert len(TASK.languages) == 48
    assert len(set(TASK.languages) - LATER) == 40
    assert tuple(sorted(TAGS)) == TAGS
    assert {tag.partition("-")[2] for tag in TAGS} == {"", "LOC", "ORG", "PER"}


def manifest(data: Path, language: str) -> dict[str, int]:
    """Sentences of each file of a language, by name."""
    with (data / "MANIFEST.tsv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream, delimiter="\t") if row["task"] == "panx"]
    return {row["path"].removeprefix("panx/"): int(row["examples"]) for row in rows if row["language"] == language}


@pytest.mark.parametrize("language", TASK.languages)
def test_a_real_language_has_its_sentences_and_a_stripped_test_set(data: Path, language: str):
    files = manifest(data, language)
    assert f"test-{language}.tsv" in files
    for name, count in files.items():
        split = name.partition("-")[0]
        if split == "test" and f"test-{language}.labelled.tsv" not in files:
            with pytest.raises(StrippedLabelsError, match="labels are stripped"):
                read(data, language, split)
            continue
        examples = read(data, language, split)
        assert len(examples) == count
        for example in examples:
            text = example.texts["text"]
            assert " ".join(span.of(text.text) for span in text.spans) == text.text
            assert all(span.of(text.text).strip() and span.label in TAGS for span in text.spans)


@pytest.mark.parametrize("language", sorted(set(TASK.languages) - {"th"}))
def test_real_tags_are_iob2_but_for_the_known_orphans(data: Path, language: str):
    orphans = 0
    for example in read(data, language, "dev"):
        before = "O"
        for _, tag in tagged(example):
            orphans += tag.startswith("I-") and before[2:] != tag[2:]
            before = tag
    assert orphans == ORPHANS.get(language, 0)


def test_real_wiki_markup_stays(data: Path):
    tokens = Counter(token for example in read(data, "en", "train") for token, _ in tagged(example))
    assert (tokens["''"], tokens["==="]) == (1062, 3)


def test_the_real_labelled_test_set_has_the_gold_tags_of_the_benchmark(data: Path):
    mock = (data / "xtreme_mock" / "labels" / "panx" / "test-af.tsv").read_text(encoding="utf-8")
    gold = [block.split("\n") for block in mock.strip("\n").split("\n\n")]
    assert [[tag for _, tag in tagged(example)] for example in read(data, "af")[: len(gold)]] == gold
