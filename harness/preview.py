"""Preview: what a run with the same settings would do to one text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.configuration import Configuration
from harness.noise import judge_of
from harness.plan import asked_rates
from harness.typed import build
from perturbations.edits import Edits, Status
from perturbations.errors import UsageError
from perturbations.passage import Passage
from perturbations.perturbation import Noise, Scope
from perturbations.plausibility import OtherWords
from perturbations.policy import perturb
from perturbations.protection import Protection, protect
from perturbations.registry import all_perturbations, expand


@dataclass(frozen=True, slots=True)
class Shown:
    """One perturbation of one text.

    Args:
        title: what was done, and how much of it.
        missing: what it lacks, if anything.
        edits: what it did.
    """

    title: str
    missing: str | None
    edits: Edits


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What is done to a text; the fields are those of a plan.

    Raises:
        UsageError: whatever a plan would refuse too, and labels to protect, which a bare text has not.
    """

    perturbations: tuple[str, ...] = ()
    rates: tuple[float, ...] | None = None
    severities: tuple[str, ...] = ()
    variants: Mapping[str, str] = field(default_factory=dict[str, str])
    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict[str, Mapping[str, object]])
    protection: Protection = field(default_factory=Protection)
    plausibility: OtherWords | None = None

    def __post_init__(self) -> None:
        if self.protection.labels:
            raise UsageError("protection of labels: a text without a task has none; leave it out")
        self.noises()

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Preview:
        """The preview that a mapping with these fields describes; all perturbations where none is named.

        Raises:
            UsageError: an unknown key or a wrong type.
        """
        names = expand(content["perturbations"]) or tuple(noise.name for noise in all_perturbations())
        return build(cls, {**content, "perturbations": names}, where="preview")

    def noises(self) -> dict[str, Noise]:
        """The perturbations by the names under which they are shown."""
        return Configuration(variants=self.variants, parameters=self.parameters).noises(self.perturbations)

    def show(self, text: str, language: str, *, seed: int) -> Iterator[Shown]:
        """Every perturbation of a text at every rate.

        Raises:
            UsageError: an unknown language, or a rate that is no share.
        """
        passage, rates = Passage(text, language), asked_rates(self.rates, self.severities)
        for name, noise in self.noises().items():
            protected = protect(passage, self.protection, noise.level)
            judge = judge_of(noise, self.plausibility)
            lacking = noise.missing(passage.writing) or (judge and judge.missing(passage.writing)) or None
            for rate in rates:
                if judge and judge.missing(passage.writing):
                    edits = _unjudged(perturb(protected, noise, rate=0.0, seed=seed))
                else:
                    edits = perturb(protected, noise, rate=rate, seed=seed, plausibility=judge)
                title = f"{name}: {_told(noise, edits)}"
                reason = lacking if edits.status is Status.UNAVAILABLE else None
                yield Shown(f"{title}, at rate {rate:g}" if len(rates) > 1 else title, reason, edits)


def _unjudged(untouched: Edits) -> Edits:
    """No edits, and why: nobody can judge them, unless the language has no such thing anyway."""
    return replace(untouched, status=Status.UNAVAILABLE) if untouched.status is Status.DONE else untouched


def _told(noise: Noise, edits: Edits) -> str:
    """The status and how much was touched."""
    told = f"{edits.status}, touched {edits.touched} of {edits.units} {noise.level}s"
    if noise.scope is Scope.TEXT:
        told += " (the rate is the probability that the text is struck)"
    if edits.collisions:
        told += f", edits drawn that would make another word: {edits.collisions}"
    if edits.damage:
        told += f"; damage: {', '.join(f'{kind} {count}' for kind, count in edits.damage)}"
    return told
