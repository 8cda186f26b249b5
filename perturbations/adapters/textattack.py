"""TextAttack (Morris et al. 2020): its augmenters and transformations as perturbations, by name or as objects.

A transformation is used through TextAttack's own augmenter, which strikes no word twice; its share is set so that as
many words are struck as the rate asks in our units. What the transformation offers is put in order first, since some of
it comes from sets, whose order changes from process to process.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any, ClassVar

from perturbations.adapters.arguments import Options, made
from perturbations.adapters.augmenters import Augmenter
from perturbations.adapters.foreign import settings
from perturbations.languages import Language
from perturbations.passage import Passage

ONE = {
    "transformations_per_example": 1,
    "high_yield": False,
    "fast_augment": False,
    "advanced_metrics": False,
}
"""Settings of an augmenter that is to hand back one text."""
SHARE = "pct_words_to_swap"
SWAPS = ("WordInnerSwapRandom", "WordSwapNeighboringCharacterSwap")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextAttack(Augmenter):
    """An augmenter or transformation of TextAttack."""

    library: ClassVar[str] = "textattack"
    rated: ClassVar[frozenset[str]] = frozenset((*ONE, SHARE, "enable_advanced_metrics"))
    fixed: ClassVar[frozenset[str]] = frozenset(("transformation", "constraints"))
    imports: ClassVar[tuple[str, ...]] = ("corpora/stopwords",)

    def prepared(self, language: Language) -> Any:
        """The augmenter given, or one around the transformation."""
        if self.given is not None:
            return _augmenter(self.given)
        return _made(self.entry.module, self.augmenter, self.options)

    def words(self, made: Any, text: str) -> Sequence[str] | None:
        """What it can change: the words of its `AttackedText`."""
        shared: Any = import_module("textattack.shared")
        return shared.AttackedText(text).words

    def twofold(self, made: Any) -> bool:
        """A swap."""
        return type(getattr(made, "transformation", None)).__name__ in SWAPS

    def augmented(self, made: Any, passage: Passage, count: int) -> object:
        """The one text that it is asked for; the text itself where it finds no words."""
        words = self.words(made, passage.text)
        if not words:
            return passage.text
        chosen = _member(made)
        share = min(1.0, (count + 0.5) / len(words))
        values = {**ONE, SHARE: share, "transformation": _ordered(chosen.transformation)}
        with settings(chosen, values):
            return chosen.augment(passage.text)[0]


def named(name: str) -> TextAttack:
    """The perturbation behind `textattack:NAME`.

    Raises:
        UnknownNameError: there is no such augmenter or transformation.
    """
    return TextAttack(augmenter=name)


def from_textattack(augmenter: Any, *, languages: Sequence[str] | None = None) -> TextAttack:
    """An augmenter or transformation of TextAttack as a perturbation.

    Args:
        augmenter: the object; its settings but those of the rate stay as they are.
        languages: codes of the languages that it is for, None for all.
    """
    name = type(augmenter).__name__
    return TextAttack(augmenter=name, given=augmenter, languages=None if languages is None else tuple(languages))


@lru_cache(maxsize=64)
def _made(module: str, name: str, options: Options) -> Any:
    return _augmenter(made(module, name, options))


def _augmenter(found: Any) -> Any:
    """The augmenter itself, or one around a transformation."""
    if hasattr(found, "augment"):
        return found
    constraints: Any = import_module("textattack.constraints.pre_transformation")
    augmentation: Any = import_module("textattack.augmentation")
    return augmentation.Augmenter(transformation=found, constraints=[constraints.RepeatModification()])


def _member(found: Any) -> Any:
    """The augmenter itself, or one drawn from those of a recipe that asks several and keeps some of their answers."""
    if getattr(found, "transformation", None) is not None:
        return found
    members: list[Any] = [found.__dict__[name] for name in sorted(found.__dict__)]
    return random.choice([member for member in members if hasattr(member, "transformation")])


def _ordered(transformation: Any) -> Callable[..., list[Any]]:
    """The transformation with the texts that it offers in the order of their characters."""

    def offered(*arguments: Any, **options: Any) -> list[Any]:
        return sorted(transformation(*arguments, **options), key=lambda text: text.text)

    return offered
