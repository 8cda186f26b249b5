"""Typo noise: what perturbations make of the words that people misspelt, one edit a word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from benchmarks.typo_kinds import SPELT_ALIKE, Typo, classify
from benchmarks.typo_pairs import Pair
from perturbations import Edits, Passage, Perturbation, Scope, all_perturbations
from perturbations.chance import numbers
from perturbations.languages import Language
from perturbations.lexica.frequencies import frequencies
from perturbations.plausibility import COMMON
from perturbations.segmentation import words

DRAWS = 4
"""Seeds with which each word is struck."""
LEAST = 0.01
"""Share of the words that a perturbation must be able to strike to be compared."""
BESIDE_TYPING = (
    "diacritics-shift",
    "diacritics-substitution",
    "orthographic-variant",
    "word-merge",
    "word-split",
    "word-titlecase",
)
"""What is compared besides the preset `typing`: whatever else could come from a writer's hand."""


@dataclass(frozen=True, slots=True)
class Strikes:
    """What one perturbation makes of words.

    Args:
        perturbation: its name.
        results: for each word that it can strike what was wrong with it after each draw, None where the draw made
            another word of the language.
    """

    perturbation: str
    results: Mapping[str, Sequence[Typo | None]]


def candidates(language: Language) -> tuple[Perturbation, ...]:
    """What is compared in a language: of the preset `typing` and besides, what strikes single units and is there."""
    return tuple(
        item
        for item in all_perturbations()
        if ("typing" in item.presets or item.name in BESIDE_TYPING)
        and isinstance(item, Perturbation)
        and item.touches
        and item.scope is Scope.UNIT
        and item.supports(language)
        and item.missing(language) is None
    )


def strike(texts: Sequence[str], perturbation: Perturbation, language: Language) -> Strikes:
    """Make one edit in each of the words, several times over.

    A rate asks for units, not for edits, and some edits touch two: here every site is as likely, and so is every
    replacement at it.
    """
    results: dict[str, list[Typo | None]] = {}
    for text in texts:
        passage = Passage(text, language.code)
        sites = perturbation.sites(passage)
        for seed in range(DRAWS) if sites else ():
            draw = numbers(f"{seed}\0{perturbation.name}\0{text}".encode()).__next__
            site = sites[int(draw() * len(sites))]
            options = perturbation.replacements(passage, site)
            edit = perturbation.edit(passage, site, options[int(draw() * len(options))])
            written = Edits(text, (edit,)).apply()
            typo = classify(text, written, language)
            other = makes_other_word(typo, written, text, language)
            results.setdefault(text, []).append(None if other else typo)
    return Strikes(perturbation.name, results)


@lru_cache(maxsize=262_144)
def makes_other_word(typo: Typo, written: str, correct: str, language: Language) -> bool:
    """Whether a typo makes another word of the language, by word frequencies, as `perturbations.plausibility` has it.

    What leaves the letters as they are makes none, though lists of words may hold it (Spanish `dias`).
    """
    listed = frequencies(language)
    if listed is None or typo.kind in SPELT_ALIKE:
        return False
    known = {listed.key(correct[start:end]) for start, end in words(correct, language)}
    made = (written[start:end] for start, end in words(written, language))
    return any(listed.of(word) >= COMMON and listed.key(word) not in known for word in made)


def reached(pairs: Iterable[Pair], perturbation: Perturbation, language: Language) -> set[Pair]:
    """The pairs whose writing the perturbation could have made of the word, with one edit."""
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for correct, written in pairs:
        wanted[correct].add(written)
    found: set[Pair] = set()
    for correct, writings in wanted.items():
        for made in outcomes(correct, perturbation, language):
            if made in writings:
                found.add(Pair(correct, made))
    return found


def outcomes(text: str, perturbation: Perturbation, language: Language) -> Iterator[str]:
    """Everything that one edit can make of a text."""
    passage = Passage(text, language.code)
    for site in perturbation.sites(passage):
        for option in perturbation.replacements(passage, site):
            yield Edits(text, (perturbation.edit(passage, site, option),)).apply()


def weighed(struck: Mapping[str, float], strikes: Sequence[Strikes]) -> dict[Typo | None, float]:
    """How often each typo comes of the words, if for each word one of the perturbations that can strike it is drawn.

    Args:
        struck: each word with its weight.
        strikes: what each perturbation makes of the words.

    Returns:
        Weights, which sum to those of the words that can be struck; None stands for other words of the language.
    """
    made: defaultdict[Typo | None, float] = defaultdict(float)
    for word, weight in struck.items():
        able = [results for item in strikes if (results := item.results.get(word)) is not None]
        for results in able:
            for typo in results:
                made[typo] += weight / len(able) / len(results)
    return dict(made)
