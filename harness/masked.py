"""A masked language model by its checkpoint: known by its fingerprint at once, loaded when it is first asked.

A run whose cells are stored already, or that only reads its plan again, loads no model for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from harness.checkpoints.checkpoint import split_reference
from harness.checkpoints.fingerprint import combine, digests
from harness.checkpoints.hub import download
from harness.predictors.prediction import DEVICES
from perturbations.edits import Span
from perturbations.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from harness.fill import MaskedModel


@dataclass(frozen=True)
class CheckpointFill:
    """Fulfils `perturbations.words.masked_lm.Fill` with the model of a checkpoint.

    Args:
        model: a directory, or a hub id (`id@revision` pins one).
        device: `"auto"`, `"cpu"` or `"cuda"`.
        top: proposals for a mask, at least 1.

    Raises:
        UsageError: `top` is below 1, or there is no such device.
    """

    model: str
    device: str = "auto"
    top: int = 20

    def __post_init__(self) -> None:
        if self.top < 1:
            raise UsageError(f"masked language model: top is {self.top}: ask for at least 1 proposal")
        if self.device not in DEVICES:
            raise UnknownNameError("device", self.device, DEVICES)

    def __repr__(self) -> str:
        """What shapes its proposals, as recorded with every result, wherever it lies and whatever it is called."""
        from harness.checkpoints.loading import find_device

        device = find_device(self.device).type
        return f"CheckpointFill(fingerprint={self.fingerprint!r}, top={self.top}, device={device!r})"

    def __call__(self, texts: Sequence[str], positions: Sequence[Sequence[Span]]) -> list[list[list[str]]]:
        """`(texts, positions, proposals)` words for each position of each text, the likeliest first."""
        return self.opened(texts, positions)

    @cached_property
    def place(self) -> tuple[str, str | None]:
        """Directory, or hub id and the commit that it stands for, so that what is loaded is what was hashed.

        Raises:
            CheckpointError: there is no such checkpoint.
            ResourceError: it would have to be downloaded and the hub cannot be reached.
        """
        location, revision = split_reference(self.model)
        if Path(location).expanduser().is_dir():
            return str(Path(location).expanduser()), None
        return location, download(location, revision).name

    @cached_property
    def fingerprint(self) -> str:
        """Of weights, config and tokenizer.

        Raises:
            CheckpointError: there is no such checkpoint, or its files are not as they must be.
            ResourceError: it would have to be downloaded and the hub cannot be reached.
        """
        location, commit = self.place
        return combine(digests(Path(location) if commit is None else download(location, commit)))

    def load(self) -> None:
        """Load the model now, so that one that cannot be loaded is told before anything is computed.

        Raises:
            CheckpointError: files that cannot be loaded, no such head, a tokenizer without a mask.
        """
        _ = self.opened

    @cached_property
    def opened(self) -> MaskedModel:
        """The model, loaded; raises as `open_fill` does."""
        from harness.fill import open_fill

        location, commit = self.place
        return open_fill(location, revision=commit, device=self.device, top=self.top)
