"""Cells: what each perturbation does in each language, found by striking the texts of the showcase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from perturbations.catalogue.showcase import equipped, fill_shelf, showcases
from perturbations.edits import Edits
from perturbations.errors import DataError
from perturbations.languages import Language, languages
from perturbations.passage import Level, Passage
from perturbations.perturbation import Noise, Scope
from perturbations.policy import perturb
from perturbations.registry import FAMILIES, all_perturbations
from perturbations.resources import known, only

RATES = {Level.CHARACTER: 0.05, Level.WORD: 0.15}
"""Share of the units that is struck for the examples, times the units that one edit touches."""
SEED = 1


class State(StrEnum):
    """What a language gets of a perturbation, with the sign that stands for it in the overview."""

    SHOWN = "✓"
    """Works with what is shipped."""
    NEEDS = "+"
    """Works where a table or model of others is found; shown with a made-up one."""
    UNPROVIDED = "·"
    """Works where such a table is found, but nobody is known to provide one of the language; shown all the same."""
    UNSUPPORTED = "–"
    """The language has no such thing."""
    IDLE = "="
    """A control that changes nothing anywhere."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One perturbation in one language.

    Args:
        state: what the language gets.
        edits: of the example; those of a text left alone where there is none.
    """

    state: State
    edits: Edits


def catalogued() -> tuple[Noise, ...]:
    """The perturbations of xrobust itself, in alphabetical order; what other distributions add is theirs to show."""
    families = tuple(f"{family}." for family in FAMILIES)
    return tuple(noise for noise in all_perturbations() if type(noise).__module__.startswith(families))


def rate_of(noise: Noise) -> float:
    """The rate at which a perturbation is shown: an edit or two in a sentence, or the whole text."""
    return 1.0 if noise.scope is Scope.TEXT else RATES[noise.level] * max(noise.touches, 1)


def needs(noise: Noise, language: Language, empty: Path) -> str | None:
    """What has to be found or given for the language where nothing but xrobust is installed, or None."""
    with only(empty):
        return noise.missing(language)


def cells(noise: Noise, directory: Path) -> Mapping[str, Cell]:
    """The cell of each language by its code, in alphabetical order.

    Args:
        noise: with its default parameters.
        directory: an empty one, or one that an earlier call has been given.

    Raises:
        DataError: the perturbation supports a language, and finds no place in any of its texts.
    """
    empty, shelf = directory / "empty", directory / "shelf"
    if not shelf.is_dir():
        empty.mkdir(parents=True)
        fill_shelf(shelf)
    return {code: _cell(noise, language, empty, shelf) for code, language in languages().items()}


def _cell(noise: Noise, language: Language, empty: Path, shelf: Path) -> Cell:
    text = showcases()[language.code].texts[0]
    if not noise.supports(language):
        return Cell(State.UNSUPPORTED, Edits(text))
    if not noise.touches:
        return Cell(State.IDLE, Edits(text))
    with only(shelf):
        edits = next(filter(lambda found: found.edits, _tried(equipped(noise, shelf), language)), None)
    if edits is None:
        raise DataError(
            f"perturbations/data/showcase.toml: no text of {language.code!r} has a place for {noise.name}: add one "
            "under `also`, or mend `supports` of the perturbation if the language has no such thing"
        )
    if needs(noise, language, empty) is None:
        return Cell(State.SHOWN, edits)
    asked = [known()[name] for name in noise.tables if name in known()]
    provided = not asked or any(language.code in one.covers for one in asked)
    return Cell(State.NEEDS if provided else State.UNPROVIDED, edits)


def _tried(noise: Noise, language: Language) -> Iterator[Edits]:
    for text in showcases()[language.code].texts:
        yield perturb(Passage(text, language.code), noise, rate=rate_of(noise), seed=SEED)
