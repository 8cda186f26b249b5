"""The Hugging Face hub: the needed files of a model repository, at a commit that is known afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, cast

from harness.checkpoints.fingerprint import CONFIG, TOKENIZER, WEIGHTS, WEIGHTS_INDEX, WEIGHTS_SHARDS
from harness.checkpoints.lineage import LINEAGE_FILE
from perturbations.errors import CheckpointError, ResourceError

WANTED = (CONFIG, WEIGHTS, WEIGHTS_INDEX, WEIGHTS_SHARDS, LINEAGE_FILE, *TOKENIZER)


class _Snapshot(Protocol):
    """The part of `huggingface_hub.snapshot_download` that is used, whose own types are incomplete."""

    def __call__(
        self, repo_id: str, *, revision: str | None, allow_patterns: list[str], ignore_patterns: list[str]
    ) -> str: ...


def download(location: str, revision: str | None) -> Path:
    """The local snapshot of a model repository, whose directory is named after the commit.

    Args:
        location: hub id, `"owner/model"`.
        revision: commit, tag or branch; None for the main branch.

    Raises:
        CheckpointError: there is no such repository or revision, or it is gated.
        ResourceError: the hub cannot be reached and the cache does not have it, or it cannot be stored.
    """
    import huggingface_hub
    from huggingface_hub import errors

    snapshot = cast("_Snapshot", huggingface_hub.snapshot_download)  # pyright: ignore[reportUnknownMemberType]
    of = f"{location!r} at revision {revision!r}" if revision else repr(location)
    try:
        return Path(snapshot(location, revision=revision, allow_patterns=list(WANTED), ignore_patterns=["*/*"]))
    except errors.HFValidationError:
        raise CheckpointError(f"{location!r} is neither a directory that exists nor a hub id: check the path") from None
    except errors.GatedRepoError as error:
        raise CheckpointError(f"{of} is gated on the hub: accept its terms there, then `hf auth login`") from error
    except errors.RevisionNotFoundError as error:
        raise CheckpointError(f"the hub has {location!r}, but not the revision {revision!r}: check it") from error
    except errors.RepositoryNotFoundError as error:
        raise CheckpointError(f"{location!r} is no directory here and no repository on the hub: check it") from error
    except (errors.LocalEntryNotFoundError, errors.HfHubHTTPError) as error:
        raise ResourceError(
            f"{of} is no directory here, not in the hub's cache, and the hub cannot be reached: download it where "
            f"there is a network (`hf download {location}`) and give the directory ({type(error).__name__})"
        ) from error
    except OSError as error:
        raise ResourceError(f"{of} could not be stored in the hub's cache: {error}") from error
