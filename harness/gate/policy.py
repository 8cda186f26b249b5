"""Policy: what a gate tolerates, how sure it must be, and what it looks at; written in TOML."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from harness.files import read_toml
from harness.statistics.sample import Settings
from harness.typed import build
from perturbations.errors import UnknownNameError, UsageError

Measure = Literal["perturbed", "drop"]
"""What must not get worse: the score under perturbation, or the drop from the clean score."""
Inconclusive = Literal["fail", "pass"]
"""What an inconclusive answer means for the exit status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """Losses that are tolerated, in points above 0 and below 100.

    Args:
        macro: of the mean over tasks, languages and perturbations.
        clean: of the mean clean score.
        cell: of any single cell: loose, against a catastrophe in one language.
    """

    macro: float = 1.0
    clean: float = 1.0
    cell: float = 10.0

    def __post_init__(self) -> None:
        for name, points in (("macro", self.macro), ("clean", self.clean), ("cell", self.cell)):
            if not 0.0 < points < 100.0:
                raise UsageError(f"policy: margins.{name} is {points}: give points above 0 and below 100")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a gate decides.

    Args:
        margins: what is tolerated.
        alpha: one-sided risk of either error, over all planned releases: an alarm where nothing changed, a certificate
            where a margin is lost.
        releases: how many candidates will be held against one baseline; each gets an equal part of alpha.
        power: for the detectable effects and the sizes that would decide.
        measure: what must not get worse.
        clean: whether the clean score is guarded too.
        tasks: which tasks count; empty for all of the baseline.
        languages: which languages; empty for all.
        perturbations: which perturbations; empty for all.
        inconclusive: `"fail"` exits with 3, `"pass"` with 0.
        resamples: R of max-T; the smallest p is 1/(R + 1).
        seed: of the resamples.

    Raises:
        UsageError: a value out of range, or resamples too few for the level of the cells.
    """

    margins: Margins = field(default_factory=Margins)
    alpha: float = 0.05
    releases: int = 1
    power: float = 0.8
    measure: Measure = "perturbed"
    clean: bool = True
    tasks: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    perturbations: tuple[str, ...] = ()
    inconclusive: Inconclusive = "fail"
    resamples: int = 9_999
    seed: int = 0

    def __post_init__(self) -> None:
        for name, value, known in (
            ("measure", self.measure, get_args(Measure)),
            ("inconclusive", self.inconclusive, get_args(Inconclusive)),
        ):
            if value not in known:
                raise UnknownNameError(f"{name} of a policy", value, known)
        if not 0.0 < self.alpha < 0.5:
            raise UsageError(f"policy: alpha is {self.alpha}: give a one-sided level above 0 and below 0.5")
        if self.releases < 1:
            raise UsageError(f"policy: releases is {self.releases}: at least 1 candidate is held against a baseline")
        self.settings(self.level)
        if 1 / (self.resamples + 1) > self.level / 2:
            raise UsageError(
                f"policy: with {self.resamples:,} resamples no cell can have p below {1 / (self.resamples + 1):.2g}, "
                f"but cells are tested at {self.level / 2:.2g}: give at least {int(2 / self.level)} resamples"
            )

    @property
    def level(self) -> float:
        """The one-sided level of one release, 0–1."""
        return self.alpha / self.releases

    @property
    def mean_level(self) -> float:
        """The level at which a mean is tested for a loss: half of all, shared with the guard of the clean score."""
        return self.level / 4 if self.clean else self.level / 2

    @property
    def cell_level(self) -> float:
        """The level at which the family of cells is tested for a loss."""
        return self.level / 2

    def settings(self, alpha: float) -> Settings:
        """The settings of one claim at the one-sided level `alpha`."""
        return Settings(alpha=alpha, power=self.power, resamples=self.resamples, seed=self.seed)


def read_policy(path: Path) -> Policy:
    """The policy that a TOML file describes; its keys are the fields of `Policy`.

    Raises:
        DataError: the file cannot be read or is no TOML.
        UsageError: an unknown key (the nearest is given), a wrong type, or whatever `Policy` refuses.
    """
    return build(Policy, read_toml(path, what="policy"), where="policy")
