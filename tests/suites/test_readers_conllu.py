"""CoNLL-U: both readings of multiword tokens, and what a broken treebank gets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perturbations.errors import DataError
from suites.readers.conllu import Multiword, read_conllu
from suites.readers.sentences import Sentence
from suites.xtreme_r.udpos import PRECEDENCE

DEFAULT = PRECEDENCE[""]


def line(name: str, form: str, tag: str = "_", head: str = "_", enhanced: str = "_") -> str:
    return f"{name}\t{form}\t_\t{tag}\t_\t_\t{head}\t_\t{enhanced}\t_\n"


def read(
    tmp_path: Path, content: str, multiword: Multiword = Multiword.XTREME, precedence: Sequence[str] = DEFAULT
) -> list[Sentence]:
    path = tmp_path / "xx_yy-ud-test.conllu"
    path.write_bytes(content.encode())
    return list(read_conllu(path, multiword=multiword, precedence=precedence))


def pairs(sentence: Sentence) -> list[tuple[str, str]]:
    return list(zip(sentence.forms, sentence.tags, strict=True))


# "Vengo dal mare": dal = da + il, both hang from "mare", so that nearness does not decide.
ITALIAN = (
    "# sent_id = a-1\n"
    + line("1", "Vengo", "VERB", "0")
    + line("2-3", "dal")
    + line("2", "da", "ADP", "4")
    + line("3", "il", "DET", "4")
    + line("4", "mare", "NOUN", "1")
    + "\n"
)


def test_the_fused_form_replaces_its_parts_by_default(tmp_path: Path):
    (sentence,) = read(tmp_path, ITALIAN, precedence=PRECEDENCE["it"])
    assert pairs(sentence) == [("Vengo", "VERB"), ("dal", "ADP"), ("mare", "NOUN")]
    assert sentence.id == "a-1"


def test_the_syntactic_reading_keeps_the_words(tmp_path: Path):
    (sentence,) = read(tmp_path, ITALIAN, Multiword.SYNTACTIC)
    assert pairs(sentence) == [("Vengo", "VERB"), ("da", "ADP"), ("il", "DET"), ("mare", "NOUN")]


def test_the_part_nearest_to_the_root_gives_the_tag_whatever_the_precedence(tmp_path: Path):
    # Spanish "verlo": the pronoun hangs from the verb.
    content = line("1-2", "verlo") + line("1", "ver", "VERB", "0") + line("2", "lo", "PRON", "1") + "\n"
    (sentence,) = read(tmp_path, content, precedence=("PRON", "VERB"))
    assert pairs(sentence) == [("verlo", "VERB")]


def test_precedence_decides_between_parts_that_are_equally_near(tmp_path: Path):
    assert pairs(read(tmp_path, ITALIAN, precedence=("DET", "ADP"))[0])[1] == ("dal", "DET")


def test_the_first_of_equally_strong_tags_and_an_unlisted_tag_come_in_that_order(tmp_path: Path):
    head = line("4", "x", "VERB", "0")
    parts = line("1-3", "abc") + line("1", "a", "SYM", "4") + line("2", "b", "NOUN", "4") + line("3", "c", "NOUN", "4")
    assert pairs(read(tmp_path, parts + head + "\n")[0])[0] == ("abc", "NOUN")
    assert pairs(read(tmp_path, parts + head + "\n", precedence=())[0])[0] == ("abc", "SYM")


def test_enhanced_dependencies_count_towards_the_distance(tmp_path: Path):
    # By the basic tree both parts have the ancestors 4 and 0; the enhanced one gives the first part word 3 as well.
    content = (
        line("1-2", "ab")
        + line("1", "a", "VERB", "4", "4:x|3:y|8.1:z")
        + line("2", "b", "NOUN", "4")
        + line("3", "c", "ADV", "4")
        + line("4", "d", "VERB", "0")
        + "\n"
    )
    assert pairs(read(tmp_path, content)[0])[0] == ("ab", "NOUN")


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[tuple[str, list[int]]], list[tuple[int, int]]]:
    """Words with their tag and heads (circles allowed), and disjoint ranges of at least two words."""
    count = draw(st.integers(2, 9))
    words = [
        (draw(st.sampled_from(DEFAULT)), draw(st.lists(st.integers(0, count), min_size=1, max_size=3)))
        for _ in range(count)
    ]
    borders = sorted(draw(st.sets(st.integers(1, count), max_size=4)))
    ranges = [(start, end) for start, end in zip(borders[::2], borders[1::2], strict=False)]
    return words, ranges


@given(tree=trees())
def test_the_tag_is_that_of_a_plain_graph_search(tmp_path_factory: pytest.TempPathFactory, tree):
    words, ranges = tree
    content = ""
    for number, (tag, heads) in enumerate(words, start=1):
        content += "".join(line(f"{start}-{end}", "F") for start, end in ranges if start == number)
        content += line(str(number), "w", tag, str(heads[0]), "|".join(f"{head}:dep" for head in heads))
    graph = networkx.DiGraph((head, number) for number, (_, heads) in enumerate(words, start=1) for head in heads)
    expected = []
    for start, end in ranges:
        parts = range(start, end + 1)
        depths = {part: len(networkx.ancestors(graph, part)) for part in parts}
        nearest = [words[part - 1][0] for part in parts if depths[part] == min(depths.values())]
        expected.append(next(tag for tag in DEFAULT if tag in nearest))
    (sentence,) = read(tmp_path_factory.mktemp("conllu"), content)
    assert [tag for form, tag in pairs(sentence) if form == "F"] == expected


def test_empty_nodes_are_left_out_and_break_no_count(tmp_path: Path):
    content = (
        line("0.1", "pro", "PRON") + line("1", "a", "NOUN", "0") + line("1.1", "b", "VERB") + line("2", "c", "X", "1")
    )
    for multiword in Multiword:
        assert pairs(read(tmp_path, content, multiword)[0]) == [("a", "NOUN"), ("c", "X")]


def test_spaces_and_the_non_joiner_leave_the_benchmarks_forms_and_stay_in_the_syntactic_ones(tmp_path: Path):
    content = line("1", "Việt Nam", "PROPN", "0") + line("2", "می\u200cرود", "VERB", "1")
    assert read(tmp_path, content)[0].forms == ("ViệtNam", "می\u200cرود".replace("\u200c", ""))
    assert read(tmp_path, content, Multiword.SYNTACTIC)[0].forms == ("Việt Nam", "می\u200cرود")


def test_a_sentence_without_forms_is_dropped_and_the_count_goes_on(tmp_path: Path):
    hidden = line("1", "_", "NOUN", "0") + line("2", "_", "VERB", "1") + "\n"
    almost = line("1", "_", "NOUN", "0") + line("2", "b", "VERB", "1") + "\n"
    mostly = line("1", "_", "NOUN", "0") + line("2", "b", "VERB", "1") + line("3", "c", "VERB", "1") + "\n"
    content = hidden + almost + mostly
    assert [sentence.id for sentence in read(tmp_path, content)] == ["2"]
    assert [sentence.id for sentence in read(tmp_path, content, Multiword.SYNTACTIC)] == ["1", "2"]


def test_documents_are_numbered_or_named_and_last_until_the_next(tmp_path: Path):
    word = line("1", "a", "NOUN", "0") + "\n"
    content = word + "# newdoc\n" + word + word + "# newdoc id = x\n# newpar\n" + word + "# newdoc id = y\n" + word
    assert [sentence.document for sentence in read(tmp_path, content)] == [None, "1", "1", "x", "y"]


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\r\n\r\n"])
def test_the_end_of_the_file_ends_the_last_sentence(tmp_path: Path, end: str):
    assert len(read(tmp_path, line("1", "a", "NOUN", "0").rstrip("\n") + end)) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("1\ta\tNOUN\n", "line 1: 3 tab-separated columns instead of the 10"),
        ("1 a _ NOUN _ _ 0 _ _ _\n", "line 1: 1 tab-separated columns instead of the 10"),
        (line("1", "a", "NOUN", "0") + line("3", "b", "NOUN", "1"), "line 2: word '3' where word 2 is due"),
        (line("a", "a", "NOUN", "0"), "line 1: word 'a' where word 1 is due"),
        (line("1", "a", "NOUN", "root"), "line 1: the head 'root' is no number"),
        ("# x\n" + line("1", "a", "NOUN", "2"), "line 2: the head 2 in a sentence of 1 words"),
        (line("1-2", "ab") + line("1", "a", "NOUN", "0"), "line 1: a range reaches word 2 of a sentence of 1 words"),
        (line("1", "a", "NOUN", "0") + line("1-2", "ab"), "line 2: the range '1-2' overlaps another or stands after"),
        (line("1-2", "ab") + line("1", "a", "NOUN", "0") + line("2-3", "bc"), "line 3: the range '2-3' overlaps"),
        (line("2-1", "ab"), "line 1: the range '2-1'"),
        ("# sent_id = s\n\n", "line 1: sentence s has no words"),
    ],
)
def test_a_broken_treebank_is_refused_with_the_place(tmp_path: Path, content: str, message: str):
    with pytest.raises(DataError, match=message):
        read(tmp_path, content)
