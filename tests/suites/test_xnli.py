"""XNLI: both local layouts, its traps, and the real files."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UsageError
from suites import Example, Request, find_task

REAL = ("ar", "bg", "de", "el", "en", "es", "fr", "hi", "ru", "tr", "vi", "zh")
COLUMNS = (
    "language gold_label sentence1_binary_parse sentence2_binary_parse sentence1_parse sentence2_parse sentence1 "
    "sentence2 promptID pairID genre label1 label2 label3 label4 label5 sentence1_tokenized sentence2_tokenized match"
)
HEADER = COLUMNS.split()
LABELS = ("entailment", "neutral", "contradiction")
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Z"), exclude_characters="\ufeff"), min_size=1)
TRIPLES = [("p", "a", "neutral"), ("p", "b", "entailment"), ("p", "c", "contradiction"), ("q", "a", "neutral")]


def processed(root: Path, language: str, rows: list[tuple[str, ...]], split: str = "test") -> Path:
    path = root / "xnli" / f"{split}-{language}.tsv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter="\t").writerows(rows)
    return path


def gold(root: Path, labels: list[str]) -> None:
    rows = "".join(f"{number}\tfiction\t{label}\n" for number, label in enumerate(labels))
    (root / "xnli" / "test.labels.tsv").write_text(f"index\tgenre\tgold_label\n{rows}", encoding="utf-8")


def original(root: Path, rows: Mapping[str, list[tuple[str, str, str]]], split: str = "test") -> None:
    lines = ["\t".join(HEADER)]
    for language, triples in rows.items():
        for number, (premise, hypothesis, label) in enumerate(triples):
            values = {"language": language, "gold_label": label, "sentence1": premise, "sentence2": hypothesis}
            values |= {"pairID": str(number), "genre": "fiction"}
            lines.append("\t".join(values.get(name, "") for name in HEADER))
    (root / "XNLI-1.0").mkdir(parents=True, exist_ok=True)
    (root / "XNLI-1.0" / f"xnli.{split}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")


def read(root: Path, language: str = "de", split: str = "test", **options: str) -> list[Example]:
    return find_task("xnli").read(Request(root, language, split, options))


@given(rows=st.lists(st.tuples(TEXTS, TEXTS, st.sampled_from(LABELS)), min_size=1, max_size=5))
def test_both_local_layouts_give_the_same_examples(tmp_path_factory: pytest.TempPathFactory, rows):
    root = tmp_path_factory.mktemp("xnli")
    items = [(premise, hypothesis, label) for premise, hypothesis, label in rows for _ in range(3)]
    processed(root, "de", [item[:2] for item in items])
    gold(root, [item[2] for item in items])
    original(root, {"fr": items[:3], "de": items})
    found = read(root, layout="xtreme")
    assert [(e.texts["premise"].text, e.texts["hypothesis"].text, e.target) for e in found] == items
    assert found == read(root, layout="original") == read(root)


def test_a_root_may_be_the_folder_itself(tmp_path: Path):
    processed(tmp_path, "de", [row[:2] for row in TRIPLES])
    gold(tmp_path, [row[2] for row in TRIPLES])
    assert read(tmp_path / "xnli") == read(tmp_path)
    original(tmp_path, {"de": TRIPLES})
    assert read(tmp_path / "XNLI-1.0") == read(tmp_path)


def test_dev_and_train_have_their_labels_in_the_third_column(tmp_path: Path):
    for split in ("dev", "train"):
        processed(tmp_path, "de", TRIPLES, split)
        assert [example.target for example in read(tmp_path, split=split)] == [row[2] for row in TRIPLES]


def test_three_rows_share_a_cluster_and_ids_count_the_rows(tmp_path: Path):
    processed(tmp_path, "de", TRIPLES, "dev")
    examples = read(tmp_path, split="dev")
    assert [example.id for example in examples] == ["0", "1", "2", "3"]
    assert [example.group for example in examples] == ["0", "0", "0", "1"]


def test_two_premises_with_one_translation_stay_two_clusters_with_one_key(tmp_path: Path):
    processed(tmp_path, "de", [("p", text, "neutral") for text in "abcdef"], "dev")
    examples = read(tmp_path, split="dev")
    assert [example.group for example in examples] == ["0", "0", "0", "1", "1", "1"]
    assert len({example.texts["premise"].key for example in examples}) == 1


def test_training_rows_are_clustered_by_their_premise_wherever_it_stands(tmp_path: Path):
    rows = [("p", "a", "neutral"), ("q", "b", "neutral"), ("p", "c", "neutral")]
    processed(tmp_path, "en", rows, "train")
    assert [example.group for example in read(tmp_path, "en", "train")] == ["0", "1", "0"]


def test_keys_follow_the_text_its_role_and_its_language(tmp_path: Path):
    rows = [("same", "same", "neutral"), ("same", "other", "neutral")]
    for language in ("de", "fr"):
        processed(tmp_path, language, rows, "dev")
    first, second = read(tmp_path, split="dev")
    other = read(tmp_path, "fr", "dev")[0]
    assert first.texts["premise"].key == second.texts["premise"].key
    keys = {first.texts["premise"].key, first.texts["hypothesis"].key, second.texts["hypothesis"].key}
    assert len(keys | {other.texts["premise"].key}) == 4


def test_rows_out_of_their_order_are_refused(tmp_path: Path):
    path = processed(tmp_path, "de", [TRIPLES[0], TRIPLES[3], TRIPLES[1], TRIPLES[2]], "dev")
    with pytest.raises(DataError, match=rf"{path} line 2: the premise is not that of row 0"):
        read(tmp_path, split="dev")


def test_a_test_file_without_its_labels_is_stripped(tmp_path: Path):
    processed(tmp_path, "de", [row[:2] for row in TRIPLES])
    with pytest.raises(StrippedLabelsError, match=r"strips the labels.*0\.33.*test\.labels\.tsv"):
        read(tmp_path)


def test_the_original_file_beside_a_stripped_one_has_the_labels(tmp_path: Path):
    processed(tmp_path, "de", [row[:2] for row in TRIPLES])
    original(tmp_path, {"de": TRIPLES})
    assert [example.target for example in read(tmp_path)] == [row[2] for row in TRIPLES]


@pytest.mark.parametrize(("labels", "message"), [(["neutral"] * 3, "3 labels for the 4 rows"), ([], "0 labels for")])
def test_labels_and_rows_must_be_equally_many(tmp_path: Path, labels: list[str], message: str):
    processed(tmp_path, "de", [row[:2] for row in TRIPLES])
    gold(tmp_path, labels)
    with pytest.raises(DataError, match=message):
        read(tmp_path)


def test_labels_out_of_order_are_refused(tmp_path: Path):
    processed(tmp_path, "de", [row[:2] for row in TRIPLES[:2]])
    content = "index\tgenre\tgold_label\n1\tx\tneutral\n0\tx\tneutral\n"
    (tmp_path / "xnli" / "test.labels.tsv").write_text(content)
    with pytest.raises(DataError, match=r"test\.labels\.tsv line 2: index '1' where 0 is due"):
        read(tmp_path)


def test_contradictory_is_the_benchmarks_other_word_for_contradiction(tmp_path: Path):
    processed(tmp_path, "de", [("p", "a", "contradictory")], "dev")
    assert read(tmp_path, split="dev")[0].target == "contradiction"


def test_a_label_outside_the_set_is_refused_with_its_place(tmp_path: Path):
    path = processed(tmp_path, "de", [TRIPLES[0], ("p", "b", "-")], "dev")
    with pytest.raises(DataError, match=rf"{path} line 2: the label '-' is not one of entailment, neutral"):
        read(tmp_path, split="dev")


def test_an_empty_file_is_refused(tmp_path: Path):
    processed(tmp_path, "de", [], "dev")
    with pytest.raises(DataError, match="holds no row"):
        read(tmp_path, split="dev")


def test_a_pair_that_occurs_twice_in_a_language_is_refused(tmp_path: Path):
    original(tmp_path, {"de": TRIPLES})
    path = tmp_path / "XNLI-1.0" / "xnli.test.tsv"
    path.write_text(path.read_text() + path.read_text().splitlines()[1] + "\n")
    with pytest.raises(DataError, match=r"line 6: de pair '0' is already at .* line 2"):
        read(tmp_path)


def test_an_original_file_cut_to_eight_columns_is_refused(tmp_path: Path):
    (tmp_path / "xnli.test.tsv").write_text("\t".join(HEADER[:8]) + "\n")
    with pytest.raises(DataError, match="line 1: the header has no column 'pairID'"):
        read(tmp_path)


def test_a_missing_language_says_what_was_looked_for_and_where_to_get_it(tmp_path: Path):
    original(tmp_path, {"fr": TRIPLES})
    with pytest.raises(ResourceError, match=r"no test file of 'de' .*xnli\.test\.tsv.*test-de\.tsv.*de/test.*https"):
        read(tmp_path)
    with pytest.raises(ResourceError, match=r"looked for test-de\.tsv \([^)]*\); download"):
        read(tmp_path, layout="xtreme")


def test_a_root_that_is_no_directory_is_named(tmp_path: Path):
    with pytest.raises(ResourceError, match="nowhere does not exist"):
        read(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("language", "split", "options", "message"),
    [
        ("ja", "test", {}, r"no language 'ja': it covers ar, bg, de, .*, zh"),
        ("de", "validation", {}, r"no split 'validation': ask for one of test, dev, train"),
        ("de", "test", {"multiword": "xtreme"}, r"unknown option of xnli 'multiword': known: layout"),
        ("de", "test", {"layout": "conllu"}, r"option layout of xnli 'conllu': known: auto, original"),
    ],
)
def test_an_impossible_request_is_refused(tmp_path: Path, language: str, split: str, options, message: str):
    with pytest.raises(UsageError, match=message):
        read(tmp_path, language, split, **options)


@pytest.mark.parametrize("language", REAL)
def test_a_real_language_is_whole_and_balanced(data: Path, language: str):
    examples = read(data, language)
    assert [example.id for example in examples] == [str(number) for number in range(5010)]
    assert Counter(example.target for example in examples) == dict.fromkeys(LABELS, 1670)
    assert Counter(Counter(example.group for example in examples).values()) == {3: 1670}
    assert all(text.text and text.language == language for example in examples for text in example.texts.values())


def test_real_targets_and_clusters_are_the_same_in_every_language(data: Path):
    found = {tuple((e.id, e.group, e.target) for e in read(data, language)) for language in REAL}
    assert len(found) == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_real_dev_set_is_whole_and_balanced(data: Path, language: str):
    examples = read(data, language, "dev")
    assert Counter(example.target for example in examples) == dict.fromkeys(LABELS, 830)
