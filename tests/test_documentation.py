"""The pages: links lead somewhere, commands can be typed as they stand, `make help` tells every target."""

from __future__ import annotations

import importlib
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from harness.cli.main import commands

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")])
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
ASSIGNED = re.compile(r"^ *([A-Z])=(\"[^\"]*\"|\S+)$", re.MULTILINE)
"""A variable of a recipe, such as `P="-p word-swap"`."""
WRITTEN = [page for page in PAGES if page.parent.name != "perturbations"]
"""Pages written by hand; a test of its own holds the others to the registry."""
TARGETS = set(re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[0].split())


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def anchors(page: Path) -> set[str]:
    """What a link to a heading of the page may end with, as GitHub makes it."""
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#{1,6} (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def command_lines(text: str) -> Iterator[list[str]]:
    """The arguments of every `xrobust` command that stands on a line of its own; synopses are left out."""
    for name, value in ASSIGNED.findall(text):
        text = text.replace(f"${name}", value.strip('"'))
    for line in re.findall(r"^ *xrobust (.+)$", text.replace("\\\n", " "), re.MULTILINE):
        command = re.split(r" [<>|] ", line)[0]
        if "[" not in command and command.split()[0] in commands.list_commands(click.Context(commands)):
            yield shlex.split(command, comments=True)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", FENCED.sub("", page.read_text(encoding="utf-8"))):
        if link.startswith("https://"):
            continue
        place, _, anchor = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_every_command_of_a_page_has_the_options_and_arguments_that_it_is_given(page: Path) -> None:
    for name, *arguments in command_lines(page.read_text(encoding="utf-8")):
        command = commands.get_command(click.Context(commands), name)
        assert command is not None
        try:
            command.make_context(name, arguments)
        except click.UsageError as error:
            pytest.fail(f"xrobust {shlex.join([name, *arguments])}: {error.format_message()}")


def test_commands_are_found_and_what_cannot_be_typed_is_noticed() -> None:
    assert sum(len(list(command_lines(page.read_text(encoding="utf-8")))) for page in WRITTEN) > 50
    ((name, *arguments),) = command_lines("    xrobust demo --nowhere \\\n        x > y")
    with pytest.raises(click.UsageError, match="No such option"):
        commands.get_command(click.Context(commands), name).make_context(name, arguments)


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_the_help_of_make_tells_every_target_and_pages_name_no_other() -> None:
    told = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert set(re.findall(r"^  make (\S+) +\S", told, re.MULTILINE)) == TARGETS
    named = {name for page in WRITTEN for name in re.findall(r"`make ([a-z-]+)`", page.read_text(encoding="utf-8"))}
    assert {"install", "demo", "test-textattack"} <= named <= TARGETS


def test_what_the_page_on_statistics_calls_is_there() -> None:
    page = (ROOT / "docs" / "statistics.md").read_text(encoding="utf-8")
    calls = [
        (file, name)
        for names, file in re.findall(r"((?:`\w+`(?:, | and )?)+) in `(\w+)\.py`", page)
        for name in re.findall(r"\w+", names.replace(" and ", " "))
    ]
    assert len(calls) > 20
    lacking = [call for call in calls if not hasattr(importlib.import_module(f"harness.statistics.{call[0]}"), call[1])]
    assert lacking == []
