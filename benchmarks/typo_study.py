"""Typo study: the typos of people in one language and what our perturbations make of the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from benchmarks.typo_kinds import classify, clusters
from benchmarks.typo_mixture import CELLS, Cell, Weights, cells, fit, mixed, total
from benchmarks.typo_noise import LEAST, Strikes, candidates, makes_other_word, reached, strike, weighed
from benchmarks.typo_pairs import Collected, Pair, collect
from perturbations import preset
from perturbations.characters.real_typos import read_misspellings
from perturbations.languages import Language

MISSPELLINGS = {"en": "noise/misspellings/codespell_dictionary.txt"}
"""Another collection of typos made by people, where there is one, to hold the first against."""
ASKED = ("orthographic-variant", "word-titlecase")
"""The perturbations whose place in the preset `typing` is asked for."""
VERSIONS = ((), *((name,) for name in ASKED), ASKED)
"""What of them `typing` is given."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in one language.

    Args:
        language: which.
        collected: the pairs and where they come from.
        everything: the typos of all distinct pairs.
        compared: those that make no other word of the language.
        halves: `compared` in two, every other pair in alphabetical order.
        second: the typos of another collection, those that make no other word; empty where there is none.
        made: what each perturbation makes of the words of `compared`, those it can strike in alphabetical order.
        typing: for each of `VERSIONS` what the preset `typing` makes of them.
        reach: for each perturbation the share of `compared` that it could have made with one edit.
        typing_reach: the same for each of `VERSIONS`.
        fitted: the share of each perturbation in the mixture nearest to `compared`.
        lengths: mean grapheme clusters of the words misspelt and of all words.
    """

    language: Language
    collected: Collected
    everything: Weights
    compared: Weights
    halves: tuple[Weights, Weights]
    second: Weights
    made: Mapping[str, Weights]
    typing: tuple[Weights, ...]
    reach: Mapping[str, float]
    typing_reach: tuple[float, ...]
    fitted: Mapping[str, float]
    lengths: tuple[float, float]


def study(data: Path, language: Language) -> Findings:
    """Recover the typos of people, strike the same words, and compare.

    Raises:
        ResourceError: there is no file with typos in the language.
        DataError: a file is not in its format.
    """
    collected = collect(data, language)
    pairs = [pair for pair in collected.pairs if not _other(pair, language)]
    struck: Mapping[str, float] = Counter(pair.correct for pair in pairs)
    named = {item.name: item for item in candidates(language)}
    strikes = [strike(sorted(struck), item, language) for item in named.values()]
    strikes = [item for item in strikes if len(item.results) >= LEAST * len(struck)]
    made = {item.perturbation: weighed(struck, [item]) for item in strikes}
    made = {name: weights for name, weights in made.items() if total(weights)}
    usual = frozenset(preset("typing")).difference(ASKED)
    versions = [[item for item in strikes if item.perturbation in usual.union(given)] for given in VERSIONS]
    caught = {name: reached(pairs, named[name], language) for name in made}
    compared, halves = typos(pairs, language), (typos(pairs[::2], language), typos(pairs[1::2], language))
    return Findings(
        language=language,
        collected=collected,
        everything=typos(list(collected.pairs), language),
        compared=compared,
        halves=halves,
        second=_second(data, language),
        made=made,
        typing=tuple(weighed(struck, version) for version in versions),
        reach={name: len(found) / len(pairs) for name, found in caught.items()},
        typing_reach=tuple(_union(version, caught) / len(pairs) for version in versions),
        fitted=recipe(compared, made),
        lengths=_lengths(collected),
    )


def typos(pairs: Sequence[Pair], language: Language) -> Weights:
    """How many of the pairs have each typo."""
    return dict(Counter(classify(*pair, language) for pair in pairs))


def recipe(target: Weights, made: Mapping[str, Weights], among: Sequence[Cell] = CELLS) -> dict[str, float]:
    """The share of each perturbation in the mixture of them that comes nearest to some typos in what is compared."""
    columns = {name: column for name, weights in made.items() if (column := cells(weights, among)).any()}
    found = fit(cells(target, among), tuple(columns.values()))
    return dict.fromkeys(made, 0.0) | dict(zip(columns, map(float, found), strict=True))


def mixture(made: Mapping[str, Weights], portions: Mapping[str, float], among: Sequence[Cell] = CELLS) -> Weights:
    """What a mixture of perturbations makes, each taken at its portion of what is compared."""
    return mixed(tuple(made.values()), tuple(portions[name] for name in made), among)


def _other(pair: Pair, language: Language) -> bool:
    return makes_other_word(classify(*pair, language), pair.written, pair.correct, language)


def _union(strikes: Sequence[Strikes], caught: Mapping[str, set[Pair]]) -> int:
    """How many pairs any of the perturbations could have made."""
    return len(set[Pair]().union(*(caught.get(item.perturbation, ()) for item in strikes)))


def _second(data: Path, language: Language) -> Weights:
    """The typos of the other collection of a language, but those that make another word; empty where there is none."""
    if language.code not in MISSPELLINGS:
        return {}
    table = read_misspellings(data / MISSPELLINGS[language.code])
    pairs = [Pair(right, wrong) for right, wrongs in table.items() for wrong in wrongs]
    return typos([pair for pair in pairs if not _other(pair, language)], language)


def _lengths(collected: Collected) -> tuple[float, float]:
    """Mean grapheme clusters of the words misspelt, each time they are, and of all words of the rows found."""
    struck = fmean((len(clusters(pair.correct)) for pair in collected.pairs), weights=tuple(collected.pairs.values()))
    return struck, fmean(len(clusters(word)) for word in collected.words)
