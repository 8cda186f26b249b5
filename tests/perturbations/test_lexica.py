"""The formats of the tables of others: small files written here, and the real ones where they are."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from perturbations import XRobustError, find_language
from perturbations.lexica.bilingual import read_dictionary, read_pairs
from perturbations.lexica.frequencies import frequencies, missing_frequencies, read_frequencies
from perturbations.lexica.spelling import forms, in_case_of, options
from perturbations.lexica.thesaurus import read_thesaurus
from perturbations.lexica.wordnet import PARTS, read_princeton, read_tab

NOUNS = """\
  1 This line is a remark, as every database file begins with some.
00000001 03 n 03 boat 0 small_vessel 0 Ark 1 001 @ 00000002 n 0000 | made up for the tests; "the boat"
00000002 03 n 0a a 0 b 0 c 0 d 0 e 0 f 0 g 0 h 0 i 0 j 0 000 | ten words, counted in hexadecimal
"""
ADJECTIVES = "00000003 00 a 02 afloat(p) 0 floating(a) 0 000 | where it stands is noted behind it\n"


@pytest.fixture
def princeton(tmp_path: Path) -> Path:
    for part, content in zip(PARTS, (NOUNS, "", ADJECTIVES, ""), strict=True):
        (tmp_path / f"data.{part}").write_text(content, "utf-8")
    return tmp_path / "data.noun"


def test_wordnet_is_read_from_its_database_files(princeton: Path) -> None:
    wordnet = read_princeton(princeton)
    assert wordnet.synonyms(["boat"]) == ("small vessel", "Ark")
    assert wordnet.synonyms(["a"]) == tuple("bcdefghij")
    assert wordnet.synonyms(["afloat"]) == ("floating",)
    assert wordnet.synonyms(["ark", "nothing"]) == ()


def test_a_wordnet_without_one_of_its_files_is_refused(princeton: Path) -> None:
    princeton.with_name("data.adv").unlink()
    with pytest.raises(XRobustError, match=r"data\.adv is missing"):
        read_princeton(princeton)


@pytest.mark.parametrize("line", ["not a line of it", "00000001 03 n zz boat 0", "00000001 03 n 05 boat 0", "x"])
def test_a_line_that_is_none_of_a_wordnet_is_named(princeton: Path, line: str) -> None:
    princeton.write_text(f"{NOUNS}{line}\n", "utf-8")
    with pytest.raises(XRobustError, match=r"data\.noun:4"):
        read_princeton(princeton)


def test_a_tab_file_gives_the_words_that_share_a_synset(tmp_path: Path) -> None:
    path = tmp_path / "wn-data-fra.tab"
    path.write_text(
        "# a wordnet\tfra\thttps://example.org\tCC BY\n00000001-n\tfra:lemma\tmaison\n00000001-n\tfra:lemma\tdemeure\n"
        "00000001-n\tfra:def\t0\tun toit\n00000002-n\tfra:lemma\tmaison\n00000002-n\tfra:lemma\te\u0301tablissement\n",
        "utf-8",
    )
    assert read_tab(path).synonyms(["maison"]) == ("demeure", "établissement")
    path.with_name("wn-data-ita.tab").write_text("no columns\n", "utf-8")
    with pytest.raises(XRobustError, match=r"wn-data-ita\.tab:1"):
        read_tab(path.with_name("wn-data-ita.tab"))


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO8859-15"])
def test_a_thesaurus_is_read_in_the_encoding_that_it_names(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "th_de_DE_v2.dat"
    lines = [encoding, "schön|2", "-|hübsch|schlecht (Antonym)|fein (ugs.)", "(Adj)|nett|sehr gut", "leer|0", ""]
    path.write_bytes("\n".join(lines).encode(encoding))
    thesaurus = read_thesaurus(path)
    assert thesaurus.synonyms(["schön"]) == ("hübsch", "nett", "sehr gut")
    assert thesaurus.synonyms(["leer", "voll"]) == ()


def test_a_byte_order_mark_before_the_encoding_of_a_thesaurus_is_no_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "th_ru_RU_v2.dat").write_text("UTF-8\nбыстрый|1\n-|скорый\n", "utf-8-sig")
    assert read_thesaurus(tmp_path / "th_ru_RU_v2.dat").synonyms(["быстрый"]) == ("скорый",)


@pytest.mark.parametrize("content", ["", "no encoding\nx|1\n-|y\n", "UTF-8\nx\n", "UTF-8\nx|3\n-|y\n", "UTF-8\nx|y\n"])
def test_a_file_that_is_no_thesaurus_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "th.dat").write_text(content, "utf-8")
    with pytest.raises(XRobustError, match=r"th\.dat"):
        read_thesaurus(tmp_path / "th.dat")


@pytest.mark.parametrize("parting", [" ", "\t"])
def test_pairs_are_read_in_both_directions(tmp_path: Path, parting: str) -> None:
    path = tmp_path / "en-de.txt"
    path.write_text("".join(f"{a}{parting}{b}\n" for a, b in (("the", "die"), ("the", "der"), ("who", "die"))), "utf-8")
    assert read_pairs(path).translate(["the"]) == ("die", "der")
    assert read_pairs(path, inverse=True).translate(["die", "der"]) == ("the", "who")


def test_a_line_that_is_no_pair_is_named(tmp_path: Path) -> None:
    (tmp_path / "en-de.txt").write_text("the die\nalone\n", "utf-8")
    with pytest.raises(XRobustError, match=r"en-de\.txt:2"):
        read_pairs(tmp_path / "en-de.txt")


ARTICLES = (
    'house /haʊs/\nHaus <neut>, Gebäude <neut> [build.]\n      "at the house"  - am Haus\n   Synonym: {home}\n',
    "house /haʊs/\n1. unterbringen <v>; beherbergen\n see: {houses}\n",
)


def dictionary(folder: Path, *, packed: bool) -> Path:
    """A dictionary in the format of dictd, the numbers written by hand: 0 is A, 64 is BA."""
    content = "".join(ARTICLES).encode()
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    size = [len(article.encode()) for article in ARTICLES]
    first, second = (digits[length // 64] + digits[length % 64] for length in size)
    index = folder / "freedict-eng-deu.index"
    index.write_text(f"00-database-info\tA\tB\nhouse\tA\t{first}\nhouse\t{first}\t{second}\tHouse\n", "utf-8")
    path = folder / f"freedict-eng-deu.dict{'.dz' if packed else ''}"
    path.write_bytes(gzip.compress(content) if packed else content)
    return index


@pytest.mark.parametrize("packed", [True, False])
def test_a_dictionary_gives_translations_without_grammar_and_examples(tmp_path: Path, packed: bool) -> None:
    found = read_dictionary(dictionary(tmp_path, packed=packed))
    assert found.translate(["house"]) == ("Haus", "Gebäude")
    assert found.translate(["House"]) == ("unterbringen", "beherbergen")
    assert found.translate(["home"]) == ()


def test_a_dictionary_whose_files_do_not_belong_together_is_refused(tmp_path: Path) -> None:
    index = dictionary(tmp_path, packed=False)
    (tmp_path / "freedict-eng-deu.dict").write_bytes(b"short")
    with pytest.raises(XRobustError, match="beyond the end"):
        read_dictionary(index).translate(["house"])
    (tmp_path / "freedict-eng-fra.index").write_text("house\n", "utf-8")
    with pytest.raises(XRobustError, match="is missing"):
        read_dictionary(tmp_path / "freedict-eng-fra.index")
    (tmp_path / "freedict-eng-fra.dict.dz").write_bytes(b"no gzip")
    with pytest.raises(XRobustError, match="is damaged"):
        read_dictionary(tmp_path / "freedict-eng-fra.index")


def test_counts_become_zipf_frequencies(tmp_path: Path) -> None:
    path = tmp_path / "wo_50k.txt"
    # Ten of a hundred words are a tenth: 10⁸ in 10⁹, Zipf 8.
    path.write_text("Na 10\nma\t10\nla 79\nxam 1\n", "utf-8")
    listed = read_frequencies(path, find_language("wo"))
    assert listed.words == ("la", "ma", "na", "xam")
    assert listed.zipf == (8.9, 8.0, 8.0, 7.0)
    assert (listed.of("NA"), listed.of("unheard")) == (8.0, 0.0)
    assert listed.near("na", window=0.0, nearest=5) == ("ma",)
    assert listed.near("na", window=1.0, nearest=5) == ("la", "ma", "xam")
    assert listed.near("na", window=1.0, nearest=1) == ("ma", "xam")
    assert listed.near("unheard", window=9.0, nearest=9) == ()


@pytest.mark.parametrize("line", ["word", "word many", "word 0", "12"])
def test_a_line_without_a_word_and_a_count_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "wo.txt").write_text(f"na 10\n{line}\n", "utf-8")
    with pytest.raises(XRobustError, match=r"wo\.txt:2"):
        read_frequencies(tmp_path / "wo.txt", find_language("wo"))


def test_wordfreq_answers_only_for_the_languages_whose_lists_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XROBUST_RESOURCES", raising=False)
    lacking = "af az et eu gu ht jv ka kk ml mr my pa qu sw te th wo yo".split()
    for code in lacking:
        # The library itself gives the list of another language for some: English for Burmese, French for Wolof.
        assert frequencies(find_language(code)) is None, code
        assert "wordfreq is installed and has no list" in str(missing_frequencies(find_language(code)))
    for code, word in (("en", "House"), ("tl", "bahay"), ("tr", "IŞIK"), ("zh", "学校"), ("ar", "كِتَاب")):
        listed = frequencies(find_language(code))
        assert listed is not None, code
        assert listed.of(word) > 3, code


def test_zipf_frequencies_are_those_of_wordfreq_itself() -> None:
    import wordfreq

    listed = frequencies(find_language("en"))
    assert listed is not None
    for word in ("the", "house", "quickly", "cheeseparing"):
        assert listed.of(word) == pytest.approx(wordfreq.zipf_frequency(word, "en", "small"), abs=0.005)


@pytest.mark.parametrize(
    ("source", "word", "code", "written"),
    [
        ("house", "home", "en", "home"),
        ("House", "home", "en", "Home"),
        ("HOUSE", "home", "en", "HOME"),
        ("I", "we", "en", "We"),
        ("Ev", "iyi", "tr", "İyi"),
        ("EV", "ışık", "tr", "IŞIK"),
        ("Haus", "ßtraße", "de", "Sstraße"),
        ("house", "Ark", "en", "Ark"),
        ("HOUSE", "घर", "hi", "घर"),
        ("HOUSE", "სახლი", "ka", "სახლი"),
        ("घर", "house", "en", "house"),
    ],
)
def test_a_word_takes_the_case_of_what_stood_in_its_place(source: str, word: str, code: str, written: str) -> None:
    assert in_case_of(source, word, find_language(code)) == written


def test_words_are_looked_up_as_they_stand_and_in_small_letters() -> None:
    assert forms("Haus", find_language("de")) == ("Haus", "haus")
    assert forms("PARIS", find_language("fr")) == ("PARIS", "Paris", "paris")
    assert forms("IŞIK", find_language("tr")) == ("IŞIK", "Işık", "ışık")
    assert forms("e\u0301te\u0301", find_language("fr")) == ("été",)


def test_only_whole_words_come_into_a_text() -> None:
    found = ["home", "home", "the home", "...", "home (US)", "House", "hóuse", "well-kept", "'tis!", ""]
    english = find_language("en")
    assert options("house", found, english, phrases=False) == ("home", "hóuse", "well-kept")
    assert options("house", found, english, phrases=True) == ("home", "the home", "hóuse", "well-kept")


def test_the_real_wordnets_and_lexica_are_read(data: Path) -> None:
    tabs = sorted((data / "noise/omw_wiktionary").glob("*.tab"))
    assert len(tabs) == 37
    assert all(read_tab(path).synsets for path in tabs)
    lexica = sorted((data / "lexicons").glob("en-*.txt"))
    assert len(lexica) == 14
    for path in lexica:
        assert read_pairs(path).translate(["house"]), path
    assert "haus" in read_pairs(data / "lexicons/en-de.txt").translate(["house"])
    assert "house" in read_pairs(data / "lexicons/en-de.txt", inverse=True).translate(["haus"])
