"""Files are whole or not there at all; TOML that cannot be read gets a line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

import pytest

from harness.files import read_toml, write_text, write_whole
from perturbations.errors import DataError, StoreError


def test_a_file_that_cannot_be_finished_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    write_text(path, "kept ü\n")

    def half(file: IO[bytes]) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(StoreError, match=r"page\.md could not be written: No space left on device"):
        write_whole(path, half)
    assert path.read_text(encoding="utf-8") == "kept ü\n"
    assert [found.name for found in tmp_path.iterdir()] == ["page.md"]


def test_a_folder_that_is_not_there_gets_a_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"could not be written: No such file or directory; .* give another place"):
        write_text(tmp_path / "missing" / "page.md", "x")


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_text(pipe, "told")
        assert os.read(reader, 100) == b"told"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    assert [found.name for found in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "plan .*x.toml cannot be read: No such file"),
        (b"a = ", "plan .*x.toml is not TOML"),
        (b"\xff", "is not TOML"),
    ],
)
def test_toml_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / "x.toml").write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_toml(tmp_path / "x.toml", what="plan")
