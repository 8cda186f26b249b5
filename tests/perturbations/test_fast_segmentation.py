"""Clusters and words found by character classes, held against those of the patterns."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from perturbations import Passage, Span, find_language, languages, segmentation
from perturbations.clusters import CLUSTER_CLASSES, Clusters, clusters
from perturbations.eligibility import codes_of, repeated, visible
from perturbations.word_borders import word_borders
from tests.perturbations.sentences import passages_of

INDIC = "कखि\u093c\u094d\u0947ंक्ष\u200c\u200dക്ഷ\u0d4eක්\u0dcaস্ \u0a4d\u1cf5\U00011a3a"
UNSPACED = "กำ่้ขไ漢字か・ーမြန်\u1039ខ្ម\u17d2ລາ "
JOINING = "aB1é\u0301'’-.,·:״٬٣ش\u200b\ufeff\u00ad\u2060\u0600\u0e33 "
OTHERS = "한\u1100\u1161\u11a8🇩🇪👩\u200d🚀👍🏽\r\n\x01\u2028\ud800𠮷𞤀"
TEXTS = st.one_of(
    *(st.text(st.sampled_from(letters), max_size=16) for letters in (INDIC, UNSPACED, JOINING, OTHERS)),
    st.text(st.sampled_from(JOINING + UNSPACED), max_size=16),
    st.text(st.sampled_from(INDIC + UNSPACED + JOINING + OTHERS), max_size=24),
    st.text(max_size=16),
)
CODES = ["en", "he", "fi", "hi", "my", "th", "zh", "ja"]


def masks(text: str) -> Clusters:
    """By the pattern of the library alone."""
    borders, starts, ends = bytearray(len(text)), bytearray(len(text)), bytearray(len(text))
    # A row of flags is paired from its start, a lone one with what was counted before: none is that long here.
    for start, end in pairwise((*(match.start() for match in regex.finditer(r"\X", text)), len(text))):
        borders[start] = 1
        starts[start] = ends[end - 1] = visible(text[start])
    return Clusters(bytes(borders), bytes(starts), bytes(ends))


@settings(max_examples=1000)
@given(TEXTS)
@example("क्ष")
@example("ज़्या")
@example(" ्क")
@example("क्‍ष")
@example("क्््ष")
@example("किं्क")
@example("é\r\nक")
def test_clusters_are_those_of_the_pattern(text: str) -> None:
    assert clusters(text, CLUSTER_CLASSES.of(codes_of(text))) == masks(text)


@st.composite
def tokenised(draw: st.DrawFn) -> Passage:
    """A text of tokens with something, or nothing, between them."""
    text, tokens = "", list[Span]()
    for token in draw(st.lists(TEXTS.filter(bool), min_size=1, max_size=4)):
        text += draw(st.sampled_from([" ", "", "  ", "\u200d", "क"]))
        tokens.append(Span(len(text), len(text) + len(token)))
        text += token
    return Passage(text + draw(st.sampled_from(["", " ", "\u0301"])), "hi", tokens=tuple(tokens))


@settings(max_examples=1000)
@given(tokenised())
def test_clusters_are_looked_for_in_each_token_by_itself(passage: Passage) -> None:
    expected = [
        (token.start + match.start(), token.start + match.end())
        for token in passage.tokens
        for match in regex.finditer(r"\X", token.of(passage.text))
        if visible(match.group()[0])
    ]
    graphemes = passage.graphemes
    assert list(zip(graphemes.starts, graphemes.ends, strict=True)) == expected


@settings(max_examples=1000)
@given(TEXTS, st.sampled_from(CODES))
@example("U.S.A. e.g", "en")
@example("3,000.5 a,b", "en")
@example("a\ufeffb กา\ufeffกา aกา", "th")
@example("a\ufeff'b", "en")
@example("1กา์2", "th")
def test_words_are_those_of_the_patterns(text: str, code: str) -> None:
    language = find_language(code)
    found = word_borders(text, codes_of(text), language)
    assert list(zip(*found, strict=True)) == segmentation.words(text, language)


@given(st.text(st.sampled_from("aab 1éé漢漢क"), max_size=20))
def test_repeated_says_where_the_next_code_point_is_the_same(text: str) -> None:
    expected = [one == other for one, other in pairwise(text)]
    assert list(repeated(codes_of(text))) == [*expected, *([0] if text else [])]


def sentences(data: Path) -> Iterator[tuple[str, str]]:
    """Every passage of the property tests, with its language."""
    return ((passage.text, code) for code in languages() for passage in passages_of(data, code))


def test_real_sentences_of_every_language_are_divided_alike(data: Path) -> None:
    seen = 0
    for text, code in sentences(data):
        language = find_language(code)
        assert clusters(text, CLUSTER_CLASSES.of(codes_of(text))) == masks(text), text
        assert list(zip(*word_borders(text, codes_of(text), language), strict=True)) == segmentation.words(
            text, language
        ), text
        seen += 1
    assert seen > 400
