"""The realised rate on real text: unbiased over the texts in which it can be reached at all."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from perturbations import Level, Passage, Perturbation, Scope, Status, all_perturbations, languages, perturb

TOLERANCE = 0.02
"""Relative, as the project promises; the seeds are fixed, and enough of them that chance stays well below it."""
SENTENCES = {"en": "eng", "hi": "hin", "th": "tha", "zh": "cmn", "ar": "ara", "ko": "kor", "vi": "vie", "fi": "fin"}
STRIKING = [item for item in all_perturbations() if item.touches and "core" in item.presets]
"""One of each kind: how many sites are struck is decided by one policy for all."""


def usable(perturbation: Perturbation, code: str) -> None:
    """Skip what the language does not have or what needs something that is not here."""
    language = languages()[code]
    if not perturbation.supports(language):
        pytest.skip(f"{code} has nothing that {perturbation.name} could change")
    if missing := perturbation.missing(language):
        pytest.skip(missing)


def check_rate(passages: list[Passage], perturbation: Perturbation, rate: float, seeds: int) -> None:
    """Units touched against the rate, over all texts that can reach it.

    What is left to chance is the rounding of each text's number of edits, whose variance is known: where so few texts
    can reach the rate that four standard deviations of it exceed the tolerance, those are allowed.
    """
    touched = units = 0
    variance = 0.0
    for seed in range(seeds):
        for passage in passages:
            edits = perturb(passage, perturbation, rate=rate, seed=seed)
            if edits.status is Status.DONE:
                touched += edits.touched
                units += edits.units
                whole = edits.units if perturbation.scope is Scope.TEXT else perturbation.touches
                part = (rate * edits.units / whole) % 1
                variance += whole**2 * part * (1 - part)
    assert abs(touched - rate * units) <= max(TOLERANCE * rate * units, 4 * variance**0.5)


@pytest.mark.parametrize("perturbation", STRIKING, ids=lambda perturbation: perturbation.name)
def test_the_realised_rate_is_the_one_asked_for_in_short_generated_texts(perturbation: Perturbation) -> None:
    usable(perturbation, "en")
    draws = random.Random(7)
    words = "ab cde fghi jklmn opqrst uvwxyz abcdefg hijklmno".split()
    passages = [Passage(" ".join(draws.choices(words, k=draws.randint(1, 12))), "en", str(key)) for key in range(300)]
    for rate in (0.05, 0.3):
        check_rate(passages, perturbation, rate, 10)


@pytest.mark.parametrize("perturbation", STRIKING, ids=lambda perturbation: perturbation.name)
@pytest.mark.parametrize("code", SENTENCES)
def test_the_realised_rate_is_the_one_asked_for_in_every_script(
    data: Path, perturbation: Perturbation, code: str
) -> None:
    usable(perturbation, code)
    pair = "deu-eng" if code == "en" else f"{SENTENCES[code]}-eng"
    lines = (data / f"tatoeba/v1/tatoeba.{pair}.{SENTENCES[code]}").read_text(encoding="utf-8").splitlines()
    passages = [Passage(line, code, f"{code} {key}") for key, line in enumerate(lines[:400])]
    # A sentence has few words: what one seed rounds up or down moves the mean by several per cent.
    rate, seeds = (0.1, 3) if perturbation.level is Level.CHARACTER else (0.3, 12)
    check_rate(passages, perturbation, rate, seeds)
