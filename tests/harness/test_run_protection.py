"""What a run protects stays untouched in every stored edit; what makes another word is counted or refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import Any

import pytest

from harness import Plan, Run, load_run, score
from harness.store import Store
from perturbations import Edits, Language, Level, Passage, Protection, Rewriting, registry
from perturbations.adapters.function import FunctionRewriting
from perturbations.edits import Damage, Edit, Harm
from perturbations.plausibility import OtherWords
from reports.markdown import render_markdown
from suites.examples import Text
from suites.task import Request, find_task
from tests.harness.test_run import rows

PlanOf = Callable[..., Plan]
NOISES = ("character-swap", "character-insertion", "word-swap", "word-deletion")


def stored(run: Run, root: Path | None) -> Iterator[tuple[str, Text, Edit]]:
    """Every edit that a run has stored: the perturbation, the text and the edit."""
    for item in run.planned:
        examples = find_task(item.cell.task).read(Request(root, item.cell.language))
        for example, record in zip(examples, Store(run.directory).read(item.key), strict=False):
            for name, edits in json.loads(record.edits or "{}").items():
                for start, end, text, _ in edits:
                    yield item.perturbation, example.texts[name], Edit(start, end, text)


@pytest.fixture(scope="module")
def mentions(make_checkpoint: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Run]:
    """A function that scores a task whose labels are mentions."""
    task = find_task("miniature-ner")
    tagger = make_checkpoint("ForTokenClassification", task.labels)

    def scored(**given: Any) -> Run:
        plan = Plan(
            checkpoints=(str(tagger),),
            tasks=(task.name,),
            perturbations=NOISES,
            rates=(0.5,),
            limit=30,
            **given,
        )
        return score(plan, store=tmp_path_factory.mktemp("mentions"))

    return scored


def touching_mentions(run: Run) -> set[str]:
    """The perturbations with an edit that shares a character with a mention."""
    return {
        name
        for name, text, edit in stored(run, None)
        if any(edit.start < span.end and span.start < edit.end for span in text.labelled)
    }


def test_protected_mentions_are_in_no_stored_edit_and_others_are(mentions: Callable[..., Run]) -> None:
    free, kept = mentions(), mentions(protection=Protection(labels=True))
    assert touching_mentions(free) >= set(NOISES) - {"character-insertion"}
    assert touching_mentions(kept) == set()
    assert {name for name, _, _ in stored(kept, None)} == set(NOISES)
    assert {item.cell.protection for item in kept.planned} == {"none", "labels"}
    assert kept.signature["protection"] == "labels"
    assert "Protected from every edit: labels." in render_markdown(kept.report())


def test_tags_of_every_token_protect_nothing() -> None:
    found = find_task("udpos").labels
    assert not any(label.startswith(("B-", "I-")) for label in found)


def test_short_words_and_first_letters_are_left_alone(plan_of: PlanOf, small_data: Path, tmp_path: Path) -> None:
    plan = plan_of(perturbations=("character-deletion",), rates=(0.5,), protection=Protection(shortest=4, first=True))
    run = score(plan, store=tmp_path)
    seen = 0
    for _, text, edit in stored(run, small_data):
        word = next(word for word in Passage(text.text, text.language).words if word.start <= edit.start < word.end)
        assert edit.start > word.start
        assert word.end - word.start >= 4
        seen += 1
    assert seen > 100


@pytest.mark.parametrize("refuses", [True, False])
def test_collisions_are_refused_or_made_and_counted_either_way(
    plan_of: PlanOf, small_data: Path, tmp_path: Path, refuses: bool
) -> None:
    judge = OtherWords(refuses=refuses)
    names = ("character-substitution", "word-swap")
    run = score(plan_of(languages=("en",), perturbations=names, plausibility=judge), store=tmp_path)
    made = [
        judge.collides(Passage(text.text, "en"), edit)
        for name, text, edit in stored(run, small_data)
        if name == "character-substitution"
    ]
    assert any(made) is not refuses
    found = {row["perturbation"]: row for row in rows(run)}
    records = [
        record
        for item in run.planned
        if item.perturbation == "character-substitution"
        for record in Store(tmp_path).read(item.key)
    ]
    collisions, proposed = (sum(getattr(record, name) for record in records) for name in ("collisions", "proposed"))
    assert 0 < collisions < proposed
    assert proposed == len(made) + (collisions if refuses else 0)
    if not refuses:
        assert collisions == sum(made)
    assert found["character-substitution"]["collisions"] == pytest.approx(collisions / proposed)
    assert found["word-swap"]["collisions"] is None
    told = {item.perturbation: item.cell.plausibility for item in run.planned}
    word = "refused" if refuses else "counted"
    assert told == {"clean": "none", "character-substitution": f"{word} from 3", "word-swap": "none"}
    page = render_markdown(run.report())
    assert ("was refused" in page) is refuses
    assert "| collisions" in page


def test_a_language_without_word_frequencies_is_unavailable_for_edits_of_characters_only(
    plan_of: PlanOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("perturbations.plausibility.missing_frequencies", lambda _: "no list of words")
    run = score(plan_of(perturbations=("character-swap", "word-swap"), plausibility=OtherWords()), store=tmp_path)
    found = {row["perturbation"]: (row["status"], row["note"]) for row in rows(run)}
    assert found["character-swap"] == ("unavailable", "no list of words")
    # Scored; whether random weights change an answer depends on the tokenizer that was trained for them.
    assert found["word-swap"][0] in ("tested", "untestable")


@dataclass(frozen=True, slots=True)
class Foreign(Rewriting):
    """Writes the first letter twice and tears a mark wherever it may."""

    name: str = "foreign"
    level: Level = Level.CHARACTER
    source: str = "written for the tests"

    def rewrite(self, passage: Passage, *, rate: float, draws: Random) -> Edits:
        edit = Edit(0, 1, passage.text[0] * 2)
        return Edits(passage.text, (edit,), len(passage.graphemes), 1, damage=(Harm(Damage.MARKS, 2),))

    def supports(self, language: Language) -> bool:
        return True


def test_an_augmenter_of_others_is_scored_with_its_parameters_and_its_version(plan_of: PlanOf, tmp_path: Path) -> None:
    pytest.importorskip("nlpaug", reason="needs nlpaug: pip install 'xrobust[nlpaug]'")
    name = "nlpaug:KeyboardAug"
    plan = plan_of(languages=("en",), perturbations=(name,), parameters={name: {"include_numeric": "false"}}, limit=6)
    run = score(plan, store=tmp_path)
    (cell,) = (item.cell for item in run.planned if not item.cell.clean)
    assert (cell.perturbation, cell.parameters["options"]) == (name, "(('include_numeric', False),)")
    assert cell.parameters["version"] == version("nlpaug")
    assert rows(run)[0]["realised_rate"] > 0
    assert rows(load_run(tmp_path)) == rows(run)


def shout(text: str) -> str:
    return text.upper()


def test_a_function_of_the_user_is_known_by_the_file_that_it_is_in(
    plan_of: PlanOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = FunctionRewriting(name="shout", level=Level.CHARACTER, function=shout)
    known = {**registry.registered(), "shout": noise}
    monkeypatch.setattr(registry, "registered", lambda: known)
    run = score(plan_of(languages=("en",), perturbations=("shout",), rates=(1.0,)), store=tmp_path)
    (cell,) = (item.cell for item in run.planned if not item.cell.clean)
    assert shout.__module__ in cell.versions
    assert rows(run)[0]["realised_rate"] > 0.5


def test_damage_by_foreign_code_reaches_the_report(
    plan_of: PlanOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {**registry.registered(), "foreign": Foreign()}
    monkeypatch.setattr(registry, "registered", lambda: known)
    plan = plan_of(perturbations=("foreign", "word-swap"), seeds=(0, 1), plausibility=OtherWords())
    run = score(plan, store=tmp_path)
    found = {row["perturbation"]: row for row in rows(run)}
    assert found["foreign"]["damage"] == f"marks {2 * 2 * 24}", "two texts an example, as a mean over the seeds"
    assert found["word-swap"]["damage"] is None
    assert "marks 96" in render_markdown(load_run(tmp_path).report())
    told = {item.cell.plausibility for item in run.planned if item.perturbation == "foreign"}
    assert told == {"counted from 3"}, "no edit of a whole text can be refused"
