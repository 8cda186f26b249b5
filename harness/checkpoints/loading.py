"""Loading: from a checkpoint to a model that can be run, or to a line that says why not.

Safetensors only, no code from the checkpoint, nothing fetched; a head that would be made up of random numbers is an
error. Works with transformers 4.57 and 5.
"""

from __future__ import annotations

import inspect
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
import transformers
from transformers.utils import logging

from harness.checkpoints.checkpoint import Checkpoint
from harness.checkpoints.serving import GENERATING, NAMED, check_serves, find_head
from harness.checkpoints.slow_tokenizer import Cutter, SlowTokenizer
from harness.checkpoints.tokenization import (
    UNLOADABLE,
    check_fast,
    check_room,
    check_vocabulary,
    first_line,
    load_tokenizer,
)
from perturbations.errors import CheckpointError, UsageError
from suites.task import Task

AUTO_CLASSES = {GENERATING: "AutoModelForSeq2SeqLM"}
"""The class of transformers that loads a head, where it is not named after it."""
TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model ready to be run.

    Args:
        where: the checkpoint, as a message calls it.
        model: the module, in evaluation mode on its device.
        tokenizer: neither truncating nor padding.
        outputs: `(labels,)` the output of the head for each label of the task; empty for heads without labels.
        limit: most pieces of a sequence, special tokens included; None where the model has no limit.
        padding: id of the padding piece.
        unknown: id of the piece for what is unknown, None where the tokenizer has none.
        typed: whether the model reads which of two texts a piece belongs to.
        device: where it runs.
    """

    where: str
    model: torch.nn.Module
    tokenizer: Cutter
    outputs: tuple[int, ...]
    limit: int | None
    padding: int
    unknown: int | None
    typed: bool
    device: torch.device


def load(checkpoint: Checkpoint, task: Task, *, precision: str, device: str, max_pieces: int | None) -> Loaded:
    """Load model and tokenizer for a task.

    Args:
        checkpoint: what to load.
        task: whose labels the head must have.
        precision: `"fp32"` or `"bf16"`.
        device: `"auto"`, `"cpu"` or `"cuda"`.
        max_pieces: a limit below the model's own, or None.

    Raises:
        CheckpointError: no head for the task, other labels, files that cannot be loaded.
        UsageError: the device is not there, or `max_pieces` is beyond the model.
    """
    where = f"checkpoint {checkpoint.name!r}"
    target = find_device(device)
    with quiet():
        config = _load_config(checkpoint.directory, where)
        outputs = check_serves(checkpoint, task)
        head = find_head(checkpoint, task)
        if task.kind in NAMED and head != GENERATING:
            _check_outputs(checkpoint, config, where)
        tokenizer = load_tokenizer(checkpoint.directory, where)
        model = _load_model(checkpoint.directory, config, where, head=head, precision=precision)
    check_vocabulary(tokenizer, model, where)
    if tokenizer.is_fast:
        tokenizer.backend_tokenizer.no_truncation()
        tokenizer.backend_tokenizer.no_padding()
    return Loaded(
        where=where,
        model=model.eval().to(target),
        tokenizer=tokenizer.backend_tokenizer if tokenizer.is_fast else SlowTokenizer(tokenizer),
        outputs=outputs,
        limit=_limit(tokenizer, model, max_pieces, where),
        padding=tokenizer.pad_token_id,
        unknown=tokenizer.unk_token_id,
        typed="token_type_ids" in tokenizer.model_input_names and _reads_types(model),
        device=target,
    )


def load_head(directory: Path, where: str, *, head: str, precision: str) -> tuple[Any, Any]:
    """A model with a head of the base model itself, such as `"ForMaskedLM"`, in evaluation mode, and its tokenizer.

    Raises:
        CheckpointError: files that cannot be loaded, no such head, a slow tokenizer.
    """
    with quiet():
        config = _load_config(directory, where)
        tokenizer = load_tokenizer(directory, where)
        check_fast(tokenizer, where)
        model = _load_model(directory, config, where, head=head, precision=precision)
    check_vocabulary(tokenizer, model, where)
    return model.eval(), tokenizer


def find_device(device: str) -> torch.device:
    """The torch device of that name, `"auto"` being the accelerator where torch sees one.

    Raises:
        UsageError: an accelerator is asked for and there is none.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise UsageError("device 'cuda' was asked for and torch sees none: use --device cpu, or a torch built for CUDA")
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(device)


@contextmanager
def quiet() -> Generator[None, None, None]:
    """Keep transformers from logging and drawing progress bars, for the time being."""
    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()


def _load_config(directory: Path, where: str) -> Any:
    auto = cast("Any", transformers.AutoConfig)
    try:
        config = auto.from_pretrained(directory, local_files_only=True, trust_remote_code=False)
    except UNLOADABLE as error:
        raise CheckpointError(
            f"{where}: transformers {transformers.__version__} cannot read its config.json: {first_line(error)}"
        ) from error
    return config


def _check_outputs(checkpoint: Checkpoint, config: Any, where: str) -> None:
    """Make sure that the head chooses one of as many labels as are named."""
    if config.problem_type in ("regression", "multi_label_classification"):
        raise CheckpointError(
            f"{where} was trained for {config.problem_type}, the task asks for one label of several: give another"
        )
    outputs: int = config.num_labels
    if checkpoint.labels is not None and len(checkpoint.labels) != outputs:
        raise CheckpointError(f"{where} has {outputs} outputs, the manifest names {len(checkpoint.labels)} labels")


def _load_model(directory: Path, config: Any, where: str, *, head: str, precision: str) -> Any:
    auto = _auto_class(config, head, where)
    try:
        model, report = auto.from_pretrained(
            directory,
            config=config,
            dtype=TYPES[precision],
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
    except UNLOADABLE as error:
        raise CheckpointError(f"{where}: its weights do not fit its config: {first_line(error)}") from error
    # What only the pooler would need is not missed where no head stands on it.
    missing = sorted(name for name in report["missing_keys"] if head or not name.startswith("pooler."))
    if missing:
        raise CheckpointError(
            f"{where} has no weights for {', '.join(missing[:4])}{', …' if missing[4:] else ''}: transformers would "
            "draw them at random; give the fine-tuned checkpoint, with its head"
        )
    return model


def _auto_class(config: Any, head: str, where: str) -> Any:
    """What transformers loads a head with: of the encoder alone where the head is empty.

    Raises:
        CheckpointError: it has no such head of the model's family.
    """
    encoder = cast("Any", transformers.AutoModelForTextEncoding)
    if not head and type(config) in encoder._model_mapping:
        # Of a model that also has a decoder, the encoder only.
        return encoder
    auto = getattr(transformers, AUTO_CLASSES.get(head, f"AutoModel{head}"))
    if type(config) not in auto._model_mapping or (not head and config.is_encoder_decoder):
        raise CheckpointError(
            f"{where} is of the family {config.model_type!r}, of which transformers {transformers.__version__} has no "
            f"model {head or 'of the encoder alone'}: give a checkpoint of another family"
        )
    return auto


def _reads_types(model: Any) -> bool:
    """Whether a model takes piece types; a tokenizer may offer them to one that does not."""
    return "token_type_ids" in inspect.signature(model.forward).parameters


def own_limit(tokenizer: Any, model: Any) -> int | None:
    """Most pieces of a sequence that a model reads, special tokens included; None where it has no limit."""
    limits = [limit for limit in (_positions(model), tokenizer.model_max_length) if limit and limit < 10**9]
    return min(limits, default=None)


def _limit(tokenizer: Any, model: Any, asked: int | None, where: str) -> int | None:
    """Most pieces of a sequence, or None where neither model nor tokenizer nor user names a number."""
    own = own_limit(tokenizer, model)
    if asked is None:
        return own
    if own is not None and asked > own:
        raise UsageError(f"max_pieces {asked} is beyond {where}, which reads {own} pieces: ask for at most that many")
    check_room(tokenizer, asked)
    return asked


def _positions(model: Any) -> int | None:
    """How many positions a model has; models of the RoBERTa family count theirs from behind the padding id."""
    for name, module in model.named_modules():
        if name.endswith("position_embeddings") and isinstance(module, torch.nn.Embedding):
            return module.num_embeddings - (0 if module.padding_idx is None else module.padding_idx + 1)
    return getattr(model.config, "max_position_embeddings", None)
