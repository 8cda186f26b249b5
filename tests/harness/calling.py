"""The command line, called in the process of a test."""

from __future__ import annotations

import io
import sys
from typing import Protocol

import pytest

from harness.cli.main import main

Result = tuple[int, str, str]
"""Exit status, standard output, standard error."""


class Call(Protocol):
    """Runs the command line with some arguments and the bytes of a standard input."""

    def __call__(self, *arguments: object, stdin: bytes = b"") -> Result: ...


def caller(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """What the fixture `call` gives, without a data directory from the environment."""
    monkeypatch.delenv("XROBUST_DATA", raising=False)

    def called(*arguments: object, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        code = caught.value.code
        return (code if isinstance(code, int) else 1), out, err

    return called
