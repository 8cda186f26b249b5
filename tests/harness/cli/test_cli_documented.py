"""Every command and option stands in docs/cli.md, and every help can be read."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from harness.cli.main import commands, main

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")
CONTEXT = click.Context(commands)
NAMES = commands.list_commands(CONTEXT)
TAKEN_OVER = "The options of [score](#score) from `--plan` to `--option`"


def command(name: str) -> click.Command:
    found = commands.get_command(CONTEXT, name)
    assert found is not None
    return found


def section(name: str) -> str:
    """What the page says of one command."""
    found = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, f"docs/cli.md has no section {name!r}"
    return found.group(1)


def test_the_page_has_a_section_for_every_command_and_no_other() -> None:
    assert sorted(re.findall(r"^## (.+)$", PAGE, re.MULTILINE)) == NAMES
    assert {"score", "list", "perturb", "report", "doctor"} <= set(NAMES)


def documented(name: str) -> list[str]:
    """The options in the table of a command, with those that its section takes over from `score`."""
    rows = [line.split("|")[1] for line in section(name).splitlines() if line.startswith("| `-")]
    own = [option for row in rows for option in re.findall(r"`?(--?[a-z-]+)", row)]
    if TAKEN_OVER not in section(name):
        return own
    theirs = documented("score")
    return [*theirs[: theirs.index("--option") + 1], *own]


@pytest.mark.parametrize("name", NAMES)
def test_every_option_is_documented_and_no_other(name: str) -> None:
    options = {
        option for parameter in command(name).params if isinstance(parameter, click.Option) for option in parameter.opts
    }
    assert set(documented(name)) == options


@pytest.mark.parametrize("name", NAMES)
def test_every_argument_and_option_of_the_help_says_what_it_does(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([name, "--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    assert text.startswith(f"Usage: xrobust {name}")
    for parameter in command(name).params:
        if isinstance(parameter, click.Option):
            assert parameter.help or isinstance(parameter.type, click.Choice), parameter.name
            assert parameter.opts[-1] in text


def test_the_options_of_the_page_before_the_sections_exist() -> None:
    known = {option for parameter in commands.params for option in parameter.opts} | {"--help", "-h"}
    assert set(re.findall(r"(?<![\w-])--[a-z]+", PAGE.split("## ")[0])) <= known
    assert {"--debug", "--version"} <= known


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"]])
def test_help_and_version_are_told_without_an_error(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 0
    text = capsys.readouterr().out
    if arguments != ["--version"]:
        for name in NAMES:
            assert f"  {name} " in text
    else:
        assert text.startswith("xrobust")


def test_a_command_that_is_not_there_is_refused_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["scroe"])
    assert caught.value.code == 2
    assert "No such command 'scroe'. Did you mean 'score'?" in capsys.readouterr().err


def test_a_defect_exits_neither_as_an_answer_of_the_gate_nor_as_bad_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(commands, "main", broken)
    with pytest.raises(SystemExit) as stopped:
        main(["list"])
    assert stopped.value.code == 70
    told = capsys.readouterr().err
    assert "nobody foresaw this" in told
    assert "please report it" in told
