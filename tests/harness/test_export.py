"""Export: what stands in the files of every kind of task, and predictions in the benchmark's submission format."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness import Plan, score
from harness.export.export import Exported, export
from harness.export.processed import NAMES
from harness.inputs import Inputs, read_inputs
from harness.metrics.answers import squad_words
from harness.submission.reading import Expected, read_answers
from perturbations.errors import DataError, UsageError
from suites.examples import ANSWER, Example, token_text
from suites.readers.squad import read_squad
from suites.readers.tsv import read_quoted
from suites.task import Kind, Request, find_task, tasks
from tests.harness.elsewhere import bare, parts, rows

NOISE = ("character-swap", "word-deletion")
NOISY = "word-deletion/rate-0.3/seed-0"


@pytest.fixture
def exported(plan_of: Callable[..., Plan], data: Path, tmp_path: Path) -> Callable[..., tuple[Plan, Exported]]:
    """A function that exports a task of the real data."""

    def made(task: str, *languages: str, **given: Any) -> tuple[Plan, Exported]:
        values = {"tasks": (task,), "languages": languages, "data": str(data), "limit": 20, "perturbations": NOISE}
        plan = bare(plan_of(**(values | given)))
        return plan, export(plan, tmp_path / "exported")

    return made


def test_rows_of_classification_have_their_texts_gold_and_edits(exported: Callable[..., Any], data: Path) -> None:
    _, found = exported("xnli", "de", "hi")
    clean = {example.id: example for example in find_task("xnli").read(Request(data, "hi"))}
    for path in ("clean", "character-swap/rate-0.3/seed-0", NOISY):
        lines = rows(found.directory / "jsonl" / path / "xnli" / "test-hi.jsonl")
        assert [row["id"] for row in lines] == [str(number) for number in range(20)]
        for row in lines:
            assert row["gold"] == clean[row["id"]].target
            assert bool(row["edits"]) is (row["texts"] != {n: t.text for n, t in clean[row["id"]].texts.items()})
        table = read_quoted(found.directory / "processed" / path / "xnli" / "test-hi.tsv", widths=(2,))
        assert [row.values for row in table] == [tuple(row["texts"].values()) for row in lines]
    assert {part["options"]["layout"] for part in parts(found.directory)} == {"auto"}
    assert (found.skipped, len(found.parts)) == ((), 2 * 3)


def test_development_files_have_their_labels_as_the_benchmark_has_them(
    exported: Callable[..., Any], data: Path
) -> None:
    _, found = exported("xnli", "en", split="dev")
    again = find_task("xnli").read(Request(found.directory / "processed" / "clean", "en", "dev"))
    assert again == find_task("xnli").read(Request(data, "en", "dev"))[:20]


def test_tags_follow_the_tokens_that_survive(exported: Callable[..., Any]) -> None:
    _, found = exported("panx", "de", split="dev")
    directory, lost = found.directory, 0
    for path in ("clean", NOISY):
        lines = rows(directory / "jsonl" / path / "panx" / "dev-de.jsonl")
        content = (directory / "gold" / path / "panx" / "dev-de.tsv").read_text(encoding="utf-8")
        assert content == "".join("".join(f"{tag}\n" for tag in row["gold"]) + "\n" for row in lines)
        columns = (directory / "processed" / path / "panx" / "dev-de.tsv").read_text(encoding="utf-8")
        pairs = [zip(row["tokens"]["text"], row["gold"], strict=True) for row in lines]
        assert columns == "".join("".join(f"{form}\t{tag}\n" for form, tag in pair) + "\n" for pair in pairs)
        lost += sum(len(row["gold"]) for row in lines) * (1 if path == "clean" else -1)
    assert lost > 30


def test_answers_follow_their_context_and_inputs_have_none(exported: Callable[..., Any]) -> None:
    _, found = exported("xquad", "zh", rates=(0.9,))
    path = "word-deletion/rate-0.9/seed-0/xquad"
    gold = list(read_squad(found.directory / "gold" / path / "test-zh.json"))
    lines = rows(found.directory / "jsonl" / path / "test-zh.jsonl")
    assert [entry.id for entry in gold] == [row["id"] for row in lines]
    gone = 0
    for row in lines:
        spans = row.get("spans", {}).get("context", [])
        left = (row["texts"]["context"][start:end] for start, end, label in spans if label == ANSWER)
        there = [text for text in left if squad_words(text, "zh")]
        gone += not there
        assert row["gold"] == (list(dict.fromkeys(there)) or row["gold"])
        assert row["gold"]
    assert 0 < gone < len(lines)
    whole = json.loads((found.directory / "gold" / path / "test-zh.json").read_text(encoding="utf-8"))
    starts = [paper["paragraphs"][0]["qas"][0]["answers"][0]["answer_start"] for paper in whole["data"]]
    assert starts.count(-1) == gone
    blank = json.loads((found.directory / "processed" / path / "xquad.zh.json").read_text(encoding="utf-8"))
    answers = [paper["paragraphs"][0]["qas"][0]["answers"] for paper in blank["data"]]
    assert answers == [[{"answer_start": 0, "text": ""}]] * 20


def test_choices_are_written_as_the_benchmark_writes_them(exported: Callable[..., Any], data: Path) -> None:
    _, found = exported("xcopa", "ta")
    theirs = rows(data / "xcopa" / "ta" / "test.ta.jsonl")[:20]
    ours = rows(found.directory / "processed" / "clean" / "xcopa" / "test-ta.jsonl")
    names = ("premise", "choice1", "choice2", "question")
    assert ours == [{name: row[name].strip() for name in names} | {"idx": row["idx"], "label": 0} for row in theirs]
    labels = rows(found.directory / "gold" / "clean" / "xcopa" / "test-ta.jsonl")
    assert [row["label"] for row in labels] == [row["label"] for row in theirs]


def test_queries_and_pools_can_be_read_back_as_a_task(exported: Callable[..., Any], data: Path) -> None:
    _, found = exported("tatoeba", "th", limit=None)
    task = find_task("tatoeba")
    request = Request(found.directory / "processed" / "clean", "th", options={"layout": "xtreme"})
    assert task.pool is not None
    assert (task.read(request), task.pool(request)) == (
        task.read(Request(data, "th")),
        task.pool(Request(data, "th")),
    )
    (pool,) = {part["pool"] for part in parts(found.directory)}
    assert [row["id"] for row in rows(found.directory / pool)] == [str(number) for number in range(548)]


def test_a_perturbed_pool_is_written_for_each_cell(exported: Callable[..., Any]) -> None:
    _, found = exported("tatoeba", "de", options={"tatoeba": {"candidates": "perturbed"}})
    pools = [part["pool"] for part in parts(found.directory)]
    assert len(set(pools)) == len(pools) == 3
    texts = [[row["texts"] for row in rows(found.directory / pool)] for pool in pools]
    assert len(texts[0]) == len(texts[1]) == 1000
    assert texts[0] != texts[1] != texts[2]


def test_a_task_without_a_processed_layout_is_told_once(exported: Callable[..., Any]) -> None:
    _, found = exported("lareqa", "ar", "zh", options={"lareqa": {"pool": "present"}})
    (skip,) = found.skipped
    assert skip.what == "lareqa under processed/"
    assert not (found.directory / "processed").exists()
    assert len(list((found.directory / "pools" / "lareqa").iterdir())) == 1
    (row,) = rows(found.directory / "jsonl" / "clean" / "lareqa" / "test-ar.jsonl")[:1]
    assert len(row["gold"]) >= 6, "a right sentence in each language that is there"


@pytest.mark.parametrize("form", ["a\tb", "a\nb", "\u3000"])
def test_a_text_that_no_line_can_hold_is_left_out_and_told(
    plan_of: Callable[..., Plan], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: str
) -> None:
    def read(inputs: Inputs) -> Inputs:
        text = token_text([form, "b"], ["X", "X"], language="en", key="k")
        return replace(inputs, examples=tuple(Example(name, name, {"text": text}) for name in "ab"))

    plan = bare(plan_of(tasks=("udpos",), perturbations=("identity",), languages=("en",)))
    changed = [read(item) for item in read_inputs(plan)[0]]
    monkeypatch.setattr("harness.export.export.read_inputs", lambda _: (changed, []))
    found = export(plan, tmp_path / "exported")
    assert [skip.what for skip in found.skipped] == [f"processed/{part.path}" for part in found.parts]
    assert all("cannot stand on a line of its own" in skip.why for skip in found.skipped)
    assert len(list((tmp_path / "exported").rglob("jsonl/**/*.jsonl"))) == 2


GOLD = [
    ("xnli", "de", {}), ("pawsx", "de", {}), ("xcopa", "et", {}), ("panx", "af", {"split": "dev"}),
    ("tatoeba", "th", {}),
    ("lareqa", "ar", {"options": {"lareqa": {"pool": "present"}}}),
    ("bucc2018", "zh", {"split": "dev", "limit": 900}),
]  # fmt: skip


@pytest.mark.parametrize(("task", "language", "given"), GOLD, ids=[task for task, *_ in GOLD])
def test_label_files_are_submissions_that_score_100(
    exported: Callable[..., Any], tmp_path: Path, task: str, language: str, given: dict[str, Any]
) -> None:
    plan, found = exported(task, language, **given)
    outputs = tmp_path / "outputs"
    shutil.copytree(found.directory / "gold", outputs)
    shutil.copy(found.directory / "manifest.json", outputs)
    run = score(bare(plan, predictions=(str(outputs),)), store=tmp_path / "run")
    assert (run.table()[["clean", "perturbed"]] == 100).all(axis=None)
    assert len(run.table()) == 2


def test_answers_by_id_are_a_submission(exported: Callable[..., Any], tmp_path: Path) -> None:
    plan, found = exported("xquad", "en", metrics={"xquad": "squad-em"})
    outputs = tmp_path / "outputs"
    for part in parts(found.directory):
        path = outputs / f"{part['path']}.json"
        path.parent.mkdir(parents=True)
        lines = rows(found.directory / "jsonl" / f"{part['path']}.jsonl")
        path.write_text(json.dumps({row["id"]: row["gold"][0] for row in reversed(lines)}), encoding="utf-8")
    shutil.copy(found.directory / "manifest.json", outputs)
    run = score(bare(plan, predictions=(str(outputs),)), store=tmp_path / "run")
    assert (run.table()[["clean", "perturbed"]] == 100).all(axis=None)


@pytest.mark.parametrize("name", ["xnli", "pawsx", "udpos", "panx", "tatoeba", "bucc2018", "xquad", "mlqa", "mewslix"])
def test_the_submissions_that_the_benchmark_shows_are_read(data: Path, name: str) -> None:
    task, paths = find_task(name), sorted((data / "xtreme_mock" / "predictions" / name).iterdir())
    assert len(paths) > 3
    for path in paths:
        content = path.read_text(encoding="utf-8").rstrip("\n")
        blocks = content.split("\n\n" if task.kind is Kind.TAGGING else "\n")
        pool = [line.split("\t")[-1] for line in blocks]
        ids = [line.split("\t")[0] if task.kind is Kind.MINING else str(number) for number, line in enumerate(blocks)]
        if path.suffix == ".json":
            ids, values = list(json.loads(content)), list(json.loads(content).values())
            pool = [item for names in values for item in names]
        answers = read_answers(path, Expected(task, ids, frozenset(pool)))
        assert len(answers) == len(ids) > 0
        if task.kind is Kind.TAGGING:
            assert answers == [tuple(block.split("\n")) for block in blocks]
        if name == "mewslix":
            assert answers == [tuple(names) for names in values]


@pytest.mark.parametrize(
    ("name", "suffix", "content", "said"),
    [
        ("xnli", ".tsv", "neutral\n", "has 1 lines for 2 examples"),
        ("xnli", ".tsv", "neutral\nneutral\n\n", "has 3 lines for 2 examples"),
        ("udpos", ".tsv", "NOUN\nVERB\n", "has 1 sentences for 2 examples"),
        ("xcopa", ".jsonl", '{"label": 0}\n', "has 1 lines for 2 examples"),
        ("xcopa", ".jsonl", '{"label": 2}\n{"label": 1}\n', "1 of 2 predictions are no label of xcopa ('2')"),
        ("xcopa", ".jsonl", "3\n4\n", "a JSON number instead of an object"),
        ("xcopa", ".jsonl", '{"label": true}\n{"label": 1}\n', "'label' is a JSON truth value"),
        (
            "xquad",
            ".jsonl",
            '{"id": "a", "prediction": "\\ud800"}\n{"id": "b", "prediction": ""}\n',
            "a lone surrogate",
        ),
        ("xquad", ".json", '["an answer"]', "is no JSON object from ids to predictions"),
        ("xquad", ".json", '{"a": "x", "c": "y"}', "1 ids are not of the exported examples ('c')"),
        ("xquad", ".json", '{"a": "x"}', "1 of 2 examples have no prediction ('b')"),
        ("xquad", ".json", '{"a": "x", "b": "y", "a": "z"}', "the name 'a' is already at"),
        ("xquad", ".json", '{"a": "x", "b": null}', "the prediction of 'b' is None; give a string"),
        ("tatoeba", ".tsv", "1\n3\n", "1 candidates are not in the pool of 2 ('3')"),
        ("mewslix", ".json", '{"a": ["1", "1"], "b": []}', "a candidate stands twice in the list of 'a'"),
        ("mewslix", ".json", '{"a": "1", "b": []}', "the prediction of 'a' is '1'; give a list of strings"),
        ("bucc2018", ".tsv", "a\t1\nc\t2\n", "1 ids are not of the exported examples ('c')"),
        ("bucc2018", ".tsv", "a 1\n", "instead of 2"),
    ],
)
def test_a_submission_that_breaks_its_format_is_refused(
    tmp_path: Path, name: str, suffix: str, content: str, said: str
) -> None:
    path = tmp_path / f"test-de{suffix}"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_answers(path, Expected(find_task(name), ["a", "b"], frozenset("12")))
    assert str(path) in str(caught.value)
    assert said in str(caught.value)


def test_lines_of_the_export_can_be_handed_back_with_a_prediction_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "test-de.jsonl"
    lines = [{"id": "b", "texts": {"premise": "x"}, "gold": "0", "prediction": 1}, {"id": "a", "prediction": "0"}]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert read_answers(path, Expected(find_task("xcopa"), ["a", "b"])) == ["0", "1"]


def test_labels_may_have_the_names_that_a_checkpoint_may_give_them_or_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "test-de.tsv"
    path.write_text("contradictory\n\nneutral\n", encoding="utf-8")
    assert read_answers(path, Expected(find_task("xnli"), ["a", "b", "c"])) == ["contradiction", "", "neutral"]


def test_a_sentence_that_lost_every_token_keeps_its_place(tmp_path: Path) -> None:
    path = tmp_path / "test-de.tsv"
    path.write_text("NOUN\nVERB\n\n\nX\n\n", encoding="utf-8")
    assert read_answers(path, Expected(find_task("udpos"), ["a", "b", "c"])) == [("NOUN", "VERB"), (), ("X",)]


def test_a_directory_that_is_not_empty_is_left_alone(plan_of: Callable[..., Plan], tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is there and not an empty directory"):
        export(bare(plan_of()), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_the_tasks_with_names_of_their_own_are_there() -> None:
    assert set(NAMES) <= set(tasks())


def test_the_same_plan_gives_the_same_bytes(plan_of: Callable[..., Plan], tmp_path: Path) -> None:
    for name in ("one", "two"):
        export(bare(plan_of(seeds=(3,))), tmp_path / name)
    files = [sorted(path for path in (tmp_path / name).rglob("*") if path.is_file()) for name in ("one", "two")]
    assert len(files[0]) == len(files[1]) == 1 + 3 * 2 * (1 + 3)
    assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]
    assert len(read_inputs(plan_of())[0]) == 2
