"""TextAttack's augmenters and transformations as perturbations, in an environment of their own."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from perturbations import Noise, Passage, Span, Status, find_language, find_perturbation, perturb
from perturbations.adapters.entries import entries
from perturbations.adapters.textattack import from_textattack
from perturbations.edits import Damage
from perturbations.errors import UnknownNameError, UsageError
from perturbations.parameters import configure, recorded

pytestmark = pytest.mark.skipif(
    find_spec("textattack") is None,
    reason="needs TextAttack, which has an environment of its own: make test-textattack",
)

TEXTS = {
    "en": "The quick brown fox doesn't jump over 12 very lazy dogs today.",
    "hi": "मैं हिंदी में क्षेत्र लिखता हूँ और पढ़ता हूँ।",
    "th": "ฉันกินข้าวที่บ้านกับเพื่อนและดื่มน้ำเย็น",
    "zh": "我今天去学校，他在家里看书。",
}
OFFLINE = (
    "CharSwapAugmenter",
    "DeletionAugmenter",
    "ChineseMorphonymCharacterSwap",
    "WordDeletion",
    "WordInnerSwapRandom",
    "WordSwapChangeNumber",
    "WordSwapContract",
    "WordSwapExtend",
    "WordSwapInvisibleCharacters",
    "WordSwapNeighboringCharacterSwap",
    "WordSwapQWERTY",
    "WordSwapRandomCharacterDeletion",
    "WordSwapRandomCharacterInsertion",
    "WordSwapRandomCharacterSubstitution",
)
"""Those that read no model and no table that the distribution lacks."""


@pytest.fixture(scope="session")
def stopwords(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of NLTK data with the stop words without which TextAttack cannot be imported."""
    folder = tmp_path_factory.mktemp("nltk")
    listed = json.loads((data / "lexicons/stopwords-iso.json").read_text(encoding="utf-8"))
    path = folder / "corpora/stopwords/english"
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(listed["en"]) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def library(stopwords: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """TextAttack, imported once: it takes seconds."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setenv("TA_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        import nltk.data

        patch.setattr(nltk.data, "path", [str(stopwords)])
        import textattack.augmentation

        yield textattack


def struck(noise: Noise, text: str, language: str, rate: float, key: str = "") -> Any:
    return perturb(Passage(text, language, key), noise, rate=rate, seed=1)


@pytest.mark.parametrize("name", OFFLINE)
@pytest.mark.parametrize("language", TEXTS)
def test_what_it_makes_of_a_text_is_recovered_as_edits(library: Any, name: str, language: str) -> None:
    noise = find_perturbation(f"textattack:{name}")
    supported = noise.supports(find_language(language))
    for rate in (0.1, 0.5, 1.0):
        edits = struck(noise, TEXTS[language], language, rate)
        assert edits.invert().apply() == TEXTS[language]
        assert (edits.status is Status.UNSUPPORTED) == (not supported)
        assert bool(edits.edits) <= supported


def test_each_of_them_changes_something(library: Any) -> None:
    idle = [
        name
        for name in OFFLINE
        if not any(struck(find_perturbation(f"textattack:{name}"), TEXTS[code], code, 0.5).edits for code in TEXTS)
    ]
    assert idle == ["WordSwapContract"]  # The text has nothing to contract.
    contract = find_perturbation("textattack:WordSwapContract")
    assert struck(contract, "They do not go.", "en", 1.0).apply() == "They don't go."


def test_an_object_is_used_as_it_is_and_left_as_it_was(library: Any) -> None:
    augmenter = library.augmentation.CharSwapAugmenter(pct_words_to_swap=0.9, transformations_per_example=7)
    before, state = dict(vars(augmenter)), random.getstate()
    edits = struck(from_textattack(augmenter), TEXTS["en"], "en", 0.1)
    assert edits.edits
    assert vars(augmenter) == before
    assert random.getstate() == state
    swaps = from_textattack(library.transformations.WordSwapNeighboringCharacterSwap(), languages=("en",))
    assert struck(swaps, TEXTS["en"], "en", 0.2).touched > 1
    assert struck(swaps, TEXTS["hi"], "hi", 0.2).status is Status.UNSUPPORTED


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [("WordSwapRandomCharacterDeletion", 0.1), ("WordSwapRandomCharacterInsertion", 0.1), ("WordDeletion", 0.1)],
)
def test_in_english_the_rate_is_the_one_asked_for(library: Any, name: str, tolerance: float) -> None:
    noise = find_perturbation(f"textattack:{name}")
    text = "Every brown animal jumps over another sleeping animal while people watch"
    found = [struck(noise, text, "en", 0.12, str(key)).rate for key in range(150)]
    assert sum(found) / len(found) == pytest.approx(0.12, rel=tolerance)


def test_the_noise_depends_on_seed_and_key_alone(library: Any) -> None:
    for name in ("CharSwapAugmenter", "WordInnerSwapRandom"):
        noise = find_perturbation(f"textattack:{name}")
        there = [struck(noise, TEXTS["en"], "en", 0.3, key).apply() for key in "abcd"]
        assert there == [struck(noise, TEXTS["en"], "en", 0.3, key).apply() for key in "dcba"][::-1]
        assert len(set(there)) > 1


def test_the_noise_is_the_same_in_every_process(stopwords: Path, tmp_path: Path) -> None:
    code = (
        "from perturbations import Passage, find_perturbation, perturb\n"
        "for name in ('CharSwapAugmenter', 'WordSwapExtend', 'DeletionAugmenter'):\n"
        "    noise = find_perturbation('textattack:' + name)\n"
        f"    passages = [Passage({TEXTS['en']!r}, 'en', key) for key in 'abcd']\n"
        "    print([perturb(passage, noise, rate=0.4, seed=1).apply() for passage in passages])\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parents[2],
            env=os.environ | {"PYTHONHASHSEED": seed, "NLTK_DATA": str(stopwords), "TA_CACHE_DIR": str(tmp_path)},
            capture_output=True,
            check=True,
            encoding="utf-8",
        ).stdout
        for seed in "01"
    }
    assert len(said) == 1
    assert "".join(said).count("\n") == 3


def test_what_it_breaks_is_told(library: Any) -> None:
    def damage(name: str, language: str) -> dict[Damage, int]:
        return dict(struck(find_perturbation(f"textattack:{name}"), TEXTS[language], language, 0.3).damage)

    assert damage("WordSwapQWERTY", "en") == {}
    # It takes a Thai sentence for one word and cuts Hindi at its marks.
    assert damage("WordDeletion", "th")[Damage.WORDS] > 5
    assert damage("WordDeletion", "hi")[Damage.WORDS] > 5
    assert damage("WordSwapRandomCharacterDeletion", "th")[Damage.MARKS] > 0


def test_labels_of_tokens_survive(library: Any) -> None:
    tokens = TEXTS["en"].replace(".", " .").split()
    text, spans, reached = " ".join(tokens), [], 0
    for token in tokens:
        spans.append(Span(reached, reached + len(token), token))
        reached += len(token) + 1
    for name in ("CharSwapAugmenter", "WordInnerSwapRandom", "WordDeletion", "WordSwapExtend"):
        noise = find_perturbation(f"textattack:{name}")
        for key in "abcd":
            edits = perturb(Passage(text, "en", key, tuple(spans)), noise, rate=0.3, seed=0)
            carried = [span for span in map(edits.carry, spans) if span is not None]
            pieces = [span.of(edits.apply()) for span in sorted(carried, key=lambda span: span.start)]
            assert "".join("".join(pieces).split()) == "".join(edits.apply().split())


def test_options_reach_the_constructor_and_wrong_ones_are_refused(library: Any) -> None:
    noise = find_perturbation("textattack:WordSwapQWERTY")
    careful = configure(noise, {"skip_first_char": "true", "skip_last_char": True})
    edits = struck(careful, "abcdef ghijkl", "en", 0.2)
    assert edits.apply()[0] == "a"
    assert recorded(careful, find_language("en"))["options"] == "(('skip_first_char', True), ('skip_last_char', True))"
    german = configure(find_perturbation("textattack:WordSwapRandomCharacterInsertion"), {"letters_to_insert": "ö"})
    assert "ö" in struck(german, "Guten Tag", "de", 0.3).apply()
    with pytest.raises(UnknownNameError, match="'skip_first': did you mean 'skip_first_char'"):
        configure(noise, {"skip_first": True})
    with pytest.raises(UsageError, match="pct_words_to_swap follows from the rate"):
        configure(find_perturbation("textattack:CharSwapAugmenter"), {"pct_words_to_swap": 0.5})
    with pytest.raises(UnknownNameError, match="'transformation'"):
        configure(find_perturbation("textattack:DeletionAugmenter"), {"transformation": "x"})


@pytest.mark.parametrize(
    ("name", "language", "reason"),
    [
        ("WordSwapHomoglyphSwap", "en", "failed to be made: FileNotFoundError"),
        ("ChineseHomophoneCharacterSwap", "zh", "failed to be made: ValueError"),
        ("WordNetAugmenter", "en", "NLTK has no corpora/wordnet"),
    ],
)
def test_what_cannot_work_is_unavailable_with_the_reason(library: Any, name: str, language: str, reason: str) -> None:
    noise = find_perturbation(f"textattack:{name}")
    assert reason in (noise.missing(find_language(language)) or "")
    assert struck(noise, TEXTS[language], language, 0.5).status is Status.UNAVAILABLE


def test_without_stop_words_it_is_unavailable_and_says_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import nltk.data

    monkeypatch.setattr(nltk.data, "path", [str(tmp_path)])
    reason = find_perturbation("textattack:WordSwapQWERTY").missing(find_language("en"))
    assert "python -m nltk.downloader stopwords" in (reason or "")


def test_the_table_names_what_the_library_offers(library: Any) -> None:
    base = library.transformations.Transformation
    abstract = {"SentenceTransformation", "Transformation", "WordInsertion", "WordMerge", "WordSwap"}
    # Search and gradients need a model or a goal; a composite is made of objects.
    others = {"CompositeTransformation", "WordSwapDifferentialEvolution", "WordSwapGradientBased"}
    offered = {
        name
        for module in (library.transformations, library.augmentation)
        for name, value in vars(module).items()
        if isinstance(value, type) and (issubclass(value, base) or name.endswith("Augmenter"))
    }
    assert offered - abstract - others - {"Augmenter"} == set(entries("textattack"))
