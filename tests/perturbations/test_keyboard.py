"""Keyboards and the slips made on them, in many languages."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from perturbations import Passage, Status, find_language, find_perturbation, languages, perturb
from perturbations.data import build_keyboards
from perturbations.keyboards import Layout, composes, layout, layouts, typed
from perturbations.keystrokes import keystrokes

NAMES = ("keyboard-neighbour", "keyboard-doubled", "keyboard-missed", "keyboard-shift")
CODES = sorted(languages())
LETTERS = 0.97
"""Share of a language's letters in real text that its layouts must type."""

UNTYPED = {"ja": "ぁぃぅぇぉっゃゅょゎゐゑァィゥェォッャュョヮヰヱヵヶ", "pa": "ੲੳ"}
"""Letters that nobody types by themselves: small kana go with the one before them, Gurmukhi bearers with a vowel; the
other kana are out of use."""


def options(name: str, code: str, text: str) -> list[tuple[str, ...]]:
    """The replacements at each site of a text."""
    perturbation, passage = find_perturbation(name), Passage(text, code)
    return [tuple(perturbation.replacements(passage, site)) for site in perturbation.sites(passage)]


def every_layout() -> dict[str, Layout]:
    return {each.name: each for code in CODES for each in layouts(find_language(code))}


# Read off pictures of the keyboards (ISO 9995 rows), not off the table.
@pytest.mark.parametrize(
    ("code", "letter", "expected"),
    [
        ("en", "a", "qwsz"),
        ("en", "G", "TYFHVB"),
        ("en", "5", "46rt"),
        ("fr", "a", "&ézq"),
        ("de", "z", "67tugh"),
        ("es", "ñ", "p`l´.-"),
        ("fi", "ö", "pålä.-"),
        ("hu", "é", "pőlá.-"),
        ("pl", "ą", "πœśż"),
        ("tr", "ı", "89uojk"),
        ("ru", "а", "кевпсм"),
        ("bg", "о", "ишажъэ"),
        ("uk", "і", "цуфвяч"),
        ("kk", "ә", '"іцй'),
        ("el", "α", ";ςσζ«"),
        ("he", "ש", "/'דז"),
        ("ar", "ل", ["ف", "غ", "ب", "ا", "ر", "لا"]),
        ("fa", "ب", "قفیلزر"),
        ("hi", "क", "गदरतस,"),
        ("bn", "ক", "গদরতস,"),
        ("th", "ก", "ำพหดปแ"),
        ("my", "က", "၇၈ပင"),
        ("ka", "ა", "ქწსზ«"),
    ],
)
def test_a_slip_lands_on_the_keys_that_touch_the_right_one(code: str, letter: str, expected: str | list[str]) -> None:
    assert set(options("keyboard-neighbour", code, letter)[0]) == set(expected)


@pytest.mark.parametrize(
    ("code", "cluster", "name", "expected"),
    [
        ("en", "e", "keyboard-doubled", {"ee"}),
        ("es", "é", "keyboard-doubled", {"´e", "ée"}),
        ("hi", "कि", "keyboard-doubled", {"ककि", "किि"}),
        ("th", "ก้", "keyboard-doubled", {"กก้", "ก้้"}),
        ("ko", "각", "keyboard-doubled", {"ㄱ각", "가ㅏㄱ", "각ㄱ"}),
        ("ja", "か", "keyboard-doubled", {"っか", "かあ"}),
        ("en", "e", "keyboard-missed", {""}),
        ("es", "é", "keyboard-missed", {"e"}),
        ("pl", "ą", "keyboard-missed", {"", "a"}),
        ("hi", "कि", "keyboard-missed", {"क"}),
        ("hi", "क्षे", "keyboard-missed", {"कषे", "क्े", "क्ष"}),
        ("vi", "ế", "keyboard-missed", {"ê"}),
        ("my", "န်", "keyboard-missed", {"န"}),
        ("ko", "값", "keyboard-missed", {"ㅏㅂㅅ", "ㄱㅂㅅ", "갓", "갑"}),
        ("ja", "ガ", "keyboard-missed", {"ア", "ｇ"}),
        ("en", "e", "keyboard-shift", {"E"}),
        ("en", "2", "keyboard-shift", {"@"}),
        ("de", "2", "keyboard-shift", {'"'}),
        ("fr", "é", "keyboard-shift", {"2"}),
        ("tr", "i", "keyboard-shift", {"İ"}),
        ("tr", "I", "keyboard-shift", {"ı"}),
        ("hi", "क", "keyboard-shift", {"ख"}),
        ("ar", "ا", "keyboard-shift", {"أ"}),
        ("ka", "ს", "keyboard-shift", {"შ"}),
        ("ko", "국", "keyboard-shift", {"꾹", "굮"}),
    ],
)
def test_slips_of_several_kinds_leave_what_the_keys_leave(
    code: str, cluster: str, name: str, expected: set[str]
) -> None:
    assert set(options(name, code, cluster)[0]) == expected


def test_a_decomposed_letter_slips_like_a_composed_one_and_stays_decomposed() -> None:
    for name in NAMES:
        composed, apart = options(name, "es", "é")[0], options(name, "es", "e\u0301")[0]
        assert [unicodedata.normalize("NFC", text) for text in apart] == list(composed)
        assert all(unicodedata.is_normalized("NFD", text) for text in apart)


def test_a_doubled_key_keeps_the_label_on_the_letter() -> None:
    edits = perturb(Passage("ก้", "th", "a"), find_perturbation("keyboard-doubled"), rate=1.0, seed=0)
    kept = edits.edits[0].kept[0]
    assert edits.apply()[kept.at :].startswith("ก้")


@pytest.mark.parametrize("name", NAMES)
def test_characters_that_no_layout_of_the_language_has_are_no_sites(name: str) -> None:
    assert options(name, "en", "漢字 กขค 👩‍👩‍👧 é 1️⃣") == []
    assert options(name, "hi", "漢字") == []
    assert options(name, "el", "word") != []


@pytest.mark.parametrize("name", NAMES)
def test_chinese_has_no_keys_for_its_characters_and_says_so(name: str) -> None:
    perturbation = find_perturbation(name)
    unsupported = [code for code in CODES if not perturbation.supports(find_language(code))]
    assert unsupported == ["zh"]
    assert perturb(Passage("我在北京", "zh"), perturbation, rate=0.5, seed=0).status is Status.UNSUPPORTED
    assert all(perturbation.missing(find_language(code)) is None for code in CODES)


@pytest.mark.parametrize("name", NAMES)
def test_a_language_without_a_layout_is_told_which_file_lacks_it(name: str) -> None:
    unknown = replace(find_language("en"), code="xx", name="Unwritten")
    message = find_perturbation(name).missing(unknown)
    assert message == (
        "no keyboard layout for Unwritten: name one for 'xx' in perturbations/data/keyboard_layouts.toml"
    )


@pytest.mark.parametrize("code", [code for code in CODES if code != "zh"])
def test_the_layouts_type_every_letter_of_the_alphabet(code: str) -> None:
    language = find_language(code)
    letters = [letter for letter in language.alphabet if not regex.match(r"\p{Han}", letter)]
    lacking = {letter for letter in letters if keystrokes(letter, language) is None}
    assert lacking == set(UNTYPED.get(code, ""))


@pytest.mark.parametrize("code", [code for code in CODES if composes(find_language(code)) == ""])
def test_the_layouts_type_nearly_all_letters_of_real_text(data: Path, code: str) -> None:
    path = data / f"panx/test-{code}.tsv"
    if not path.exists():
        pytest.skip(f"no PAN-X test set for {code}")
    letters = regex.findall(r"(?=[\p{L}\p{Nd}])\X", path.read_text(encoding="utf-8"))
    language = find_language(code)
    named = "|".join(rf"\p{{{script}}}" for script in language.scripts)
    own = [letter for letter in letters if regex.match(named, letter)]
    assert own
    assert sum(keystrokes(letter, language) is not None for letter in own) >= LETTERS * len(own)


@pytest.mark.parametrize("name", sorted(every_layout()))
def test_every_layout_is_a_whole_keyboard(name: str) -> None:
    board = layout(name)
    assert len(board.neighbours) == 49
    keys = [key for level in board.levels for key in level if key]
    assert len({key.text for key in keys if key.level < 2}) > 60
    for key in keys:
        assert key.text.isprintable()
        assert not key.text.isspace()
        assert unicodedata.is_normalized("NFC", key.text)
        assert board.at(key.position, key.level) is key
    for position, around in enumerate(board.neighbours):
        assert 1 <= len(around) <= 6
        assert all(position in board.neighbours[other] for other in around)


@pytest.mark.parametrize("code", CODES)
def test_every_language_has_a_layout_in_its_own_script(code: str) -> None:
    language = find_language(code)
    script = "Latin" if composes(language) in ("romaji", "pinyin") else language.scripts[0]
    letters = [key.text for key in layouts(language)[0].levels[0] if key]
    assert sum(bool(regex.match(rf"\p{{scx={script}}}", letter)) for letter in letters) >= 20


@given(code=st.sampled_from(CODES), data=st.data())
def test_the_keys_of_a_cluster_type_it_again(code: str, data: st.DataObject) -> None:
    language = find_language(code)
    cluster = data.draw(st.sampled_from(language.alphabet)) + data.draw(st.sampled_from(["", "\u0301", "\u0323\u0301"]))
    found = keystrokes(cluster, language)
    if found is not None:
        assert found.result(found.keys) in (cluster, unicodedata.normalize("NFC", cluster))


def test_dead_keys_wait_for_a_letter_that_takes_them() -> None:
    board = layout("es(basic)")
    acute, e, x = board.dead["\u0301"], board.keys["e"], board.keys["x"]
    assert typed((acute, e)) == "é"
    assert typed((acute, x)) == "´x"
    assert typed((acute, acute, e)) == "´e"
    assert typed((acute,)) == "´"


def test_the_builder_resolves_includes_variants_and_key_names(tmp_path: Path) -> None:
    (tmp_path / "base").write_text(
        'default xkb_symbols "basic" {\n  key <AD01> { [ q, Q ] }; // first\n  key <AD02> { [ w, W ] };\n};\n'
        'xkb_symbols "other" {\n include "base(basic)"\n key <AD01> { [ U0451, NoSymbol, dead_acute ] };\n'
        ' augment "base(more)"\n key <AE01> { type="X", symbols[Group1]=[ one, exclam ] };\n'
        ' include "level3(ralt_switch)"\n};\n'
        'xkb_symbols "more" { key <AD02> { [ e, E ] }; key <AD03> { [ e, E ] }; };\n',
        encoding="utf-8",
    )
    header = tmp_path / "keysymdef.h"
    header.write_text(
        "#define XK_one    0x0031  /* U+0031 DIGIT ONE */\n#define XK_uno 0x0031 /* deprecated */\n", encoding="utf-8"
    )
    names = build_keyboards.characters_of_keys(header)
    assert names == {"one": "1", "uno": "1"}
    keys = build_keyboards.layout(tmp_path, "base(other)")
    assert keys["AD01"] == ["U0451", "Q", "dead_acute"]
    assert keys["AD02"] == ["w", "W"]
    assert keys["AE01"] == ["one", "exclam"]
    assert [build_keyboards.typed(name, names) for name in keys["AD01"]] == ["ё", "Q", "◌́>"]
    assert build_keyboards.typed("uno", names) == "1"
    assert build_keyboards.typed("0x01001EB9", names) == "ẹ"
    assert build_keyboards.typed("Shift_L", names) == "∅"
    with pytest.raises(SystemExit, match="is not in its file"):
        build_keyboards.layout(tmp_path, "base(nothing)")


def test_the_table_is_what_the_builder_makes(data: Path) -> None:
    symbols = data / "noise/xkb/symbols"
    header = Path(os.environ.get("XROBUST_KEYSYMDEF", "/usr/include/X11/keysymdef.h"))
    if not header.exists() or not symbols.is_dir():
        pytest.skip("needs keysymdef.h of the X protocol (Debian x11proto-dev) and the X keyboard layouts")
    names = build_keyboards.characters_of_keys(header)
    for name, board in every_layout().items():
        rows = dict(build_keyboards.tables(symbols, names, name))
        plain = [token for row in rows["plain"] for token in row.split(" ")]
        shown = ["∅" if key is None else key.text for key in board.levels[0]]
        assert [token.strip("◌>") if len(token) > 1 else token for token in plain] == shown, name
