"""Where the tables of others are found, and what is said where they are not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from perturbations import XRobustError, languages, resources
from perturbations.errors import ResourceError


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory that is searched, and no other that the environment names."""
    monkeypatch.setenv("XROBUST_RESOURCES", str(tmp_path))
    monkeypatch.delenv("XROBUST_DATA", raising=False)
    return tmp_path


def test_every_resource_says_who_provides_it_and_under_which_licence() -> None:
    for name, resource in resources.known().items():
        assert resource.name == name
        assert all((resource.title, resource.files, resource.provider, resource.licence)), name
        assert set(resource.codes.values()) == set(languages()), name
        assert not resource.only or resource.only in languages()


@pytest.mark.parametrize(
    ("path", "name", "pair"),
    [
        ("wordnet/data.noun", "wordnet", ("en",)),
        ("omw_wiktionary/wn-wikt-arb.tab", "omw", ("ar",)),
        ("wns/fra/wn-data-fra.tab", "omw", ("fr",)),
        ("th_de_DE_v2.dat", "thesaurus", ("de",)),
        ("th_es_v2.dat", "thesaurus", ("es",)),
        ("lexicons/en-zh.txt", "muse", ("en", "zh")),
        ("freedict-swh-pol.index", "freedict", ("sw", "pl")),
        ("stopwords-iso.json", "stop-words", ("th",)),
        ("content/ka_50k.txt", "frequencies", ("ka",)),
    ],
)
def test_a_file_is_found_under_the_name_its_provider_gives_it(
    shelf: Path, path: str, name: str, pair: tuple[str, ...]
) -> None:
    file = shelf / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    assert resources.find(name, *pair) == file
    assert file in {found for holding in resources.inventory() for found in holding.files.values()}


def test_the_first_directory_wins_and_what_it_lacks_is_taken_from_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("first/th_ro_RO_v2.dat", "second/th_ro_RO_v2.dat", "second/th_uk_UA_v2.dat"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).touch()
    monkeypatch.setenv("XROBUST_RESOURCES", os.pathsep.join(str(tmp_path / name) for name in ("first", "second")))
    assert resources.find("thesaurus", "ro") == tmp_path / "first/th_ro_RO_v2.dat"
    assert resources.find("thesaurus", "uk") == tmp_path / "second/th_uk_UA_v2.dat"


def test_names_that_only_look_alike_are_no_files_of_a_resource(shelf: Path) -> None:
    for name in ("th_de_DE_v2.idx", "en-xx.txt", "en-de-fr.txt", "wn-wikt-xyz.tab", "notes.txt"):
        (shelf / name).touch()
    (shelf / "th_ka_v2.dat").mkdir()
    assert resources.find("thesaurus", "ka") is None
    assert not any(shelf in path.parents for holding in resources.inventory() for path in holding.files.values())


@pytest.mark.usefixtures("shelf")
def test_a_file_that_is_missing_is_named_in_one_line_with_what_provides_it() -> None:
    with pytest.raises(ResourceError) as caught:
        resources.require("thesaurus", "qu")
    told = str(caught.value)
    assert "\n" not in told
    assert all(part in told for part in ("th_qu_", "$XROBUST_RESOURCES", "apt install mythes-", "qu"))
    assert "about 'en' only" in resources.message("wordnet", "de")


def test_an_unknown_resource_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(XRobustError, match="did you mean 'wordnet'"):
        resources.find("wordnets", "en")


def test_the_real_tables_cover_the_languages_they_are_said_to(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XROBUST_RESOURCES", raising=False)
    monkeypatch.setenv("XROBUST_DATA", str(data))
    found = {holding.resource.name: holding.files for holding in resources.inventory()}
    assert (len(found["omw"]), len(found["muse"])) == (37, 14)
    assert set(found["stop-words"]) == {""}
    assert {language for pair in found["muse"] for language in pair.split("-")} <= set(languages())


@pytest.mark.parametrize(
    ("files", "language", "chosen"), [("de_AT de_CH de_DE", "de", "de_DE"), ("en_AU en_US", "en", "en_US")]
)
def test_of_several_regions_the_one_where_most_live_is_taken(
    shelf: Path, files: str, language: str, chosen: str
) -> None:
    for name in files.split():
        (shelf / f"th_{name}_v2.dat").write_text("UTF-8\n", encoding="utf-8")
    assert resources.find("thesaurus", language) == shelf / f"th_{chosen}_v2.dat"
