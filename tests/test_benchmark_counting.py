"""How `benchmarks/perturb.py` counts edits: the same for all tools, by what became of the text."""

from __future__ import annotations

import pytest

from benchmarks.perturb_counting import character_edits, word_edits, words_touched
from perturbations import Passage, find_perturbation, perturb

SENTENCE = "The Panthers defense gave up just 308 points, ranking sixth in the league and led the NFL in interceptions."


@pytest.mark.parametrize(
    ("source", "result", "edits"),
    [
        ("form", "form", 0),
        ("form", "from", 1),
        ("house", "hose", 1),
        ("house", "housse", 1),
        ("house", "hpuse", 1),
        ("हिंदी", "हि ं द ी", 0),  # Marks that were torn off by spaces alone.
        ("हिंदी", "दीहिं", 1),
        ("a b, c", "a b , c", 0),
    ],
)
def test_an_edit_of_characters_counts_once_and_spacing_not_at_all(source: str, result: str, edits: int) -> None:
    assert character_edits(source, result) == edits


@pytest.mark.parametrize(
    ("source", "result", "edits"),
    [
        ("one two three", "one two three", 0),
        ("one two three", "one three", 1),
        ("one two three", "two one three", 1),
        ("One two three", "Two one three", 1),
        ("one two, three", "one , three", 1),
        ("one two three", "", 1),
        ("one two three four five", "one four five two three", 1),
        ("one two three four five", "two three four", 2),
    ],
)
def test_what_goes_or_moves_as_one_counts_once_but_for_letters_found_elsewhere(
    source: str, result: str, edits: int
) -> None:
    assert word_edits(source, result, "en") == pytest.approx(edits, abs=0.2)


@pytest.mark.parametrize("name", ["character-deletion", "character-insertion", "character-swap", "keyboard-neighbour"])
def test_edits_of_characters_are_found_again_but_for_a_few(name: str) -> None:
    made = found = 0
    for seed in range(50):
        edits = perturb(Passage(SENTENCE, "en"), find_perturbation(name), rate=0.05, seed=seed)
        made += len(edits.edits)
        found += character_edits(SENTENCE, edits.apply())
    assert 0.95 * made <= found <= made


@pytest.mark.parametrize("name", ["word-deletion", "word-swap"])
def test_edits_of_words_are_found_again(name: str) -> None:
    made, found = 0, 0.0
    for seed in range(50):
        edits = perturb(Passage(SENTENCE, "en"), find_perturbation(name), rate=0.1, seed=seed)
        made += len(edits.edits)
        found += word_edits(SENTENCE, edits.apply(), "en")
    assert found == pytest.approx(made, rel=0.1)


def test_of_a_stretch_every_word_is_touched() -> None:
    assert words_touched("one two, three", "one", "en") == [0, 1, 1]
