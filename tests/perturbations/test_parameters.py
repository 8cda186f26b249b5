"""Parameters by name, as a plan or a command line writes them; severities as names of rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, Self

import pytest

from perturbations import Edits, Level, Passage, Rewriting, all_perturbations, find_language, find_perturbation
from perturbations.errors import UnknownNameError, UsageError
from perturbations.parameters import configure, parameters, path_parameters, read, recorded
from perturbations.severity import SEVERITIES, rate_of, severity_of


@pytest.mark.parametrize(
    ("name", "given", "wanted"),
    [
        ("code-switching", {"target": "fr", "phrases": True}, {"target": "fr", "phrases": True, "lexicon": "muse"}),
        ("code-switching", {"phrases": "True"}, {"phrases": True}),
        ("word-frequency-replacement", {"window": "0.5", "nearest": "7"}, {"window": 0.5, "nearest": 7}),
        ("word-frequency-replacement", {"window": 1}, {"window": 1.0}),
        ("real-typos", {"table": "some/where.txt"}, {"table": "some/where.txt"}),
        ("identity", {}, {}),
    ],
)
def test_a_perturbation_takes_the_values_of_its_parameters(
    name: str, given: dict[str, object], wanted: dict[str, object]
) -> None:
    found = configure(find_perturbation(name), given)
    values = {key: getattr(found, key) for key in wanted}
    assert values == wanted
    assert [type(value) for value in values.values()] == [type(value) for value in wanted.values()]
    assert configure(find_perturbation(name), {}) is find_perturbation(name)


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("code-switching", {"targt": "fr"}, "unknown parameter of code-switching 'targt': did you mean 'target'"),
        ("code-switching", {"target": "xx"}, "unknown language 'xx'"),
        ("code-switching", {"target": 3}, "code-switching: target is 3: give a text"),
        ("code-switching", {"phrases": 1}, "code-switching: phrases is 1: give true or false"),
        ("code-switching", {"phrases": "maybe"}, "code-switching: phrases is 'maybe': give true or false"),
        ("word-frequency-replacement", {"nearest": True}, "nearest is True: give an integer"),
        ("word-frequency-replacement", {"nearest": "7.5"}, "nearest is '7.5': give an integer"),
        ("word-frequency-replacement", {"window": "wide"}, "window is 'wide': give a number"),
        ("character-swap", {"x": 1, "y": 2}, "character-swap takes no parameters: leave out x, y"),
        ("masked-language-model", {"model": "x"}, "masked-language-model: model cannot be written down"),
    ],
)
def test_a_value_that_a_parameter_cannot_have_is_refused(name: str, given: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        configure(find_perturbation(name), given)
    assert said in str(caught.value)


def test_parameters_are_recorded_with_their_defaults_and_files_by_what_they_say(tmp_path: Path) -> None:
    english = find_language("en")
    for noise in all_perturbations():
        if noise.missing(english) is None:
            assert set(recorded(noise, english)) == set(parameters(noise))
    found = recorded(find_perturbation("code-switching"), english)
    assert found == {"target": "'en'", "lexicon": "'muse'", "phrases": "False"}
    tables: list[str] = []
    for number, text in enumerate(("cta->cat\n", "# cats\ncta->cat\n", "cat->cta\n")):
        path = tmp_path / f"{number}.txt"
        path.write_text(text, encoding="utf-8")
        noise = configure(find_perturbation("real-typos"), {"table": str(path)})
        assert path_parameters(noise) == ("table",)
        tables.append(recorded(noise, english)["table"])
    assert tables[0] == tables[1] != tables[2]
    assert not any(str(tmp_path) in table for table in tables)


@dataclass(frozen=True, slots=True)
class Decided(Rewriting):
    """Checks its parameters itself, as augmenters of others do."""

    name: str = "decided"
    level: Level = Level.WORD
    source: str = "written for the tests"
    options: tuple[tuple[str, object], ...] = ()

    def configured(self, values: Mapping[str, object]) -> Self:
        return type(self)(options=tuple(values.items()))

    def rewrite(self, passage: Passage, *, rate: float, draws: Random) -> Edits:
        return Edits(passage.text)


def test_what_knows_its_parameters_itself_is_asked() -> None:
    assert configure(Decided(), {"anything": [1]}).options == (("anything", [1]),)


@pytest.mark.parametrize(("value", "hint", "wanted"), [("3", int, 3), ("", str, ""), ("1e-3", float, 0.001)])
def test_a_text_is_read_as_its_annotation_wants_it(value: str, hint: Any, wanted: object) -> None:
    assert read(value, hint, "here") == wanted
    assert read(value, hint | None, "here") == wanted


def test_severities_are_five_names_of_rising_rates() -> None:
    assert len(SEVERITIES) == 5
    assert all(0 < weaker < stronger <= 1 for weaker, stronger in pairwise(SEVERITIES.values()))
    for name, rate in SEVERITIES.items():
        assert rate_of(name) == rate
        assert severity_of(rate) == name
    assert severity_of(0.3) is None
    with pytest.raises(UnknownNameError, match="unknown severity 'sever': known: extreme, heavy"):
        rate_of("sever")
