"""Prediction: what a model said of one example, and the options under which it was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from perturbations.errors import UsageError
from suites.examples import Example, Pool

PRECISIONS = ("fp32", "bf16")
DEVICES = ("auto", "cpu", "cuda")


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model said of one example.

    Args:
        label: the class, the number of the choice or the answer; or the tag of each token, or the candidates found, the
            best first. A tag is empty where a token has no piece to read it from, which no gold tag equals.
        probabilities: of the classes, in the task's label order, of the choices, of the answer, or of the chosen tag
            of each token; 0–1. Of candidates the similarities.
        pieces: subword pieces of the whole input, special tokens not counted, before any truncation; None where they
            are not known, as of predictions made elsewhere.
        truncated: whether pieces were cut off at the limit, so that the model did not see them; None as for pieces.
        output: what a text-to-text model wrote, where it is no label of the task, and so wrong; else None.
    """

    label: str | tuple[str, ...]
    probabilities: tuple[float, ...]
    pieces: int | None
    truncated: bool | None
    output: str | None = None


@dataclass(frozen=True, slots=True)
class Inference:
    """How a model is run.

    Args:
        token_budget: pieces in a batch, padding included; moves results by rounding errors only (1e-6).
        max_pieces: longest sequence, special tokens included; None is the limit of the model.
        precision: `"fp32"`, or `"bf16"`, which is faster and moves logits by up to 4e-3.
        device: `"cpu"`, `"cuda"`, or `"auto"` for the accelerator where there is one.

    Raises:
        UsageError: a value out of range.
    """

    token_budget: int = 2048
    max_pieces: int | None = None
    precision: str = "fp32"
    device: str = "auto"

    def __post_init__(self) -> None:
        if self.token_budget < 1:
            raise UsageError(f"the token budget must be at least 1, got {self.token_budget}")
        if self.max_pieces is not None and self.max_pieces < 1:
            raise UsageError(f"max_pieces must be at least 1, got {self.max_pieces}: None is the model's limit")
        if self.precision not in PRECISIONS:
            raise UsageError(f"unknown precision {self.precision!r}: use one of {', '.join(PRECISIONS)}")
        if self.device not in DEVICES:
            raise UsageError(f"unknown device {self.device!r}: use one of {', '.join(DEVICES)}")


class Predictor(Protocol):
    """A loaded model that answers the examples of one task."""

    def predict(
        self, examples: Sequence[Example], *, on_batch: Callable[[int], None] | None = None
    ) -> list[Prediction]:
        """A prediction for each example, in their order.

        Args:
            examples: `(examples,)` of the task, in any order and of any length; they are sorted within.
            on_batch: told after each batch how many examples it has finished; in sum, all of them.

        Raises:
            DataError: a text that cannot be encoded.
            CheckpointError: the model's outputs are not numbers.
        """
        ...


@runtime_checkable
class Searcher(Predictor, Protocol):
    """A predictor that looks for its answers in a pool."""

    @property
    def joint(self) -> bool:
        """Whether what is found for one example hangs on the others, so that all must be asked at once."""
        ...

    @property
    def held(self) -> int:
        """Bytes of the vectors of its pool."""
        ...

    def over(self, pool: Pool) -> Searcher:
        """The same, searching a pool; its candidates are encoded now, once."""
        ...


@runtime_checkable
class Tunable(Searcher, Protocol):
    """A predictor with a threshold that is tuned on clean data."""

    def tuned(self, examples: Sequence[Example], pool: Pool) -> Tunable:
        """The same with the threshold at which the score on these examples is highest."""
        ...
