"""What every perturbation must keep, whatever the text: found in the registry, so that a new one is tested."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from perturbations import (
    Edits,
    Level,
    Passage,
    Perturbation,
    Scope,
    Span,
    Status,
    XRobustError,
    all_perturbations,
    find_perturbation,
    languages,
    perturb,
)
from tests.perturbations.oracles import units_struck

SAMPLES = (
    "The quick brown fox isn't lazy, is it?",
    "मैं हिंदी में क्षेत्र लिखता हूँ।",
    "ฉันกินข้าวที่บ้านกับเพื่อน",
    "我今天去北京大学学习中文。",
    "日本語のテキストを書きます。",
    "ကျွန်တော် ကျောင်းသွားသည်။",
    "한국어를 배웁니다.",
    "ذهبتُ إلى المدرسة اليوم.",
    "İstanbul'da IŞIK var mı?",
    "Tôi học tiếng Việt ở trường.",
    "👩‍👩‍👧‍👦 and 🇫🇷🇩🇪 met 𠮷野家 at 𞤀𞤣𞤤𞤢𞤥.",
    "e\u0301a\u0308 n\u0303o\r\nline two\ttab",
)
"""A sentence of each kind of script, and clusters of several code points in and beyond the BMP."""
ALPHABET = sorted(set("".join(SAMPLES)))
TEXT = st.one_of(
    st.sampled_from(SAMPLES),
    st.text(alphabet=ALPHABET, max_size=60),
    st.text(max_size=30),
)
CODE = st.sampled_from(sorted(languages()))
RATE = st.sampled_from((0.0, 0.02, 0.1, 0.3, 0.5, 1.0))
SEED = st.integers(0, 2**63)
INNER_SPACE = ("word-duplication", "word-split")
"""What may leave a token with a space inside, as their entries say."""
EVERYWHERE = {
    *("character-deletion", "character-insertion", "character-substitution", "character-swap", "deletion-control"),
    *("identity", "invisible-character", "word-deletion", "word-duplication", "word-shuffle", "word-swap"),
}
"""What every language has enough of; the others may run out of units."""
EACH = pytest.mark.parametrize("perturbation", all_perturbations(), ids=lambda perturbation: perturbation.name)


def borders(text: str) -> set[int]:
    """Where grapheme clusters begin and end, by the library itself."""
    return {0} | {match.end() for match in regex.finditer(r"\X", text)}


@EACH
@given(text=TEXT, code=CODE, seed=SEED)
def test_rate_zero_leaves_every_text_alone(perturbation: Perturbation, text: str, code: str, seed: int) -> None:
    edits = perturb(Passage(text, code, "a"), perturbation, rate=0.0, seed=seed)
    assert edits.apply() == text
    assert edits.touched == 0


@given(text=TEXT, code=CODE, rate=RATE, seed=SEED)
def test_identity_leaves_every_text_alone_at_every_rate(text: str, code: str, rate: float, seed: int) -> None:
    edits = perturb(Passage(text, code, "a"), find_perturbation("identity"), rate=rate, seed=seed)
    assert edits.apply() == text
    assert edits.edits == ()


@EACH
@given(text=TEXT, code=CODE, rate=RATE, seed=SEED)
def test_edits_tear_no_grapheme_cluster_and_the_inverse_restores_the_text(
    perturbation: Perturbation, text: str, code: str, rate: float, seed: int
) -> None:
    edits = perturb(Passage(text, code, "a"), perturbation, rate=rate, seed=seed)
    whole = borders(text)
    assert all({edit.start, edit.end} <= whole for edit in edits.edits)
    assert all({kept.start, kept.end} <= whole for edit in edits.edits for kept in edit.kept)
    assert edits.invert().apply() == text


@EACH
@given(text=TEXT, code=CODE, rate=RATE, seed=SEED)
def test_every_edit_changes_the_text_and_counts_its_units(
    perturbation: Perturbation, text: str, code: str, rate: float, seed: int
) -> None:
    passage = Passage(text, code, "a")
    edits = perturb(passage, perturbation, rate=rate, seed=seed)
    assert all(edit.text != text[edit.start : edit.end] for edit in edits.edits)
    if perturbation.scope is Scope.TEXT:
        assert edits.touched == (edits.units if edits.edits else 0)
        return
    assert edits.touched == units_struck(passage, perturbation.level, edits) <= edits.units
    if edits.status is Status.DONE and perturbation.touches:
        sites = perturbation.sites(passage) if perturbation.varying else ()
        most = max((len(passage.inside(site)) for site in sites), default=perturbation.touches)
        assert rate * edits.units - most < edits.touched < rate * edits.units + most


@EACH
@given(text=TEXT, code=CODE, rate=RATE, seed=SEED, data=st.data())
def test_protected_spans_are_not_touched(
    perturbation: Perturbation, text: str, code: str, rate: float, seed: int, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))
    edits = perturb(Passage(text, code, "a", protected=(span,)), perturbation, rate=rate, seed=seed)
    carried = edits.carry(span)
    assert (carried.of(edits.apply()) if carried else "") == span.of(text)


@EACH
@given(tokens=st.lists(st.sampled_from([part for text in SAMPLES for part in text.split()]), max_size=8), seed=SEED)
def test_tokens_keep_to_themselves(perturbation: Perturbation, tokens: list[str], seed: int) -> None:
    spans: list[Span] = []
    for token in tokens:
        start = spans[-1].end + 1 if spans else 0
        spans.append(Span(start, start + len(token), f"{len(spans)}"))
    edits = perturb(Passage(" ".join(tokens), "en", "a", tokens=tuple(spans)), perturbation, rate=0.5, seed=seed)
    after = edits.apply()
    alive = sorted((span for span in map(edits.carry, spans) if span), key=lambda span: span.start)
    assert all(first.end <= second.start for first, second in pairwise(alive))
    for span in alive:
        source = tokens[int(span.label)]
        if perturbation.name == "word-merge":
            assert span.of(after) in ("".join(tokens[int(span.label) :][:count]) for count in (1, 2))
            continue
        if perturbation.level is Level.CHARACTER:
            # What a token became holds nothing of its neighbours: at most one edit a grapheme cluster of its own.
            assert abs(len(span.of(after)) - len(source)) <= sum(map(len, regex.findall(r"\X", source))) + len(source)
        assert " " not in span.of(after) or perturbation.name in INNER_SPACE
    if perturbation.name in ("word-swap", "word-shuffle"):
        assert sorted(span.of(after) for span in alive) == sorted(tokens)


@EACH
@given(text=TEXT, code=CODE, rate=RATE, seed=SEED)
def test_the_same_text_gets_the_same_noise_whatever_came_before(
    perturbation: Perturbation, text: str, code: str, rate: float, seed: int
) -> None:
    def strike(passage: Passage) -> Edits:
        return perturb(passage, perturbation, rate=rate, seed=seed)

    used = Passage(text, code, "key")
    for other in all_perturbations():
        perturb(used, other, rate=0.5, seed=1)
    assert strike(used) == strike(Passage(text, code, "key"))


@pytest.mark.parametrize("hash_seed", ["0", "1", "random"])
def test_noise_does_not_depend_on_the_hash_seed(hash_seed: str) -> None:
    code = (
        "from perturbations import *\n"
        f"texts = {SAMPLES!r}\n"
        "for perturbation in all_perturbations():\n"
        "    for text in texts:\n"
        "        edits = perturb(Passage(text, 'tr'), perturbation, rate=0.3, seed=5)\n"
        "        print(edits.apply().encode('unicode_escape').decode())\n"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    here = [
        perturb(Passage(text, "tr"), perturbation, rate=0.3, seed=5).apply().encode("unicode_escape").decode()
        for perturbation in all_perturbations()
        for text in SAMPLES
    ]
    assert printed == here


@EACH
@pytest.mark.parametrize("text", ["", " \t\n", "\u0301\u0302", "\ud800 half", "\x00\x01", "a" * 100_000, "…!?"])
def test_texts_at_the_edge_never_crash(perturbation: Perturbation, text: str) -> None:
    edits = perturb(Passage(text, "en", "a"), perturbation, rate=0.1, seed=0)
    if "\ud800" in text:
        assert (edits.status, edits.edits) == (Status.UNENCODABLE, ())
    else:
        edits.apply().encode()


@pytest.mark.parametrize("rate", [-0.1, 1.01, float("nan")])
def test_a_rate_that_is_no_share_is_refused(rate: float) -> None:
    with pytest.raises(XRobustError, match="is not a share"):
        perturb(Passage("text", "en"), find_perturbation("word-swap"), rate=rate, seed=0)


def test_an_unknown_perturbation_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(XRobustError, match="did you mean 'character-swap'"):
        find_perturbation("charcter-swap")


@pytest.mark.parametrize("code", sorted(languages()))
def test_each_language_can_be_struck_by_every_perturbation(code: str) -> None:
    alphabet = languages()[code].alphabet
    text = " ".join(alphabet[start : start + 5] for start in range(0, min(len(alphabet), 60) - 5, 5))
    for perturbation in all_perturbations():
        edits = perturb(Passage(text, code, "a"), perturbation, rate=0.6, seed=3)
        if not perturbation.supports(languages()[code]):
            assert (edits.status, edits.edits) == (Status.UNSUPPORTED, ()), perturbation.name
        elif perturbation.missing(languages()[code]):
            assert (edits.status, edits.edits) == (Status.UNAVAILABLE, ()), perturbation.name
        elif perturbation.name in EVERYWHERE:
            assert edits.status is Status.DONE, perturbation.name
            assert bool(edits.edits) is bool(perturbation.touches), perturbation.name
        else:
            assert edits.status in (Status.DONE, Status.SATURATED), perturbation.name


def test_substitution_and_insertion_stay_in_the_script_and_the_case() -> None:
    for code, text, pattern in (
        ("el", "Καλημέρα κόσμε", r"[\p{Greek} ]+"),
        ("ru", "ДОБРЫЙ ДЕНЬ", r"(?:[\p{Lu}&&\p{Cyrillic}]| )+"),
        ("hi", "नमस्ते दुनिया", r"[\p{Devanagari} ]+"),
        ("en", "Ünder naïve 42", r"[\p{Latin}\p{Nd} ]+"),
    ):
        for name in ("character-substitution", "character-insertion"):
            edits = perturb(Passage(text, code, "a"), find_perturbation(name), rate=0.6, seed=2)
            assert edits.edits
            assert regex.fullmatch(pattern, edits.apply(), regex.V1), (code, name, edits.apply())


def test_word_deletion_leaves_no_double_space_and_no_orphaned_comma() -> None:
    edits = [
        perturb(Passage("one two, three four", "en", str(key)), find_perturbation("word-deletion"), rate=0.25, seed=0)
        for key in range(40)
    ]
    assert {edit.apply() for edit in edits} == {
        "two, three four",
        "one, three four",
        "one two, four",
        "one two, three",
    }
