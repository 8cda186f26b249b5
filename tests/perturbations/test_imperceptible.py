"""Imperceptible noise: what it writes, in which languages, and that what is displayed stays what it was."""

from __future__ import annotations

import unicodedata
from importlib import resources
from pathlib import Path

import pytest
import regex

from perturbations import Passage, Span, Status, find_perturbation, languages, perturb
from perturbations.data.build_confusables import classes, main
from perturbations.errors import DataError, UsageError
from perturbations.imperceptible.deletion_control import DeletionControl
from perturbations.imperceptible.homoglyph import Homoglyph, look_alikes
from perturbations.imperceptible.invisible import JOINING, SEPARATE
from perturbations.languages import script_of

ROWS = [
    line.split("\t")
    for line in resources.files("perturbations")
    .joinpath("data/confusables.tsv")
    .read_text(encoding="utf-8")
    .splitlines()
    if not line.startswith("#")
]
TEXTS = {
    "en": "The quick brown fox",
    "ru": "Привет, как дела",
    "el": "Καλημέρα κόσμε",
    "ar": "ذهبت إلى المدرسة",
    "hi": "आज मैं हिंदी लिखता हूँ",
    "ta": "அவர் இங்கே வந்தார்",
    "th": "ฉันกินข้าวที่บ้าน",
    "zh": "二人工口力士土",
    "ko": "까다롭게 배웁니다",
    "vi": "Tôi học tiếng Việt",
    "he": "שלום עולם",
}


@pytest.mark.parametrize(
    ("cluster", "wanted", "unwanted"),
    [
        ("a", "а α", "ａ 𝐚"),
        ("A", "А Α", "a"),
        ("é", "е\u0301", "e\u0301 é"),
        ("с", "c", "с"),
        ("о", "o ο", "0 о"),
        ("आ", "अा", "आ"),
        ("ओ", "अाे", ""),
        ("ढ\u093c", "ढ\u1cdd", ""),
        ("ข", "ฃ", ""),
        ("口", "囗 ロ", ""),
        ("士", "土", ""),
        ("까", "", "ᄀ가"),
        ("ன்", "", "ை்"),
        ("\u1038", "", "\u0a03"),
        ("ك", "ک", "k"),
        ("ה", "", "n"),
        ("ס", "", "o"),
        ("ו", "ן", "l 1"),
    ],
)
def test_look_alikes_in_many_scripts(cluster: str, wanted: str, unwanted: str) -> None:
    found = set(look_alikes(cluster, across=True))
    assert set(wanted.split()) <= found
    assert not set(unwanted.split()) & found


def test_within_a_script_no_other_script_is_taken() -> None:
    for code in TEXTS:
        for letter in languages()[code].alphabet:
            for option in look_alikes(letter, across=False):
                assert {script_of(part) for part in option} <= {script_of(letter), "Common", "Inherited"}, (
                    letter,
                    option,
                )


@pytest.mark.parametrize("code", sorted(languages()))
def test_every_look_alike_is_one_cluster_of_one_script_that_normalisation_keeps(code: str) -> None:
    for letter in languages()[code].alphabet[:500]:
        for option in look_alikes(letter, across=True):
            assert regex.fullmatch(r"\X", option)
            assert unicodedata.is_normalized("NFC", option)
            assert unicodedata.normalize("NFKC", option) != unicodedata.normalize("NFKC", letter)
            assert len({script_of(part) for part in option} - {"Common", "Inherited"}) <= 1


def test_every_row_of_the_table_has_several_normalised_characters_and_none_twice() -> None:
    members = [member for row in ROWS for member in row]
    assert len(ROWS) > 500
    assert all(len(row) > 1 for row in ROWS)
    assert len(members) == len(set(members))
    assert all(unicodedata.is_normalized("NFC", member) for member in members)
    assert all(unicodedata.category(part)[0] in "LMN" for member in members for part in member)


def test_the_table_is_what_its_script_makes_of_the_source(data: Path) -> None:
    built = main(str(data / "noise/unicode/confusables.txt"))
    assert built == resources.files("perturbations").joinpath("data/confusables.tsv").read_text(encoding="utf-8")


def test_a_file_that_is_no_confusables_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("0061 ; 0062 ; MA\n")
    with pytest.raises(DataError, match="version and date"):
        main(str(tmp_path / "x.txt"))
    with pytest.raises(DataError, match="line 1"):
        classes(["zzzz ; 0061 ; MA"])


def test_a_language_without_look_alikes_says_so() -> None:
    unsupported = {code for code in languages() if not Homoglyph(across=False).supports(languages()[code])}
    assert unsupported == {"ka", "ko"}
    edits = perturb(Passage("საქართველო", "ka"), Homoglyph(across=False), rate=0.5, seed=1)
    assert (edits.status, edits.edits) == (Status.UNSUPPORTED, ())
    # Jamo that make a syllable only together with others are not drawn as one.
    assert {code for code in languages() if not Homoglyph().supports(languages()[code])} == {"ko"}


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_invisible_characters_vanish_and_the_text_is_as_it_was(code: str) -> None:
    edits = perturb(Passage(TEXTS[code], code), find_perturbation("invisible-character"), rate=0.5, seed=1)
    assert edits.edits
    assert regex.sub(f"[{''.join(SEPARATE + JOINING)}]", "", edits.apply()) == TEXTS[code]
    for start, end in zip(edits.edits, edits.edits[1:], strict=False):
        assert start.end <= end.start


@pytest.mark.parametrize(("text", "code"), [("سلام", "fa"), ("हिंदी", "hi"), ("ম্যাচ", "bn"), ("മലയാളം", "ml")])
def test_joiners_are_put_only_where_letters_neither_join_nor_merge(text: str, code: str) -> None:
    passage, invisible = Passage(text, code), find_perturbation("invisible-character")
    assert all(invisible.replacements(passage, site) == SEPARATE for site in invisible.sites(passage))
    latin = Passage("ab", "en")
    assert invisible.replacements(latin, Span(0, 1)) == SEPARATE + JOINING


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_what_a_deletion_control_deletes_is_what_was_added(code: str) -> None:
    for name, control in (("backspace", "\b"), ("delete", "\x7f")):
        edits = perturb(Passage(TEXTS[code], code), DeletionControl(control=name), rate=0.5, seed=1)
        assert edits.apply().count(control) == len(edits.edits) > 0
        assert regex.sub(rf"\X{control}", "", edits.apply()) == TEXTS[code]


def test_an_unknown_deletion_control_is_refused() -> None:
    with pytest.raises(UsageError, match="choose one of backspace, delete"):
        DeletionControl(control="escape")


@pytest.mark.parametrize(
    ("text", "code", "sites"),
    [
        ("word", "en", ["wo", "or", "rd"]),
        ("aab 12", "en", ["ab"]),
        ("קשת", "he", []),
        ("שלום", "he", ["לו"]),
        ("דرא", "he", []),
        ("محمد", "ar", []),
        ("ودار", "ar", ["دا"]),
        ("داود", "ar", ["او"]),
        ("दिल्ली", "hi", ["दिल्ली"]),
        ("學中文", "zh", ["學中", "中文"]),
        ("אב word גד", "he", ["or"]),
    ],
)
def test_pairs_are_reordered_only_where_what_is_displayed_stays(text: str, code: str, sites: list[str]) -> None:
    passage = Passage(text, code)
    assert [site.of(text) for site in find_perturbation("bidi-reordering").sites(passage)] == sites


def test_a_reordered_pair_stands_between_controls_of_its_direction() -> None:
    bidi = find_perturbation("bidi-reordering")
    latin, hebrew = Passage("word", "en"), Passage("שלום", "he")
    assert list(bidi.replacements(latin, Span(1, 3))) == ["\u2066\u202ero\u202c\u2069"]
    assert list(bidi.replacements(hebrew, Span(1, 3))) == ["\u2067\u202dול\u202c\u2069"]
