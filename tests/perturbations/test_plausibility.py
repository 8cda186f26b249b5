"""Noise that makes another word of the language: found, counted, and refused where that is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perturbations import Edit, Passage, XRobustError, find_language, find_perturbation, perturb
from perturbations.errors import ResourceError
from perturbations.lexica.frequencies import frequencies
from perturbations.plausibility import COMMON, OtherWords

LATIN = "en de es fr it nl pl pt fi tr vi id".split()


def collides(text: str, old: str, new: str, code: str = "en", place: int = 0) -> bool:
    """Whether `old`, from `place` on, may become `new` without making a word."""
    start = text.index(old, place)
    return OtherWords().collides(Passage(text, code), Edit(start, start + len(old), new))


@pytest.mark.parametrize(
    ("text", "old", "new", "code", "made"),
    [
        ("a form here", "or", "ro", "en", True),  # from
        ("a form here", "rm", "mr", "en", False),  # fomr
        ("the Trial ends", "ia", "ai", "en", True),  # Trail
        ("we live", "v", "k", "en", True),  # like
        ("we live", "l", "L", "en", False),  # the same word in another case
        ("to gether", " ", "", "en", True),  # together
        ("together", "og", "o g", "en", True),  # to
        ("it is 10 now", "10", "11", "en", False),
        ("no word, only signs", ",", ";", "en", False),
        ("Das Haus brennt", "H", "M", "de", True),  # Maus
        ("Das Haus brennt", "u", "x", "de", False),
        ("он дом видит", "д", "т", "ru", True),  # том
        ("मैं घर जाता", "घ", "क", "hi", True),  # कर
        ("我在学校学习", "校", "生", "zh", True),  # 学生
        ("我在学校学习", "校", "枭", "zh", False),
    ],
)
def test_an_edit_that_makes_another_word_is_known(text: str, old: str, new: str, code: str, made: bool) -> None:
    assert collides(text, old, new, code) is made


def test_only_the_words_around_the_edit_are_judged() -> None:
    # `form` stands elsewhere in the text: that it is a word says nothing about the edit.
    assert not collides("form xyz", "y", "q")
    assert collides("form xyz form", "or", "ro", place=6)


def test_a_swap_of_words_makes_no_other_word() -> None:
    assert not collides("big house", "big house", "house big")


def test_lists_of_letters_that_are_words_are_held_apart_by_the_threshold() -> None:
    passage, edit = Passage("the end", "en"), Edit(1, 3, "eh")
    # `teh` is in the list, as often as it is mistyped.
    assert OtherWords(least=3.0).collides(passage, edit)
    assert not OtherWords(least=4.0).collides(passage, edit)
    with pytest.raises(XRobustError, match="above 0"):
        OtherWords(least=0)


def test_a_language_without_word_frequencies_is_refused_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = OtherWords()
    assert "frequencies/wo.txt" in str(judge.missing(find_language("wo")))
    with pytest.raises(ResourceError, match=r"plausibility: .*frequencies/wo\.txt"):
        judge.collides(Passage("nit ak nit", "wo"), Edit(0, 1, "k"))
    (tmp_path / "frequencies").mkdir()
    (tmp_path / "frequencies/wo.txt").write_text("nit 5\nkit 4\n", "utf-8")
    monkeypatch.setenv("XROBUST_RESOURCES", str(tmp_path))
    assert judge.missing(find_language("wo")) is None
    assert judge.collides(Passage("nit ak nit", "wo"), Edit(0, 1, "k"))


@given(words=st.lists(st.sampled_from("form live dog house trial cat line".split()), min_size=1), seed=st.integers())
def test_refusing_leaves_no_edit_that_makes_a_word(words: list[str], seed: int) -> None:
    passage, judge = Passage(" ".join(words), "en", "a"), OtherWords()
    noise = find_perturbation("character-substitution")
    edits = perturb(passage, noise, rate=0.2, seed=seed, plausibility=judge)
    assert not any(judge.collides(passage, edit) for edit in edits.edits)


@given(words=st.lists(st.sampled_from("form live dog house trial cat line".split()), min_size=1), seed=st.integers())
def test_counting_counts_the_edits_that_make_a_word_and_refuses_none(words: list[str], seed: int) -> None:
    passage, judge = Passage(" ".join(words), "en", "a"), OtherWords(refuses=False)
    noise = find_perturbation("character-substitution")
    edits = perturb(passage, noise, rate=0.2, seed=seed, plausibility=judge)
    assert edits.collisions == sum(judge.collides(passage, edit) for edit in edits.edits)


@given(
    text=st.text(alphabet="aeform थि我们ระ'-. 2\u0301\n", max_size=20),
    new=st.text(alphabet="aor क我ร \u0301", max_size=3),
    data=st.data(),
)
def test_the_words_judged_are_those_that_a_slow_reading_finds(text: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    passage, edit = Passage(text, "en"), Edit(start, end, new)
    judged = OtherWords().collides(passage, edit)
    struck = [word for word in passage.words if word.start < end and start < word.end]
    if start == end or not struck or not (text + new).isascii():
        return
    listed = frequencies(find_language("en"))
    assert listed is not None
    first, last = min(struck[0].start, start), max(struck[-1].end, end)
    alone = text[first:start] + new + text[end:last]
    made = {listed.key(word.of(alone)) for word in Passage(alone, "en").words if not word.of(alone).isdecimal()}
    before = {listed.key(word.of(text)) for word in struck}
    assert judged is any(listed.of(word) >= COMMON for word in made - before)


@pytest.mark.parametrize("code", LATIN)
def test_real_noise_makes_words_now_and_then_and_refusal_stops_it(data: Path, code: str) -> None:
    names = {"en": "deu-eng.eng", "de": "deu-eng.deu", "es": "spa-eng.spa", "fr": "fra-eng.fra", "it": "ita-eng.ita"}
    names |= {"nl": "nld-eng.nld", "pt": "por-eng.por", "fi": "fin-eng.fin", "tr": "tur-eng.tur", "vi": "vie-eng.vie"}
    names |= {"pl": "pol-eng.pol", "id": "ind-eng.ind"}
    path = data / f"tatoeba/v1/tatoeba.{names[code]}"
    if not path.is_file():
        pytest.skip(f"no Tatoeba sentences for {code}")
    noise = find_perturbation("character-substitution")
    counted = refused = 0
    for line in path.read_text(encoding="utf-8").splitlines()[:200]:
        passage = Passage(line, code, line)
        counted += perturb(passage, noise, rate=0.1, seed=1, plausibility=OtherWords(refuses=False)).collisions
        judge = OtherWords()
        edits = perturb(passage, noise, rate=0.1, seed=1, plausibility=judge)
        refused += sum(judge.collides(passage, edit) for edit in edits.edits)
    assert counted > 0
    assert refused == 0
