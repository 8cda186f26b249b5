"""What bad input gets: never a crash, a torn result or an hour of waiting, and one line on what is missing."""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path
from time import process_time

import pytest

from perturbations import (
    Level,
    Noise,
    Passage,
    Protection,
    Span,
    Status,
    XRobustError,
    all_perturbations,
    find_language,
    find_perturbation,
    languages,
    perturb,
    protect,
)
from perturbations.plausibility import OtherWords
from perturbations.segmentation import graphemes
from tests.perturbations.oracles import borders, check_applied, check_whole
from tests.perturbations.sentences import BEYOND, equipped, tables

__all__ = ["tables"]

SCRIPTS = (
    "The quick brown fox isn't lazy!",
    "Straße, Çağ, việc, İI ıi, ʻokina",
    "Съешь ещё этих булок, їжак",
    "Γεια σου, κόσμε;",
    "שָׁלוֹם עוֹלָם, מה נשמע?",
    "ذهبتُ إلى المدرسة، أليس كذلك؟",
    "मैं क्षेत्र में हूँ।",
    "আমি বাংলায় লিখি।",
    "ગુજરાતી લખાણ",
    "ਪੰਜਾਬੀ ਲਿਖਤ",
    "தமிழ் எழுத்து",
    "తెలుగు వ్రాత",
    "മലയാളം എഴുത്ത്",
    "ฉันกินข้าวที่บ้าน",
    "ကျွန်တော် ကျောင်းသွားသည်။",
    "გამარჯობა მსოფლიო",
    "한국어를 배웁니다.",
    "日本語のテキストを書く。",
    "我今天去北京大学。𠮷",
    "𞤀𞤣𞤤𞤢𞤥 𞤆𞤵𞤤𞤢𞤪",
)
"""A text in each script; with every language's tag, all but its own are wrong."""
STACK = "".join(map(chr, range(0x300, 0x328)))
EDGES = {
    "nothing": "",
    "spaces": " \t\u00a0\u2003\u3000\r\n",
    "marks": "\u0301\u0302\u064e\u05b8\u0e49\u3099",
    "viramas": "\u094d\u094d \u094d",
    "stacked marks": f"e{STACK} ש{STACK} ก{STACK} か{STACK}",
    "controls": "\x00\x01\x1b[0m\x7f\x85\u2028\u2029 word\x00word",
    "joiners": "\u200d\u200c\u200b a\u200d \u200db\u2060\ufeffc\u00ad",
    "directions": "\u202e\u2066 abc \u2069\u202c \u0600123",
    "selectors": "葛\U000e0100 a\ufe0f \ufe0f",
    "odd flags": "\U0001f1eb\U0001f1f7\U0001f1e9 \U0001f1eb",
    "no characters": "\uffff\U0010ffff\ufdd0 \ue000 \u0378 ￼�",
    "lone jamo": "\u1112\u1161\u11ab \u1161 \u11ab ㅎㅏㄴ",
    "lines": "one\r\ntwo\rthree\n\n four",
    "mixed scripts": "".join(text[:7] for text in SCRIPTS) + "Aя中ก가",
    "beyond the BMP": "a".join(BEYOND),
    "one letter": "x",
}
MEGABYTE = 1_000_000
SECONDS = 10
"""For a line of a megabyte, many times what it takes; what grows as the square of a length takes hours."""
STACKS = (
    *(("e", "\u0301"), ("e", "\u0323\u0301"), ("ש", "\u05b8\u05c1"), ("ب", "\u064e\u0651"), ("ا", "\u0654")),
    *(("ก", "\u0e49"), ("か", "\u3099"), ("葛", "\U000e0100"), ("한", "\u11ab"), ("क", "\u094d"), ("🏴", "\U000e0067")),
    *((" ", "\u0301"), ("\t", "\u0301")),
)
"""What may be stacked on a character without end, so that one grapheme cluster is as long as the line."""
FIRST_CHOICES = ("en", "zh", "ja", "ko")
"""Every perturbation supports one of them."""
EACH = pytest.mark.parametrize("name", [noise.name for noise in all_perturbations()])


def check(passage: Passage, noise: Noise, rate: float) -> None:
    edits = perturb(passage, noise, rate=rate, seed=5)
    check_applied(passage.text, edits)
    check_whole(passage, edits)
    edits.apply().encode()
    assert 0 <= edits.rate <= 1


@cache
def tagged(text: str, code: str) -> Passage:
    return Passage(text, code, "key")


@EACH
def test_a_text_in_another_script_than_its_tag_says_is_struck_or_left_alone(tables: Path, name: str) -> None:
    noise = equipped(tables)[name]
    for code in languages():
        for text in SCRIPTS:
            check(tagged(text, code), noise, 0.5)


@EACH
def test_texts_at_the_edge_are_struck_or_left_alone_in_every_language(tables: Path, name: str) -> None:
    noise = equipped(tables)[name]
    for code in languages():
        for text in EDGES.values():
            check(tagged(text, code), noise, 1.0)


@EACH
@pytest.mark.parametrize("text", ["\ud800", "half \udfff a pair", "\U0001f600\ud83d"])
def test_a_lone_surrogate_is_left_alone_and_said(tables: Path, name: str, text: str) -> None:
    for code in languages():
        edits = perturb(Passage(text, code), equipped(tables)[name], rate=1.0, seed=1)
        assert (edits.status, edits.edits, edits.apply()) == (Status.UNENCODABLE, (), text)


@cache
def megabyte(code: str) -> Passage:
    """A line of a megabyte: running text in all scripts, one long word, marks, flags, signs and digits without end."""
    rows = ("a", "e\u0301", "क\u094d", "\U0001f1eb", "👩\u200d", "…!", "1,", "ب\u064e", "ㅏ", "x ")
    part = MEGABYTE // (len(rows) + len(STACKS) + 4)
    endless = (first + row * (part // len(row.encode())) for first, row in (*STACKS, *(("", row) for row in rows)))
    running = " ".join(SCRIPTS)
    line = " ".join((*endless, running * (4 * part // len(running.encode()))))
    return Passage(line, code, "key")


def test_the_line_has_a_megabyte() -> None:
    assert len(megabyte("en").text.encode()) == pytest.approx(MEGABYTE, rel=0.01)


@EACH
def test_a_line_of_a_megabyte_takes_seconds(tables: Path, name: str) -> None:
    noise = equipped(tables)[name]
    code = next(code for code in FIRST_CHOICES if noise.supports(find_language(code)))
    start = process_time()
    edits = perturb(megabyte(code), noise, rate=0.02, seed=1)
    after = edits.apply()
    assert process_time() - start < SECONDS
    assert edits.invert().apply() == megabyte(code).text
    if edits.edits:
        assert after != megabyte(code).text


@EACH
def test_one_grapheme_cluster_of_a_line_s_length_takes_seconds(tables: Path, name: str) -> None:
    noise = equipped(tables)[name]
    start = process_time()
    for code in (code for code in FIRST_CHOICES if noise.supports(find_language(code))):
        for first, marks in STACKS:
            passage = Passage(first + marks * (MEGABYTE // 10 // len(marks.encode())), code, "key")
            edits = perturb(passage, noise, rate=1.0, seed=1)
            assert edits.invert().apply() == passage.text
    assert process_time() - start < SECONDS


@pytest.mark.parametrize("before", ["", "a ", "\u0600", "\U0001f1eb "])
@pytest.mark.parametrize("between", ["", "\u0301", "\u200d", " "])
def test_a_long_row_of_flags_is_cut_as_a_short_one(before: str, between: str) -> None:
    row = "\U0001f1eb\U0001f1f7" * 40
    for text in (before + row + between + row, before + row + "\U0001f1e9" + between + row + "\u0301"):
        assert {*graphemes(text), len(text)} == borders(text)


def test_many_overlapping_protected_spans_are_kept_like_each_of_them_by_itself() -> None:
    draws = random.Random(3)
    for _ in range(300):
        spans = [Span(start, start + draws.randint(0, 6)) for start in draws.choices(range(30), k=draws.randint(0, 6))]
        passage = Passage("x" * 40, "en", protected=tuple(spans))
        for start in range(36):
            for end in range(start, start + 4):
                alone = all(span.start >= end or start >= span.end for span in spans)
                assert passage.free(start, end) is alone


def test_protection_and_plausibility_take_seconds_for_a_line_of_a_megabyte(tables: Path) -> None:
    everything = Protection(urls=True, numbers=True, placeholders=True, shortest=2, first=True, last=True)
    start = process_time()
    passage = protect(megabyte("en"), everything, Level.CHARACTER)
    edits = perturb(passage, find_perturbation("character-swap"), rate=0.02, seed=1, plausibility=OtherWords())
    assert process_time() - start < SECONDS
    assert len(passage.protected) > 10_000
    assert edits.edits


@EACH
def test_what_is_missing_is_said_in_one_line_with_what_provides_it(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XROBUST_RESOURCES", str(tmp_path))
    monkeypatch.delenv("XROBUST_DATA", raising=False)
    noise = find_perturbation(name)
    for code, language in languages().items():
        missing = noise.missing(language) if noise.supports(language) else None
        if missing is None:
            continue
        assert "\n" not in missing
        assert re.search(r"no file \S+|no table|no model|no keyboard layout", missing), missing
        assert re.search(r"https?://|install |give |any local or hub checkpoint|put a |name one", missing), missing
        edits = perturb(Passage(SCRIPTS[0], code), noise, rate=1.0, seed=1)
        assert (edits.status, edits.edits) == (Status.UNAVAILABLE, ())


def test_a_tag_of_no_language_is_refused_in_one_line() -> None:
    for tag in ("", "xx", "klingon", "en\nde", "🇫🇷"):
        with pytest.raises(XRobustError, match="unknown language") as caught:
            Passage("text", tag)
        assert "\n" not in str(caught.value)
