"""Diacritics: stripped, exchanged and shifted, in scripts with letters, points, tones and voicing marks."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perturbations import Passage, find_language, find_perturbation, languages
from perturbations.characters.diacritics import bare, is_diacritic, marks_of


def offered(name: str, code: str, text: str) -> dict[str, set[str]]:
    passage, perturbation = Passage(text, code), find_perturbation(name)
    return {site.of(text): set(perturbation.replacements(passage, site)) for site in perturbation.sites(passage)}


STRIPPED = [
    ("fr", "é", "e"),
    ("vi", "ệ", "e"),
    ("vi", "ợ", "o"),
    ("vi", "Đ", "D"),
    ("pl", "ł", "l"),
    ("yo", "ọ́", "o"),
    ("ro", "ș", "s"),
    ("el", "ή", "η"),
    ("ru", "ё", "е"),
    ("uk", "ї", "і"),
    ("ar", "بَ", "ب"),
    ("ar", "بُّ", "ب"),
    ("he", "שָׁ", "ש"),
    ("hi", "ज़", "ज"),
    ("hi", "ज़ी", "जी"),
    ("bn", "য়", "য"),
    ("pa", "ਸ਼", "ਸ"),
    ("th", "ที่", "ที"),
    ("ja", "が", "か"),
    ("ja", "パ", "ハ"),
    ("en", "e\u0301", "e"),
]


@pytest.mark.parametrize(("code", "marked", "plain"), STRIPPED)
def test_marks_are_left_out(code: str, marked: str, plain: str) -> None:
    for form in ("NFC", "NFD"):
        text = unicodedata.normalize(form, marked)
        assert offered("diacritics-strip", code, text) == {text: {plain}}


@pytest.mark.parametrize("text", ["й", "أ", "آ", "ؤ", "क्षि", "กิ", "க்", "한", "abc", "中", "ကျွန်"])
def test_letters_vowel_signs_and_viramas_are_no_diacritics(text: str) -> None:
    for form in ("NFC", "NFD"):
        assert bare(unicodedata.normalize(form, text)) == unicodedata.normalize(form, text)


@given(text=st.text(max_size=3))
def test_what_is_bare_stays_bare(text: str) -> None:
    if text:
        assert bare(bare(text)) == bare(text)


@pytest.mark.parametrize("code", sorted(languages()))
def test_marks_of_a_language_are_marks_and_known_to_its_script(code: str) -> None:
    marks = marks_of(find_language(code))
    assert all(unicodedata.category(mark) == "Mn" and is_diacritic(mark) for mark in marks)
    assert not marks or find_perturbation("diacritics-strip").supports(find_language(code))


def test_stripping_is_supported_where_a_script_knows_diacritics() -> None:
    strip = find_perturbation("diacritics-strip")
    assert {code for code, language in languages().items() if not strip.supports(language)} == {
        "ka",
        "ko",
        "ml",
        "ta",
        "te",
        "zh",
    }


def test_exchanging_needs_two_marks_for_one_letter() -> None:
    exchange = find_perturbation("diacritics-substitution")
    supported = {code for code, language in languages().items() if exchange.supports(language)}
    assert {"vi", "fr", "pt", "hu", "pl", "it", "ar", "fa", "ur", "he", "th", "ja", "el", "yo"} <= supported
    assert not {"en", "id", "sw", "de", "ru", "hi", "ta", "zh", "ko", "ka"} & supported


@pytest.mark.parametrize(
    ("code", "text", "others"),
    [
        ("fr", "é", {"è", "ê", "ë"}),
        ("it", "è", {"é"}),
        ("hu", "ő", {"ó", "ö"}),
        ("pl", "ż", {"ź"}),
        ("th", "ก่", {"ก้", "ก๊", "ก๋"}),
        ("ja", "ば", {"ぱ"}),
        ("he", "בַ", {"ב" + mark for mark in "\u05b0\u05b4\u05b5\u05b6\u05b8\u05b9\u05bb\u05bc"}),
    ],
)
def test_marks_are_exchanged_for_those_of_the_language(code: str, text: str, others: set[str]) -> None:
    assert offered("diacritics-substitution", code, text) == {text: {unicodedata.normalize("NFC", o) for o in others}}


def test_every_exchange_gives_a_letter_of_the_alphabet_where_there_is_one() -> None:
    vietnamese = find_language("vi")
    others = offered("diacritics-substitution", "vi", "ế")["ế"]
    assert {"ề", "ể", "ễ", "ệ"} <= others <= set(vietnamese.alphabet)


@pytest.mark.parametrize(
    ("code", "pair", "results"),
    [
        ("es", "ía", {"iá"}),
        ("vi", "iế", {"íê"}),
        ("ar", "بَت", {"بتَ"}),
        ("th", "น้ก", {"นก้"}),
        ("ru", "её", {"ёе"}),
        ("uk", "ії", {"їі"}),
        ("qu", "nñ", {"ñn"}),
    ],
)
def test_marks_move_to_the_letter_beside(code: str, pair: str, results: set[str]) -> None:
    (found,) = offered("diacritics-shift", code, pair).values()
    assert results <= {unicodedata.normalize("NFC", option) for option in found}


def test_no_mark_moves_to_a_letter_that_never_bears_it() -> None:
    assert offered("diacritics-shift", "es", "ét") == {}
    assert offered("diacritics-shift", "th", "ก่า") == {}
    assert offered("diacritics-shift", "vi", "ọc") == {}


def test_no_mark_moves_in_a_language_with_one_marked_letter_that_never_stands_beside_the_plain_one() -> None:
    shift = find_perturbation("diacritics-shift")
    assert not any(shift.supports(find_language(code)) for code in ("bg", "eu", "kk", "mr", "tl", "en"))
