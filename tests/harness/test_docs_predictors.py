"""docs/predictors.md says what the code does: every option with its default, every family with its heads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from harness.checkpoints.serving import HEADS
from harness.pools import pool_options
from harness.predictors.settings import SETTINGS, WRITING, settings_of
from suites.task import Kind, find_task
from tests.harness.conftest import toy_task
from tests.harness.families import FAMILIES

PAGE = (Path(__file__).parents[2] / "docs" / "predictors.md").read_text(encoding="utf-8")
COLUMNS = (
    Kind.CLASSIFICATION, Kind.MULTIPLE_CHOICE, Kind.TAGGING, Kind.QUESTION_ANSWERING, Kind.RETRIEVAL,
)  # fmt: skip


def section(heading: str) -> str:
    return PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]


def rows(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if line.startswith("|") and not line.startswith("|---"):
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


def options(heading: str) -> dict[str, str]:
    return {row[0].strip("`"): row[-1].strip("| ") for row in rows(section(heading)) if row[0].startswith("`")}


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        ("Question answering", SETTINGS[Kind.QUESTION_ANSWERING]),
        ("Retrieval", {**SETTINGS[Kind.RETRIEVAL], **pool_options(find_task("tatoeba"))}),
        ("Mining", {**SETTINGS[Kind.MINING], **pool_options(find_task("bucc2018"))}),
        ("In words", WRITING),
    ],
)
def test_every_option_stands_there_with_its_default(heading: str, known: Mapping[str, str]) -> None:
    assert options(heading) == dict(known)


def test_kinds_of_which_no_option_is_told_have_none() -> None:
    for kind in (Kind.CLASSIFICATION, Kind.MULTIPLE_CHOICE, Kind.TAGGING):
        assert settings_of(toy_task(kind, ("a",))) == WRITING


def test_the_families_have_the_heads_of_the_table() -> None:
    import transformers

    table = {row[0]: row[1:] for row in rows(section("Families")) if row[0].lower() in FAMILIES}
    assert {name.lower() for name in table} == set(FAMILIES)
    for name, cells in table.items():
        prefix = FAMILIES[name.lower()].prefix
        heads = [hasattr(transformers, f"{prefix}{HEADS[kind] or 'Model'}") for kind in COLUMNS]
        heads.append(hasattr(transformers, f"{prefix}ForConditionalGeneration"))
        assert [cell.strip("| ") for cell in cells] == ["yes" if head else "–" for head in heads]


def test_what_tasks_set_for_themselves_is_what_the_page_says() -> None:
    for name, setting in (("tatoeba", "layer = middle"), ("lareqa", "pooling = first"), ("xnli", "words = numbers")):
        option, _, value = setting.partition(" = ")
        assert find_task(name).settings[option] == value
        assert f"`{setting}`" in PAGE
    assert {find_task(name).settings["pooling"] for name in ("lareqa", "mewslix")} == {"first"}
