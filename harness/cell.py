"""Cell: the unit of work and the key of the store; Record: what one example of one cell came to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import blake2b

from perturbations.edits import Status

CLEAN = "clean"
"""The name under which the unperturbed inputs are stored, beside the names of the perturbations."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One checkpoint on one language of one task under one perturbation, and all else that shapes its numbers.

    Two cells with equal fields have equal records, but for the rounding of another token budget, thread count or kind
    of accelerator (1e-6); whatever else could change a number is a field, so that the digest of the fields can name
    the file that holds the records.

    Args:
        checkpoint: fingerprint of weights, configuration and tokenizer.
        task: name of the task.
        language: language code.
        perturbation: name of the perturbation, or `"clean"`.
        rate: 0–1, the rate asked for; 0 for clean.
        seed: seed of the noise; 0 for clean.
        metrics: names of the metrics whose vectors are kept, one after the other.
        fields: names of the texts that were perturbed.
        policy: how sites were chosen (`"random"`).
        protection: what no edit may touch (`"none"`).
        parameters: parameters of the perturbation, those at their defaults included.
        task_version: version of the task's reader.
        options: options of the task's reader.
        split: `"test"`, `"dev"` or `"train"`.
        data: digest of the examples that were read.
        precision: arithmetic of the forward pass (`"fp32"`, `"bf16"`).
        device: where it ran (`"cpu"`, `"cuda"`): the two round differently.
        max_pieces: pieces after which an input is cut or split, None for the model's own limit.
        versions: of everything whose change could change a number.
    """

    checkpoint: str
    task: str
    language: str
    perturbation: str
    rate: float
    seed: int
    metrics: tuple[str, ...]
    fields: tuple[str, ...]
    policy: str
    protection: str
    parameters: Mapping[str, str]
    task_version: int
    options: Mapping[str, str]
    split: str
    data: str
    precision: str
    device: str
    max_pieces: int | None
    versions: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def clean(self) -> bool:
        """Whether nothing was perturbed."""
        return self.perturbation == CLEAN

    @property
    def key(self) -> str:
        """32 hexadecimal digits over every field."""
        return key_of(self.description())

    def description(self) -> str:
        """The fields as JSON with sorted keys."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)


def key_of(description: str) -> str:
    """The key of the cell with this description."""
    return blake2b(description.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Record:
    """One example of one cell.

    Args:
        id: the example's id.
        group: its cluster.
        prediction: predicted label, or a tag for each surviving token.
        probabilities: of each label in the task's order, or of each predicted tag.
        statistic: the vectors of the cell's metrics for this example, one after the other.
        reference: the same for the clean prediction, on the tokens that survive the edits.
        edits: the edits of each perturbed text by its name, as JSON; empty where nothing was edited.
        realised_rate: 0–1, units touched over units, over all perturbed texts of the example.
        lost: 0–1, share of the tokens that the edits removed.
        pieces: length of the input in subword pieces.
        truncated: whether pieces were cut off at the limit.
        status: what became of the perturbation.
    """

    id: str
    group: str
    prediction: tuple[str, ...]
    probabilities: tuple[float, ...]
    statistic: tuple[float, ...]
    reference: tuple[float, ...]
    edits: str
    realised_rate: float
    lost: float
    pieces: int
    truncated: bool
    status: Status
