"""What is asked of the hub for question answering and Tatoeba, and what is said where it cannot be reached."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from perturbations.errors import DataError, ResourceError, UsageError
from suites import Request, find_task
from tests.suites.squad_files import article, question, squad_rows, table

ASKED = [
    ("xquad", "de", "test", {"question": "en"}, "google/xquad", ("xquad.de", "xquad.en"), "validation"),
    ("mlqa", "de", "dev", {"question": "zh"}, "google/xtreme", ("MLQA.de.zh", "MLQA.en.en"), "validation"),
    ("mlqa", "de", "test", {}, "google/xtreme", ("MLQA.de.de", "MLQA.en.en"), "test"),
    ("tydiqa", "sw", "train", {}, "google/xtreme", ("tydiqa",), "train"),
    ("tatoeba", "sw", "test", {}, "google/xtreme", ("tatoeba.swh",), "validation"),
]


@pytest.fixture(autouse=True)
def _private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what `datasets` caches out of the home directory."""
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize(("task", "language", "split", "options", "repository", "configs", "called"), ASKED)
def test_the_repository_is_read_at_its_pinned_commit(
    monkeypatch: pytest.MonkeyPatch, task: str, language: str, split: str, options: Any, repository, configs, called
):
    from datasets import Dataset

    asked: list[tuple[str, str, str, str]] = []
    articles = [
        article(*((f"Ann {n}.", [question(f"swahili-{n}", "Who?", ("Ann", 0))]) for n in range(240)), title="T")
    ]
    pairs = [{"source_sentence": "Ann.", "target_sentence": "Ann."}]

    def load_dataset(name: str, config: str, *, split: str, revision: str) -> Dataset:
        asked.append((name, config, split, revision))
        return Dataset.from_list(pairs if config.startswith("tatoeba") else squad_rows(*articles))

    monkeypatch.setattr("datasets.load_dataset", load_dataset)
    examples = find_task(task).read(Request(None, language, split, options))
    source = find_task(task).source
    assert asked == [(repository, config, called, source.revision) for config in configs]
    assert source.hub == repository
    assert len(examples) == (1 if task == "tatoeba" else 240)


@pytest.mark.parametrize(("task", "language", "split", "options", "repository", "configs", "called"), ASKED)
def test_without_a_connection_the_error_says_what_to_download(
    task: str, language: str, split: str, options: Any, repository, configs, called
):
    with pytest.raises(ResourceError, match=rf"hf download {repository} .*--include '{configs[0]}/\*'"):
        find_task(task).read(Request(None, language, split, options))


@pytest.mark.parametrize("task", ["xquad", "mlqa", "tydiqa", "tatoeba"])
def test_a_layout_of_local_files_needs_a_directory(task: str):
    with pytest.raises(UsageError, match=f"layout 'parquet' of task '{task}' is one of local files"):
        find_task(task).read(Request(None, "ar", "test", {"layout": "parquet"}))


def test_a_table_whose_contexts_lost_the_white_space_at_their_beginning_is_refused(tmp_path: Path):
    articles = [article((f" Ann {n}.", [question(f"swahili-{n}", "Who?", ("Ann", 1))])) for n in range(3)]
    rows = squad_rows(*articles)
    for row in rows:
        row["context"] = row["context"].strip()
    table(tmp_path / "tydiqa" / "validation-00000-of-00001.parquet", rows)
    with pytest.raises(DataError, match="row 0 question 'swahili-0': the answer 'Ann' does not stand at offset 1"):
        find_task("tydiqa").read(Request(tmp_path, "sw"))
