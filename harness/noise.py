"""Noise: the examples of a cell, each with its texts perturbed and its labels moved along."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from perturbations.edits import Damage, Edits, Span, Status
from perturbations.passage import Level, Passage
from perturbations.perturbation import Noise, Rewriting, Scope
from perturbations.plausibility import OtherWords
from perturbations.policy import perturb
from perturbations.protection import Protection, protect
from suites.examples import Example, Text, transport

_GRAVEST = (Status.UNENCODABLE, Status.UNAVAILABLE, Status.UNSUPPORTED, Status.SATURATED, Status.DONE)
NOTHING = Protection()


@dataclass(frozen=True, slots=True)
class Perturbed:
    """An example after the noise.

    Args:
        example: what the model reads now.
        edits: the edits of each perturbed text, by name.
        survivors: for a text with spans, the indices of the spans that are still there, in their new order.
        refused: number of edits that were drawn and given up for others, over all texts.
    """

    example: Example
    edits: Mapping[str, Edits] = field(default_factory=dict[str, Edits])
    survivors: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    refused: int = 0

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
    def collisions(self) -> int:
        """Edits that were drawn and would make another word of the language, refused or not."""
        return sum(edits.collisions for edits in self.edits.values())

    @property
    def proposed(self) -> int:
        """Edits that were drawn, refused or not."""
        return sum(len(edits.edits) for edits in self.edits.values()) + self.refused

    @property
    def damage(self) -> tuple[int, ...]:
        """`(kinds,)` how often each kind of `Damage` was done, over all texts."""
        done = [harm for edits in self.edits.values() for harm in edits.damage]
        return tuple(sum(harm.cases for harm in done if harm.kind is kind) for kind in Damage)

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
        protection: what no edit may touch.
    """

    def __init__(self, examples: Sequence[Example], names: Sequence[str], protection: Protection = NOTHING) -> None:
        self.examples = examples
        self._protection = protection
        self._texts = [{name: example.texts[name] for name in names} for example in examples]
        self._plain = [{name: _passage(text) for name, text in texts.items()} for texts in self._texts]
        self._protected: dict[Level, list[dict[str, Passage]]] = {}
        # A paragraph with several questions has one noise, so that it keeps the answers of all of them.
        self._labelled: dict[str, set[Span]] = {}
        for texts in self._texts:
            for text in texts.values():
                self._labelled.setdefault(_passage_key(text), set()).update(text.labelled)

    def perturb(
        self, noise: Noise, *, rate: float, seed: int, plausibility: OtherWords | None = None
    ) -> list[Perturbed]:
        """Every example with noise in its texts, in the same order."""
        found: list[Perturbed] = []
        for example, passages in zip(self.examples, self._at(noise.level), strict=True):
            edits = {
                name: perturb(passage, noise, rate=rate, seed=seed, plausibility=plausibility)
                for name, passage in passages.items()
            }
            refusing = plausibility is not None and plausibility.refuses
            refused = sum(edit.collisions for edit in edits.values()) if refusing else 0
            survivors: dict[str, tuple[int, ...]] = {}
            if any(edit.edits for edit in edits.values()):
                example, survivors = transport(example, edits)
            found.append(Perturbed(example, edits, survivors, refused))
        return found

    def _at(self, level: Level) -> list[dict[str, Passage]]:
        """The passages with what is protected against edits at that level."""
        if self._protection == NOTHING:
            return self._plain
        if level not in self._protected:
            self._protected[level] = [
                {name: self._guarded(texts[name], passage, level) for name, passage in passages.items()}
                for texts, passages in zip(self._texts, self._plain, strict=True)
            ]
        return self._protected[level]

    def _guarded(self, text: Text, passage: Passage, level: Level) -> Passage:
        return protect(passage, self._protection, level, labelled=sorted(self._labelled[_passage_key(text)]))


def judge_of(noise: Noise, plausibility: OtherWords | None) -> OtherWords | None:
    """What judges the edits of a perturbation, if anything.

    Only single edits of characters are judged: those of words make other words on purpose. Of what hands back a whole
    text no edit can be refused, and collisions are counted only.
    """
    if plausibility is None or noise.level is not Level.CHARACTER or noise.scope is not Scope.UNIT:
        return None
    return replace(plausibility, refuses=False) if isinstance(noise, Rewriting) else plausibility


def _passage_key(text: Text) -> str:
    """What texts with the same noise have in common."""
    return text.key or text.text


def _passage(text: Text) -> Passage:
    return Passage(text.text, text.language, text.key, text.spans if text.tokens else (), text.fixed)
