"""The commands that only look: `perturb`, `list`, `doctor`."""

from __future__ import annotations

import io
import re
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from perturbations import Passage, Scope, all_perturbations, find_perturbation, languages, perturb, preset
from perturbations.plausibility import OtherWords
from suites import tasks
from tests.harness.calling import Call

TEXT = "The quick brown fox jumps over the lazy dog."


def test_the_preview_shows_exactly_what_a_run_would_read(call: Call) -> None:
    for name in preset("core"):
        edits = perturb(Passage(TEXT, "en"), find_perturbation(name), rate=0.3, seed=7)
        code, out, _ = call("perturb", TEXT, "-l", "en", "-p", name, "--rate", 0.3, "--seed", 7)
        assert code == 0
        assert f"before  {TEXT}\n" in out
        assert (f"after   {edits.apply()}\n" in out) == bool(edits.edits)
        assert f"{name}: {edits.status}, touched {edits.touched} of {edits.units} " in out


def test_the_marked_line_holds_both_texts(call: Call) -> None:
    for name in ("character-swap", "character-insertion", "word-deletion", "word-swap"):
        out = call("perturb", TEXT, "-l", "en", "-p", name, "--rate", 0.5)[1]
        lines = {
            line[:8].strip(): line[8:] for line in out.splitlines() if line[:8] in ("before  ", "after   ", "marked  ")
        }
        assert re.sub(r"\[-(.*?)-\]|\{\+.*?\+\}", r"\1", lines["marked"]) == lines["before"]
        assert re.sub(r"\[-.*?-\]|\{\+(.*?)\+\}", r"\1", lines["marked"]) == lines["after"]


def test_every_line_of_the_standard_input_is_perturbed(call: Call) -> None:
    given = "แมวนั่งบนเสื่อ\r\n\na :dog: [bold]\tx[/bold]\u2028y"
    code, out, _ = call("perturb", "-l", "th", "-p", "character-deletion", stdin=given.encode())
    assert code == 0
    assert [line for line in out.split("\n") if line.startswith("before")] == [
        "before  แมวนั่งบนเสื่อ",
        "before  ",
        "before  a :dog: [bold]\tx[/bold]\u2028y",
    ], "nothing is taken for markup, an emoji or a line break"


def test_what_nobody_can_judge_is_unavailable_with_the_reason(call: Call) -> None:
    out = call("perturb", "ฉันกินข้าว", "-l", "th", "-p", "character-swap", "-p", "jamo-slip", "--plausible")[1]
    swap, jamo = out.split("\n\n")[1:3]
    assert swap.startswith("character-swap: unavailable, touched 0 of 7 characters\n")
    assert "word frequencies (a word and its count a line) for th: no file 'frequencies/th.txt'" in swap
    assert jamo.strip() == "jamo-slip: unsupported, touched 0 of 7 characters"


@pytest.mark.parametrize(
    ("name", "seen"),
    [("deletion-control", "⟨U+0008⟩"), ("bidi-reordering", "⟨U+2066⟩⟨U+202E⟩"), ("invisible-character", "⟨U+")],
)
def test_what_is_not_seen_is_spelt_out_where_it_is_marked(call: Call, name: str, seen: str) -> None:
    marked = call("perturb", TEXT, "-l", "en", "-p", name, "--rate", 0.3)[1].split("marked  ")[1]
    assert seen in marked
    assert not {unicodedata.category(character) for character in marked.replace("\n", "")} & {"Cc", "Cf"}


def test_without_names_every_perturbation_is_shown(call: Call) -> None:
    out = call("perturb", TEXT, "-l", "en", "--rate", 0.3)[1]
    for perturbation in all_perturbations():
        assert f"\n{perturbation.name}: " in out


def test_the_preview_takes_the_settings_of_a_run(call: Call) -> None:
    text = "Visit https://x.org, the form has 2020 cats from here."
    names = ("-p", "character-swap", "-p", "fake", "--variant", "fake=homoglyph", "--parameter", "fake.across=false")
    guards = ("--protect", "urls", "--protect", "numbers", "--shortest", 4)
    code, out, _ = call("perturb", text, "-l", "en", *names, *guards, "--severity", "extreme", "--rate", 1)
    assert code == 0
    titles = re.findall(r"^([\w-]+): (?:done|saturated), touched .*, at rate (\S+)$", out, re.MULTILINE)
    assert titles == [("character-swap", "1"), ("character-swap", "0.4"), ("fake", "1"), ("fake", "0.4")]
    for line in re.findall(r"^after   (.*)$", out, re.MULTILINE):
        assert "https://x.org" in line
        assert "2020" in line
        assert " the " in line
    judge = OtherWords(refuses=False)
    passage = Passage(text, "en")
    for option, plausibility in (("--count-collisions", judge), ("--plausible", OtherWords())):
        out = call("perturb", text, "-l", "en", "-p", "character-swap", "--rate", 0.9, option)[1]
        found = perturb(passage, find_perturbation("character-swap"), rate=0.9, seed=0, plausibility=plausibility)
        assert f"after   {found.apply()}\n" in out
        assert f", edits drawn that would make another word: {found.collisions}" in out
        assert found.collisions > 0


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        ([TEXT, "-l", "enn"], b"", "unknown language 'enn'"),
        ([TEXT, "-l", "en", "-p", "swap"], b"", "unknown perturbation 'swap'"),
        ([TEXT, "-l", "en", "--rate", "1.5"], b"", "rate 1.5 is not a share"),
        ([TEXT, "-l", "en", "--rate", "nan"], b"", "rate nan is not a share"),
        ([TEXT, "-l", "en", "--severity", "mild"], b"", "unknown severity 'mild'"),
        ([TEXT, "-l", "en", "--protect", "labels"], b"", "protection of labels: a text without a task has none"),
        (["-l", "en"], b"fine\xffnot\n", "the standard input is not UTF-8"),
        (["a\udcff", "-l", "en"], b"", "TEXT is not UTF-8"),
    ],
)
def test_what_cannot_be_perturbed_gets_one_line(call: Call, arguments: list[str], stdin: bytes, said: str) -> None:
    code, out, err = call("perturb", *arguments, stdin=stdin)
    assert (code, out) == (2, "")
    assert err.startswith(f"xrobust: {said}")
    assert err.count("\n") == 1


def test_an_output_that_cannot_hold_the_text_gets_one_line(monkeypatch: pytest.MonkeyPatch, call: Call) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="latin-1"))
    code, _, err = call("perturb", "แมว", "-l", "th")
    assert code == 2
    assert err == "xrobust: the output is latin-1, which lacks characters: set PYTHONIOENCODING=utf-8\n"


def test_the_lists_name_everything_that_is_known(call: Call) -> None:
    shown = {what: call("list", what)[1] for what in ("tasks", "languages", "perturbations")}
    for task in tasks().values():
        assert task.name in shown["tasks"]
    for code in languages():
        assert re.search(rf"^ ?{code} ", shown["languages"], re.MULTILINE)
    for perturbation in all_perturbations():
        row = re.search(rf"^ ?{perturbation.name} +(\w+) +(\w+)", shown["perturbations"], re.MULTILINE)
        assert row is not None
        drawn = "texts" if perturbation.scope is Scope.TEXT else f"{perturbation.level}s"
        assert row.groups() == (drawn, (*perturbation.presets, "full")[0])
    for parameter in ("across", "lexicon", "window", "device"):
        assert parameter in shown["perturbations"], parameter
    everything = call("list")[1]
    assert all(text in everything for text in shown.values())
    code, _, err = call("list", "tusks")
    assert code == 2
    assert "'tusks' is not one of" in err


@pytest.mark.parametrize("width", [80, 100, 160])
def test_no_word_of_the_lists_breaks_over_two_lines(call: Call, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setattr("harness.cli._console.console", lambda: Console(width=width))
    out = call("list")[1]
    assert max(map(len, out.splitlines())) <= width
    said = set(re.findall(r"[^\s,]+", out))
    wanted = {value for task in tasks().values() for several in task.choices.values() for value in several}
    for task in tasks().values():
        wanted |= {task.name, *task.kind.split("_"), *task.languages, *task.metrics, *task.options}
        wanted |= {name for name in task.fields if not name.startswith("choice")} | {task.source.cite.split()[0]}
    for perturbation in all_perturbations():
        wanted |= {perturbation.name, *perturbation.presets}
    assert wanted <= said, wanted - said


def test_the_doctor_names_what_is_installed_and_what_is_not_there(call: Call) -> None:
    code, out, _ = call("doctor")
    assert code == 0
    for name in ("python", "torch", "transformers", "icu4py", "word dictionaries", "perturbations"):
        assert re.search(rf"^  found +{name} ", out, re.MULTILINE), name
    assert re.search(r"^  note +data directory +none: give --data or set XROBUST_DATA", out, re.MULTILINE)
    assert re.search(r"^  note +xnli +not looked for; originals: https", out, re.MULTILINE)


def test_the_doctor_counts_the_languages_that_have_files(call: Call, small_data: Path) -> None:
    code, out, _ = call("doctor", "--data", small_data)
    assert code == 0
    assert re.search(r"^  found +xnli +3 of 15 languages read; without ar bg el es", out, re.MULTILINE)
    assert re.search(r"^  found +udpos +2 of 38 languages read", out, re.MULTILINE)
    absent = call("doctor", "--data", small_data / "none")[1]
    assert re.search(r"^  missing +xnli +0 of 15", absent, re.MULTILINE)
    assert "does not exist" in absent


def test_the_doctor_fails_where_a_package_is_missing(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import metadata

    real = metadata.version

    def without(name: str) -> Any:
        if name == "icu4py":
            raise metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(metadata, "version", without)
    code, out, _ = call("doctor")
    assert code == 1
    assert re.search(r"^  missing +icu4py +pip install 'icu4py", out, re.MULTILINE)
