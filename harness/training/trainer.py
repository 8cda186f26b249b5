"""Trainer: the loop of transformers, quiet, seeded, over batches of examples of like length."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

import torch
import transformers
from torch.utils.data import DataLoader, Dataset

from harness.checkpoints.loading import quiet
from harness.training.settings import Settings

Row = TypeVar("Row")
Watch = Callable[[int, int], None]
"""Told after each step how many of how many are done."""
BLOCK = 50
"""Batches from among which rows of like length are put together."""
_WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)


class Batches(Dataset[list[Any]]):
    """Batches as the items of a dataset, so that the loop takes them one by one and in their order."""

    def __init__(self, batches: list[list[Any]]) -> None:
        self.batches = batches

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, index: int) -> list[Any]:
        return self.batches[index]


def length_batches(rows: Sequence[Row], length: Callable[[Row], int], settings: Settings) -> list[list[Row]]:
    """The batches of all epochs in the order in which they are trained on.

    Each epoch is shuffled, cut into blocks and sorted by length within each, so that little of a batch is padding.
    """
    draws = random.Random(settings.seed)
    batches: list[list[Row]] = []
    for _ in range(settings.epochs):
        order = draws.sample(rows, len(rows))
        epoch: list[list[Row]] = []
        size = settings.batch_size
        for start in range(0, len(order), size * BLOCK):
            block = sorted(order[start : start + size * BLOCK], key=length)
            epoch += [block[first : first + size] for first in range(0, len(block), size)]
        batches += draws.sample(epoch, len(epoch))
    return batches


def train(model: torch.nn.Module, batches: list[list[Any]], collate: Callable[..., Any], settings: Settings) -> None:
    """Train a model in place and leave it on the CPU, in evaluation mode.

    Args:
        model: returns its loss under `loss`.
        batches: of all epochs, in order.
        collate: from a list with one batch to the inputs of the model.
        settings: learning rate, warm-up, decay and seed.
    """
    with tempfile.TemporaryDirectory() as scratch, quiet():
        arguments = transformers.TrainingArguments(
            output_dir=scratch,
            per_device_train_batch_size=1,
            max_steps=len(batches),
            learning_rate=settings.learning_rate,
            warmup_steps=round(settings.warm_up * len(batches)),
            weight_decay=settings.weight_decay,
            lr_scheduler_type="linear",
            max_grad_norm=1.0,
            seed=settings.seed,
            save_strategy="no",
            logging_strategy="no",
            report_to="none",
            disable_tqdm=True,
            dataloader_pin_memory=False,
            remove_unused_columns=False,
        )
        trainer = _InOrder(
            model=cast("Any", model), args=arguments, train_dataset=Batches(batches), data_collator=collate
        )
        if watch := _WATCH.get():
            cast("Any", trainer).add_callback(_Steps(watch))
        # It would print a line where no bar is drawn.
        trainer.remove_callback(transformers.PrinterCallback)
        cast("Any", trainer).train()
    model.to("cpu").eval()


class _InOrder(transformers.Trainer):
    """The loop of transformers over batches that are made and shuffled already."""

    def get_train_dataloader(self) -> DataLoader[Any]:
        loop = cast("Any", self)
        loader = DataLoader(cast("Batches", loop.train_dataset), batch_size=1, collate_fn=loop.data_collator)
        return loop.accelerator.prepare(loader)


class _Steps(transformers.TrainerCallback):
    """Passes on how far a training is."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self.watch(state.global_step, state.max_steps)


@contextmanager
def watched(watch: Watch | None) -> Generator[None, None, None]:
    """Tell `watch` of every step of the trainings inside."""
    token = _WATCH.set(watch)
    try:
        yield
    finally:
        _WATCH.reset(token)


@contextmanager
def seeded(seed: int) -> Generator[None, None, None]:
    """Seed Python's and torch's generators for the time being: libraries draw from them and take no other."""
    state = random.getstate()
    generators = cast("Any", torch.random)
    with generators.fork_rng():
        random.seed(seed)
        generators.manual_seed(seed)
        try:
            yield
        finally:
            random.setstate(state)
