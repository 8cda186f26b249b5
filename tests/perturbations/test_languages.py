"""The language table: complete, clean, and true to the texts of the benchmark."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from perturbations.errors import UnknownNameError, UsageError
from perturbations.languages import Language, find_language, languages, letters_like, lower, script_of, upper

XTREME_R = [
    "af", "ar", "az", "bg", "bn", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr", "gu", "he", "hi", "ht", "hu",
    "id", "it", "ja", "jv", "ka", "kk", "ko", "lt", "ml", "mr", "ms", "my", "nl", "pa", "pl", "pt", "qu", "ro", "ru",
    "sw", "ta", "te", "th", "tl", "tr", "uk", "ur", "vi", "wo", "yo", "zh",
]  # fmt: skip
CODES = st.sampled_from(XTREME_R)
EXTENDS = regex.compile(r"[\p{M}\p{GCB=Extend}\p{GCB=SpacingMark}]")
every_language = pytest.mark.parametrize("language", languages().values(), ids=lambda language: language.code)


def test_the_table_holds_the_fifty_languages_of_the_benchmark() -> None:
    assert list(languages()) == XTREME_R


@every_language
def test_the_fields_of_a_language_are_sane(language: Language) -> None:
    assert language.name.strip() == language.name != ""
    assert language.family.strip() == language.family != ""
    assert language.casing in ("none", "simple", "turkic", "greek")
    assert language.scripts
    assert {script_of(letter) for letter in language.alphabet} == set(language.scripts)
    assert not any(character.isalnum() or character.isspace() for character in language.joiners)


@every_language
def test_an_alphabet_holds_distinct_small_letters_in_nfc(language: Language) -> None:
    assert len(set(language.alphabet)) == len(language.alphabet) >= 20
    for letter in language.alphabet:
        assert unicodedata.category(letter) in ("Ll", "Lo", "Lm"), letter
        assert unicodedata.normalize("NFC", letter) == letter
        assert lower(letter, language) == letter
        assert not EXTENDS.match(letter), f"{letter!r} extends the cluster before it"


def test_casing_loses_only_what_unicode_says_it_loses() -> None:
    lost = {
        language.code: "".join(
            letter for letter in language.alphabet if lower(upper(letter, language), language) != letter
        )
        for language in languages().values()
    }
    # SpecialCasing.txt: capital sharp s is two letters, iota and upsilon with two marks three; sigma has a final form.
    assert {code: letters for code, letters in lost.items() if letters} == {"de": "ß", "el": "ΐςΰ"}


def test_dotted_and_dotless_i_are_letters_of_their_own_in_turkic_languages() -> None:
    turkish = find_language("tr")
    assert (upper("iı", turkish), lower("Iİ", turkish)) == ("İI", "ıi")
    assert lower("I\u0307", turkish) == "i"
    assert "İ" in letters_like("A", turkish)
    assert "I" in letters_like("A", turkish)
    assert "ı" in letters_like("i", find_language("az"))
    assert upper("i", find_language("en")) == "I"


def test_georgian_is_left_in_its_ordinary_letters() -> None:
    georgian = find_language("ka")
    assert upper("საქართველო", georgian) == "საქართველო"
    assert letters_like("Ბ", georgian) == georgian.alphabet


# First and last character and size of each level, as the standards print them.
@pytest.mark.parametrize(
    ("code", "index", "first", "last", "size"),
    [
        ("zh", 0, "啊", "座", 3755),  # GB 2312-80, level 1
        ("zh", 1, "一", "籲", 5401),  # Big5, level 1
        ("ja", 0, "ぁ", "ヶ", 169),  # JIS X 0208, rows 4 and 5: 83 hiragana, 86 katakana
        ("ja", 1, "亜", "腕", 2965),  # JIS X 0208, level 1
        ("ko", 0, "가", "힝", 2350),  # KS X 1001, syllables
    ],
)
def test_repertoires_are_those_of_the_standards(code: str, index: int, first: str, last: str, size: int) -> None:
    repertoire = find_language(code).repertoires[index]
    assert (repertoire[0], repertoire[-1], len(repertoire)) == (first, last, size)


def test_a_chinese_character_is_replaced_in_its_own_orthography() -> None:
    chinese = find_language("zh")
    simplified, traditional = (set(repertoire) for repertoire in chinese.repertoires)
    assert set(letters_like("汉", chinese)) == simplified
    assert set(letters_like("漢", chinese)) == traditional
    assert set(letters_like("的", chinese)) == simplified & traditional
    assert set(letters_like("龘", chinese)) == simplified | traditional


def test_japanese_keeps_hiragana_katakana_and_kanji_apart() -> None:
    japanese = find_language("ja")
    assert letters_like("か", japanese).startswith("ぁあぃい")
    assert letters_like("カ", japanese).startswith("ァアィイ")
    assert letters_like("漢", japanese).startswith("亜唖娃阿")


def test_a_foreign_script_is_replaced_by_letters_of_its_own() -> None:
    assert letters_like("a", find_language("th")) == "abcdefghijklmnopqrstuvwxyz"
    assert letters_like("Ж", find_language("en")) == "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
    assert set(letters_like("ب", find_language("de"))) == set(find_language("ar").alphabet)
    assert "پ" in letters_like("ب", find_language("fa"))


def test_capitals_are_single_letters_of_the_language() -> None:
    assert letters_like("S", find_language("de")) == "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜẞ"
    assert "ß" in letters_like("s", find_language("de"))
    greek = find_language("el")
    assert letters_like("Σ", greek).count("Σ") == 1
    assert "ς" not in letters_like("σ", greek)


@pytest.mark.parametrize(("digit", "digits"), [("7", "0123456789"), ("९", "०१२३४५६७८९"), ("٣", "٠١٢٣٤٥٦٧٨٩")])
def test_a_digit_is_replaced_by_the_digits_of_its_block(digit: str, digits: str) -> None:
    assert letters_like(digit, find_language("hi")) == digits


@pytest.mark.parametrize("character", [" ", "!", "।", "€", "\u0301", "ี", "😀", "\ud800", "\u200d", "ʼ", "ⲁ", "½"])
def test_what_is_no_letter_of_a_known_script_has_no_candidates(character: str) -> None:
    assert letters_like(character, find_language("en")) == ""


@given(character=st.characters(), code=CODES)
def test_candidates_are_distinct_letters_of_the_same_script_and_case(character: str, code: str) -> None:
    found = letters_like(character, find_language(code))
    assert len(set(found)) == len(found)
    assert {unicodedata.category(letter) == "Nd" for letter in found} <= {unicodedata.category(character) == "Nd"}
    if found and not character.isdecimal():
        assert {script_of(letter) for letter in found} == {script_of(character)}
        capital = unicodedata.category(character) in ("Lu", "Lt") and script_of(character) != "Georgian"
        assert {letter.isupper() for letter in found} == {capital}


@every_language
def test_every_letter_of_an_alphabet_but_final_sigma_is_its_own_candidate(language: Language) -> None:
    assert [letter for letter in language.alphabet if letter not in letters_like(letter, language)] == (
        ["ς"] if language.code == "el" else []
    )


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("zh", "zh"), ("zh-Hans", "zh"), ("zh_TW", "zh"), ("cmn", "zh"), ("pt_BR", "pt"), ("iw", "he"), ("in", "id"),
        ("tl", "tl"), ("fil", "tl"), ("pes", "fa"), ("swh", "sw"), ("arb", "ar"), ("eng", "en"), ("EN", "en"),
        ("ja-Jpan", "ja"), ("ko-Kore", "ko"), ("quz", "qu"),
    ],
)  # fmt: skip
def test_regions_scripts_and_aliases_are_understood(asked: str, code: str) -> None:
    assert find_language(asked) is languages()[code]


@pytest.mark.parametrize("asked", ["az-Cyrl", "pa-PK", "kk-CN", "zh-Latn", "ms-Arab"])
def test_a_language_in_another_script_is_refused(asked: str) -> None:
    with pytest.raises(UsageError, match=asked):
        find_language(asked)


@pytest.mark.parametrize("asked", ["xx", "sr-Latn", "", "-", "en_US.UTF-8", "klingon", "ſ", "\ud800"])
def test_an_unknown_language_is_refused_by_name(asked: str) -> None:
    with pytest.raises(UnknownNameError, match="unknown language"):
        find_language(asked)


def _texts(data: Path, code: str) -> Iterator[str]:
    """All text of one language in five tasks of the benchmark, file by file."""
    for path in data.glob(f"xnli/*-{code}.tsv"):
        yield path.read_text(encoding="utf-8")
    for path in data.glob(f"xcopa/{code}/*.jsonl"):
        rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        yield " ".join(row[field] for row in rows for field in ("premise", "choice1", "choice2"))
    for path in data.glob(f"panx/*-{code}*.tsv"):
        yield " ".join(line.partition("\t")[0] for line in path.read_text(encoding="utf-8").split("\n"))
    for path in data.glob(f"udpos/UD_*/{code}_*.conllu"):
        lines = path.read_text(encoding="utf-8").split("\n")
        yield " ".join(line.split("\t")[1] for line in lines if line[:1].isdigit())
    for path in data.glob("tatoeba/v1/*"):
        if path.suffix != ".eng" and find_language(path.suffix[1:]).code == code:
            yield path.read_text(encoding="utf-8")


@every_language
def test_the_alphabet_covers_the_letters_of_the_benchmarks_texts(language: Language, data: Path) -> None:
    counts: Counter[str] = Counter()
    for text in _texts(data, language.code):
        counts.update(unicodedata.normalize("NFC", text))
    letters = {
        character: count
        for character, count in counts.items()
        if script_of(character) in language.scripts and unicodedata.category(character)[0] == "L"
        if not EXTENDS.match(character)
    }
    missing = {
        character: count for character, count in letters.items() if lower(character, language) not in language.alphabet
    }
    total = sum(letters.values())
    assert total > 2_000
    # The lowest are Malay (99.52 %) and Romanian (99.73 %): foreign names, and cedillas of old keyboards.
    assert 1 - sum(missing.values()) / total >= 0.995, sorted(missing, key=missing.__getitem__)[-20:]
