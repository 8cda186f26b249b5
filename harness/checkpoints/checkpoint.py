"""Checkpoint: a fine-tuned model as a value, from a local directory or the Hugging Face hub.

Opening reads and hashes files; the model itself is loaded by `harness.checkpoints.loading`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.checkpoints.fingerprint import combine, digest_labels, digests
from harness.checkpoints.hub import download
from harness.checkpoints.lineage import Entry, Lineage, read_lineage, read_manifest
from perturbations.errors import CheckpointError


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model directory, what is in it and where it came from.

    Args:
        name: as reports call it.
        location: the directory or hub id it was opened by.
        revision: the commit on the hub, None for a local directory.
        fingerprint: hex digest of everything that shapes its predictions.
        lineage: its training history.
        directory: the local directory that holds the files.
        parts: hex digests by part: `weights`, `config`, `tokenizer`, and `labels` where a manifest gives them.
        labels: the label of each output of its head where a manifest gives them, else None (see `Entry.labels`).
    """

    name: str
    location: str
    revision: str | None
    fingerprint: str
    lineage: Lineage
    directory: Path
    parts: Mapping[str, str] = field(default_factory=dict[str, str])
    labels: tuple[str, ...] | None = None

    def __str__(self) -> str:
        return self.name


def split_reference(reference: str) -> tuple[str, str | None]:
    """Directory or hub id, and the revision that pins a hub id (`"owner/model@revision"`), None where none does.

    The name of a directory may hold an `@` itself.
    """
    if Path(reference).expanduser().is_dir():
        return reference, None
    location, _, revision = reference.partition("@")
    return location, revision or None


def open_checkpoint(
    location: str, *, name: str | None = None, revision: str | None = None, manifest: Path | None = None
) -> Checkpoint:
    """Find a checkpoint, hash it and read its lineage.

    Args:
        location: a local directory, or a hub id (`"owner/model"`), of which only the needed files are downloaded.
        name: as reports call it; by default the directory's name or the hub id.
        revision: commit, tag or branch on the hub; whatever it is, the commit is what gets recorded.
        manifest: TOML or JSON with a table a checkpoint, by name or location; what it tells wins over `lineage.json`.

    Raises:
        CheckpointError: there is no such checkpoint, or its files or lineage are not as they must be.
        ResourceError: it would have to be downloaded and the hub cannot be reached.
    """
    path = Path(location).expanduser()
    if path.is_dir():
        if revision is not None:
            raise CheckpointError(f"{location} is a local directory, which has no revision: leave out {revision!r}")
        directory, commit = path, None
        name = name or path.resolve().name
    else:
        directory = download(location, revision)
        commit, name = directory.name, name or location
    entry = _find_entry(manifest, name, location) if manifest else Entry()
    parts = digests(directory)
    if entry.labels is not None:
        parts["labels"] = digest_labels(entry.labels)
    return Checkpoint(
        name=name,
        location=location,
        revision=commit,
        fingerprint=combine(parts),
        lineage=read_lineage(directory) if entry.lineage is None else entry.lineage,
        directory=directory,
        parts=parts,
        labels=entry.labels,
    )


def _find_entry(manifest: Path, name: str, location: str) -> Entry:
    entries = read_manifest(manifest)
    found = {key: entries[key] for key in (name, location) if key in entries}
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        raise CheckpointError(f"{manifest} has an entry for {name!r} and one for {location!r}: keep one of them")
    known = ", ".join(repr(key) for key in entries) or "nothing"
    raise CheckpointError(f"{manifest} tells nothing of {name!r} or {location!r} (it has {known}): add a table for it")
