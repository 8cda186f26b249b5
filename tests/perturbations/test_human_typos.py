"""Typos of people beside ours: recovering pairs, telling kinds apart, distances and mixtures by hand, the page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.human_typos import main
from benchmarks.typo_files import Row, read_panx, read_xnli
from benchmarks.typo_kinds import Kind, Place, Typo, classify
from benchmarks.typo_mixture import cells, fit, jensen_shannon, mixed, total_variation
from benchmarks.typo_noise import DRAWS, makes_other_word, outcomes, reached, strike, weighed
from benchmarks.typo_page import wrapped
from benchmarks.typo_pairs import Pair, align, longest_ascent, match
from perturbations import Perturbation, XRobustError, find_language, find_perturbation

PAGE = Path(__file__).resolve().parents[2] / "docs/human-typos.md"
SWAPPED = Typo(Kind.SWAP, 1, Place.INNER)
DOUBLED = Typo(Kind.DOUBLED, 1, Place.LAST)


def named(name: str) -> Perturbation:
    found = find_perturbation(name)
    assert isinstance(found, Perturbation)
    return found


@pytest.mark.parametrize(
    ("language", "correct", "written", "kind", "distance", "place"),
    [
        ("en", "form", "from", Kind.SWAP, 1, Place.INNER),
        ("en", "form", "ofrm", Kind.SWAP, 1, Place.FIRST),
        ("en", "form", "fomr", Kind.SWAP, 1, Place.LAST),
        ("en", "house", "hhouse", Kind.DOUBLED, 1, Place.FIRST),
        ("en", "house", "housse", Kind.DOUBLED, 1, Place.INNER),
        ("en", "housse", "house", Kind.HALVED, 1, Place.INNER),
        ("en", "house", "hose", Kind.MISSED, 1, Place.INNER),
        ("en", "house", "hous", Kind.MISSED, 1, Place.LAST),
        ("en", "house", "housew", Kind.ADDED_BESIDE, 1, Place.LAST),
        ("en", "house", "housek", Kind.ADDED, 1, Place.LAST),
        ("en", "house", "xhouse", Kind.ADDED, 1, Place.FIRST),
        ("en", "house", "hiuse", Kind.CHANGED_BESIDE, 1, Place.INNER),
        ("en", "house", "hause", Kind.CHANGED, 1, Place.INNER),
        ("en", "house", "huos", Kind.SEVERAL, 2, None),
        ("en", "house", "dwelling", Kind.SEVERAL, 8, None),
        ("en", "house", "House", Kind.CASE, 1, Place.FIRST),
        ("en", "house", "HOUSE", Kind.CASE, 5, None),
        ("en", "a lot", "alot", Kind.SPACING, 1, None),
        ("en", "isn't", "isnt", Kind.SPACING, 1, None),
        ("fr", "été", "ete", Kind.MARKS, 2, None),
        ("fr", "très", "trés", Kind.MARKS, 1, Place.INNER),
        ("fr", "été", "Ete", Kind.SEVERAL, 2, None),
        ("tr", "kısa", "kisa", Kind.MARKS, 1, Place.INNER),
        ("tr", "ısı", "Isı", Kind.CASE, 1, Place.FIRST),
        ("de", "dass", "daß", Kind.SEVERAL, 2, None),
        ("de", "zehn", "yehn", Kind.CHANGED, 1, Place.FIRST),
        ("hi", "में", "मे", Kind.MARKS, 1, Place.FIRST),
        ("hi", "कानून", "क़ानून", Kind.MARKS, 1, Place.FIRST),
        ("hi", "भाषा", "भाशा", Kind.CHANGED_BESIDE, 1, Place.LAST),
    ],
)
def test_a_typo_is_of_the_kind_distance_and_place_that_a_reader_would_say(
    language: str, correct: str, written: str, kind: Kind, distance: int, place: Place | None
) -> None:
    assert classify(correct, written, find_language(language)) == Typo(kind, distance, place)


def test_rows_are_aligned_word_by_word() -> None:
    clean = ["I", "like", "a", "lot", "of", "well-known", "things"]
    known = Pair("well-known", "well known")
    assert align(clean, ["I", "liek", "alot", "of", "well", "known", "things"]) == ([known], 1)
    assert align(clean, ["I", "like", "a", "lto", "fo", "well-known", "thinsg"]) == (
        [Pair("lot", "lto"), Pair("of", "fo"), Pair("things", "thinsg")],
        0,
    )
    assert align(clean, ["I", "like", "alot", "of", "well", "known", "things"])[0] == [
        Pair("a lot", "alot"),
        known,
    ]
    assert align(["a", "b"], ["a", "b"]) == ([], 0)
    assert align(["für", "sich"], ["f\ufffdr", "scih"]) == ([], 1)


def test_spaces_beside_apostrophes_are_not_taken_for_typos_of_people() -> None:
    assert align(["Ali'nin", "evi"], ["Ali", "nin", "evi"]) == ([], 0)
    assert align(["Ali'nin", "evi"], ["Ali", "nim", "evi"]) == ([Pair("nin", "nim")], 0)


def test_rows_are_found_again_by_words_label_and_order() -> None:
    clean = [Row(("the", "cat", "sat", name), label) for name in ("Ann", "Bob", "Cid") for label in ("yes", "no")]
    noisy = [Row(("teh", "cat", "sat", "Ann"), "no"), Row(("the", "cat", "sta", "Cid"), "yes"), Row(("dog",), "yes")]
    assert match(clean, noisy) == [1, 4, None]
    # What stands against the order of the others was taken for another row.
    assert match(
        clean, [noisy[0], Row(("the", "cat", "sat", "Cid"), "yes"), Row(("the", "cat", "sat", "Bob"), "no")]
    ) in (
        [1, 4, None],
        [1, None, 3],
    )


def test_the_longest_ascent_is_the_one_that_trying_all_finds() -> None:
    draws = np.random.default_rng(0)
    for _ in range(200):
        numbers = [None if draws.random() < 0.2 else int(draws.integers(6)) for _ in range(int(draws.integers(9)))]
        chain = [numbers[index] for index in longest_ascent(numbers)]
        assert None not in chain
        assert chain == sorted(number for number in chain if number is not None)
        subsets = (
            [number for index, number in enumerate(numbers) if choice >> index & 1]
            for choice in range(1 << len(numbers))
        )
        rising = (part for part in subsets if None not in part and part == sorted(n for n in part if n is not None))
        assert len(chain) == max(map(len, rising))


def test_distances_are_those_of_the_definitions() -> None:
    one, other = np.array([0.5, 0.5, 0.0]), np.array([0.0, 0.5, 0.5])
    assert total_variation(one, other) == pytest.approx(0.5)
    assert jensen_shannon(one, other) == pytest.approx(0.5)
    apart = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    assert (total_variation(*apart), jensen_shannon(*apart)) == pytest.approx((1.0, 1.0))
    assert jensen_shannon(one, one) == 0.0


def test_the_shares_of_a_known_mixture_are_found_again() -> None:
    parts = ({SWAPPED: 3.0, None: 9.0}, {DOUBLED: 1.0, SWAPPED: 1.0})
    whole = mixed(parts, (0.25, 0.75))
    assert whole[SWAPPED] == pytest.approx(0.25 + 0.375)
    assert fit(cells(whole), [cells(part) for part in parts]) == pytest.approx([0.25, 0.75], abs=1e-6)


def test_every_word_is_struck_once_and_each_perturbation_that_can_counts_alike() -> None:
    language = find_language("en")
    swap, lowercase = (
        strike(["xylophone", "Qatarish", "a"], named(name), language) for name in ("character-swap", "word-lowercase")
    )
    assert {typo for typos in swap.results.values() for typo in typos if typo} <= {
        Typo(Kind.SWAP, 1, place) for place in Place
    }
    assert {word: len(typos) for word, typos in swap.results.items()} == {"xylophone": DRAWS, "Qatarish": DRAWS}
    made = weighed({"xylophone": 2.0, "Qatarish": 1.0, "a": 5.0}, [swap, lowercase])
    assert made[Typo(Kind.CASE, 1, Place.FIRST)] == pytest.approx(0.5)
    assert sum(made.values()) == pytest.approx(3.0)


def test_what_one_edit_can_make_is_reached_and_nothing_else() -> None:
    language = find_language("en")
    assert set(outcomes("abc", named("character-swap"), language)) == {"bac", "acb"}
    pairs = [Pair("form", "from"), Pair("form", "fom"), Pair("house", "huose")]
    assert reached(pairs, named("character-swap"), language) == {pairs[0], pairs[2]}


@pytest.mark.parametrize(
    ("language", "correct", "written", "other"),
    [
        ("en", "in", "on", True),
        ("en", "their", "thier", False),
        ("es", "días", "dias", False),
        ("en", "The", "the", False),
    ],
)
def test_only_other_letters_make_another_word(language: str, correct: str, written: str, other: bool) -> None:
    known = find_language(language)
    assert makes_other_word(classify(correct, written, known), written, correct, known) is other


def test_paragraphs_and_items_are_wrapped_and_tables_are_not() -> None:
    long = "word " * 40
    assert max(map(len, wrapped(f"{long}\n\n- {long}\n- {long}").splitlines())) <= 120
    assert wrapped(f"| {long} |\n") == f"| {long} |\n"


def test_a_noisy_file_in_another_format_is_refused_with_its_line(tmp_path: Path) -> None:
    german = find_language("de")
    assert read_xnli(tmp_path, german) is None
    folders = [tmp_path / f"noise/real_typos/{name}" for name in ("xnli", "panx")]
    for folder in folders:
        folder.mkdir(parents=True)
    (folders[0] / "test_de_typos_0.05.tsv").write_text("premise\thypothesis\tlabel\n'a'\t'b'\t7\n", encoding="utf-8")
    (folders[1] / "test_de_typos_0.2.jsonl").write_text('{"words": []}\n', encoding="utf-8")
    with pytest.raises(XRobustError, match=r"tsv:2.*is not a premise"):
        read_xnli(tmp_path, german)
    with pytest.raises(XRobustError, match=r"jsonl:1.*tokens"):
        read_panx(tmp_path, german)


def test_of_english_whose_rows_are_in_order_nearly_every_row_is_found_and_none_is_taken_for_another(data: Path) -> None:
    rows = read_xnli(data, find_language("en"))
    assert rows is not None
    found = match(rows.clean, rows.noisy)
    wrong = sum(place not in (None, number) for number, place in enumerate(found))
    assert (wrong, found.count(None)) == (0, 16)


def test_the_page_in_the_docs_is_what_the_command_prints(data: Path) -> None:
    """One language of it: the table of what was compared and of the kinds in Spanish."""
    done = CliRunner().invoke(main, ["--data", str(data), "--language", "es"])
    assert done.exit_code == 0, done.output
    printed = [line for line in done.output.splitlines() if line.startswith("| Spanish")]
    kinds = done.output.split("### Spanish")[1].split("## ")[0]
    assert len(printed) == 3
    page = PAGE.read_text(encoding="utf-8")
    assert [line for line in printed if line not in page] == []
    assert kinds.strip() in page


def test_a_language_without_such_sentences_gets_one_line(data: Path) -> None:
    done = CliRunner().invoke(main, ["--data", str(data), "--language", "th"])
    assert done.exit_code == 1
    assert "no sentences in Thai" in done.output
