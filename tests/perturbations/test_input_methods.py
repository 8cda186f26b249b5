"""What Korean, Japanese and Chinese input methods leave of slips, and duplicated characters."""

from __future__ import annotations

import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from perturbations import Passage, Status, find_language, find_perturbation, hangul, kana, languages, perturb
from perturbations.characters.input_method import PinyinHomophone, homophones

SYLLABLES = st.integers(hangul.FIRST, hangul.LAST).map(chr)
KOREAN, JAPANESE, CHINESE = (find_language(code) for code in ("ko", "ja", "zh"))


def options(name: str, code: str, text: str) -> list[tuple[str, ...]]:
    """The replacements at each site of a text."""
    perturbation, passage = find_perturbation(name), Passage(text, code)
    return [tuple(perturbation.replacements(passage, site)) for site in perturbation.sites(passage)]


@given(SYLLABLES)
def test_every_syllable_is_composed_of_the_keys_it_is_spelt_with(syllable: str) -> None:
    keys = hangul.spell(syllable)
    assert keys is not None
    assert hangul.compose(keys) == syllable
    assert hangul.spell(unicodedata.normalize("NFD", syllable)) == keys


@given(SYLLABLES)
def test_jamo_are_those_of_the_unicode_decomposition(syllable: str) -> None:
    # The Unicode database is the outside reference: its names are those of the jamo, composed ones included.
    names = [unicodedata.name(jamo).rpartition(" ")[2] for jamo in unicodedata.normalize("NFD", syllable)]
    lead, vowel, *final = (unicodedata.lookup(f"HANGUL LETTER {name}") for name in names)
    spelt = "".join(hangul.COMPOUNDS.get(jamo, jamo) for jamo in (lead, vowel, *final))
    assert hangul.spell(syllable) == spelt


@given(st.text("ㄱㄲㄴㄷㄹㅁㅂㅃㅅㅇㅎㅏㅐㅗㅜㅡㅣab1", max_size=12))
def test_composing_loses_no_key(keys: str) -> None:
    made = hangul.compose(keys)
    assert "".join(hangul.spell(character) or character for character in made) == keys


@pytest.mark.parametrize(
    ("keys", "made"),
    [
        ("ㅎㅏㄴㄱㅡㄹ", "한글"),
        ("ㄷㅏㄹㄱㅣ", "달기"),
        ("ㄷㅏㄹㄱㄷㅏ", "닭다"),
        ("ㄱㅏㄱㅏ", "가가"),
        ("ㅇㅗㅏㄴ", "완"),
        ("ㅂㅏㄸㅏ", "바따"),
        ("ㄱㄱㅏ", "ㄱ가"),
        ("ㅗㅏ", "ㅘ"),
        ("ㄱ[", "ㄱ["),
    ],
)
def test_jamo_are_put_together_as_the_two_set_keyboard_does(keys: str, made: str) -> None:
    assert hangul.compose(keys) == made


def test_a_jamo_slip_leaves_what_the_input_method_makes_of_it() -> None:
    [found] = options("jamo-slip", "ko", "국")
    assert {"꾹", "둑", "숙", "굴", "구", "국ㄱ", "ㄱ국", "ㄱㄱ", "굮"} <= set(found)
    assert "국" not in found
    assert all(regex.fullmatch(r"[\p{Hangul}\p{ASCII}]*", text) for text in found)
    assert options("jamo-slip", "ko", "漢字 abc 12") == []
    assert {"핮", "하", "ㅎㄴ", "한ㄴ"} <= set(options("jamo-slip", "ko", "한")[0])


def test_decomposed_syllables_slip_like_composed_ones() -> None:
    composed, apart = (options("jamo-slip", "ko", unicodedata.normalize(form, "값")) for form in ("NFC", "NFD"))
    assert [unicodedata.normalize("NFC", text) for text in apart[0]] == list(composed[0])


@pytest.mark.parametrize(("name", "code"), [("jamo-slip", "ko"), ("kana-slip", "ja"), ("pinyin-homophone", "zh")])
def test_an_input_method_is_that_of_one_language_and_the_others_say_so(name: str, code: str) -> None:
    perturbation = find_perturbation(name)
    assert [each for each in sorted(languages()) if perturbation.supports(find_language(each))] == [code]
    assert perturb(Passage("some text", "en"), perturbation, rate=0.5, seed=0).status is Status.UNSUPPORTED


@pytest.mark.parametrize(
    ("keys", "made"),
    [
        ("ka", "か"),
        ("sha", "しゃ"),
        ("kka", "っか"),
        ("nn", "ん"),
        ("n", "ん"),
        ("nna", "んあ"),
        ("tsu", "つ"),
        ("ks", "ｋｓ"),
        ("K", "Ｋ"),
        ("-", "ー"),
        ("6a", "６あ"),
        ("fa", "ふぁ"),
    ],
)
def test_romaji_are_put_together_as_the_input_method_does(keys: str, made: str) -> None:
    assert kana.compose(keys) == made


def test_every_spelt_kana_is_composed_again_in_both_scripts() -> None:
    spelt = [letter for letter in JAPANESE.alphabet if kana.spell(letter)]
    assert len(spelt) > 140
    for letter in spelt:
        assert kana.compose(kana.spell(letter) or "") == kana.hiragana(letter)
        assert kana.katakana(kana.hiragana(letter)) in (letter, kana.katakana(letter))


@pytest.mark.parametrize(
    ("letter", "some"),
    [
        ("か", {"が", "ま", "じゃ", "あ", "っか", "かあ"}),
        ("が", {"か", "は", "ば", "あ", "っが"}),
        ("は", {"ば", "ぱ", "が", "な"}),
        ("っ", {"つ"}),
        ("つ", {"っ", "づ"}),
        ("ゃ", {"ゅ", "ょ", "や"}),
        ("ガ", {"カ", "ハ", "ア"}),
        ("ー", {"", "ーー"}),
    ],
)
def test_a_kana_slips_in_its_keys_its_sound_mark_and_its_size(letter: str, some: set[str]) -> None:
    [found] = options("kana-slip", "ja", letter)
    assert some <= set(found)
    assert letter not in found
    assert options("kana-slip", "ja", "漢字Ab1") == []


def test_katakana_slip_to_katakana_and_hiragana_to_hiragana() -> None:
    for letter in JAPANESE.alphabet:
        for found in options("kana-slip", "ja", letter):
            other = r"\p{Katakana}" if regex.match(r"\p{Hiragana}", letter) else r"\p{Hiragana}"
            # The long-vowel sign belongs to both.
            assert not any(regex.search(rf"(?!ー){other}", text) for text in found), (letter, found)


# Readings from the Xinhua dictionary and the Guoyu cidian.
@pytest.mark.parametrize(
    ("character", "same", "toneless", "never"),
    [
        ("在", "再", "宰", "是"),
        ("银", "吟", "音", "金"),
        ("銀", "吟", "音", "银"),
        ("城", "成程", "逞", "陈"),
        ("是", "事市", "十", "四"),
        ("女", "", "", "努"),
    ],
)
def test_homophones_share_the_pinyin_and_the_character_set(
    character: str, same: str, toneless: str, never: str
) -> None:
    with_tone, without = (homophones(CHINESE, tone=tone)[character] for tone in (True, False))
    assert set(same) <= set(with_tone)
    assert set(toneless) | set(with_tone) <= set(without)
    assert not set(never) & set(without)
    assert character not in without


def test_tone_is_a_parameter_of_the_homophones() -> None:
    passage = Passage("我们在城市", "zh")
    kept, dropped = PinyinHomophone(), PinyinHomophone(tone=False)
    for site in kept.sites(passage):
        assert set(kept.replacements(passage, site)) <= set(dropped.replacements(passage, site))
    assert len(dropped.sites(passage)) >= len(kept.sites(passage)) >= 3


def test_homophones_keep_simplified_and_traditional_apart() -> None:
    simplified, traditional = (set(part) for part in CHINESE.repertoires)
    for character in CHINESE.alphabet:
        found = set(homophones(CHINESE, tone=False)[character])
        if character not in traditional:
            assert found <= simplified
        if character not in simplified:
            assert found <= traditional


def test_nearly_every_common_character_has_a_homophone() -> None:
    simplified = CHINESE.repertoires[0]
    share = [sum(bool(homophones(CHINESE, tone=tone)[character]) for character in simplified) for tone in (True, False)]
    assert share[0] > 0.85 * len(simplified)
    assert share[1] > 0.97 * len(simplified)


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [("en", "a!", ["aa", "!!"]), ("hi", "क्षे", ["क्षेक्षे"]), ("th", "ก้", ["ก้ก้"]), ("en", "🇫🇷", ["🇫🇷🇫🇷"])],
)
def test_duplication_writes_a_whole_cluster_twice_and_keeps_the_first(
    code: str, text: str, expected: list[str]
) -> None:
    found = options("character-duplication", code, text)
    assert found == [(text_twice,) for text_twice in expected]
    edits = perturb(Passage(text, code, "a"), find_perturbation("character-duplication"), rate=1.0, seed=0)
    assert edits.apply() == "".join(expected)
    assert [edit.kept[0].at for edit in edits.edits] == [0] * len(expected)
