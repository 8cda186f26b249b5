"""Strict reading of text files: encodings, line ends, double ids."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perturbations.errors import DataError, ResourceError
from suites.readers.files import LOST, first_file, lines, unique


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_lines_are_numbered_from_one_and_lose_lf_and_crlf(tmp_path: Path):
    path = written(tmp_path / "a", b"one\ntwo\r\n\nthree")
    assert list(lines(path)) == [(1, "one"), (2, "two"), (3, ""), (4, "three")]
    assert [line for _, line in lines(path, keep_ends=True)] == ["one\n", "two\r\n", "\n", "three"]


def test_characters_at_which_python_breaks_lines_stay_inside_them(tmp_path: Path):
    text = "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\rh"
    assert list(lines(written(tmp_path / "a", f"{text}\n".encode()))) == [(1, text)]


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path):
    assert list(lines(written(tmp_path / "a", b"\xef\xbb\xbf# sent_id = 1\n"))) == [(1, "# sent_id = 1")]


def test_a_byte_that_is_not_utf8_is_reported_with_line_and_offset(tmp_path: Path):
    path = written(tmp_path / "latin.tsv", b"\xef\xbb\xbfgut\nsch\xf6n\n")
    with pytest.raises(DataError, match=r"latin\.tsv line 2, byte 10 of the file: b'\\xf6' is not UTF-8"):
        list(lines(path))


def test_a_file_in_utf16_is_reported_at_its_first_byte(tmp_path: Path):
    with pytest.raises(DataError, match=r"line 1, byte 0 of the file: b'\\xff'"):
        list(lines(written(tmp_path / "a", "text\n".encode("utf-16"))))


def test_bytes_that_are_lost_are_replaced_where_a_reader_asks_for_it(tmp_path: Path):
    path = written(tmp_path / "a", b"\xef\xbb\xbfgut\nmarking as \xe2\x80need\n")
    assert list(lines(path, replace=True)) == [(1, "gut"), (2, f"marking as {LOST}need")]


def test_a_lone_surrogate_is_called_one(tmp_path: Path):
    path = written(tmp_path / "a.tsv", b"fine\nbad \xed\xa0\xbd here\n")
    with pytest.raises(DataError, match=r"a\.tsv line 2, byte 9 of the file: the lone surrogate U\+D83D"):
        list(lines(path))


@pytest.mark.parametrize("place", ["absent", "."])
def test_what_cannot_be_opened_is_named(tmp_path: Path, place: str):
    with pytest.raises(ResourceError, match="cannot be read"):
        list(lines(tmp_path / place))


@given(texts=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r\ufeff")), min_size=1))
def test_what_is_written_a_line_each_is_read_a_line_each(tmp_path_factory: pytest.TempPathFactory, texts: list[str]):
    path = tmp_path_factory.mktemp("lines") / "a"
    path.write_bytes("".join(f"{text}\n" for text in texts).encode())
    assert [line for _, line in lines(path)] == texts


def test_the_first_file_that_exists_is_taken_and_folders_are_not_files(tmp_path: Path):
    path = written(tmp_path / "b", b"")
    assert first_file([tmp_path / "a", tmp_path, path]) == path
    assert first_file([tmp_path / "a", tmp_path]) is None


def test_a_double_id_is_reported_with_both_places():
    unique([("1", "line 1"), ("2", "line 2")], what="pair")
    with pytest.raises(DataError, match="line 9: pair '1' is already at line 1"):
        unique([("1", "line 1"), ("2", "line 2"), ("1", "line 9")], what="pair")
