"""What a policy may say, and what it gets where it says something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.gate.decision import decide
from harness.gate.policy import Margins, Policy, read_policy
from perturbations.errors import DataError, UnknownNameError, UsageError
from tests.harness.gate.made import answers, snapshot

WHOLE = """
alpha = 0.1
releases = 4
power = 0.9
measure = "drop"
clean = false
tasks = ["xnli"]
languages = ["en"]
perturbations = ["character-swap"]
inconclusive = "pass"
resamples = 1999
seed = 7

[margins]
macro = 0.5
clean = 2
cell = 5.0
"""


def read(tmp_path: Path, text: str) -> Policy:
    path = tmp_path / "gate.toml"
    path.write_text(text, encoding="utf-8")
    return read_policy(path)


def test_every_key_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, WHOLE) == Policy(
        margins=Margins(macro=0.5, clean=2.0, cell=5.0),
        alpha=0.1,
        releases=4,
        power=0.9,
        measure="drop",
        clean=False,
        tasks=("xnli",),
        languages=("en",),
        perturbations=("character-swap",),
        inconclusive="pass",
        resamples=1999,
        seed=7,
    )


def test_an_empty_policy_is_the_default(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Policy()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("margin = 1", "unknown key of policy 'margin': did you mean 'margins'?"),
        ("[margins]\nmacros = 1", "unknown key of policy: margins 'macros': did you mean 'macro'?"),
        ("alpha = 0.6", "alpha is 0.6: give a one-sided level above 0 and below 0.5"),
        ("alpha = 'low'", "policy: alpha"),
        ("releases = 0", "releases is 0"),
        ("margins.macro = 0", "margins.macro is 0"),
        ("margins.cell = 100", "margins.cell is 100"),
        ("measure = 'both'", "unknown measure of a policy 'both'"),
        ("inconclusive = 'warn'", "unknown inconclusive of a policy 'warn'"),
        ("power = 1.5", "'power' must lie between 0 and 1"),
        ("resamples = 10", "'resamples' must be at least 99"),
        ("releases = 100\nresamples = 999", "no cell can have p below 0.001, but cells are tested at 0.00025"),
        ("tasks = 'xnli'", "policy: tasks"),
    ],
)
def test_a_policy_that_is_wrong_gets_a_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_policy_gets_a_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_policy(tmp_path / "none.toml")
    with pytest.raises(DataError, match="is not TOML"):
        read(tmp_path, "alpha =")


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        (Policy(tasks=("xnil",)), "unknown task of the baseline 'xnil': did you mean 'xnli'?"),
        (Policy(languages=("fr",)), "unknown language of the baseline 'fr'"),
        (Policy(perturbations=("character-swop",)), "did you mean 'character-swap'?"),
    ],
)
def test_a_policy_that_names_what_the_baseline_lacks_gets_a_line(policy: Policy, told: str) -> None:
    same = snapshot(answers(30))
    with pytest.raises(UnknownNameError) as caught:
        decide(same, same, policy)
    assert told in str(caught.value)


def test_a_policy_chooses_what_is_compared() -> None:
    same = snapshot(answers(30))
    verdict = decide(same, same, Policy(languages=("de",)))
    assert [item.name for item in verdict.cells] == ["xnli de, clean", "xnli de, character-swap at 0.1"]
