"""What every perturbation keeps in every language, on real sentences and on made-up ones beyond the BMP."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from perturbations import Edits, Noise, Passage, Scope, Span, Status, all_perturbations, languages, perturb
from tests.perturbations.oracles import check_applied, check_whole, units_struck
from tests.perturbations.sentences import BEYOND, corpus, equipped, tables

__all__ = ["tables"]

RATES = (0.3, 1.0)
SEED = 11
MOVES = ("character-swap", "word-swap", "word-shuffle", "bidi-reordering")
"""What puts pieces of a text in another order and leaves each of them as it was."""


@dataclass(frozen=True)
class Struck:
    """A perturbation and what it made of every passage at each rate."""

    noise: Noise
    passages: tuple[Passage, ...]
    edits: list[tuple[Passage, Edits]]


# Of the module, so that all tests of one perturbation follow one another and share what it made.
@pytest.fixture(scope="module", params=[noise.name for noise in all_perturbations()])
def struck(request: pytest.FixtureRequest, data: Path, tables: Path) -> Struck:
    noise, passages = equipped(tables)[request.param], corpus(data)
    made = [(passage, perturb(passage, noise, rate=rate, seed=SEED)) for passage in passages for rate in RATES]
    return Struck(noise, passages, made)


def test_there_are_sentences_of_every_language_with_everything_that_lies_beyond_the_bmp(data: Path) -> None:
    found: dict[str, list[str]] = {}
    for passage in corpus(data):
        found.setdefault(passage.language, []).append(passage.text)
    assert set(found) == set(languages())
    for texts in found.values():
        assert len(set(texts)) > 6
        assert all(piece in " ".join(texts) for piece in BEYOND)


def test_every_language_that_it_supports_is_struck(struck: Struck) -> None:
    status: dict[str, set[Status]] = {}
    counts: dict[str, int] = {}
    for passage, edits in struck.edits:
        status.setdefault(passage.language, set()).add(edits.status)
        counts[passage.language] = counts.get(passage.language, 0) + len(edits.edits)
    for code, language in languages().items():
        if struck.noise.supports(language):
            assert struck.noise.missing(language) is None
            assert status[code] <= {Status.DONE, Status.SATURATED}
        else:
            assert (status[code], counts[code]) == ({Status.UNSUPPORTED}, 0)
    assert any(counts.values()) is bool(struck.noise.touches)


def test_a_rate_of_zero_leaves_every_sentence_alone(struck: Struck) -> None:
    for passage in struck.passages:
        edits = perturb(passage, struck.noise, rate=0.0, seed=SEED)
        assert (edits.apply(), edits.edits, edits.touched) == (passage.text, (), 0)


def test_edits_are_applied_and_undone_exactly(struck: Struck) -> None:
    for passage, edits in struck.edits:
        check_applied(passage.text, edits)
        edits.apply().encode()


def test_the_units_touched_are_counted(struck: Struck) -> None:
    noise = struck.noise
    for passage, edits in struck.edits:
        assert edits.units == len(passage.units(noise.level))
        if noise.scope is Scope.TEXT:
            assert edits.touched == (edits.units if edits.edits else 0)
        else:
            assert edits.touched == units_struck(passage, noise.level, edits) <= edits.units


def test_no_grapheme_cluster_is_torn(struck: Struck) -> None:
    for passage, edits in struck.edits:
        check_whole(passage, edits)


def test_a_protected_stretch_is_not_touched(struck: Struck) -> None:
    for passage in struck.passages:
        middle = passage.words[len(passage.words) // 2 :][:2]
        spans = (*middle, Span(0, 1))
        edits = perturb(passage.protecting(spans), struck.noise, rate=1.0, seed=SEED)
        for span in spans:
            assert not any(edit.start < span.end and span.start < edit.end for edit in edits.edits)
            carried = edits.carry(span)
            assert carried is not None
            assert carried.of(edits.apply()) == span.of(passage.text)


@pytest.mark.parametrize("struck", MOVES, indirect=True, scope="module")
def test_what_is_moved_keeps_its_label(struck: Struck) -> None:
    moved = 0
    for passage, edits in struck.edits:
        after, units = edits.apply(), passage.units(struck.noise.level)
        labelled = [Span(unit.start, unit.end, str(index)) for index, unit in enumerate(units)]
        carried = [span for span in map(edits.carry, labelled) if span]
        places = sorted((span.start, span.end) for span in carried)
        assert len(places) == len(units)
        assert all(end <= start for (_, end), (start, _) in pairwise(places))
        for unit, span in zip(labelled, carried, strict=True):
            assert (span.label, span.of(after)) == (unit.label, unit.of(passage.text))
        order = [span.start for span in carried]
        assert bool(edits.edits) is (order != sorted(order))
        moved += bool(edits.edits)
    assert moved > len(languages())
