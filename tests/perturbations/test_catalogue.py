"""The pages of the catalogue: written anew they are the same, and every cell is what the perturbation does."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
import regex

from perturbations import Level, Noise, Passage, Perturbation, Span, Status, languages, perturb
from perturbations.catalogue.__main__ import main
from perturbations.catalogue.cells import SEED, Cell, State, catalogued, cells, needs, rate_of
from perturbations.catalogue.drawing import drawn
from perturbations.catalogue.pages import FOLDER, OVERVIEW, pages
from perturbations.catalogue.showcase import equipped, showcases
from perturbations.edits import Edit, Edits
from perturbations.errors import DataError, UsageError
from perturbations.resources import find, installed, known, libraries, only

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
EACH = pytest.mark.parametrize("noise", catalogued(), ids=lambda noise: noise.name)
GIVEN = ("masked-language-model", "real-typos")
"""What needs something of the user that no table of resources names."""
ROW = re.compile(r"^\| [^|]+ `(?P<code>\w+)` \| (?P<before>[^|]*) \| (?P<after>[^|]*) \|", re.MULTILINE)
JOINED = regex.compile(r"(?<=[\p{jt=D}\p{jt=L}]\p{jt=T}*)</?mark>(?=\p{jt=T}*[\p{jt=D}\p{jt=R}])")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the made-up tables stand."""
    return tmp_path_factory.mktemp("catalogue") / "tables"


def page(noise: Noise) -> str:
    return (DOCS / FOLDER / f"{noise.name}.md").read_text("utf-8")


def written(target: Path) -> Mapping[str, bytes]:
    found = (target / OVERVIEW, *sorted((target / FOLDER).iterdir()))
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in found}


def test_the_pages_are_those_that_the_registry_gives(tmp_path: Path) -> None:
    expected = {name: content.encode() for name, content in pages(tmp_path / "work").items()}
    assert written(DOCS) == expected


def test_the_pages_depend_neither_on_what_a_machine_has_nor_on_its_hashes(tmp_path: Path) -> None:
    shelf, target = tmp_path / "shelf", tmp_path / "docs"
    (shelf / "frequencies").mkdir(parents=True)
    target.mkdir()
    (shelf / "en-de.txt").write_text("liberated frei\n", "utf-8")
    (shelf / "frequencies/de.txt").write_text("würde 9\nzebra 9\n", "utf-8")
    environment = {**os.environ, "PYTHONHASHSEED": "7", "XROBUST_RESOURCES": str(shelf)}
    command = [sys.executable, "-m", "perturbations.catalogue", str(target)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    assert written(target) == written(DOCS)


@EACH
def test_every_cell_is_what_the_page_says(noise: Noise, directory: Path) -> None:
    row = cells(noise, directory)
    assert list(row) == list(languages())
    matrix = (DOCS / OVERVIEW).read_text("utf-8")
    (signs,) = re.findall(rf"^{noise.name} +(\S+)$", matrix, re.MULTILINE)
    assert list(signs) == [cell.state.value for cell in row.values()]
    unsupported = "".join(re.findall(r"^Unsupported .*$", page(noise), re.MULTILINE))
    assert re.findall(r"`(\w+)`", unsupported) == [
        code for code, cell in row.items() if cell.state is State.UNSUPPORTED
    ]
    shown = [match["code"] for match in ROW.finditer(page(noise))]
    assert shown == [code for code, cell in row.items() if cell.state not in (State.UNSUPPORTED, State.IDLE)]
    for code, cell in row.items():
        check(noise, code, cell, directory)


def check(noise: Noise, code: str, cell: Cell, directory: Path) -> None:
    """The cell is what the perturbation does by itself, with nothing of others and with the made-up tables."""
    text, edits = cell.edits.source, cell.edits
    assert text in showcases()[code].texts
    with only(directory / "empty"):
        alone = [perturb(Passage(each, code), noise, rate=1, seed=SEED) for each in (*showcases()[code].texts, text)]
        shown = perturb(Passage(text, code), noise, rate=rate_of(noise), seed=SEED)
    untouched = all(each.apply() == each.source and not each.edits for each in alone)
    match cell.state:
        case State.UNSUPPORTED:
            assert untouched
            assert {each.status for each in alone} == {Status.UNSUPPORTED}
            assert edits == Edits(text)
        case State.IDLE:
            assert untouched
            assert {each.status for each in alone} == {Status.DONE}
        case State.NEEDS | State.UNPROVIDED:
            covered = any(code in known()[name].covers for name in noise.tables) or noise.name in GIVEN
            assert covered == (cell.state is State.NEEDS)
            assert untouched
            assert {each.status for each in alone} == {Status.UNAVAILABLE}
            with only(directory / "shelf"):
                assert edits == perturb(
                    Passage(text, code), equipped(noise, directory / "shelf"), rate=rate_of(noise), seed=SEED
                )
            check_edits(edits)
        case State.SHOWN:
            assert edits == shown
            check_edits(edits)


def check_edits(edits: Edits) -> None:
    """The edits change something, apply exactly, can be undone and tear no grapheme cluster."""
    source = edits.source
    assert edits.edits
    assert edits.status in (Status.DONE, Status.SATURATED)
    assert edits.touched > 0
    text = source
    for edit in reversed(edits.edits):
        assert text[edit.start : edit.end] == source[edit.start : edit.end] != edit.text
        text = text[: edit.start] + edit.text + text[edit.end :]
    assert edits.apply() == text != source
    assert edits.invert().apply() == source
    borders = {0, *(match.end() for match in regex.finditer(r"\X", source))}
    assert {border for edit in edits.edits for border in (edit.start, edit.end)} <= borders


@EACH
def test_every_row_of_a_page_reads_back_to_the_texts(noise: Noise, directory: Path) -> None:
    row = cells(noise, directory)
    for match in ROW.finditer(page(noise)):
        edits = row[match["code"]].edits
        before, after = plain(match["before"]), plain(match["after"])
        elided = re.fullmatch("(.+)".join(map(re.escape, before.split("…"))), edits.source, re.DOTALL)
        assert elided is not None, match[0]
        kept = (*elided.groups(), "")
        restored = "".join(part + gap for part, gap in zip(after.split("…"), kept, strict=True))
        assert restored == edits.apply()
        assert "<mark>" in match["before"] + match["after"]
        assert JOINED.search(html.unescape(match["before"])) is None


def plain(line: str) -> str:
    """A line of a page as the text it stands for."""

    def unspelt(match: re.Match[str]) -> str:
        return re.sub(r"⟨U\+(\w+)⟩", lambda point: chr(int(point[1], 16)), match[1]).replace("␣", " ")

    line = re.sub(r"</?span[^>]*>", "", line)
    return html.unescape(re.sub("<mark>(.*?)</mark>", unspelt, line))


@EACH
def test_a_perturbation_names_the_tables_it_looks_up(noise: Noise, directory: Path) -> None:
    row = cells(noise, directory)
    shipped = {path.name for path in (ROOT / "perturbations/data").iterdir()}
    assert set(noise.tables) <= shipped | {*known(), *libraries()}
    lacking = any(cell.state in (State.NEEDS, State.UNPROVIDED) for cell in row.values())
    assert lacking == (not known().keys().isdisjoint(noise.tables) or noise.name in GIVEN)
    assert all(f"[`{name}`]" in page(noise) for name in shipped.intersection(noise.tables))
    assert noise.source in page(noise)


def test_what_is_shipped_is_shown_with_its_source_and_licence() -> None:
    overview = (DOCS / OVERVIEW).read_text("utf-8")
    heads = re.findall(r"^### (\S+)\n\n```text\n(.*?)\n```", overview, re.MULTILINE | re.DOTALL)
    named = {name for noise in catalogued() for name in noise.tables if "." in name}
    assert {name for name, _ in heads} == named
    assert [
        name for name, head in heads if not re.search("Licen[cs]e|licensed|Apache|MIT|ours|written for", head)
    ] == []


class Nowhere(Perturbation):
    """Claims every language and finds no place."""

    name = "nowhere"
    level = Level.WORD
    source = "the tests"

    def sites(self, passage: Passage) -> Sequence[Span]:
        return ()

    def replacements(self, passage: Passage, site: Span) -> Sequence[str]:
        return ()


def test_a_language_that_is_claimed_without_a_place_is_no_cell(directory: Path) -> None:
    with pytest.raises(DataError, match=r"no text of 'af' has a place for nowhere: add one"):
        cells(Nowhere(), directory)


def test_only_the_directory_that_is_named_is_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named, other = tmp_path / "named", tmp_path / "other"
    for place in (named, other):
        place.mkdir()
        (place / "en-de.txt").write_text("free frei\n", "utf-8")
    (other / "en-fr.txt").write_text("free libre\n", "utf-8")
    monkeypatch.setenv("XROBUST_RESOURCES", str(other))
    with only(named):
        assert find("muse", "en", "de") == named / "en-de.txt"
        assert find("muse", "en", "fr") is None
        assert not installed("wordfreq")
    assert find("muse", "en", "fr") == other / "en-fr.txt"
    assert installed("regex")


def examples() -> Iterator[tuple[Edits, str, str]]:
    """Edits with what is drawn of them."""
    yield Edits("to|gether", (Edit(4, 4, " "),)), "to&#124;g", "to&#124;g<mark>␣</mark>"
    yield Edits("a b", (Edit(0, 2, ""),)), "<mark>a␣</mark>b", "b"
    yield Edits("a<b", (Edit(1, 2, "\u200b"),)), "a<mark>&lt;</mark>b", "a<mark>⟨U+200B⟩</mark>b"
    # Lam joins both its neighbours, alef only the one before it.
    arabic = Edits("سلام دار", (Edit(1, 2, "ن"),))
    yield arabic, '<span dir="rtl"><mark>سلا</mark>م دار</span>', '<span dir="rtl"><mark>سنا</mark>م دار</span>'


@pytest.mark.parametrize(("edits", "before", "after"), list(examples()))
def test_an_example_is_drawn_with_what_is_struck_in_sight(edits: Edits, before: str, after: str) -> None:
    found = drawn(edits)
    assert found.before.startswith(before)
    assert found.after.startswith(after)


def test_what_is_missing_names_who_provides_it(tmp_path: Path) -> None:
    wanted = next(noise for noise in catalogued() if noise.name == "thesaurus-synonym")
    assert "mythes" in (needs(wanted, languages()["de"], tmp_path) or "")


def test_the_command_asks_for_one_directory_and_clears_what_is_no_more(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="name the one directory"):
        main([])
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "gone.md").write_text("old", "utf-8")
    main([str(tmp_path)])
    assert written(tmp_path) == written(DOCS)
