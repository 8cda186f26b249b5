"""Edits against a slow oracle that moves the characters one by one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perturbations.edits import Edit, Edits, Kept, Span

TEXT = st.text(alphabet="abcé ไทย中😀", min_size=0, max_size=24)


@st.composite
def any_edits(draw: st.DrawFn) -> Edits:
    """Replacements, insertions, deletions and moves at random places of a random text."""
    source = draw(TEXT)
    cuts = sorted(draw(st.lists(st.integers(0, len(source)), max_size=8)))
    edits: list[Edit] = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        if draw(st.booleans()):
            edits.append(Edit(start, end, draw(st.text(alphabet="xyz", max_size=3))))
        else:
            edits.append(draw(moves(source, start, end)))
    return Edits(source, tuple(edits))


@st.composite
def moves(draw: st.DrawFn, source: str, start: int, end: int) -> Edit:
    """Some slices of a stretch in another order, with new text between them."""
    inner = sorted({start, end, *draw(st.lists(st.integers(start, end), max_size=3))})
    slices = draw(st.permutations(list(pairwise(inner))))
    text, kept = "", []
    for first, last in slices:
        if draw(st.booleans()):
            kept.append(Kept(first, last, len(text)))
            text += source[first:last]
        text += draw(st.sampled_from(["", "x", "yy"]))
    return Edit(start, end, text, tuple(kept))


def walk(edits: Edits) -> list[tuple[str, int | None, int | None]]:
    """Oracle: every character of the new text with its place in the source and the edit it came from, if any."""
    result: list[tuple[str, int | None, int | None]] = []
    reached = 0
    for number, edit in enumerate(edits.edits):
        result += [(edits.source[index], index, None) for index in range(reached, edit.start)]
        origin: dict[int, int] = {}
        for kept in edit.kept:
            origin |= {kept.at + offset: kept.start + offset for offset in range(kept.end - kept.start)}
        result += [(character, origin.get(place), number) for place, character in enumerate(edit.text)]
        reached = edit.end
    return result + [(edits.source[index], index, None) for index in range(reached, len(edits.source))]


def expected(edits: Edits, span: Span) -> set[int]:
    """Oracle: the places of the new text that belong to the span."""
    places: set[int] = set()
    for place, (_, origin, number) in enumerate(walk(edits)):
        if number is None:
            if origin is not None and span.start <= origin < span.end:
                places.add(place)
            continue
        edit = edits.edits[number]
        inside = (
            span.start <= edit.start and edit.end <= span.end and (edit.start < edit.end or edit.start > span.start)
        )
        inside = inside and (edit.start < edit.end or edit.end < span.end)
        overlaps = edit.start < span.end and span.start < edit.end
        kept = origin is not None and span.start <= origin < span.end
        holds_all = {origin for piece in edit.kept for origin in range(piece.start, piece.end)} <= set(
            range(span.start, span.end)
        )
        if inside or (overlaps and (holds_all or kept)):
            places.add(place)
    return places


@given(any_edits())
def test_applying_edits_gives_what_moving_characters_one_by_one_gives(edits: Edits):
    assert edits.apply() == "".join(character for character, _, _ in walk(edits))


@given(any_edits())
def test_the_inverse_restores_the_source_exactly_and_twice_inverted_is_the_same(edits: Edits):
    inverse = edits.invert()
    assert inverse.apply() == edits.source
    assert inverse.invert().apply() == edits.apply()


@given(any_edits(), st.data())
def test_pieces_of_a_span_are_where_its_characters_went(edits: Edits, data: st.DataObject):
    start = data.draw(st.integers(0, len(edits.source)))
    span = Span(start, data.draw(st.integers(start, len(edits.source))), "X")
    found = {place for piece in edits.pieces(span) for place in range(piece.start, piece.end)}
    assert found == expected(edits, span)
    carried = edits.carry(span)
    if not found:
        assert carried is None
    else:
        assert carried == Span(min(found), max(found) + 1, "X")


def test_a_swap_takes_labels_along():
    edits = Edits("red car", (Edit(0, 7, "car red", (Kept(4, 7, 0), Kept(0, 3, 4))),))
    assert edits.carry(Span(0, 3, "ADJ")) == Span(4, 7, "ADJ")
    assert edits.carry(Span(4, 7, "NOUN")) == Span(0, 3, "NOUN")


def test_a_token_keeps_its_growth_and_its_neighbour_does_not_get_it():
    edits = Edits("ab cd", (Edit(1, 2, "bx", (Kept(1, 2, 0),)),))
    assert edits.carry(Span(0, 2, "one")) == Span(0, 3, "one")
    assert edits.carry(Span(3, 5, "two")) == Span(4, 6, "two")


def test_of_two_tokens_that_become_one_the_first_has_it_whole_and_the_second_is_gone():
    edits = Edits("so in the end", (Edit(3, 9, "inthe", (Kept(3, 5, 0),)),))
    assert edits.carry(Span(3, 5, "ADP")) == Span(3, 8, "ADP")
    assert edits.carry(Span(6, 9, "DET")) is None
    assert edits.carry(Span(10, 13, "NOUN")) == Span(9, 12, "NOUN")


def test_a_span_partly_covered_by_a_replacement_takes_the_whole_of_it():
    edits = Edits("abcdef", (Edit(1, 4, "XY"),))
    assert edits.carry(Span(3, 6)) == Span(1, 5)


def test_a_span_whose_text_is_gone_is_gone():
    assert Edits("ab cd", (Edit(0, 3, ""),)).carry(Span(0, 2)) is None


def test_several_insertions_at_one_offset_apply_in_the_order_given():
    assert Edits("ab", (Edit(1, 1, "2"), Edit(1, 1, "1"))).apply() == "a21b"


@pytest.mark.parametrize(
    "edits",
    [
        (Edit(0, 2, ""), Edit(1, 3, "")),
        (Edit(2, 1, ""),),
        (Edit(0, 9, ""),),
        (Edit(0, 2, "xx", (Kept(0, 1, 0),)),),
        (Edit(0, 1, "b", (Kept(1, 2, 0),)),),
    ],
    ids=["overlap", "backwards", "outside", "kept text differs", "kept text is not the edit's"],
)
def test_edits_that_cannot_be_are_refused(edits: tuple[Edit, ...]):
    with pytest.raises(ValueError, match=r"overlaps|keeps"):
        Edits("abc", edits)


def test_the_rate_is_units_touched_over_units():
    assert Edits("abcd", (Edit(0, 2, "ba"),), units=4, touched=2).rate == 0.5
    assert Edits("").rate == 0.0
