"""SQuAD v1.1 and v2.0 as training tasks: layouts, what XQuAD shares with them, and the real files."""

from __future__ import annotations

from pathlib import Path

import pytest

from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UsageError
from suites import Example, Request, find_task
from suites.examples import ANSWER
from tests.suites.squad_files import article, blanked, counts, question, squad, squad_rows, table

ARTICLES = (
    article((" Ann met Bob.", [question("a", " Who? ", ("Ann", 1)), question("b", "Whom?", ("Bob", 9))]), title="A"),
    article(("Bob left.", [question("c", "Who?", ("Bob", 0), ("Bob left", 0), ("Bob", 0))]), title="B"),
)
NOTHING = article(("Eve slept.", [question("d", "Who ran?", is_impossible=True)]), title="C")


def read(root: Path | None, task: str = "squad", split: str = "train", **options: str) -> list[Example]:
    return find_task(task).read(Request(root, "en", split, options))


def answers(example: Example) -> list[str]:
    context = example.texts["context"]
    assert all(span.label == ANSWER for span in context.spans)
    return [span.of(context.text) for span in context.spans]


@pytest.fixture(autouse=True)
def _private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what `datasets` caches out of the home directory."""
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("folder", ["", "squad", "english/squad"])
def test_a_question_has_its_paragraph_untouched_with_the_answers_as_spans(tmp_path: Path, folder: str):
    squad(tmp_path / folder / "train-v1.1.json", *ARTICLES)
    first, second, third = read(tmp_path)
    assert [(text.text, text.language) for text in first.texts.values()] == [("Who?", "en"), (" Ann met Bob.", "en")]
    assert [answers(example) for example in (first, second, third)] == [["Ann"], ["Bob"], ["Bob", "Bob left"]]
    assert [(e.id, e.group) for e in (first, second, third)] == [("a", "A"), ("b", "A"), ("c", "B")]
    assert first.texts["context"].key == second.texts["context"].key != third.texts["context"].key


def test_a_local_copy_of_the_repository_gives_the_same_examples(tmp_path: Path):
    squad(tmp_path / "dev-v1.1.json", *ARTICLES)
    table(tmp_path / "plain_text" / "validation-00000-of-00001.parquet", squad_rows(*ARTICLES))
    assert read(tmp_path, split="dev") == read(tmp_path, split="dev", layout="parquet")
    squad(tmp_path / "dev-v2.0.json", *ARTICLES, NOTHING)
    table(tmp_path / "squad_v2" / "validation-00000-of-00001.parquet", squad_rows(*ARTICLES, NOTHING))
    assert read(tmp_path, "squad2", "dev") == read(tmp_path, "squad2", "dev", layout="parquet")


def test_a_question_without_an_answer_belongs_to_the_second_release_alone(tmp_path: Path):
    squad(tmp_path / "train-v2.0.json", *ARTICLES, NOTHING)
    examples = read(tmp_path, "squad2")
    assert [len(answers(example)) for example in examples] == [1, 1, 2, 0]
    assert find_task("squad2").settings == {"unanswerable": "yes"}
    squad(tmp_path / "train-v1.1.json", *ARTICLES, NOTHING)
    with pytest.raises(DataError, match=r"train-v1\.1\.json holds questions that have no answer: read it as task 'squ"):
        read(tmp_path)
    table(tmp_path / "plain_text" / "train.parquet", squad_rows(*ARTICLES, NOTHING))
    with pytest.raises(DataError, match="question 'd': it has no answer though it is not impossible"):
        read(tmp_path, layout="parquet")


def test_the_paragraphs_of_xquad_can_be_left_out(tmp_path: Path):
    squad(tmp_path / "squad" / "dev-v1.1.json", *ARTICLES)
    with pytest.raises(ResourceError, match=r"task 'xquad' has no test file of 'en'"):
        read(tmp_path, split="dev", without="xquad")
    squad(tmp_path / "xquad" / "xquad.en.json", ARTICLES[1])
    assert [example.id for example in read(tmp_path, split="dev", without="xquad")] == ["a", "b"]
    assert len(read(tmp_path, split="dev")) == 3
    squad(tmp_path / "squad" / "dev-v1.1.json", ARTICLES[1])
    with pytest.raises(DataError, match="holds paragraphs of XQuAD only"):
        read(tmp_path, split="dev", without="xquad")


def test_what_cannot_be_read_is_said(tmp_path: Path):
    with pytest.raises(UsageError, match="no split 'test', only 'dev' and 'train': the answers of its test set"):
        read(tmp_path, split="test")
    with pytest.raises(ResourceError, match=r"'squad2' has no train file.*train-v2\.0\.json.*squad_v2/train\*\.parqu"):
        read(tmp_path, "squad2")
    for task, config in (("squad", "plain_text"), ("squad2", "squad_v2")):
        source = find_task(task).source
        with pytest.raises(ResourceError, match=rf"{source.hub}.*--revision {source.revision} --include '{config}/\*'"):
            read(None, task)
    with pytest.raises(UsageError, match="layout 'original' of task 'squad' is one of local files"):
        read(None, layout="original")
    squad(tmp_path / "train-v1.1.json", *blanked(*ARTICLES))
    with pytest.raises(StrippedLabelsError, match=r"blank answers only.*SQuAD-explorer"):
        read(tmp_path)
    squad(tmp_path / "train-v1.1.json", article(("Ann left.", [question("a", "Who?", ("Ann", 1))])))
    with pytest.raises(DataError, match="question 'a': the answer 'Ann' does not stand at offset 1"):
        read(tmp_path)


REAL = {
    "english/squad/train-v1.1.json": ("squad", "train", 12, 0, 4000),
    "english/squad/dev-v1.1.json": ("squad", "dev", 7, 0, 2000 - 208),
    "english/squad/dev-v2.0.json": ("squad2", "dev", 5, 770, 1500 - 155),
}
"""File, and of its questions: task, split, articles, those without an answer, those not on paragraphs of XQuAD."""


@pytest.mark.parametrize("name", REAL)
def test_a_real_file_is_whole_and_its_answers_stand_at_their_offsets(data: Path, name: str):
    task, split, articles, unanswered, apart = REAL[name]
    examples = read(data, task, split)
    assert len(examples) == counts(data)[name]
    assert len({example.group for example in examples}) == articles
    found = [answers(example) for example in examples]
    assert all(answer.strip() for several in found for answer in several)
    assert found.count([]) == unanswered
    assert len(read(data, task, split, without="xquad")) == apart
    tested = {example.id for example in find_task("xquad").read(Request(data, "en"))}
    assert not tested & {example.id for example in read(data, task, split, without="xquad")}
