"""Noise: the examples of a cell, each with its texts perturbed and its labels moved along."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass

from perturbations.edits import Edits, Status
from perturbations.passage import Passage
from perturbations.perturbation import Perturbation
from perturbations.policy import perturb
from suites.examples import Example, transport

_GRAVEST = (Status.UNENCODABLE, Status.UNAVAILABLE, Status.UNSUPPORTED, Status.SATURATED, Status.DONE)


@dataclass(frozen=True, slots=True)
class Struck:
    """An example after the noise.

    Args:
        example: what the model reads now.
        edits: the edits of each perturbed text, by name.
        survivors: for a text with spans, the indices of the spans that are still there, in their new order.
    """

    example: Example
    edits: Mapping[str, Edits] = field(default_factory=dict[str, Edits])
    survivors: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])

    @property
    def unchanged(self) -> bool:
        """Whether the model reads what it read before."""
        return not any(edits.edits for edits in self.edits.values())

    @property
    def realised_rate(self) -> float:
        """Units touched over units, over all perturbed texts: 0–1."""
        units = sum(edits.units for edits in self.edits.values())
        return sum(edits.touched for edits in self.edits.values()) / units if units else 0.0

    @property
    def status(self) -> Status:
        """The gravest status of its texts."""
        found = {edits.status for edits in self.edits.values()}
        return next((status for status in _GRAVEST if status in found), Status.DONE)

    def edits_as_json(self) -> str:
        """The edits by text as `[start, end, text, [[start, end, at], …]]`; empty where there are none."""
        if self.unchanged:
            return ""
        plain = {
            name: [(edit.start, edit.end, edit.text, edit.kept) for edit in edits.edits]
            for name, edits in self.edits.items()
        }
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


class Passages:
    """The texts of some examples as passages, made once and struck by every perturbation of a run.

    Args:
        examples: `(examples,)` what was read.
        names: names of the texts to perturb.
    """

    def __init__(self, examples: Sequence[Example], names: Sequence[str]) -> None:
        self.examples = examples
        self._passages = [
            {
                name: Passage(text.text, text.language, text.key, text.spans if text.tokens else ())
                for name in names
                if (text := example.texts[name])
            }
            for example in examples
        ]

    def strike(self, perturbation: Perturbation, *, rate: float, seed: int) -> list[Struck]:
        """Every example with noise in its texts, in the same order."""
        struck: list[Struck] = []
        for example, passages in zip(self.examples, self._passages, strict=True):
            edits = {name: perturb(passage, perturbation, rate=rate, seed=seed) for name, passage in passages.items()}
            if any(edit.edits for edit in edits.values()):
                after, survivors = transport(example, edits)
                struck.append(Struck(after, edits, survivors))
            else:
                struck.append(Struck(example, edits))
        return struck


def parameters(perturbation: Perturbation) -> dict[str, str]:
    """The parameters of a perturbation by name, defaults included."""
    if not is_dataclass(perturbation):
        return {}
    return {item.name: repr(getattr(perturbation, item.name)) for item in fields(perturbation)}
