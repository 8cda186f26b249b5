"""One token a line, and the difference between stripped and damaged tags."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perturbations.errors import DataError, StrippedLabelsError
from suites.readers.columns import read_columns
from suites.readers.sentences import Sentence, checked

FORMS = st.text(st.characters(codec="utf-8", exclude_categories=("Z", "C")), min_size=1, max_size=6)
SENTENCES = st.lists(
    st.lists(st.tuples(FORMS, st.sampled_from(["NOUN", "VERB"])), min_size=1, max_size=5), min_size=1, max_size=5
)


def written(path: Path, content: str) -> Path:
    path.write_bytes(content.encode())
    return path


def read(path: Path) -> list[Sentence]:
    return list(checked(read_columns(path), labels=("NOUN", "VERB"), source=str(path), gold="ask elsewhere"))


@given(sentences=SENTENCES, end=st.sampled_from(["\n", "\r\n"]), blank=st.integers(1, 3))
def test_what_is_written_comes_back(
    tmp_path_factory: pytest.TempPathFactory, sentences: list[list[tuple[str, str]]], end: str, blank: int
):
    path = tmp_path_factory.mktemp("columns") / "a.tsv"
    blocks = (end.join(f"{form}\t{tag}" for form, tag in sentence) + end for sentence in sentences)
    path.write_bytes((end * blank).join(blocks).encode())
    found = read(path)
    assert [list(zip(sentence.forms, sentence.tags, strict=True)) for sentence in found] == sentences
    assert [sentence.id for sentence in found] == [str(number) for number in range(len(sentences))]


def test_a_sentence_knows_the_line_it_starts_on(tmp_path: Path):
    path = written(tmp_path / "a.tsv", "\na\tNOUN\nb\tVERB\n\n\nc\tNOUN")
    assert [sentence.where for sentence in read(path)] == [f"{path} line 2", f"{path} line 6"]


def test_a_file_without_any_tag_is_stripped(tmp_path: Path):
    with pytest.raises(StrippedLabelsError, match=r"labels are stripped.*; ask elsewhere"):
        read(written(tmp_path / "a.tsv", "a\nb\n\nc\n"))


@pytest.mark.parametrize("content", ["a\tNOUN\nb\n", "a\tNOUN\n\nb\n", "a\n\nb\tNOUN\n", "a\tNOUN\nb\t\n"])
def test_a_file_with_tags_missing_here_and_there_is_damaged(tmp_path: Path, content: str):
    with pytest.raises(DataError, match=r"has no tag while others of the file have one") as caught:
        read(written(tmp_path / "a.tsv", content))
    assert not isinstance(caught.value, StrippedLabelsError)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a\tNOUN\tx\n", "line 1: 3 tab-separated columns"),
        ("a NOUN\n", "line 1: 'a NOUN' holds a space and no tab"),
        ("a\tNOUN\n\tVERB\n", "line 2: a tag 'VERB' without a token"),
        ("a\tNOUN\n\nb\tNOM\n", "line 3: the tag 'NOM' is not one of NOUN, VERB"),
        ("\n\n", "holds no sentence"),
        ("", "holds no sentence"),
    ],
)
def test_a_broken_file_is_refused_with_the_place(tmp_path: Path, content: str, message: str):
    with pytest.raises(DataError, match=message):
        read(written(tmp_path / "a.tsv", content))


def test_a_real_file_that_lost_its_commas_is_refused(data: Path):
    with pytest.raises(DataError, match="line 33: a tag 'PUNCT' without a token"):
        list(read_columns(data / "udpos" / "xtreme" / "test-af.labelled.tsv"))
