"""Real typos: tables that people give, and what is said where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from perturbations import Passage, Status, XRobustError, find_language, find_perturbation, perturb
from perturbations.characters.real_typos import RealTypos, read_misspellings

TABLE = """\
# made for this test
thier->their, there,
teh->the
hte->the
ist->İstanbul
alot->a lot
izmit->izmir
"""


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "typos.txt"
    path.write_text(TABLE, encoding="utf-8")
    return str(path)


def test_words_are_misspelt_as_the_table_has_it_in_their_case(table: str) -> None:
    typos = RealTypos(table=table)
    for text, results in {
        "the": {"teh", "hte"},
        "The": {"Teh", "Hte"},
        "THE": {"TEH", "HTE"},
        "their": {"thier"},
        "There": {"Thier"},
        "lot": {"lot"},
    }.items():
        found = {perturb(Passage(text, "en", str(key)), typos, rate=1.0, seed=0).apply() for key in range(40)}
        assert found == results


def test_capitals_follow_the_language(table: str) -> None:
    assert perturb(Passage("İzmir", "tr", "a"), RealTypos(table=table), rate=1.0, seed=0).apply() == "İzmit"
    assert perturb(Passage("İZMİR", "tr", "a"), RealTypos(table=table), rate=1.0, seed=0).apply() == "İZMİT"


def test_a_text_without_known_words_is_saturated(table: str) -> None:
    assert perturb(Passage("xyz", "en"), RealTypos(table=table), rate=0.5, seed=0).status is Status.SATURATED


def test_without_a_table_it_is_unavailable_and_says_how_to_give_one() -> None:
    typos = find_perturbation("real-typos")
    assert perturb(Passage("their", "en"), typos, rate=0.5, seed=0).status is Status.UNAVAILABLE
    assert "RealTypos(table=PATH)" in (typos.missing(find_language("en")) or "")


def test_each_language_may_have_its_own_table(tmp_path: Path) -> None:
    (tmp_path / "en.txt").write_text("teh->the\n", encoding="utf-8")
    typos = RealTypos(table=str(tmp_path / "{language}.txt"))
    assert typos.missing(find_language("en")) is None
    assert str(tmp_path / "de.txt") in (typos.missing(find_language("de")) or "")


@pytest.mark.parametrize("line", ["their", "->their", "thier->", "thier-> , "])
def test_a_line_that_is_no_misspelling_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_text(f"teh->the\n{line}\n", encoding="utf-8")
    with pytest.raises(XRobustError, match=r"bad\.txt:2.*is no misspelling"):
        read_misspellings(path)


def test_the_list_of_codespell_is_read_whole(data: Path) -> None:
    path = data / "noise/misspellings/codespell_dictionary.txt"
    typos = read_misspellings(path)
    assert "abandonned" in typos["abandoned"]
    assert sum(map(len, typos.values())) > 60_000
    edits = perturb(
        Passage("Their government received it yesterday.", "en", "a"), RealTypos(table=str(path)), rate=0.4, seed=1
    )
    assert len(edits.edits) == 2
