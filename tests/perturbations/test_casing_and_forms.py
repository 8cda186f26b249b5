"""Casing, normal forms, width, digits and the spacing of punctuation."""

from __future__ import annotations

import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from perturbations import Edits, Passage, Span, Status, find_language, find_perturbation, languages, perturb
from perturbations.characters.digits import other_form

UNCASED = {"ar", "bn", "fa", "gu", "he", "hi", "ja", "ka", "ko", "ml", "mr", "my", "pa", "ta", "te", "th", "ur", "zh"}
CASING = ["character-case", "word-lowercase", "word-uppercase", "word-titlecase", "word-swapcase"]


def struck(name: str, code: str, text: str, rate: float = 1.0) -> Edits:
    return perturb(Passage(text, code, "a"), find_perturbation(name), rate=rate, seed=0)


@pytest.mark.parametrize("name", CASING)
def test_casing_is_unsupported_exactly_where_there_is_none(name: str) -> None:
    assert {code for code, language in languages().items() if not find_perturbation(name).supports(language)} == UNCASED
    assert struck(name, "th", "ABC").status is Status.UNSUPPORTED


@pytest.mark.parametrize(
    ("name", "code", "text", "result"),
    [
        ("character-case", "en", "aB1", "Ab1"),
        ("character-case", "tr", "iIıİ", "İıIi"),
        ("character-case", "en", "iI", "Ii"),
        ("character-case", "de", "ß", "ẞ"),
        ("character-case", "yo", "ọ́", "Ọ́"),
        ("character-case", "ru", "ё", "Ё"),
        ("word-lowercase", "tr", "IŞIK İZMİR", "ışık izmir"),
        ("word-lowercase", "el", "ΟΔΟΣ", "οδος"),
        ("word-uppercase", "de", "Straße", "STRASSE"),
        ("word-uppercase", "el", "ελεύθεροι ή μαΐου", "ΕΛΕΥΘΕΡΟΙ Ή ΜΑΪΟΥ"),
        ("word-uppercase", "el", "ε\u0301να cafe\u0301", "ΕΝΑ CAFE\u0301"),
        ("word-uppercase", "az", "bir iş", "BİR İŞ"),
        ("word-titlecase", "tr", "istanbul USA", "İstanbul Usa"),
        ("word-titlecase", "vi", "đi", "Đi"),
        ("word-swapcase", "en", "Paris isn't USA", "pARIS ISN'T usa"),
    ],
)
def test_case_is_changed_as_the_language_writes_it(name: str, code: str, text: str, result: str) -> None:
    assert struck(name, code, text).apply() == result


def test_small_words_are_no_sites_of_lowercase() -> None:
    assert struck("word-lowercase", "en", "all small").status is Status.SATURATED


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@given(text=st.text(alphabet="aéǻﬁＡ한각가ำが①½ọ́ज़आ\u0301\u0323 .", max_size=30))
def test_a_struck_text_is_in_the_normal_form_and_an_unstruck_one_as_it_was(form: str, text: str) -> None:
    name = f"normal-form-{form.lower()}"
    changed = struck(name, "en", text).apply()
    # A mark that follows a space belongs to no unit and stays.
    if all(cluster == " " or cluster[0] != " " for cluster in regex.findall(r"\X", text)):
        assert changed == unicodedata.normalize(form, text)
    assert struck(name, "en", text, rate=0.0).apply() == text


def test_half_of_the_texts_are_normalised_at_a_rate_of_one_half() -> None:
    form = find_perturbation("normal-form-nfd")
    edits = [perturb(Passage("été", "fr", str(key)), form, rate=0.5, seed=3) for key in range(2000)]
    assert all(edit.apply() in ("été", "e\u0301te\u0301") for edit in edits)
    assert 0.46 < sum(bool(edit.edits) for edit in edits) / 2000 < 0.54


def test_ascii_becomes_full_width_and_back() -> None:
    ascii_characters = "".join(map(chr, range(0x21, 0x7F)))
    wide = struck("full-width", "en", ascii_characters).apply()
    assert unicodedata.normalize("NFKC", wide) == ascii_characters
    assert {unicodedata.east_asian_width(character) for character in wide} == {"F"}
    assert struck("half-width", "zh", wide).apply() == ascii_characters


def test_katakana_and_signs_become_half_width() -> None:
    assert struck("half-width", "ja", "ガード、パン。").apply() == "ｶﾞｰﾄﾞ､ﾊﾟﾝ｡"
    assert struck("half-width", "ja", "漢字ひらがな").status is Status.SATURATED
    supported = {code for code, language in languages().items() if find_perturbation("half-width").supports(language)}
    assert supported == {"ja", "ko", "zh"}


def test_digits_are_those_of_unicode_in_order() -> None:
    for code in languages():
        forms = other_form(find_language(code))
        assert find_perturbation("digit-form").supports(find_language(code)) is bool(forms)
        for digit, other in forms.items():
            assert unicodedata.numeric(digit) == unicodedata.numeric(other)
            assert digit != other


@pytest.mark.parametrize(
    ("code", "text", "result"),
    [
        ("hi", "सन 2024 में", "सन २०२४ में"),
        ("hi", "सन २०२४ में", "सन 2024 में"),
        ("ar", "عام 2024", "عام ٢٠٢٤"),
        ("fa", "سال 1403", "سال ۱۴۰۳"),
        ("bn", "২০২৪", "2024"),
        ("th", "ปี 2567", "ปี ๒๕๖๗"),
        ("zh", "2024年", "二〇二四年"),
    ],
)
def test_digits_change_their_form(code: str, text: str, result: str) -> None:
    assert struck("digit-form", code, text).apply() == result


def test_a_language_with_western_digits_alone_is_not_supported() -> None:
    assert struck("digit-form", "en", "2024").status is Status.UNSUPPORTED


def spacings(text: str, tokens: tuple[Span, ...] = ()) -> dict[str, list[str]]:
    passage, spacing = Passage(text, "en", tokens=tokens), find_perturbation("punctuation-spacing")
    return {site.of(text): list(spacing.replacements(passage, site)) for site in spacing.sites(passage)}


def test_spaces_come_and_go_beside_punctuation() -> None:
    assert spacings("one, two") == {", ": [" , ", ","]}
    assert spacings("end.") == {".": [" ."]}
    assert spacings("(a") == {"(": ["( "]}
    assert spacings("—") == {}
    assert spacings("a , b") == {", ": [","]}
    assert spacings("a ,", (Span(0, 1), Span(2, 3))) == {}


def test_a_protected_space_stays() -> None:
    passage = Passage("one, two", "en", "a", protected=(Span(4, 8),))
    edits = perturb(passage, find_perturbation("punctuation-spacing"), rate=1.0, seed=1)
    assert edits.apply() == "one , two"


def test_spacing_keeps_the_mark_where_it_is() -> None:
    passage, spacing = Passage("one, two", "en"), find_perturbation("punctuation-spacing")
    for text in (" , ", ","):
        edits = Edits("one, two", (spacing.edit(passage, Span(3, 5), text),))
        carried = edits.carry(Span(3, 4))
        assert carried is not None
        assert "," in carried.of(edits.apply())


@pytest.mark.parametrize(
    ("name", "code", "text", "result"),
    [
        ("punctuation-deletion", "es", "¿Qué? Sí.", "Qué Sí"),
        ("punctuation-deletion", "en", "isn't", "isnt"),
        ("punctuation-deletion", "hi", "है।", "है"),
        ("punctuation-doubling", "zh", "好！", "好！！"),
        ("punctuation-doubling", "ar", "نعم؟", "نعم؟؟"),
    ],
)
def test_punctuation_goes_or_doubles(name: str, code: str, text: str, result: str) -> None:
    assert struck(name, code, text).apply() == result
