"""Cell: the unit of work and the key of the store; Record: what one example of one cell came to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import blake2b

from perturbations.edits import Status

CLEAN = "clean"
"""The name under which the unperturbed inputs are stored, beside the names of the perturbations."""
NONE = "none"
"""What a cell says of a policy, protection or plausibility that it does without."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One checkpoint on one language of one task under one perturbation, and all else that shapes its numbers.

    Two cells with equal fields have equal records, but for the rounding of another token budget, thread count or kind
    of accelerator (1e-6); whatever else could change a number is a field, so that the digest of the fields can name
    the file that holds the records.

    Args:
        checkpoint: fingerprint of weights, configuration and tokenizer, or of the files of predictions made elsewhere.
        task: name of the task.
        language: language code.
        perturbation: name of the perturbation, or `"clean"`.
        rate: 0–1, the rate asked for; 0 for clean.
        seed: seed of the noise; 0 for clean.
        metrics: names of the metrics whose vectors are kept, one after the other.
        fields: names of the texts that were perturbed.
        policy: how sites were chosen (`"random"`).
        protection: what no edit may touch (`"urls first"`, `"none"`).
        plausibility: how edits that make another word of the language were treated (`"refused from 3"`: refused where
            the word's Zipf frequency is at least 3; `"counted from 3"`; `"none"`: nobody looked).
        parameters: parameters of the perturbation, those at their defaults included.
        task_version: version of the task's reader.
        options: options of the task's reader.
        split: `"test"`, `"dev"` or `"train"`.
        data: digest of the examples that were read.
        precision: arithmetic of the forward pass (`"fp32"`, `"bf16"`); `"none"` for predictions made elsewhere.
        device: where it ran (`"cpu"`, `"cuda"`): the two round differently; `"none"` as for precision.
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
    plausibility: str
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
    def elsewhere(self) -> bool:
        """Whether its predictions were made elsewhere and read from files."""
        return self.device == NONE

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
class Planned:
    """A cell that a run consists of.

    Args:
        checkpoint: the checkpoint's name.
        perturbation: the name under which the run shows it: of the perturbation, of a variant of it, or `"clean"`.
        cell: what is computed.
        key: the key of the cell, under which the store has it.
    """

    checkpoint: str
    perturbation: str
    cell: Cell
    key: str


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
        proposed: number of edits that were drawn, over all perturbed texts; those that were refused included.
        collisions: of these, how many would make another word of the language; 0 where nobody looked.
        damage: `(kinds,)` how often foreign code did each kind of `perturbations.edits.Damage` to the texts.
        lost: 0–1, share of the tokens that the edits removed.
        pieces: length of the input in subword pieces; None for predictions made elsewhere, which do not tell.
        truncated: whether pieces were cut off at the limit; None as for pieces.
        words: length of the input in words, or in tokens where it is made of them.
        answers: number of answers that the prediction gives: one a surviving token, else 1.
        changed: of these, how many differ from the clean prediction; of candidates the first is compared.
        correct: `(answers,)` whether each equals the gold one; empty where answers are graded or ranked.
        status: what became of the perturbation.
        output: what a text-to-text model wrote, where it is no label of the task, and so wrong; else None.
    """

    id: str
    group: str
    prediction: tuple[str, ...]
    probabilities: tuple[float, ...]
    statistic: tuple[float, ...]
    reference: tuple[float, ...]
    edits: str
    realised_rate: float
    proposed: int
    collisions: int
    damage: tuple[int, ...]
    lost: float
    pieces: int | None
    truncated: bool | None
    words: int
    answers: int
    changed: int
    correct: tuple[bool, ...]
    status: Status
    output: str | None = None
