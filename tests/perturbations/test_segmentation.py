"""Graphemes and words: in every script, on any string, against known segmentations."""

from __future__ import annotations

import time

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from perturbations import segmentation
from perturbations.languages import find_language, languages
from perturbations.segmentation import COMMON, LETTER, UNSPACED, graphemes, words

SCRIPTS = (
    "Latin", "Cyrillic", "Greek", "Arabic", "Hebrew", "Devanagari", "Bengali", "Gujarati", "Gurmukhi", "Tamil",
    "Telugu", "Malayalam", "Thai", "Lao", "Khmer", "Myanmar", "Han", "Hiragana", "Katakana", "Hangul", "Georgian",
    "Armenian", "Ethiopic", "Tibetan", "Adlam", "Deseret", "Kirat_Rai", "Mongolian",
)  # fmt: skip
SAMPLE = "".join(
    chr(point)
    for start, stop in (
        (0x20, 0x3400),
        (0xA000, 0xABFF),
        (0xD7B0, 0xD800),
        (0xF900, 0xFFFF),
        (0x10000, 0x12000),
        (0x16D40, 0x16D80),
        (0x1E900, 0x1E960),
    )
    for point in range(start, stop)
)
LETTERS = {script: regex.findall(rf"\p{{scx={script}}}", SAMPLE + "漢字汉𠮷𪚥가각힣") for script in SCRIPTS}
GLUE = (
    "'’-.,·:\"_!()@0१二½ \t\r\n\u00ad\u200b\u200c\u200d\u200e\u2060\u0300\u0301\u094d\u1039\u17d2\u0e33\uff9e"
    "\u0600\u0d4e\ud800\udfff😀🏽❤ℹ🇩\ufe0f\u20e3"
)
CHARACTERS = st.one_of(
    st.sampled_from(SCRIPTS).flatmap(lambda script: st.sampled_from(LETTERS[script])),
    st.sampled_from(GLUE),
    st.characters(codec=None),
)
STRETCHES = st.one_of(
    st.sampled_from(SCRIPTS).flatmap(lambda script: st.text(st.sampled_from(LETTERS[script]), max_size=12)),
    st.text(st.sampled_from(GLUE), max_size=3),
    st.text(CHARACTERS, max_size=6),
)
TEXTS = st.lists(STRETCHES, max_size=6).map("".join)
CODES = st.sampled_from(list(languages()))


def cut(text: str, code: str = "en") -> list[str]:
    return [text[start:end] for start, end in words(text, find_language(code))]


# Unicode Standard Annex 29, table 1a and rules GB3, GB6 to GB9c, GB11, GB12.
@pytest.mark.parametrize(
    ("text", "clusters"),
    [
        ("", []),
        ("ab", ["a", "b"]),
        ("a\r\nb\n\r", ["a", "\r\n", "b", "\n", "\r"]),
        ("g̈e\u0301", ["g̈", "e\u0301"]),
        ("각\u1100\u1161\u11a8", ["각", "\u1100\u1161\u11a8"]),
        ("நிहिन्दी", ["நி", "हि", "न्दी"]),
        ("กำน้ำ", ["กำ", "น้ำ"]),
        ("👩‍👩‍👧👍🏽🇩🇪🇫🇷1️⃣", ["👩‍👩‍👧", "👍🏽", "🇩🇪", "🇫🇷", "1️⃣"]),
        ("\u0600١\ud800", ["\u0600١", "\ud800"]),
    ],
)
def test_clusters_are_those_of_the_annex(text: str, clusters: list[str]) -> None:
    starts = graphemes(text)
    ends = [*starts[1:], len(text)]
    assert [text[start:end] for start, end in zip(starts, ends, strict=False)] == clusters


@given(text=TEXTS)
def test_clusters_are_those_that_a_match_by_match_search_finds(text: str) -> None:
    assert graphemes(text) == [match.start() for match in regex.finditer(r"\X", text)]


def _everywhere(text: str) -> list[int]:
    return list(range(1, len(text) + 1))


def assert_whole(text: str, code: str) -> None:
    clusters = {*graphemes(text), len(text)}
    reached = 0
    for start, end in words(text, find_language(code)):
        assert reached <= start < end
        assert start in clusters
        assert end in clusters
        assert not any(character.isspace() for character in text[start:end])
        assert regex.search(r"[\p{L}\p{N}]", text[start:end])
        assert not regex.search(r"[\p{Cs}\p{Cc}\p{Sc}\p{So}\p{Sm}\u200b]", text[start:end])
        reached = end


@given(text=TEXTS, code=CODES)
@example(text="က\u0915\u094d\u1000", code="my")
@example(text="中\u0301\u0600中a\u0600ก\u0e33", code="zh")
@example(text="'\u17d2\u17a6 !\u1039\u1000\u102c a\u17d2\u1780", code="my")
@example(text="二\u0600\u2060字 ℹ\u200d🔥 🔥\u200dℹ", code="ja")
def test_words_are_disjoint_and_tear_no_cluster_and_hold_no_space(text: str, code: str) -> None:
    assert_whole(text, code)


@given(text=TEXTS)
@example(text="ဗမာစကား ខ្ញុំ น้ำ か\u3099一\u0600\u2060字")
def test_words_stay_whole_wherever_a_dictionary_puts_its_borders(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segmentation, "dictionary_borders", _everywhere)
        assert_whole(text, "my")


@given(text=TEXTS, code=CODES)
def test_every_letter_and_digit_that_opens_a_cluster_is_in_a_word(text: str, code: str) -> None:
    covered = {place for start, end in words(text, find_language(code)) for place in range(start, end)}
    opening = regex.compile(
        r"(?V1)[[\p{L}\p{N}]--[\p{GCB=Prepend}\p{Extended_Pictographic}\p{GCB=Extend}\u0E33\u0EB3]]"
    )
    for place in graphemes(text):
        if opening.match(text, place):
            assert place in covered


@given(text=st.text(st.characters(max_codepoint=0x7F)), code=CODES)
def test_the_fast_way_for_ascii_finds_what_the_general_way_finds(text: str, code: str) -> None:
    language = find_language(code)
    assert words(f"{text} é", language)[:-1] == words(text, language)


def test_the_letters_that_are_decided_first_are_letters_of_scripts_with_spaces() -> None:
    first = regex.findall(rf"[{COMMON}]", "".join(map(chr, range(0x3000))))
    assert len(first) > 700
    spaced = regex.compile(rf"(?V1)[{LETTER}--{UNSPACED}]")
    assert [letter for letter in first if not spaced.match(letter)] == []


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("en", "Don't re-do U.S.A. in 1,000.5 ways.", "Don't|re-do|U.S.A|in|1,000.5|ways"),
        ("en", "AT&T: 'quoted' a,b x_y 12:30 (C++) $5 —", "AT|T|quoted|a|b|x_y|12|30|C|5"),
        ("fr", "Aujourd’hui, l'été co\u00adopère", "Aujourd’hui|l'été|co\u00adopère"),
        ("fi", "EU:n jäsen: Suomi", "EU:n|jäsen|Suomi"),
        ("et", "EU:n", "EU|n"),
        ("he", 'צה"ל בית־ספר "שלום"', 'צה"ל|בית־ספר|שלום'),
        ("ar", "قال: ٣٫١٤ مرحبا\u200f!", "قال|٣٫١٤|مرحبا"),
        ("fa", "می‌خواهم کتاب‌ها", "می‌خواهم|کتاب‌ها"),
        ("hi", "मैंने हिन्दी में लिखा।", "मैंने|हिन्दी|में|लिखा"),
        ("ko", "한국어를 배우고", "한국어를|배우고"),
        ("ka", "გამარჯობა, მსოფლიო!", "გამარჯობა|მსოფლიო"),
        ("vi", "Hà Nội là thủ đô", "Hà|Nội|là|thủ|đô"),
    ],
)
def test_words_of_scripts_with_spaces(code: str, text: str, expected: str) -> None:
    assert cut(text, code) == expected.split("|")


# Segmented by hand. The dictionaries err elsewhere (`我想` is one word to them): how often, the treebanks tell.
@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("zh", "我们在北京大学学习中文。", "我们|在|北京|大学|学习|中文"),
        ("zh", "老师在学校教数学，他昨天去上海工作。", "老师|在|学校|教|数学|他|昨天|去|上海|工作"),
        ("ja", "私は東京大学の学生です。", "私|は|東京|大学|の|学生|です"),
        ("ja", "明日スーパーマーケットに行きます", "明日|スーパーマーケット|に|行き|ます"),
        ("th", "ฉันรักภาษาไทย", "ฉัน|รัก|ภาษา|ไทย"),
        ("th", "ฉันไปโรงเรียนทุกวัน น้ำเย็น", "ฉัน|ไป|โรงเรียน|ทุก|วัน|น้ำ|เย็น"),
        ("my", "ကျောင်းသားများ စာဖတ်နေကြသည်။", "ကျောင်းသား|များ|စာ|ဖတ်|နေ|ကြ|သည်"),
        ("my", "ဒါကောင်းတယ်", "ဒါ|ကောင်း|တယ်"),
        ("en", "ផ្ទះនេះធំ ខ្ញុំរៀន", "ផ្ទះ|នេះ|ធំ|ខ្ញុំ|រៀន"),
        ("en", "ຂ້ອຍຮັກພາສາລາວ", "ຂ້ອຍ|ຮັກ|ພາສາ|ລາວ"),
    ],
)
def test_words_of_scripts_without_spaces(code: str, text: str, expected: str) -> None:
    assert cut(text, code) == expected.split("|")


def test_a_change_of_script_divides_where_one_of_them_has_no_spaces() -> None:
    assert cut("iPhone手机2020年ABCไทยDEF ปี๒๕๖๐") == ["iPhone", "手机", "2020", "年", "ABC", "ไทย", "DEF", "ปี", "๒๕๖๐"]
    assert cut("中国-美国 中.国") == ["中国", "美国", "中", "国"]


@given(text=TEXTS, code=CODES)
def test_division_does_not_depend_on_the_language_tag(text: str, code: str) -> None:
    language = find_language(code)
    if not language.joiners:
        assert words(text, language) == words(text, find_language("zh"))


@pytest.mark.parametrize("before", ["😀 ", "𠮷 ", "😀𠮷𪚥 a ", "👩‍👩‍👧\ud800\u200b ", "𞤀𞤣 "])
@pytest.mark.parametrize("text", ["我们在北京大学", "ฉันรักภาษาไทย", "ဒါကောင်းတယ်", "北京😀大学𠮷野家"])
def test_letters_outside_the_basic_plane_shift_no_border(before: str, text: str) -> None:
    language = find_language("en")
    alone = words(text, language)
    behind = words(before + text, language)
    assert behind[-len(alone) :] == [(start + len(before), end + len(before)) for start, end in alone]


def test_a_character_outside_the_basic_plane_is_a_word_whole() -> None:
    assert cut("𠮷野家で食べる") == ["𠮷", "野家", "で", "食べる"]


def test_a_lone_surrogate_belongs_to_no_word_and_changes_no_other() -> None:
    assert cut("\ud800北京\udfff大学 ab\ud83dcd \ude00") == ["北京", "大学", "ab", "cd"]


@pytest.mark.parametrize(
    "text", ["", " \t\n\u3000", "\u0301\u0302", "!?。、", "\ud800", "\x00\x1f", "😀‍🔥", "\u200b\u200d", "ำ"]
)
def test_a_text_without_letters_has_no_words(text: str) -> None:
    assert cut(text) == []


@pytest.mark.parametrize(
    "unit", ["क्", "!्क", "中\u0301्", "မ္", "a'", "1,", "ไทย", "我们在", "𠮷野", "\u0600", "é\u2060", "\u00ad"]
)
def test_the_cost_grows_with_the_length_and_not_with_its_square(unit: str) -> None:
    text = "क" + unit * 30_000
    began = time.process_time()
    words(text, find_language("hi"))
    graphemes(text)
    # Under 0.2 s where the cost is linear, several seconds and more where it is not.
    assert time.process_time() - began < 2
