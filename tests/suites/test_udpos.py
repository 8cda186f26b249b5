"""UD-POS: its layouts and traps, and the real files against what the benchmark made of them."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UsageError
from suites import Example, Request, find_task
from suites.readers.columns import read_columns
from suites.xtreme_r.udpos import LATER, NAMES, PRECEDENCE, TAGS

REAL = sorted(set(NAMES) - {"he", "ja", "te"})
FORTY = (
    "af ar bg bn de el en es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt ru sw ta te th tl tr ur vi "
    "yo zh"
)
"""The languages of the benchmark's first version."""
SAME_FIRST = "af ar bg de el eu fa fi hu id kk mr nl ta th tl ur vi yo"
"""Languages whose first treebank by name, with which the benchmark's file begins, is the one in the data directory."""
TREEBANK = "# newdoc id = d\n# sent_id = s1\n{0}\n# sent_id = s2\n{0}\n"
FUSED = "1-2\tzum\t_\t_\t_\t_\t_\t_\t_\t_\n1\tzu\t_\tADP\t_\t_\t3\t_\t_\t_\n2\tdem\t_\tDET\t_\t_\t3\t_\t_\t_\n"
FUSED += "3\tMeer\t_\tNOUN\t_\t_\t0\t_\t_\t_\n"


def treebank(root: Path, name: str = "UD_German-GSD/de_gsd-ud-test.conllu", content: str = FUSED) -> Path:
    path = root / "udpos" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TREEBANK.format(content), encoding="utf-8")
    return path


def processed(root: Path, content: str, name: str = "udpos/test-de.tsv") -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def read(root: Path, language: str = "de", split: str = "test", **options: str) -> list[Example]:
    return find_task("udpos").read(Request(root, language, split, options))


def tagged(example: Example) -> list[tuple[str, str]]:
    text = example.texts["text"]
    return [(span.of(text.text), span.label) for span in text.spans]


def test_a_treebank_becomes_examples_with_spans_on_their_forms(tmp_path: Path):
    treebank(tmp_path)
    first, second = read(tmp_path)
    assert (first.id, second.id) == ("de_gsd:s1", "de_gsd:s2")
    assert first.group == second.group == "de_gsd:d"
    assert first.texts["text"].text == "zum Meer"
    assert first.texts["text"].tokens
    assert first.target is None
    assert tagged(first) == [("zum", "ADP"), ("Meer", "NOUN")]
    assert tagged(read(tmp_path, multiword="syntactic")[0]) == [("zu", "ADP"), ("dem", "DET"), ("Meer", "NOUN")]


def test_the_same_sentence_has_the_same_key_in_every_layout(tmp_path: Path):
    treebank(tmp_path)
    processed(tmp_path, "zum\tADP\nMeer\tNOUN\n")
    (processed_one,) = read(tmp_path, layout="xtreme")
    assert {example.texts["text"].key for example in read(tmp_path)} == {processed_one.texts["text"].key}


def test_all_treebanks_of_a_language_are_joined_by_file_name(tmp_path: Path):
    treebank(tmp_path, "UD_German-PUD/de_pud-ud-test.conllu")
    treebank(tmp_path, "UD_German-GSD/de_gsd-ud-test.conllu")
    treebank(tmp_path, "UD_German-GSD/de_gsd-ud-dev.conllu")
    treebank(tmp_path, "UD_Swiss_German-UZH/gsw_uzh-ud-test.conllu")
    assert [e.id for e in read(tmp_path)] == ["de_gsd:s1", "de_gsd:s2", "de_pud:s1", "de_pud:s2"]
    assert [e.id for e in read(tmp_path, split="dev")] == ["de_gsd:s1", "de_gsd:s2"]


@pytest.mark.parametrize("folder", ["", "udpos", "udpos/UD_German-GSD"])
def test_a_root_may_lie_above_or_be_the_folder_itself(tmp_path: Path, folder: str):
    treebank(tmp_path)
    assert len(read(tmp_path / folder)) == 2


def test_an_unpacked_release_is_found(tmp_path: Path):
    treebank(tmp_path, "ud-treebanks-v2.7/UD_German-GSD/de_gsd-ud-test.conllu")
    assert len(read(tmp_path)) == 2


def test_two_copies_of_a_treebank_are_refused(tmp_path: Path):
    for folder in ("UD_German-GSD", "UD_German-GSD-2"):
        treebank(tmp_path, f"{folder}/de_gsd-ud-test.conllu")
    with pytest.raises(DataError, match=r"sentence 'de_gsd:s1' is already at .*UD_German-GSD/"):
        read(tmp_path)


def test_treebanks_win_over_processed_files_unless_the_layout_is_named(tmp_path: Path):
    treebank(tmp_path)
    processed(tmp_path, "ja\tINTJ\n", "udpos/xtreme/test-de.tsv")
    assert tagged(read(tmp_path)[0]) == [("zum", "ADP"), ("Meer", "NOUN")]
    assert tagged(read(tmp_path, layout="xtreme")[0]) == [("ja", "INTJ")]


def test_processed_files_are_read_where_there_are_no_treebanks_of_the_language(tmp_path: Path):
    treebank(tmp_path, "UD_French-GSD/fr_gsd-ud-test.conllu")
    processed(tmp_path, "ja\tINTJ\n\nnein\tINTJ\n")
    examples = read(tmp_path)
    assert [(example.id, example.group) for example in examples] == [("0", "0"), ("1", "1")]


def test_processed_files_cannot_give_syntactic_words(tmp_path: Path):
    processed(tmp_path, "ja\tINTJ\n")
    with pytest.raises(UsageError, match="hold no syntactic words"):
        read(tmp_path, layout="xtreme", multiword="syntactic")
    with pytest.raises(ResourceError, match=r"looked for UD_German-\*/\S* [^,]*, udpos\.German/test\*\.parquet"):
        read(tmp_path, multiword="syntactic")


def test_a_stripped_processed_file_says_where_the_tags_are(tmp_path: Path):
    path = processed(tmp_path, "ja\nnein\n")
    with pytest.raises(
        StrippedLabelsError, match=rf"{path} holds tokens without tags.*CoNLL-U treebanks hold the tags"
    ):
        read(tmp_path)


def test_a_treebank_whose_tag_column_is_empty_is_stripped(tmp_path: Path):
    treebank(tmp_path, content=FUSED.replace("ADP", "_").replace("DET", "_").replace("NOUN", "_"))
    with pytest.raises(StrippedLabelsError):
        read(tmp_path)


def test_a_tag_that_is_not_universal_is_refused_with_its_place(tmp_path: Path):
    path = treebank(tmp_path, content=FUSED.replace("NOUN", "NN"))
    with pytest.raises(DataError, match=rf"{path} line 1: the tag 'NN' is not one of ADJ, ADP"):
        read(tmp_path)


def test_a_treebank_without_text_is_passed_over_and_a_language_without_text_refused(tmp_path: Path):
    blank = "1\t_\t_\tNOUN\t_\t_\t0\t_\t_\t_\n"
    path = treebank(tmp_path, "UD_German-ABC/de_abc-ud-test.conllu", blank)
    for multiword in ("xtreme", "syntactic"):
        with pytest.raises(DataError, match=rf"{path}: no form in any sentence"):
            read(tmp_path, multiword=multiword)
    treebank(tmp_path)
    assert [example.id for example in read(tmp_path)] == ["de_gsd:s1", "de_gsd:s2"]
    path.write_text("")
    with pytest.raises(DataError, match=rf"{path} holds no sentence; the file is empty"):
        read(tmp_path)


def test_a_form_of_nothing_but_the_non_joiner_is_refused(tmp_path: Path):
    treebank(tmp_path, content=FUSED.replace("Meer", "\u200c"))
    with pytest.raises(DataError, match="a token without characters"):
        read(tmp_path)


def test_a_language_outside_the_task_is_refused(tmp_path: Path):
    with pytest.raises(UsageError, match="no language 'sw': it covers af, ar"):
        read(tmp_path, "sw")


def test_a_missing_language_says_what_was_looked_for(tmp_path: Path):
    message = r"UD_German-\*/de_\*-ud-dev\.conllu.*dev-de\.tsv.*de/dev\*\.parquet"
    with pytest.raises(ResourceError, match=message):
        read(tmp_path, split="dev")


def test_the_task_has_the_languages_and_tags_of_the_benchmark():
    task = find_task("udpos")
    assert set(task.languages) == set(FORTY.split()) - {"bn", "jv", "ka", "ml", "ms", "my", "sw"} | LATER
    assert len(task.languages) == 38
    assert len(set(task.labels)) == 17
    assert {tag for tags in PRECEDENCE.values() for tag in tags} - set(TAGS) == {"CONJ"}, "CONJ is UD 1's CCONJ"


def manifest(data: Path) -> dict[str, int]:
    """Sentences of each treebank test file, by language."""
    with (data / "MANIFEST.tsv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        if row["task"] == "udpos" and row["path"].endswith("-ud-test.conllu"):
            counts[row["language"]] += int(row["examples"])
    return counts


@pytest.mark.parametrize("language", REAL)
def test_a_real_language_has_its_sentences_in_both_readings(data: Path, language: str):
    for multiword in ("xtreme", "syntactic"):
        examples = read(data, language, multiword=multiword)
        assert len(examples) == manifest(data)[language]
        assert len({example.id for example in examples}) == len(examples)
        for example in examples:
            text = example.texts["text"]
            assert " ".join(span.of(text.text) for span in text.spans) == text.text
            assert all(span.of(text.text).strip() and span.label in TAGS for span in text.spans)


# Treebank sentences that the processed file of the benchmark holds as well, from its first sentence on, and how many
# of them the plain words would match.
@pytest.mark.parametrize(
    ("language", "split", "sentences", "syntactic"),
    [
        ("af", "test", 350, 350),
        ("ta", "test", 120, 23),
        ("th", "test", 300, 300),
        ("yo", "test", 100, 100),
        ("en", "train", 2500, 2500),
    ],
)
def test_real_treebanks_are_read_as_the_benchmark_processed_them(
    data: Path, language: str, split: str, sentences: int, syntactic: int
):
    theirs = list(read_columns(data / "udpos" / "xtreme" / f"{split}-{language}.tsv"))[:sentences]
    ours = read(data, language, split)[:sentences]
    assert len(ours) == len(theirs) == sentences
    for example, sentence in zip(ours, theirs, strict=True):
        forms, tags = zip(*tagged(example), strict=True)
        assert forms == sentence.forms
        assert not any(sentence.tags) or tags == sentence.tags
    plain = read(data, language, split, multiword="syntactic")[:sentences]
    same = (tuple(form for form, _ in tagged(example)) == s.forms for example, s in zip(plain, theirs, strict=True))
    assert sum(same) == syntactic


# The gold tags of the first two processed sentences are public in the benchmark's repository.
@pytest.mark.parametrize("language", SAME_FIRST.split())
def test_real_tags_are_the_gold_tags_of_the_benchmark(data: Path, language: str):
    content = (data / "xtreme_mock" / "labels" / "udpos" / f"test-{language}.tsv").read_text(encoding="utf-8")
    gold = [block.split("\n") for block in content.strip("\n").split("\n\n")]
    assert [[tag for _, tag in tagged(example)] for example in read(data, language)[: len(gold)]] == gold


@pytest.mark.parametrize("language", ["af", "ta", "th", "yo", "zh"])
def test_real_processed_test_files_are_stripped(data: Path, language: str):
    with pytest.raises(StrippedLabelsError, match="labels are stripped"):
        read(data, language, layout="xtreme")


@pytest.mark.parametrize(("language", "sentences"), [("af", 194), ("ta", 80), ("zh", 300)])
def test_real_processed_dev_files_are_read(data: Path, language: str, sentences: int):
    assert len(read(data, language, "dev")) == sentences
