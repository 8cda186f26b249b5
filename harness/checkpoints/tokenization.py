"""Tokenization: the tokenizer of a checkpoint, or a line that says why there is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import transformers
from safetensors import SafetensorError

from perturbations.errors import CheckpointError, UsageError

UNLOADABLE = (OSError, ValueError, KeyError, TypeError, ImportError, RuntimeError, SafetensorError)
"""What transformers raises where a directory is not what it takes it for."""
NEW_TOKENIZER = "TokenizersBackend"
"""The tokenizer class that transformers 5 writes and transformers 4 does not know."""


def load_tokenizer(directory: Path, where: str) -> Any:
    """The tokenizer of a checkpoint.

    Args:
        directory: the checkpoint's.
        where: the checkpoint, as a message calls it.

    Raises:
        CheckpointError: it cannot be loaded, or has no padding token.
    """
    auto = cast("Any", transformers.AutoTokenizer)
    try:
        tokenizer = auto.from_pretrained(directory, local_files_only=True, trust_remote_code=False, use_fast=True)
    except UNLOADABLE as error:
        raise CheckpointError(_no_tokenizer(directory, where, error)) from error
    if tokenizer.pad_token_id is None:
        raise CheckpointError(
            f"{where} has a tokenizer without a padding token: set pad_token in its config and save it"
        )
    return tokenizer


def _no_tokenizer(directory: Path, where: str, error: Exception) -> str:
    name = "tokenizer_config.json"
    path = directory / name
    settings = cast("dict[str, object]", json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}
    wanted = str(settings.get("tokenizer_class"))
    version = transformers.__version__
    if wanted == NEW_TOKENIZER and NEW_TOKENIZER in str(error):
        return (
            f"{where} was saved with transformers 5, and transformers {version} does not know its tokenizer class "
            f'{wanted}: install transformers 5, or set "tokenizer_class": "PreTrainedTokenizerFast" in its {name}'
        )
    return f"{where}: transformers {version} cannot load its tokenizer: {first_line(error)}"


def check_fast(tokenizer: Any, where: str) -> None:
    """Make sure that a tokenizer tells where its pieces stand in a text, as the fast ones do.

    Raises:
        CheckpointError: it is a slow one.
    """
    if not tokenizer.is_fast:
        raise CheckpointError(
            f"{where} has a slow tokenizer ({type(tokenizer).__name__}), and a fast one is needed here: give a "
            "checkpoint that has one"
        )


def check_room(tokenizer: Any, max_pieces: int) -> None:
    """Make sure that a limit leaves room for two texts: below it tokenizers cut nothing, and say nothing.

    Raises:
        UsageError: it does not.
    """
    least = tokenizer.num_special_tokens_to_add(pair=True) + 2
    if max_pieces < least:
        raise UsageError(f"max_pieces {max_pieces} leaves no room for two texts: ask for at least {least}")


def check_vocabulary(tokenizer: Any, model: Any, where: str) -> None:
    """Make sure that a model has a row of embeddings for every piece of its tokenizer.

    Raises:
        CheckpointError: there are more pieces than rows, or the model has no such table.
    """
    try:
        rows: int = model.get_input_embeddings().num_embeddings
    except NotImplementedError as error:
        raise CheckpointError(
            f"{where} is of the family {model.config.model_type!r}, which has no table of embeddings (CANINE hashes "
            "characters, and its answers hang on the padding of a batch): give a checkpoint of another family"
        ) from error
    if len(tokenizer) > rows:
        raise CheckpointError(
            f"{where} has a tokenizer of {len(tokenizer)} pieces and embeddings for {rows}: they do not belong together"
        )


def first_line(error: Exception) -> str:
    """The first line of an error, without the advice of another library's users' guide."""
    return f"{str(error).strip().splitlines()[0][:200]} ({type(error).__name__})" if str(error).strip() else repr(error)
