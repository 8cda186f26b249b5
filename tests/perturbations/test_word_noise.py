"""Plain noise of words: what it writes in many languages, and what becomes of tokens."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
import regex

from perturbations import Edits, Passage, Perturbation, Span, Status, find_perturbation, languages, perturb
from perturbations.errors import DataError
from perturbations.words.distractor import distractors
from perturbations.words.function_words import FunctionWordDeletion
from perturbations.words.romanisation import romanised


def possible(name: str, text: str, code: str) -> set[str]:
    """Every text that one edit may make."""
    passage, perturbation = Passage(text, code), find_perturbation(name)
    return {
        Edits(text, (perturbation.edit(passage, site, option),)).apply()
        for site in perturbation.sites(passage)
        for option in perturbation.replacements(passage, site)
    }


@pytest.mark.parametrize(
    ("name", "text", "code", "wanted"),
    [
        ("word-shuffle", "we all know", "en", {"all know we", "know we all"}),
        ("word-shuffle", "Ich  bin\tda, ja", "de", {"bin  da\tIch, ja", "da  Ich\tbin, ja"}),
        ("word-shuffle", "да да да", "ru", set()),
        ("word-shuffle", "今天去北京", "zh", {"去北京今天", "北京今天去"}),
        ("word-duplication", "the end", "en", {"the the end", "the end end"}),
        ("word-duplication", "我今天", "zh", {"我我今天", "我今天今天"}),
        ("word-merge", "a lot of, well, it", "en", {"alot of, well, it", "a lotof, well, it"}),
        ("word-merge", "one\ntwo", "en", set()),
        ("word-merge", "मैं हूँ", "hi", {"मैंहूँ"}),
        ("word-merge", "우리 집", "ko", {"우리집"}),
        ("word-split", "too I", "en", {"t oo I", "to o I"}),
        ("word-split", "नमस्ते", "hi", {"न मस्ते", "नम स्ते"}),
        ("word-split", "한국어", "ko", {"한 국어", "한국 어"}),
        ("word-split", "หนังสือ", "th", {"ห นังสือ", "หนั งสือ", "หนัง สือ", "หนังสื อ"}),
        ("distractor", "Who won?", "en", {"Who won and true is true?"}),
        ("distractor", "我去。", "zh", {"我去，而且真的就是真的。"}),
        ("distractor", "…", "en", set()),
        ("distractor", "हाँ।", "hi", {"हाँ और सच तो सच है।"}),
    ],
)
def test_what_one_edit_makes(name: str, text: str, code: str, wanted: set[str]) -> None:
    assert possible(name, text, code) == wanted


@pytest.mark.parametrize(
    ("text", "code", "wanted"),
    [
        ("Привет, мир!", "ru", "Privet, mir!"),
        ("Καλημέρα, OK 5", "el", "Kalimera, OK 5"),
        ("我今天去北京。", "zh", "wo jintian qu beijing。"),
        ("テキストを", "ja", "tekisuto o"),
        ("नमस्ते", "hi", "nmste"),
        ("١٢ كتاب", "ar", "12 ktb"),
        ("გამარჯობა", "ka", "gamarjoba"),
    ],
)
def test_romanisation_writes_latin_letters_and_leaves_the_rest(text: str, code: str, wanted: str) -> None:
    edits = perturb(Passage(text, code), find_perturbation("romanisation"), rate=1.0, seed=0)
    assert edits.apply() == wanted
    assert edits.touched == edits.units


def test_every_letter_of_every_alphabet_is_romanised_without_space_or_foreign_letter() -> None:
    for language in languages().values():
        for letter in language.alphabet:
            assert regex.fullmatch(r"[\p{Latin}\p{P}\p{Sk}\p{N}]+", romanised(letter)) or romanised(letter) == letter


@pytest.mark.parametrize("code", sorted(languages()))
def test_languages_that_have_no_such_thing_say_so(code: str) -> None:
    language = languages()[code]
    assert find_perturbation("word-merge").supports(language) is language.spaces
    assert find_perturbation("romanisation").supports(language) is (language.scripts != ("Latin",))


def test_the_distractor_of_every_language_is_written_in_it() -> None:
    assert set(distractors()) == set(languages())
    assert len(set(distractors().values())) > 40
    for code, wording in distractors().items():
        assert unicodedata.is_normalized("NFC", wording)
        assert wording == wording.rstrip()
        scripts = "".join(rf"\p{{{script}}}" for script in languages()[code].scripts)
        assert regex.fullmatch(rf"[ ,–，、]?[{scripts}\p{{M}}\p{{Common}}]+", wording), code


def tokens(*forms: str) -> Passage:
    spans: list[Span] = []
    for form in forms:
        start = spans[-1].end + 1 if spans else 0
        spans.append(Span(start, start + len(form), f"{len(spans)}"))
    return Passage(" ".join(forms), "en", "a", tokens=tuple(spans))


def all_tokens_after(passage: Passage, perturbation: Perturbation) -> list[str | None]:
    """What each token is after the first possible edit."""
    site = perturbation.sites(passage)[0]
    edits = Edits(passage.text, (perturbation.edit(passage, site, perturbation.replacements(passage, site)[0]),))
    carried = [edits.carry(token) for token in passage.tokens]
    return [span.of(edits.apply()) if span else None for span in carried]


def test_merging_splitting_and_duplication_keep_the_first_tag_on_the_whole() -> None:
    passage = tokens("in", "the", "end")
    assert all_tokens_after(passage, find_perturbation("word-merge")) == ["inthe", None, "end"]
    assert all_tokens_after(passage, find_perturbation("word-split")) == ["i n", "the", "end"]
    assert all_tokens_after(passage, find_perturbation("word-duplication")) == ["in in", "the", "end"]
    assert all_tokens_after(passage, find_perturbation("word-shuffle")) == ["in", "the", "end"]


def test_an_answer_keeps_to_its_own_word_when_the_next_is_merged_with_it() -> None:
    text = "in the end"
    passage, merging = Passage(text, "en"), find_perturbation("word-merge")
    edits = Edits(text, (merging.edit(passage, Span(0, 6), "inthe"),))
    assert edits.carry(Span(0, 2)) == Span(0, 2)
    assert edits.carry(Span(3, 6)) == Span(2, 5)


def test_a_passage_of_tokens_has_no_place_for_a_distractor() -> None:
    edits = perturb(tokens("in", "the", "end"), find_perturbation("distractor"), rate=1.0, seed=0)
    assert (edits.status, edits.edits) == (Status.SATURATED, ())


def test_an_answer_at_the_end_does_not_take_the_distractor() -> None:
    edits = perturb(Passage("It was Ada.", "en"), find_perturbation("distractor"), rate=1.0, seed=0)
    assert edits.apply() == "It was Ada and true is true."
    assert edits.carry(Span(7, 10)) == Span(7, 10)


def test_splitting_a_very_long_word_stays_cheap() -> None:
    passage, splitting = Passage("a" * 200_000, "en"), find_perturbation("word-split")
    assert len(splitting.replacements(passage, splitting.sites(passage)[0])) == 199_999


@pytest.fixture
def stop_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of stop words in a directory that is searched, and no other directory."""
    path = tmp_path / "stopwords-iso.json"
    path.write_text(json.dumps({"en": ["the", "on"], "tr": ["ışık"], "hi": ["में"]}), encoding="utf-8")
    monkeypatch.setenv("XROBUST_RESOURCES", str(tmp_path))
    monkeypatch.delenv("XROBUST_DATA", raising=False)
    return path


@pytest.mark.usefixtures("stop_words")
def test_function_words_are_left_out_in_any_case() -> None:
    assert possible("function-word-deletion", "The cat, on ON it", "en") == {
        "cat, on ON it",
        "The cat, ON it",
        "The cat, on it",
    }
    assert possible("function-word-deletion", "IŞIK var", "tr") == {"var"}
    assert possible("function-word-deletion", "घर में है", "hi") == {"घर है"}


def test_a_missing_list_is_named_in_one_line(stop_words: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = FunctionWordDeletion().missing(languages()["ka"])
    assert message is not None
    assert str(stop_words) in message
    assert "Georgian" in message
    assert perturb(Passage("ეს", "ka"), FunctionWordDeletion(), rate=1.0, seed=0).status is Status.UNAVAILABLE
    monkeypatch.setenv("XROBUST_RESOURCES", str(tmp_path / "nowhere"))
    message = FunctionWordDeletion().missing(languages()["en"])
    assert message is not None
    assert "stopwords-iso" in message
    assert "\n" not in message


def test_a_file_that_holds_no_lists_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stopwords-iso.json").write_text("[1, 2]")
    monkeypatch.setenv("XROBUST_RESOURCES", str(tmp_path))
    with pytest.raises(DataError, match="is no stopwords-iso file"):
        FunctionWordDeletion().missing(languages()["en"])


def test_function_words_of_the_real_list(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XROBUST_DATA", str(data))
    monkeypatch.delenv("XROBUST_RESOURCES", raising=False)
    missing = {code for code, language in languages().items() if FunctionWordDeletion().missing(language)}
    assert missing == set("az ht jv ka kk ml my pa qu ta te wo".split())
    assert "ฉันกินข้าวบ้าน" in possible("function-word-deletion", "ฉันกินข้าวที่บ้าน", "th")
