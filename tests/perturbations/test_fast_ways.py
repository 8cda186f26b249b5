"""Fast ways of the policy and of passages, each held against a slow and plain one."""

from __future__ import annotations

import pickle
import unicodedata
from itertools import islice, pairwise

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from perturbations import (
    Passage,
    Span,
    find_perturbation,
    perturb,
    segmentation,
    stretches,
)
from perturbations.chance import numbers, permutation, sample
from perturbations.eligibility import ALPHANUMERIC, VISIBLE, Eligible, codes_of
from perturbations.languages import find_language
from perturbations.lazy import lazily
from perturbations.passage import Level
from perturbations.replacements import Replacements
from perturbations.stretches import Stretches

PLAIN = "aab B1 2,.-\t\r\n\x1f\x7f\x85\xa0é߀漢字か。　\u2028한가"
CLUSTERED = "e\u0301क्षिกำ่้👩‍🚀🇩🇪ᄀ\u1161\u0600\u0e33က္ក្ក"
TEXTS = st.one_of(
    st.text(st.characters(max_codepoint=0x7F), max_size=30),
    st.text(st.sampled_from(PLAIN), max_size=30),
    st.text(st.sampled_from(PLAIN + CLUSTERED), max_size=30),
    st.text(max_size=20),
)


def is_visible(character: str) -> bool:
    return character > " " and not character.isspace()


def clusters(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in regex.finditer(r"\X", text) if is_visible(match.group()[0])]


def pairs(stretches: Stretches) -> list[tuple[int, int]]:
    return list(zip(stretches.starts, stretches.ends, strict=True))


@given(TEXTS)
@example("a\r\nb")
@example("漢\r\n字")
def test_graphemes_are_the_clusters_that_begin_with_something_visible(text: str) -> None:
    passage = Passage(text, "en")
    assert pairs(passage.graphemes) == clusters(text)
    assert passage.count(Level.CHARACTER) == Passage(text, "en").count(Level.CHARACTER) == len(clusters(text))
    assert list(passage.composed) == [index for index, (start, end) in enumerate(clusters(text)) if end - start > 1]


@given(TEXTS)
@example("\r\n漢\r\n")
def test_offsets_part_clusters_where_one_begins_or_the_text_ends(text: str) -> None:
    borders = {0, *(match.end() for match in regex.finditer(r"\X", text))}
    assert {offset for offset in range(len(text) + 1) if Passage(text, "en").parts(offset)} == borders


@given(TEXTS)
def test_units_are_chosen_by_their_first_character(text: str) -> None:
    def wanted(character: str) -> bool:
        return unicodedata.category(character) != "Ll"

    expected = [(start, end) for start, end in clusters(text) if wanted(text[start])]
    assert pairs(Passage(text, "en").beginning_with(Eligible(wanted))) == expected
    assert pairs(Passage(text, "en").letters) == [place for place in clusters(text) if text[place[0]].isalnum()]


@given(TEXTS)
def test_masks_say_of_each_character_what_was_asked(text: str) -> None:
    assert list(VISIBLE.of(codes_of(text))) == list(map(is_visible, text))
    assert list(ALPHANUMERIC.of(codes_of(text))) == [character.isalnum() for character in text]


@given(TEXTS)
@example("aaab")
@example("a\r\nb")
def test_swaps_are_offered_for_neighbouring_letters_that_differ(text: str) -> None:
    passage = Passage(text, "en")
    expected = [
        (start, end)
        for (start, middle), (second, end) in pairwise(pairs(passage.letters))
        if middle == second and text[start:middle] != text[second:end]
    ]
    assert pairs(find_perturbation("character-swap").sites(passage)) == expected


@given(TEXTS)
def test_keys_are_offered_for_the_clusters_that_have_replacements(text: str) -> None:
    table = Replacements(lambda cluster: (cluster + "x",) if sum(map(ord, cluster)) % 3 else ())
    expected = [(start, end) for start, end in clusters(text) if sum(map(ord, text[start:end])) % 3]
    assert pairs(table.sites(Passage(text, "en"))) == expected


@given(TEXTS, st.sampled_from(["en", "th", "my", "zh"]))
def test_words_are_those_that_are_held_against_every_cluster(text: str, code: str) -> None:
    language = find_language(code)
    found = segmentation.words(text, language)
    with pytest.MonkeyPatch.context() as patch:
        # What is found everywhere: every text then goes the long way.
        patch.setattr(segmentation, "DRAWING", regex.compile(""))
        assert segmentation.words(text, language) == found


@given(st.integers(0, 40), st.integers(0, 40), st.binary(max_size=8))
def test_a_sample_is_the_beginning_of_a_permutation_in_order(total: int, count: int, source: bytes) -> None:
    count = min(count, total)
    slow = sorted(islice(permutation(total, numbers(source).__next__), count))
    assert sample(total, count, numbers(source).__next__) == slow


def test_a_permutation_holds_every_number_once() -> None:
    assert sorted(permutation(100, numbers(b"permutation").__next__)) == list(range(100))


def test_numbers_are_evenly_spread_and_do_not_follow_one_another() -> None:
    found = list(islice(numbers(b"spread"), 40_000))
    assert min(found) >= 0
    assert max(found) < 1
    tenths = [0] * 10
    for number in found:
        tenths[int(number * 10)] += 1
    # Chi-square with 9 degrees of freedom is above 27.9 once in a thousand; the numbers are always the same.
    assert sum((count - 4000) ** 2 / 4000 for count in tenths) < 27.9
    products = sum((one - 0.5) * (other - 0.5) for one, other in pairwise(found)) / len(found)
    assert abs(products * 12) < 0.02


def test_numbers_are_the_same_everywhere_and_for_ever() -> None:
    # By `b2sum` of the bytes and of that digest: the first and the ninth 64-bit number, little-endian, as shares.
    assert list(islice(numbers(b"1\0swap\0key"), 9))[::8] == [
        0.7138909729915321,
        0.23163306989028098,
    ]


@pytest.mark.parametrize(
    "name", ["character-swap", "character-insertion", "keyboard-neighbour", "word-deletion", "word-swap"]
)
@pytest.mark.parametrize("text", ["form, house 12 aab. ", "हिंदी में क्षत्रिय aab ", "漢字かな交じり文。"])
def test_long_texts_are_struck_where_short_ones_are(text: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    longest = stretches.SHORT // len(text) * text
    code = "ja" if text.startswith("漢") else "hi"
    short = perturb(Passage(longest, code), find_perturbation(name), rate=0.3, seed=1)
    assert short.touched > 10
    monkeypatch.setattr(stretches, "SHORT", 0)
    assert perturb(Passage(longest, code), find_perturbation(name), rate=0.3, seed=1) == short


@pytest.mark.parametrize("length", [254, 255, 256])
def test_every_offset_of_a_text_can_be_kept_whatever_its_length(length: int) -> None:
    passage = Passage("é" * length, "fr")
    assert pairs(passage.graphemes) == [(place, place + 1) for place in range(length)]
    assert pairs(passage.words) == [(0, length)]
    edits = perturb(passage, find_perturbation("character-deletion"), rate=1.0, seed=1)
    assert edits.apply() == ""


def test_a_passage_that_was_struck_can_be_copied() -> None:
    passage = Passage("क्षत्रिय house", "hi", "key", (Span(0, 8),), (Span(0, 1),))
    perturb(passage, find_perturbation("character-swap"), rate=1.0, seed=1)
    copied = pickle.loads(pickle.dumps(passage))
    assert copied == passage
    assert pairs(copied.graphemes) == pairs(passage.graphemes)
    assert copied.writing is passage.writing


@given(TEXTS, st.integers(0, 5))
def test_what_a_passage_remembers_changes_no_noise(text: str, seed: int) -> None:
    reused = Passage(text, "en")
    for name in ("character-swap", "word-deletion", "character-swap", "character-insertion"):
        for rate in (0.2, 0.9):
            perturbation = find_perturbation(name)
            fresh = perturb(Passage(text, "en"), perturbation, rate=rate, seed=seed)
            assert perturb(reused, perturbation, rate=rate, seed=seed) == fresh


def test_what_is_protected_later_is_not_struck_from_memory() -> None:
    text, perturbation = "abcdefghij", find_perturbation("character-deletion")
    passage = Passage(text, "en")
    assert len(perturb(passage, perturbation, rate=1.0, seed=1).edits) == 10
    edits = perturb(passage.protecting((Span(0, 9),)), perturbation, rate=1.0, seed=1).edits
    assert [(edit.start, edit.end) for edit in edits] == [(9, 10)]


class Counting:
    """Counts how often its value is computed."""

    def __init__(self) -> None:
        self.asked = 0

    @lazily
    def value(self) -> int:
        """Seven."""
        self.asked += 1
        return 7


def test_a_lazy_value_is_computed_once_and_keeps_its_documentation() -> None:
    counting = Counting()
    assert (counting.value, counting.value, counting.asked) == (7, 7, 1)
    assert Counting.value.__doc__ == "Seven."
