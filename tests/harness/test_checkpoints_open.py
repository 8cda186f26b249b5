"""Opening checkpoints: fingerprints, lineage, manifests, the hub's cache."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.checkpoints.checkpoint import open_checkpoint, split_reference
from harness.checkpoints.fingerprint import combine, weight_files
from harness.checkpoints.lineage import Lineage, parse_lineage, read_lineage, read_manifest, write_lineage
from perturbations.errors import CheckpointError, ResourceError

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Files by the names of a checkpoint's; opening hashes them and reads nothing else."""
    root = tmp_path / "mnli-then-xnli"
    root.mkdir()
    for name in ("model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json"):
        (root / name).write_text(f"content of {name}")
    return root


def shard(directory: Path, names: list[str]) -> None:
    (directory / "model.safetensors").unlink()
    (directory / "model.safetensors.index.json").write_text(json.dumps({"weight_map": dict(enumerate(names))}))


def test_a_checkpoint_is_called_after_its_directory_and_has_no_revision(directory: Path) -> None:
    checkpoint = open_checkpoint(str(directory))
    assert (checkpoint.name, checkpoint.location, checkpoint.revision) == (directory.name, str(directory), None)
    assert checkpoint.lineage == Lineage()
    assert set(checkpoint.parts) == {"weights", "config", "tokenizer"}
    assert len(checkpoint.fingerprint) == 64
    assert open_checkpoint(str(directory), name="mine").name == "mine"


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("model.safetensors", "weights"),
        ("config.json", "config"),
        ("tokenizer.json", "tokenizer"),
        ("tokenizer_config.json", "tokenizer"),
        ("bpe.codes", "tokenizer"),
        ("entity_vocab.json", "tokenizer"),
    ],
)
def test_the_fingerprint_changes_with_a_byte_of_any_part(directory: Path, file: str, part: str) -> None:
    (directory / file).write_text(f"content of {file}")
    before = open_checkpoint(str(directory))
    content = (directory / file).read_bytes()
    (directory / file).write_bytes(content[:-1] + b"!")
    after = open_checkpoint(str(directory))
    assert after.fingerprint != before.fingerprint
    assert {name for name in before.parts if before.parts[name] != after.parts[name]} == {part}
    (directory / file).write_bytes(content)
    assert open_checkpoint(str(directory)).fingerprint == before.fingerprint


def test_the_fingerprint_stays_with_another_name_lineage_readme_or_optimiser(directory: Path) -> None:
    before = open_checkpoint(str(directory)).fingerprint
    (directory / "README.md").write_text("read me")
    (directory / "optimizer.pt").write_bytes(b"state")
    write_lineage(directory, Lineage(seed=3))
    moved = directory.rename(directory.with_name("elsewhere"))
    assert open_checkpoint(str(moved)).fingerprint == before


def test_all_shards_that_the_index_names_are_hashed_and_no_others(directory: Path) -> None:
    names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    shard(directory, names)
    for name in [*names, "adapter.safetensors"]:
        (directory / name).write_text(name)
    before = open_checkpoint(str(directory)).parts["weights"]
    assert [path.name for path in weight_files(directory)] == names
    (directory / "adapter.safetensors").write_text("changed")
    assert open_checkpoint(str(directory)).parts["weights"] == before
    (directory / names[1]).write_text("changed")
    assert open_checkpoint(str(directory)).parts["weights"] != before


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5)))
def test_the_order_of_parts_does_not_matter(parts: dict[str, str]) -> None:
    assert combine(parts) == combine(dict(reversed(parts.items())))


def remove(name: str) -> Callable[[Path], object]:
    return lambda directory: (directory / name).unlink()


def only(name: str) -> Callable[[Path], object]:
    return lambda directory: (directory / "model.safetensors").rename(directory / name)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (remove("config.json"), r"holds no config\.json"),
        (remove("model.safetensors"), r"holds no model\.safetensors"),
        (only("pytorch_model.bin"), r"weights as pytorch_model\.bin only.*write it anew with `save_pretrained`"),
        (only("adapter_model.safetensors"), r"an adapter without its model"),
        (only("training_args.bin"), r"holds no model\.safetensors"),
        (lambda directory: shard(directory, ["model-00001-of-00001.safetensors"]), r"names model-00001.*not beside"),
        (lambda directory: shard(directory, ["../model.safetensors"]), r"names model\.safetensors.*not beside"),
        (only("model.safetensors.index.json"), "not an index of shards"),
        (lambda directory: [path.unlink() for path in directory.glob("tokenizer*")], "holds no tokenizer"),
    ],
)
def test_a_directory_that_cannot_be_loaded_is_refused(
    directory: Path, spoil: Callable[[Path], object], message: str
) -> None:
    spoil(directory)
    with pytest.raises(CheckpointError, match=message):
        open_checkpoint(str(directory))


lineages = st.builds(
    Lineage,
    base_model=st.none() | st.text(max_size=8),
    intermediate_tasks=st.lists(st.text(max_size=8), max_size=3).map(tuple),
    target_task=st.none() | st.text(max_size=8),
    seed=st.none() | st.integers(),
    factors=st.dictionaries(
        st.text(max_size=5),
        st.text(max_size=5) | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans(),
    ),
)


@given(lineage=lineages)
def test_a_lineage_written_is_the_lineage_read(lineage: Lineage, tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.mktemp("lineage")
    write_lineage(directory, lineage)
    assert read_lineage(directory) == lineage


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"base": "xlm-roberta-base"}, "no key 'base'.*anything else goes under factors"),
        ({"base_model": 7}, "base_model must be a text, got 7"),
        ({"intermediate_tasks": "mnli"}, "intermediate_tasks must be a list of texts, got 'mnli'"),
        ({"intermediate_tasks": ["mnli", 1]}, "intermediate_tasks must be a list of texts"),
        ({"seed": True}, "seed must be a whole number, got True"),
        ({"seed": "1"}, "seed must be a whole number, got '1'"),
        ({"factors": {"scale": ["large"]}}, "'scale' must be a text, a finite number"),
        ({"factors": {"rate": float("inf")}}, "'rate' must be a text, a finite number"),
        ({"factors": 3}, "factors must be a table"),
    ],
)
def test_a_lineage_that_is_not_one_is_refused(table: dict[str, object], message: str) -> None:
    with pytest.raises(CheckpointError, match=message):
        parse_lineage(table, where="here")


def test_a_lineage_file_that_is_not_json_is_refused_by_name(directory: Path) -> None:
    (directory / "lineage.json").write_text("{")
    with pytest.raises(CheckpointError, match=r"lineage\.json cannot be read as json"):
        open_checkpoint(str(directory))


def test_a_manifest_tells_lineage_and_labels_by_name_or_location(directory: Path, tmp_path: Path) -> None:
    write_lineage(directory, Lineage(base_model="from the file"))
    manifest = tmp_path / "checkpoints.toml"
    manifest.write_text(
        f'["{directory}"]\nbase_model = "xlm-roberta-base"\nintermediate_tasks = ["mnli"]\nseed = 1\n'
        f'labels = ["a", "b"]\n["{directory}".factors]\nscale = "base"\nsteps = 100\n["other"]\nlabels = ["b", "a"]\n'
    )
    plain = open_checkpoint(str(directory))
    told = open_checkpoint(str(directory), manifest=manifest)
    assert told.lineage == Lineage("xlm-roberta-base", ("mnli",), None, 1, {"scale": "base", "steps": 100})
    assert told.labels == ("a", "b")
    assert told.fingerprint != plain.fingerprint
    named = open_checkpoint(str(directory), name="other", manifest=write_only(manifest, "other"))
    assert named.lineage == Lineage(base_model="from the file"), "an entry with labels alone leaves the lineage be"
    assert named.fingerprint not in (plain.fingerprint, told.fingerprint), "the order of the labels shapes predictions"


def write_only(manifest: Path, name: str) -> Path:
    path = manifest.with_suffix(".json")
    entry = read_manifest(manifest)[name]
    path.write_text(json.dumps({name: {"labels": entry.labels}}))
    return path


def test_a_manifest_without_the_checkpoint_is_an_error_and_so_is_one_with_two_entries(
    directory: Path, tmp_path: Path
) -> None:
    manifest = tmp_path / "checkpoints.json"
    manifest.write_text(json.dumps({"another": {"seed": 1}}))
    with pytest.raises(CheckpointError, match=r"tells nothing of 'mnli-then-xnli'.*it has 'another'"):
        open_checkpoint(str(directory), manifest=manifest)
    manifest.write_text(json.dumps({directory.name: {"seed": 1}, str(directory): {"seed": 2}}))
    with pytest.raises(CheckpointError, match="keep one of them"):
        open_checkpoint(str(directory), manifest=manifest)
    with pytest.raises(CheckpointError, match=r"missing\.toml does not exist"):
        open_checkpoint(str(directory), manifest=tmp_path / "missing.toml")


def test_a_local_directory_has_no_revision(directory: Path) -> None:
    with pytest.raises(CheckpointError, match="leave out 'main'"):
        open_checkpoint(str(directory), revision="main")


@pytest.mark.parametrize(
    ("reference", "location", "revision"),
    [
        ("owner/model", "owner/model", None),
        ("owner/model@v2", "owner/model", "v2"),
        ("owner/model@", "owner/model", None),
        ("~/model@3", "~/model@3", None),
    ],
)
def test_only_what_is_no_directory_has_a_revision_behind_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reference: str, location: str, revision: str | None
) -> None:
    (tmp_path / "model@3").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    assert split_reference(reference) == (location, revision)


@pytest.mark.parametrize("location", ["./no/such/directory", "/no/such/directory", "a b"])
def test_what_is_neither_a_directory_nor_a_hub_id_is_refused(location: str) -> None:
    with pytest.raises(CheckpointError, match="neither a directory that exists nor a hub id"):
        open_checkpoint(location)


@pytest.fixture
def hub_cache(directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hub cache that holds one repository at one commit, and no network."""
    from huggingface_hub import constants

    repository = tmp_path / "cache" / "models--owner--model"
    shutil.copytree(directory, repository / "snapshots" / COMMIT)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(COMMIT)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    return repository


@pytest.mark.usefixtures("hub_cache")
@pytest.mark.parametrize("revision", [None, "main", COMMIT])
def test_a_hub_id_is_recorded_with_the_commit_it_stands_for(directory: Path, revision: str | None) -> None:
    checkpoint = open_checkpoint("owner/model", revision=revision)
    assert (checkpoint.name, checkpoint.location, checkpoint.revision) == ("owner/model", "owner/model", COMMIT)
    assert checkpoint.fingerprint == open_checkpoint(str(directory)).fingerprint


@pytest.mark.usefixtures("hub_cache")
@pytest.mark.parametrize(("location", "revision"), [("owner/other", None), ("owner/model", "v2")])
def test_without_a_network_the_error_says_how_to_get_the_files(location: str, revision: str | None) -> None:
    with pytest.raises(ResourceError, match=f"hub cannot be reached.*hf download {location}"):
        open_checkpoint(location, revision=revision)
