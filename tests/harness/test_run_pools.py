"""Candidates under noise: by option the pool of a retrieval task is perturbed as its queries are."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness import Inference, Plan, Run, score
from harness.checkpoints.checkpoint import open_checkpoint
from harness.evaluation import Evaluation
from harness.export.export import export
from harness.inputs import read_inputs
from harness.pools import EncodedPools
from harness.predictors.make import make_predictor
from harness.store import Store
from perturbations.errors import UnknownNameError
from suites.examples import Pool
from suites.retrieval import SENTENCE, sentence_example
from suites.task import Request, find_task

MakeCheckpoint = Callable[..., Path]
WORDS = "the cat sat on a mat and looked at dog barked postman who ran away".split()
NOISE = ("character-swap", "word-deletion")
COUNT = 12


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pairs of sentences in the layout of LASER, in two languages."""
    draws = np.random.default_rng(5)
    directory = tmp_path_factory.mktemp("pairs") / "tatoeba"
    directory.mkdir()
    for code in ("deu", "fra"):
        for side in (code, "eng"):
            lines = [" ".join(draws.choice(WORDS, 6).tolist()) for _ in range(COUNT)]
            (directory / f"tatoeba.{code}-eng.{side}").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return directory.parent


@pytest.fixture(scope="module")
def encoder(make_checkpoint: MakeCheckpoint) -> Path:
    return make_checkpoint("ForMaskedLM")


@pytest.fixture(scope="module")
def plan(root: Path, encoder: Path) -> Callable[..., Plan]:
    def made(candidates: str, **changes: Any) -> Plan:
        values: dict[str, Any] = {
            "checkpoints": (str(encoder),), "tasks": ("tatoeba",), "languages": ("de",), "data": str(root),
            "perturbations": NOISE, "rates": (0.4,), "inference": Inference(device="cpu"),
            "options": {"tatoeba": {"candidates": candidates}},
        }  # fmt: skip
        return Plan(**(values | changes))

    return made


def evaluation(plan: Plan, encoder: Path) -> Evaluation:
    (inputs,), _ = read_inputs(plan)
    return Evaluation(plan, plan.noises(), open_checkpoint(str(encoder)), inputs)


def predictions(run: Run, name: str) -> list[tuple[str, ...]]:
    (key,) = [item.key for item in run.planned if item.perturbation == name]
    return [record.prediction for record in Store(run.directory).read(key)]


def test_queries_search_the_perturbed_candidates(plan: Callable[..., Plan], encoder: Path, tmp_path: Path) -> None:
    run = score(plan("perturbed"), store=tmp_path)
    asked = evaluation(plan("perturbed"), encoder)
    for planned in asked.perturbed:
        pool = asked.pool(planned)
        assert pool is not None
        queries = [item.example for item in asked.perturb(planned)]
        predictor: Any = make_predictor(
            open_checkpoint(str(encoder)), asked.inputs.task, Inference(device="cpu"), asked.inputs.settings
        )
        wanted = [answer.label for answer in predictor.over(pool).predict(queries)]
        assert predictions(run, planned.perturbation) == wanted
        assert [item.id for item in pool.candidates] == [str(number) for number in range(COUNT)]
    assert "under the noise of each cell" in " ".join(run.report().notes)


def test_candidates_get_the_noise_that_a_query_of_their_text_gets(plan: Callable[..., Plan], encoder: Path) -> None:
    english = evaluation(plan("perturbed", options={"tatoeba": {"direction": "from-english"}}), encoder)
    foreign = evaluation(plan("perturbed"), encoder)
    for there, here in zip(english.perturbed, foreign.perturbed, strict=True):
        # The sides of the two directions change places: here the pool is what searches there.
        pool = foreign.pool(here)
        assert pool is not None
        texts = [item.texts[SENTENCE] for item in pool.candidates]
        assert [item.example.texts[SENTENCE] for item in english.perturb(there)] == texts
        clean = foreign.inputs.pool
        assert clean is not None
        assert [text.text for text in texts] != [item.texts[SENTENCE].text for item in clean.candidates]


def test_a_pool_that_no_noise_changes_is_the_clean_one_and_its_cells_are_the_clean_ones(
    plan: Callable[..., Plan], encoder: Path, tmp_path: Path
) -> None:
    asked = plan("perturbed", perturbations=("identity",))
    done = evaluation(asked, encoder)
    assert done.pool(done.perturbed[0]) is done.inputs.pool
    run = score(asked, store=tmp_path)
    assert predictions(run, "identity") == predictions(run, "clean")


def test_by_default_candidates_stay_and_the_cells_of_the_two_are_told_apart(
    plan: Callable[..., Plan], encoder: Path
) -> None:
    usual, noisy = evaluation(plan("clean"), encoder), evaluation(plan("perturbed"), encoder)
    assert all(usual.pool(planned) is usual.inputs.pool for planned in usual.perturbed)
    assert not {item.key for item in usual.planned} & {item.key for item in noisy.perturbed}
    assert usual.clean.key == noisy.clean.key, "noise has no bearing on the clean cell"
    with pytest.raises(UnknownNameError, match="did you mean 'perturbed'"):
        plan("pertubed")
    assert usual.perturbed[0].key == evaluation(plan("", options={}), encoder).perturbed[0].key


def test_an_encoded_pool_is_kept_while_there_is_room(encoder: Path) -> None:
    task = find_task("tatoeba")
    candidates = tuple(sentence_example(str(number), word, language="en") for number, word in enumerate(WORDS))
    clean, noisy = Pool("clean", candidates), Pool("noisy", candidates[1:])
    searcher: Any = make_predictor(open_checkpoint(str(encoder)), task, Inference(device="cpu")).over(clean)
    made: list[str] = []

    def make(name: str, pool: Pool) -> Callable[[], Pool]:
        return lambda: (made.append(name), pool)[1]

    pools = EncodedPools(most=2 * searcher.held)
    first = pools.find(("a",), searcher, clean, make=make("a", noisy))
    assert first.moved
    assert first.searcher.held == searcher.held * (len(WORDS) - 1) // len(WORDS)
    assert pools.find(("a",), searcher, clean, make=make("a", noisy)) is first
    assert pools.find(("c",), searcher, clean, make=make("c", clean)) == (searcher, False)
    for name in ("b", "d"):
        pools.find((name,), searcher, clean, make=make(name, noisy))
    assert made == ["a", "c", "b", "d"]
    assert list(pools.kept) == [("b",), ("d",)], "the oldest makes room"
    EncodedPools(most=1).find(("a",), searcher, clean, make=make("alone", noisy))


def check_borders(pool: Pool, clean: Pool) -> None:
    """Make sure that every sentence stands in its paragraph, and that a paragraph has one noise."""
    moved = 0
    for after, before in zip(pool.candidates, clean.candidates, strict=True):
        (span,) = after.texts["context"].spans or (None,)
        sentence = after.texts[SENTENCE].text
        assert sentence == (span.of(after.texts["context"].text) if span else "")
        moved += sentence != before.texts[SENTENCE].text
    assert moved > len(clean.candidates) / 2
    by_context = {(item.texts["context"].key, item.texts["context"].text) for item in pool.candidates}
    assert len(by_context) == len({key for key, _ in by_context})


@pytest.mark.parametrize("task", ["miniature-lareqa", "lareqa"])
def test_languages_that_search_one_pool_hold_it_once_and_the_borders_of_sentences_move(
    request: pytest.FixtureRequest, encoder: Path, task: str
) -> None:
    synthetic = find_task(task).synthetic
    options = {"candidates": "perturbed"} | ({} if synthetic else {"pool": "present"})
    asked = Plan(
        checkpoints=(str(encoder),), tasks=(task,), languages=("en", "zh"), limit=3, perturbations=("word-deletion",),
        data=None if synthetic else str(request.getfixturevalue("data")), rates=(0.2,), options={task: options},
    )  # fmt: skip
    inputs, _ = read_inputs(asked)
    assert inputs[0].pool is inputs[1].pool
    done = Evaluation(asked, asked.noises(), open_checkpoint(str(encoder)), inputs[0])
    (planned,) = done.perturbed
    pool, clean = done.pool(planned), inputs[0].pool
    assert pool is not None
    assert clean is not None
    check_borders(pool, clean)


def test_an_export_holds_the_candidates_of_each_cell(plan: Callable[..., Plan], encoder: Path, tmp_path: Path) -> None:
    exported = export(plan("perturbed"), tmp_path / "out")
    found = {part.perturbation: part.pool for part in exported.parts}
    assert len(set(found.values())) == 1 + len(NOISE)
    asked = evaluation(plan("perturbed"), encoder)
    for planned in asked.planned:
        pool = asked.pool(planned)
        assert pool is not None
        lines = (tmp_path / "out" / str(found[planned.perturbation])).read_text(encoding="utf-8").splitlines()
        texts = [json.loads(line)["texts"][SENTENCE] for line in lines]
        assert texts == [item.texts[SENTENCE].text for item in pool.candidates]
    assert len({part.pool for part in export(plan("clean"), tmp_path / "usual").parts}) == 1


@pytest.mark.parametrize(("name", "times"), [("miniature-mewslix", 1), ("miniature-tatoeba", 2)])
def test_candidates_of_all_languages_are_read_once(name: str, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    task, read = find_task(name), list[str]()

    def pool(request: Request) -> Pool:
        assert task.pool is not None
        read.append(request.language)
        return task.pool(request)

    monkeypatch.setattr("harness.inputs.find_task", lambda _: replace(task, pool=pool))
    inputs, _ = read_inputs(Plan(checkpoints=(), tasks=(name,), languages=("de", "th")))
    assert [item.pool for item in inputs] == [task.pool and task.pool(Request(None, code)) for code in ("de", "th")]
    assert len(read) == times
