"""What is struck: by families that make their edits in one go, in passages struck before, beside what is protected."""

from __future__ import annotations

from itertools import islice

import pytest

from perturbations import Passage, Perturbation, Span, all_perturbations, find_perturbation, perturb
from perturbations.chance import numbers
from perturbations.characters.deletion import CharacterDeletion
from perturbations.errors import UsageError
from perturbations.imperceptible.homoglyph import Homoglyph
from tests.perturbations.sentences import in_tokens

QUICK = [
    noise
    for noise in all_perturbations()
    if isinstance(noise, Perturbation) and type(noise).strike is not Perturbation.strike
]
STRUCK = {
    "en": "The form of 12 houses, naïve and aa-bb.",
    "hi": "हिंदी में क्षत्रिय १२ और की कि",
    "th": "การบ้านของน้ำ กำแพง 12",
    "zh": "汉字 很多 ，12 个 字 。",
    "ko": "한국어 단어 12",
}


@pytest.mark.parametrize("code", STRUCK)
@pytest.mark.parametrize("noise", QUICK, ids=lambda noise: noise.name)
def test_edits_made_in_one_go_are_those_made_one_by_one(noise: Perturbation, code: str) -> None:
    for passage in (Passage(STRUCK[code], code), in_tokens(STRUCK[code].split(), code, "")):
        if noise.supports(passage.writing):
            apart = [(site.start, site.end) for site in islice(noise.sites(passage), 0, None, noise.touches)]
            one_by_one = Perturbation.strike(noise, passage, apart, numbers(b"draws").__next__)
            assert apart
            assert tuple(noise.strike(passage, apart, numbers(b"draws").__next__)) == one_by_one


def test_the_much_used_families_make_their_edits_in_one_go() -> None:
    assert {noise.name for noise in QUICK} >= {
        *("character-swap", "character-deletion", "character-insertion", "character-substitution"),
        *("keyboard-neighbour", "word-swap"),
    }


def test_who_edits_otherwise_does_not_inherit_the_quick_way() -> None:
    class Loud(CharacterDeletion):
        """Leaves a mark."""

        name = "loud-deletion"

        def replacements(self, passage: Passage, site: Span) -> tuple[str, ...]:
            return ("!",)

    assert perturb(Passage("house", "en"), Loud(), rate=1.0, seed=1).apply() == "!!!!!"


def test_what_is_protected_in_steps_is_protected_altogether() -> None:
    perturbation = find_perturbation("word-deletion")
    first = Passage("one two three", "en").protecting((Span(0, 3),))
    assert perturb(first, perturbation, rate=1.0, seed=1).apply() == "one"
    # The space before the second word is looked at when the word goes.
    second = first.protecting((Span(3, 4),))
    assert perturb(second, perturbation, rate=1.0, seed=1).apply() == "one "


def test_sites_are_remembered_for_one_perturbation_and_not_for_its_like() -> None:
    passage = Passage("word", "en")
    within, across = (Homoglyph(across=across) for across in (False, True))
    fresh = [perturb(Passage("word", "en"), noise, rate=1.0, seed=1) for noise in (within, across)]
    assert [perturb(passage, noise, rate=1.0, seed=1) for noise in (within, across)] == fresh
    assert fresh[0] != fresh[1]


@pytest.mark.parametrize("name", ["character-swap", "bidi-reordering"])
def test_no_pair_crosses_the_border_of_tokens_that_no_space_parts(name: str) -> None:
    passage = Passage("我去他们", "zh", tokens=(Span(0, 2), Span(2, 4)))
    assert [(site.start, site.end) for site in find_perturbation(name).sites(passage)] == [(0, 2), (2, 4)]


def test_an_empty_token_has_no_clusters_and_one_past_the_text_is_refused() -> None:
    assert list(Passage("é", "fr", tokens=(Span(0, 1), Span(1, 1))).graphemes) == [Span(0, 1)]
    with pytest.raises(UsageError, match="reaches past the text of 1 code points"):
        Passage("é", "fr", tokens=(Span(0, 2),))
