"""Tables of spellings: how rows are read, where they hold, and that the shipped tables are sane."""

from __future__ import annotations

import tomllib
import unicodedata
from itertools import chain
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from perturbations import Passage, Span, find_language, find_perturbation, languages
from perturbations.characters.ocr import confusions
from perturbations.characters.orthography import variants
from perturbations.characters.punctuation import forms
from perturbations.languages import script_of
from perturbations.rewriting import Place, Row, parse, rewriter, with_capitals

TABLES = Path(__file__).resolve().parents[2] / "perturbations" / "data"
EVERY = pytest.mark.parametrize("code", sorted(languages()))


def table(name: str) -> dict[str, dict[str, object]]:
    return tomllib.loads((TABLES / name).read_text(encoding="utf-8"))


def offered(name: str, code: str, text: str) -> dict[str, set[str]]:
    """What a perturbation offers for each stretch of the text that it may strike."""
    passage, perturbation = Passage(text, code), find_perturbation(name)
    return {site.of(text): set(perturbation.replacements(passage, site)) for site in perturbation.sites(passage)}


def test_rows_are_read_one_way_both_ways_and_among_many() -> None:
    assert list(parse("a>b/c d=e")) == [Row("a", "b"), Row("a", "c"), Row("d", "e"), Row("e", "d")]
    assert set(parse("x=y=z")) == {Row(a, b) for a in "xyz" for b in "xyz" if a != b}
    assert list(parse("h>", Place.START)) == [Row("h", "", Place.START)]


def test_capitals_follow_the_language() -> None:
    assert set(with_capitals([Row("ae", "ä")], find_language("de"))) == {
        Row("ae", "ä"),
        Row("Ae", "Ä"),
        Row("AE", "Ä"),
    }
    assert Row("I", "İ") in set(with_capitals([Row("ı", "i")], find_language("tr")))
    # The capital of ß is two letters long and belongs to no row.
    assert list(with_capitals([Row("ß", "ss")], find_language("de"))) == [Row("ß", "ss")]


def test_the_longest_row_wins_and_keeps_the_options_within_it() -> None:
    found = rewriter(parse("rn>m n>h"))
    passage = Passage("burn nun", "en")
    assert [site.of(passage.text) for site in found.sites(passage)] == ["rn", "n", "n"]
    assert found.replacements(passage, Span(2, 4)) == ("m", "rh")


def test_rows_bound_to_a_place_hold_there_only() -> None:
    found = rewriter([*parse("a>b", Place.START), *parse("a>c", Place.END), *parse("x>y")])
    passage = Passage("aba xax a a\u0323b", "en")
    assert [(site.start, found.replacements(passage, site)) for site in found.sites(passage)] == [
        (0, ("b",)),
        (2, ("c",)),
        (4, ("y",)),
        (6, ("y",)),
        (8, ("b", "c")),
    ]
    found = rewriter(parse("ng>nang", Place.WHOLE))
    assert [site.start for site in found.sites(Passage("ng angat ngayon lang ng", "tl"))] == [0, 21]


def test_a_mark_that_makes_another_letter_keeps_rows_away() -> None:
    found = rewriter(parse("e>c"))
    assert not found.sites(Passage("e\u0301", "en"))
    assert len(found.sites(Passage("ee\u0301e", "en"))) == 2


def test_a_row_for_a_mark_edits_the_whole_cluster() -> None:
    assert offered("orthographic-variant", "ar", "ذهبتُ") == {"تُ": {"ت"}}
    assert offered("ocr-confusion", "hi", "कि") == {"कि": {"की", "फि"}}


def test_no_stretch_crosses_a_border_of_tokens() -> None:
    found = rewriter(parse("rn>m"))
    text = "burn barns"
    tokens = (Span(0, 3), Span(3, 4), Span(5, 10))
    assert [(site.start, site.end) for site in found.sites(Passage(text, "en", tokens=tokens))] == [(7, 9)]


@given(text=st.text(alphabet="abrnı\u0301\u0323 \u0e01\u0e34한", max_size=40))
def test_sites_are_whole_clusters_in_order_and_every_one_has_another_spelling(text: str) -> None:
    found = rewriter(parse("rn=m a>b/ab n>r \u0301>\u0323 \u0e34>\u0e35 a\u0301>x"))
    passage = Passage(text, "en")
    borders = {0} | {match.end() for match in regex.finditer(r"\X", text)}
    reached = 0
    for site in found.sites(passage):
        assert site.start >= reached
        assert {site.start, site.end} <= borders
        options = found.replacements(passage, site)
        assert options
        assert site.of(text) not in options
        assert len(set(options)) == len(options)
        reached = site.end


@pytest.mark.parametrize("name", ["ocr.toml", "orthography.toml", "punctuation.toml", "digits.toml", "diacritics.toml"])
def test_every_table_states_source_and_licence_and_is_composed(name: str) -> None:
    text = (TABLES / name).read_text(encoding="utf-8")
    assert "# Source" in text
    assert "Apache License 2.0" in text
    # A table may name marks by themselves and letters that Unicode never composes, but no letter in two ways.
    assert unicodedata.normalize("NFC", text) == text or name in ("ocr.toml", "orthography.toml")


@pytest.mark.parametrize("name", ["orthography.toml", "digits.toml", "punctuation.toml"])
def test_tables_speak_of_known_languages_only(name: str) -> None:
    assert set(table(name)["languages"]) <= set(languages())


@EVERY
def test_every_row_of_orthography_changes_a_text_of_its_language(code: str) -> None:
    for key, rows in table("orthography.toml")["languages"].get(code, {}).items():
        place = key.partition("-")[0]
        for row in parse(rows):
            around = {"start": ("", "ab"), "end": ("ab", "")}.get(place, ("", ""))
            text = around[0] + row.old + around[1]
            passage = Passage(text if not unicodedata.combining(text[0]) else "x" + text, code)
            found = variants(passage.writing)
            options = {
                passage.text[: site.start] + new + passage.text[site.end :]
                for site in found.sites(passage)
                for new in found.replacements(passage, site)
            }
            assert options, (code, key, row)
            assert passage.text not in options


@EVERY
def test_variants_are_written_in_the_scripts_of_the_language(code: str) -> None:
    writing = find_language(code)
    known = {*writing.scripts, "Common", "Inherited"}
    for old, places in variants(writing).options.items():
        for new in chain.from_iterable(places.values()):
            assert {script_of(character) for character in old + new} <= known, (code, old, new)


@EVERY
def test_what_ocr_reads_belongs_to_the_language_or_to_the_script_that_is_read(code: str) -> None:
    writing = find_language(code)
    for old, places in confusions(writing).options.items():
        read = {script_of(character) for character in old}
        for new in chain.from_iterable(places.values()):
            assert new != old
            scripts = {script_of(character) for character in new} - {"Common", "Inherited"}
            assert scripts <= read | set(writing.scripts), (code, old, new)


@EVERY
def test_every_language_has_ocr_confusions_for_most_of_its_letters(code: str) -> None:
    writing = find_language(code)
    letters = [letter for letter in writing.alphabet if script_of(letter) != "Han"]
    known = [letter for letter in letters if letter in confusions(writing).options]
    assert len(known) >= 0.6 * len(letters), set(letters) - set(known)


def test_a_hyphen_is_read_as_a_sign_of_the_kana_in_japanese_only() -> None:
    assert "ー" in offered("ocr-confusion", "ja", "-")["-"]
    assert offered("ocr-confusion", "id", "-") == {"-": {"–"}}


def test_every_row_of_ocr_is_possible_in_some_language() -> None:
    used = {
        (unicodedata.normalize("NFD", old), unicodedata.normalize("NFD", new))
        for code in languages()
        for old, places in confusions(find_language(code)).options.items()
        for new in chain.from_iterable(places.values())
    }
    rows = (row for lines in table("ocr.toml")["scripts"].values() for line in lines for row in parse(line))
    dead = [
        row
        for row in rows
        if (unicodedata.normalize("NFD", row.old), unicodedata.normalize("NFD", row.new)) not in used
    ]
    assert not dead, dead


@EVERY
def test_forms_of_punctuation_are_punctuation_or_signs(code: str) -> None:
    for old, places in forms(find_language(code)).options.items():
        for new in chain.from_iterable(places.values()):
            assert all(unicodedata.category(character)[0] in "PS" for character in old + new), (code, old, new)


MISREAD = [
    ("en", "burn", "rn", "m"),
    ("en", "clip", "cl", "d"),
    ("en", "1", "1", "l"),
    ("en", "O", "O", "0"),
    ("de", "groß", "ß", "B"),
    ("ru", "шум", "ш", "щ"),
    ("el", "νερό", "ν", "υ"),
    ("ar", "بيت", "ب", "ت"),
    ("fa", "پدر", "پ", "ب"),
    ("he", "דבר", "ד", "ר"),
    ("hi", "भर", "भ", "म"),
    ("bn", "বন", "ব", "র"),
    ("ta", "கர", "ர", "\u0bbe"),
    ("th", "ผม", "ผ", "ฝ"),
    ("ka", "ვარ", "ვ", "კ"),
    ("zh", "未来", "未", "末"),
    ("zh", "明天", "明", "日月"),
    ("ja", "シ", "シ", "ツ"),
    ("ko", "개", "개", "게"),
    ("my", "ဝ", "ဝ", "၀"),
]


@pytest.mark.parametrize(("code", "text", "old", "new"), MISREAD)
def test_readings_known_from_the_literature_are_offered(code: str, text: str, old: str, new: str) -> None:
    assert new in offered("ocr-confusion", code, text)[old]


def test_ocr_reads_no_letter_that_the_language_lacks() -> None:
    assert "پ" in offered("ocr-confusion", "fa", "ب")["ب"]
    assert "پ" not in offered("ocr-confusion", "ar", "ب")["ب"]
    assert "ı" not in offered("ocr-confusion", "en", "i")["i"]


def test_punctuation_takes_its_local_and_its_ascii_form() -> None:
    assert offered("punctuation-form", "ar", "نعم؟ a?") == {"؟": {"?"}, "?": {"؟"}}
    assert offered("punctuation-form", "hi", "है।")["।"] == {".", "|"}
    assert offered("punctuation-form", "zh", "好。")["。"] == {"."}
    assert offered("punctuation-form", "de", '"')['"'] == {"„", "“"}
    assert offered("punctuation-form", "el", "Τι;")[";"] == {"?", "·"}
    assert offered("punctuation-form", "en", "…") == {"…": {"..."}}
