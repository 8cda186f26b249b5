"""Fingerprint: what a checkpoint is, as digests over the content of the files that shape its predictions.

Lineage, README, optimiser state and the directory's name do not count. SHA-256 throughout.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path
from typing import cast

from perturbations.errors import CheckpointError

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
WEIGHTS_INDEX = "model.safetensors.index.json"
WEIGHTS_SHARDS = "model-*-of-*.safetensors"
OTHER_WEIGHTS = ("pytorch_model*.bin", "tf_model.h5", "flax_model.msgpack", "*.ckpt")
TOKENIZER = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "*.model",
    "bpe.codes",
    "dict.txt",
    "byte_maps.json",
    "entity_vocab.json",
)
"""Patterns of the files that a tokenizer may be made from."""


def digests(directory: Path) -> dict[str, str]:
    """Hex digests of the parts of a checkpoint: `weights`, `config`, `tokenizer`.

    Raises:
        CheckpointError: a part is missing, or the weights are in another format than safetensors.
    """
    if not (directory / CONFIG).is_file():
        raise CheckpointError(f"{directory} holds no {CONFIG}: give a directory written by `save_pretrained`")
    tokenizer = [path for path in directory.iterdir() if any(fnmatch(path.name, pattern) for pattern in TOKENIZER)]
    if not tokenizer:
        raise CheckpointError(
            f"{directory} holds no tokenizer ({', '.join(TOKENIZER)}): save it there with `tokenizer.save_pretrained`"
        )
    return {
        "weights": _digest_files(weight_files(directory)),
        "config": _digest_files([directory / CONFIG]),
        "tokenizer": _digest_files(tokenizer),
    }


def combine(parts: dict[str, str]) -> str:
    """One hex digest over named parts, whatever their order."""
    lines = "".join(f"{name}\0{digest}\n" for name, digest in sorted(parts.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def digest_labels(labels: Iterable[str]) -> str:
    """Hex digest of a label list, order included."""
    return hashlib.sha256(json.dumps(list(labels)).encode()).hexdigest()


def weight_files(directory: Path) -> list[Path]:
    """The safetensors files that transformers loads from a directory, shards included.

    Raises:
        CheckpointError: there are none, or a shard that the index names is missing.
    """
    single, index = directory / WEIGHTS, directory / WEIGHTS_INDEX
    if single.is_file():
        return [single]
    if not index.is_file():
        raise CheckpointError(_no_weights(directory))
    shards = sorted({directory / name for name in _weight_map(index).values()})
    for shard in shards:
        if shard.parent != directory or not shard.is_file():
            raise CheckpointError(f"{index} names {shard.name}, which is not beside it: copy or download it again")
    return shards


def _weight_map(index: Path) -> dict[str, str]:
    try:
        table = cast("dict[str, dict[str, str]]", json.loads(index.read_text(encoding="utf-8")))
        return dict(table["weight_map"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{index} is not an index of shards: download it again ({error!r})") from error


def _no_weights(directory: Path) -> str:
    if any(directory.glob("adapter_model.*")):
        return f"{directory} holds an adapter without its model: `merge_and_unload` it and save the result"
    others = sorted(path.name for pattern in OTHER_WEIGHTS for path in directory.glob(pattern))
    if others:
        return (
            f"{directory} holds weights as {others[0]} only, and xrobust loads safetensors alone (pickled files can "
            "run code): where you trust it, load it with transformers and write it anew with `save_pretrained`"
        )
    return f"{directory} holds no {WEIGHTS}: give a directory written by `save_pretrained`"


def _digest_files(paths: Iterable[Path]) -> str:
    parts: dict[str, str] = {}
    for path in paths:
        with path.open("rb") as file:
            parts[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return combine(parts)
