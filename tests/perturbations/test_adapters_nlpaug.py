"""nlpaug's augmenters as perturbations: by name, by object, with options, and what they break."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import nlpaug.augmenter.char as characters
import nlpaug.augmenter.word as words
import nlpaug.flow as flows
import numpy
import pytest
from click.testing import CliRunner

from harness.cli.perturb import command
from perturbations import Level, Passage, Span, Status, find_language, find_perturbation, perturb
from perturbations.adapters.entries import entries
from perturbations.adapters.nlpaug import Nlpaug, from_nlpaug
from perturbations.edits import Damage
from perturbations.errors import AdapterError, UnknownNameError, UsageError
from perturbations.parameters import configure, recorded
from perturbations.plausibility import OtherWords

TEXTS = {
    "de": "Der schnelle braune Fuchs springt über den faulen Hund, oder?",
    "en": "The quick brown fox doesn't jump over the very lazy dog today.",
    "hi": "मैं हिंदी में क्षेत्र लिखता हूँ और पढ़ता हूँ।",
    "th": "ฉันกินข้าวที่บ้านกับเพื่อนและดื่มน้ำเย็น",
    "zh": "我今天去学校，他在家里看书。",
}
OFFLINE = ("KeyboardAug", "OcrAug", "RandomCharAug", "RandomWordAug", "SpellingAug", "SplitAug")
"""Those that read no model."""


@pytest.mark.parametrize("name", OFFLINE)
@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("rate", [0.05, 0.3, 1.0])
def test_what_it_makes_of_a_text_is_recovered_as_edits(name: str, language: str, rate: float) -> None:
    noise = find_perturbation(f"nlpaug:{name}")
    edits = perturb(Passage(TEXTS[language], language), noise, rate=rate, seed=1)
    assert edits.invert().apply() == TEXTS[language]
    assert edits.units == len(Passage(TEXTS[language], language).units(noise.level))
    supported = noise.supports(find_language(language))
    assert (edits.status is Status.UNSUPPORTED) == (not supported)
    assert bool(edits.edits) <= supported
    assert perturb(Passage(TEXTS[language], language), noise, rate=0.0, seed=1).edits == ()


def test_the_result_is_the_text_of_nlpaug_itself() -> None:
    augmenter = characters.KeyboardAug(aug_char_p=0.1, aug_word_p=0.4)
    passage = Passage(TEXTS["en"], "en", "key")
    answers: list[str] = []
    plain = augmenter.augment
    augmenter.augment = lambda text: answers.append(plain(text)[0]) or answers[-1:]
    edits = perturb(passage, from_nlpaug(augmenter), rate=0.2, seed=3)
    assert [edits.apply()] == answers != [TEXTS["en"]]


def numpy_state() -> list[int]:
    return numpy.random.get_state()[1].tolist()  # noqa: NPY002 - the one that nlpaug draws from


def test_an_object_keeps_its_settings_and_the_global_generators_their_state() -> None:
    augmenter = words.RandomWordAug(action="swap", aug_p=0.7, aug_max=3)
    before = random.getstate(), numpy_state(), dict(vars(augmenter))
    perturb(Passage(TEXTS["en"], "en"), from_nlpaug(augmenter), rate=0.5, seed=1)
    assert (random.getstate(), numpy_state(), vars(augmenter)) == before


@pytest.mark.parametrize("name", OFFLINE)
def test_the_noise_depends_on_seed_and_key_alone(name: str) -> None:
    noise = find_perturbation(f"nlpaug:{name}")
    passages = [Passage(TEXTS["en"], "en", key) for key in "abcdef"]
    there = [perturb(passage, noise, rate=0.3, seed=1).apply() for passage in passages]
    random.random(), numpy.random.random()  # noqa: NPY002 - moves the generators that nlpaug draws from
    back = [perturb(passage, noise, rate=0.3, seed=1).apply() for passage in reversed(passages)]
    assert there == back[::-1]
    assert len(set(there)) > 1


def test_the_noise_is_the_same_in_every_process() -> None:
    code = (
        "from perturbations import Passage, find_perturbation, perturb\n"
        f"for name in {OFFLINE!r}:\n"
        "    for seed in range(5):\n"
        f"        noise = find_perturbation('nlpaug:' + name)\n"
        f"        print(perturb(Passage({TEXTS['en']!r}, 'en'), noise, rate=0.5, seed=seed).apply())\n"
    )

    def said(seed: str) -> str:
        environment = os.environ | {"PYTHONHASHSEED": seed}
        root = Path(__file__).parents[2]
        return subprocess.run(
            [sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, check=True, encoding="utf-8"
        ).stdout

    assert said("0") == said("1") != ""


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("KeyboardAug", {}),
        ("RandomCharAug", {"action": "delete"}),
        ("RandomCharAug", {"action": "insert", "candidates": ["ö"]}),
        ("RandomWordAug", {"action": "substitute"}),
        ("RandomWordAug", {"action": "delete"}),
    ],
)
def test_where_its_words_are_ours_the_rate_is_the_one_asked_for(name: str, options: dict[str, object]) -> None:
    noise = configure(find_perturbation(f"nlpaug:{name}"), options)
    text = "Jener schnelle braune Fuchs springt über diesen faulen Hund hinweg"
    found = [perturb(Passage(text, "de", str(key)), noise, rate=0.13, seed=0).rate for key in range(300)]
    assert sum(found) / len(found) == pytest.approx(0.13, rel=0.1)


def test_what_it_breaks_is_told() -> None:
    def damage(name: str, language: str, **options: object) -> dict[Damage, int]:
        noise = configure(find_perturbation(f"nlpaug:{name}"), options)
        return dict(perturb(Passage(TEXTS[language], language), noise, rate=0.2, seed=1).damage)

    assert damage("KeyboardAug", "en") == {Damage.SPACING: 2, Damage.WORDS: 1}  # doesn ' t
    assert damage("KeyboardAug", "de") == {}
    thai = damage("KeyboardAug", "th")
    assert thai[Damage.MARKS] > 5
    assert thai[Damage.WORDS] > 5
    hindi = damage("RandomWordAug", "hi", action="swap")
    assert hindi[Damage.MARKS] > 5
    assert hindi[Damage.WORDS] > 5
    # A Chinese clause is one word to it.
    assert damage("RandomWordAug", "zh")[Damage.WORDS] > 5
    # White space is what it is about.
    assert damage("SplitAug", "en") == {Damage.WORDS: 1}


@pytest.mark.parametrize(
    ("name", "options", "supported"),
    [
        ("KeyboardAug", {}, {"de", "en", "th"}),
        ("KeyboardAug", {"lang": "de"}, {"de"}),
        ("RandomCharAug", {}, {"en"}),
        ("RandomCharAug", {"action": "insert"}, {"en"}),
        ("RandomCharAug", {"action": "swap"}, set(TEXTS)),
        ("RandomCharAug", {"candidates": ["ä"]}, set(TEXTS)),
        ("SpellingAug", {}, {"en"}),
        ("RandomWordAug", {}, set(TEXTS)),
        ("SynonymAug", {}, {"en"}),
    ],
)
def test_each_language_gets_its_own_or_none(name: str, options: dict[str, object], supported: set[str]) -> None:
    noise = configure(find_perturbation(f"nlpaug:{name}"), options)
    assert {code for code in TEXTS if noise.supports(find_language(code))} == supported


def test_the_german_keyboard_is_asked_for_german() -> None:
    noise = find_perturbation("nlpaug:KeyboardAug")
    typed = {perturb(Passage("yyyy", "de", str(key)), noise, rate=1.0, seed=0).apply().lower() for key in range(40)}
    # Beside the German y stand a, s and x, beside the English one t and u.
    assert set("".join(typed)) == set("asx")


def test_a_dictionary_of_ones_own_is_used_and_not_the_one_that_was_read_first(tmp_path: Path) -> None:
    perturb(Passage(TEXTS["en"], "en"), find_perturbation("nlpaug:SpellingAug"), rate=0.5, seed=0)
    path = tmp_path / "hi.txt"
    path.write_text("और अौर\n", encoding="utf-8")
    noise = configure(find_perturbation("nlpaug:SpellingAug"), {"dict_path": str(path)})
    assert perturb(Passage("राम और श्याम", "hi"), noise, rate=1.0, seed=0).apply().count("अौर") == 1


@pytest.mark.parametrize("language", ["en", "de"])
def test_labels_of_tokens_survive(language: str) -> None:
    tokens = TEXTS[language].replace(",", " ,").replace("?", " ?").split()
    text, spans, reached = " ".join(tokens), [], 0
    for token in tokens:
        spans.append(Span(reached, reached + len(token), token))
        reached += len(token) + 1
    for name in OFFLINE:
        noise = find_perturbation(f"nlpaug:{name}")
        for key in "abcdefgh":
            edits = perturb(Passage(text, language, key, tuple(spans)), noise, rate=0.3, seed=0)
            after = edits.apply()
            carried = [span for span in map(edits.carry, spans) if span is not None]
            assert "".join(after.split()) == "".join(
                "".join(span.of(after).split()) for span in sorted(carried, key=lambda span: span.start)
            )


def test_protected_spans_are_left_and_said() -> None:
    text = "Please see https://example.org/page.html?x=1 for more, thanks"
    span = Span(text.index("https"), text.index(" for"))
    found = [
        perturb(Passage(text, "en", key, protected=(span,)), Nlpaug(augmenter="KeyboardAug"), rate=0.2, seed=0)
        for key in "abcdef"
    ]
    assert all(span.of(text) in edits.apply() for edits in found)
    assert all(Damage.DROPPED in dict(edits.damage) for edits in found)


def test_a_flow_strikes_with_its_members() -> None:
    flow = flows.Sequential([characters.RandomCharAug(action="delete"), words.RandomWordAug(action="swap")])
    edits = perturb(Passage(TEXTS["en"], "en"), from_nlpaug(flow), rate=0.3, seed=0)
    assert edits.edits
    assert edits.invert().apply() == TEXTS["en"]


def test_what_it_raises_becomes_one_line() -> None:
    noise = configure(find_perturbation("nlpaug:RandomWordAug"), {"action": "crop"})
    # It cannot crop a single word.
    with pytest.raises(AdapterError, match=r"nlpaug:RandomWordAug failed on the en text 'one two': \w+Error") as caught:
        perturb(Passage("one two", "en"), noise, rate=0.5, seed=0)
    assert caught.value.__cause__ is not None
    broken = configure(find_perturbation("nlpaug:SpellingAug"), {"dict_path": "nowhere.txt"})
    assert "nowhere.txt" in (broken.missing(find_language("en")) or "")


def test_wrong_names_and_options_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'KeyboardAug'"):
        find_perturbation("nlpaug:KeybordAug")
    noise = find_perturbation("nlpaug:KeyboardAug")
    with pytest.raises(UnknownNameError, match="parameter of nlpaug:KeyboardAug 'min_chars': did you mean 'min_char'"):
        configure(noise, {"min_chars": 2})
    with pytest.raises(UsageError, match="aug_word_p follows from the rate"):
        configure(noise, {"aug_word_p": 0.5})
    with pytest.raises(UsageError, match="min_char is 'two': give an integer"):
        configure(noise, {"min_char": "two"})
    with pytest.raises(UsageError, match=r"stopwords holds \{'a': 1\}: give a text"):
        configure(noise, {"stopwords": ["the", {"a": 1}]})
    with pytest.raises(UsageError, match="given as an object"):
        configure(from_nlpaug(characters.KeyboardAug()), {"min_char": 2})
    with pytest.raises(UsageError, match="no edit can be refused"):
        perturb(Passage("one", "en"), noise, rate=0.5, seed=0, plausibility=OtherWords())


def test_what_shaped_the_noise_is_recorded() -> None:
    english = find_language("en")
    noise = configure(find_perturbation("nlpaug:KeyboardAug"), {"min_char": "2"})
    assert recorded(noise, english)["options"] == "(('min_char', 2),)"
    assert recorded(noise, english)["version"] == "1.1.11"
    given = recorded(from_nlpaug(characters.KeyboardAug(lang="de")), english)
    assert "KeyboardAug(" in given["given"]
    assert "lang='de'" in given["given"]
    assert "0x" not in given["given"]


def test_what_is_missing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nltk

    monkeypatch.setattr(nltk.data, "path", [str(tmp_path)])
    english = find_language("en")
    assert "corpora/wordnet" in (find_perturbation("nlpaug:SynonymAug").missing(english) or "")
    assert "not given: reserved_tokens" in (find_perturbation("nlpaug:ReservedAug").missing(english) or "")
    reserved = configure(find_perturbation("nlpaug:ReservedAug"), {"reserved_tokens": [["quick", "fast"]]})
    assert reserved.missing(english) is None
    assert "fast" in perturb(Passage(TEXTS["en"], "en"), reserved, rate=0.5, seed=0).apply()
    monkeypatch.setattr("perturbations.adapters.augmenters.find_spec", lambda _: None)
    noise = find_perturbation("nlpaug:KeyboardAug")
    assert "pip install 'xrobust[nlpaug]'" in (noise.missing(english) or "")
    assert perturb(Passage(TEXTS["en"], "en"), noise, rate=0.5, seed=0).status is Status.UNAVAILABLE


def test_the_table_names_every_augmenter_of_texts_with_its_level() -> None:
    import nlpaug.augmenter.sentence as sentences

    found = {
        (name, Level.CHARACTER if module is characters else Level.WORD)
        for module in (characters, words, sentences)
        for name, value in vars(module).items()
        if isinstance(value, type) and name.endswith("Aug")
    }
    assert found == {(name, entry.level) for name, entry in entries("nlpaug").items()}
    for name, entry in entries("nlpaug").items():
        configure(find_perturbation(f"nlpaug:{name}"), {option: "x" for option in (*entry.frees, *entry.needs)
                                                       if option != "candidates"})  # fmt: skip


def test_it_can_be_tried_on_the_command_line() -> None:
    asked = [TEXTS["en"], "-l", "en", "-p", "nlpaug:KeyboardAug", "--rate", "0.2"]
    found = CliRunner().invoke(command, asked)
    assert found.exit_code == 0, found.output
    assert "nlpaug:KeyboardAug: done, touched" in found.output
