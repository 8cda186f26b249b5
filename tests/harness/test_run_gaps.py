"""What a language does not have, or lacks here, is a status of the run and never a result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from harness import Plan, load_run, score
from harness.evaluation import Evaluation
from harness.inputs import read_inputs
from harness.submission.submission import nobody
from perturbations import registry
from perturbations.characters.deletion import CharacterDeletion
from perturbations.languages import Language
from tests.harness.test_run import NUMBERS, rows
from tests.suites.squad_files import article, question, squad

PlanOf = Callable[..., Plan]


@dataclass(frozen=True, slots=True)
class OnlyRussian(CharacterDeletion):
    """Deletion that only one language has."""

    name: ClassVar[str] = "only-russian"

    def supports(self, language: Language) -> bool:
        return language.code == "ru"


@dataclass(frozen=True, slots=True)
class OnceInstalled(CharacterDeletion):
    """Deletion that needs something which is not there for English."""

    name: ClassVar[str] = "once-installed"
    there: ClassVar[bool] = False

    def missing(self, language: Language) -> str | None:
        return None if self.there or language.code == "ru" else "pip install a-list-of-words"

    def contents(self, language: Language) -> dict[str, str]:
        return {"list": f"of {language.code}"}


def test_what_is_not_installed_is_a_status_and_leaves_no_cell_that_would_outlive_it(
    plan_of: PlanOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, watcher: Any
) -> None:
    known = {**registry.registered(), "once-installed": OnceInstalled()}
    monkeypatch.setattr(registry, "registered", lambda: known)
    plan = plan_of(languages=("en", "ru"), perturbations=("once-installed",))
    run = score(plan, store=tmp_path)
    found = {row["language"]: row for row in rows(run)}
    assert found["ru"]["status"] == "tested"
    assert (found["en"]["status"], found["en"]["note"]) == ("unavailable", "pip install a-list-of-words")
    assert found["en"]["drop"] is None
    assert rows(load_run(tmp_path)) == rows(run)
    monkeypatch.setattr(OnceInstalled, "there", True)
    assert {row["status"] for row in rows(score(plan, store=tmp_path, progress=watcher))} == {"tested"}
    assert len(watcher.computed) == 1


def test_a_language_that_a_perturbation_does_not_support_is_a_status_and_no_result(
    plan_of: PlanOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {**registry.registered(), "only-russian": OnlyRussian()}
    monkeypatch.setattr(registry, "registered", lambda: known)
    run = score(plan_of(languages=("en", "ru"), perturbations=("only-russian",)), store=tmp_path)
    found = {row["language"]: row for row in rows(run)}
    assert found["ru"]["status"] == "tested"
    english = found["en"]
    assert english["status"] == "unsupported"
    assert english["note"] == "en has nothing that only-russian could change"
    assert all(english[name] is None for name in [*NUMBERS, "n", "method"])
    assert run.means()["languages"].tolist() == [1]
    assert rows(load_run(tmp_path)) == rows(run)
    struck = next(item.cell for item in run.planned if not item.cell.clean)
    assert OnlyRussian.__module__ in struck.versions, "the file of a foreign perturbation is part of the key"


@pytest.fixture
def russian_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Evaluation]:
    """A function that gives the evaluation of Russian questions on English paragraphs."""
    known = {**registry.registered(), "only-russian": OnlyRussian(), "once-installed": OnceInstalled()}
    monkeypatch.setattr(registry, "registered", lambda: known)
    for code, asked in (("en", "Who slept well?"), ("ru", "Кто хорошо спал?")):
        questions = [question(str(number), asked, ("Kim", 0)) for number in range(2)]
        squad(tmp_path / f"xquad.{code}.json", article(("Kim slept well.", questions), title="Sleep"))

    def made(*fields: str, perturbation: str = "only-russian") -> Evaluation:
        plan = Plan(
            checkpoints=(), tasks=("xquad",), data=str(tmp_path), languages=("en",), perturbations=(perturbation,),
            options={"xquad": {"question": "ru"}}, fields={"xquad": fields},
        )  # fmt: skip
        (inputs,), _ = read_inputs(plan)
        return Evaluation(plan, plan.noises(), nobody(), inputs)

    return made


def test_what_can_be_done_is_asked_of_the_languages_of_the_perturbed_texts(
    russian_asked: Callable[..., Evaluation],
) -> None:
    assert russian_asked("question", "context").gaps == russian_asked("question").gaps == ()
    (gap,) = russian_asked("context").gaps
    assert (gap.status, gap.note) == ("unsupported", "en has nothing that only-russian could change")
    assert russian_asked("question", perturbation="once-installed").gaps == ()
    (gap,) = russian_asked("question", "context", perturbation="once-installed").gaps
    assert (gap.status, gap.note) == ("unavailable", "pip install a-list-of-words")


def test_a_cell_knows_the_parameters_in_every_language_that_is_perturbed(
    russian_asked: Callable[..., Evaluation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OnceInstalled, "there", True)

    def recorded(*fields: str) -> Mapping[str, str]:
        (planned,) = russian_asked(*fields, perturbation="once-installed").perturbed
        return planned.cell.parameters

    assert recorded("context") == {"list": "of en"}
    assert recorded("question") == {"list for ru": "of ru"}
    assert recorded("question", "context") == {"list": "of en", "list for ru": "of ru"}
