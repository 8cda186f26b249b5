"""Parquet repositories: local copies in the hub's layout, pinned revisions, and what is said without a connection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from perturbations.errors import DataError, ResourceError, StrippedLabelsError, UsageError
from suites import Request, find_task
from suites.readers.hub import Repository, parquet_files, read_folder, read_repository
from suites.xtreme_r.udpos import HUBS, TAGS
from suites.xtreme_r.xnli import HUB

LABELS = ["entailment", "neutral", "contradiction"]
COLUMNS = ("premise", "hypothesis", "label")
PAIRS = {"premise": ["p", "p", "p", "q"], "hypothesis": ["a", "b", "c", 'd "e"\t'], "label": [0, 2, 1, 2]}


@pytest.fixture(autouse=True)
def _private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what `datasets` caches out of the home directory."""
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path / "cache"))


def parquet(path: Path, columns: dict[str, list[Any]], names: dict[str, list[str]]) -> Path:
    """A file as `Dataset.push_to_hub` writes it: class labels are numbers, their names stand in the schema."""
    from datasets import ClassLabel, Dataset, Features, List, Value

    def feature(name: str) -> Any:
        inner = ClassLabel(names=names[name]) if name in names else Value("string")
        return List(inner) if isinstance(columns[name][0], list) else inner

    path.parent.mkdir(parents=True, exist_ok=True)
    table = Dataset.from_dict(columns, features=Features({name: feature(name) for name in columns})).data.table
    pyarrow.parquet.write_table(table, path)
    return path


def test_xnli_is_read_from_a_local_copy_of_its_repository(tmp_path: Path):
    for language in ("de", "fr"):
        parquet(tmp_path / "xnli" / language / "test-00000-of-00001.parquet", PAIRS, {"label": LABELS})
    examples = find_task("xnli").read(Request(tmp_path, "de"))
    assert [example.target for example in examples] == ["entailment", "contradiction", "neutral", "contradiction"]
    assert [example.group for example in examples] == ["0", "0", "0", "1"]
    assert examples[3].texts["hypothesis"].text == 'd "e"'


def test_udpos_is_read_from_local_copies_of_both_repositories(tmp_path: Path):
    names = sorted(TAGS, reverse=True)
    tags = [[names.index("PRON"), names.index("VERB")], [names.index("X")]]
    for config, tokens in (("af", [["Ons", "hoop"], ["?"]]), ("udpos.Afrikaans", [["Ons", "glo"], ["!"]])):
        columns = {"tokens": tokens, "pos_tags": tags}
        parquet(tmp_path / "udpos" / config / "test-00000-of-00001.parquet", columns, {"pos_tags": names})
    task = find_task("udpos")
    first, second = task.read(Request(tmp_path, "af"))
    assert (first.texts["text"].text, second.texts["text"].text) == ("Ons hoop", "?")
    assert [span.label for span in first.texts["text"].spans] == ["PRON", "VERB"]
    plain, _ = task.read(Request(tmp_path, "af", options={"multiword": "syntactic"}))
    assert plain.texts["text"].text == "Ons glo"


def test_shards_are_joined_in_order_and_dev_is_called_validation(tmp_path: Path):
    for shard, text in ((1, "second"), (0, "first")):
        columns = {"premise": [text], "hypothesis": ["h"], "label": [0]}
        parquet(tmp_path / "de" / f"validation-0000{shard}-of-00002.parquet", columns, {"label": LABELS})
    files = parquet_files([tmp_path / "no", tmp_path], "de", "dev")
    assert [row[0] for row in read_folder(files, columns=COLUMNS)] == ["first", "second"]
    assert parquet_files([tmp_path], "de", "test") == []


def test_a_copy_that_lacks_a_shard_or_mixes_two_versions_is_refused(tmp_path: Path):
    folder = tmp_path / "de"
    folder.mkdir()
    (folder / "train-00000-of-00002.parquet").touch()
    with pytest.raises(DataError, match=rf"{folder} \(train\): 1 Parquet files, .* there are 2; download"):
        parquet_files([tmp_path], "de", "train")
    (folder / "train-00001-of-00002.parquet").touch()
    assert len(parquet_files([tmp_path], "de", "train")) == 2
    (folder / "train.parquet").touch()
    with pytest.raises(DataError, match=r"3 Parquet files, .* there are 1 or 2; download"):
        parquet_files([tmp_path], "de", "train")


def test_labels_may_be_words(tmp_path: Path):
    path = parquet(tmp_path / "de" / "test.parquet", {**PAIRS, "label": [LABELS[n] for n in (0, 2, 1, 2)]}, {})
    assert [row[2] for row in read_folder([path], columns=COLUMNS)] == [LABELS[n] for n in (0, 2, 1, 2)]


def test_label_numbers_without_names_are_not_guessed(tmp_path: Path):
    path = tmp_path / "test.parquet"
    pyarrow.parquet.write_table(pyarrow.table(PAIRS), path)
    with pytest.raises(DataError, match="column 'label' holds numbers without their label names"):
        list(read_folder([path], columns=COLUMNS))


def test_labels_that_are_all_missing_are_stripped(tmp_path: Path):
    path = parquet(tmp_path / "de" / "test.parquet", {**PAIRS, "label": [-1] * 4}, {"label": LABELS})
    with pytest.raises(StrippedLabelsError, match="stripped"):
        list(read_folder([path], columns=COLUMNS))


def test_a_single_missing_label_is_an_error(tmp_path: Path):
    path = parquet(tmp_path / "de" / "test.parquet", {**PAIRS, "label": [0, -1, 1, 2]}, {"label": LABELS})
    with pytest.raises(DataError, match="a label that is not one of 0 to 2"):
        list(read_folder([path], columns=COLUMNS))


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path: Path):
    path = parquet(tmp_path / "de" / "test.parquet", {"sentence1": ["a"], "label": [0]}, {"label": LABELS})
    with pytest.raises(DataError, match=r"no column 'premise', 'hypothesis', only 'sentence1', 'label'"):
        list(read_folder([path], columns=COLUMNS))


@pytest.mark.parametrize("values", [["p", None], [["p"], ["p", None]], [{"text": ["p"]}, {"text": [None]}]])
def test_a_null_in_place_of_a_text_is_refused_with_its_row(tmp_path: Path, values: list[Any]):
    path = tmp_path / "test.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"answers": values}), path)
    with pytest.raises(DataError, match=r"column 'answers' row 1: a null instead of a text"):
        list(read_folder([path], columns=("answers",)))


def test_a_lone_surrogate_in_parquet_is_refused(tmp_path: Path):
    text = pyarrow.array([b"\xed\xa0\x80"], type=pyarrow.binary()).view(pyarrow.string())
    path = tmp_path / "test.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"premise": text, "hypothesis": ["b"], "label": ["neutral"]}), path)
    with pytest.raises(DataError, match="not UTF-8, such as a lone surrogate"):
        list(read_folder([path], columns=COLUMNS))


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path):
    path = tmp_path / "test.parquet"
    path.write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(DataError, match=r"cannot be read: .*[Pp]arquet"):
        list(read_folder([path], columns=COLUMNS))


def test_a_file_that_vanished_is_a_missing_resource(tmp_path: Path):
    with pytest.raises(ResourceError, match=r"cannot be read or cached: .*test\.parquet"):
        list(read_folder([tmp_path / "test.parquet"], columns=COLUMNS))


@pytest.mark.parametrize("revision", ["main", "b8dd5d7", "", "B8DD5D7AF51114DBDA02C0E3F6133F332186418E"])
def test_a_revision_must_be_a_full_commit_hash(revision: str):
    with pytest.raises(UsageError, match="full commit hash"):
        Repository("facebook/xnli", revision)


def test_without_a_connection_the_error_says_what_to_download():
    with pytest.raises(ResourceError, match=rf"hf download facebook/xnli .*--revision {HUB.revision}") as caught:
        list(read_repository(HUB, "de", "test", columns=COLUMNS))
    assert "--include 'de/*'" in str(caught.value)


@pytest.mark.parametrize(("task", "repository"), [("xnli", HUB.name), ("udpos", "izhx/xtreme-r-udpos")])
def test_a_task_without_a_root_goes_to_the_hub(task: str, repository: str):
    with pytest.raises(ResourceError, match=f"{repository} "):
        find_task(task).read(Request(None, "de"))


def test_the_syntactic_words_come_from_another_repository_that_lacks_five_languages():
    task, options = find_task("udpos"), {"multiword": "syntactic"}
    with pytest.raises(ResourceError, match=r"google/xtreme \(udpos\.German, test\)"):
        task.read(Request(None, "de", options=options))
    with pytest.raises(UsageError, match="google/xtreme has no 'wo'"):
        task.read(Request(None, "wo", options=options))


@pytest.mark.parametrize("task", ["xnli", "udpos"])
def test_a_layout_of_local_files_has_no_meaning_on_the_hub(task: str):
    with pytest.raises(UsageError, match="layout 'xtreme'"):
        find_task(task).read(Request(None, "de", options={"layout": "xtreme"}))


def test_progress_bars_are_as_they_were_afterwards(tmp_path: Path):
    import datasets

    path = parquet(tmp_path / "de" / "test.parquet", PAIRS, {"label": LABELS})
    were_off = datasets.are_progress_bars_disabled()
    try:
        for off in (True, False):
            (datasets.disable_progress_bars if off else datasets.enable_progress_bars)()
            list(read_folder([path], columns=COLUMNS))
            assert datasets.are_progress_bars_disabled() is off
    finally:
        (datasets.disable_progress_bars if were_off else datasets.enable_progress_bars)()


def test_both_tasks_name_the_repository_that_they_read_by_default():
    for name, repository in (("xnli", HUB), ("udpos", next(iter(HUBS.values())))):
        source = find_task(name).source
        assert (source.hub, source.revision) == (repository.name, repository.revision)
