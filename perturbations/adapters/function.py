"""Functions of the user as perturbations: whatever maps a text to a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from perturbations.adapters.foreign import Foreign, recovered, struck
from perturbations.edits import Edits
from perturbations.languages import Language
from perturbations.passage import Level, Passage
from perturbations.perturbation import Rewriting, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionRewriting(Rewriting):
    """A function as a perturbation; the global generators of `random` and NumPy are seeded for it.

    Args:
        name: as users will type it; not one that is taken.
        level: the unit that its edits are counted in.
        function: maps a text to a text. With scope TEXT it is called with the text alone, for a share of the texts
            equal to the rate; with scope UNIT with the text, the rate and a generator of random numbers, and decides
            itself what to strike.
        scope: which of the two.
        languages: codes of the languages that it is for, None for all.
        source: where it is described.
    """

    name: str
    level: Level
    function: Callable[..., str]
    scope: Scope = Scope.TEXT
    languages: tuple[str, ...] | None = None
    source: str = "given by the user"

    def supports(self, language: Language) -> bool:
        """Whether it is for the language."""
        return self.languages is None or language.code in self.languages

    def contents(self, language: Language) -> Mapping[str, str]:
        """The function by the name under which it is defined: give it another when it does something else."""
        kind = self.function if hasattr(self.function, "__qualname__") else type(self.function)
        return {"function": f"{kind.__module__}.{kind.__qualname__}"}

    def rewrite(self, passage: Passage, *, rate: float, draws: Random) -> Edits:
        """What the function makes of the passage, as edits."""
        foreign = Foreign(self.name, self.level, self.scope)
        if self.scope is Scope.UNIT:
            after = struck(foreign, passage, draws, lambda text: self.function(text, rate, draws))
        elif draws.random() < rate:
            after = struck(foreign, passage, draws, self.function)
        else:
            return Edits(passage.text, units=len(passage.units(self.level)))
        return recovered(foreign, passage, after, rate=rate)
