"""Orthographic variants: what people write for one another is offered, and what nobody writes is not."""

from __future__ import annotations

import unicodedata

import pytest

from perturbations import find_language, find_perturbation, languages
from tests.perturbations.test_rewriting import offered, table

VARIANTS = [
    ("ar", "أحمد", "أ", "ا"),
    ("ar", "مدرسة", "ة", "ه"),
    ("ar", "مصطفى", "ى", "ي"),
    ("fa", "کتاب", "ک", "ك"),
    ("ur", "ہے", "ہ", "ه"),
    ("hi", "ज़मीन", "ज़", "ज"),
    ("hi", "हूँ", "हूँ", "हूं"),
    ("bn", "মন", "ন", "ণ"),
    ("pa", "ਸ਼ਹਿਰ", "ਸ਼", "ਸ"),
    ("ml", "അവൻ", "ൻ", "ന്\u200d"),
    ("ta", "தமிழ்", "ழ்", "ள்"),
    ("my", "ဝ", "ဝ", "၀"),
    ("th", "ข้าว", "ข้", "ข"),
    ("th", "แม่", "แ", "เเ"),
    ("zh", "他说的", "的", "得"),
    ("ja", "サーバー", "ー", ""),
    ("ko", "했다", "했", "햇"),
    ("ko", "개", "개", "게"),
    ("tr", "IŞIK", "I", "İ"),
    ("az", "əl", "ə", "e"),
    ("de", "Ärger", "Ä", "Ae"),
    ("de", "Straße", "ß", "ss"),
    ("vi", "hòa", "òa", "oà"),
    ("vi", "đi", "đ", "d"),
    ("he", "שָׁלוֹם", "שָׁ", "שׁ"),
    ("ro", "și", "ș", "ş"),
    ("es", "año", "ñ", "n"),
    ("fr", "œuf", "œ", "oe"),
    ("yo", "ọjọ́", "ọ", "o"),
    ("et", "õun", "õ", "6"),
    ("fi", "hän", "ä", "a"),
    ("pl", "łódź", "ł", "l"),
    ("lt", "žmogus", "ž", "zh"),
    ("ru", "ещё", "ё", "е"),
    ("uk", "ґанок", "ґ", "г"),
    ("kk", "қала", "қ", "к"),
    ("el", "Ελλάς", "ς", "σ"),
    ("en", "don't", "'t", "t"),
    ("wo", "ñaan", "ñ", "gn"),
    ("id", "bukan", "u", "oe"),
    ("ar", "استخدام", "ا", "أ"),
    ("he", "פֿון", "פֿ", "פ"),
    ("he", "ײד", "ײ", "יי"),
]
UNWRITTEN = [
    ("ar", "والحقوق", "و", "ؤ"),
    ("ar", "يربح", "ي", "ئ"),
    ("fa", "قهوه‌ای", "ه", "ة"),
    ("bg", "свободни", "и", "й"),
    ("de", "neue", "ue", "ü"),
    ("eu", "ditu", "t", "tt"),
]
"""Ways back that nobody writes: what is left out in haste is not put in where it never stood."""


@pytest.mark.parametrize(("code", "text", "old", "new"), VARIANTS)
def test_variants_that_people_write_are_offered(code: str, text: str, old: str, new: str) -> None:
    assert new in offered("orthographic-variant", code, text)[old]
    decomposed = unicodedata.normalize("NFD", text)
    again = {
        unicodedata.normalize("NFC", site): {unicodedata.normalize("NFC", option) for option in options}
        for site, options in offered("orthographic-variant", code, decomposed).items()
    }
    if code != "ko":
        assert unicodedata.normalize("NFC", new) in again[unicodedata.normalize("NFC", old)]


@pytest.mark.parametrize(("code", "text", "old", "new"), UNWRITTEN)
def test_variants_that_nobody_writes_are_not_offered(code: str, text: str, old: str, new: str) -> None:
    assert new not in offered("orthographic-variant", code, text).get(old, set())


@pytest.mark.parametrize("code", ["ka"])
def test_a_language_without_variants_is_not_supported(code: str) -> None:
    assert not find_perturbation("orthographic-variant").supports(find_language(code))
    assert {code for code in languages() if code not in table("orthography.toml")["languages"]} == {"ka"}
