"""PAWS-X: its layouts, its separate labels and untranslated sentences, and the real files of all seven languages."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UnknownNameError
from suites import Example, Request, find_task
from suites.xtreme.pawsx import Pairs, pawsx_pairs

TASK = find_task("pawsx")
ROWS = [('Er sagte "Ja".', "Er sagte ja.", "1"), ("a", "b", "0"), ("NS", "d", "0")]
HEADER = ("id", "sentence1", "sentence2", "label")
REAL = {"de": (32, 0), "en": (0, 6), "es": (1, 6), "fr": (14, 4), "ja": (54, 3), "ko": (28, 3), "zh": (25, 0)}
"""Pairs of the real test files with an untranslated sentence, and pairs without a known label."""


def quoted(root: Path, name: str, rows: list[tuple[str, ...]], end: str = "\r\n") -> Path:
    path = root / "pawsx" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter="\t", lineterminator=end).writerows(rows)
    return path


def stripped(root: Path, language: str = "de") -> Path:
    return quoted(root, f"test-{language}.tsv", [row[:2] for row in ROWS])


def gold(root: Path, rows: list[str], header: str = "row\tid\tlabel_de\tlabel_zh\tns_de\tns_zh") -> None:
    content = "\n".join((header, *rows))
    (root / "pawsx" / "test.labels.tsv").write_text(f"{content}\n", encoding="utf-8")


def read(root: Path, language: str = "de", split: str = "test", **options: str) -> list[Example]:
    return TASK.read(Request(root, language, split, options))


def found(examples: list[Example]) -> list[tuple[str, str, str | None]]:
    return [(e.texts["sentence1"].text, e.texts["sentence2"].text, e.target) for e in examples]


def pairs(root: Path, language: str = "de", **options: str) -> Pairs:
    return pawsx_pairs(Request(root, language, options=options))


def test_the_local_layouts_give_the_same_examples(tmp_path: Path):
    numbered = [(str(10 * number), *row) for number, row in enumerate(ROWS)]
    plain = tmp_path / "pawsx" / "x-final" / "de" / "test_2k.tsv"
    plain.parent.mkdir(parents=True)
    plain.write_text("\n".join("\t".join(row) for row in (HEADER, *numbered)) + "\n", encoding="utf-8")
    quoted(tmp_path, "labelled/test-de.tsv", [HEADER, *numbered], "\n")
    stripped(tmp_path)
    gold(tmp_path, ["0\t0\t1\t1\t0\t0", "1\t10\t0\t0\t0\t0", "2\t20\t0\t1\t1\t0"])
    assert found(read(tmp_path, layout="original")) == ROWS
    assert read(tmp_path, layout="original") == read(tmp_path, layout="labelled") == read(tmp_path, layout="xtreme")
    assert read(tmp_path) == read(tmp_path, layout="original")


def test_quotes_of_the_original_are_characters_and_those_of_the_copies_are_not(tmp_path: Path):
    plain = tmp_path / "de" / "dev_2k.tsv"
    plain.parent.mkdir()
    plain.write_text('id\tsentence1\tsentence2\tlabel\n1\t"a\tb"\t0\n2\tc\td\t1\n', encoding="utf-8")
    quoted(tmp_path, "dev-de.tsv", [('"a', 'b"', "0"), ("c", "d", "1")])
    assert found(read(tmp_path, split="dev")) == [('"a', 'b"', "0"), ("c", "d", "1")]
    assert read(tmp_path, split="dev", layout="xtreme") == read(tmp_path, split="dev")


def test_ids_count_the_rows_and_are_kept_where_a_row_is_left_out(tmp_path: Path):
    quoted(tmp_path, "dev-de.tsv", [ROWS[2], ROWS[1], ROWS[0]])
    assert [e.id for e in read(tmp_path, split="dev")] == [e.group for e in read(tmp_path, split="dev")]
    assert [e.id for e in read(tmp_path, split="dev", untranslated="drop")] == ["1", "2"]


def test_untranslated_pairs_are_counted_whether_kept_or_dropped(tmp_path: Path):
    quoted(tmp_path, "labelled/test-de.tsv", [HEADER, *[("1", *row) for row in ROWS]])
    kept, dropped = pairs(tmp_path), pairs(tmp_path, untranslated="drop")
    assert (len(kept.examples), kept.untranslated) == (3, 1)
    assert (len(dropped.examples), dropped.untranslated) == (2, 1)


def test_ns_inside_a_sentence_is_a_word(tmp_path: Path):
    quoted(tmp_path, "dev-de.tsv", [("Die NS Partei", "NSDAP", "0")])
    assert pawsx_pairs(Request(tmp_path, "de", "dev")).untranslated == 0


def test_a_test_file_without_its_labels_is_stripped(tmp_path: Path):
    stripped(tmp_path)
    with pytest.raises(StrippedLabelsError, match=r"strips the labels.*de/test_2k\.tsv.*test\.labels\.tsv"):
        read(tmp_path)


def test_a_language_without_a_column_gets_the_label_of_a_translated_pair(tmp_path: Path):
    quoted(tmp_path, "test-fr.tsv", [("a", "b"), ("c", "d"), ("NS", "f"), ("g", "h")])
    rows = ["0\t1\t0\t1\t1\t0", "1\t2\t1\t0\t0\t1", "2\t3\t1\t1\t0\t0", "3\t4\t0\t0\t1\t1"]
    gold(tmp_path, rows)
    assert [(e.id, e.target) for e in read(tmp_path, "fr")] == [("0", "1"), ("1", "1"), ("2", "0")]
    assert (pairs(tmp_path, "fr").untranslated, pairs(tmp_path, "fr").unknown) == (1, 1)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["0\t1\t1\t1\t0\t0"], r"has 1 labels for the 3 pairs of 'de'"),
        (["0\t1\t1\t1\t0\t0", "2\t1\t0\t0\t0\t0", "1\t1\t0\t0\t1\t0"], r"line 3: row '2' where 1 is due"),
        (["0\t1\t1\t1\t0\t0", "1\t1\t0\t0\t1\t0", "2\t1\t0\t0\t1\t0"], r"line 3: ns_de is 1, but the pair has no untr"),
        (["0\t1\t1\t1\t0\t0", "1\t1\t0\t0\t0\t0", "2\t1\t0\t0\t0\t0"], r"line 4: ns_de is 0, but the pair has an untr"),
        (["0\t1\t1\t0\t0\t0", "1\t1\t0\t0\t0\t0", "2\t1\t0\t0\t1\t0"], r"line 2: the translated pairs disagree"),
        (["0\t1\t2\t1\t0\t0", "1\t1\t0\t0\t0\t0", "2\t1\t0\t0\t1\t0"], r"line 2: the value '2' is neither 0 nor 1"),
    ],
)
def test_labels_that_are_not_those_of_the_test_file_are_refused(tmp_path: Path, rows: list[str], message: str):
    stripped(tmp_path)
    gold(tmp_path, rows)
    with pytest.raises(DataError, match=rf"test\.labels\.tsv.*{message}"):
        read(tmp_path)


def test_a_label_table_of_another_task_is_refused(tmp_path: Path):
    stripped(tmp_path)
    gold(tmp_path, ["0\tfiction\tneutral"], "index\tgenre\tgold_label")
    with pytest.raises(DataError, match=r"test\.labels\.tsv line 1: no column label_xx of any language"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("row", "message"),
    [(("a", "b", "yes"), "line 2: the label 'yes' is not one of 0, 1"), (("", "b", "1"), "line 2: sentence1 is empty")],
)
def test_a_row_with_a_strange_label_or_an_empty_sentence_is_refused(tmp_path: Path, row, message: str):
    path = quoted(tmp_path, "dev-de.tsv", [ROWS[0], row])
    with pytest.raises(DataError, match=rf"{path} {message}"):
        read(tmp_path, split="dev")


def test_an_empty_file_is_refused(tmp_path: Path):
    quoted(tmp_path, "dev-de.tsv", [])
    with pytest.raises(DataError, match="holds no row"):
        read(tmp_path, split="dev")


def test_a_missing_language_and_an_unknown_option_are_named(tmp_path: Path):
    stripped(tmp_path)
    with pytest.raises(ResourceError, match=r"fr/test_2k\.tsv.*labelled/test-fr\.tsv.*test-fr\.tsv.*fr/test\*\.parq"):
        read(tmp_path, "fr")
    with pytest.raises(UnknownNameError, match="value of option untranslated of pawsx 'dropped'"):
        read(tmp_path, untranslated="dropped")


@pytest.mark.parametrize("language", TASK.languages)
def test_a_real_language_has_its_rows_but_for_those_without_a_known_label(data: Path, language: str):
    untranslated, unknown = REAL[language]
    whole = pairs(data, language, layout="xtreme")
    assert len(whole.examples) + whole.unknown == 2000
    assert (whole.untranslated, whole.unknown) == (untranslated, unknown)
    marked = [e for e in whole.examples if any(text.text == "NS" for text in e.texts.values())]
    assert len(marked) == untranslated
    assert {e.target for e in marked} <= {"0"}
    assert len(pairs(data, language, layout="xtreme", untranslated="drop").examples) == 2000 - untranslated - unknown
    assert pairs(data, language) == whole, "the labelled copies of de and zh say the same"


def test_real_labels_agree_in_all_languages_wherever_the_pair_is_translated(data: Path):
    labels: dict[str, set[str | None]] = {}
    for language in TASK.languages:
        for example in pairs(data, language, untranslated="drop").examples:
            labels.setdefault(example.id, set()).add(example.target)
    assert len(labels) == 1994
    assert all(len(found) == 1 for found in labels.values())


@pytest.mark.parametrize("language", TASK.languages)
def test_real_labels_begin_like_the_gold_labels_of_the_benchmark(data: Path, language: str):
    mock = (data / "xtreme_mock" / "labels" / "pawsx" / f"test-{language}.tsv").read_text(encoding="utf-8").split()
    assert [example.target for example in read(data, language)[: len(mock)]] == mock


def test_the_real_dev_set_is_whole(data: Path):
    examples = read(data, "en", "dev")
    assert (len(examples), sum(example.target == "1" for example in examples)) == (2000, 863)
