"""The loop: what is computed, what is not computed twice, and that no order, batch or death changes a byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import seqeval.metrics
import sklearn.metrics

from harness import Inference, Plan, Run, Settings, score
from harness.metrics.registry import find_metric
from harness.results import plain_tables
from harness.store import Store
from perturbations import Edits
from perturbations.edits import Edit, Kept
from perturbations.errors import CheckpointError, ResourceError, StrippedLabelsError, UnknownNameError, UsageError
from reports.markdown import render_markdown
from suites.bio import surviving_bio
from suites.task import Request, find_task

ROOT = Path(__file__).resolve().parents[2]
PlanOf = Callable[..., Plan]
NLI = ("entailment", "neutral", "contradiction")
NUMBERS = ["clean", "perturbed", "drop", "low", "high", "p", "adjusted_p", "mde", "realised_rate", "lost"]
KEYS = ["checkpoint", "task", "language", "perturbation", "rate"]


def cells(directory: Path) -> dict[str, bytes]:
    """The bytes of every cell by its name."""
    return {path.name: path.read_bytes() for path in (directory / "cells").glob("*.parquet")}


def rows(run: Run) -> list[dict[str, Any]]:
    """The table of a run in an order of its own, what is missing as None."""
    table = run.table().sort_values(KEYS).reset_index(drop=True)
    return table.astype(object).where(table.notna(), None).to_dict("records")


def test_every_cell_of_the_plan_is_computed_and_told(plan_of: PlanOf, tmp_path: Path, watcher: Any) -> None:
    plan = plan_of(rates=(0.1, 0.3), seeds=(0, 1))
    run = score(plan, store=tmp_path, progress=watcher)
    assert watcher.planned == len(watcher.computed) == len(run.planned) == 2 * (1 + 3 * 2 * 2)
    assert watcher.stored == []
    assert watcher.passed == 24 * watcher.planned, "every example of every cell, edited or not"
    assert set(cells(tmp_path)) == {f"{item.key}.parquet" for item in run.planned}
    assert all(item.key == item.cell.key for item in run.planned)
    assert len(run.table()) == 2 * 3 * 2


def test_the_same_plan_again_computes_nothing(plan_of: PlanOf, tmp_path: Path, watcher: Any) -> None:
    first = score(plan_of(), store=tmp_path)
    before = cells(tmp_path)
    again = score(plan_of(), store=tmp_path, progress=watcher)
    assert watcher.computed == []
    assert watcher.passed == 0
    assert len(watcher.stored) == len(first.planned)
    assert "loading checkpoints" not in dict(again.timing), "no model is loaded for nothing"
    assert cells(tmp_path) == before
    assert rows(again) == rows(first)


def test_a_wider_plan_computes_only_what_is_new(plan_of: PlanOf, tmp_path: Path, watcher: Any) -> None:
    score(plan_of(), store=tmp_path)
    before = cells(tmp_path)
    wider = plan_of(languages=("en", "ru"), perturbations=("identity", "word-swap", "character-swap"), rates=(0.3, 0.1))
    run = score(wider, store=tmp_path, progress=watcher)
    assert sorted(name.split(" ", 2)[2] for name in watcher.stored) == [
        "en character-swap 0.3",
        "en clean",
        "en identity 0.3",
    ]
    assert len(watcher.computed) == len(run.planned) - 3
    after = cells(tmp_path)
    assert {name: after[name] for name in before} == before
    fresh = score(wider, store=tmp_path / "fresh")
    assert {name: after[name] for name in cells(tmp_path / "fresh")} == cells(tmp_path / "fresh")
    assert rows(run) == rows(fresh)


def test_no_order_changes_a_byte_or_a_number(both_plan: Plan, both_run: Run, tmp_path: Path) -> None:
    turned = replace(
        both_plan,
        **{
            name: tuple(reversed(getattr(both_plan, name)))
            for name in ("checkpoints", "tasks", "languages", "perturbations", "seeds")
        },
    )
    run = score(turned, store=tmp_path)
    assert cells(tmp_path) == cells(both_run.directory)
    assert rows(run) == rows(both_run)


@pytest.mark.parametrize("budget", [1, 100_000])
def test_the_token_budget_moves_probabilities_by_rounding_only(
    both_plan: Plan, both_run: Run, tmp_path: Path, budget: int
) -> None:
    plan = replace(
        both_plan, seeds=(0,), perturbations=("character-swap",), inference=Inference(device="cpu", token_budget=budget)
    )
    run = score(plan, store=tmp_path)
    other, store = Store(both_run.directory), Store(tmp_path)
    for item in run.planned:
        for mine, theirs in zip(store.read(item.key), other.read(item.key), strict=True):
            assert mine.probabilities == pytest.approx(theirs.probabilities, abs=2e-5)
            assert replace(mine, probabilities=()) == replace(theirs, probabilities=())


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_scores_equal_those_of_sklearn_and_seqeval_on_the_stored_predictions(both_run: Run, small_data: Path) -> None:
    store = Store(both_run.directory)
    for item in both_run.planned:
        cell, records = item.cell, store.read(item.key)
        examples = find_task(cell.task).read(Request(small_data, cell.language))
        assert [record.id for record in records] == [example.id for example in examples]
        totals = [sum(column) for column in zip(*(record.statistic for record in records), strict=True)]
        if cell.task == "xnli":
            gold, found = [example.target for example in examples], [record.prediction[0] for record in records]
            assert totals[0] / totals[1] == pytest.approx(sklearn.metrics.accuracy_score(gold, found))
            assert set(found) <= set(NLI)
            continue
        gold = [_moved_tags(text.texts["text"], record.edits) for text, record in zip(examples, records, strict=True)]
        found = [list(record.prediction) for record in records]
        matching = sklearn.metrics.accuracy_score([*chain(*gold)], [*chain(*found)], normalize=False)
        chunks, got = (
            {(row, *chunk) for row, tags in enumerate(side) for chunk in _runs(tags)} for side in (gold, found)
        )
        right = len(chunks & got)
        assert totals[:5] == [right, len(got) - right, len(chunks) - right, matching, len([*chain(*gold)])]
        newest = find_metric("f1-seqeval-1.2.2").score(np.array(totals[5:]))
        assert float(newest) == pytest.approx(seqeval.metrics.f1_score(gold, found))


def _runs(tags: list[str]) -> set[tuple[str, int, int]]:
    """What seqeval 0.0.12 takes for chunks of bare tags: runs of one tag, but each by itself where it begins with S."""
    places = range(len(tags))
    runs = [[*group] for _, group in groupby(places, key=lambda place: (tags[place], tags[place][0] == "S" and place))]
    return {(tags[run[0]], run[0], run[-1]) for run in runs}


def _moved_tags(text: Any, edits: str) -> list[str]:
    """The gold tags after the edits that a record tells, found without the harness."""
    stored = json.loads(edits or "{}").get("text", [])
    moved = Edits(
        text.text, tuple(Edit(a, b, new, tuple(Kept(*piece) for piece in kept)) for a, b, new, kept in stored)
    )
    places = [(moved.carry(span), index) for index, span in enumerate(text.spans)]
    alive = sorted((place.start, index) for place, index in places if place is not None)
    return list(surviving_bio([span.label for span in text.spans], [index for _, index in alive]))


def test_a_language_without_files_is_skipped_when_all_are_asked_for_and_an_error_when_named(
    plan_of: PlanOf, tmp_path: Path
) -> None:
    run = score(plan_of(languages=(), perturbations=("identity",)), store=tmp_path / "all")
    assert {item.cell.language for item in run.planned} == {"de", "en", "ru"}
    skipped = {skip.what: skip.why for skip in run.skipped}
    assert set(skipped) == {f"xnli {code}" for code in set(find_task("xnli").languages) - {"de", "en", "ru"}}
    assert all("has no test file of" in why for why in skipped.values())
    with pytest.raises(ResourceError, match="has no test file of 'th'"):
        score(plan_of(languages=("en", "th")), store=tmp_path / "named")
    assert cells(tmp_path / "named") == {}, "told before anything is computed"


def test_a_language_with_blanked_labels_is_left_out_when_all_are_asked_for_and_an_error_when_named(
    plan_of: PlanOf, tagger: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "data" / "udpos"
    folder.mkdir(parents=True)
    for language, tags in (("en", ("NOUN", "VERB")), ("de", ("", ""))):
        lines = [f"word{number}\t{tag}".rstrip("\t") for number in range(6) for tag in (*tags, None) if tag is not None]
        text = "\n\n".join("\n".join(lines[at : at + 3]) for at in range(0, 12, 3))
        (folder / f"test-{language}.tsv").write_text(text + "\n", encoding="utf-8")
    asked: dict[str, Any] = {"checkpoints": (str(tagger),), "tasks": ("udpos",), "data": str(folder.parent)}
    run = score(plan_of(languages=(), perturbations=("word-swap",), **asked), store=tmp_path / "all")
    assert {item.cell.language for item in run.planned} == {"en"}
    (skip,) = [skip for skip in run.skipped if skip.what == "udpos de"]
    assert "holds tokens without tags" in skip.why
    told = [line for line in render_markdown(run.report()).splitlines() if "holds tokens without tags" in line]
    assert len(told) == 1
    assert {"what": "udpos de", "why": skip.why} in plain_tables(run.tables())["skipped"]
    with pytest.raises(StrippedLabelsError, match="holds tokens without tags"):
        score(plan_of(languages=("en", "de"), **asked), store=tmp_path / "named")
    (folder / "test-en.tsv").unlink()
    with pytest.raises(StrippedLabelsError, match="holds tokens without tags"):
        score(plan_of(languages=(), **asked), store=tmp_path / "none")
    assert not (tmp_path / "named").exists()
    assert not (tmp_path / "none").exists()


def test_a_language_that_only_one_of_the_tasks_covers_is_skipped_for_the_other(
    plan_of: PlanOf, classifier: Path, tagger: Path, tmp_path: Path, small_data: Path
) -> None:
    plan = plan_of(checkpoints=(str(classifier), str(tagger)), tasks=("xnli", "udpos"), languages=("en", "fi"))
    with pytest.raises(ResourceError, match="'fi'"):
        score(plan, store=tmp_path)
    source = small_data / "udpos" / "UD_English-Toy" / "en_toy-ud-test.conllu"
    data = tmp_path / "data"
    for name, language in (("English", "en"), ("Finnish", "fi")):
        folder = data / "udpos" / f"UD_{name}-Toy"
        folder.mkdir(parents=True)
        (folder / f"{language}_toy-ud-test.conllu").write_bytes(source.read_bytes())
    (data / "XNLI-1.0").symlink_to(small_data / "XNLI-1.0")
    run = score(replace(plan, data=str(data), perturbations=("identity",)), store=tmp_path)
    assert ("xnli fi", "xnli does not cover the language") in [(skip.what, skip.why) for skip in run.skipped]
    assert {(item.cell.task, item.cell.language) for item in run.planned} == {
        ("xnli", "en"),
        ("udpos", "en"),
        ("udpos", "fi"),
    }


def test_a_checkpoint_without_a_head_for_a_task_is_skipped_there_with_the_reason(both_run: Run) -> None:
    found = {(item.checkpoint, item.cell.task) for item in both_run.planned}
    classifier, tagger = (Path(place).name for place in both_run.plan.checkpoints)
    assert found == {(classifier, "xnli"), (tagger, "udpos")}
    skipped = {skip.what: skip.why for skip in both_run.skipped}
    assert set(skipped) == {f"{classifier} on udpos", f"{tagger} on xnli"}
    assert "no head for udpos" in skipped[f"{classifier} on udpos"]


def test_a_checkpoint_that_serves_none_of_the_tasks_is_an_error(
    plan_of: PlanOf, classifier: Path, tagger: Path, tmp_path: Path
) -> None:
    with pytest.raises(CheckpointError, match="no head for xnli"):
        score(plan_of(checkpoints=(str(classifier), str(tagger))), store=tmp_path)
    with pytest.raises(CheckpointError, match="no head for udpos"):
        score(plan_of(tasks=("xnli", "udpos")), store=tmp_path)
    assert cells(tmp_path) == {}


def test_two_checkpoints_of_one_name_are_refused_and_one_under_two_names_is_computed_once(
    plan_of: PlanOf, classifier: Path, tmp_path: Path, watcher: Any
) -> None:
    for name in ("a/twin", "b/twin", "b/other"):
        (tmp_path / name).mkdir(parents=True)
        for path in classifier.iterdir():
            (tmp_path / name / path.name).symlink_to(path)
    places = [str(tmp_path / name) for name in ("a/twin", "b/twin", "b/other")]
    with pytest.raises(UsageError, match="are both named 'twin': rename one"):
        score(plan_of(checkpoints=tuple(places[:2])), store=tmp_path)
    run = score(plan_of(checkpoints=tuple(places[1:])), store=tmp_path, progress=watcher)
    assert len(watcher.computed) == len(watcher.stored) == len(run.planned) / 2
    twins = [{**row, "checkpoint": ""} for row in rows(run)]
    assert twins[: len(twins) // 2] == twins[len(twins) // 2 :]


def test_an_unknown_text_is_refused_with_the_nearest(plan_of: PlanOf, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="unknown text of xnli 'premis': did you mean 'premise'"):
        score(plan_of(fields={"xnli": ("premis",)}), store=tmp_path)


def test_every_real_language_is_scored(
    data: Path, plan_of: PlanOf, classifier: Path, tagger: Path, tmp_path: Path
) -> None:
    plan = plan_of(
        checkpoints=(str(classifier), str(tagger)),
        tasks=("xnli", "udpos"),
        data=str(data),
        languages=(),
        perturbations=("word-deletion",),
        limit=6,
        statistics=Settings(correction="bh", resamples=99),
    )
    run = score(plan, store=tmp_path)
    table = run.table()
    assert table.groupby("task")["language"].nunique().to_dict() == {"udpos": 35, "xnli": 12}
    assert {skip.what for skip in run.skipped if skip.what.startswith("xnli ")} == {"xnli sw", "xnli th", "xnli ur"}
    assert table["n"].eq(6).all()
    assert table["realised_rate"].between(0.05, 0.6).all()
