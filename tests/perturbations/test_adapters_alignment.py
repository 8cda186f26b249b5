"""Alignment and recovery: exact, minimal, linear, and what labels make of it."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perturbations import Level, Passage, Span
from perturbations.adapters.alignment import WINDOW, align
from perturbations.adapters.foreign import Foreign, recovered
from perturbations.adapters.harm import misread
from perturbations.adapters.recovery import changes
from perturbations.edits import Damage, Edits

LETTERS = st.text("ab कि́ंแก้我。, '\n👍🏽", max_size=14)
LEVELS = pytest.mark.parametrize("level", Level)


def edits(before: str, after: str, *, level: Level = Level.CHARACTER, language: str = "en", tokens: str = "") -> Edits:
    spans = tuple(Span(match, match + len(token)) for match, token in placed(before, tokens.split()))
    return recovered(Foreign("x", level), Passage(before, language, "", spans), after, rate=0.5)


def placed(text: str, tokens: list[str]) -> list[tuple[int, str]]:
    found, reached = [], 0
    for token in tokens:
        start = text.index(token, reached)
        found.append((start, token))
        reached = start + len(token)
    return found


def distance(before: list[str], after: list[str]) -> int:
    """Levenshtein's distance by its definition."""

    @cache
    def least(first: int, second: int) -> int:
        if not first or not second:
            return first + second
        same = before[first - 1] == after[second - 1]
        return min(
            least(first - 1, second) + 1, least(first, second - 1) + 1, least(first - 1, second - 1) + (not same)
        )

    return least(len(before), len(after))


@given(before=st.lists(st.sampled_from("abcd")), after=st.lists(st.sampled_from("abcd")))
def test_an_alignment_costs_what_the_distance_is_by_its_definition(before: list[str], after: list[str]) -> None:
    columns = align(before, after)
    assert sum(not column.equal for column in columns) == distance(before, after)
    assert [column.before for column in columns if column.before >= 0] == list(range(len(before)))
    assert [column.after for column in columns if column.after >= 0] == list(range(len(after)))
    assert all((column.before >= 0 <= column.after and before[column.before] == after[column.after]) == column.equal
               for column in columns)  # fmt: skip


@LEVELS
@given(before=LETTERS, after=LETTERS)
def test_the_edits_lead_to_the_result_exactly_and_back(level: Level, before: str, after: str) -> None:
    found = edits(before, after, level=level)
    assert found.apply() == after
    assert found.invert().apply() == before
    assert found.touched <= found.units
    assert not (found.edits and before == after)


@LEVELS
@given(before=st.lists(st.text("aकि́", min_size=1, max_size=4), min_size=1, max_size=6), after=LETTERS)
def test_labels_never_part_from_their_tokens(level: Level, before: list[str], after: str) -> None:
    found = edits(" ".join(before), after, level=level, tokens=" ".join(before))
    carried = [found.carry(Span(start, start + len(token))) for start, token in placed(found.source, before)]
    alive = sorted((span.start, span.end) for span in carried if span is not None)
    assert all(one[1] < other[0] for one, other in pairwise(alive))
    # What stands outside every token is white space: no word is left without its label.
    outside = list(found.apply())
    for start, end in alive:
        outside[start:end] = " " * (end - start)
    assert not "".join(outside).strip()


@given(before=LETTERS, after=LETTERS, start=st.integers(0, 13), length=st.integers(1, 5))
def test_protected_spans_stay(before: str, after: str, start: int, length: int) -> None:
    span = Span(min(start, len(before)), min(start + length, len(before)))
    passage = Passage(before, "en", protected=(span,))
    found = recovered(Foreign("x", Level.CHARACTER), passage, after, rate=0.5)
    carried = found.carry(span)
    assert span.start == span.end or (carried is not None and carried.of(found.apply()) == span.of(before))


@pytest.mark.parametrize(
    ("before", "after", "language", "level", "pieces"),
    [
        ("xab", "xba", "en", Level.CHARACTER, ["b", "a"]),
        ("कित", "तकि", "hi", Level.CHARACTER, ["त", "कि"]),
        ("कि त", "त कि", "hi", Level.CHARACTER, ["त", " ", "कि"]),
        ("ab cd ef", "cd ab ef", "en", Level.WORD, ["cd", " ", "ab"]),
        ("ab, cd", "cd, ab", "en", Level.WORD, ["cd", ", ", "ab"]),
        ("我们学校", "学校我们", "zh", Level.WORD, ["学校", "我们"]),
    ],
)
def test_neighbours_that_change_places_are_one_edit_that_keeps_both(
    before: str, after: str, language: str, level: Level, pieces: list[str]
) -> None:
    found = edits(before, after, level=level, language=language)
    assert [[before[start:end] for start, end, _ in edit.kept] for edit in found.edits] == [pieces]
    assert (found.touched, found.damage) == (2, ())


def test_labels_follow_two_words_that_change_places() -> None:
    found = edits("the cat sat", "cat the sat", level=Level.WORD, tokens="the cat sat")
    assert found.carry(Span(0, 3, "DET")) == Span(4, 7, "DET")
    assert found.carry(Span(4, 7, "NOUN")) == Span(0, 3, "NOUN")
    assert (found.touched, found.damage) == (2, ())


def test_words_that_change_places_and_capitals_lose_no_label_to_another() -> None:
    tokens = edits("The cat sat", "Cat the sat", level=Level.WORD, tokens="The cat sat")
    assert (tokens.apply(), dict(tokens.damage)) == ("The cat sat", {Damage.DROPPED: 1})
    assert edits("The cat sat", "Cat the sat", level=Level.WORD).apply() == "Cat the sat"


@pytest.mark.parametrize(
    ("after", "kept"),
    [
        ("Hello, big world", "Hello , world"),
        ("Hello world", "Hello  world"),
        ("Hello ,world", "Hello , world"),
        ("Hellow , world!", "Hellow , world!"),
        (", world", ", world"),
        ("He llo , world", "He llo , world"),
    ],
)
def test_in_a_passage_of_tokens_only_what_labels_can_follow_is_kept(after: str, kept: str) -> None:
    found = edits("Hello , world", after, tokens="Hello , world")
    assert found.apply().split() == kept.split()
    assert (Damage.DROPPED in dict(found.damage)) == (found.apply() != after)


@pytest.mark.parametrize(
    ("before", "after", "level", "damage"),
    [
        ("मैं हूँ", "म ैं हूँ", Level.CHARACTER, {Damage.MARKS: 1}),
        ("मैं हूँ", "म ैं हूँ", Level.WORD, {Damage.MARKS: 1, Damage.SPACING: 0}),
        ("कि", "क", Level.CHARACTER, {Damage.MARKS: 1}),
        ("कि त", "क त", Level.WORD, {}),
        ("a , b", "a, b", Level.CHARACTER, {Damage.SPACING: 1}),
        (" a\tb ", "a b", Level.CHARACTER, {Damage.SPACING: 3}),
        ("don't go", "don ' t go", Level.WORD, {Damage.SPACING: 2}),
        ("one two three", "one three", Level.WORD, {}),
        ("one two", "one twp", Level.CHARACTER, {}),
        ("Broncos defeated", "Broncso edfeated", Level.CHARACTER, {}),
        ("is a commune", "is aa omcmune", Level.CHARACTER, {}),
        ("👍🏽 ok", "👍 ok", Level.CHARACTER, {Damage.MARKS: 1}),
    ],
)
def test_what_was_broken_is_told(before: str, after: str, level: Level, damage: dict[Damage, int]) -> None:
    found = dict(edits(before, after, level=level, language="hi").damage)
    assert {kind: found.get(kind, 0) for kind in damage} == damage
    assert damage or not found


def test_words_that_are_cut_or_joined_are_counted() -> None:
    assert misread(Passage("ฉันกินข้าว", "th"), ["ฉันกินข้าว"]) == len(Passage("ฉันกินข้าว", "th").words) > 1
    assert misread(Passage("don't go", "en"), ["don", "'", "t", "go"]) == 1
    assert misread(Passage("we go", "en"), ["we", "go"]) == 0


@pytest.mark.parametrize(("level", "touched"), [(Level.WORD, 3), (Level.CHARACTER, 12)])
def test_a_long_text_is_aligned_exactly_and_sparingly(level: Level, touched: int) -> None:
    words = [f"w{index * 7919 % 1000}" for index in range(3 * WINDOW)]
    after = list(words)
    after[100], after[WINDOW + 7] = "new", "other"
    del after[2 * WINDOW]
    found = edits(" ".join(words), " ".join(after), level=level)
    assert found.apply() == " ".join(after)
    assert found.touched == touched


@pytest.mark.parametrize("unit", ["ab ", "word and ", "कि त "])
def test_the_cost_grows_with_the_length_and_not_with_its_square(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        passage = Passage(text, "en")
        after = text.replace("a", "x").replace("त", "य")
        found = []
        for _ in range(3):
            begun = process_time()
            changes(passage, after, Level.CHARACTER)
            found.append(process_time() - begun)
        return min(found)

    seconds(1000)
    # In windows, some pieces are aligned twice: more than a hundred times, far from ten thousand.
    assert seconds(100_000) < 400 * seconds(1000)
