"""Functions of the user as perturbations, and the registry's way to adapters."""

from __future__ import annotations

import random
from importlib.metadata import EntryPoint
from random import Random

import numpy
import pytest

from perturbations import Level, Noise, Passage, Scope, Span, Status, find_perturbation, perturb
from perturbations.adapters.function import FunctionRewriting
from perturbations.edits import Damage, Edits
from perturbations.errors import AdapterError, UnknownNameError
from perturbations.languages import find_language
from perturbations.parameters import recorded
from perturbations.registry import registered


def shout(text: str) -> str:
    return text.upper()


def dots(text: str, rate: float, draws: Random) -> str:
    return "".join(letter + "." if draws.random() < rate and letter.isalpha() else letter for letter in text)


SHOUT = FunctionRewriting(name="shout", level=Level.CHARACTER, function=shout)
DOTS = FunctionRewriting(name="dots", level=Level.CHARACTER, function=dots, scope=Scope.UNIT, languages=("en", "de"))
MANY = [Passage(f"a sentence of number {index} or so", "en") for index in range(400)]


def struck(noise: Noise, rate: float) -> list[Edits]:
    return [perturb(passage, noise, rate=rate, seed=1) for passage in MANY]


def test_without_a_say_in_the_rate_it_strikes_that_share_of_the_texts_as_a_whole() -> None:
    found = struck(SHOUT, 0.25)
    assert {edits.rate for edits in found} == {0.0, 1.0}
    assert sum(edits.rate for edits in found) / len(found) == pytest.approx(0.25, abs=0.06)
    assert {edits.apply() for edits in found if edits.edits} <= {passage.text.upper() for passage in MANY}


def test_with_a_say_it_decides_and_what_it_did_is_counted() -> None:
    found = struck(DOTS, 0.2)
    for edits in found:
        assert edits.touched == edits.apply().count(".")
    letters = sum(letter.isalpha() for passage in MANY for letter in passage.text)
    assert sum(edits.touched for edits in found) / letters == pytest.approx(0.2, rel=0.1)


def test_the_languages_are_those_given() -> None:
    assert perturb(Passage("un mot", "fr"), DOTS, rate=1.0, seed=0).status is Status.UNSUPPORTED
    assert perturb(Passage("un mot", "fr"), SHOUT, rate=1.0, seed=0).apply() == "UN MOT"


def test_a_function_that_draws_from_the_global_generators_gives_the_same_in_any_order() -> None:
    noise = FunctionRewriting(
        name="global",
        level=Level.WORD,
        function=lambda text: f"{text} {random.random()} {numpy.random.random()}",  # noqa: NPY002
    )
    before = random.getstate()
    there = [edits.apply() for edits in struck(noise, 1.0)]
    assert random.getstate() == before
    assert there == [perturb(passage, noise, rate=1.0, seed=1).apply() for passage in reversed(MANY)][::-1]
    assert len(set(there)) == len(MANY)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda text: text[10], r"torn failed on the en text 'short': IndexError"),
        (lambda text: None, r"torn handed back None on the en text 'short': a text is wanted"),
        (lambda text: text + "\ud800", r"torn handed back a lone surrogate"),
    ],
)
def test_what_goes_wrong_in_it_is_one_error_of_ours(function: object, message: str) -> None:
    noise = FunctionRewriting(name="torn", level=Level.WORD, function=function)  # pyright: ignore[reportArgumentType]
    with pytest.raises(AdapterError, match=message):
        perturb(Passage("short", "en"), noise, rate=1.0, seed=0)


def test_a_text_it_has_nothing_for_is_saturated() -> None:
    assert perturb(Passage("ABC", "en"), SHOUT, rate=1.0, seed=0).status is Status.SATURATED
    assert perturb(Passage("", "en"), SHOUT, rate=1.0, seed=0) == Edits("")


def test_protected_spans_are_left_and_said() -> None:
    edits = perturb(Passage("see http", "en", protected=(Span(4, 8),)), SHOUT, rate=1.0, seed=0)
    assert edits.apply() == "SEE http"
    assert dict(edits.damage) == {Damage.DROPPED: 4}


def test_what_is_recorded_names_the_function_and_no_address() -> None:
    found = recorded(SHOUT, find_language("en"))
    assert found["function"].endswith(".shout")
    assert "0x" not in str(found)


def test_one_of_another_distribution_is_found_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    class Shouting(EntryPoint):
        def load(self) -> FunctionRewriting:
            return SHOUT

    monkeypatch.setattr("perturbations.registry.entry_points", lambda group: [Shouting("shout", "other:SHOUT", group)])
    registered.cache_clear()
    try:
        assert find_perturbation("shout") is SHOUT
    finally:
        registered.cache_clear()


def test_a_prefix_leads_to_the_adapter_and_any_other_colon_to_no_one() -> None:
    assert find_perturbation("textattack:WordSwapQWERTY").level is Level.CHARACTER
    with pytest.raises(UnknownNameError, match="textattack augmenter 'WordSwapQWERT': did you mean 'WordSwapQWERTY'"):
        find_perturbation("textattack:WordSwapQWERT")
    with pytest.raises(UnknownNameError, match="unknown perturbation 'nltk:Swap'"):
        find_perturbation("nltk:Swap")
    assert not any(":" in name for name in registered())


def test_what_is_not_installed_is_said_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("perturbations.adapters.augmenters.find_spec", lambda _: None)
    noise = find_perturbation("textattack:WordSwapQWERTY")
    assert "pip install 'xrobust[textattack]'" in (noise.missing(find_language("en")) or "")
    assert perturb(Passage("a text", "en"), noise, rate=0.5, seed=0).status is Status.UNAVAILABLE
